//! The kinds of masks, and the value that the slider sets of each.

use crate::data::ImageShape;
use crate::inverse::{Edge, Mask, Stripes};

/// How a mask is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskKind {
    /// A fraction of the pixels is observed, at random.
    Random,
    /// All but a square in the middle is observed.
    Block,
    /// The columns at the left edge are observed.
    Left,
    /// The columns at the right edge are observed.
    Right,
    /// The rows at the upper edge are observed.
    Top,
    /// The rows at the lower edge are observed.
    Bottom,
    /// Every n-th row is observed.
    Rows,
    /// Every n-th column is observed.
    Columns,
    /// Painted with the brush.
    Painted,
}

impl MaskKind {
    /// Every kind, in the order of the list.
    pub const ALL: [Self; 9] = [
        Self::Random,
        Self::Block,
        Self::Left,
        Self::Right,
        Self::Top,
        Self::Bottom,
        Self::Rows,
        Self::Columns,
        Self::Painted,
    ];

    /// Its name in the list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Block => "block",
            Self::Left => "left",
            Self::Right => "right",
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::Painted => "painted",
        }
    }
}

/// What the slider sets: a whole number from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub label: &'static str,
    /// Its least value.
    pub low: usize,
    /// Its greatest value.
    pub high: usize,
    /// Its value; for a random mask, the nearest whole percent.
    pub value: usize,
}

impl Setting {
    /// Where the value is, from 0 to 1.
    pub fn position(&self) -> f64 {
        let span = self.high.saturating_sub(self.low).max(1) as f64;
        self.value.saturating_sub(self.low) as f64 / span
    }
}

/// The values of all kinds; each keeps its own while another is in use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Values {
    /// Random: the fraction observed.
    fraction: f64,
    /// Block: its side.
    block: usize,
    /// Edges: rows or columns observed.
    lines: usize,
    /// Rows and columns: every `period`-th is observed.
    period: usize,
    /// Painted: side of the brush.
    pub brush: usize,
}

impl Values {
    /// The largest side of the brush.
    pub const MOST_BRUSH: usize = 9;

    /// The first values for images of `shape`, of which a random mask observes `fraction`.
    pub fn new(shape: ImageShape, fraction: f64) -> Self {
        let longer = shape.rows.max(shape.columns);
        let brush = (shape.rows.min(shape.columns) / 9).clamp(1, Self::MOST_BRUSH);
        Self { fraction, block: longer / 2, lines: longer / 2, period: 2, brush }
    }

    /// The value of `kind`, with its range.
    pub fn setting(&self, kind: MaskKind, ImageShape { rows, columns }: ImageShape) -> Setting {
        let setting =
            |label, low, high: usize, value: usize| Setting { label, low, high, value: value.min(high) };
        match kind {
            MaskKind::Random => setting("observed", 0, 100, (100.0 * self.fraction).round() as usize),
            MaskKind::Block => setting("missing", 0, rows.max(columns), self.block),
            MaskKind::Left | MaskKind::Right => setting("columns", 0, columns, self.lines),
            MaskKind::Top | MaskKind::Bottom => setting("rows", 0, rows, self.lines),
            MaskKind::Rows => setting("every", 1, rows.max(1), self.period),
            MaskKind::Columns => setting("every", 1, columns.max(1), self.period),
            MaskKind::Painted => setting("brush", 1, Self::MOST_BRUSH, self.brush),
        }
    }

    /// Changes the value of `kind`.
    pub fn set(&mut self, kind: MaskKind, value: usize) {
        match kind {
            MaskKind::Random => self.fraction = value as f64 / 100.0,
            MaskKind::Block => self.block = value,
            MaskKind::Left | MaskKind::Right | MaskKind::Top | MaskKind::Bottom => self.lines = value,
            MaskKind::Rows | MaskKind::Columns => self.period = value,
            MaskKind::Painted => self.brush = value,
        }
    }

    /// The mask of `kind`; `order` is that in which a random one observes pixels. None for a painted one.
    pub fn mask(&self, kind: MaskKind, shape: ImageShape, order: &[usize]) -> Option<Mask> {
        let edge = |edge| Mask::margin(shape, edge, self.lines);
        Some(match kind {
            MaskKind::Random => Mask::first_of(shape, order, Mask::count(order.len(), self.fraction)),
            MaskKind::Block => Mask::central_block_missing(shape, self.block),
            MaskKind::Left => edge(Edge::Left),
            MaskKind::Right => edge(Edge::Right),
            MaskKind::Top => edge(Edge::Top),
            MaskKind::Bottom => edge(Edge::Bottom),
            MaskKind::Rows => Mask::stripes(shape, Stripes::Rows, self.period),
            MaskKind::Columns => Mask::stripes(shape, Stripes::Columns, self.period),
            MaskKind::Painted => return None,
        })
    }
}
