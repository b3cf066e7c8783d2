//! Loops over vectors of one length, in the widest registers that there are.

use super::wide::{Kernel, wide};

/// v^T v, summed in one fixed order.
pub fn squared_length(v: &[f64]) -> f64 {
    wide(SquaredLength(v))
}

struct SquaredLength<'a>(&'a [f64]);

impl Kernel for SquaredLength<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        // Eight sums side by side: independent additions, which the compiler turns into vectors.
        let mut lanes = [0.0; 8];
        let chunks = self.0.chunks_exact(8);
        let mut rest = 0.0;
        for x in chunks.remainder() {
            rest += x * x;
        }
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x * x;
            }
        }
        total(lanes) + rest
    }
}

/// |a - b|^2, summed in one fixed order.
pub fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    wide(SquaredDistance { a, b })
}

struct SquaredDistance<'a> {
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for SquaredDistance<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        // Eight sums side by side: independent additions, which the compiler turns into vectors.
        let mut lanes = [0.0; 8];
        let (a, b) = (self.a.chunks_exact(8), self.b.chunks_exact(8));
        let mut rest = 0.0;
        for (x, y) in a.remainder().iter().zip(b.remainder()) {
            rest += (x - y) * (x - y);
        }
        for (x, y) in a.zip(b) {
            for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
                *lane += (x - y) * (x - y);
            }
        }
        total(lanes) + rest
    }
}

/// |a - b|^2 over the entries that are numbers in both, summed in one fixed order.
pub fn squared_distance_observed(a: &[f64], b: &[f64]) -> f64 {
    wide(SquaredDistanceObserved { a, b })
}

struct SquaredDistanceObserved<'a> {
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for SquaredDistanceObserved<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let mut lanes = [0.0; 8];
        let (a, b) = (self.a.chunks_exact(8), self.b.chunks_exact(8));
        let mut rest = 0.0;
        for (x, y) in a.remainder().iter().zip(b.remainder()) {
            let difference = x - y;
            rest += if difference.is_nan() { 0.0 } else { difference * difference };
        }
        for (x, y) in a.zip(b) {
            for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
                let difference = x - y;
                *lane += if difference.is_nan() { 0.0 } else { difference * difference };
            }
        }
        total(lanes) + rest
    }
}

/// The sum of eight partial ones. Not an iterator's: closures are not compiled for wide vectors.
#[inline(always)]
fn total(lanes: [f64; 8]) -> f64 {
    let mut sum = 0.0;
    for lane in lanes {
        sum += lane;
    }
    sum
}

/// `out` = a - b, value by value.
pub fn difference(out: &mut [f64], a: &[f64], b: &[f64]) {
    wide(Difference { out, a, b });
}

struct Difference<'a> {
    out: &'a mut [f64],
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for Difference<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (out, (a, b)) in self.out.iter_mut().zip(self.a.iter().zip(self.b)) {
            *out = a - b;
        }
    }
}

/// `out` = (a - b) c, value by value; the squared length of it, summed in one fixed order.
pub fn scaled_difference(out: &mut [f64], a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    wide(ScaledDifference { out, a, b, c })
}

struct ScaledDifference<'a> {
    out: &'a mut [f64],
    a: &'a [f64],
    b: &'a [f64],
    c: &'a [f64],
}

impl Kernel for ScaledDifference<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        for (out, ((a, b), c)) in self.out.iter_mut().zip(self.a.iter().zip(self.b).zip(self.c)) {
            *out = (a - b) * c;
        }
        SquaredLength(self.out).call()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_vectors_give_the_same_bits() {
        for dim in (0..40).chain([784]) {
            let a: Vec<f64> = (0..dim).map(|i| ((i * i * 37) % 256) as f64 / 255.0).collect();
            let b: Vec<f64> = (0..dim).map(|i| ((i * 101 + 5) % 253) as f64 / 251.0).collect();
            // The kernel called directly is the one for any processor.
            assert_eq!(
                squared_distance(&a, &b).to_bits(),
                SquaredDistance { a: &a, b: &b }.call().to_bits(),
                "{dim}"
            );
        }
    }
}
