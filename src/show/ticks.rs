//! Positions and labels of an axis' ticks.

use super::number::{fixed, superscript};

/// Ticks of an axis, with their labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// Ascending positions, within the range asked for.
    pub positions: Vec<f64>,
    /// One label a position, all with the same number of decimals.
    pub labels: Vec<String>,
}

impl Ticks {
    const NONE: Self = Self { positions: Vec::new(), labels: Vec::new() };
}

/// At most `most` ticks at multiples of 1, 2, 2.5 or 5 times a power of ten in [`low`, `high`].
///
/// The finest such step is taken that gives no more than `most`; there is at least one tick when `most` is.
/// Labels have a true minus sign and as many decimals as the step; beyond a million and below a thousandth
/// they share a power of ten ("1.5×10⁻⁹"). Bounds in the wrong order are exchanged. A range that is empty or
/// too narrow for `f64` gives one tick at its lower end, one that is not finite none.
pub fn ticks(low: f64, high: f64, most: usize) -> Ticks {
    let (low, high) = if high < low { (high, low) } else { (low, high) };
    let span = high - low;
    if most == 0 || !low.is_finite() || !span.is_finite() {
        return Ticks::NONE;
    }
    let largest = low.abs().max(high.abs());
    if span <= largest * 1e-12 || span < 1e-300 {
        return Ticks { positions: vec![low], labels: vec![super::significant(low, 6)] };
    }
    // A count beyond a few hundred serves no axis, and keeps the multiples within an i64.
    let most = most.min(1000);
    let mut exponent = (span / most as f64).log10().floor() as i32 - 1;
    loop {
        for tenths in [10, 20, 25, 50] {
            let step = decimal(tenths, exponent - 1);
            // Multiples that rounding alone puts outside still count.
            let first = (low / step - 1e-9).ceil();
            let last = (high / step + 1e-9).floor();
            if last - first + 1.0 <= most as f64 {
                return labelled(first as i64..=last as i64, tenths, exponent - 1, low, high);
            }
        }
        exponent += 1;
    }
}

/// As [`ticks`], at whole numbers alone; none where the range holds no whole number.
pub fn whole_ticks(low: f64, high: f64, most: usize) -> Ticks {
    let whole = |ticks: &Ticks| ticks.positions.iter().all(|position| position.fract() == 0.0);
    (1..=most).rev().map(|most| ticks(low, high, most)).find(whole).unwrap_or(Ticks::NONE)
}

/// Ticks at `multiples` of `tenths` 10^`exponent`, clamped to [`low`, `high`] against rounding.
fn labelled(
    multiples: std::ops::RangeInclusive<i64>,
    tenths: i64,
    exponent: i32,
    low: f64,
    high: f64,
) -> Ticks {
    let exact: Vec<f64> = multiples.map(|multiple| decimal(multiple * tenths, exponent)).collect();
    let largest = exact.iter().fold(0.0_f64, |most, position| most.max(position.abs()));
    // `tenths` carries one decimal more than the step needs, but for 2.5.
    let finest = if tenths == 25 { exponent } else { exponent + 1 };
    let power = if (1e-3..1e6).contains(&largest) || largest == 0.0 {
        0
    } else {
        format!("{largest:e}").split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
    };
    let decimals = (power - finest).max(0) as usize;
    let labels = exact
        .iter()
        .map(|&position| match power {
            0 => fixed(position, decimals),
            _ if position == 0.0 => "0".to_owned(),
            _ => {
                let mantissa = format!("{position:e}")
                    .split_once('e')
                    .and_then(|(digits, own)| Some(format!("{digits}e{}", own.parse::<i32>().ok()? - power)))
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(f64::NAN);
                format!("{}×10{}", fixed(mantissa, decimals), superscript(&power.to_string()))
            }
        })
        .collect();
    Ticks { positions: exact.into_iter().map(|position| position.clamp(low, high)).collect(), labels }
}

/// Ticks at powers of ten in [`low`, `high`] (both positive), thinned to at most `most`, labelled "10⁻³".
///
/// Thinning keeps the exponents that are multiples of one stride. A range with fewer than two powers of ten
/// has linear [`ticks`] instead, for two labels at least. A bound that is not positive and finite gives none.
pub fn log_ticks(low: f64, high: f64, most: usize) -> Ticks {
    let (low, high) = if high < low { (high, low) } else { (low, high) };
    if most == 0 || low.is_nan() || low <= 0.0 || !high.is_finite() {
        return Ticks::NONE;
    }
    let inside = |&exponent: &i32| (low..=high).contains(&decimal(1, exponent));
    // One wider at either end, as log10 may round across a power.
    let (from, to) = (low.log10().floor() as i32 - 1, high.log10().ceil() as i32 + 1);
    let exponents: Vec<i32> = (from..=to).filter(inside).collect();
    if exponents.len() < 2 {
        return ticks(low, high, most);
    }
    let stride = exponents.len().div_ceil(most) as i32;
    let kept = exponents.into_iter().filter(|exponent| exponent.rem_euclid(stride) == 0);
    let (positions, labels) = kept
        .map(|exponent| (decimal(1, exponent), format!("10{}", superscript(&exponent.to_string()))))
        .unzip();
    Ticks { positions, labels }
}

/// The `f64` nearest to `digits` 10^`exponent`. Through text, as 3 * 0.1 is not the double nearest to 0.3.
fn decimal(digits: i64, exponent: i32) -> f64 {
    format!("{digits}e{exponent}").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(low: f64, high: f64, most: usize) -> Vec<String> {
        ticks(low, high, most).labels
    }

    #[test]
    fn ticks_that_a_person_would_draw() {
        assert_eq!(labels(-4.0, 4.0, 5), ["−4", "−2", "0", "2", "4"]);
        assert_eq!(labels(0.0, 1.0, 6), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0, 1.0, 5), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(labels(0.0, 100.0, 3), ["0", "50", "100"]);
        assert_eq!(labels(-310.0, -95.0, 5), ["−300", "−250", "−200", "−150", "−100"]);
        assert_eq!(labels(0.31, 0.39, 1), ["0.35"]);
        assert_eq!(labels(0.0, 3e-9, 4), ["0", "1×10⁻⁹", "2×10⁻⁹", "3×10⁻⁹"]);
        assert_eq!(labels(0.0, 2.5e6, 3), ["0", "1×10⁶", "2×10⁶"]);
        assert_eq!(labels(1e6, 2e6, 3), ["1.0×10⁶", "1.5×10⁶", "2.0×10⁶"]);
        assert_eq!(ticks(0.0, 0.35, 8).positions, [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
    }

    #[test]
    fn ranges_that_are_no_ranges() {
        assert_eq!(ticks(2.0, 2.0, 5).labels, ["2.00000"]);
        assert_eq!(ticks(0.0, 0.0, 5).positions, [0.0]);
        assert_eq!(ticks(1.0, 0.0, 5), ticks(0.0, 1.0, 5));
        for (low, high) in [
            (f64::NAN, 1.0),
            (0.0, f64::NAN),
            (0.0, f64::INFINITY),
            (f64::NEG_INFINITY, 0.0),
            (f64::MIN, f64::MAX),
        ] {
            assert_eq!(ticks(low, high, 5), Ticks::NONE);
        }
        assert_eq!(ticks(0.0, 1.0, 0), Ticks::NONE);
        assert_eq!(log_ticks(1.0, 10.0, 0), Ticks::NONE);
        for low in [0.0, -1.0, f64::NAN] {
            assert_eq!(log_ticks(low, 10.0, 4), Ticks::NONE);
        }
    }

    #[test]
    fn counts_have_whole_ticks() {
        assert_eq!(whole_ticks(0.7, 3.3, 9).labels, ["1", "2", "3"]);
        assert_eq!(whole_ticks(1.0, 100.0, 5).labels, ["20", "40", "60", "80", "100"]);
        assert_eq!(whole_ticks(0.2, 0.8, 5), Ticks::NONE);
        assert_eq!(whole_ticks(1.0, 2.0, 0), Ticks::NONE);
    }

    #[test]
    fn powers_of_ten() {
        assert_eq!(log_ticks(1e-3, 10.0, 9).labels, ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]);
        assert_eq!(log_ticks(1e-3, 10.0, 3).labels, ["10⁻²", "10⁰"]);
        assert_eq!(log_ticks(0.2, 90.0, 9).positions, [1.0, 10.0]);
        assert_eq!(log_ticks(200.0, 400.0, 3), ticks(200.0, 400.0, 3));
        assert_eq!(log_ticks(f64::MIN_POSITIVE, f64::MAX, 7).labels.len(), 7);
    }

    proptest! {
        #[test]
        fn ticks_are_even_few_and_inside(centre in -1e6..1e6f64, log_span in -5.0..8.0f64, most in 1..20usize) {
            let (low, high) = (centre, centre + 10f64.powf(log_span));
            let found = ticks(low, high, most);
            prop_assert!(!found.positions.is_empty() && found.positions.len() <= most);
            prop_assert_eq!(found.positions.len(), found.labels.len());
            prop_assert!(found.positions.iter().all(|p| (low..=high).contains(p)));
            let steps: Vec<f64> = found.positions.windows(2).map(|pair| pair[1] - pair[0]).collect();
            for step in &steps {
                prop_assert!(*step > 0.0 && (step - steps[0]).abs() <= 1e-6 * steps[0] + 1e-9, "{:?}", found);
            }
            let distinct: std::collections::BTreeSet<_> = found.labels.iter().collect();
            prop_assert_eq!(distinct.len(), found.labels.len(), "labels that cannot be told apart: {:?}", found);
            // A third of what was allowed is reached at least: steps grow at most by 2.
            prop_assert!(found.positions.len() * 3 >= most.min(12) - 2.min(most), "{:?} of {}", found, most);
        }

        #[test]
        fn any_two_floats_are_survived(low in proptest::num::f64::ANY, high in proptest::num::f64::ANY, most in 0..2000usize) {
            for found in [ticks(low, high, most), log_ticks(low, high, most)] {
                prop_assert!(found.positions.len() <= most);
                prop_assert_eq!(found.positions.len(), found.labels.len());
                prop_assert!(found.positions.is_sorted());
                prop_assert!(found.positions.iter().all(|p| (low.min(high)..=low.max(high)).contains(p)));
            }
        }

        #[test]
        fn log_ticks_are_powers_of_ten(from in -300..300i32, decades in 1..8i32, most in 1..12usize) {
            let found = log_ticks(decimal(1, from), decimal(1, from + decades), most);
            prop_assert!(!found.positions.is_empty() && found.positions.len() <= most);
            for &position in &found.positions {
                prop_assert_eq!(position, decimal(1, position.log10().round() as i32));
            }
        }
    }
}
