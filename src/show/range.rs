//! The values that the ends of a colour map or of an axis stand for.

/// The values that the ends of a colour map stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Shown in the map's first colour.
    pub low: f64,
    /// Shown in the map's last colour.
    pub high: f64,
}

impl Range {
    /// [0, 1], for images.
    pub const UNIT: Self = Self { low: 0.0, high: 1.0 };

    /// The least and the greatest finite value; [0, 1] when there is none.
    pub fn of(values: &[f64]) -> Self {
        Self::common([values])
    }

    /// The least and the greatest finite value of all parts, for panels on one scale; [0, 1] when there is none.
    pub fn common<'a>(parts: impl IntoIterator<Item = &'a [f64]>) -> Self {
        let finite = parts.into_iter().flatten().filter(|value| value.is_finite());
        finite
            .fold(None, |range: Option<Self>, &value| {
                let Self { low, high } = range.unwrap_or(Self { low: value, high: value });
                Some(Self { low: low.min(value), high: high.max(value) })
            })
            .unwrap_or(Self::UNIT)
    }

    /// [-a, a] with a the greatest absolute finite value, for signed values; [-1, 1] when there is none.
    pub fn symmetric(values: &[f64]) -> Self {
        Self::of(values).around_zero()
    }

    /// [-a, a] with a the larger absolute bound.
    pub fn around_zero(self) -> Self {
        let high = self.low.abs().max(self.high.abs());
        Self { low: -high, high }
    }

    /// Where `value` lies, 0 at `low` and 1 at `high`, not clipped; 0.5 for an empty or unbounded range, NaN for a NaN.
    pub fn position(self, value: f64) -> f64 {
        let Self { low, high } = self;
        if value.is_nan() {
            return value;
        }
        if !(low < high && low.is_finite() && high.is_finite()) {
            return 0.5;
        }
        // Halves, as high - low may overflow.
        (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_finite_values_count() {
        assert_eq!(
            Range::of(&[f64::NAN, 3.0, f64::INFINITY, -1.0, f64::NEG_INFINITY]),
            Range { low: -1.0, high: 3.0 }
        );
        assert_eq!(Range::of(&[]), Range::UNIT);
        assert_eq!(Range::of(&[f64::NAN]), Range::UNIT);
        assert_eq!(Range::common([&[1.0, 2.0][..], &[], &[-5.0]]), Range { low: -5.0, high: 2.0 });
        assert_eq!(Range::symmetric(&[-3.0, 1.0]), Range { low: -3.0, high: 3.0 });
        assert_eq!(Range::symmetric(&[2.0, 1.0]), Range { low: -2.0, high: 2.0 });
    }

    #[test]
    fn empty_and_unbounded_ranges_have_a_middle() {
        for (low, high) in
            [(2.0, 2.0), (3.0, 1.0), (f64::NAN, 1.0), (f64::NEG_INFINITY, 0.0), (0.0, f64::INFINITY)]
        {
            assert_eq!(Range { low, high }.position(2.0), 0.5);
        }
        assert!(Range::UNIT.position(f64::NAN).is_nan());
        assert_eq!(Range { low: f64::MIN, high: f64::MAX }.position(0.0), 0.5);
        assert_eq!(Range::UNIT.position(f64::INFINITY), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn values_lie_within_their_range(values in proptest::collection::vec(proptest::num::f64::ANY, 1..20)) {
            let range = Range::of(&values);
            for &value in values.iter().filter(|value| value.is_finite()) {
                prop_assert!((0.0..=1.0).contains(&range.position(value)));
                prop_assert!((0.0..=1.0).contains(&range.around_zero().position(value)));
            }
            prop_assert_eq!(Range::symmetric(&values).position(0.0), 0.5);
        }

        #[test]
        fn images_pass_unchanged(pixel: u8) {
            let value = f64::from(pixel) / 255.0;
            prop_assert_eq!(Range::UNIT.position(value), value);
        }
    }
}
