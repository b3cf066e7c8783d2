//! The laws that have a name.

use rand::{Rng, RngExt};
use rand_distr::Distribution;
use statrs::distribution::{Beta, Continuous, ContinuousCDF, Gamma, LogNormal, StudentsT};
use statrs::function::beta::beta_reg;

use std::f64::consts::PI;

/// A law with a name and parameters.
#[derive(Debug, Clone)]
pub enum Family {
    /// normal(mean, standard deviation).
    Normal(f64, f64),
    /// uniform(from, to).
    Uniform(f64, f64),
    /// exponential(rate): p(x) = rate exp(-rate x), x >= 0.
    Exponential(f64),
    /// gamma(shape, rate): p(x) ~ x^(shape-1) exp(-rate x), x >= 0.
    Gamma(Gamma),
    /// beta(a, b): p(x) ~ x^(a-1) (1-x)^(b-1) on [0, 1].
    Beta(Beta),
    /// student(degrees of freedom).
    Student(StudentsT),
    /// cauchy(location, scale).
    Cauchy(f64, f64),
    /// laplace(location, scale): p(x) = exp(-|x - location|/scale) / (2 scale).
    Laplace(f64, f64),
    /// logistic(location, scale).
    Logistic(f64, f64),
    /// lognormal(mean, standard deviation), both of log X.
    LogNormal(LogNormal, f64, f64),
}

/// The least and the greatest scale, shape or rate: beyond them the distribution functions lose their accuracy.
const RANGE: std::ops::RangeInclusive<f64> = 1e-3..=1e6;

impl Family {
    /// Every name, and its number of parameters.
    pub const NAMED: &'static [(&'static str, usize)] = &[
        ("normal", 2),
        ("uniform", 2),
        ("exponential", 1),
        ("gamma", 2),
        ("beta", 2),
        ("student", 1),
        ("cauchy", 2),
        ("laplace", 2),
        ("logistic", 2),
        ("lognormal", 2),
    ];

    /// The law `name` with its parameters.
    ///
    /// # Errors
    /// Which parameter is out of its range.
    pub fn new(name: &str, parameters: &[f64]) -> Result<Self, String> {
        let a = parameters.first().copied().unwrap_or(f64::NAN);
        let b = parameters.get(1).copied().unwrap_or(f64::NAN);
        let location = |what: &str| {
            if a.abs() <= 1e6 {
                Ok(())
            } else {
                Err(format!("the {what} of {name} must be from -1e6 to 1e6"))
            }
        };
        let positive = |value: f64, what: &str| {
            if RANGE.contains(&value) {
                Ok(())
            } else {
                Err(format!("the {what} of {name} must be from 1e-3 to 1e6"))
            }
        };
        let shape = |value: f64, what: &str| {
            if (0.1..=1e3).contains(&value) {
                Ok(())
            } else {
                Err(format!("the {what} of {name} must be from 0.1 to 1000"))
            }
        };
        let within = |fault: &dyn std::fmt::Display| format!("{name}: {fault}");
        Ok(match name {
            "normal" => {
                location("mean")?;
                positive(b, "standard deviation")?;
                Self::Normal(a, b)
            }
            "uniform" if a < b && b - a >= 1e-3 && a.abs() <= 1e6 && b.abs() <= 1e6 => Self::Uniform(a, b),
            "uniform" => {
                return Err(
                    "uniform(from, to) needs to - from of at least 1e-3, both from -1e6 to 1e6".into()
                );
            }
            "exponential" => {
                positive(a, "rate")?;
                Self::Exponential(a)
            }
            "gamma" => {
                shape(a, "shape")?;
                positive(b, "rate")?;
                Self::Gamma(Gamma::new(a, b).map_err(|fault| within(&fault))?)
            }
            "beta" => {
                shape(a, "first parameter")?;
                shape(b, "second parameter")?;
                Self::Beta(Beta::new(a, b).map_err(|fault| within(&fault))?)
            }
            "student" => {
                shape(a, "degrees of freedom")?;
                Self::Student(StudentsT::new(0.0, 1.0, a).map_err(|fault| within(&fault))?)
            }
            "cauchy" | "laplace" | "logistic" => {
                location("location")?;
                positive(b, "scale")?;
                match name {
                    "cauchy" => Self::Cauchy(a, b),
                    "laplace" => Self::Laplace(a, b),
                    _ => Self::Logistic(a, b),
                }
            }
            "lognormal" if a.abs() <= 20.0 && (1e-3..=5.0).contains(&b) => {
                Self::LogNormal(LogNormal::new(a, b).map_err(|fault| within(&fault))?, a, b)
            }
            "lognormal" => {
                return Err("lognormal needs a mean from -20 to 20 and a deviation from 1e-3 to 5".into());
            }
            _ => return Err(format!("{name} is not known")),
        })
    }

    /// p(x); 0 outside the support.
    pub fn density(&self, x: f64) -> f64 {
        let (from, to) = self.support();
        if !(from..=to).contains(&x) || x.is_infinite() {
            return if x.is_nan() { x } else { 0.0 };
        }
        match self {
            Self::Normal(m, s) => (-0.5 * ((x - m) / s).powi(2)).exp() / ((2.0 * PI).sqrt() * s),
            Self::Uniform(a, b) => 1.0 / (b - a),
            Self::Exponential(rate) => rate * (-rate * x).exp(),
            Self::Gamma(law) => law.pdf(x),
            Self::Beta(law) => law.pdf(x),
            Self::Student(law) => law.pdf(x),
            Self::Cauchy(m, s) => 1.0 / (PI * s * (1.0 + ((x - m) / s).powi(2))),
            Self::Laplace(m, s) => (-(x - m).abs() / s).exp() / (2.0 * s),
            Self::Logistic(m, s) => {
                let t = (-(x - m).abs() / s).exp();
                t / (s * (1.0 + t) * (1.0 + t))
            }
            Self::LogNormal(law, ..) => {
                if x > 0.0 {
                    law.pdf(x)
                } else {
                    0.0
                }
            }
        }
    }

    /// P(X <= x).
    pub fn distribution(&self, x: f64) -> f64 {
        let (from, to) = self.support();
        if x.is_nan() {
            return x;
        }
        if x <= from {
            return 0.0;
        }
        if x >= to {
            return 1.0;
        }
        match self {
            Self::Normal(m, s) => 0.5 * libm::erfc((m - x) / (s * std::f64::consts::SQRT_2)),
            Self::Uniform(a, b) => (x - a) / (b - a),
            Self::Exponential(rate) => -(-rate * x).exp_m1(),
            Self::Gamma(law) => law.cdf(x),
            Self::Beta(law) => law.cdf(x),
            Self::Student(law) => student(law.freedom(), x),
            // The angle from the other side keeps its relative accuracy in the lower tail.
            Self::Cauchy(m, s) => s.atan2(m - x) / PI,
            Self::Laplace(m, s) => {
                let t = (x - m) / s;
                if t < 0.0 { 0.5 * t.exp() } else { 1.0 - 0.5 * (-t).exp() }
            }
            Self::Logistic(m, s) => 1.0 / (1.0 + (-(x - m) / s).exp()),
            Self::LogNormal(_, m, s) => 0.5 * libm::erfc((m - x.ln()) / (s * std::f64::consts::SQRT_2)),
        }
    }

    /// P(X > x).
    pub fn survival(&self, x: f64) -> f64 {
        let (from, to) = self.support();
        if x <= from {
            return 1.0;
        }
        if x >= to {
            return 0.0;
        }
        match self {
            Self::Normal(m, s) => 0.5 * libm::erfc((x - m) / (s * std::f64::consts::SQRT_2)),
            Self::Uniform(a, b) => (b - x) / (b - a),
            Self::Exponential(rate) => (-rate * x).exp(),
            Self::Gamma(law) => law.sf(x),
            Self::Beta(law) => law.sf(x),
            Self::Student(_) => self.distribution(-x),
            Self::Cauchy(m, s) => s.atan2(x - m) / PI,
            Self::Laplace(m, s) => {
                let t = (x - m) / s;
                if t < 0.0 { 1.0 - 0.5 * t.exp() } else { 0.5 * (-t).exp() }
            }
            Self::Logistic(m, s) => 1.0 / (1.0 + ((x - m) / s).exp()),
            Self::LogNormal(_, m, s) => 0.5 * libm::erfc((x.ln() - m) / (s * std::f64::consts::SQRT_2)),
        }
    }

    /// The smallest interval with all the mass.
    pub fn support(&self) -> (f64, f64) {
        match self {
            Self::Uniform(a, b) => (*a, *b),
            Self::Exponential(_) | Self::Gamma(_) | Self::LogNormal(..) => (0.0, f64::INFINITY),
            Self::Beta(_) => (0.0, 1.0),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Where the density is not smooth, and the centre.
    pub fn breaks(&self) -> Vec<f64> {
        let (from, to) = self.support();
        let mut breaks = vec![from, to];
        if let Self::Laplace(m, _) = self {
            breaks.push(*m);
        }
        breaks
    }

    /// Mean and variance, where they exist.
    pub fn moments(&self) -> Option<(f64, f64)> {
        Some(match self {
            Self::Normal(m, s) => (*m, s * s),
            Self::Uniform(a, b) => (f64::midpoint(*a, *b), (b - a).powi(2) / 12.0),
            Self::Exponential(rate) => (1.0 / rate, 1.0 / (rate * rate)),
            Self::Gamma(law) => (law.shape() / law.rate(), law.shape() / law.rate().powi(2)),
            Self::Beta(law) => {
                let (a, b) = (law.shape_a(), law.shape_b());
                (a / (a + b), a * b / ((a + b).powi(2) * (a + b + 1.0)))
            }
            Self::Student(law) if law.freedom() > 2.0 => (0.0, law.freedom() / (law.freedom() - 2.0)),
            Self::Student(_) | Self::Cauchy(..) => return None,
            Self::Laplace(m, s) => (*m, 2.0 * s * s),
            Self::Logistic(m, s) => (*m, (PI * s).powi(2) / 3.0),
            Self::LogNormal(_, m, s) => ((m + s * s / 2.0).exp(), (s * s).exp_m1() * (2.0 * m + s * s).exp()),
        })
    }

    /// One draw; NaN where the parameters are refused.
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let normal: fn(&mut R) -> f64 = |rng| rand_distr::StandardNormal.sample(rng);
        match self {
            Self::Normal(m, s) => m + s * normal(rng),
            Self::Uniform(a, b) => a + (b - a) * rng.random::<f64>(),
            Self::Exponential(rate) => {
                let e: f64 = rand_distr::Exp1.sample(rng);
                e / rate
            }
            Self::Gamma(law) => {
                rand_distr::Gamma::new(law.shape(), 1.0 / law.rate()).map_or(f64::NAN, |law| law.sample(rng))
            }
            Self::Beta(law) => {
                rand_distr::Beta::new(law.shape_a(), law.shape_b()).map_or(f64::NAN, |law| law.sample(rng))
            }
            Self::Student(law) => {
                rand_distr::StudentT::new(law.freedom()).map_or(f64::NAN, |law| law.sample(rng))
            }
            Self::Cauchy(m, s) => rand_distr::Cauchy::new(*m, *s).map_or(f64::NAN, |law| law.sample(rng)),
            Self::Laplace(m, s) => {
                let e: f64 = rand_distr::Exp1.sample(rng);
                if rng.random::<bool>() { m + s * e } else { m - s * e }
            }
            Self::Logistic(m, s) => {
                let u: f64 = rand_distr::Open01.sample(rng);
                m + s * (u / (1.0 - u)).ln()
            }
            Self::LogNormal(_, m, s) => (m + s * normal(rng)).exp(),
        }
    }
}

/// P(X <= x) of Student's t, by the regularised incomplete beta function: of the tail beyond |x|, or, near the centre, of the part up to
/// it, as 1 - nu / (nu + x^2) has no digits of a small x.
fn student(freedom: f64, x: f64) -> f64 {
    let square = x * x;
    if square < freedom {
        let half = 0.5 * beta_reg(0.5, 0.5 * freedom, square / (freedom + square));
        return if x < 0.0 { 0.5 - half } else { 0.5 + half };
    }
    let tail = 0.5 * beta_reg(0.5 * freedom, 0.5, freedom / (freedom + square));
    if x < 0.0 { tail } else { 1.0 - tail }
}
