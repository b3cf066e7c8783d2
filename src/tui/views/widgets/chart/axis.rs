//! An axis of a chart: its range, its scale, its ticks.

use crate::show::{Ticks, log_ticks, ticks, whole_ticks};

/// One axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis<'a> {
    /// Least value shown.
    pub low: f64,
    /// Greatest value shown.
    pub high: f64,
    /// Its title, shown at the end of a horizontal axis.
    pub title: &'a str,
    /// Whether it is logarithmic; both ends are then positive.
    pub log: bool,
    /// Whether ticks stand at whole numbers only.
    pub counts: bool,
}

impl<'a> Axis<'a> {
    /// A linear axis.
    pub fn linear(low: f64, high: f64, title: &'a str) -> Self {
        Self { low, high, title, log: false, counts: false }
    }

    /// A linear axis that holds the finite ones of `values`, with `margin` of their span at both ends.
    pub fn around(values: impl Iterator<Item = f64>, margin: f64, title: &'a str) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        let pad = if high > low { (high - low) * margin } else { low.abs().max(1.0) * 0.05 };
        Self::linear(low - pad, high + pad, title)
    }

    /// The value, or its logarithm.
    fn scaled(self, value: f64) -> f64 {
        if self.log { value.log10() } else { value }
    }

    pub(super) fn bounds(self) -> [f64; 2] {
        let (low, high) = (self.scaled(self.low), self.scaled(self.high));
        // A span that overflows is as useless as an empty one; NaN fails the comparison.
        if low < high && (high - low).is_finite() { [low, high] } else { [0.0, 1.0] }
    }

    /// 0 at `low`, 1 at `high`.
    pub(super) fn fraction(self, value: f64) -> f64 {
        let [low, high] = self.bounds();
        (self.scaled(value) - low) / (high - low)
    }

    pub(super) fn ticks(self, most: usize) -> Ticks {
        if self.log {
            return log_ticks(self.low, self.high, most);
        }
        if self.counts { whole_ticks(self.low, self.high, most) } else { ticks(self.low, self.high, most) }
    }
}
