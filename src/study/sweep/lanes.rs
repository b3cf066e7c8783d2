//! Several jobs side by side, each with threads of its own.
//!
//! A fit works in parallel by itself, but not all of it does: on two cores, nine fits of 2, 5 and 8 components took
//! 5.1 s one after the other on both, and 4.6 s side by side on one each. Each holds its covariances several times
//! over, so that memory limits how many there may be.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, scope};

use crate::data::available_memory;
use crate::study::{StudyError, THREAD_NAME, with_threads};

/// What all fits that run side by side may hold together: 1 GiB, or half of what is free.
const MEMORY: usize = 1 << 30;

/// How many jobs run side by side, and the threads of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lanes {
    pub count: usize,
    pub threads: usize,
}

impl Lanes {
    /// As many as there are threads and jobs, and as memory allows, but at least one; `bytes` is what a job holds.
    pub fn new(threads: usize, jobs: usize, bytes: usize) -> Self {
        let memory = available_memory().map_or(MEMORY, |available| MEMORY.min(available as usize / 2));
        let by_memory = memory / bytes.max(1);
        let count = threads.min(jobs).min(by_memory).max(1);
        Self { count, threads: (threads / count).max(1) }
    }

    /// Does the `jobs` in their order, as lanes become free, and passes every message that they send to `receive`, which
    /// runs on the calling thread.
    ///
    /// # Errors
    /// [`StudyError::Threads`] when no lane could be started; fewer lanes than wanted do the work too.
    pub fn run<J: Sync, T: Send>(
        self,
        jobs: &[J],
        work: impl Fn(&J, &Sender<T>) + Sync,
        mut receive: impl FnMut(T),
    ) -> Result<(), StudyError> {
        let next = AtomicUsize::new(0);
        let done = AtomicUsize::new(0);
        let failure = scope(|scope| {
            let (sender, messages) = channel();
            let mut failure = None;
            let mut lanes = Vec::new();
            for _ in 0..self.count.min(jobs.len()) {
                let (sender, next, done, work) = (sender.clone(), &next, &done, &work);
                let lane = move || {
                    with_threads(self.threads, || {
                        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                            work(job, &sender);
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    })
                };
                match Builder::new().name(THREAD_NAME.into()).spawn_scoped(scope, lane) {
                    Ok(lane) => lanes.push(lane),
                    Err(error) => failure = Some(StudyError::Threads(error.to_string())),
                }
            }
            drop(sender);
            messages.iter().for_each(&mut receive);
            for lane in lanes {
                match lane.join() {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => failure = Some(error),
                    // The caller knows what to do with the panic of a job.
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            failure
        });
        match failure {
            Some(error) if done.into_inner() < jobs.len() => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_lanes_as_threads_jobs_and_memory_allow() {
        let lanes = |threads, jobs, bytes| {
            let lanes = Lanes::new(threads, jobs, bytes);
            (lanes.count, lanes.threads)
        };
        assert_eq!(lanes(2, 24, 1 << 20), (2, 1));
        assert_eq!(lanes(8, 3, 1 << 20), (3, 2));
        assert_eq!(lanes(16, 24, 300 << 20), (3, 5));
        assert_eq!(lanes(4, 24, 4 << 30), (1, 4));
        assert_eq!(lanes(1, 0, 0), (1, 1));
    }

    #[test]
    fn every_job_is_done_once_and_its_message_received() {
        let jobs: Vec<usize> = (0..20).collect();
        let mut received = Vec::new();
        let lanes = Lanes { count: 3, threads: 2 };
        lanes
            .run(
                &jobs,
                |&job, sender| sender.send((job, rayon::current_num_threads())).unwrap(),
                |message| received.push(message),
            )
            .unwrap();
        received.sort_unstable();
        assert_eq!(received, jobs.iter().map(|&job| (job, 2)).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic(expected = "in a job")]
    fn a_panic_in_a_job_is_the_callers() {
        let lanes = Lanes { count: 1, threads: 1 };
        let _ = lanes.run(&[()], |(), _: &Sender<()>| panic!("in a job"), |()| ());
    }
}
