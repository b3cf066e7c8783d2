//! Loops in the widest vectors that the processor has.

/// A loop over slices, with what it works on.
pub(crate) use pulp::NullaryFnOnce as Kernel;
/// A loop that is written in vectors: `S::f64s` holds `S::F64_LANES` doubles.
pub(crate) use pulp::{Simd, WithSimd as VectorKernel};

/// Runs a kernel, compiled again for AVX2 and for AVX-512, where there are any.
///
/// Its `call` must be `#[inline(always)]`, and call only such functions and no closures: others are compiled by
/// themselves, for any processor. Sums that a loop keeps apart stay so, and Rust fuses no product with a sum but by `mul_add`: the
/// result is the same, to the bit. A [`VectorKernel`] says itself what is fused.
#[inline(always)]
pub(crate) fn wide<K: VectorKernel>(kernel: K) -> K::Output {
    pulp::Arch::new().dispatch(kernel)
}

/// Doubles a vector.
pub(crate) fn lanes() -> usize {
    struct Lanes;
    impl VectorKernel for Lanes {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            S::F64_LANES
        }
    }
    wide(Lanes)
}
