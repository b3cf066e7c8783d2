//! A small drawing layer over printpdf: a canvas in points, and what is drawn with it.
//!
//! Lowest first: `geometry`, `color`, `font`, `text`, `image`; then [`Canvas`], on which one page is drawn;
//! then charts, panels of pictures, colour bars and tables, each drawn into a rectangle of a canvas; and
//! [`Document`], which makes the file from the pages. Only `canvas` and `document` know printpdf.

mod axis;
mod canvas;
mod chart;
mod color;
mod colorbar;
mod document;
mod error;
mod font;
mod geometry;
mod image;
mod panel;
mod table;
mod text;

pub use axis::Axis;
pub use canvas::{Canvas, Stroke};
pub use chart::Chart;
pub use color::Color;
pub use colorbar::{Beyond, LEAST_BAR, colorbar};
pub use document::Document;
pub use error::PdfError;
pub use font::{Face, Fonts};
pub use geometry::Rect;
pub use image::Raster;
pub use panel::{LEAST_CELL, Panel, PanelGrid, fitted};
pub use table::{Column, Table};
pub use text::{Anchor, Style, Text};
