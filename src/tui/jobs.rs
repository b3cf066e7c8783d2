//! The other threads: the study, jobs, the readers of keys and of signals. All of them report to one channel of
//! [`Message`]s.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use ratatui::crossterm::event;

use crate::files::ModelFile;
use crate::study::{Checked, Control, Event, Outcome, Worker};
use crate::tui::action::Action;
use crate::tui::journal::{Journal, Note};
use crate::tui::restorer::Restorer;
use crate::tui::state::job::{Answer, Job, JobId, Work};
use crate::tui::work::{self, Kept};

/// The most blocks a side of the averaged covariances of every iteration: of 784 pixels averages of 14 x 14, that take as much memory
/// as the means and variances.
pub const AVERAGES: usize = 56;

/// Writes figures or report of an outcome; says what it wrote, or why it could not.
pub type Exporter = dyn Fn(&Outcome) -> Result<String, String> + Send + Sync;

/// Writes a model; says what it wrote, or why it could not.
pub type ModelWriter = dyn Fn(&ModelFile) -> Result<String, String> + Send + Sync;

/// Deletes what is saved of the run of this name.
pub type RunRemover = dyn Fn(&str) + Send + Sync;

/// A message to the event loop.
#[derive(Debug)]
pub enum Message {
    /// A raw event of the terminal.
    Input(event::Event),
    /// The terminal has gone.
    InputEnded(std::io::Error),
    /// A signal.
    #[cfg_attr(not(unix), allow(dead_code))]
    Signal(i32),
    /// An action of the study or of a job.
    Action(Action),
}

/// Writes the exports.
#[derive(Clone)]
pub struct Exporters {
    /// Writes figures.pdf.
    pub figures: Arc<Exporter>,
    /// Writes the report.
    pub report: Arc<Exporter>,
    /// Writes a model.
    pub model: Arc<ModelWriter>,
    /// Deletes a saved run.
    pub delete: Arc<RunRemover>,
}

/// The other threads.
pub struct Jobs {
    sender: Sender<Message>,
    exporters: Exporters,
    journal: Arc<Journal>,
    control: Option<Control>,
    exporting: Option<JoinHandle<()>>,
    restorer: Option<Restorer>,
    kept: Arc<Mutex<Kept>>,
}

impl Jobs {
    /// No job yet; their results go to `sender`, and what studies say to `journal` too.
    pub fn new(sender: Sender<Message>, exporters: Exporters, journal: Arc<Journal>) -> Self {
        Self {
            sender,
            exporters,
            journal,
            control: None,
            exporting: None,
            restorer: None,
            kept: Arc::default(),
        }
    }

    /// The switch of the current study.
    pub fn control(&self) -> Option<&Control> {
        self.control.as_ref()
    }

    /// Where notes go.
    pub fn journal(&self) -> &Journal {
        &*self.journal
    }

    /// Cancels the current study and starts another, which reuses what it can of `earlier`.
    pub fn start(&mut self, run: u64, settings: Checked, earlier: Option<Outcome>) {
        if let Some(control) = self.control.take() {
            control.cancel();
        }
        let settings = settings.with_averages(AVERAGES);
        let worker = match earlier {
            Some(earlier) => Worker::spawn_after(settings, earlier),
            None => Worker::spawn(settings),
        };
        self.control = Some(worker.control.clone());
        let (sender, journal) = (self.sender.clone(), Arc::clone(&self.journal));
        let forward = move || {
            for event in &worker.events {
                journal(Note::Study(run, &event));
                // The receiver is gone when the dashboard has ended.
                drop(sender.send(Message::Action(Action::Study { run, event })));
            }
        };
        if let Err(error) = Builder::new().name("study events".into()).spawn(forward) {
            let event = Event::Failed(format!("cannot start a thread: {error}"));
            drop(self.sender.send(Message::Action(Action::Study { run, event })));
        }
    }

    /// Deletes what is saved of a run.
    pub fn delete_run(&self, run: &str) {
        (self.exporters.delete)(run);
    }

    /// Runs a job.
    pub fn run(&mut self, Job { id, work }: Job) {
        match work {
            Work::Figures(outcome) => {
                let write = Arc::clone(&self.exporters.figures);
                self.exporting = self.spawn(id, move || write(&outcome).map(Answer::Written));
            }
            Work::Report(outcome) => {
                let write = Arc::clone(&self.exporters.report);
                self.exporting = self.spawn(id, move || write(&outcome).map(Answer::Written));
            }
            Work::Model(model) => {
                let write = Arc::clone(&self.exporters.model);
                self.exporting = self.spawn(id, move || write(&model).map(Answer::Written));
            }
            Work::Restoration(_) | Work::Draws(_) => self.restore(Job { id, work }),
            Work::Samples(_) => {
                let kept = Arc::clone(&self.kept);
                self.spawn(id, move || {
                    work::done(&work, &mut kept.lock().unwrap_or_else(PoisonError::into_inner))
                });
            }
            Work::Axes { .. }
            | Work::Overviews(..)
            | Work::Transform(_)
            | Work::Column(_)
            | Work::Coverage(_)
            | Work::Browse(_) => {
                self.spawn(id, move || work::done(&work, &mut Kept::default()));
            }
        }
    }

    /// Hands a job to the thread that restores, which is started for the first one.
    fn restore(&mut self, job: Job) {
        if self.restorer.is_none() {
            let sender = self.sender.clone();
            let mut kept = Kept::default();
            let started = Restorer::start(move |Job { id, work }| {
                drop(sender.send(ended(id, || work::done(&work, &mut kept))));
            });
            match started {
                Ok(restorer) => self.restorer = Some(restorer),
                Err(error) => return self.not_started(job.id, &error),
            }
        }
        if let Some(restorer) = &self.restorer {
            restorer.ask(job);
        }
    }

    /// Cancels the study, and waits for an export under way, so that no half-written file is left beside its target.
    pub fn finish(mut self) {
        if let Some(control) = self.control.take() {
            control.cancel();
        }
        if let Some(thread) = self.exporting.take().filter(|thread| !thread.is_finished()) {
            (self.journal)(Note::Waiting("the export"));
            // A panic in it has become a failed job.
            let _ = thread.join();
        }
    }

    /// Does the work of a job on a thread of its own.
    fn spawn(
        &self,
        id: JobId,
        work: impl FnOnce() -> Result<Answer, String> + Send + 'static,
    ) -> Option<JoinHandle<()>> {
        let sender = self.sender.clone();
        // The receiver is gone when the dashboard has ended.
        let run = move || drop(sender.send(ended(id, work)));
        let started = Builder::new().name(id.kind.name().into()).spawn(run);
        started.map_err(|error| self.not_started(id, &error)).ok()
    }

    fn not_started(&self, id: JobId, error: &std::io::Error) {
        let why = Err(format!("cannot start a thread: {error}"));
        drop(self.sender.send(Message::Action(Action::Done(id, why))));
    }
}

/// Does the work of a job; a panic in it is its failure.
fn ended(id: JobId, work: impl FnOnce() -> Result<Answer, String>) -> Message {
    let result = catch_unwind(AssertUnwindSafe(work));
    let result = result.unwrap_or_else(|_| Err("stopped unexpectedly".into()));
    Message::Action(Action::Done(id, result))
}

/// Reads the terminal's events on a thread of its own, until the terminal or the receiver goes away.
///
/// # Errors
/// When the thread cannot be started.
pub fn read_input(sender: Sender<Message>) -> std::io::Result<()> {
    #[cfg(unix)]
    let answers = sender.clone();
    let send = move |event| {
        sender
            .send(match event {
                Ok(event) => Message::Input(event),
                Err(error) => Message::InputEnded(error),
            })
            .is_ok()
    };
    #[cfg(unix)]
    {
        let answered = move |answer| {
            // The loop has ended where nobody takes it.
            let _ = answers.send(Message::Action(Action::Answered(answer)));
        };
        crate::tui::input::reader::start(send, answered)
    }
    #[cfg(not(unix))]
    {
        let read = move || {
            loop {
                let event = event::read();
                let ended = event.is_err();
                if !send(event) || ended {
                    return;
                }
            }
        };
        Builder::new().name("input".into()).spawn(read).map(drop)
    }
}

/// Passes signals on, from a thread of their own.
///
/// # Errors
/// When signals cannot be caught.
#[cfg(unix)]
pub fn read_signals(sender: Sender<Message>) -> std::io::Result<signal_hook::iterator::Handle> {
    crate::tui::signals::start(move |signal| sender.send(Message::Signal(signal)).is_ok())
}

#[cfg(test)]
mod tests;
