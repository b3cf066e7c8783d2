//! The pool of threads that a study computes in.

use rayon::ThreadPoolBuilder;

use super::StudyError;

/// The beginning of the names of all threads of a study.
pub const THREAD_NAME: &str = "gmmscope-study";

/// The most threads of a pool.
pub(super) const MOST: usize = 1024;

/// The number of threads that `threads` stands for: 0 is `$RAYON_NUM_THREADS`, or 0 itself (one a core) where that is not
/// set.
///
/// # Errors
/// [`StudyError::Setting`] for more than 1024, which would swamp the machine.
pub fn thread_count(threads: usize) -> Result<usize, StudyError> {
    const VARIABLE: &str = "RAYON_NUM_THREADS";
    let set = std::env::var(VARIABLE).ok().and_then(|text| text.trim().parse().ok());
    let (count, value) = match set {
        Some(count) if threads == 0 => (count, format!("{count} (${VARIABLE})")),
        _ => (threads, threads.to_string()),
    };
    if count > MOST {
        let hint = format!("choose at most {MOST}, or 0 for one a core");
        return Err(StudyError::Setting { key: "threads", value, hint });
    }
    Ok(count)
}

/// Runs `work` in a pool of `threads` threads of its own; 0 = one a core (or `$RAYON_NUM_THREADS`).
///
/// The calling thread sleeps meanwhile. Results do not depend on the number of threads.
///
/// # Errors
/// [`StudyError::Threads`] when the system cannot start them; as [`thread_count`].
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, StudyError> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(thread_count(threads)?)
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
