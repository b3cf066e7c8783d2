//! Where a condition begins to hold, and where an increasing function crosses 0, to the last bit.

/// A float's place in the order of all floats.
fn key(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

/// The float at this place.
fn number(key: i64) -> f64 {
    f64::from_bits(if key < 0 { i64::MIN - key } else { key } as u64)
}

/// The smallest number above `from` and up to `to` at which `holds`, which holds from some number on; `to` where it
/// holds nowhere. At most 64 evaluations: numbers are halved by their order, not by their size.
pub(super) fn bisect(from: f64, to: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (i128::from(key(from)), i128::from(key(to)));
    while high - low > 1 {
        let middle = (low + high) / 2 - i128::from((low + high) % 2 < 0);
        let x = number(middle as i64);
        if holds(x) { high = middle } else { low = middle }
    }
    number(high as i64)
}

/// Steps of the secant before the bracket is halved.
const STEPS: u32 = 30;

/// The smallest number above `from` and up to `to` at which the increasing `g` is not below 0, given its values there,
/// the first below 0; to the last bit.
///
/// The secant with Illinois weights (M. Dowell and P. Jarratt, 1971) comes within some bits of it in about ten
/// evaluations where g is smooth; the bracket is closed from there. At most 30 + 128 evaluations.
pub(super) fn crossing(from: (f64, f64), to: (f64, f64), g: impl Fn(f64) -> f64) -> f64 {
    let ((mut a, mut ga), (mut b, mut gb)) = (from, to);
    let mut last = 0;
    for _ in 0..STEPS {
        let x = b - gb * ((b - a) / (gb - ga));
        // NaN too.
        if !(a < x && x < b) {
            break;
        }
        let gx = g(x);
        if gx >= 0.0 {
            (b, gb) = (x, gx);
            ga *= if last == 1 { 0.5 } else { 1.0 };
            last = 1;
        } else {
            (a, ga) = (x, gx);
            gb *= if last == -1 { 0.5 } else { 1.0 };
            last = -1;
        }
    }
    // The end that moved last is near: from it, steps that double find the other side.
    let (mut low, mut high, mut step) = (key(a), key(b), 1_i64);
    while last != 0 && step < 1 << 60 && i128::from(high) - i128::from(low) > i128::from(step) {
        if last == 1 {
            let at = high - step;
            if g(number(at)) >= 0.0 {
                high = at;
            } else {
                low = at;
                break;
            }
        } else {
            let at = low + step;
            if g(number(at)) >= 0.0 {
                high = at;
                break;
            }
            low = at;
        }
        step *= 2;
    }
    bisect(number(low), number(high), |x| g(x) >= 0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bisection_ends_at_the_last_bit() {
        assert_eq!(bisect(-10.0, 10.0, |x| x >= 0.3), 0.3);
        assert_eq!(bisect(-10.0, 10.0, |x| x >= -0.3), -0.3);
        assert_eq!(bisect(-1.0, 1.0, |x| x > 0.0), f64::from_bits(1));
        assert_eq!(bisect(f64::MIN, f64::MAX, |_| false), f64::MAX);
    }

    proptest! {
        #[test]
        fn a_crossing_is_where_bisection_finds_it(z in -60.0..60.0f64, kind in 0..5, from in -9.0..-4.0f64, to in 4.0..9.0f64) {
            let f = |x: f64| match kind {
                0 => x * x * x,
                1 => x.exp(),
                2 => x.atan() * 40.0,
                3 => x.cbrt() + 1e-9 * x,
                _ => if x < 0.0 { x / 1e9 } else { x * 1e9 },
            };
            let g = |x: f64| f(x) - z;
            prop_assume!(g(from) < 0.0 && g(to) >= 0.0);
            let count = std::cell::Cell::new(0);
            let counted = |x: f64| { count.set(count.get() + 1); g(x) };
            let found = crossing((from, g(from)), (to, g(to)), counted);
            prop_assert_eq!(found, bisect(from, to, |x| g(x) >= 0.0));
            prop_assert!(count.get() <= 158, "{}", count.get());
        }
    }
}
