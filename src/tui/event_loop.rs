//! The loop: wait for a message, update the state, carry out effects, draw.
//!
//! It sleeps until something happens. What the user does is drawn at once; what the study says, at most ten times
//! a second, however often it says something. After a large frame there is a short rest, so that a key held down does
//! not fill a slow link with frames that nobody will see.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::action::{Action, Command, Effect};
use super::app::App;
use super::input;
use super::jobs::{Jobs, Message};
use super::journal;
use super::terminal::Terminal;

/// Time between two frames that only the study asks for.
const STUDY_FRAME: Duration = Duration::from_millis(100);
/// Time an iteration stands in a replay.
const REPLAY_FRAME: Duration = Duration::from_millis(200);
/// Bytes a second that frames may take of a link for long: 1 Mbit/s.
const LINK: u32 = 125_000;
/// The longest rest after a frame: with it a key is still shown at once.
const REST: Duration = Duration::from_millis(40);
/// Messages taken in before the next frame, so that a flood cannot hold it up.
const AT_ONCE: usize = 256;

/// How the dashboard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By the user's wish.
    Quit,
    /// By a signal.
    Signal(i32),
}

/// When to draw.
struct Pace {
    /// Something changed that the user waits for.
    urgent: bool,
    /// Something changed that can wait for its turn.
    changed: bool,
    drawn: Instant,
    /// How long nothing is drawn after that.
    rest: Duration,
    replayed: Instant,
}

impl Pace {
    /// When the next frame is due; none when nothing changed.
    fn next_frame(&self) -> Option<Instant> {
        let wait = if self.urgent { self.rest } else { STUDY_FRAME };
        (self.urgent || self.changed).then(|| self.drawn + wait)
    }

    /// Notes that a frame of so many bytes has been drawn.
    fn note_frame(&mut self, bytes: usize) {
        (self.urgent, self.changed, self.drawn) = (false, false, Instant::now());
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.rest = (Duration::from_secs(1) * bytes / LINK).min(REST);
    }

    /// When the loop must wake up although nothing happens.
    fn deadline(&self, playing: bool) -> Option<Instant> {
        let frame = self.next_frame();
        let replay = playing.then(|| self.replayed + REPLAY_FRAME);
        [frame, replay].into_iter().flatten().min()
    }
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
    let now = Instant::now();
    let mut pace = Pace { urgent: true, changed: true, drawn: now, rest: Duration::ZERO, replayed: now };
    loop {
        if pace.next_frame().is_some_and(|due| due <= Instant::now()) {
            let bytes = terminal.draw(app)?;
            pace.note_frame(bytes);
        }
        let first = match pace.deadline(app.playing) {
            Some(deadline) => inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let first = match first {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Ok(End::Quit),
        };
        for message in first.into_iter().chain(inbox.try_iter().take(AT_ONCE)) {
            if let Some(end) = hear(message, app, terminal, jobs, &mut pace)? {
                return Ok(end);
            }
        }
        if app.playing && pace.replayed.elapsed() >= REPLAY_FRAME {
            app.update(Action::Tick);
            (pace.replayed, pace.urgent) = (Instant::now(), true);
        }
    }
}

/// Takes one message in.
fn hear(
    message: Message,
    app: &mut App,
    terminal: &mut Terminal,
    jobs: &mut Jobs,
    pace: &mut Pace,
) -> io::Result<Option<End>> {
    let action = match message {
        Message::Input(event) => {
            for event in input::taken_apart(event) {
                // The first may have changed what the second means.
                let Some(action) = input::action(&app.keys, app.place(), &event) else { continue };
                if let Some(end) = act(action, app, terminal, jobs, pace)? {
                    return Ok(Some(end));
                }
            }
            return Ok(None);
        }
        Message::InputEnded(error) => return Err(error),
        #[cfg(unix)]
        Message::Signal(signal_hook::consts::SIGTSTP) => Action::Command(Command::Suspend),
        Message::Signal(signal) => return Ok(Some(End::Signal(signal))),
        Message::Action(action) => action,
    };
    act(action, app, terminal, jobs, pace)
}

/// Updates the state and carries out what that asks for.
fn act(
    action: Action,
    app: &mut App,
    terminal: &mut Terminal,
    jobs: &mut Jobs,
    pace: &mut Pace,
) -> io::Result<Option<End>> {
    pace.changed = true;
    pace.urgent |= !matches!(action, Action::Study { .. });
    let was_playing = app.playing;
    journal::note_action(&action, jobs.journal());
    for effect in app.update(action) {
        journal::note_effect(&effect, jobs.journal());
        if effect_carried_out(effect, app, terminal, jobs)? {
            return Ok(Some(End::Quit));
        }
    }
    if app.playing && !was_playing {
        pace.replayed = Instant::now();
    }
    Ok(None)
}

/// Carries one effect out; true when it is the end.
fn effect_carried_out(
    effect: Effect,
    app: &mut App,
    terminal: &mut Terminal,
    jobs: &mut Jobs,
) -> io::Result<bool> {
    match effect {
        Effect::Start { run, settings, earlier } => jobs.start(run, *settings, Some(*earlier)),
        Effect::Pause => jobs.control().into_iter().for_each(crate::study::Control::pause),
        Effect::Resume => jobs.control().into_iter().for_each(crate::study::Control::resume),
        Effect::Step => jobs.control().into_iter().for_each(crate::study::Control::step),
        Effect::Cancel => jobs.control().into_iter().for_each(crate::study::Control::cancel),
        Effect::Export(outcome) => jobs.export(*outcome),
        Effect::Report(outcome) => jobs.report(*outcome),
        Effect::Resample(request) => jobs.resample(request),
        Effect::Restore(request) => jobs.restore(*request),
        Effect::Analyse { run, mixture, component } => jobs.analyse(run, mixture, component),
        Effect::Mouse(on) => terminal.hear_mouse(on)?,
        Effect::Copy(text) => terminal.copy(&text)?,
        Effect::Redraw => terminal.forget()?,
        Effect::Suspend => {
            terminal.suspend()?;
            // The size may have changed meanwhile, without a word.
            let (width, height) = terminal.size()?;
            app.update(Action::Resize { width, height });
        }
        Effect::Quit => return Ok(true),
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_drawn_at_once_and_large_frames_are_followed_by_a_rest() {
        let now = Instant::now();
        let mut pace =
            Pace { urgent: false, changed: false, drawn: now, rest: Duration::ZERO, replayed: now };
        assert_eq!(pace.next_frame(), None, "nothing changed, nothing is drawn");
        pace.changed = true;
        assert_eq!(pace.next_frame(), Some(now + STUDY_FRAME));
        pace.urgent = true;
        assert_eq!(pace.next_frame(), Some(now));
        pace.note_frame(1_250);
        assert_eq!((pace.rest, pace.next_frame()), (Duration::from_millis(10), None));
        pace.note_frame(100_000_000);
        assert_eq!(pace.rest, REST);
        pace.note_frame(usize::MAX);
        pace.urgent = true;
        assert_eq!(pace.next_frame(), Some(pace.drawn + REST));
    }
}
