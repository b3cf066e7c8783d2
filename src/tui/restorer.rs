//! Restorations while the mask changes: one thread, which works on the latest request and drops older ones.
//!
//! A restoration comes before draws; those use what it has computed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

use crate::tui::state::job::{Job, Work};

/// The jobs that have not begun.
#[derive(Debug, Default)]
struct Waiting {
    restoration: Option<Job>,
    draws: Option<Job>,
    closed: bool,
}

/// Where jobs wait.
#[derive(Debug, Default)]
struct Slot {
    waiting: Mutex<Waiting>,
    bell: Condvar,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; none when there will be no more.
    fn take(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(job) = waiting.restoration.take().or_else(|| waiting.draws.take()) {
                return Some(job);
            }
            waiting = self.bell.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The thread that restores.
#[derive(Debug)]
pub struct Restorer {
    slot: Arc<Slot>,
}

impl Restorer {
    /// Starts it; `answer` does the work of each job in turn.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(mut answer: impl FnMut(Job) + Send + 'static) -> std::io::Result<Self> {
        let slot = Arc::new(Slot::default());
        let inbox = Arc::clone(&slot);
        Builder::new().name("restorations".into()).spawn(move || {
            while let Some(job) = inbox.take() {
                answer(job);
            }
        })?;
        Ok(Self { slot })
    }

    /// Hands a job over. It replaces those of its kind that have not begun; a restoration replaces draws, too.
    pub fn ask(&self, job: Job) {
        let mut waiting = self.slot.lock();
        waiting.draws = None;
        match job.work {
            Work::Restoration(_) => waiting.restoration = Some(job),
            _ => waiting.draws = Some(job),
        }
        drop(waiting);
        self.slot.bell.notify_all();
    }
}

impl Drop for Restorer {
    /// The thread ends after its current job.
    fn drop(&mut self) {
        self.slot.lock().closed = true;
        self.slot.bell.notify_all();
    }
}
