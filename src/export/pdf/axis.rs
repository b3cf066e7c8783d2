//! One axis of a chart: its range, its scale, its ticks and its label.

use super::Text;
use crate::show::{self, Ticks};

/// How values become positions.
#[derive(Debug, Clone, PartialEq)]
enum Scale {
    Linear,
    Integers,
    Log,
    Categories(Vec<String>),
}

/// An axis of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    label: Text,
    low: f64,
    high: f64,
    scale: Scale,
}

impl Axis {
    /// A linear axis over [`low`, `high`].
    pub fn linear(label: &str, low: f64, high: f64) -> Self {
        Self::new(label, low, high, Scale::Linear)
    }

    /// A linear axis over the finite values, with a margin of 5 % on each side.
    pub fn around(label: &str, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = bounds(values).unwrap_or((0.0, 1.0));
        let margin = if high > low { 0.05 * (high - low) } else { 0.5 };
        Self::linear(label, low - margin, high + margin)
    }

    /// A linear axis from 0 to the greatest of the values, with a margin of 6 % above.
    pub fn from_zero(label: &str, values: impl Iterator<Item = f64>) -> Self {
        let high = bounds(values).map(|(_, high)| high).filter(|high| *high > 0.0);
        Self::linear(label, 0.0, high.map_or(1.0, |high| 1.06 * high))
    }

    /// The iterations `first`..=`last` (at least two), with ticks at whole numbers.
    pub fn iterations(label: &str, first: usize, last: usize) -> Self {
        let (first, last) = (first as f64, last.max(first + 1) as f64);
        let margin = (0.03 * (last - first + 1.0)).min(0.8);
        Self::new(label, first - margin, last + margin, Scale::Integers)
    }

    /// A logarithmic axis over whole decades that hold the positive values.
    pub fn log(label: &str, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = bounds(values.filter(|value| *value > 0.0)).unwrap_or((0.1, 1.0));
        let (low, high) = (low.log10().floor(), high.log10().ceil());
        Self::new(label, 10f64.powf(low), 10f64.powf(high.max(low + 1.0)), Scale::Log)
    }

    /// One unit of length a category; category i is centred on i. With few of them there is space beside
    /// them, so that bars are not broader than high.
    pub fn categories(label: &str, names: Vec<String>) -> Self {
        let last = names.len().max(1) as f64 - 1.0;
        let beside = ((3.0 - last) / 2.0).max(0.5);
        Self::new(label, -beside, last + beside, Scale::Categories(names))
    }

    fn new(label: &str, low: f64, high: f64, scale: Scale) -> Self {
        Self { label: Text::new(label), low, high, scale }
    }

    /// The label.
    pub fn label(&self) -> &Text {
        &self.label
    }

    /// Least and greatest value shown.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Where a value lies, 0 at the lower and 1 at the upper end; not finite for what a logarithmic axis
    /// cannot show.
    pub fn fraction(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log => (value.log10() - self.low.log10()) / (self.high.log10() - self.low.log10()),
            _ => (value - self.low) / (self.high - self.low),
        }
    }

    /// At most `most` ticks within the range.
    pub fn ticks(&self, most: usize) -> Ticks {
        match &self.scale {
            Scale::Linear => show::ticks(self.low, self.high, most),
            Scale::Log => show::log_ticks(self.low, self.high, most),
            Scale::Integers => show::whole_ticks(self.low, self.high, most),
            Scale::Categories(names) => {
                // Every category, or the first and every fifth, tenth, ...
                let every = [1, 5, 10, 20, 50].into_iter().find(|&every| names.len() <= most.max(1) * every);
                let every = every.unwrap_or(names.len());
                let named = names.iter().enumerate();
                let named = named.filter(|(i, _)| *i == 0 || (i + 1).is_multiple_of(every));
                let (positions, labels) = named.map(|(i, name)| (i as f64, name.clone())).unzip();
                Ticks { positions, labels }
            }
        }
    }

    /// Most ticks that are of use: of categories all.
    pub fn most_ticks(&self) -> usize {
        match &self.scale {
            Scale::Categories(names) => names.len().max(2),
            _ => 9,
        }
    }

    /// Whether lines across the chart help at the ticks.
    pub fn has_grid(&self) -> bool {
        !matches!(self.scale, Scale::Categories(_))
    }
}

/// Least and greatest finite value.
fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |bounds, value| match bounds {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterations_have_whole_ticks_within_the_range() {
        for last in [1, 2, 3, 7, 40, 100, 333] {
            let axis = Axis::iterations("iteration", 1, last);
            let ticks = axis.ticks(7);
            assert!(!ticks.positions.is_empty() && ticks.positions.len() <= 7, "{last}: {ticks:?}");
            for position in ticks.positions {
                assert_eq!(position.fract(), 0.0);
                assert!((0.0..=1.0).contains(&axis.fraction(position)));
            }
        }
    }

    #[test]
    fn categories_are_thinned_evenly() {
        let axis = Axis::categories("cluster", (1..=20).map(|k| k.to_string()).collect());
        assert_eq!(axis.ticks(20).labels.len(), 20);
        assert_eq!(axis.ticks(19).labels, ["1", "5", "10", "15", "20"]);
        assert_eq!(axis.ticks(19).positions, [0.0, 4.0, 9.0, 14.0, 19.0]);
    }

    #[test]
    fn a_log_axis_ends_at_decades_and_has_no_place_for_zero() {
        let axis = Axis::log("", [3e-4, 0.0, 20.0].into_iter());
        assert!((axis.range().0 / 1e-4 - 1.0).abs() < 1e-12 && (axis.range().1 / 100.0 - 1.0).abs() < 1e-12);
        assert!((axis.fraction(0.1) - 0.5).abs() < 1e-12);
        assert!(!axis.fraction(0.0).is_finite());
    }

    #[test]
    fn a_constant_or_empty_series_still_has_a_range() {
        for axis in [Axis::around("", [3.0].into_iter()), Axis::around("", [f64::NAN].into_iter())] {
            assert!(axis.range().1 > axis.range().0);
        }
        assert_eq!(Axis::from_zero("", std::iter::empty()).range(), (0.0, 1.0));
    }
}
