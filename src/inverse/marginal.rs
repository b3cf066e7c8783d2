//! A mixture of normals on the line: the posterior of one pixel, or of a linear functional of the image.

use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

use libm::erfc;

use super::InverseError;

/// sum_k w_k N(mean_k, deviation_k^2), the weights above 0 and of sum 1; a deviation of 0 is a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Marginal {
    /// (w, mean, deviation).
    parts: Vec<(f64, f64, f64)>,
}

/// Lower and upper ends of credible intervals, one a pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// The lower ends, D.
    pub lower: Vec<f64>,
    /// The upper ends, D.
    pub upper: Vec<f64>,
}

impl Marginal {
    /// The mixture of these (weight, mean, deviation).
    pub(super) fn new(parts: Vec<(f64, f64, f64)>) -> Self {
        Self { parts }
    }

    /// Its mean.
    pub fn mean(&self) -> f64 {
        self.parts.iter().map(|(weight, mean, _)| weight * mean).sum()
    }

    /// Its standard deviation, by the law of total variance.
    pub fn standard_deviation(&self) -> f64 {
        let mean = self.mean();
        let square =
            |&(weight, m, deviation): &(f64, f64, f64)| weight * (deviation.powi(2) + (m - mean).powi(2));
        self.parts.iter().map(square).sum::<f64>().sqrt()
    }

    /// F(t), the probability of values up to `t`.
    pub fn distribution(&self, t: f64) -> f64 {
        let part = |&(weight, mean, deviation): &(f64, f64, f64)| weight * step(t, mean, deviation);
        self.parts.iter().map(part).sum::<f64>().min(1.0)
    }

    /// The smallest t with F(t) >= p; minus and plus infinity for p <= 0 and p >= 1, NaN for NaN.
    ///
    /// Cost: about ten evaluations of F, up to 100 in a gap between parts.
    pub fn quantile(&self, p: f64) -> f64 {
        if p.is_nan() || p <= 0.0 || p >= 1.0 {
            return if p.is_nan() {
                p
            } else if p <= 0.0 {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            };
        }
        match p > 0.5 {
            true => -self.mirrored().lower_quantile(1.0 - p, lower_normal_quantile(1.0 - p)),
            false => self.lower_quantile(p, lower_normal_quantile(p)),
        }
    }

    /// The equal-tailed interval of probability `level`.
    ///
    /// # Errors
    /// [`InverseError::Level`] outside (0, 1) or NaN.
    pub fn interval(&self, level: f64) -> Result<(f64, f64), InverseError> {
        Ok(self.between(normal_quantile(level)?))
    }

    /// The equal-tailed interval: the probability below it, and that quantile of the standard normal distribution.
    pub(super) fn between(&self, (p, z): (f64, f64)) -> (f64, f64) {
        (self.lower_quantile(p, z), -self.mirrored().lower_quantile(p, z))
    }

    /// The continuous ranked probability score of the value `x`, integral of (F(t) - [t >= x])^2 dt: at least 0, in the unit of x,
    /// |x - mean| for a point.
    ///
    /// sum_k w_k a(x - m_k, s_k^2) - sum_{k, l} w_k w_l a(m_k - m_l, s_k^2 + s_l^2) / 2, with a(m, s^2) = E|m + s Z|. Cost: K^2 / 2 evaluations of the
    /// distribution function. Source: Grimit, Gneiting, Berrocal and Johnson (2006).
    pub fn crps(&self, x: f64) -> f64 {
        let mut score = 0.0;
        for (k, &(weight, mean, deviation)) in self.parts.iter().enumerate() {
            score += weight * absolute_moment(x - mean, deviation);
            score -= 0.5 * weight * weight * absolute_moment(0.0, deviation * std::f64::consts::SQRT_2);
            for &(other, m, d) in &self.parts[..k] {
                score -= weight * other * absolute_moment(mean - m, deviation.hypot(d));
            }
        }
        score.max(0.0)
    }

    /// The distribution of the value's negative.
    fn mirrored(&self) -> Self {
        Self::new(self.parts.iter().map(|&(weight, mean, deviation)| (weight, -mean, deviation)).collect())
    }

    /// The quantile of p in (0, 1/2], z being that of the standard normal distribution: Newton's steps within a bracket.
    fn lower_quantile(&self, p: f64, z: f64) -> f64 {
        // Between the parts' own quantiles: at the least of them no part has more than p below it, at the largest none less.
        let own = self.parts.iter().map(|&(_, mean, deviation)| mean + deviation * z);
        let (mut low, mut high) =
            own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), t| (low.min(t), high.max(t)));
        let mut t = 0.5 * (low + high);
        for _ in 0..200 {
            let tolerance = 1e-15 * low.abs().max(high.abs());
            if high - low <= tolerance {
                break;
            }
            let excess = self.distribution(t) - p;
            if excess >= 0.0 {
                high = t
            } else {
                low = t
            }
            let newton = t - excess / self.density(t);
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            // A step that changes nothing: the root, unless a point's jump is near, where the density says nothing.
            if (next - t).abs() <= tolerance && excess.abs() <= 1e-12 * p {
                return next;
            }
            t = next;
        }
        high
    }

    /// The density of the parts that have one.
    fn density(&self, t: f64) -> f64 {
        let with_density = self.parts.iter().filter(|&&(_, _, deviation)| deviation > 0.0);
        let part = |&(weight, mean, deviation): &(f64, f64, f64)| {
            weight * normal_density((t - mean) / deviation) / deviation
        };
        with_density.map(part).sum()
    }
}

/// The probability of values up to `t` under one part.
fn step(t: f64, mean: f64, deviation: f64) -> f64 {
    match deviation > 0.0 {
        true => normal_distribution((t - mean) / deviation),
        false => f64::from(t >= mean),
    }
}

fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}

/// The standard normal distribution function.
fn normal_distribution(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// E|m + s Z|, Z standard normal.
fn absolute_moment(m: f64, s: f64) -> f64 {
    if s > 0.0 {
        let z = m / s;
        m * (1.0 - erfc(z * FRAC_1_SQRT_2)) + s * (2.0 / PI).sqrt() * (-0.5 * z * z).exp()
    } else {
        m.abs()
    }
}

/// p = (1 - `level`) / 2, the probability on either side of an interval, and the standard normal quantile of p.
pub(super) fn normal_quantile(level: f64) -> Result<(f64, f64), InverseError> {
    let p = 0.5 * (1.0 - level);
    match level > 0.0 && level < 1.0 && p > 0.0 {
        true => Ok((p, lower_normal_quantile(p))),
        false => Err(InverseError::Level(level)),
    }
}

/// The standard normal quantile of p in (0, 1/2], by bisection.
fn lower_normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-39.0, 0.0);
    for _ in 0..64 {
        let middle = 0.5 * (low + high);
        if normal_distribution(middle) < p { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests;
