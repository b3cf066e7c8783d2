//! The integral of p_Z: piece by piece in x, where the integrand is smooth, and directly in z.

use std::cell::{Cell, RefCell};

use crate::density::quadrature::integrate_to;
use crate::density::report::named;
use crate::density::{Check, Course, DensityError, Integral, Interval, Law, Pair, Piece};

/// What each integral over a part of a piece is refined down to.
const TOLERANCE: f64 = 1e-11;
/// How far the masses that an integral is compared with may be off: the accuracy of the distribution functions.
pub(super) const ACCURACY: f64 = 1e-12;
/// What the direct integral must be off by for a peak to be taken as missed.
const PEAK: f64 = 1e-7;
/// Pieces integrated at most, by mass.
const MOST_PIECES: usize = 60;
/// Parts without convergence after which the rest is not tried.
const MOST_FAULTS: u32 = 5;
/// Terms of p_Z that the direct integral may cost.
const MOST_TERMS: u64 = 30_000;
/// Intervals between critical values that are integrated directly, by mass.
const MOST_INTERVALS: usize = 12;
/// What the direct integral leaves out at each end.
const DIRECT_TAIL: f64 = 1e-6;

/// A sum of integrals.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub value: f64,
    /// The estimates of the quadrature, and what the rounding of f leaves open.
    pub error: f64,
    /// What the rounding of f leaves open.
    pub rounding: f64,
    pub evaluations: u64,
    /// Why one of them has no value.
    pub fault: Option<String>,
    /// The mass of the pieces that were left out.
    pub rest: f64,
}

/// A term of p_Z as a density of x.
pub(super) struct Pulled {
    pub z: f64,
    pub term: f64,
    /// By how much rounding may have changed it, at most the whole of it.
    pub doubt: f64,
}

impl Pair {
    /// The sum of the integrals of `integrand` over the monotone pieces, in x, cut at quantiles and breaks of the law. It gives a
    /// value, and by how much rounding may have changed it.
    pub(super) fn over_pieces(&self, integrand: impl Fn(&Piece, f64) -> (f64, f64)) -> Sum {
        let mut pieces: Vec<_> = self.pieces.monotone().collect();
        pieces.sort_by(|a, b| b.mass.total_cmp(&a.mass));
        let mut sum =
            Sum { rest: pieces.iter().skip(MOST_PIECES).map(|piece| piece.mass).sum(), ..Sum::default() };
        let mut faults = 0;
        let quantiles = [1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.9, 1.0 - 1e-3, 1.0 - 1e-6, 1.0 - 1e-12]
            .map(|p| self.law.quantile(p));
        for piece in pieces.into_iter().take(MOST_PIECES) {
            let mut cuts: Vec<f64> = quantiles.into_iter().chain(self.law.breaks()).collect();
            cuts.retain(|&x| piece.from < x && x < piece.to);
            cuts.extend([piece.from, piece.to]);
            cuts.sort_by(f64::total_cmp);
            cuts.dedup();
            for (&a, &b) in cuts.iter().zip(cuts.iter().skip(1)) {
                // What does not converge has no value, whatever the other parts are.
                if faults >= MOST_FAULTS {
                    break;
                }
                // Over [0, 1]: quad-rs does not refine below an absolute length.
                let doubts = RefCell::new(Vec::new());
                let part = |t: f64| {
                    let (value, doubt) = integrand(piece, a + (b - a) * t);
                    doubts.borrow_mut().push((t, (b - a) * doubt));
                    (b - a) * value
                };
                match integrate_to(part, 0.0, 1.0, TOLERANCE) {
                    Ok(Integral { value, error_estimate, evaluations }) => {
                        let rounding = trapezoids(doubts.take());
                        sum.value += value;
                        sum.error += error_estimate + rounding;
                        sum.rounding += rounding;
                        sum.evaluations += evaluations;
                    }
                    Err(DensityError::Quadrature { evaluations, source, .. }) => {
                        sum.evaluations += evaluations;
                        faults += 1;
                        let why = || format!("no convergence on x in [{a:.6e}, {b:.6e}]: quad-rs: {source}");
                        sum.fault.get_or_insert_with(why);
                    }
                }
            }
        }
        sum
    }

    /// p_Z(z) dz for z = f(x), as a density of x: p_X(x') / |f'(x')| * |f'(x)|, where x' is the preimage that is found for
    /// f(x).
    ///
    /// Where f is so flat that x and x' have the same value but for its rounding, which interval arithmetic bounds, z does not
    /// tell them apart: the term is then that of x, and the difference is its doubt.
    pub(super) fn through_preimage(&self, piece: &Piece, x: f64) -> Pulled {
        let (z, slope) = self.map.with_derivative(x);
        let Some(found) = piece.preimage(&self.map, z) else { return Pulled { z, term: 0.0, doubt: 0.0 } };
        let density = self.law.density(found);
        let term = if density == 0.0 {
            0.0
        } else {
            density / self.map.with_derivative(found).1.abs() * slope.abs()
        };
        if found == x || !self.differs_by_rounding(x, found) {
            return Pulled { z, term, doubt: 0.0 };
        }
        let own = self.law.density(x);
        // A term that is no number leaves all of it open.
        Pulled { z, term: own, doubt: (term - own).abs().min(own) }
    }

    /// Whether f at `other`, and half way to it, is within the rounding of f at `x`.
    fn differs_by_rounding(&self, x: f64, other: f64) -> bool {
        let value = self.map.at(&Interval::new(x, x));
        let is_same = |at: f64| value.contains(self.map.at(&at));
        value.is_smooth() && is_same(other) && is_same(f64::midpoint(x, other))
    }

    /// The integral of p_Z, piece by piece with z = f(x).
    pub(super) fn normalisation(&self) -> Check {
        let sum = self.over_pieces(|piece, x| {
            let Pulled { term, doubt, .. } = self.through_preimage(piece, x);
            (term, doubt)
        });
        let (points, undefined) = (self.pieces.mass(Course::Constant), self.pieces.mass(Course::Undefined));
        let expected = 1.0 - points - undefined - sum.rest - self.pieces.unproved;
        let mut note = "piece by piece in x, through the preimages; expected: 1".to_owned();
        for (mass, what) in [
            (points, "point masses"),
            (undefined, "where f is not defined"),
            (sum.rest, "further pieces"),
            (self.pieces.unproved, "without proof"),
        ] {
            if mass > 1e-15 {
                note.push_str(&format!(" - {mass:.3e} ({what})"));
            }
        }
        if sum.rounding > ACCURACY {
            note.push_str(&format!(
                "; {:.1e} of the error estimate is rounding: where f is so flat, z does not tell x",
                sum.rounding
            ));
        }
        if let Some(fault) = &sum.fault {
            note.push_str(&format!("; {fault}"));
        }
        let converged = sum.fault.is_none();
        Check {
            value: Some(sum.value),
            expected: Some(expected),
            error_estimate: Some(sum.error),
            evaluations: Some(sum.evaluations),
            passed: converged && (sum.value - expected).abs() <= sum.error + ACCURACY,
            // What does not converge is no evidence against the density, and is said.
            informative: !converged,
            note,
            ..named("integral of p_Z")
        }
    }

    /// The integral of p_Z in z as it stands, between neighbouring critical values, and what happens there: shown for
    /// information.
    pub(super) fn direct(&self) -> Check {
        let pieces = self.pieces.monotone().count();
        // Each piece has ends to integrate between, and each of these asks every piece for its mass.
        if (pieces * pieces) as u64 > MOST_TERMS {
            let note =
                format!("not tried: p_Z has {pieces} terms, and as many ends at which it may be unbounded");
            return Check { informative: true, note, ..named("integral over z, direct") };
        }
        let mut ends = [DIRECT_TAIL, 1.0 - DIRECT_TAIL].map(|p| self.quantile(p * self.defined()));
        let mut cuts = self.critical_values();
        // An edge of the support that is near belongs to it: p_Z may be singular there.
        let near = 1e-3 * (ends[1] - ends[0]);
        for (end, edge) in ends.iter_mut().zip([cuts.first(), cuts.last()]) {
            *end = edge.copied().filter(|edge| (edge - *end).abs() < near).unwrap_or(*end);
        }
        let [from, to] = ends;
        cuts.retain(|&z| from < z && z < to);
        cuts.extend(ends.iter().filter(|z| z.abs() < f64::MAX));
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        if pieces == 0 {
            cuts.clear();
        }
        let continuous = |z: f64| {
            let points = self.point_masses().iter().filter(|point| point.z <= z);
            (z, self.distribution(z) - points.map(|point| point.mass).sum::<f64>())
        };
        let below: Vec<(f64, f64)> = cuts.into_iter().map(continuous).collect();
        let between = below.iter().zip(below.iter().skip(1));
        let mut intervals: Vec<(f64, f64, f64)> =
            between.map(|(a, b)| (a.0, b.0, (b.1 - a.1).max(0.0))).collect();
        intervals.sort_by(|a, b| b.2.total_cmp(&a.2));
        let all = intervals.len();
        intervals.truncate(MOST_INTERVALS);
        let most = MOST_TERMS / pieces.max(1) as u64 / intervals.len().max(1) as u64;
        let (mut value, mut expected, mut error, mut evaluations) = (0.0, 0.0, 0.0, 0);
        let mut said: Vec<String> = Vec::new();
        for (a, b, mass) in intervals {
            let count = Cell::new(0_u64);
            let density = |t: f64| {
                count.set(count.get() + 1);
                if count.get() > most { f64::NAN } else { (b - a) * self.density(a + (b - a) * t) }
            };
            let result = integrate_to(density, 0.0, 1.0, TOLERANCE);
            evaluations += count.get().min(most);
            match result {
                Ok(part) => {
                    value += part.value;
                    expected += mass;
                    error += part.error_estimate;
                    if (part.value - mass).abs() > part.error_estimate.max(PEAK) {
                        said.push(format!(
                            "on [{a:.4}, {b:.4}] the nodes miss a peak: {:.6} instead of {mass:.6}",
                            part.value
                        ));
                    }
                }
                Err(DensityError::Quadrature { source, .. }) => {
                    let why = if count.get() > most {
                        format!("after {most} evaluations")
                    } else {
                        format!("quad-rs: {source}")
                    };
                    said.push(format!(
                        "no convergence on [{a:.4}, {b:.4}], {}: {why}",
                        self.singularity(a, b)
                    ));
                }
            }
        }
        let converged = said.is_empty() && all > 0;
        let further = all.saturating_sub(MOST_INTERVALS);
        let mut note = match (all, said.len()) {
            (0, _) => "Z has no continuous part".to_owned(),
            (_, 0) => "no singularity stands in the way".to_owned(),
            (_, 1) => said.join(""),
            (_, 2) => format!("{}; and on 1 further interval", said.swap_remove(0)),
            (_, more) => format!("{}; and on {} further intervals", said.swap_remove(0), more - 1),
        };
        if further > 0 {
            note.push_str(&format!("; {further} intervals of less mass are left out"));
        }
        let number = |value: f64| Some(value).filter(|_| converged);
        Check {
            value: number(value),
            expected: number(expected),
            error_estimate: number(error),
            evaluations: Some(evaluations),
            passed: converged,
            informative: true,
            note,
            ..named("integral over z, direct")
        }
    }

    /// Where p_Z is unbounded between two critical values, in words.
    fn singularity(&self, a: f64, b: f64) -> String {
        let near = |at: f64, towards: f64| {
            let steps = [1e-3, 1e-6, 1e-9].map(|part| self.density(at + part * (towards - at)));
            matches!(steps, [x, y, z] if y > 5.0 * x && z > 5.0 * y)
        };
        match (near(a, b), near(b, a)) {
            (true, true) => format!("p_Z is unbounded at {a:.4} and at {b:.4}"),
            (true, false) => format!("p_Z is unbounded at {a:.4}"),
            (false, true) => format!("p_Z is unbounded at {b:.4}"),
            (false, false) => "p_Z is bounded but not smooth enough".to_owned(),
        }
    }
}

/// The integral over [0, 1] of values at some points, by trapezoids.
fn trapezoids(mut values: Vec<(f64, f64)>) -> f64 {
    values.retain(|(t, value)| (0.0..=1.0).contains(t) && value.is_finite());
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some((&(first, low), &(last, high))) = values.first().zip(values.last()) else { return 0.0 };
    let between = values.iter().zip(values.iter().skip(1));
    let inner: f64 = between.map(|(a, b)| 0.5 * (b.0 - a.0) * (a.1 + b.1)).sum();
    first * low + inner + (1.0 - last) * high
}

#[cfg(test)]
mod tests {
    use super::super::tests::pair;

    #[test]
    fn one_preimage_forgotten_is_half_the_mass() {
        let mut halved = pair("normal(0,1)", "x^2");
        assert!(halved.normalisation().passed);
        halved.pieces.pieces.truncate(1);
        let check = halved.normalisation();
        assert!(!check.passed && (check.value.unwrap() - 0.5).abs() < 1e-9, "{check:?}");
    }

    #[test]
    fn where_rounding_hides_x_the_error_estimate_says_so() {
        // Beyond |x| = 18 tanh is 1 in doubles, and a Cauchy law has 4 % of its mass there.
        for (law, map, least) in
            [("cauchy(0,1)", "tanh(x)", 1e-3), ("normal(0,1)", "exp(-abs(exp(-x^2)))", 1e-10)]
        {
            let check = pair(law, map).normalisation();
            let estimate = check.error_estimate.unwrap();
            assert!(check.passed && !check.informative && check.note.contains("rounding"), "{check:?}");
            assert!((least..0.1).contains(&estimate), "{check:?}");
        }
        // A sharp estimate where f is not flat; the distribution function of Student's t is exact at its centre.
        let check = pair("student(3)", "x^2").normalisation();
        assert!(check.passed && check.error_estimate.unwrap() < 1e-10, "{check:?}");
        assert!((check.value.unwrap() - 1.0).abs() < 1e-12, "{check:?}");
    }

    #[test]
    fn a_preimage_that_is_none_is_no_rounding() {
        // Two pieces taken for one: x and -x have the same value, but not what is between them.
        let mut wrong = pair("normal(0,1)", "x^2");
        assert!(!wrong.differs_by_rounding(1.0, -1.0) && wrong.differs_by_rounding(1e-170, -1e-170));
        wrong.pieces.pieces[1].from = 1.0;
        assert!(!wrong.normalisation().passed);
    }

    #[test]
    fn the_direct_integral_says_what_happens() {
        for (law, map, words) in [
            ("normal(0,1)", "x^2", "unbounded at 0.0000"),
            ("uniform(0, 6.283185307179586)", "sin(x)", "p_Z is unbounded"),
            ("normal(0,1)", "exp(x)", "no singularity"),
            ("0.5*uniform(-1000,1000) + 0.5*normal(123.4,0.001)", "x", "peak"),
            ("normal(0,1)", "sign(x)", "no continuous part"),
            ("uniform(0,1)", "sin(1/x)", "not tried"),
        ] {
            let check = pair(law, map).direct();
            assert!(check.informative && check.note.contains(words), "{map}: {check:?}");
        }
    }
}
