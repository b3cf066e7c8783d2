//! The loop: wait for a message, update the state, carry out effects, draw.
//!
//! It sleeps until a message arrives. The effect of a key is drawn immediately; events of the study, at most ten times a
//! second. After a large frame there is a short rest, so that a key held down does not fill a slow link with frames that
//! are outdated when they arrive.

mod pace;

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use ratatui::crossterm::event::{Event, KeyModifiers};

use crate::study::Control;
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::jobs::{Jobs, Message};
use crate::tui::journal::Note;
#[cfg(unix)]
use crate::tui::signals::{self, Meaning};
use crate::tui::state::App;
use crate::tui::state::status::{Status, Tone};
use crate::tui::terminal::{self, Terminal};
use crate::tui::{input, journal, views};
use pace::{ARMED, Pace, REPLAY_FRAME, SAID};

/// The most messages handled before the next frame, so that a flood of them cannot delay it.
const AT_ONCE: usize = 256;

/// How the dashboard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By the user.
    Quit,
    /// By a signal.
    Signal(i32),
}

/// Runs the dashboard until it ends.
///
/// # Errors
/// When the terminal has gone.
pub fn run(
    app: &mut App,
    terminal: &mut Terminal,
    inbox: &Receiver<Message>,
    jobs: &mut Jobs,
) -> io::Result<End> {
    Dashboard { app, terminal, jobs, hits: Hits::default(), pace: Pace::new() }.run(inbox)
}

/// What the loop holds.
struct Dashboard<'a> {
    app: &'a mut App,
    terminal: &'a mut Terminal,
    jobs: &'a mut Jobs,
    /// What the last frame put where.
    hits: Hits,
    pace: Pace,
}

impl Dashboard<'_> {
    fn run(mut self, inbox: &Receiver<Message>) -> io::Result<End> {
        loop {
            if self.pace.next_frame().is_some_and(|due| due <= Instant::now()) {
                self.draw()?;
            }
            let first = match self.pace.deadline(self.app.playing) {
                Some(deadline) => inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let first = match first {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(End::Quit),
            };
            if self.pace.armed.is_some_and(|pressed| pressed.elapsed() >= ARMED) {
                self.disarm();
            }
            if self.pace.said.is_some_and(|said| said.elapsed() >= SAID) {
                (self.pace.said, self.app.status, self.pace.urgent) = (None, None, true);
                // What it asked to be confirmed is not in sight any more.
                (self.app.quit_armed, self.app.delete_armed) = (false, None);
            }
            for message in first.into_iter().chain(inbox.try_iter().take(AT_ONCE)) {
                if let Some(end) = self.handle(message)? {
                    return Ok(end);
                }
            }
            if self.app.playing && self.pace.replayed.elapsed() >= REPLAY_FRAME {
                self.act(Action::Tick)?;
                self.pace.replayed = Instant::now();
            }
        }
    }

    /// Draws a frame, and asks for what is in view and not known.
    fn draw(&mut self) -> io::Result<()> {
        let (bytes, hits) = self.terminal.draw(self.app)?;
        self.hits = hits;
        self.pace.note_frame(bytes);
        let effects = self.app.requests(&self.hits);
        self.pace.changed = !effects.is_empty();
        self.carry_out(effects).map(drop)
    }

    /// Handles a message.
    fn handle(&mut self, message: Message) -> io::Result<Option<End>> {
        let action = match message {
            Message::Input(event) => {
                // Alt and a key is Esc only where it closes something.
                if matches!(&event, Event::Key(key) if key.modifiers.contains(KeyModifiers::ALT)) {
                    self.disarm();
                }
                for event in input::separated(event) {
                    // The first may have changed what the second means.
                    let action = input::action(&self.app.keys, self.app.focus(), &event);
                    if !matches!(action, Some(Action::Command(Command::Back) | Action::Resize { .. })) {
                        self.disarm();
                    }
                    let Some(action) = action else { continue };
                    // Keys that come faster than frames act on what the next frame will show.
                    if !self.hits.are_of(self.app) {
                        self.hits = views::hits(self.app);
                    }
                    if let Some(end) = self.act(action)? {
                        return Ok(Some(end));
                    }
                }
                return Ok(None);
            }
            Message::InputEnded(error) => return Err(error),
            #[cfg(unix)]
            Message::Signal(signal) => match signals::meaning(signal) {
                Meaning::End => return Ok(Some(End::Signal(signal))),
                Meaning::Stop => Action::Command(Command::Suspend),
                Meaning::Continued => {
                    self.terminal.retake()?;
                    self.resized()?
                }
                Meaning::Resized => self.resized()?,
            },
            #[cfg(not(unix))]
            Message::Signal(signal) => return Ok(Some(End::Signal(signal))),
            Message::Action(action) => action,
        };
        self.act(action)
    }

    /// The size that the terminal now has.
    #[cfg(unix)]
    fn resized(&mut self) -> io::Result<Action> {
        let (width, height) = self.terminal.size()?;
        // Fonts change, too.
        self.app.abilities.cell = self.terminal.cell().or(self.app.abilities.cell);
        Ok(Action::Resize { width, height })
    }

    /// Forgets that Esc was pressed.
    fn disarm(&mut self) {
        self.pace.armed = None;
        let armed = self.app.disarm();
        self.pace.urgent |= armed;
    }

    /// Stops the process, where something can continue it.
    fn suspend(&mut self) -> io::Result<()> {
        let journal = self.jobs.journal();
        if !terminal::can_be_continued() {
            journal(Note::Info("not suspended: no shell could continue it"));
            let text = "not suspended: no shell here could continue it".into();
            self.app.status = Some(Status { tone: Tone::Info, text });
            return Ok(());
        }
        journal(Note::Info("suspended"));
        self.terminal.suspend()?;
        // The size may have changed meanwhile, without an event.
        self.app.size = self.terminal.size()?;
        Ok(())
    }

    /// Updates the state and carries out what that asks for.
    fn act(&mut self, action: Action) -> io::Result<Option<End>> {
        self.pace.changed = true;
        self.pace.urgent |= !matches!(action, Action::Study { .. });
        let was_playing = self.app.playing;
        journal::note_action(&action, self.jobs.journal());
        let before = self.app.status.clone();
        let effects = self.app.update(action, &self.hits);
        if self.app.status != before {
            let goes = self.app.status.as_ref().is_some_and(|status| status.tone != Tone::Bad);
            self.pace.said = goes.then(Instant::now);
        }
        self.pace.armed = self.app.cancel_armed.then(|| self.pace.armed.unwrap_or_else(Instant::now));
        if self.app.playing && !was_playing {
            self.pace.replayed = Instant::now();
        }
        self.carry_out(effects)
    }

    /// Carries effects out, up to the one that ends the dashboard.
    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<Option<End>> {
        for effect in effects {
            journal::note_effect(&effect, self.jobs.journal());
            let control = |switch: fn(&Control)| self.jobs.control().into_iter().for_each(switch);
            match effect {
                Effect::Start { run, settings, earlier } => self.jobs.start(run, *settings, Some(*earlier)),
                Effect::Pause => control(Control::pause),
                Effect::Resume => control(Control::resume),
                Effect::Step => control(Control::step),
                // A study that is stopped already, and still at work, ends at once.
                Effect::Cancel => control(|study| match study.is_stopped() {
                    true => study.cancel(),
                    false => study.stop(),
                }),
                Effect::DeleteRun(run) => self.jobs.delete_run(&run),
                Effect::Snapshot => control(Control::ask_for_snapshot),
                Effect::Run(job) => self.jobs.run(job),
                Effect::Mouse(on) => self.terminal.use_mouse(on)?,
                Effect::Copy(text) => self.terminal.copy(&text)?,
                Effect::Redraw => self.terminal.forget()?,
                Effect::Suspend => self.suspend()?,
                Effect::Quit => return Ok(Some(End::Quit)),
            }
        }
        Ok(None)
    }
}
