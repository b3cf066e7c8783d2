//! What an expression is made of, and what a kind of number must be able to do.

/// A function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the functions")]
pub enum Function {
    Negate,
    Sqrt,
    Cbrt,
    Exp,
    Log,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Abs,
    Sign,
    Floor,
}

impl Function {
    pub(super) const NAMED: &'static [(&'static str, Self)] = &[
        ("sqrt", Self::Sqrt),
        ("cbrt", Self::Cbrt),
        ("exp", Self::Exp),
        ("log", Self::Log),
        ("ln", Self::Log),
        ("sin", Self::Sin),
        ("cos", Self::Cos),
        ("tan", Self::Tan),
        ("asin", Self::Asin),
        ("acos", Self::Acos),
        ("atan", Self::Atan),
        ("sinh", Self::Sinh),
        ("cosh", Self::Cosh),
        ("tanh", Self::Tanh),
        ("asinh", Self::Asinh),
        ("acosh", Self::Acosh),
        ("atanh", Self::Atanh),
        ("abs", Self::Abs),
        ("sign", Self::Sign),
        ("floor", Self::Floor),
    ];

    /// The function at `x`.
    pub fn of(self, x: f64) -> f64 {
        match self {
            Self::Negate => -x,
            Self::Sqrt => x.sqrt(),
            Self::Cbrt => libm::cbrt(x),
            Self::Exp => libm::exp(x),
            Self::Log => libm::log(x),
            Self::Sin => libm::sin(x),
            Self::Cos => libm::cos(x),
            Self::Tan => libm::tan(x),
            Self::Asin => libm::asin(x),
            Self::Acos => libm::acos(x),
            Self::Atan => libm::atan(x),
            Self::Sinh => libm::sinh(x),
            Self::Cosh => libm::cosh(x),
            Self::Tanh => libm::tanh(x),
            Self::Asinh => libm::asinh(x),
            Self::Acosh => libm::acosh(x),
            Self::Atanh => libm::atanh(x),
            Self::Abs => x.abs(),
            Self::Sign => {
                if x == 0.0 {
                    0.0
                } else {
                    x.signum()
                }
            }
            Self::Floor => x.floor(),
        }
    }
}

/// A function of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the functions")]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
}

/// A kind of number that expressions can be evaluated over.
pub trait Scalar: Clone {
    /// A constant.
    fn number(value: f64) -> Self;
    /// A function of it.
    #[must_use]
    fn apply(&self, function: Function) -> Self;
    /// A function of it and `other`.
    #[must_use]
    fn combine(&self, operation: Operation, other: &Self) -> Self;
    /// Whether it is below `other`, or equal where `or_equal`; none where that is not decided.
    fn less(&self, other: &Self, or_equal: bool) -> Option<bool>;
    /// Something that holds both.
    #[must_use]
    fn either(&self, other: &Self) -> Self;
    /// The number, where it is a constant.
    fn constant(&self) -> Option<f64>;
}

impl Scalar for f64 {
    fn number(value: f64) -> Self {
        value
    }
    fn apply(&self, function: Function) -> Self {
        function.of(*self)
    }
    fn combine(&self, operation: Operation, other: &Self) -> Self {
        let (a, b) = (*self, *other);
        match operation {
            Operation::Add => a + b,
            Operation::Subtract => a - b,
            Operation::Multiply => a * b,
            Operation::Divide => a / b,
            Operation::Power => {
                if b == 2.0 {
                    a * a
                } else {
                    libm::pow(a, b)
                }
            }
            Operation::Min | Operation::Max if a.is_nan() || b.is_nan() => f64::NAN,
            Operation::Min => a.min(b),
            Operation::Max => a.max(b),
        }
    }
    fn less(&self, other: &Self, or_equal: bool) -> Option<bool> {
        if self.is_nan() || other.is_nan() { None } else { Some(self < other || (or_equal && self == other)) }
    }
    fn either(&self, _: &Self) -> Self {
        f64::NAN
    }
    fn constant(&self) -> Option<f64> {
        Some(*self)
    }
}
