//! The switch between a study and whoever watches it: cancel, pause, resume, one step.
//!
//! The watcher (`tui`, `cli`) turns it; the study asks it between iterations, and sleeps on a
//! condition variable while paused.

use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Cancel, pause and step, shared between threads (a clone is the same switch).
#[derive(Debug, Clone, Default)]
pub struct Control {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    wishes: Mutex<Wishes>,
    changed: Condvar,
}

/// What the watcher asked for.
#[derive(Debug, Default)]
struct Wishes {
    cancelled: bool,
    paused: bool,
    /// One iteration is granted despite the pause.
    step: bool,
}

impl Wishes {
    fn wait(&self) -> bool {
        self.paused && !self.step && !self.cancelled
    }

    fn pass(&mut self) -> ControlFlow<()> {
        self.step = false;
        if self.cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Control {
    /// A switch that lets everything run.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the study to stop at the next iteration; ends a pause. It cannot be taken back.
    pub fn cancel(&self) {
        self.wish(|wishes| wishes.cancelled = true);
    }

    /// Asks the study to wait before its next iteration.
    pub fn pause(&self) {
        self.wish(|wishes| (wishes.paused, wishes.step) = (true, false));
    }

    /// Lets a paused study go on.
    pub fn resume(&self) {
        self.wish(|wishes| (wishes.paused, wishes.step) = (false, false));
    }

    /// Lets the study do one iteration, and pauses it after that (a running study too).
    ///
    /// Steps do not pile up: asking again before the iteration has begun changes nothing, so that a key
    /// held down stops when it is let go.
    pub fn step(&self) {
        self.wish(|wishes| (wishes.paused, wishes.step) = (true, true));
    }

    /// Whether a pause is asked for.
    pub fn is_paused(&self) -> bool {
        self.lock().paused
    }

    /// Whether cancelling is asked for.
    pub fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// Called by the study between iterations: waits while paused; `Break` when cancelled.
    pub fn checkpoint(&self) -> ControlFlow<()> {
        let mut wishes = self.lock();
        while wishes.wait() {
            wishes = self.shared.changed.wait(wishes).unwrap_or_else(PoisonError::into_inner);
        }
        wishes.pass()
    }

    /// [`Control::checkpoint`] without the waiting: `None` where it would have to wait.
    pub fn try_checkpoint(&self) -> Option<ControlFlow<()>> {
        let mut wishes = self.lock();
        if wishes.wait() { None } else { Some(wishes.pass()) }
    }

    fn wish(&self, change: impl FnOnce(&mut Wishes)) {
        change(&mut self.lock());
        self.shared.changed.notify_all();
    }

    /// Three flags are whole at every moment, so a panic elsewhere cannot have left them half written.
    fn lock(&self) -> MutexGuard<'_, Wishes> {
        self.shared.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// A thread that passes checkpoints and says so, until it is cancelled.
    fn walker(control: &Control) -> (mpsc::Receiver<usize>, thread::JoinHandle<usize>) {
        let (said, heard) = mpsc::sync_channel(0);
        let control = control.clone();
        let thread = thread::spawn(move || {
            let mut passed = 0;
            while control.checkpoint().is_continue() {
                passed += 1;
                if said.send(passed).is_err() {
                    break;
                }
            }
            passed
        });
        (heard, thread)
    }

    #[test]
    fn a_free_study_runs_and_a_cancelled_one_stops() {
        let control = Control::new();
        assert!(control.checkpoint().is_continue());
        control.pause();
        assert!(control.try_checkpoint().is_none());
        control.step();
        assert!(control.try_checkpoint().is_some_and(|flow| flow.is_continue()));
        assert!(control.try_checkpoint().is_none());
        control.cancel();
        assert!(control.is_cancelled());
        assert!(control.checkpoint().is_break());
        control.resume();
        assert!(control.checkpoint().is_break(), "cancelling cannot be taken back");
    }

    #[test]
    fn a_step_passes_one_checkpoint_and_no_more() {
        let control = Control::new();
        control.pause();
        let (heard, thread) = walker(&control);
        control.step();
        assert_eq!(heard.recv(), Ok(1));
        assert!(control.is_paused());
        control.step();
        assert_eq!(heard.recv(), Ok(2));
        // Nothing further can have passed: cancelling ends it at exactly two.
        control.cancel();
        drop(heard);
        assert_eq!(thread.join().unwrap(), 2);
    }

    #[test]
    fn resuming_sets_a_paused_study_free() {
        let control = Control::new();
        control.pause();
        let (heard, thread) = walker(&control);
        control.resume();
        assert!(!control.is_paused());
        assert_eq!(heard.iter().take(5).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        control.cancel();
        drop(heard);
        assert!(thread.join().unwrap() >= 5);
    }

    #[test]
    fn cancelling_ends_a_pause() {
        let control = Control::new();
        control.pause();
        let (_heard, thread) = walker(&control);
        control.cancel();
        assert_eq!(thread.join().unwrap(), 0);
    }

    #[test]
    fn a_panic_elsewhere_does_not_stop_the_switch() {
        let control = Control::new();
        let other = control.clone();
        let _ = thread::spawn(move || {
            let _held = other.shared.wishes.lock().unwrap();
            panic!("while holding the lock");
        })
        .join();
        control.cancel();
        assert!(control.checkpoint().is_break());
    }
}
