//! Positions and labels of an axis' ticks.

/// Ticks of an axis, with their labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// Ascending positions, within the range asked for.
    pub positions: Vec<f64>,
    /// One label a position, all with the same number of decimals.
    pub labels: Vec<String>,
}

/// At most `most` ticks at multiples of 1, 2, 2.5 or 5 times a power of ten in [`low`, `high`].
///
/// A degenerate or non-finite range gives at most one tick.
pub fn ticks(low: f64, high: f64, most: usize) -> Ticks {
    let _ = (low, high, most);
    todo!()
}

/// Ticks at powers of ten in [`low`, `high`] (both positive), thinned to at most `most`, labelled "10⁻³".
pub fn log_ticks(low: f64, high: f64, most: usize) -> Ticks {
    let _ = (low, high, most);
    todo!()
}
