//! Requests to a running study: cancel, stop and use what there is, pause, resume, one step, a snapshot of the fit.
//!
//! The study looks at them between iterations, and sleeps on a condition variable while paused.

use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Cancel, pause and step, shared between threads: clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Control {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    requests: Mutex<Requests>,
    changed: Condvar,
}

/// The requests in force.
#[derive(Debug, Default)]
struct Requests {
    cancelled: bool,
    /// No further iteration; what comes after them goes on.
    stopped: bool,
    /// The fit so far is asked for.
    snapshot: bool,
    paused: bool,
    /// One iteration is granted despite the pause.
    step: bool,
}

impl Requests {
    fn wait(&self) -> bool {
        self.paused && !self.step && !self.cancelled && !self.stopped
    }

    fn pass(&mut self) -> ControlFlow<()> {
        self.step = false;
        if self.cancelled || self.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Control {
    /// A control without requests: everything runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the study at its next iteration, and ends a pause. It cannot be taken back.
    pub fn cancel(&self) {
        self.request(|requests| requests.cancelled = true);
    }

    /// Ends EM after its next iteration, and a pause; samples and restorations of what it has come to follow. Before EM's
    /// first iteration there is nothing to use: the study is cancelled. It cannot be taken back.
    pub fn stop(&self) {
        self.request(|requests| requests.stopped = true);
    }

    /// Asks for the fit as it is after the next iteration of EM, or after the last one where EM is paused
    /// ([`Event::Snapshot`](super::Event::Snapshot)). It influences nothing, and no pause ends.
    pub fn ask_for_snapshot(&self) {
        self.request(|requests| requests.snapshot = true);
    }

    /// Whether stopping is requested.
    pub fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    /// Whether a snapshot was asked for since the last call.
    pub fn take_snapshot_request(&self) -> bool {
        std::mem::take(&mut self.lock().snapshot)
    }

    /// Makes the study wait before its next iteration.
    pub fn pause(&self) {
        self.request(|requests| (requests.paused, requests.step) = (true, false));
    }

    /// Lets a paused study continue.
    pub fn resume(&self) {
        self.request(|requests| (requests.paused, requests.step) = (false, false));
    }

    /// Lets the study do one iteration, and pauses it after that (a running study too).
    ///
    /// Steps do not add up: a second request before the iteration has begun changes nothing.
    pub fn step(&self) {
        self.request(|requests| (requests.paused, requests.step) = (true, true));
    }

    /// Whether a pause is requested.
    pub fn is_paused(&self) -> bool {
        self.lock().paused
    }

    /// Whether [`Control::checkpoint`] would wait.
    pub(super) fn is_waiting(&self) -> bool {
        self.lock().wait()
    }

    /// Whether cancelling is requested.
    pub fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// Between iterations: waits while paused; `Break` when cancelled.
    pub fn checkpoint(&self) -> ControlFlow<()> {
        self.wait_while(Requests::wait).pass()
    }

    /// Waits as [`Control::checkpoint`] does, but no longer than until a snapshot is asked for; it lets nothing pass.
    pub(super) fn wait_for_snapshot(&self) {
        drop(self.wait_while(|requests| requests.wait() && !requests.snapshot));
    }

    fn wait_while(&self, wait: impl Fn(&Requests) -> bool) -> MutexGuard<'_, Requests> {
        let mut requests = self.lock();
        while wait(&requests) {
            requests = self.shared.changed.wait(requests).unwrap_or_else(PoisonError::into_inner);
        }
        requests
    }

    /// [`Control::checkpoint`] without the waiting: `None` where it would have to wait.
    pub fn try_checkpoint(&self) -> Option<ControlFlow<()>> {
        let mut requests = self.lock();
        if requests.wait() { None } else { Some(requests.pass()) }
    }

    fn request(&self, change: impl FnOnce(&mut Requests)) {
        change(&mut self.lock());
        self.shared.changed.notify_all();
    }

    /// Flags are consistent at every moment, so that a panic elsewhere cannot have left them half written.
    fn lock(&self) -> MutexGuard<'_, Requests> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// A thread that passes checkpoints and counts them, until it is cancelled.
    fn counter(control: &Control) -> (mpsc::Receiver<usize>, thread::JoinHandle<usize>) {
        let (sender, counts) = mpsc::sync_channel(0);
        let control = control.clone();
        let thread = thread::spawn(move || {
            let mut passed = 0;
            while control.checkpoint().is_continue() {
                passed += 1;
                if sender.send(passed).is_err() {
                    break;
                }
            }
            passed
        });
        (counts, thread)
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
        let (counts, thread) = counter(&control);
        control.step();
        assert_eq!(counts.recv(), Ok(1));
        assert!(control.is_paused());
        control.step();
        assert_eq!(counts.recv(), Ok(2));
        // Nothing further can have passed: cancelling ends it at exactly two.
        control.cancel();
        drop(counts);
        assert_eq!(thread.join().unwrap(), 2);
    }

    #[test]
    fn resuming_sets_a_paused_study_free() {
        let control = Control::new();
        control.pause();
        let (counts, thread) = counter(&control);
        control.resume();
        assert!(!control.is_paused());
        assert_eq!(counts.iter().take(5).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        control.cancel();
        drop(counts);
        assert!(thread.join().unwrap() >= 5);
    }

    #[test]
    fn cancelling_ends_a_pause() {
        let control = Control::new();
        control.pause();
        let (_counts, thread) = counter(&control);
        control.cancel();
        assert_eq!(thread.join().unwrap(), 0);
    }

    #[test]
    fn asking_for_a_snapshot_ends_no_pause() {
        let control = Control::new();
        control.pause();
        control.ask_for_snapshot();
        assert!(control.try_checkpoint().is_none());
        // It does not wait.
        control.wait_for_snapshot();
        assert!(control.take_snapshot_request() && !control.take_snapshot_request());
        control.step();
        assert!(control.try_checkpoint().is_some() && control.try_checkpoint().is_none());
    }

    #[test]
    fn a_panic_elsewhere_leaves_the_control_usable() {
        let control = Control::new();
        let other = control.clone();
        let _ = thread::spawn(move || {
            let _held = other.shared.requests.lock().unwrap();
            panic!("while holding the lock");
        })
        .join();
        control.cancel();
        assert!(control.checkpoint().is_break());
    }
}
