//! Draws of Z against its distribution function.

use statrs::function::gamma::gamma_ur;

use super::{LEVEL, UNPROVED};
use crate::density::kolmogorov::distance_at;
use crate::density::report::named;
use crate::density::{Check, Pair, critical_distance, p_value};

/// Draws at which the distribution function is evaluated, and terms that this may cost.
const POINTS: usize = 1000;
const MOST_TERMS: usize = 30_000;

impl Pair {
    /// The distance between the draws and the distribution function, which may have jumps.
    pub(super) fn kolmogorov_smirnov(&self, draws: &[f64]) -> Check {
        let (points, defined) = (self.point_masses(), self.defined());
        let count = (MOST_TERMS / self.pieces.monotone().count().max(1)).clamp(20, POINTS);
        let found = distance_at(draws, count, |z| {
            let at = self.distribution(z);
            let jump = points.iter().find(|point| point.z == z).map_or(0.0, |point| point.mass);
            ((at - jump) / defined, at / defined)
        });
        let p = p_value(found, draws.len());
        let proved = self.pieces.unproved < UNPROVED && !draws.is_empty();
        Check {
            value: Some(found),
            evaluations: Some(draws.len() as u64),
            passed: p > LEVEL && proved,
            informative: !proved,
            note: format!(
                "at {} of the draws, against the distribution function of the pieces: p = {p:.3}, critical value {:.4} at 1 %; \
                 fails below p = 1e-6",
                count.min(draws.len()),
                critical_distance(0.01, draws.len())
            ),
            ..named("Kolmogorov-Smirnov distance of draws")
        }
    }

    /// The shares of draws in bins against the distribution function, by the chi-square statistic. The bins end at
    /// every twentieth part of `grid`.
    pub(in crate::density) fn chi_square(&self, grid: &[f64], draws: &[f64]) -> Check {
        let mut edges: Vec<f64> =
            grid.iter().copied().skip(grid.len() / 40).step_by((grid.len() / 20).max(1)).collect();
        edges.dedup();
        let defined = self.defined();
        let (mut before, mut below) = (0.0, 0);
        let (mut statistic, mut bins) = (0.0, 0_u32);
        for edge in edges.into_iter().map(Some).chain([None]) {
            let up_to = edge.map_or(1.0, |z| self.distribution(z) / defined);
            let count = edge.map_or(draws.len(), |z| draws.partition_point(|&draw| draw <= z));
            let expected = (up_to - before) * draws.len() as f64;
            if expected < 10.0 && edge.is_some() {
                continue;
            }
            statistic += ((count - below) as f64 - expected).powi(2) / expected.max(1.0);
            bins += 1;
            (before, below) = (up_to, count);
        }
        let freedom = f64::from(bins.saturating_sub(1));
        let p = if freedom > 0.0 && statistic > 0.0 { gamma_ur(freedom / 2.0, statistic / 2.0) } else { 1.0 };
        let proved = self.pieces.unproved < UNPROVED && !draws.is_empty();
        Check {
            value: Some(statistic),
            evaluations: Some(draws.len() as u64),
            passed: p > LEVEL && proved,
            informative: !proved,
            note: format!(
                "against the distribution function in {bins} bins: p = {p:.3}; fails below p = 1e-6"
            ),
            ..named("chi-square of draws")
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::super::tests::pair;
    use crate::density::Pair;

    fn draws(pair: &Pair, seed: u64) -> Vec<f64> {
        pair.draws(&mut ChaCha8Rng::seed_from_u64(seed), 10_000)
    }

    #[test]
    fn a_wrong_law_is_seen() {
        let (right, wide) = (pair("normal(0,1)", "x^2"), pair("normal(0,1.1)", "x^2"));
        let (own, other) = (draws(&right, 0), draws(&wide, 0));
        assert!(right.chi_square(&own, &own).passed && right.kolmogorov_smirnov(&own).passed);
        assert!(!right.chi_square(&own, &other).passed && !right.kolmogorov_smirnov(&other).passed);
        assert!(!right.kolmogorov_smirnov(&[]).passed);
    }

    #[test]
    fn what_is_constant_but_for_rounding_is_one_point() {
        // 1 for x < 1, in floats up to 1e-16 beside it.
        let right = pair("normal(0,1)", "abs(x - 1) + x");
        let points = right.point_masses();
        assert!(points.len() == 1 && (points[0].mass - 0.841_344_746_068_542_9).abs() < 1e-9, "{points:?}");
        let own = draws(&right, 0);
        assert!(right.kolmogorov_smirnov(&own).passed && right.chi_square(&own, &own).passed);
    }

    #[test]
    fn jumps_of_the_distribution_function_are_no_distance() {
        for (law, map) in [("normal(0,1)", "max(x, 0)"), ("exponential(1)", "floor(x)")] {
            let right = pair(law, map);
            let found = right.kolmogorov_smirnov(&draws(&right, 3));
            assert!(found.passed && found.value.unwrap() < 0.02, "{found:?}");
            let shifted: Vec<f64> = draws(&right, 3).iter().map(|z| z + 1e-3).collect();
            assert!(!right.kolmogorov_smirnov(&shifted).passed);
        }
    }
}
