//! What the dashboard tells a log: `cli` decides where it goes, and how it is written.

use super::action::{Action, Effect};
use super::restorer::Answer;
use crate::study::Event;

/// Something worth a line in a log.
#[derive(Debug, Clone)]
pub enum Note<'a> {
    /// Something that a study said; studies are counted from 1.
    Study(u64, &'a Event),
    /// Something that happened.
    Info(&'a str),
    /// A key's action.
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
        Action::Exported(Ok(text)) => journal(Note::Info(text)),
        Action::Exported(Err(why)) => journal(Note::Error(&format!("export failed: {why}"))),
        Action::Resampled { result: Err(why), .. } => journal(Note::Error(&format!("samples: {why}"))),
        Action::Resampled { result: Ok(samples), .. } => {
            journal(Note::Info(&format!("{} new samples", samples.components.len())));
        }
        Action::Restored { answer: Answer::Restored { result: Err(why), .. }, .. }
        | Action::Restored { answer: Answer::Drawn { result: Err(why), .. }, .. } => {
            journal(Note::Error(&format!("restorations: {why}")));
        }
        Action::Analysed { result: Err(why), .. } => journal(Note::Error(&format!("eigenvectors: {why}"))),
        Action::JobFailed(why) => journal(Note::Error(why)),
        Action::Resize { width, height } => journal(Note::Info(&format!("terminal of {width} x {height}"))),
        _ => {}
    }
}

/// Notes what is asked for.
pub fn note_effect(effect: &Effect, journal: &Journal) {
    let text = match effect {
        Effect::Start { run, .. } => format!("study {run} starts"),
        Effect::Cancel => "cancel".into(),
        Effect::Export(_) => "export begins".into(),
        Effect::Report(_) => "report begins".into(),
        Effect::Copy(text) => format!("{} bytes to the clipboard", text.len()),
        Effect::Suspend => "suspended".into(),
        Effect::Quit => "left by the user".into(),
        _ => return,
    };
    journal(Note::Info(&text));
}
