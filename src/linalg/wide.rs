//! Loops in the widest vectors that the processor has.

/// A loop over slices, with what it works on.
pub(crate) use pulp::NullaryFnOnce as Kernel;

/// Runs a kernel, compiled a second time for AVX2 where there is any.
///
/// Its `call` must be `#[inline(always)]`, and call only such functions and no closures: others are compiled by
/// themselves, for any processor. Sums that a loop keeps apart stay so, and Rust fuses no product with a sum: the
/// result is the same, to the bit.
#[inline(always)]
pub(crate) fn wide<K: Kernel>(kernel: K) -> K::Output {
    pulp::Arch::new().dispatch(kernel)
}
