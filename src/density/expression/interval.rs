//! Intervals with outward rounding: every value that an expression takes is inside.

use std::f64::consts::{FRAC_PI_2, PI};

use super::{Function, Operation, Scalar};

/// [lo, hi], and whether the expression is defined and continuous for all arguments behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    lo: f64,
    hi: f64,
    smooth: bool,
    empty: bool,
}

/// Numbers that libm's functions may be off by, generously.
const ULPS: usize = 3;

impl Interval {
    const ENTIRE: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY, smooth: false, empty: false };

    /// [lo, hi].
    pub fn new(lo: f64, hi: f64) -> Self {
        Self { lo, hi, smooth: true, empty: false }
    }
    /// The lower end.
    pub fn lo(&self) -> f64 {
        self.lo
    }
    /// The upper end.
    pub fn hi(&self) -> f64 {
        self.hi
    }
    /// Whether the expression is defined and continuous on all of its argument.
    pub fn is_smooth(&self) -> bool {
        self.smooth && !self.empty
    }
    /// Whether the expression is nowhere defined on its argument.
    pub fn is_empty(&self) -> bool {
        self.empty
    }
    /// Whether `value` is in [lo, hi].
    pub fn contains(&self, value: f64) -> bool {
        !self.empty && self.lo <= value && value <= self.hi
    }

    fn is(&self, value: f64) -> bool {
        self.lo == value && self.hi == value
    }

    fn is_whole(&self) -> bool {
        self.lo == self.hi && self.lo.fract() == 0.0 && self.lo.abs() < 1e9
    }

    /// [lo, hi] rounded outward by `ulps`; anything where a bound is NaN.
    fn outward(lo: f64, hi: f64, ulps: usize, smooth: bool) -> Self {
        if lo.is_nan() || hi.is_nan() {
            return Self::ENTIRE;
        }
        let (mut lo, mut hi) = (lo, hi);
        for _ in 0..ulps {
            (lo, hi) = (lo.next_down(), hi.next_up());
        }
        Self { lo, hi, smooth, empty: false }
    }

    fn with(self, smooth: bool, empty: bool) -> Self {
        Self { smooth: self.smooth && smooth, empty: self.empty || empty, ..self }
    }

    /// The part inside [lo, hi]; not smooth where something is cut off, empty where nothing is left.
    fn cut(self, lo: f64, hi: f64) -> Self {
        let inside = self.lo >= lo && self.hi <= hi;
        Self { lo: self.lo.clamp(lo, hi), hi: self.hi.clamp(lo, hi), ..self }
            .with(inside, self.hi < lo || self.lo > hi)
    }

    fn rising(self, function: Function) -> Self {
        Self::outward(function.of(self.lo), function.of(self.hi), ULPS, self.smooth).with(true, self.empty)
    }

    fn within(self, lo: f64, hi: f64) -> Self {
        Self { lo: self.lo.max(lo), hi: self.hi.min(hi), ..self }
    }

    /// Whether some `offset` + 2 pi k is inside, or so near that rounding hides it.
    fn meets(&self, offset: f64, period: f64) -> bool {
        let slack = 1e-14 * (1.0 + self.lo.abs().max(self.hi.abs()));
        ((self.hi + slack - offset) / period).floor() >= ((self.lo - slack - offset) / period).ceil()
    }

    /// sine, shifted: its greatest value is at `top`.
    fn wave(self, function: Function, top: f64) -> Self {
        if !(self.lo.abs() < 1e8 && self.hi.abs() < 1e8) {
            return Self {
                lo: -1.0,
                hi: 1.0,
                smooth: self.smooth && self.lo.is_finite() && self.hi.is_finite(),
                empty: self.empty,
            };
        }
        let (a, b) = (function.of(self.lo), function.of(self.hi));
        let hi = if self.meets(top, 2.0 * PI) { 1.0 } else { a.max(b) };
        let lo = if self.meets(top + PI, 2.0 * PI) { -1.0 } else { a.min(b) };
        Self::outward(lo, hi, ULPS, self.smooth).within(-1.0, 1.0).with(true, self.empty)
    }

    fn negated(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo, ..self }
    }

    fn absolute(self) -> Self {
        if self.lo >= 0.0 {
            self
        } else if self.hi <= 0.0 {
            self.negated()
        } else {
            Self { lo: 0.0, hi: self.hi.max(-self.lo), ..self }
        }
    }

    fn times(self, other: Self) -> Self {
        // 0 times an unbounded bound is 0: the bound is not a value.
        let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let all = [
            product(self.lo, other.lo),
            product(self.lo, other.hi),
            product(self.hi, other.lo),
            product(self.hi, other.hi),
        ];
        let lo = all.into_iter().fold(f64::INFINITY, f64::min);
        let hi = all.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Self::outward(lo, hi, 1, true)
    }

    fn power(self, exponent: Self) -> Self {
        let Some(n) = exponent.constant() else {
            return exponent.times_log_of(self);
        };
        let of = |x: f64| x.combine(Operation::Power, &n);
        if n == 0.0 {
            return Self { lo: 1.0, hi: 1.0, ..self };
        }
        if n == 1.0 {
            return self;
        }
        if n.fract() != 0.0 || n.abs() > 1e6 {
            // x^n, x >= 0; below 0 it is not defined.
            let base = if n > 0.0 {
                self.cut(0.0, f64::INFINITY)
            } else {
                self.cut(f64::MIN_POSITIVE, f64::INFINITY)
            };
            let (a, b) = (of(base.lo), of(base.hi));
            return Self::outward(a.min(b), a.max(b), ULPS, base.smooth).with(true, base.empty);
        }
        if n < 0.0 {
            return Self::new(1.0, 1.0).combine(Operation::Divide, &self.power(Self::new(-n, -n)));
        }
        let base = if n % 2.0 == 0.0 { self.absolute() } else { self };
        let power = Self::outward(of(base.lo), of(base.hi), ULPS, self.smooth);
        (if n % 2.0 == 0.0 { power.within(0.0, f64::INFINITY) } else { power }).with(true, self.empty)
    }

    /// base^self as exp(self log(base)).
    fn times_log_of(self, base: Self) -> Self {
        base.apply(Function::Log).combine(Operation::Multiply, &self).apply(Function::Exp)
    }
}

impl Scalar for Interval {
    fn number(value: f64) -> Self {
        Self::new(value, value)
    }

    fn apply(&self, function: Function) -> Self {
        use Function as F;
        let inf = f64::INFINITY;
        match function {
            F::Negate => self.negated(),
            F::Sqrt => self.cut(0.0, inf).rising(function).within(0.0, inf),
            F::Log => self.cut(0.0, inf).with(self.lo > 0.0, self.hi <= 0.0).rising(function),
            F::Exp => self.rising(function).within(0.0, inf),
            F::Sin => self.wave(function, FRAC_PI_2),
            F::Cos => self.wave(function, 0.0),
            F::Tan
                if self.hi - self.lo >= PI
                    || self.lo.abs() > 1e8
                    || self.hi.abs() > 1e8
                    || self.meets(FRAC_PI_2, PI) =>
            {
                Self { empty: self.empty, ..Self::ENTIRE }
            }
            F::Tanh => self.rising(function).within(-1.0, 1.0),
            F::Asin => self.cut(-1.0, 1.0).rising(function),
            F::Acos => {
                let cut = self.cut(-1.0, 1.0);
                Self::outward(function.of(cut.hi), function.of(cut.lo), ULPS, cut.smooth)
                    .with(true, cut.empty)
            }
            F::Acosh => self.cut(1.0, inf).rising(function).within(0.0, inf),
            F::Atanh => self.cut(-1.0, 1.0).with(self.lo > -1.0 && self.hi < 1.0, false).rising(function),
            F::Cosh => self.absolute().rising(function).within(1.0, inf),
            F::Abs => self.absolute(),
            F::Sign | F::Floor => {
                let (lo, hi) = (function.of(self.lo), function.of(self.hi));
                Self { lo, hi, smooth: self.smooth && lo == hi, empty: self.empty }
            }
            F::Cbrt | F::Atan | F::Sinh | F::Asinh | F::Tan => self.rising(function),
        }
    }

    fn combine(&self, operation: Operation, other: &Self) -> Self {
        let (a, b) = (*self, *other);
        let found = match operation {
            // Differences of small whole numbers are exact, and exponents must stay whole.
            Operation::Add | Operation::Subtract if a.is_whole() && b.is_whole() => {
                Self::number(a.lo.combine(operation, &b.lo))
            }
            Operation::Add if a.is(0.0) => b,
            Operation::Add | Operation::Subtract if b.is(0.0) => a,
            Operation::Add => Self::outward(a.lo + b.lo, a.hi + b.hi, 1, true),
            Operation::Subtract => Self::outward(a.lo - b.hi, a.hi - b.lo, 1, true),
            Operation::Multiply if a.is(0.0) || b.is(0.0) => Self::new(0.0, 0.0),
            Operation::Multiply if a.is(1.0) => b,
            Operation::Multiply if b.is(1.0) => a,
            Operation::Multiply => a.times(b),
            Operation::Divide if b.lo <= 0.0 && b.hi >= 0.0 => Self::ENTIRE.with(false, b.is(0.0)),
            Operation::Divide if a.is(0.0) => a,
            Operation::Divide => a.times(Self::outward(1.0 / b.hi, 1.0 / b.lo, 1, true)),
            Operation::Power => return a.power(b).with(a.smooth && b.smooth, a.empty || b.empty),
            Operation::Min => Self::new(a.lo.min(b.lo), a.hi.min(b.hi)),
            Operation::Max => Self::new(a.lo.max(b.lo), a.hi.max(b.hi)),
        };
        found.with(a.smooth && b.smooth, a.empty || b.empty)
    }

    fn less(&self, other: &Self, or_equal: bool) -> Option<bool> {
        if !self.smooth || !other.smooth || self.empty || other.empty {
            return None;
        }
        if self.hi < other.lo || (or_equal && self.hi <= other.lo) {
            Some(true)
        } else if self.lo > other.hi || (!or_equal && self.lo >= other.hi) {
            Some(false)
        } else {
            None
        }
    }

    fn either(&self, other: &Self) -> Self {
        match (self.empty, other.empty) {
            (true, false) => other.with(false, false),
            (false, true) => self.with(false, false),
            (both, _) => {
                Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi), smooth: false, empty: both }
            }
        }
    }

    fn constant(&self) -> Option<f64> {
        (self.lo == self.hi && self.smooth && !self.empty).then_some(self.lo)
    }
}
