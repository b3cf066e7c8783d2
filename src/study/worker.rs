//! A study on a thread of its own, so that the caller never waits.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::{Checked, Control, Event, Outcome, StudyError, THREAD_NAME, rerun, run};

/// A running study: its events and its control.
///
/// Dropping it cancels the study and does not wait: the thread ends after the iteration that it is in.
/// [`Worker::join`] waits.
#[derive(Debug)]
pub struct Worker {
    /// Cancel, pause, step.
    pub control: Control,
    /// Events, in order; the last is `Finished`, `Cancelled` or `Failed`, and then the channel closes.
    pub events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a study. A panic inside it, and a thread that cannot be started, arrive as [`Event::Failed`].
    ///
    /// The thread's name, and those of its pool, begin with [`THREAD_NAME`], so that a panic hook can tell
    /// a panic that will arrive as an event from one that ends the program.
    pub fn spawn(settings: Checked) -> Self {
        Self::spawn_with(move |control, sink| {
            // The error has been sent as an event.
            let _ = run(&settings, control, sink);
        })
    }

    /// As [`Worker::spawn`], with what can be kept of `earlier` ([`rerun`]).
    pub fn spawn_after(settings: Checked, earlier: Outcome) -> Self {
        Self::spawn_with(move |control, sink| {
            // The error has been sent as an event.
            let _ = rerun(&settings, &earlier, control, sink);
        })
    }

    fn spawn_with(work: impl FnOnce(&Control, &mut (dyn FnMut(&Event) + Send)) + Send + 'static) -> Self {
        let control = Control::new();
        let (sender, events) = channel();
        let (shared, failed) = (control.clone(), sender.clone());
        let thread = Builder::new().name(THREAD_NAME.into()).spawn(move || guarded(work, &shared, &sender));
        let thread = thread
            .map_err(|error| {
                let _ = failed.send(Event::Failed(StudyError::Threads(error.to_string()).with_causes()));
            })
            .ok();
        Self { control, events, thread }
    }

    /// Waits for the thread to end (after [`Control::cancel`], within one iteration).
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic has been caught inside and sent as an event.
            let _ = thread.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.control.cancel();
    }
}

/// Runs `work` and sends its events; a panic becomes an event; without a receiver the study is cancelled.
fn guarded(
    work: impl FnOnce(&Control, &mut (dyn FnMut(&Event) + Send)),
    control: &Control,
    sender: &Sender<Event>,
) {
    let mut sink = |event: &Event| {
        if sender.send(event.clone()).is_err() {
            control.cancel();
        }
    };
    // Nothing that the closure leaves half done is used again.
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(control, &mut sink))) {
        let error = StudyError::Panicked(panic_message(panic.as_ref()));
        let _ = sender.send(Event::Failed(error.with_causes()));
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Stage;

    #[test]
    fn a_panic_arrives_as_the_last_event() {
        let worker = Worker::spawn_with(|_, sink| {
            sink(&Event::Entered(Stage::Data));
            panic!("at iteration {}", 3);
        });
        let events: Vec<Event> = worker.events.iter().collect();
        assert!(matches!(events[0], Event::Entered(Stage::Data)));
        let Event::Failed(message) = &events[1] else { panic!("{events:?}") };
        assert_eq!(message, "the computation stopped unexpectedly: at iteration 3");
        assert_eq!(events.len(), 2);
        worker.join();
    }

    #[test]
    fn dropping_the_worker_cancels_a_paused_study() {
        let (done, result) = std::sync::mpsc::channel();
        let worker = Worker::spawn_with(move |control, _| {
            control.pause();
            done.send(control.checkpoint().is_break()).unwrap();
        });
        drop(worker);
        assert_eq!(result.recv(), Ok(true));
    }

    #[test]
    fn without_a_receiver_the_study_is_cancelled() {
        let (done, result) = std::sync::mpsc::channel();
        let control = Control::new();
        let (sender, events) = channel();
        drop(events);
        guarded(
            |control, sink| {
                sink(&Event::Entered(Stage::Data));
                done.send(control.is_cancelled()).unwrap();
            },
            &control,
            &sender,
        );
        assert_eq!(result.recv(), Ok(true));
    }
}
