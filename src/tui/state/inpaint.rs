//! The Restore tab: what is observed, the mask being edited, and what was restored.
//!
//! The study's own restorations stay in the outcome, for exports.

use std::sync::Arc;

use super::cursors::Part;
use super::job::{Coverage, Pending};
use super::mask_editor::MaskEditor;
use super::observed::Observed;
use crate::inverse::Posterior;
use crate::study::{InpaintReport, SamplesReport};

/// What the Restore tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InpaintView {
    /// All test images in rows.
    #[default]
    Images,
    /// The mask and one restoration; with everything else of it where there is room.
    Restored,
    /// The mask and the standard deviation.
    Deviation,
    /// The mask and draws from the posterior.
    Draws,
}

impl InpaintView {
    /// Every view, in order.
    pub const ALL: [Self; 4] = [Self::Images, Self::Restored, Self::Deviation, Self::Draws];
    /// Their names, in order.
    pub const NAMES: [&str; 4] = ["all images", "one", "deviation", "draws"];
}

/// What the picture beside the standard deviation shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aspect {
    /// The true image.
    #[default]
    Truth,
    /// Restoration minus truth.
    Error,
    /// (truth - restoration) / standard deviation.
    ZScore,
    /// The covariances of the chosen pixel under the posterior.
    Covariance,
}

impl Aspect {
    /// Every aspect, in order.
    pub const ALL: [Self; 4] = [Self::Truth, Self::Error, Self::ZScore, Self::Covariance];

    /// Its name.
    pub fn name(self) -> &'static str {
        ["truth", "error", "z-scores", "covariance"][self as usize]
    }

    /// The next one, around the end.
    pub fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }
}

/// A picture beside the mask, or the mask itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panel {
    /// What is observed: the mask over the image, which can be painted on, or the measurements.
    Mask,
    /// The posterior expectation.
    #[default]
    Restored,
    /// The standard deviation.
    Deviation,
    /// The true image, or what [`Aspect`] says.
    Truth,
    /// A draw from the posterior.
    Draw(usize),
}

impl From<Part> for Panel {
    fn from(part: Part) -> Self {
        match part {
            Part::Corrupted => Self::Mask,
            Part::Restored => Self::Restored,
            Part::Truth => Self::Truth,
            Part::Deviation => Self::Deviation,
        }
    }
}

impl Panel {
    /// The same picture in the row of a test image; none for a draw.
    pub fn part(self) -> Option<Part> {
        match self {
            Self::Mask => Some(Part::Corrupted),
            Self::Restored => Some(Part::Restored),
            Self::Deviation => Some(Part::Deviation),
            Self::Truth => Some(Part::Truth),
            Self::Draw(_) => None,
        }
    }
}

/// Identifies what was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestorationId {
    /// The version of the mask.
    pub mask: u64,
    /// The version of what is observed otherwise.
    pub observed: u64,
    /// The set of test images; 0 is the study's.
    pub set: u32,
}

/// Identifies draws from a posterior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawsId {
    /// Mask and images.
    pub restoration: RestorationId,
    /// The index of the image.
    pub image: usize,
    /// How often new draws were asked for.
    pub repeat: u32,
}

/// Identifies the covariances of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnId {
    /// What is observed, and the images.
    pub restoration: RestorationId,
    /// The index of the image.
    pub image: usize,
    /// The pixel.
    pub pixel: usize,
}

/// What the mouse holds between press and release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The brush.
    Brush {
        /// Whether the right button holds it, which paints the opposite.
        inverted: bool,
    },
    /// The knob of the slider.
    Knob,
    /// The knob of the noise's slider.
    Noise,
}

/// The state of the Restore tab.
#[derive(Debug, Clone, Default)]
pub struct InpaintState {
    /// The study that it belongs to.
    pub run: u64,
    /// What is shown.
    pub view: InpaintView,
    /// The selected picture.
    pub panel: Panel,
    /// What the picture of the truth shows.
    pub aspect: Aspect,
    /// What is observed.
    pub observed: Observed,
    /// The mask; none before there is a restoration to start from.
    pub editor: Option<MaskEditor>,
    /// Restorations under the edited mask, or of other images; none while the study's own are shown.
    pub report: Option<Arc<InpaintReport>>,
    /// Identifies the restorations shown.
    pub shown: RestorationId,
    /// The posteriors of the images restored.
    pub posteriors: Option<(RestorationId, Arc<Vec<Posterior>>)>,
    /// The covariances of a pixel.
    pub column: Option<(ColumnId, Arc<Vec<f64>>)>,
    /// How often intervals cover, on many test images.
    pub coverage: Option<(RestorationId, Arc<Coverage>)>,
    /// Draws from the posterior of one image.
    pub draws: Option<(DrawsId, Arc<SamplesReport>)>,
    /// The images to restore: positions in the test set.
    pub indices: Vec<usize>,
    /// The set of test images; 0 is the study's.
    pub set: u32,
    /// How often other random pixels were asked for.
    pub orders: u32,
    /// How often new draws were asked for.
    pub repeat: u32,
    /// The restorations under way.
    pub restoring: Pending<RestorationId>,
    /// The draws under way.
    pub drawing: Pending<DrawsId>,
    /// The covariances of a pixel under way.
    pub relating: Pending<ColumnId>,
    /// The coverage under way.
    pub covering: Pending<RestorationId>,
    /// The restoration that failed: it is not repeated before the next command of the user.
    pub failed: Option<RestorationId>,
    /// The draws that failed: they are not repeated before the next command of the user.
    pub failed_draws: Option<DrawsId>,
    /// What the mouse holds.
    pub held: Option<Held>,
}

/// The number of draws made at once: as many as the widest screen has room for.
pub const DRAWS: usize = 8;
