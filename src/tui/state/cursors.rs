//! The cursors of the tabs, and the views that a tab can show.

/// What the Components tab shows of a covariance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CovarianceView {
    /// The whole D x D matrix, averaged to what fits.
    #[default]
    Full,
    /// Its diagonal, the variance of each pixel, as an image.
    Diagonal,
    /// Its row of the selected pixel, as an image.
    Row,
    /// Its leading eigenvectors, as images.
    Axes,
    /// The training images nearest to its mean.
    Nearest,
    /// The change of the mean since the start of EM, as an image.
    Change,
    /// The change of the mean in the last iteration, as an image.
    LastChange,
}

impl CovarianceView {
    /// Every view, in order.
    pub const ALL: [Self; 7] =
        [Self::Full, Self::Diagonal, Self::Row, Self::Axes, Self::Nearest, Self::Change, Self::LastChange];
    /// Their names, in order.
    pub const NAMES: [&str; 7] =
        ["covariance", "variances", "row", "eigenvectors", "nearest", "since start", "last change"];

    /// Whether it is of the selected component alone, a row of pictures.
    pub fn is_of_one(self) -> bool {
        matches!(self, Self::Axes | Self::Nearest)
    }

    /// The view `by` places further, around the ends.
    pub fn moved(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// What the chart of EM on the Fit tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NllView {
    /// The NLL of every iteration, of training and of held-out images.
    #[default]
    Whole,
    /// The NLL of training images without the first iteration, which is far from the others.
    Close,
    /// The size of its changes, on a logarithmic axis.
    Change,
    /// Its changes, on a linear axis.
    LinearChange,
    /// The NLL of the held-out test images alone.
    HeldOut,
}

impl NllView {
    /// Every view, in order.
    const ALL: [Self; 5] = [Self::Whole, Self::Close, Self::Change, Self::LinearChange, Self::HeldOut];
    const NAMES: [&str; 5] = ["value", "from 2", "log Δ", "Δ", "held out"];

    /// The names of the views, in order; that of held-out images only when there are any.
    pub fn names(held_out: bool) -> &'static [&'static str] {
        if held_out { &Self::NAMES } else { &Self::NAMES[..4] }
    }

    /// The view at `index`, around the end.
    pub fn at(index: usize, held_out: bool) -> Self {
        Self::ALL[index % Self::names(held_out).len()]
    }
}

/// What the Data tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataView {
    /// The training images at their own size, where some rows of them fit.
    #[default]
    Native,
    /// The training images as small as it takes to see all.
    Small,
    /// The held-out test images that the mixture explains best and worst.
    Explained,
}

impl DataView {
    const ALL: [Self; 3] = [Self::Native, Self::Small, Self::Explained];
    const NAMES: [&str; 3] = ["pixel for pixel", "small", "best and worst"];

    /// The names of the views, in order; that of held-out images only when they are `scored`.
    pub fn names(scored: bool) -> &'static [&'static str] {
        if scored { &Self::NAMES } else { &Self::NAMES[..2] }
    }

    /// The view at `index`, around the end.
    pub fn at(index: usize, scored: bool) -> Self {
        Self::ALL[index % Self::names(scored).len()]
    }
}

/// A picture in the row of a test image on the Restore tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// The observed pixels.
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

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Corrupted => "observed",
            Self::Restored => "restored",
            Self::Truth => "truth",
            Self::Deviation => "std dev",
        }
    }
}

/// A cursor that arrow keys move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// Position on the z axis.
    Z,
    /// Row of the table of checks.
    Check,
    /// Training image.
    Train,
    /// Held-out image, of those explained best and worst.
    Explained,
    /// Iteration of EM.
    Iteration,
    /// Component.
    Component,
    /// Sample.
    Sample,
    /// Test image.
    Image,
    /// Picture in the row of a test image.
    Part,
    /// Row of the table of runs.
    Run,
}

/// The position of every cursor. Positions are clamped when they are read: what they point into may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursors {
    /// Transform: row of the table of checks.
    pub check: usize,
    /// Data: training image.
    pub train: usize,
    /// Data: what is shown.
    pub data: DataView,
    /// Data: place among the held-out images explained best and worst.
    pub explained: usize,
    /// Fit and Components: number of the iteration of EM, 0 for the start; `None` follows the latest.
    pub iteration: Option<usize>,
    /// Fit: view of the chart of EM.
    pub nll: NllView,
    /// Components: component.
    pub component: usize,
    /// Components: view of the covariance.
    pub covariance: CovarianceView,
    /// Components: whether each picture of a view has a scale of its own.
    pub own_scales: bool,
    /// Components: selected pixel, row by row; `None` is the middle of the image.
    pub pixel: Option<usize>,
    /// Components: principal axis, or nearest image.
    pub axis: usize,
    /// Samples: sample.
    pub sample: usize,
    /// Restore: test image.
    pub image: usize,
    /// Restore: picture in its row.
    pub part: Part,
}

impl Cursors {
    /// Steps of the cursor over the window of z.
    pub const Z_STEPS: usize = 1000;
}

impl Default for Cursors {
    fn default() -> Self {
        Self {
            check: 0,
            train: 0,
            data: DataView::Native,
            explained: 0,
            iteration: None,
            nll: NllView::Whole,
            component: 0,
            covariance: CovarianceView::Full,
            own_scales: true,
            pixel: None,
            axis: 0,
            sample: 0,
            image: 0,
            part: Part::Corrupted,
        }
    }
}
