//! The two properties of a density, for any law and any map, with further evidence.

mod draws;
mod integrals;
mod moments;

#[cfg(test)]
mod random;

use super::report::named;
use super::{Check, Pair, examples};

/// The p-value below which the draws are taken to follow another law: one seed in a million fails without reason.
const LEVEL: f64 = 1e-6;
/// Mass without proof above which what depends on all of the mass is shown, but is no verdict.
const UNPROVED: f64 = 1e-3;

impl Pair {
    /// The table of checks, given ascending draws of Z: `grid` chooses points and bins, `draws` are tested. Takes 10 to 40 ms.
    pub(super) fn checks(&self, grid: &[f64], draws: &[f64]) -> Vec<Check> {
        let mut checks = vec![self.non_negativity(grid), self.normalisation(), self.direct()];
        checks.extend(self.closed_form(grid));
        checks.extend(self.moments());
        checks.extend([self.kolmogorov_smirnov(draws), self.chi_square(grid, draws)]);
        checks
    }

    /// p_Z >= 0 by argument, and at draws of Z.
    fn non_negativity(&self, grid: &[f64]) -> Check {
        let values: Vec<f64> = grid.iter().step_by(50).map(|&z| self.density(z)).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        Check {
            value: Some(least).filter(|least| least.is_finite()),
            evaluations: Some(values.len() as u64),
            passed: values.iter().all(|&value| value >= 0.0),
            note: "each term is p_X(x) >= 0 over |f'(x)| > 0; least value at draws of Z".to_owned(),
            ..named("p_Z(z) >= 0")
        }
    }

    /// The sum over preimages against the closed form, where it is known.
    fn closed_form(&self, grid: &[f64]) -> Option<Check> {
        let (name, density) = examples::find(self)?.closed_form?;
        let points = || grid.iter().step_by(20).copied().filter(|&z| density(z) > 0.0);
        let errors = points().map(|z| (self.density(z) / density(z) - 1.0).abs());
        // `max` would pass over a NaN.
        let worst = errors.fold(0.0, |worst: f64, e| if e > worst || e.is_nan() { e } else { worst });
        Some(Check {
            value: Some(worst),
            expected: Some(0.0),
            evaluations: Some(points().count() as u64),
            passed: worst < 1e-8 && points().next().is_some(),
            note: "largest relative difference at draws of Z".to_owned(),
            ..named(format!("p_Z is the {name} density"))
        })
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::super::{Expression, MixedLaw, TransformReport};
    use super::*;

    pub(super) fn pair(law: &str, map: &str) -> Pair {
        Pair::new(MixedLaw::parse(law).unwrap(), Expression::parse(map).unwrap())
    }

    pub(super) fn report(law: &str, map: &str, seed: u64) -> TransformReport {
        pair(law, map).study(&mut ChaCha8Rng::seed_from_u64(seed))
    }

    /// A check by the beginning of its name.
    pub(super) fn check(report: &TransformReport, name: &str) -> Check {
        let found = report.checks.iter().find(|check| check.name.starts_with(name));
        found.cloned().unwrap_or_else(|| panic!("{name} in {:#?}", report.checks))
    }

    #[test]
    fn instructive_pairs_pass() {
        for example in examples::EXAMPLES {
            let report = report(example.law, example.map, 0);
            assert!(report.passed(), "{}, {}: {:#?}", example.law, example.map, report.checks);
            let closed = report.checks.iter().any(|check| check.name.starts_with("p_Z is the"));
            assert_eq!(closed, example.closed_form.is_some(), "{}", example.map);
        }
    }

    #[test]
    fn the_built_in_pair_passes_as_any_other() {
        let report = report("normal(0, 1)", "x^2", 0);
        assert!(report.passed(), "{:#?}", report.checks);
        assert!((check(&report, "integral of p_Z").value.unwrap() - 1.0).abs() < 1e-10);
        assert!((check(&report, "mean").value.unwrap() - 1.0).abs() < 1e-9);
        assert!((check(&report, "variance").value.unwrap() - 2.0).abs() < 1e-9);
        let direct = check(&report, "integral over z");
        assert!(direct.informative && direct.note.contains("no convergence"), "{direct:?}");
    }
}
