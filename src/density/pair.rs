//! Z = f(X) for any law and any map: density, distribution function, point masses.

use super::bisection::bisect;
use super::{Course, Expression, Law, MixedLaw, Piece, Pieces, Term};

/// A law, a map, and the pieces of both.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The law of X.
    pub law: MixedLaw,
    /// f.
    pub map: Expression,
    /// The pieces of the support.
    pub pieces: Pieces,
    points: Vec<PointMass>,
}

/// A value of Z with positive probability.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct PointMass {
    /// The value.
    pub z: f64,
    /// P(Z = z).
    pub mass: f64,
}

impl Pair {
    /// Cuts the support into pieces; some milliseconds.
    pub fn new(law: MixedLaw, map: Expression) -> Self {
        let pieces = Pieces::of(&law, &map);
        let points = point_masses(&pieces, &map);
        Self { law, map, pieces, points }
    }

    /// Whether it is X standard normal and f(x) = x^2, as [`study()`](super::study()) has it.
    pub fn is_built_in(&self) -> bool {
        self.law == MixedLaw::default() && self.map == Expression::default()
    }

    /// The terms p_X(x) / |f'(x)| of the density at `z`, one a preimage in a monotone piece, by ascending x.
    pub fn terms(&self, z: f64) -> Vec<Term> {
        let mut terms: Vec<Term> = Vec::new();
        for piece in self.pieces.monotone() {
            let Some(x) = piece.preimage(&self.map, z) else { continue };
            // Neighbouring pieces share their end.
            if terms.last().is_some_and(|last| last.x == x) {
                continue;
            }
            let (density, derivative) = (self.law.density(x), self.map.with_derivative(x).1);
            let contribution = if density == 0.0 { 0.0 } else { density / derivative.abs() };
            terms.push(Term { x, density, derivative, contribution });
        }
        terms
    }

    /// The density of the continuous part of Z; never negative.
    pub fn density(&self, z: f64) -> f64 {
        self.terms(z).iter().fold(0.0, |sum, term| sum + term.contribution)
    }

    /// The values that f takes on its constant pieces, ascending, with their masses.
    pub fn point_masses(&self) -> &[PointMass] {
        &self.points
    }

    /// P(Z <= z), from the pieces: on an increasing piece the mass below the preimage, on a decreasing one the mass above
    /// it. Mass without a proved course, and where f is not defined, is left out.
    pub fn distribution(&self, z: f64) -> f64 {
        let part = |piece: &Piece| self.share(piece, z, true);
        let points = self.points.iter().filter(|point| point.z <= z);
        self.pieces.monotone().map(part).sum::<f64>() + points.map(|point| point.mass).sum::<f64>()
    }

    /// P(Z > z), without the cancellation of 1 - P(Z <= z).
    pub fn survival(&self, z: f64) -> f64 {
        let part = |piece: &Piece| self.share(piece, z, false);
        let points = self.points.iter().filter(|point| point.z > z);
        self.pieces.monotone().map(part).sum::<f64>() + points.map(|point| point.mass).sum::<f64>()
    }

    /// The mass of a monotone piece on which f <= z, or f > z.
    fn share(&self, piece: &Piece, z: f64, below: bool) -> f64 {
        let (low, high) = piece.image();
        if z < low || z >= high {
            return if (z >= high) == below { piece.mass } else { 0.0 };
        }
        piece.preimage(&self.map, z).map_or(0.0, |x| {
            let is_left = (piece.course == Course::Increasing) == below;
            if is_left { self.law.mass(piece.from, x) } else { self.law.mass(x, piece.to) }
        })
    }

    /// The smallest z with P(Z <= z) >= p; an end of the range of numbers where there is none.
    pub fn quantile(&self, p: f64) -> f64 {
        bisect(f64::MIN, f64::MAX, |z| self.distribution(z) >= p)
    }

    /// The mass that has a value of Z and a proof: without what is undecided and where f is not defined.
    pub fn defined(&self) -> f64 {
        1.0 - self.pieces.mass(Course::Undefined) - self.pieces.unproved
    }

    /// f at the ends of the monotone pieces, ascending, each once: where the sum over preimages gains or loses a term.
    pub fn critical_values(&self) -> Vec<f64> {
        let ends = self.pieces.monotone().flat_map(|piece| <[f64; 2]>::from(piece.image()));
        let mut values: Vec<f64> = ends.filter(|z| z.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|b, a| (*b - *a).abs() <= 1e-12 * a.abs());
        values
    }
}

fn point_masses(pieces: &Pieces, map: &Expression) -> Vec<PointMass> {
    let point = |piece: &Piece| Some(PointMass { z: piece.constant(map)?, mass: piece.mass });
    let mut points: Vec<PointMass> = pieces.pieces.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.z.total_cmp(&b.z));
    points.dedup_by(|next, first| {
        let same = next.z == first.z;
        first.mass += if same { next.mass } else { 0.0 };
        same
    });
    points
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::density::chi_square_density;

    pub(in crate::density) fn pair(law: &str, map: &str) -> Pair {
        Pair::new(MixedLaw::parse(law).unwrap(), Expression::parse(map).unwrap())
    }

    fn agrees(law: &str, map: &str, zs: &[f64], density: impl Fn(f64) -> f64) {
        let pair = pair(law, map);
        for &z in zs {
            let (found, expected) = (pair.density(z), density(z));
            assert!((found / expected - 1.0).abs() < 1e-9, "{law}, {map} at {z}: {found}, {expected}");
        }
    }

    #[test]
    fn chi_square() {
        agrees("normal(0,1)", "x^2", &[1e-6, 0.1, 1.0, 7.0, 30.0], chi_square_density);
    }

    #[test]
    fn log_normal() {
        let density = |z: f64| (-0.5 * z.ln().powi(2)).exp() / (z * (2.0 * PI).sqrt());
        agrees("normal(0,1)", "exp(x)", &[0.01, 0.5, 1.0, 3.0, 50.0], density);
    }

    #[test]
    fn arcsine() {
        let density = |z: f64| 1.0 / (PI * (1.0 - z * z).sqrt());
        agrees("uniform(0, 6.283185307179586)", "sin(x)", &[-0.99, -0.3, 0.2, 0.9], density);
    }

    #[test]
    fn an_end_of_the_support_is_a_preimage() {
        // sin x = 0 at 0 and at pi; the upper end, 2 pi in doubles, is just below 2 pi.
        let pair = pair("uniform(0, 6.283185307179586)", "sin(x)");
        let terms = pair.terms(0.0);
        assert!(terms.len() == 2 && terms[0].x == 0.0, "{terms:?}");
        assert!((pair.density(0.0) * PI - 1.0).abs() < 1e-12);
    }

    #[test]
    fn triangular() {
        // 1 - sqrt(x) and its mirror: P(|Z| > z) = (1 - z)^2.
        let density = |z: f64| 1.0 - z.abs();
        agrees(
            "uniform(-1, 1)",
            "x < 0 ? sqrt(1 + x) - 1 : 1 - sqrt(1 - x)",
            &[-0.9, -0.3, 0.2, 0.7],
            density,
        );
    }

    #[test]
    fn cauchy_of_an_angle_and_of_a_reciprocal() {
        let density = |z: f64| 1.0 / (PI * (1.0 + z * z));
        agrees(
            "uniform(-1.5707963267948966, 1.5707963267948966)",
            "tan(x)",
            &[-20.0, -0.3, 0.2, 4.0],
            density,
        );
        agrees("cauchy(0, 1)", "1/x", &[-20.0, -0.3, 0.2, 4.0], density);
        // The ratio of the two coordinates of a direction in the plane.
        agrees("uniform(-3, 3.283185307179586)", "sin(x)/cos(x)", &[-20.0, -0.3, 0.2, 4.0], density);
    }

    #[test]
    fn half_normal_rayleigh_exponential_and_logistic() {
        let normal = |z: f64| (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        agrees("normal(0,1)", "abs(x)", &[0.01, 1.0, 4.0], |z| 2.0 * normal(z));
        agrees("exponential(0.5)", "sqrt(x)", &[0.1, 1.0, 4.0], |z| z * (-0.5 * z * z).exp());
        agrees("uniform(0,1)", "-log(x)", &[0.01, 1.0, 9.0], |z| (-z).exp());
        let logistic = |z: f64| 0.25 / (z / 2.0).cosh().powi(2);
        agrees("uniform(0,1)", "log(x/(1 - x))", &[-3.0, 0.1, 2.0], logistic);
    }

    #[test]
    fn point_masses_and_distribution() {
        let pair = pair("normal(0,1)", "max(x, 0)");
        let points = pair.point_masses();
        assert!(
            points.len() == 1 && points[0].z == 0.0 && (points[0].mass - 0.5).abs() < 1e-12,
            "{points:?}"
        );
        assert!((pair.distribution(0.0) - 0.5).abs() < 1e-12 && pair.distribution(-1e-9) == 0.0);
        assert!((pair.distribution(1.0) - 0.841_344_746_068_542_9).abs() < 1e-12);
        assert!((pair.survival(1.0) / 0.158_655_253_931_457_05 - 1.0).abs() < 1e-12);
        assert!((pair.survival(8.0) / 6.220_960_574_271_786e-16 - 1.0).abs() < 3e-2, "within the range of x");
        assert_eq!(pair.quantile(0.3), 0.0);
        assert!((pair.quantile(0.9) - 1.281_551_565_544_600_4).abs() < 1e-12);
    }
}
