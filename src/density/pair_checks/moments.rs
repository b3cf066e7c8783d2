//! Mean and variance of Z, through X and through Z, where they exist.

use super::UNPROVED;
use super::integrals::{ACCURACY, Pulled, Sum};
use crate::density::bisection::bisect;
use crate::density::report::named;
use crate::density::{Check, Course, Law, Pair};

/// How |Z| grows in its tail: s with P(|Z| > t) like t^(-1/s), at two depths.
#[derive(Debug, Clone, Copy)]
struct Tail {
    shallow: f64,
    deep: f64,
}

/// Whether `E|Z|^k` is finite.
#[derive(Debug, PartialEq)]
enum Existence {
    Exists,
    No(String),
    Unknown(String),
}

impl Tail {
    /// E|Z|^k = integral of t(p)^k dp, with P(|Z| > t(p)) = p, is finite where t(p)^k grows more slowly than 1/p.
    fn existence(self, k: f64) -> Existence {
        let (shallow, deep) = (k * self.shallow, k * self.deep);
        let of = format!("P(|Z| > t) falls like t^-{:.2} at 1e-12", 1.0 / self.deep);
        if deep < 0.1 || (deep < 0.95 && deep < 1.02 * shallow) {
            Existence::Exists
        } else if deep > 0.999 && deep > 0.97 * shallow {
            Existence::No(format!("does not exist: {of}"))
        } else {
            Existence::Unknown(format!("cannot be told from the tail: {of}"))
        }
    }
}

impl Pair {
    /// The tail of |Z|, from where it has the masses 1e-6, 1e-9 and 1e-12; none where that much is without proof.
    fn tail(&self) -> Option<Tail> {
        if self.pieces.unproved > 1e-13 {
            return None;
        }
        let defined = self.defined();
        let beyond = |t: f64| self.distribution((-t).next_down()) + self.survival(t);
        let at = |p: f64| bisect(0.0, f64::MAX, |t| beyond(t) <= p * defined).max(f64::MIN_POSITIVE).ln();
        let [a, b, c] = [1e-6, 1e-9, 1e-12].map(at);
        let decades = 1e3_f64.ln();
        Some(Tail { shallow: (b - a) / decades, deep: (c - b) / decades })
    }

    /// The check of the mean, and that of the variance.
    pub(super) fn moments(&self) -> [Check; 2] {
        let tail = self.tail();
        let bounded =
            self.pieces.pieces.iter().all(|piece| piece.least.is_finite() && piece.most.is_finite());
        let existence = |k: f64| match tail {
            Some(tail) => tail.existence(k),
            None if bounded && self.pieces.unproved < UNPROVED => Existence::Exists,
            None => Existence::Unknown(format!(
                "cannot be told: a mass of {:.1e} is without proof",
                self.pieces.unproved
            )),
        };
        let mean = self.moment("mean, integral of z p_Z(z)", &existence(1.0), |z| z);
        let about = mean.expected.unwrap_or(f64::NAN);
        let second = if mean.expected.is_some() { existence(2.0) } else { existence(1.0) };
        let variance =
            self.moment("variance, integral of (z - mean)^2 p_Z(z)", &second, |z| (z - about).powi(2));
        [mean, variance]
    }

    /// E[g(Z)] of the mass that has a value, through Z and, as what is expected, through X.
    fn moment(&self, name: &str, existence: &Existence, g: impl Fn(f64) -> f64) -> Check {
        let check = named(name);
        if let Existence::No(why) | Existence::Unknown(why) = existence {
            return Check { informative: true, note: why.clone(), ..check };
        }
        let constant: f64 = self.point_masses().iter().map(|point| g(point.z) * point.mass).sum();
        let through_z = self.over_pieces(|piece, x| {
            let Pulled { z, term, doubt } = self.through_preimage(piece, x);
            if term == 0.0 { (0.0, 0.0) } else { (g(z) * term, g(z).abs() * doubt) }
        });
        let through_x = self.over_pieces(|_, x| {
            let density = self.law.density(x);
            (if density == 0.0 { 0.0 } else { g(self.map.at(&x)) * density }, 0.0)
        });
        let norm = self.defined();
        let of = |sum: &Sum| (sum.value + constant) / norm;
        let (value, expected) = (of(&through_z), of(&through_x));
        let fault = through_z.fault.or(through_x.fault);
        let left_out = through_z.rest + self.pieces.unproved;
        let mut note = "through Z by its preimages; expected: E of f(X), through X".to_owned();
        if self.pieces.mass(Course::Undefined) > 1e-15 {
            note.push_str("; given that f is defined");
        }
        if left_out > 1e-12 {
            note.push_str(&format!("; without a mass of {left_out:.1e}"));
        }
        if let Some(fault) = &fault {
            note.push_str(&format!("; {fault}"));
        }
        let error = (through_z.error + through_x.error) / norm;
        let near = (value - expected).abs() <= error + ACCURACY * (1.0 + expected.abs());
        Check {
            value: Some(value),
            expected: Some(expected),
            error_estimate: Some(error),
            evaluations: Some(through_z.evaluations + through_x.evaluations),
            passed: fault.is_none() && near,
            informative: fault.is_some(),
            note,
            ..check
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, pair, report};

    #[test]
    fn moments_are_those_of_the_books() {
        let e = std::f64::consts::E;
        for (law, map, mean, variance) in [
            ("normal(0,1)", "exp(x)", e.sqrt(), e * (e - 1.0)),
            ("uniform(0,1)", "-log(x)", 1.0, 1.0),
            ("normal(0,1)", "max(x, 0)", 0.398_942_280_401_432_7, 0.5 - 0.5 / std::f64::consts::PI),
            ("exponential(1)", "floor(x)", 1.0 / (e - 1.0), e / (e - 1.0).powi(2)),
            ("student(3)", "2x + 1", 1.0, 12.0),
            ("uniform(-1, 3)", "x > 0 ? log(x) : sqrt(x)", 3f64.ln() - 1.0, 1.0),
        ] {
            let report = report(law, map, 0);
            let (m, v) = (check(&report, "mean"), check(&report, "variance"));
            assert!(m.passed && (m.value.unwrap() - mean).abs() < 1e-6 * (1.0 + mean.abs()), "{map}: {m:?}");
            let near = (v.value.unwrap_or(f64::NAN) - variance).abs() < 2e-4 * (1.0 + variance);
            assert!(v.passed && near, "{map}: {v:?}");
        }
    }

    #[test]
    fn moments_that_do_not_exist_are_said_to() {
        for (law, map, mean, variance) in [
            ("cauchy(0,1)", "x", "does not exist", "does not exist"),
            ("normal(0,1)", "1/x", "does not exist", "does not exist"),
            ("student(2)", "x", "through Z", "does not exist"),
            ("student(3)", "x", "through Z", "through Z"),
            ("normal(0,1)", "exp(x^2)", "does not exist", "does not exist"),
            ("uniform(0,1)", "1/sqrt(x)", "through Z", "does not exist"),
            ("cauchy(0,1)", "atan(x)", "through Z", "through Z"),
        ] {
            let [m, v] = pair(law, map).moments();
            assert!(m.note.contains(mean) && v.note.contains(variance), "{law} {map}: {m:?} {v:?}");
            assert_eq!(m.informative, mean == "does not exist", "{law} {map}: {m:?}");
        }
        // A log-normal law falls faster than any power, though not at the depth that is looked at.
        let [_, wide] = pair("normal(0,1)", "exp(5x)").moments();
        assert!(wide.informative && wide.note.contains("cannot be told"), "{wide:?}");
    }
}
