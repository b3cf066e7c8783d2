//! The dashboard.
//!
//! ```text
//! input, signals, study, export, draws ──► jobs::Message ──► event_loop
//!                                                             │ Action
//!                 terminal ◄── view (state to cells) ◄── App::update ──► Effect ──► jobs
//! ```
//!
//! Raw events become an `Action` by the one key table (`keymap`); `App::update` takes it in without terminal,
//! thread or clock; `view` draws the state into a buffer. `tabs` has a file for each tab, `overlays` for what opens
//! above them, `widgets` for what they are put together from; `theme` decides colours and glyphs. `cli` calls [`run`].

mod action;
mod app;
mod event_loop;
mod input;
mod jobs;
mod keymap;
mod layout;
mod overlays;
mod restorer;
mod tabs;
mod terminal;
mod theme;
mod view;
mod widgets;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc;

use app::App;
use event_loop::End;
pub use jobs::Exporter;
pub use theme::{ColorChoice, Depth};

use crate::study::{Checked, Outcome};

/// How the dashboard looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Display {
    /// `--color`.
    pub color: ColorChoice,
    /// ASCII alone, whatever the locale says.
    pub ascii: bool,
}

/// What the dashboard needs from above: it knows no file format.
pub struct Hooks {
    /// Writes the figures of the outcome so far, and says what it wrote: "wrote out/figures.pdf (412 KB)". It is
    /// called on a thread of its own.
    pub export: Box<Exporter>,
}

/// Why there is no dashboard.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// Standard input or output is no terminal.
    #[error("the dashboard needs a terminal: run it without redirection, or use `gmmscope export`")]
    NoTerminal,
    /// The terminal could not be set up, or has gone.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}

/// Shows the dashboard and runs a study under `settings`, until the user leaves; returns the last outcome.
///
/// A signal that ends the program ends it from here, after the terminal has been given back.
///
/// # Errors
/// [`TuiError`]; the terminal is then as it was.
pub fn run(settings: Checked, display: Display, hooks: Hooks) -> Result<Outcome, TuiError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal);
    }
    let theme = theme::Theme::decide(display.color, display.ascii, &theme::Environment::read());
    let (sender, inbox) = mpsc::channel();
    #[cfg(unix)]
    let signals = jobs::read_signals(sender.clone())?;
    let mut jobs = jobs::Jobs::new(sender.clone(), Arc::from(hooks.export));

    let mut terminal = terminal::Terminal::enter()?;
    let mut app = App::new(settings.get().clone(), theme, terminal.size()?);
    // The first frame comes before the work.
    terminal.draw(&app)?;
    jobs::read_input(sender)?;
    jobs.start(app.run, settings);
    let ended = event_loop::run(&mut app, &mut terminal, &inbox, &mut jobs);
    drop(terminal);
    #[cfg(unix)]
    if let Ok(End::Signal(signal)) = ended {
        // The default action gives the parent the right exit status.
        signal_hook::low_level::emulate_default_handler(signal)?;
    }
    jobs.finish();
    #[cfg(unix)]
    signals.close();
    ended?;
    Ok(app.outcome)
}
