//! Log-sum-exp over the components for a tile of images: log-densities, assignments, responsibilities.
//!
//! **Order.** The sum of an image's terms is the same for every order of the components, to the bit: terms of at most 1
//! are rounded to multiples of 2^-52 K' (K' the power of two from K on), of which K add up exactly. The sum moves by no
//! more than K K' 2^-53, relative to itself.

use crate::linalg::wide::{Kernel, wide};

/// Responsibilities up to this are set to zero.
const NEGLIGIBLE: f64 = 1e-17;

/// Memory for one value an image each.
#[derive(Debug, Default)]
pub(super) struct Posterior {
    /// The largest log-joint density of every image.
    best: Vec<f64>,
    /// Of which component.
    pub assigned: Vec<f64>,
    sum: Vec<f64>,
    /// log p(x) of every image.
    pub log_density: Vec<f64>,
}

impl Posterior {
    /// From squared distances q (`pairs`, `count` images of one component after the other) to responsibilities, in
    /// place, with c_k = `log_norms`.
    pub fn normalise(&mut self, pairs: &mut [f64], log_norms: &[f64], count: usize) {
        for (values, start) in
            [(&mut self.best, f64::NEG_INFINITY), (&mut self.assigned, 0.0), (&mut self.sum, 0.0)]
        {
            values.clear();
            values.resize(count, start);
        }
        for ((k, values), &log_norm) in pairs.chunks_exact_mut(count).enumerate().zip(log_norms) {
            let (best, assigned) = (&mut self.best[..], &mut self.assigned[..]);
            wide(Joint { values, log_norm, component: k as f64, best, assigned });
        }
        let magic = 1.5 * log_norms.len().next_power_of_two() as f64;
        for values in pairs.chunks_exact_mut(count) {
            wide(Terms { values, best: &self.best, sum: &mut self.sum, magic });
        }
        self.log_density.resize(count, 0.0);
        wide(Sums { best: &self.best, sum: &mut self.sum, log_density: &mut self.log_density });
        for values in pairs.chunks_exact_mut(count) {
            wide(Shares { values, inverse: &self.sum });
        }
    }
}

/// c_k - q / 2, and the best of it.
struct Joint<'a> {
    values: &'a mut [f64],
    log_norm: f64,
    component: f64,
    best: &'a mut [f64],
    assigned: &'a mut [f64],
}

impl Kernel for Joint<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((value, best), assigned) in self.values.iter_mut().zip(self.best).zip(self.assigned) {
            // A NaN is a component without a part: it is not above anything.
            *value = self.log_norm - 0.5 * *value;
            let is_better = *value > *best;
            *best = if is_better { *value } else { *best };
            *assigned = if is_better { self.component } else { *assigned };
        }
    }
}

/// exp(value - best), and the sum of it.
struct Terms<'a> {
    values: &'a mut [f64],
    best: &'a [f64],
    sum: &'a mut [f64],
    magic: f64,
}

impl Kernel for Terms<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((value, best), sum) in self.values.iter_mut().zip(self.best).zip(self.sum) {
            *value = exp_of_negative(*value - *best);
            *sum += (*value + self.magic) - self.magic;
        }
    }
}

/// best + log(sum), and 1 / sum in the place of the sum.
struct Sums<'a> {
    best: &'a [f64],
    sum: &'a mut [f64],
    log_density: &'a mut [f64],
}

impl Kernel for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((best, sum), log_density) in self.best.iter().zip(self.sum).zip(self.log_density) {
            // Beyond every component the sum is that of no terms.
            let log = if *best > f64::NEG_INFINITY { log_from_1(*sum) } else { 0.0 };
            *log_density = *best + log;
            *sum = 1.0 / *sum;
        }
    }
}

/// Terms divided by their sum.
struct Shares<'a> {
    values: &'a mut [f64],
    inverse: &'a [f64],
}

impl Kernel for Shares<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (value, inverse) in self.values.iter_mut().zip(self.inverse) {
            let share = *value * *inverse;
            // A NaN is no responsibility either.
            *value = if share > NEGLIGIBLE { share } else { 0.0 };
        }
    }
}

/// e^x for x <= 0, to within 2 units in the last place; 0 below -708, where doubles lose digits, and for a NaN.
///
/// x = n log 2 + r with |r| <= log 2 / 2, and e^r by its series to r^13 / 13! (the rest is below 1e-17). No branch, no
/// call: loops over it become vectors.
#[inline(always)]
fn exp_of_negative(x: f64) -> f64 {
    /// 1.5 2^52: added to a small number, it leaves the nearest integer in the last bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LOG2.1, n.mul_add(-LOG2.0, x));
    let mut series = 0.0_f64;
    for inverse_factorial in INVERSE_FACTORIALS {
        series = series.mul_add(r, inverse_factorial);
    }
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    if x >= -708.0 { series * power } else { 0.0 }
}

/// log x for 1 <= x < 2^52, to within 2 units in the last place, and 0 for x = 1.
///
/// x = 2^n m with m from sqrt(1/2) to sqrt(2); log m = 2 artanh(s) = 2 (s + s^3 / 3 + ...) for s = (m - 1) / (m + 1), to s^21. No
/// branch, no call.
#[inline(always)]
fn log_from_1(x: f64) -> f64 {
    /// 2^52, with the exponent of x in its last bits.
    const SHIFT: u64 = 0x4330_0000_0000_0000;
    /// The bits of sqrt(1/2), from which a mantissa counts as of the next power.
    const HALF_ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    let above = x.to_bits().wrapping_sub(HALF_ROOT);
    let n = f64::from_bits((above >> 52) | SHIFT) - f64::from_bits(SHIFT);
    let m = f64::from_bits((above & 0x000f_ffff_ffff_ffff).wrapping_add(HALF_ROOT));
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut series = 0.0_f64;
    for odd in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series.mul_add(square, 2.0 / odd);
    }
    n * LOG2.0 + (2.0 * s + (n * LOG2.1 + s * square * series))
}

/// log 2 in two parts, of which the first times a small integer is exact.
const LOG2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);

/// 1 / 13!, 1 / 12!, ..., 1 / 0!.
const INVERSE_FACTORIALS: [f64; 14] = {
    let (mut inverse, mut factorial, mut n) = ([1.0; 14], 1.0, 1);
    while n < 14 {
        factorial *= n as f64;
        inverse[13 - n] = 1.0 / factorial;
        n += 1;
    }
    inverse
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_the_library() {
        for step in 0..200_000 {
            let x = -f64::from(step) * 0.00354;
            let (found, expected) = (exp_of_negative(x), x.exp());
            assert!((found - expected).abs() <= 5e-16 * expected, "{x}: {found:e}, not {expected:e}");
        }
        assert_eq!((exp_of_negative(0.0), exp_of_negative(f64::NEG_INFINITY)), (1.0, 0.0));
        assert_eq!(exp_of_negative(f64::NAN), 0.0);
    }

    #[test]
    fn the_logarithm_is_that_of_the_library() {
        let next = f64::from_bits(1.0_f64.to_bits() + 1);
        let steps = (0..200_000).map(f64::from).map(|step| 1.0 + step * 0.00017 + step.powi(3) * 1e-12);
        for x in steps.chain([next]) {
            let (found, expected) = (log_from_1(x), x.ln());
            assert!((found - expected).abs() <= 5e-16 * expected, "{x}: {found:e}, not {expected:e}");
        }
        assert_eq!(log_from_1(1.0), 0.0);
    }

    #[test]
    fn responsibilities_are_shares_of_the_densities_and_no_order_of_components_changes_a_bit() {
        let count = 24;
        let distances: Vec<f64> = (0..count * 5).map(|at| ((at * 37) % 101) as f64 * 0.9).collect();
        let log_norms = [-1.0, 0.5, -3.0, 2.0, f64::NEG_INFINITY];
        let mut pairs = distances.clone();
        let mut posterior = Posterior::default();
        posterior.normalise(&mut pairs, &log_norms, count);
        for s in 0..count {
            let joint = |k: usize| log_norms[k] - 0.5 * distances[k * count + s];
            let total: f64 = (0..5).map(|k| joint(k).exp()).sum();
            assert!((posterior.log_density[s] - total.ln()).abs() < 1e-13);
            for k in 0..5 {
                assert!((pairs[k * count + s] - joint(k).exp() / total).abs() < 1e-14);
            }
        }
        let (mut turned, mut norms) = (distances, log_norms);
        turned.rotate_left(2 * count);
        norms.rotate_left(2);
        let straight = posterior.log_density.clone();
        posterior.normalise(&mut turned, &norms, count);
        turned.rotate_right(2 * count);
        assert_eq!((turned, &posterior.log_density), (pairs, &straight));
    }

    #[test]
    fn an_image_beyond_every_component_has_no_density_and_no_part() {
        let mut pairs = vec![f64::INFINITY, 1.0, f64::NAN, 2.0];
        let mut posterior = Posterior::default();
        posterior.normalise(&mut pairs, &[0.0, 0.0], 2);
        assert_eq!(posterior.log_density[0], f64::NEG_INFINITY);
        assert_eq!((pairs[0], pairs[2]), (0.0, 0.0));
        assert!((pairs[1] + pairs[3] - 1.0).abs() < 1e-15);
    }
}
