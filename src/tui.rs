//! The dashboard.
//!
//! ```text
//! input, signals, study, jobs ──► jobs::Message ──► event_loop
//!                                                     │ Action, with the Hits of the last frame
//!              terminal ◄── views (cells, Hits) ◄── state ◄── update ──► Effect ──► jobs
//! ```
//!
//! A module uses only those above it in this list:
//!
//! - `tab`, `command`, `theme`, `keymap`: names, colours and keys.
//! - `state`: plain data. What is asked of other threads, and what they answer, is part of it (`state::job`).
//! - `hits`: what a frame put where.
//! - `views`: functions of the state to a buffer, which note in `Hits` what they put where. `views::tabs` is
//!   the table of tabs, `views::overlays` what opens above them, `views::widgets` their drawing helpers.
//! - `update`: the state after an action, and the effects that it asks for. It reads the last `Hits`, and lays nothing out.
//! - `work`, `restorer`, `terminal`, `input`, `signals`, `jobs`, `event_loop`: threads, the terminal, the clock.

mod action;
mod command;
mod effect;
mod event_loop;
mod headless;
mod hits;
mod input;
mod jobs;
mod journal;
mod keymap;
mod restorer;
#[cfg(unix)]
mod signals;
mod state;
mod tab;
mod terminal;
mod theme;
mod update;
mod views;
mod work;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc;

use event_loop::End;
#[doc(hidden)]
pub use headless::Headless;
pub use jobs::{Exporter, ModelWriter, RunRemover};
pub use journal::{Journal, Note};
pub use keymap::{Clash, Key, Keys, Row};
pub use theme::{
    ACCENTS, Accents, ColorChoice, Depth, Glyphs, Ground, Paint, Pictures, PicturesChoice, Role,
};

use crate::study::{Checked, Experiment, Outcome, RunRecord};
use hits::Hits;
use state::App;
use state::job::JobKind;
use state::observed::Observed;
pub use state::observed::{Given, OperatorMaker};

/// Appearance and input of the dashboard.
#[derive(Debug, Clone, Default)]
pub struct Display {
    /// The number of colours.
    pub color: ColorChoice,
    /// The characters; `None` follows the locale.
    pub glyphs: Option<Glyphs>,
    /// The background; `None` follows what the terminal answers, before that COLORFGBG, and is dark without it.
    pub ground: Option<Ground>,
    /// What pictures are drawn with.
    pub pictures: PicturesChoice,
    /// Colours that are not the usual ones.
    pub accents: Accents,
    /// Whether the mouse is left to the terminal.
    pub no_mouse: bool,
    /// The keys.
    pub keys: Keys,
    /// The experiment that the settings are of.
    pub experiment: Option<&'static Experiment>,
}

/// What the dashboard leaves to its caller: it knows no file format.
pub struct Hooks {
    /// Writes the figures of the outcome so far, and says what it wrote: "wrote out/figures.pdf (412 KB)". It is
    /// called on a thread of its own.
    pub export: Box<Exporter>,
    /// The same for the report.
    pub report: Box<Exporter>,
    /// The same for a model.
    pub model: Box<ModelWriter>,
    /// Deletes what is saved of a run.
    pub delete: Box<RunRemover>,
    /// The runs that are saved.
    pub saved: Vec<RunRecord>,
    /// Writes the log.
    pub journal: Box<Journal>,
    /// What the tab Restore observes at first, and offers among others.
    pub given: Option<Given>,
}

/// The results when the user has left.
#[derive(Debug, Clone)]
pub struct Left {
    /// Those of the last study.
    pub outcome: Outcome,
    /// What exports wrote, a line each.
    pub written: Vec<String>,
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

/// Shows the dashboard and runs a study under `settings`, until the user leaves; the results up to then.
///
/// A signal that ends the program ends it from here, after the terminal has been given back.
///
/// # Errors
/// [`TuiError`]; the terminal is then as it was.
pub fn run(settings: Checked, display: Display, hooks: Hooks) -> Result<Left, TuiError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal);
    }
    let Display { color, glyphs, ground, pictures, accents, no_mouse, keys, experiment } = display;
    let environment = theme::Environment::read();
    let theme = theme::Theme::decide(color, glyphs, ground, &environment);
    let theme = theme::Theme { accents, ..theme };
    let journal: Arc<Journal> = Arc::from(hooks.journal);
    let (sender, inbox) = mpsc::channel();
    #[cfg(unix)]
    let heard = jobs::read_signals(sender.clone())?;
    let exporters = jobs::Exporters {
        figures: Arc::from(hooks.export),
        report: Arc::from(hooks.report),
        model: Arc::from(hooks.model),
        delete: Arc::from(hooks.delete),
    };
    let mut jobs = jobs::Jobs::new(sender.clone(), exporters, Arc::clone(&journal));

    let mut terminal = terminal::Terminal::enter(!no_mouse)?;
    note_panics(Arc::clone(&journal));
    let mut app = App::new(settings.get().clone(), theme, keys, terminal.size()?);
    app.mouse = !no_mouse;
    app.runs.add_saved(hooks.saved);
    app.abilities.pictures = pictures;
    app.abilities.ground_is_chosen = ground.is_some();
    app.abilities.cell = terminal.cell();
    app.theme.pictures = app.abilities.pictures();
    experiment.into_iter().for_each(|experiment| app.show_experiment(experiment));
    app.inpaint.observed = Observed::new(hooks.given);
    // The first frame comes before the work.
    terminal.draw(&app)?;
    journal(Note::Info(&format!(
        "terminal of {} x {}, {} colours, {}, {} background",
        app.size.0,
        app.size.1,
        theme.depth.name(),
        theme.glyphs.name(),
        theme.ground.name()
    )));
    jobs::read_input(sender)?;
    #[cfg(unix)]
    if environment.can_be_asked() {
        let shown = pictures == PicturesChoice::Auto && theme.half_blocks();
        let colored = theme.depth != Depth::None;
        let multiplexed = environment.is_multiplexed();
        let background = ground.is_none() && colored;
        terminal.ask(terminal::Questions { background, pictures: shown, multiplexed })?;
    }
    jobs.start(app.run, settings, None);
    let ended = event_loop::run(&mut app, &mut terminal, &inbox, &mut jobs);
    drop(terminal);
    #[cfg(unix)]
    if let Ok(End::Signal(signal)) = ended {
        journal(Note::Info(&format!("ended by signal {signal}")));
        // The default action gives the parent the right exit status.
        signals::end_by(signal);
    }
    jobs.finish();
    // What an export under way has written meanwhile.
    for message in inbox.try_iter() {
        if let jobs::Message::Action(action @ action::Action::Done(id, _)) = message
            && matches!(id.kind, JobKind::Figures | JobKind::Report | JobKind::Model)
        {
            app.update(action, &Hits::default());
        }
    }
    #[cfg(unix)]
    heard.close();
    if let Err(error) = &ended {
        journal(Note::Error(&format!("the terminal has gone: {error}")));
    }
    ended?;
    Ok(Left { outcome: app.outcome, written: app.written })
}

/// Notes every panic in the log, before the previous panic hook runs.
fn note_panics(journal: Arc<Journal>) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        journal(Note::Error(&info.to_string()));
        before(info);
    }));
}
