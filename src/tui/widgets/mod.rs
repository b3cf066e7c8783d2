//! What the tabs are put together from. Each widget is a pure function of its data, the theme and a rectangle.

pub mod bars;
pub mod chart;
pub mod colorbar;
pub mod image;
pub mod panel;
pub mod progress;
pub mod slider;
pub mod sparkline;
pub mod text;
pub mod tiles;
