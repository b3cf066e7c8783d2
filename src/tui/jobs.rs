//! What runs beside the dashboard: the study, exports, draws, the readers of keys and of signals. All of it ends up
//! in one channel of [`Message`]s.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{Builder, JoinHandle};

use ratatui::crossterm::event;

use super::action::Action;
use super::app::SampleRequest;
use super::journal::{Journal, Note};
use super::restorer::{Request, Restorer};
use super::tabs::components::overviews;
use crate::mixture::{Mixture, Sampler};
use crate::study::{Checked, Control, Event, Outcome, Worker, resample};

/// Principal axes that are computed: as many as the widest screen has room for.
pub const AXES: usize = 12;

/// Writes figures or report of an outcome; says what it wrote, or why it could not.
pub type Exporter = dyn Fn(&Outcome) -> Result<String, String> + Send + Sync;

/// What the event loop hears.
#[derive(Debug)]
pub enum Message {
    /// A raw event of the terminal.
    Input(event::Event),
    /// The terminal has gone.
    InputEnded(std::io::Error),
    /// A signal.
    #[cfg_attr(not(unix), allow(dead_code))]
    Signal(i32),
    /// The result of something that ran beside.
    Action(Action),
}

/// The threads beside the dashboard.
pub struct Jobs {
    sender: Sender<Message>,
    exporter: Arc<Exporter>,
    reporter: Arc<Exporter>,
    journal: Arc<Journal>,
    control: Option<Control>,
    exporting: Option<JoinHandle<()>>,
    restorer: Option<Restorer>,
    /// The sampler of the last draw, with its study: its factors are worth keeping.
    sampler: Arc<std::sync::Mutex<Option<(u64, Sampler)>>>,
}

impl Jobs {
    /// No job yet; their results go to `sender`, and what studies say to `journal` too.
    pub fn new(
        sender: Sender<Message>,
        exporter: Arc<Exporter>,
        reporter: Arc<Exporter>,
        journal: Arc<Journal>,
    ) -> Self {
        Self {
            sender,
            exporter,
            reporter,
            journal,
            control: None,
            exporting: None,
            restorer: None,
            sampler: Arc::default(),
        }
    }

    /// The switch of the present study.
    pub fn control(&self) -> Option<&Control> {
        self.control.as_ref()
    }

    /// Where notes go.
    pub fn journal(&self) -> &Journal {
        &*self.journal
    }

    /// Cancels the present study and starts another, which keeps what it can of `earlier`.
    pub fn start(&mut self, run: u64, settings: Checked, earlier: Option<Outcome>) {
        if let Some(control) = self.control.take() {
            control.cancel();
        }
        let worker = match earlier {
            Some(earlier) => Worker::spawn_after(settings, earlier),
            None => Worker::spawn(settings),
        };
        self.control = Some(worker.control.clone());
        let journal = Arc::clone(&self.journal);
        self.beside("study events", move |send| {
            for event in &worker.events {
                journal(Note::Study(run, &event));
                // Worked out here: for many components it takes longer than a frame may.
                if let Event::Fitted(fit) = &event {
                    send(Action::Overviewed { run, overviews: overviews(&fit.mixture) });
                }
                send(Action::Study { run, event });
            }
        });
    }

    /// Writes the figures of `outcome`.
    pub fn export(&mut self, outcome: Outcome) {
        self.write(Arc::clone(&self.exporter), outcome);
    }

    /// Writes the report on `outcome`.
    pub fn report(&mut self, outcome: Outcome) {
        self.write(Arc::clone(&self.reporter), outcome);
    }

    fn write(&mut self, exporter: Arc<Exporter>, outcome: Outcome) {
        self.exporting = self.beside("export", move |send| send(Action::Exported(exporter(&outcome))));
    }

    /// Draws samples.
    pub fn resample(&mut self, SampleRequest { run, mixture, count, seed, stream, batch }: SampleRequest) {
        let kept = Arc::clone(&self.sampler);
        self.beside("samples", move |send| {
            let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if kept.as_ref().is_none_or(|(of, _)| *of != run) {
                match Sampler::new(&mixture) {
                    Ok(sampler) => *kept = Some((run, sampler)),
                    Err(error) => {
                        let result = Err(error.to_string());
                        return send(Action::Resampled { run, stream, batch, result });
                    }
                }
            }
            if let Some((_, sampler)) = kept.as_ref() {
                let drawn = resample(sampler, seed, count, stream.component, stream.repeat(batch));
                send(Action::Resampled { run, stream, batch, result: Ok(Arc::new(drawn)) });
            }
        });
    }

    /// Restores, in place of what still waits to be restored.
    pub fn restore(&mut self, request: Request) {
        if self.restorer.is_none() {
            let sender = self.sender.clone();
            let started = Restorer::start(move |run, answer| {
                let action = match answer {
                    Ok(answer) => Action::Restored { run, answer },
                    Err(why) => Action::JobFailed(why),
                };
                // Nobody listens any more when the dashboard has ended.
                drop(sender.send(Message::Action(action)));
            });
            match started {
                Ok(restorer) => self.restorer = Some(restorer),
                Err(error) => {
                    let why = format!("restorations: cannot start a thread: {error}");
                    drop(self.sender.send(Message::Action(Action::JobFailed(why))));
                }
            }
        }
        if let Some(restorer) = &self.restorer {
            restorer.ask(request);
        }
    }

    /// Computes the principal axes of a component.
    pub fn analyse(&mut self, run: u64, mixture: Arc<Mixture>, component: usize) {
        self.beside("principal axes", move |send| {
            let axes = mixture.principal_axes(component, AXES);
            let result = axes.map(Arc::new).map_err(|error| error.to_string());
            send(Action::Analysed { run, component, result });
        });
    }

    /// Cancels the study, and waits for an export under way, so that no half-written file is left beside its target.
    pub fn finish(mut self) {
        if let Some(control) = self.control.take() {
            control.cancel();
        }
        if let Some(thread) = self.exporting.take().filter(|thread| !thread.is_finished()) {
            (self.journal)(Note::Waiting("the export"));
            // A panic in it has been reported as a failed export.
            let _ = thread.join();
        }
    }

    /// Runs `work` on a thread of its own, with a way to send actions. A panic in it becomes an action.
    fn beside(
        &self,
        name: &'static str,
        work: impl FnOnce(&dyn Fn(Action)) + Send + 'static,
    ) -> Option<JoinHandle<()>> {
        let sender = self.sender.clone();
        let failed = self.sender.clone();
        let started = Builder::new().name(name.into()).spawn(move || {
            // Nobody listens any more when the dashboard has ended.
            let send = |action| drop(sender.send(Message::Action(action)));
            let work = std::panic::AssertUnwindSafe(|| work(&send));
            if std::panic::catch_unwind(work).is_err() {
                send(Action::JobFailed(format!("{name}: stopped unexpectedly")));
            }
        });
        started
            .map_err(|error| {
                let why = format!("{name}: cannot start a thread: {error}");
                drop(failed.send(Message::Action(Action::JobFailed(why))));
            })
            .ok()
    }
}

/// Reads the terminal's events on a thread of its own, until the terminal or the listener goes.
///
/// # Errors
/// When the thread cannot be started.
pub fn read_input(sender: Sender<Message>) -> std::io::Result<()> {
    let read = move || {
        loop {
            let (message, ended) = match event::read() {
                Ok(event) => (Message::Input(event), false),
                Err(error) => (Message::InputEnded(error), true),
            };
            if sender.send(message).is_err() || ended {
                return;
            }
        }
    };
    Builder::new().name("input".into()).spawn(read).map(drop)
}

/// Passes signals on from a thread of their own; a signal that ends the program ends it a second later even when the
/// event loop is held up by a terminal that takes nothing more.
///
/// # Errors
/// When the signals cannot be heard.
#[cfg(unix)]
pub fn read_signals(sender: Sender<Message>) -> std::io::Result<signal_hook::iterator::Handle> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};

    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGTSTP])?;
    let handle = signals.handle();
    let read = move || {
        for signal in signals.forever() {
            if sender.send(Message::Signal(signal)).is_err() {
                return;
            }
            if signal != SIGTSTP {
                std::thread::sleep(std::time::Duration::from_secs(1));
                // Not `give_back`: its writing may be what the event loop is held up by.
                let _ = ratatui::crossterm::terminal::disable_raw_mode();
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    };
    Builder::new().name("signals".into()).spawn(read)?;
    Ok(handle)
}
