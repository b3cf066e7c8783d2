//! What a picture, a colour map, an axis or a number looks like, with no notion of cells or points.
//!
//! Shared by `tui` and `export`, which never see each other.

mod colormap;
mod layout;
mod number;
mod picture;
mod range;
mod results;
mod tables;
mod ticks;

pub use colormap::Colormap;
pub use layout::{Grid, grid};
pub use number::{duration, fixed, scientific, significant};
pub use picture::Picture;
pub use range::Range;
pub use results::{color_bar, corrupted, difference, matrix, share_range, square};
pub use ticks::{Ticks, log_ticks, ticks};
