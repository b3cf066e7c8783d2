//! The built-in case, X standard normal and f(x) = x^2: curves, histogram and checks.

use std::sync::Arc;

use rand::Rng;

use super::checks::checks;
use super::{Expression, Law, Map, MixedLaw, Pair, SQUARED_NORMAL, TransformReport};

/// Intervals of each curve.
pub(super) const STEPS: u32 = 400;
/// x runs over [-4, 4], z over (0, 4] in curve and histogram.
const END: f64 = 4.0;
/// Draws of Z.
pub(super) const DRAWS: usize = 10_000;
/// Bins of the histogram.
pub(super) const BINS: usize = 40;

/// Curves, histogram and checks of the built-in case. An integral that fails is a check that has not passed.
///
/// z is sampled at 4 (i/400)^2, i = 1 to 400: densely near 0, where p_Z is singular. The histogram of 10,000 draws
/// has 40 bins in [0, 4]; draws beyond count in its norm, so that its heights estimate p_Z. Takes some milliseconds.
pub fn study<R: Rng>(rng: &mut R) -> TransformReport {
    let z = SQUARED_NORMAL;
    let unit = |i: u32| f64::from(i) / f64::from(STEPS);
    let xs = || (0..=STEPS).map(|i| END * (2.0 * unit(i) - 1.0));
    let zs = (1..=STEPS).map(|i| END * unit(i) * unit(i));
    let draws: Vec<f64> = (0..DRAWS).map(|_| z.draw(rng)).collect();
    let (histogram_edges, histogram_heights) = histogram(&draws, (0.0, END), BINS);
    TransformReport {
        pair: Arc::new(Pair::new(MixedLaw::default(), Expression::default())),
        law_curve: xs().map(|x| (x, z.law.density(x))).collect(),
        map_curve: xs().map(|x| (x, z.map.value(x))).collect(),
        density_curve: zs.map(|value| (value, z.density(value))).collect(),
        histogram_edges,
        histogram_heights,
        draws: draws.len(),
        checks: checks(&draws),
    }
}

/// Edges (`bins` + 1) and heights (`bins`) over [`from`, `end`]: the share of all draws in a bin over the bin's width.
pub(super) fn histogram(draws: &[f64], (from, end): (f64, f64), bins: usize) -> (Vec<f64>, Vec<f64>) {
    let width = (end - from) / bins as f64;
    let mut counts = vec![0_u32; bins];
    for &draw in draws.iter().filter(|draw| (from..=end).contains(*draw)) {
        // The end belongs to the last bin.
        let bin = (((draw - from) / width) as usize).min(bins.saturating_sub(1));
        if let Some(count) = counts.get_mut(bin) {
            *count += 1;
        }
    }
    let edges = (0..=bins).map(|i| from + (end - from) * i as f64 / bins as f64).collect();
    let unit = 1.0 / (draws.len().max(1) as f64 * width);
    (edges, counts.into_iter().map(|count| f64::from(count) * unit).collect())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::super::{StandardNormal, chi_square};
    use super::*;

    fn report(seed: u64) -> TransformReport {
        study(&mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn the_built_in_case_passes_and_repeats() {
        let first = report(0);
        assert!(first.passed(), "{:?}", first.checks);
        assert_eq!(first, report(0));
        assert_ne!(first.histogram_heights, report(1).histogram_heights);
    }

    #[test]
    fn curves_are_what_they_say() {
        let report = report(0);
        assert_eq!(
            (report.law_curve[0].0, report.law_curve[200], report.law_curve[400].0),
            (-4.0, (0.0, StandardNormal.density(0.0)), 4.0)
        );
        assert!(report.map_curve.iter().all(|&(x, z)| z == x * x));
        let densities = &report.density_curve;
        assert!(densities.iter().all(|&(z, p)| z > 0.0 && (p / chi_square::density(z) - 1.0).abs() < 1e-14));
        assert!(densities[0].0 < 1e-4 && densities[399].0 == 4.0 && densities.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn the_histogram_estimates_the_density() {
        let report = report(3);
        assert_eq!(
            (report.histogram_edges.len(), report.histogram_heights.len(), report.draws),
            (41, 40, 10_000)
        );
        for (edges, &height) in report.histogram_edges.windows(2).zip(&report.histogram_heights) {
            let width = edges[1] - edges[0];
            let mass = chi_square::interval(edges[0], edges[1]);
            // Five standard deviations of a binomial count.
            let slack = 5.0 * (mass * (1.0 - mass) / report.draws as f64).sqrt();
            assert!((height * width - mass).abs() < slack, "[{}, {}]: {height}", edges[0], edges[1]);
        }
    }

    #[test]
    fn bins_hold_their_edges() {
        let (edges, heights) = histogram(&[0.0, 0.5, 1.0, 1.999, 2.0, 7.0, f64::NAN, -1.0], (0.0, 2.0), 2);
        assert_eq!(edges, [0.0, 1.0, 2.0]);
        assert_eq!(heights, [0.25, 0.375], "of eight draws, in bins of width 1");
        assert_eq!(histogram(&[], (0.0, 1.0), 1).1, [0.0]);
    }

    #[test]
    fn json_holds_no_bare_nan() {
        let mut report = report(0);
        report.checks[0].value = Some(f64::INFINITY);
        report.density_curve[0].1 = f64::NAN;
        let text = serde_json::to_string(&report).unwrap();
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(back["checks"][0]["value"].is_null() && back["density_curve"][0][1].is_null());
        assert_eq!(back["draws"], 10_000);
    }
}
