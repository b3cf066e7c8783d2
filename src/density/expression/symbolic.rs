//! The derivative of a map, and its inverse on a piece, as trees.

use std::f64::consts::PI;

use super::{Function as F, Node, Operation as Op, Scalar};

fn number(value: f64) -> Node {
    Node::Number(value)
}

fn apply(function: F, a: Node) -> Node {
    match (function, a) {
        (F::Negate, Node::Number(value)) => number(-value),
        (F::Negate, Node::Apply(F::Negate, a)) | (F::Exp, Node::Apply(F::Log, a)) => *a,
        (function, a) => Node::Apply(function, Box::new(a)),
    }
}

/// a op b, without what changes nothing.
fn combine(operation: Op, a: Node, b: Node) -> Node {
    let is = |node: &Node, value: f64| matches!(node, Node::Number(number) if *number == value);
    match operation {
        _ if matches!((&a, &b), (Node::Number(_), Node::Number(_))) => {
            number(value(&Node::Combine(operation, a.into(), b.into()), 0.0))
        }
        Op::Add if is(&a, 0.0) => b,
        Op::Add | Op::Subtract if is(&b, 0.0) => a,
        Op::Subtract if is(&a, 0.0) => apply(F::Negate, b),
        Op::Add if matches!(b, Node::Number(value) if value < 0.0) => {
            combine(Op::Subtract, a, number(-value(&b, 0.0)))
        }
        Op::Subtract if matches!(b, Node::Number(value) if value < 0.0) => {
            combine(Op::Add, a, number(-value(&b, 0.0)))
        }
        Op::Multiply if is(&a, 0.0) || is(&b, 0.0) => number(0.0),
        Op::Divide if is(&a, 0.0) => number(0.0),
        Op::Multiply if is(&a, 1.0) => b,
        Op::Multiply | Op::Divide | Op::Power if is(&b, 1.0) => a,
        Op::Multiply if is(&a, -1.0) => apply(F::Negate, b),
        Op::Power if is(&b, 0.0) => number(1.0),
        // Numbers go first: 2*x, and 6*x for 2*(3*x).
        Op::Multiply if matches!(b, Node::Number(_)) => combine(Op::Multiply, b, a),
        Op::Multiply => match (a, b) {
            (Node::Number(p), Node::Combine(Op::Multiply, q, rest)) if matches!(*q, Node::Number(_)) => {
                let q = value(&q, 0.0);
                combine(Op::Multiply, number(p * q), *rest)
            }
            (a, b) => Node::Combine(Op::Multiply, Box::new(a), Box::new(b)),
        },
        operation => Node::Combine(operation, Box::new(a), Box::new(b)),
    }
}

fn value(node: &Node, x: f64) -> f64 {
    node.at(&x)
}

fn contains_x(node: &Node) -> bool {
    match node {
        Node::Number(_) => false,
        Node::X => true,
        Node::Apply(_, a) => contains_x(a),
        Node::Combine(_, a, b) => contains_x(a) || contains_x(b),
        Node::Choose(_, parts) => parts.iter().any(contains_x),
    }
}

/// The number of parts: what is written down must stay short, and what is worked on small.
fn size(node: &Node) -> usize {
    1 + match node {
        Node::Number(_) | Node::X => 0,
        Node::Apply(_, a) => size(a),
        Node::Combine(_, a, b) => size(a) + size(b),
        Node::Choose(_, parts) => parts.iter().map(size).sum(),
    }
}

/// Parts that a tree may have for its derivative to be written.
const MOST: usize = 60;

/// f', where it is short enough to be read.
pub(super) fn derivative(node: &Node) -> Option<Node> {
    (size(node) <= MOST).then(|| slope(node)).filter(|slope| size(slope) <= 2 * MOST)
}

/// f' as it is around x, where it is short enough to be read.
pub(super) fn derivative_on(node: &Node, x: f64) -> Option<Node> {
    derivative(&resolved(node, x))
}

fn slope(node: &Node) -> Node {
    let two = || number(2.0);
    let square = |u: Node| combine(Op::Power, u, two());
    let over = |u: Node| combine(Op::Divide, number(1.0), u);
    match node {
        Node::Number(_) => number(0.0),
        Node::X => number(1.0),
        Node::Apply(function, inner) => {
            let u = || inner.as_ref().clone();
            let one_minus = || combine(Op::Subtract, number(1.0), square(u()));
            let one_plus = || combine(Op::Add, number(1.0), square(u()));
            let outer = match function {
                F::Negate => number(-1.0),
                F::Sqrt => over(combine(Op::Multiply, two(), apply(F::Sqrt, u()))),
                F::Cbrt => over(combine(Op::Multiply, number(3.0), square(apply(F::Cbrt, u())))),
                F::Exp => apply(F::Exp, u()),
                F::Log => over(u()),
                F::Sin => apply(F::Cos, u()),
                F::Cos => apply(F::Negate, apply(F::Sin, u())),
                F::Tan => combine(Op::Add, number(1.0), square(apply(F::Tan, u()))),
                F::Asin => over(apply(F::Sqrt, one_minus())),
                F::Acos => apply(F::Negate, over(apply(F::Sqrt, one_minus()))),
                F::Atan => over(one_plus()),
                F::Sinh => apply(F::Cosh, u()),
                F::Cosh => apply(F::Sinh, u()),
                F::Tanh => over(square(apply(F::Cosh, u()))),
                F::Asinh => over(apply(F::Sqrt, one_plus())),
                F::Acosh => over(apply(F::Sqrt, combine(Op::Subtract, square(u()), number(1.0)))),
                F::Atanh => over(one_minus()),
                F::Abs => apply(F::Sign, u()),
                F::Sign | F::Floor => number(0.0),
            };
            combine(Op::Multiply, outer, slope(inner))
        }
        Node::Combine(operation, left, right) => {
            let (a, b) = (|| left.as_ref().clone(), || right.as_ref().clone());
            let (da, db) = (slope(left), slope(right));
            match operation {
                Op::Add | Op::Subtract => combine(*operation, da, db),
                Op::Multiply => {
                    combine(Op::Add, combine(Op::Multiply, da, b()), combine(Op::Multiply, a(), db))
                }
                Op::Divide if !contains_x(right) => combine(Op::Divide, da, b()),
                Op::Divide => {
                    let top =
                        combine(Op::Subtract, combine(Op::Multiply, da, b()), combine(Op::Multiply, a(), db));
                    combine(Op::Divide, top, square(b()))
                }
                Op::Power if !contains_x(right) => {
                    let less = combine(Op::Subtract, b(), number(1.0));
                    combine(Op::Multiply, combine(Op::Multiply, b(), combine(Op::Power, a(), less)), da)
                }
                Op::Power => {
                    let log = apply(F::Log, a());
                    let first = combine(Op::Multiply, db, log);
                    let second = combine(Op::Divide, combine(Op::Multiply, b(), da), a());
                    combine(Op::Multiply, node.clone(), combine(Op::Add, first, second))
                }
                Op::Min => Node::Choose(false, Box::new([a(), b(), da, db])),
                Op::Max => Node::Choose(false, Box::new([b(), a(), da, db])),
            }
        }
        Node::Choose(or_equal, parts) => {
            let [a, b, c, d] = parts.as_ref();
            Node::Choose(*or_equal, Box::new([a.clone(), b.clone(), slope(c), slope(d)]))
        }
    }
}

/// `node` with `inner` for x.
pub(super) fn substituted(node: &Node, inner: &Node) -> Node {
    match node {
        Node::Number(value) => number(*value),
        Node::X => inner.clone(),
        Node::Apply(function, a) => apply(*function, substituted(a, inner)),
        Node::Combine(operation, a, b) => combine(*operation, substituted(a, inner), substituted(b, inner)),
        Node::Choose(or_equal, parts) => {
            Node::Choose(*or_equal, Box::new(parts.each_ref().map(|part| substituted(part, inner))))
        }
    }
}

/// `node` as it is around x: the branches that are taken there, and steps as numbers.
fn resolved(node: &Node, x: f64) -> Node {
    match node {
        Node::Apply(F::Sign | F::Floor, _) => number(value(node, x)),
        Node::Apply(F::Abs, a) if value(a, x) < 0.0 => apply(F::Negate, resolved(a, x)),
        Node::Apply(F::Abs, a) => resolved(a, x),
        Node::Apply(function, a) => apply(*function, resolved(a, x)),
        Node::Combine(operation @ (Op::Min | Op::Max), a, b) => {
            let first = (value(a, x) < value(b, x)) == (*operation == Op::Min);
            resolved(if first { a } else { b }, x)
        }
        Node::Combine(operation, a, b) => combine(*operation, resolved(a, x), resolved(b, x)),
        Node::Choose(or_equal, parts) => {
            let [a, b, c, d] = parts.as_ref();
            let taken = value(a, x).less(&value(b, x), *or_equal) == Some(true);
            resolved(if taken { c } else { d }, x)
        }
        other => other.clone(),
    }
}

/// The inverse of f on a monotone piece from `from` to `to`, as a tree in z; none where it has no closed form that is
/// known here. What is found is held against f at points of the piece.
pub(super) fn inverse(node: &Node, from: f64, to: f64) -> Option<Node> {
    if size(node) > MOST {
        return None;
    }
    let at = |part: f64| from + part * (to - from);
    let middle = at(0.5);
    let found = solved(&resolved(node, middle), Node::X, middle)?;
    let holds = |part: f64| {
        let x = at(part);
        (value(&found, value(node, x)) - x).abs() <= 1e-6 * (x.abs() + 1e-3 * (to - from))
    };
    // Not at the ends, where f may be so flat or so large that nothing is left of x.
    [0.3, 0.42, 0.5, 0.57, 0.66].into_iter().all(holds).then_some(found)
}

/// The x of `node` = `z`, near x = `near`.
fn solved(node: &Node, z: Node, near: f64) -> Option<Node> {
    match node {
        Node::X => Some(z),
        Node::Number(_) | Node::Choose(..) => None,
        Node::Apply(function, inner) => {
            let u = value(inner, near);
            let turns = |rest: f64, turn: f64| ((u - rest) / turn).round() * turn;
            let z = match function {
                F::Negate => apply(F::Negate, z),
                F::Sqrt => combine(Op::Power, z, number(2.0)),
                F::Cbrt => combine(Op::Power, z, number(3.0)),
                F::Exp => apply(F::Log, z),
                F::Log => apply(F::Exp, z),
                F::Asin => apply(F::Sin, z),
                F::Acos => apply(F::Cos, z),
                F::Atan => apply(F::Tan, z),
                F::Sinh => apply(F::Asinh, z),
                F::Tanh => apply(F::Atanh, z),
                F::Asinh => apply(F::Sinh, z),
                F::Acosh => apply(F::Cosh, z),
                F::Atanh => apply(F::Tanh, z),
                F::Cosh if u < 0.0 => apply(F::Negate, apply(F::Acosh, z)),
                F::Cosh => apply(F::Acosh, z),
                F::Sin if u.cos() >= 0.0 => {
                    combine(Op::Add, apply(F::Asin, z), number(turns(u.sin().asin(), 2.0 * PI)))
                }
                F::Sin => combine(
                    Op::Subtract,
                    number(PI + turns(PI - u.sin().asin(), 2.0 * PI)),
                    apply(F::Asin, z),
                ),
                F::Cos if u.sin() >= 0.0 => {
                    combine(Op::Add, apply(F::Acos, z), number(turns(u.cos().acos(), 2.0 * PI)))
                }
                F::Cos => combine(Op::Subtract, number(turns(-u.cos().acos(), 2.0 * PI)), apply(F::Acos, z)),
                F::Tan => combine(Op::Add, apply(F::Atan, z), number(turns(u.tan().atan(), PI))),
                F::Abs | F::Sign | F::Floor => return None,
            };
            solved(inner, z, near)
        }
        Node::Combine(operation, left, right) => match (contains_x(left), contains_x(right)) {
            (true, false) => {
                let b = right.as_ref().clone();
                let z = match operation {
                    Op::Add => combine(Op::Subtract, z, b),
                    Op::Subtract => combine(Op::Add, z, b),
                    Op::Multiply => combine(Op::Divide, z, b),
                    Op::Divide => combine(Op::Multiply, z, b),
                    Op::Power => root(z, value(&b, 0.0), value(left, near)),
                    Op::Min | Op::Max => return None,
                };
                solved(left, z, near)
            }
            (false, true) => {
                let a = left.as_ref().clone();
                let z = match operation {
                    Op::Add => combine(Op::Subtract, z, a),
                    Op::Subtract => combine(Op::Subtract, a, z),
                    Op::Multiply => combine(Op::Divide, z, a),
                    Op::Divide => combine(Op::Divide, a, z),
                    Op::Power => combine(Op::Divide, apply(F::Log, z), apply(F::Log, a)),
                    Op::Min | Op::Max => return None,
                };
                solved(right, z, near)
            }
            (true, true) => rational(node, z.clone()).or_else(|| quadratic(node, z, near)),
            (false, false) => None,
        },
    }
}

/// u of u^n = z, with the sign that u has.
fn root(z: Node, n: f64, u: f64) -> Node {
    let of = |z: Node| {
        if n == 2.0 {
            apply(F::Sqrt, z)
        } else if n == 3.0 {
            apply(F::Cbrt, z)
        } else {
            combine(Op::Power, z, combine(Op::Divide, number(1.0), number(n)))
        }
    };
    match (u < 0.0, n % 2.0 != 0.0) {
        (true, true) if n != 3.0 => apply(F::Negate, of(apply(F::Negate, z))),
        (true, false) => apply(F::Negate, of(z)),
        _ => of(z),
    }
}

/// a and b where `node` is a x + b.
fn affine(node: &Node) -> Option<(f64, f64)> {
    match slope(node) {
        Node::Number(a) => Some((a, value(node, 0.0))),
        _ => None,
    }
}

/// x of (a x + b)/(c x + d) = z.
fn rational(node: &Node, z: Node) -> Option<Node> {
    let Node::Combine(Op::Divide, top, bottom) = node else { return None };
    let ((a, b), (c, d)) = (affine(top)?, affine(bottom)?);
    let linear = |slope: f64, z: Node, constant: f64| {
        combine(Op::Add, combine(Op::Multiply, number(slope), z), number(constant))
    };
    Some(combine(Op::Divide, linear(-d, z.clone(), b), linear(c, z, -a)))
}

/// x of a x + b = z and of a x^2 + b x + c = z.
fn quadratic(node: &Node, z: Node, near: f64) -> Option<Node> {
    if let Some((a, b)) = affine(node) {
        let top = combine(Op::Subtract, z, number(b));
        return Some(combine(Op::Divide, top, number(a)));
    }
    let (twice, b) = affine(&slope(node))?;
    let (a, c) = (twice / 2.0, value(node, 0.0));
    // b^2 - 4 a (c - z).
    let under = combine(Op::Add, combine(Op::Multiply, number(4.0 * a), z), number(b * b - 4.0 * a * c));
    let sign = if (near + b / twice) * a > 0.0 { Op::Add } else { Op::Subtract };
    let top = combine(sign, number(-b), apply(F::Sqrt, under));
    Some(combine(Op::Divide, top, number(twice)))
}
