//! Loops over vectors of one length, in the widest registers that there are.
//!
//! Used by `mixture`.

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
        let mut sum = 0.0;
        for lane in lanes {
            sum += lane;
        }
        sum + rest
    }
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
