//! Maps as expressions in x: one tree, evaluated over numbers, intervals and dual numbers of both.

mod dual;
mod function;
mod interval;
mod parse;
mod symbolic;
mod write;

pub use dual::Dual;
pub use function::{Function, Operation, Scalar};
pub use interval::Interval;

use super::Fault;

/// A map f, written as an expression in x such as `x^3 - 3x` or `x < 0 ? -x : x^2`.
///
/// Numbers, `x`, `pi`, `e`; + - * / ^; `a < b ? c : d` (also <=, >, >=); sqrt, cbrt, exp, log, sin, cos, tan, asin,
/// acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, abs, sign, floor, min, max. A number before x, a name or a parenthesis
/// multiplies it. `-x^2` is -(x^2), and `x^2^3` is x^(2^3).
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    root: Node,
}

/// Characters of a formula that is written out, at most.
const LINE: usize = 58;

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    X,
    Apply(Function, Box<Node>),
    Combine(Operation, Box<Node>, Box<Node>),
    /// `a < b ? c : d`, or with <= where the flag is set.
    Choose(bool, Box<[Node; 4]>),
}

impl Default for Expression {
    /// x^2.
    fn default() -> Self {
        let (x, two) = (Box::new(Node::X), Box::new(Node::Number(2.0)));
        Self { text: "x^2".to_owned(), root: Node::Combine(Operation::Power, x, two) }
    }
}

impl Expression {
    /// The expression that `text` writes.
    ///
    /// # Errors
    /// The first mistake, with its place. Texts above 1000 bytes and nesting above 64 levels are refused.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Ok(Self { root: parse::parse(text)?, text: text.trim().to_owned() })
    }

    /// The text, as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// f' as text; none where that is too long to be read.
    pub fn derivative_text(&self) -> Option<String> {
        let text = write::write(&symbolic::derivative(&self.root)?, "x");
        Some(text).filter(|text| text.chars().count() <= LINE)
    }

    /// The inverse of f on a monotone piece from `from` to `to`, as text in z, and f' there, where that is short; none where
    /// no closed form is known. Square roots, logarithms and their like are undone one by one; of a quotient of linear terms and of a
    /// quadratic, by their formulas.
    pub fn inverse_text(&self, from: f64, to: f64) -> Option<(String, Option<String>)> {
        let inverse = symbolic::inverse(&self.root, from, to)?;
        let slope = symbolic::derivative_on(&self.root, f64::midpoint(from, to));
        let jacobian = slope.map(|slope| write::write(&symbolic::substituted(&slope, &inverse), "z"));
        let text = write::write(&inverse, "z");
        let short = |text: &String| text.chars().count() <= LINE;
        Some((Some(text).filter(short)?, jacobian.filter(short)))
    }

    /// f at `x`, over any kind of number. Cost: one operation a node of the tree.
    pub fn at<S: Scalar>(&self, x: &S) -> S {
        self.root.at(x)
    }

    /// f(x) and f'(x), the derivative by the rules of differentiation; NaN where f is not defined.
    pub fn with_derivative(&self, x: f64) -> (f64, f64) {
        let dual = self.at(&Dual::variable(x));
        (dual.value, dual.derivative)
    }
}

impl Node {
    fn at<S: Scalar>(&self, x: &S) -> S {
        match self {
            Self::Number(number) => S::number(*number),
            Self::X => x.clone(),
            Self::Apply(function, argument) => argument.at(x).apply(*function),
            Self::Combine(operation, a, b) => a.at(x).combine(*operation, &b.at(x)),
            Self::Choose(or_equal, parts) => {
                let [a, b, c, d] = parts.as_ref();
                match a.at(x).less(&b.at(x), *or_equal) {
                    Some(true) => c.at(x),
                    Some(false) => d.at(x),
                    None => c.at(x).either(&d.at(x)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn f(text: &str, x: f64) -> f64 {
        Expression::parse(text).unwrap().at(&x)
    }

    #[test]
    fn precedence_is_that_of_mathematics() {
        assert_eq!(f("-x^2", 3.0), -9.0);
        assert_eq!(f("2^3^2", 0.0), 512.0);
        assert_eq!(f("1 - 2 - 3", 0.0), -4.0);
        assert_eq!(f("x^3 - 3x", 2.0), 2.0);
        assert_eq!(f("2(x+1)/4", 3.0), 2.0);
        assert_eq!(f("x < 0 ? -x : x^2", -3.0), 3.0);
        assert_eq!(f("x < 0 ? -x : x > 2 ? 7 : x^2", 3.0), 7.0);
        assert_eq!(f("max(x, min(1, 2)) + 2e-1", 0.0), 1.2);
        assert_eq!(f("x^-1", 4.0), 0.25);
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, position, word) in [
            ("x + ", 4, "number"),
            ("sim(x)", 0, "sim"),
            ("(x + 1", 6, ")"),
            ("x y", 2, "y"),
            ("x + $", 4, "$"),
            ("min(x)", 5, ","),
            ("x < 1", 5, "?"),
            ("", 0, "number"),
        ] {
            let fault = Expression::parse(text).unwrap_err();
            assert_eq!(fault.position, position, "{text}: {fault}");
            assert!(fault.message.contains(word), "{text}: {fault}");
        }
        assert!(Expression::parse(&"(".repeat(900)).is_err());
        assert!(Expression::parse(&"-".repeat(900)).is_err());
    }

    const TEXTS: &[&str] = &[
        "x^3 - 3x",
        "sin(x)",
        "exp(-x^2/2)",
        "abs(x)",
        "max(x, 0)",
        "x < 0 ? -x : x^2",
        "1/(x^2 + 1)",
        "tan(x)",
        "log(x)",
        "sqrt(abs(x))",
        "cbrt(x)",
        "floor(x) + x",
        "x^x",
        "atan(x)/x",
        "cosh(x) - sinh(x)",
        "tanh(x)*cos(3x)",
        "asin(x)",
        "acosh(x)",
        "atanh(x)",
        "acos(x/3)",
        "asinh(x)",
        "x^1.5",
        "x^-2",
        "2^x",
        "sign(x)*x^2",
    ];

    proptest! {
        #[test]
        fn any_text_is_an_expression_or_a_fault_within_it(text in "[x0-9+*/^()<>=?:., a-z-]{0,40}|\\PC{0,30}") {
            match Expression::parse(&text) {
                Ok(expression) => { let _ = expression.with_derivative(0.7); }
                Err(fault) => prop_assert!(fault.position <= text.chars().count()),
            }
        }

        #[test]
        fn intervals_enclose_values_and_slopes(n in 0..TEXTS.len(), lo in -4.0..4.0f64, width in 0.0..2.0f64, at in 0.0..=1.0f64) {
            let expression = Expression::parse(TEXTS[n]).unwrap();
            let x = (lo + at * width).min(lo + width);
            let (value, slope) = expression.with_derivative(x);
            let enclosure = expression.at(&Dual::variable(Interval::new(lo, lo + width)));
            if value.is_finite() {
                prop_assert!(enclosure.value.contains(value), "{}: {value} in {:?}", TEXTS[n], enclosure.value);
                if slope.is_finite() && enclosure.value.is_smooth() && enclosure.derivative.is_smooth() {
                    let slack = 1e-13 * slope.abs();
                    let d = enclosure.derivative;
                    prop_assert!(d.lo() <= slope + slack && slope - slack <= d.hi(), "{}: {slope} in {d:?}", TEXTS[n]);
                }
            } else {
                prop_assert!(!enclosure.value.is_smooth() || !value.is_nan());
            }
        }

        #[test]
        fn written_derivatives_and_inverses_are_right(n in 0..TEXTS.len(), x in -3.0..3.0f64) {
            let expression = Expression::parse(TEXTS[n]).unwrap();
            let (value, slope) = expression.with_derivative(x);
            if let Some(text) = expression.derivative_text() {
                let found = Expression::parse(&text).unwrap_or_else(|fault| panic!("{fault}")).at(&x);
                let near = (found - slope).abs() <= 1e-9 * (1.0 + slope.abs());
                prop_assert!(near || !slope.is_finite() || !found.is_finite(), "{}: {text} is {found}, not {slope}", TEXTS[n]);
            }
            if let Some((text, _)) = expression.inverse_text(x - 0.01, x + 0.01) {
                let found = Expression::parse(&text.replace('z', "x")).unwrap_or_else(|fault| panic!("{fault}")).at(&value);
                prop_assert!((found - x).abs() <= 1e-4 * (1.0 + x.abs()), "{}: {text} at {value} is {found}, not {x}", TEXTS[n]);
            }
        }

        #[test]
        fn slopes_are_those_of_differences(n in 0..TEXTS.len(), x in -3.0..3.0f64) {
            let expression = Expression::parse(TEXTS[n]).unwrap();
            let (value, slope) = expression.with_derivative(x);
            let step = 1e-6;
            let around = expression.at(&Dual::variable(Interval::new(x - 2.0 * step, x + 2.0 * step)));
            if value.is_finite() && around.value.is_smooth() && around.derivative.is_smooth() && slope.abs() < 1e3 {
                let found = (f(TEXTS[n], x + step) - f(TEXTS[n], x - step)) / (2.0 * step);
                let bend = around.derivative.hi() - around.derivative.lo();
                prop_assert!((found - slope).abs() < bend + 1e-6 * (1.0 + slope.abs() + value.abs()), "{}: {found} {slope}", TEXTS[n]);
            }
        }
    }
}
