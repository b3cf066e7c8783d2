//! Curves, histogram and checks for any law and any map.

use std::sync::Arc;

use rand::Rng;

use super::study::{BINS, DRAWS, STEPS, histogram};
use super::{Course, Law, Pair, TransformReport};

/// Halvings of the distance to a critical value at which p_Z is sampled.
const GRADED: i32 = 24;
/// Ends of pieces that curves over x have points beside, at most.
const MOST_ENDS: usize = 400;
/// Terms that the curve of p_Z may cost.
const MOST_TERMS: u32 = 40_000;
/// Critical values around which p_Z is sampled densely.
const MOST_CRITICAL: usize = 40;

impl Pair {
    /// Curves, histogram, pieces and checks. The histogram and the tests of draws use the first 10,000 draws that `rng`
    /// gives, their bins another 10,000. Takes 10 to 40 ms.
    pub fn study<R: Rng + ?Sized>(self, rng: &mut R) -> TransformReport {
        let draws = self.draws(rng, DRAWS);
        let checks = self.checks(&self.draws(rng, DRAWS), &draws);
        let xs = self.x_grid();
        let window = self.window(&draws);
        let mut report = TransformReport {
            law_curve: xs.iter().map(|&x| (x, self.law.density(x))).collect(),
            map_curve: self.map_curve(&xs),
            density_curve: Vec::new(),
            histogram_edges: Vec::new(),
            histogram_heights: Vec::new(),
            draws: DRAWS,
            checks,
            pair: Arc::new(self),
        };
        report.show(&draws, window);
        report
    }

    /// `count` draws of Z, ascending; those without a value of f are left out. Where f is constant they are that constant, not
    /// what rounding makes of it.
    pub fn draws<R: Rng + ?Sized>(&self, rng: &mut R, count: usize) -> Vec<f64> {
        let all = (0..count).map(|_| self.value(self.law.draw(rng)));
        let mut all: Vec<f64> = all.filter(|z| !z.is_nan()).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    /// f(x), one value for each piece on which it is constant.
    fn value(&self, x: f64) -> f64 {
        if !self.point_masses().is_empty() {
            let after = self.pieces.pieces.partition_point(|piece| piece.to < x);
            let piece = self.pieces.pieces.get(after).filter(|piece| piece.from < x);
            if let Some(z) = piece.and_then(|piece| piece.constant(&self.map)) {
                return z;
            }
        }
        self.map.at(&x)
    }

    /// x in the middle of the law, with both sides of every break and of every end of a piece.
    fn x_grid(&self) -> Vec<f64> {
        let (low, high) = (self.law.quantile(0.02), self.law.quantile(0.98));
        let (from, to) = self.law.support();
        let spread = high - low;
        let end = |inner: f64, outer: f64, away: f64| {
            let far = inner + 0.4 * away * spread;
            // The edge of the support is in sight where it is near.
            if (outer - inner).abs() < 0.4 * spread { outer + 0.05 * away * spread } else { far }
        };
        let (from, to) = (end(low, from, -1.0), end(high, to, 1.0));
        let ends = self.pieces.pieces.iter().flat_map(|piece| [piece.from, piece.to]);
        grid(from, to, STEPS, self.law.breaks().into_iter().chain(ends).take(MOST_ENDS), None)
    }

    /// (x, f(x)), with NaN where f jumps between neighbouring numbers, or nearly so.
    fn map_curve(&self, xs: &[f64]) -> Vec<(f64, f64)> {
        let mut curve: Vec<(f64, f64)> = Vec::with_capacity(xs.len());
        for &x in xs {
            let z = self.map.at(&x);
            if let Some(&(before, last)) = curve.last() {
                let near = x - before < 1e-6 * (1.0 + x.abs());
                if near && (z - last).abs() > 1e-3 * (1.0 + z.abs().min(last.abs())) {
                    curve.push((x, f64::NAN));
                }
            }
            curve.push((x, z));
        }
        curve
    }

    /// Where most of Z is: the middle 98 % of `draws` with a margin, and an edge of the support where it is near.
    fn window(&self, draws: &[f64]) -> (f64, f64) {
        let at = |part: f64| draws.get((part * draws.len() as f64) as usize).copied();
        let Some((low, high)) = at(0.01).zip(at(0.99)) else { return (-1.0, 1.0) };
        let spread = high - low;
        if !(spread.is_finite() && spread > 1e-12 * (1.0 + low.abs())) {
            let width = 1.0_f64.max(0.1 * low.abs());
            return if width.is_finite() { (low - width, low + width) } else { (-1.0, 1.0) };
        }
        let valued = || self.pieces.pieces.iter().filter(|piece| piece.course != Course::Undefined);
        let least = valued().map(|piece| piece.least).fold(f64::INFINITY, f64::min);
        let most = valued().map(|piece| piece.most).fold(f64::NEG_INFINITY, f64::max);
        let from = if low - least < 0.3 * spread { least - 0.02 * spread } else { low - 0.1 * spread };
        let to = if most - high < 0.3 * spread { most + 0.02 * spread } else { high + 0.1 * spread };
        (from, to)
    }

    /// (z, p_Z(z)) over a window, densely near critical values.
    fn density_curve(&self, (from, to): (f64, f64)) -> Vec<(f64, f64)> {
        let steps = (MOST_TERMS / self.pieces.monotone().count().max(1) as u32).clamp(40, STEPS);
        let inside = self.critical_values().into_iter().filter(|z| from <= *z && *z <= to);
        let graded = Some(if steps < STEPS { 0 } else { GRADED });
        let zs = grid(from, to, steps, inside.take(MOST_CRITICAL), graded);
        zs.into_iter().map(|z| (z, self.density(z))).filter(|point| point.1.is_finite()).collect()
    }
}

impl TransformReport {
    /// The report with density and histogram over another window of z; `rng` as [`Pair::study`] was given it.
    #[must_use]
    pub fn over<R: Rng + ?Sized>(&self, rng: &mut R, window: (f64, f64)) -> Self {
        let mut report = self.clone();
        report.show(&self.pair.draws(rng, DRAWS), window);
        report
    }

    /// The window of z that is shown.
    pub fn window(&self) -> (f64, f64) {
        let ends = self.histogram_edges.first().copied().zip(self.histogram_edges.last().copied());
        ends.unwrap_or((0.0, 1.0))
    }

    fn show(&mut self, draws: &[f64], window: (f64, f64)) {
        self.density_curve = self.pair.density_curve(window);
        let (edges, heights) = histogram(draws, window, BINS);
        // The share of all draws, those without a value of f too.
        let share = draws.len() as f64 / self.draws.max(1) as f64;
        self.histogram_edges = edges;
        self.histogram_heights = heights.into_iter().map(|height| height * share).collect();
    }
}

/// `steps` + 1 points from `from` to `to`, with points on both sides of each of `special`: its neighbours among the numbers, or, at distances that
/// halve `graded` times, some that are further off than the rounding of `special`.
fn grid(from: f64, to: f64, steps: u32, special: impl Iterator<Item = f64>, graded: Option<i32>) -> Vec<f64> {
    let step = (to - from) / f64::from(steps);
    let mut grid: Vec<f64> = (0..=steps).map(|i| from + step * f64::from(i)).collect();
    for at in special.filter(|at| from <= *at && *at <= to) {
        let beside = 1e-9 * step;
        grid.extend(match graded {
            None => [at.next_down(), at.next_up()],
            Some(_) => [at - beside, at + beside],
        });
        for k in 0..graded.unwrap_or(0) {
            let away = step * 2f64.powi(-k);
            grid.extend([at - away, at + away]);
        }
    }
    grid.retain(|x| (from..=to).contains(x));
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    grid
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::super::{Expression, MixedLaw};
    use super::*;

    fn rng() -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(5)
    }

    fn report(law: &str, map: &str) -> TransformReport {
        Pair::new(MixedLaw::parse(law).unwrap(), Expression::parse(map).unwrap()).study(&mut rng())
    }

    #[test]
    fn a_window_shows_its_part_of_the_same_draws() {
        let whole = report("normal(0,1)", "exp(x)");
        let (from, to) = whole.window();
        assert!(from > -0.5 && from < 0.1 && to > 5.0 && to < 20.0, "{from} {to}");
        let part = whole.over(&mut rng(), (0.5, 1.5));
        assert_eq!((part.window(), &part.checks), ((0.5, 1.5), &whole.checks));
        let mass = |report: &TransformReport| {
            let width = report.histogram_edges[1] - report.histogram_edges[0];
            report.histogram_heights.iter().sum::<f64>() * width
        };
        // P(0.5 < Z < 1.5) of the log-normal law.
        assert!((mass(&part) - 0.413_3).abs() < 0.03, "{}", mass(&part));
        assert!(part.density_curve.iter().all(|&(z, _)| (0.5..=1.5).contains(&z)));
        assert_eq!(whole.over(&mut rng(), whole.window()), whole);
    }

    #[test]
    fn curves_are_interrupted_at_jumps_and_dense_at_singularities() {
        let jumps = report("uniform(0,3)", "floor(x)").map_curve;
        assert_eq!(jumps.iter().filter(|point| point.1.is_nan()).count(), 4, "at 0, 1, 2 and 3");
        let kinks = report("normal(0,1)", "abs(x)").map_curve;
        assert!(kinks.iter().all(|point| point.1.is_finite()));
        let arcsine = report("uniform(0, 6.283185307179586)", "sin(x)").density_curve;
        let highest = arcsine.iter().map(|point| point.1).fold(0.0, f64::max);
        assert!(highest > 100.0, "{highest}");
        // 2 pi in doubles is not 2 pi: between its sine and 0 there is one preimage instead of two.
        assert!(arcsine.iter().all(|point| point.1 > 0.31 || point.0.abs() > 1.0), "no gap that is rounding");
    }
}
