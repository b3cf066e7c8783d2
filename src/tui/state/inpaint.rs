//! The Inpaint tab: the mask being edited, and what was restored under it.
//!
//! The study's own restorations stay in the outcome, for exports.

use std::sync::Arc;

use super::cursors::Part;
use super::job::Pending;
use super::mask_editor::MaskEditor;
use crate::study::{InpaintReport, SamplesReport};

/// What the Inpaint tab shows.
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
    pub const NAMES: [&str; 4] = ["all images", "mask", "deviation", "draws"];
}

/// A picture beside the mask, or the mask itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panel {
    /// The mask over the image, which can be painted on.
    Mask,
    /// The posterior expectation.
    #[default]
    Restored,
    /// The standard deviation.
    Deviation,
    /// The true image.
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
}

/// The state of the Inpaint tab.
#[derive(Debug, Clone, Default)]
pub struct InpaintState {
    /// The study that it belongs to.
    pub run: u64,
    /// What is shown.
    pub view: InpaintView,
    /// The selected picture.
    pub panel: Panel,
    /// The mask; none before there is a restoration to start from.
    pub editor: Option<MaskEditor>,
    /// Restorations under the edited mask, or of other images; none while the study's own are shown.
    pub report: Option<Arc<InpaintReport>>,
    /// Identifies the restorations shown.
    pub shown: RestorationId,
    /// Draws from the posterior of one image.
    pub draws: Option<(DrawsId, Arc<SamplesReport>)>,
    /// The test images: positions in the test set.
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
    /// The restoration that failed: it is not repeated before the next command of the user.
    pub failed: Option<RestorationId>,
    /// The draws that failed: they are not repeated before the next command of the user.
    pub failed_draws: Option<DrawsId>,
    /// What the mouse holds.
    pub held: Option<Held>,
}

/// The number of draws made at once: as many as the widest screen has room for.
pub const DRAWS: usize = 8;
