//! Dual numbers: a value with its derivative, over any kind of number.

use super::{Function, Operation, Scalar};

/// v + d eps with eps^2 = 0: f(v + d eps) = f(v) + f'(v) d eps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual<S> {
    /// The value.
    pub value: S,
    /// The derivative with respect to x.
    pub derivative: S,
}

impl<S: Scalar> Dual<S> {
    /// x itself, with derivative 1.
    pub fn variable(value: S) -> Self {
        Self { value, derivative: S::number(1.0) }
    }
}

fn n<S: Scalar>(value: f64) -> S {
    S::number(value)
}

/// The derivative of `function` at `x`, where `value` is its value.
fn slope<S: Scalar>(function: Function, x: &S, value: &S) -> S {
    use Function as F;
    use Operation::{Add, Divide, Multiply, Power, Subtract};
    let one = n::<S>(1.0);
    let square = |s: &S| s.combine(Power, &n(2.0));
    let over = |s: S| one.combine(Divide, &s);
    match function {
        F::Negate => n(-1.0),
        F::Sqrt => over(n::<S>(2.0).combine(Multiply, value)),
        F::Cbrt => over(n::<S>(3.0).combine(Multiply, &square(value))),
        F::Exp => value.clone(),
        F::Log => over(x.clone()),
        F::Sin => x.apply(F::Cos),
        F::Cos => x.apply(F::Sin).apply(F::Negate),
        F::Tan => one.combine(Add, &square(value)),
        F::Asin => over(one.combine(Subtract, &square(x)).apply(F::Sqrt)),
        F::Acos => over(one.combine(Subtract, &square(x)).apply(F::Sqrt)).apply(F::Negate),
        F::Atan => over(one.combine(Add, &square(x))),
        F::Sinh => x.apply(F::Cosh),
        F::Cosh => x.apply(F::Sinh),
        // 1/cosh^2 keeps its relative accuracy where 1 - tanh^2 cancels.
        F::Tanh => over(square(&x.apply(F::Cosh))),
        F::Asinh => over(one.combine(Add, &square(x)).apply(F::Sqrt)),
        F::Acosh => over(square(x).combine(Subtract, &one).apply(F::Sqrt)),
        F::Atanh => over(one.combine(Subtract, &square(x))),
        F::Abs => x.apply(F::Sign),
        F::Sign | F::Floor => n(0.0),
    }
}

impl<S: Scalar> Scalar for Dual<S> {
    fn number(value: f64) -> Self {
        Self { value: n(value), derivative: n(0.0) }
    }
    fn apply(&self, function: Function) -> Self {
        let value = self.value.apply(function);
        let derivative = if self.derivative.constant() == Some(0.0) {
            n(0.0)
        } else {
            slope(function, &self.value, &value).combine(Operation::Multiply, &self.derivative)
        };
        Self { value, derivative }
    }
    fn combine(&self, operation: Operation, other: &Self) -> Self {
        use Operation::{Add, Divide, Max, Min, Multiply, Power, Subtract};
        let (a, b, da, db) = (&self.value, &other.value, &self.derivative, &other.derivative);
        let value = a.combine(operation, b);
        let times = |s: &S, t: &S| if t.constant() == Some(0.0) { n(0.0) } else { s.combine(Multiply, t) };
        let derivative = match operation {
            Add | Subtract => da.combine(operation, db),
            Multiply => times(b, da).combine(Add, &times(a, db)),
            // a/b: (a' - (a/b) b') / b.
            Divide => da.combine(Subtract, &times(&value, db)).combine(Divide, b),
            // a^b: b a^(b-1) a' + a^b log(a) b'.
            Power => {
                let base = if da.constant() == Some(0.0) {
                    n(0.0)
                } else {
                    b.combine(Multiply, &a.combine(Power, &b.combine(Subtract, &n(1.0))))
                        .combine(Multiply, da)
                };
                let exponent = if db.constant() == Some(0.0) {
                    n(0.0)
                } else {
                    value.combine(Multiply, &a.apply(Function::Log)).combine(Multiply, db)
                };
                base.combine(Add, &exponent)
            }
            Min | Max => match a.less(b, false) {
                None => da.either(db),
                Some(below) => {
                    if below == (operation == Min) {
                        da.clone()
                    } else {
                        db.clone()
                    }
                }
            },
        };
        Self { value, derivative }
    }
    fn less(&self, other: &Self, or_equal: bool) -> Option<bool> {
        self.value.less(&other.value, or_equal)
    }
    fn either(&self, other: &Self) -> Self {
        Self { value: self.value.either(&other.value), derivative: self.derivative.either(&other.derivative) }
    }
    fn constant(&self) -> Option<f64> {
        self.value.constant().filter(|_| self.derivative.constant() == Some(0.0))
    }
}
