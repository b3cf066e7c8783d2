//! The shapes of masks, and the measure that the slider sets of each.

use crate::inverse::Edge;

/// Where a mask comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A fraction of the pixels, at random.
    Random,
    /// All but a square in the middle.
    Block,
    /// The columns at the left edge.
    Left,
    /// The columns at the right edge.
    Right,
    /// The rows at the upper edge.
    Top,
    /// The rows at the lower edge.
    Bottom,
    /// Every n-th row.
    Rows,
    /// Every n-th column.
    Columns,
    /// Painted.
    Painted,
}

impl Shape {
    /// Every shape, in the order of the list.
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

    /// The edge that is observed.
    pub(super) fn edge(self) -> Option<Edge> {
        match self {
            Self::Left => Some(Edge::Left),
            Self::Right => Some(Edge::Right),
            Self::Top => Some(Edge::Top),
            Self::Bottom => Some(Edge::Bottom),
            _ => None,
        }
    }
}

/// What the slider sets: a whole number from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// What it is.
    pub label: &'static str,
    /// Its least value.
    pub low: usize,
    /// Its greatest value.
    pub high: usize,
    /// Its value; for a random mask, the nearest whole percent.
    pub value: usize,
}

impl Measure {
    /// Where the value is, from 0 to 1.
    pub fn position(&self) -> f64 {
        let span = self.high.saturating_sub(self.low).max(1) as f64;
        self.value.saturating_sub(self.low) as f64 / span
    }
}
