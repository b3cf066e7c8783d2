//! What can be open above a tab.

use super::browser::Browser;
use super::cursors::Part;
use super::form::Form;
use crate::tui::keymap::Focus;

/// What is open above the tab.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The list of keys.
    Help {
        /// The search text.
        search: String,
        /// The first line shown.
        scroll: usize,
    },
    /// The tab's derivation.
    Theory {
        /// The first line shown.
        scroll: usize,
    },
    /// The settings form.
    Settings(Form),
    /// A picture, full screen.
    Picture(Open),
    /// The command palette.
    Palette(Palette),
    /// The list of components.
    Picker(Picker),
    /// A list to choose from.
    List(List),
    /// The list that a picture of the user's own is chosen from.
    Browser(Browser),
}

/// The list of components, to choose one from.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// The number typed so far.
    pub typed: String,
    /// The index of the selected entry among those whose numbers begin with it.
    pub selected: usize,
}

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Instructive pairs of a law and a map.
    Pairs,
    /// Experiments.
    Experiments,
}

/// A list to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// What is listed.
    pub of: Listed,
    /// The index of the selected line.
    pub selected: usize,
}

/// The command palette.
#[derive(Debug, Clone)]
pub struct Palette {
    /// The search text.
    pub search: String,
    /// The index of the selected action among those found.
    pub selected: usize,
    /// The focus below the palette, where the chosen action is carried out.
    pub focus: Focus,
    /// The overlay below the palette.
    pub beneath: Option<Box<Overlay>>,
}

impl Palette {
    /// An empty search over `focus`, above `beneath`.
    pub fn over(focus: Focus, beneath: Option<Overlay>) -> Self {
        Self { search: String::new(), selected: 0, focus, beneath: beneath.map(Box::new) }
    }
}

/// A picture that is open, full screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// The picture.
    pub subject: Subject,
    /// The cursor's column, in pixels.
    pub x: usize,
    /// The cursor's row, in pixels.
    pub y: usize,
    /// Columns a pixel; 0 fits the whole picture to the screen.
    pub zoom: usize,
}

/// Identifies a picture. Numbers are indices, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A training image.
    Train(usize),
    /// A held-out test image, by its place among those that are explained best and worst.
    Explained(usize),
    /// The mean of a component.
    Mean(usize),
    /// The covariance of a component.
    Covariance(usize),
    /// The diagonal of a component's covariance.
    Variance(usize),
    /// The row of a component's covariance that belongs to the selected pixel.
    Row(usize),
    /// A principal axis of a component.
    Axis(usize, usize),
    /// The change of a component's mean since the start of EM.
    Change(usize),
    /// The change of a component's mean in the iteration shown.
    LastChange(usize),
    /// A training image near the mean of a component: the component, and its place among them.
    Near(usize, usize),
    /// A sample.
    Sample(usize),
    /// A picture in the row of a test image.
    Inpaint(usize, Part),
    /// A draw from the posterior of the selected test image.
    Completion(usize),
    /// The error of a restored test image, its z-scores, or the covariances of the chosen pixel.
    Aspect(usize),
}
