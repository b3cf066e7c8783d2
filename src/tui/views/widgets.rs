//! Drawing helpers: functions of data, a theme and a rectangle.

pub mod bars;
pub mod chart;
pub mod colorbar;
pub mod image;
pub mod panel;
pub mod progress;
pub mod slider;
pub mod text;
pub mod tiles;
pub mod weights;
