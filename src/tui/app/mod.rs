//! The state of the dashboard, and what changes it. No terminal, no thread, no clock.
//!
//! `event_loop` feeds [`App::update`] with actions and carries out the effects that it returns; `view` draws the
//! state. The movements of the tabs' cursors are in `navigate`, what the overlays do in `overlays`.

mod axes;
mod bench;
mod control;
mod gallery;
mod navigate;
mod painter;
mod status;
mod tab;
mod update;

#[cfg(test)]
mod tests;

use crate::study::{Outcome, Settings};

use super::action::Command;
use super::keymap::{Keys, Place};
use super::overlays::{Form, Open, Palette};
use super::tabs::components::Overview;
use super::theme::Theme;

pub use axes::Axes;
pub use bench::{Bench, BenchView, DRAWS, DrawSource, Source};
pub use gallery::{Gallery, SampleRequest, Stream};
pub use painter::{Painter, Shape};
pub use status::{Status, Tone};
pub use tab::Tab;

/// What the Components tab shows of a covariance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CovarianceView {
    /// The whole D x D matrix, averaged to what fits.
    #[default]
    Full,
    /// Its diagonal, the variance of each pixel, as an image.
    Diagonal,
    /// Its row of the chosen pixel, as an image.
    Row,
    /// Its leading eigenvectors, as images.
    Axes,
}

impl CovarianceView {
    /// Every view, in the order of the key.
    pub const ALL: [Self; 4] = [Self::Full, Self::Diagonal, Self::Row, Self::Axes];

    /// The view `by` places further, in a circle.
    pub fn moved(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// What the Fit tab's chart of EM shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NllView {
    /// The NLL of every iteration.
    #[default]
    Whole,
    /// The same on an axis without the first iteration, whose NLL is far from the others.
    Close,
    /// The size of its changes, on a logarithmic axis.
    Change,
    /// Its changes, on a linear axis.
    LinearChange,
    /// The NLL of the test images held out.
    HeldOut,
}

impl NllView {
    /// The next one, in a circle; that of the images held out only when there are any.
    fn next(self, held_out: bool) -> Self {
        match self {
            Self::Whole => Self::Close,
            Self::Close => Self::Change,
            Self::Change => Self::LinearChange,
            Self::LinearChange if held_out => Self::HeldOut,
            Self::LinearChange | Self::HeldOut => Self::Whole,
        }
    }
}

/// The part of an inpainting row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// What was observed.
    #[default]
    Corrupted,
    /// The posterior expectation.
    Restored,
    /// The true image.
    Truth,
    /// The posterior standard deviation.
    Deviation,
}

impl Part {
    /// Every part, from left to right.
    pub const ALL: [Self; 4] = [Self::Corrupted, Self::Restored, Self::Truth, Self::Deviation];

    /// What stands above it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Corrupted => "corrupted",
            Self::Restored => "restored",
            Self::Truth => "truth",
            Self::Deviation => "std dev",
        }
    }
}

/// Where the cursor of each tab is. They are clamped when they are read: what they point into may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursors {
    /// Transform: position on the z axis, from 0 to [`Cursors::Z_STEPS`].
    pub z: usize,
    /// Transform: line of the table of checks.
    pub check: usize,
    /// Data: training image.
    pub train: usize,
    /// Data: more but smaller images.
    pub small: bool,
    /// Fit and Components: index into the history of EM; `None` follows the latest.
    pub iteration: Option<usize>,
    /// Fit: what the chart of EM shows.
    pub nll: NllView,
    /// Components: which component.
    pub component: usize,
    /// Components: what is shown of the covariance.
    pub covariance: CovarianceView,
    /// Components: the chosen pixel, row by row; the middle one before one is chosen.
    pub pixel: Option<usize>,
    /// Components: which principal axis.
    pub axis: usize,
    /// Samples: which sample.
    pub sample: usize,
    /// Inpaint: which image.
    pub image: usize,
    /// Inpaint: which part of its row.
    pub part: Part,
}

impl Cursors {
    /// Steps of the cursor over the z axis.
    pub const Z_STEPS: usize = 100;
}

impl Default for Cursors {
    fn default() -> Self {
        Self {
            z: 25,
            check: 0,
            train: 0,
            small: false,
            iteration: None,
            nll: NllView::Whole,
            component: 0,
            covariance: CovarianceView::Full,
            pixel: None,
            axis: 0,
            sample: 0,
            image: 0,
            part: Part::Corrupted,
        }
    }
}

/// What is open above the tab.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The list of keys.
    Help {
        /// Letters searched for.
        search: String,
        /// First line shown.
        scroll: usize,
    },
    /// The tab's derivation.
    Theory {
        /// First line shown.
        scroll: usize,
    },
    /// The settings form.
    Settings(Form),
    /// A picture on the whole screen.
    Picture(Open),
    /// The command palette.
    Palette(Palette),
}

/// The state of the dashboard.
#[derive(Debug, Clone)]
pub struct App {
    /// What the study has found so far.
    pub outcome: Outcome,
    /// Which study, counted from 1.
    pub run: u64,
    /// The key table in force.
    pub keys: Keys,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// The tab in front.
    pub tab: Tab,
    /// Where the cursors are.
    pub cursors: Cursors,
    /// What is open above the tab.
    pub overlay: Option<Overlay>,
    /// The message in the status line.
    pub status: Option<Status>,
    /// An export is under way.
    pub exporting: bool,
    /// What exports have written: "wrote out/figures.pdf (412 KB)".
    pub written: Vec<String>,
    /// The samples of the mixture.
    pub gallery: Gallery,
    /// The mask and what is restored under it.
    pub bench: Bench,
    /// The principal axes of the components.
    pub axes: Axes,
    /// The mouse is heard.
    pub mouse: bool,
    /// The history of EM is being replayed.
    pub playing: bool,
    /// Esc was pressed once: once more cancels the study.
    cancel_armed: bool,
    /// The covariances averaged, worked out once when the fit arrives.
    pub overviews: Vec<Overview>,
}

impl App {
    /// A dashboard that has heard nothing yet.
    pub fn new(settings: Settings, theme: Theme, size: (u16, u16)) -> Self {
        Self {
            outcome: Outcome::new(settings),
            run: 1,
            keys: Keys::default(),
            theme,
            size,
            tab: Tab::Transform,
            cursors: Cursors::default(),
            overlay: None,
            status: None,
            exporting: false,
            written: Vec::new(),
            gallery: Gallery::default(),
            bench: Bench::default(),
            axes: Axes::default(),
            mouse: true,
            playing: false,
            cancel_armed: false,
            overviews: Vec::new(),
        }
    }

    /// Where the keyboard's attention is.
    pub fn place(&self) -> Place {
        match &self.overlay {
            None if self.at_canvas() => Place::Canvas,
            None => Place::Tab(self.tab),
            Some(Overlay::Help { .. }) => Place::Help,
            Some(Overlay::Theory { .. }) => Place::Theory,
            Some(Overlay::Settings(_)) => Place::Settings,
            Some(Overlay::Picture(_)) => Place::Picture,
            Some(Overlay::Palette(_)) => Place::Palette,
        }
    }

    /// The index into the history of EM that is shown: the cursor's, or the latest. `None` while there is none.
    pub fn iteration(&self) -> Option<usize> {
        let last = self.outcome.em.history.len().checked_sub(1)?;
        Some(self.cursors.iteration.unwrap_or(last).min(last))
    }

    /// Whether `command` would do something at present, so that the footer should name it.
    pub fn offers(&self, command: Command) -> bool {
        match command {
            Command::TogglePause => self.running(),
            Command::Step => self.running() && self.outcome.status.is_paused(),
            Command::Play => self.outcome.em.history.len() > 1,
            Command::Resample if self.tab == Tab::Inpaint => self.bench.painter.is_some(),
            Command::Resample | Command::CycleComponent => self.outcome.samples.is_some(),
            Command::CycleView if self.tab == Tab::Inpaint => self.bench.painter.is_some(),
            Command::PixelLeft | Command::PixelRight | Command::PixelUp | Command::PixelDown => {
                self.cursors.covariance == CovarianceView::Row
            }
            Command::Open => Open::selected(self).is_some(),
            _ => true,
        }
    }

    /// Whether the study is still at work.
    pub fn running(&self) -> bool {
        !self.outcome.status.has_ended()
    }
}
