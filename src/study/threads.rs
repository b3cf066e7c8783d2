//! The pool of threads that a study computes in.

use rayon::ThreadPoolBuilder;

use super::StudyError;

/// The beginning of the names of all threads of a study.
pub const THREAD_NAME: &str = "gmmscope-study";

/// Runs `work` in a pool of `threads` threads of its own; 0 = one a core (or `$RAYON_NUM_THREADS`).
///
/// The calling thread sleeps meanwhile. Results do not depend on the number of threads.
///
/// # Errors
/// [`StudyError::Threads`] when the system cannot start them.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, StudyError> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("{THREAD_NAME}-{index}"))
        .build()
        .map_err(|error| StudyError::Threads(error.to_string()))?;
    Ok(pool.install(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_runs_in_as_many_named_threads_as_asked_for() {
        let (threads, name) = with_threads(3, || {
            (rayon::current_num_threads(), std::thread::current().name().map(str::to_owned))
        })
        .unwrap();
        assert_eq!(threads, 3);
        assert!(name.unwrap().starts_with(THREAD_NAME));
    }
}
