//! What the dashboard tells a log. Where the log goes, and how it is written, is decided by the caller.

use crate::study::Event;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::state::job::{Answer, Job, JobKind};

/// A line for a log.
#[derive(Debug, Clone)]
pub enum Note<'a> {
    /// An event of a study; studies are counted from 1.
    Study(u64, &'a Event),
    /// Something that happened.
    Info(&'a str),
    /// The command of a key.
    Key(&'a str),
    /// Something that failed.
    Error(&'a str),
    /// The terminal has been given back, and something is still to be done before the end: "the export".
    Waiting(&'a str),
}

/// Takes notes; called from any thread. It neither fails nor writes to the terminal.
pub type Journal = dyn Fn(Note<'_>) + Send + Sync;

/// Notes what `action` says. The study's own events are noted where they arrive (`jobs`), so that a terminal that
/// takes nothing does not hold them up.
pub fn note_action(action: &Action, journal: &Journal) {
    match action {
        Action::Command(command) => journal(Note::Key(&command.name())),
        Action::Done(_, Ok(Answer::Written(text))) => journal(Note::Info(text)),
        Action::Done(_, Ok(Answer::Samples(samples))) => {
            journal(Note::Info(&format!("{} new samples", samples.components.len())));
        }
        Action::Done(id, Err(why)) => journal(Note::Error(&format!("{} failed: {why}", id.kind.name()))),
        Action::Resize { width, height } => journal(Note::Info(&format!("terminal of {width} x {height}"))),
        _ => {}
    }
}

/// Notes what is asked for.
pub fn note_effect(effect: &Effect, journal: &Journal) {
    let text = match effect {
        Effect::Start { run, .. } => format!("study {run} starts"),
        Effect::Cancel => "cancel".into(),
        Effect::Run(Job { id, .. })
            if matches!(id.kind, JobKind::Figures | JobKind::Report | JobKind::Model) =>
        {
            format!("{} begins", id.kind.name())
        }
        Effect::Copy(text) => format!("{} bytes to the clipboard", text.len()),
        Effect::Quit => "left by the user".into(),
        _ => return,
    };
    journal(Note::Info(&text));
}
