//! What a picture, a colour map, an axis, a number or a word looks like, with no notion of cells or points.
//!
//! The layer below `tui` and `export`, which do not import each other: what both show is worked out here.

mod colormap;
pub mod composition;
mod grid;
mod history;
mod notes;
mod number;
mod picture;
mod range;
mod results;
mod tables;
mod ticks;
pub mod words;

pub use colormap::Colormap;
pub use grid::Grid;
pub use history::nll_changes;
pub use notes::fit_notes;
pub use number::{duration, fixed, scientific, setting, significant, subscript, superscript};
pub use picture::Picture;
pub use range::Range;
pub use results::{
    by_value, color_bar, column, corrupted, deviation_range, heatmap, image_of, image_shape, matrix,
    relative, share_range, signed, value_of, width_of,
};
pub use ticks::{Ticks, log_ticks, ticks, whole_ticks};
