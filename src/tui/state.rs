//! The state of the dashboard: plain data, and what follows from it alone. No terminal, no thread, no clock, no layout.

pub mod answers;
pub mod axes;
pub mod browser;
pub mod cursors;
pub mod form;
pub mod inpaint;
pub mod job;
mod lookup;
pub mod mask_editor;
pub mod observed;
pub mod overlay;
pub mod runs;
pub mod samples;
pub mod status;
pub mod transform;

use crate::mixture::CovarianceFamily;
use crate::study::{EmStep, Experiment, Outcome, Settings, Shown, Shrinkage};

use crate::tui::keymap::{Focus, Keys};
use crate::tui::tab::Tab;
use crate::tui::theme::Theme;
use answers::Abilities;
use axes::{Axes, Overviews};
use cursors::Cursors;
use inpaint::InpaintState;
use job::JobId;
use overlay::Overlay;
use runs::{Runs, Sweep};
use samples::SampleStream;
use status::{Status, Tone};
use transform::TransformState;

/// The state of the dashboard.
#[derive(Debug, Clone)]
pub struct App {
    /// The results of the study so far.
    pub outcome: Outcome,
    /// The number of the study, from 1.
    pub run: u64,
    /// The key table in force.
    pub keys: Keys,
    /// Colours and glyphs.
    pub theme: Theme,
    /// What is known of the terminal.
    pub abilities: Abilities,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// The tab in front.
    pub tab: Tab,
    /// The cursors.
    pub cursors: Cursors,
    /// What is open above the tab.
    pub overlay: Option<Overlay>,
    /// The message in the status line.
    pub status: Option<Status>,
    /// The export under way.
    pub exporting: Option<JobId>,
    /// What exports have written: "wrote out/figures.pdf (412 KB)".
    pub written: Vec<String>,
    /// The experiment that the study is, until another run or Esc.
    pub experiment: Option<&'static Experiment>,
    /// The pair of task 1, and the window of z.
    pub transform: TransformState,
    /// The samples of the mixture.
    pub samples: SampleStream,
    /// What is observed, and what is restored from it.
    pub inpaint: InpaintState,
    /// The principal axes of the components.
    pub axes: Axes,
    /// The averaged covariances.
    pub overviews: Overviews,
    /// The runs of the session, and those that are saved.
    pub runs: Runs,
    /// The runs of a sweep that are still to come.
    pub sweep: Sweep,
    /// Whether the mouse is in use.
    pub mouse: bool,
    /// Whether the history of EM is being replayed.
    pub playing: bool,
    /// Whether Esc was pressed once: once more cancels the study.
    pub cancel_armed: bool,
    /// Whether quitting was asked for once while the study runs: once more leaves.
    pub quit_armed: bool,
    /// The saved run that was asked to be deleted once: once more deletes it.
    pub delete_armed: Option<String>,
    /// The number of jobs so far.
    pub jobs: u64,
}

impl App {
    /// The state before any event of the first study.
    pub fn new(settings: Settings, theme: Theme, keys: Keys, size: (u16, u16)) -> Self {
        Self {
            outcome: Outcome::new(settings),
            run: 1,
            keys,
            theme,
            abilities: Abilities::default(),
            size,
            tab: Tab::Fit,
            cursors: Cursors::default(),
            overlay: None,
            status: None,
            exporting: None,
            written: Vec::new(),
            experiment: None,
            transform: TransformState::default(),
            samples: SampleStream::default(),
            inpaint: InpaintState::default(),
            axes: Axes::default(),
            overviews: Overviews::default(),
            runs: Runs::default(),
            sweep: Sweep::default(),
            mouse: true,
            playing: false,
            cancel_armed: false,
            quit_armed: false,
            delete_armed: None,
            jobs: 0,
        }
    }

    /// Shows an experiment where it is to be seen.
    pub fn show_experiment(&mut self, experiment: &'static Experiment) {
        self.experiment = Some(experiment);
        self.tab = match experiment.shown {
            Shown::Fit => Tab::Fit,
            Shown::Components => Tab::Components,
            Shown::Restoration => Tab::Restore,
        };
    }

    /// What the keyboard acts on.
    pub fn focus(&self) -> Focus {
        match &self.overlay {
            None if self.editing_mask() => Focus::MaskEditor,
            None if self.editing_pair() => Focus::PairEditor,
            None => Focus::Tab(self.tab),
            Some(Overlay::Help { .. }) => Focus::Help,
            Some(Overlay::Theory { .. }) => Focus::Theory,
            Some(Overlay::Settings(_)) => Focus::Settings,
            Some(Overlay::Picture(_)) => Focus::Picture,
            Some(Overlay::Palette(_)) => Focus::Palette,
            Some(Overlay::Picker(_)) => Focus::Picker,
            Some(Overlay::List(_)) => Focus::List,
            Some(Overlay::Browser(_)) => Focus::Browser,
        }
    }

    /// The number of the iteration of EM shown, the cursor's or the latest: 0 is the start. `None` before the first.
    pub fn iteration(&self) -> Option<usize> {
        let last = self.outcome.em.history.len();
        (last > 0).then(|| self.cursors.iteration.unwrap_or(last).clamp(self.first_iteration(), last))
    }

    /// The number of the first iteration that can be shown: the start, where it is known.
    pub fn first_iteration(&self) -> usize {
        usize::from(self.outcome.em.start.is_none())
    }

    /// The iteration of EM shown; none at the start, and before the first.
    pub fn em_step(&self) -> Option<&EmStep> {
        let before = self.iteration()?.checked_sub(1)?;
        self.outcome.em.history.get(before).map(|step| &**step)
    }

    /// Shows an iteration; the last one follows the latest.
    pub fn show_iteration(&mut self, number: usize) {
        let number = number.max(self.first_iteration());
        self.cursors.iteration = (number < self.outcome.em.history.len()).then_some(number);
    }

    /// Whether the study is under way.
    pub fn running(&self) -> bool {
        !self.outcome.status.has_ended()
    }

    /// Whether the fit does not generalise, and a shrinkage that is chosen can help.
    pub fn overfits(&self) -> bool {
        let settings = &self.outcome.settings;
        let is_shrinkable = matches!(settings.covariance, CovarianceFamily::Full | CovarianceFamily::Tied);
        let is_helped = !self.running() && settings.shrinkage != Shrinkage::Auto && is_shrinkable;
        is_helped && self.outcome.fit.as_ref().is_some_and(|fit| fit.generalises() == Some(false))
    }

    /// Whether images are held out, as far as is known.
    pub fn holds_out(&self) -> bool {
        let asked = self.outcome.settings.held_out > 0;
        self.outcome.data.as_ref().map_or(asked, |data| !data.held_out_indices.is_empty())
    }

    /// Shows a message until the next key.
    pub fn info(&mut self, text: impl Into<String>) {
        self.status = Some(Status { tone: Tone::Info, text: text.into() });
    }

    /// Shows the result of something.
    pub fn report(&mut self, result: Result<String, String>) {
        self.status = Some(match result {
            Ok(text) => Status { tone: Tone::Good, text },
            Err(text) => Status { tone: Tone::Bad, text },
        });
    }
}
