//! Trees written as text that reads back as the same map.

use std::f64::consts::PI;

use super::{Function, Node, Operation};

/// What stands around a part: the part is put into parentheses where it binds less.
const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const POWER: u8 = 3;
const ATOM: u8 = 4;

/// The text of a tree, with `x` for its variable.
pub(super) fn write(node: &Node, x: &str) -> String {
    part(node, x, 0)
}

/// How strongly a tree binds.
fn strength(node: &Node) -> u8 {
    match node {
        Node::Number(number) if *number < 0.0 => SUM,
        Node::Number(number) if times_pi(*number).is_some_and(|text| text != "pi") => PRODUCT,
        Node::Number(_) | Node::X => ATOM,
        Node::Apply(Function::Negate, _) => SUM,
        Node::Apply(..) | Node::Combine(Operation::Min | Operation::Max, ..) => ATOM,
        Node::Combine(Operation::Add | Operation::Subtract, ..) => SUM,
        Node::Combine(Operation::Multiply | Operation::Divide, ..) => PRODUCT,
        Node::Combine(Operation::Power, ..) => POWER,
        Node::Choose(..) => 0,
    }
}

/// A multiple of pi/2 that is not 0, as such.
fn times_pi(number: f64) -> Option<String> {
    let halves = (number / (PI / 2.0)).round();
    if halves == 0.0 || halves.abs() > 1e6 || number != halves * (PI / 2.0) {
        return None;
    }
    let whole = halves / 2.0;
    Some(match (halves == 1.0, whole == 1.0, whole.fract() == 0.0) {
        (true, ..) => "pi/2".to_owned(),
        (_, true, _) => "pi".to_owned(),
        (_, _, true) => format!("{whole}*pi"),
        _ => format!("{halves}*pi/2"),
    })
}

/// The text of a part, in parentheses where it binds less than `least`.
fn part(node: &Node, x: &str, least: u8) -> String {
    let text = match node {
        Node::Number(number) => times_pi(*number).unwrap_or_else(|| number.to_string()),
        Node::X => x.to_owned(),
        Node::Apply(Function::Negate, a) => format!("-{}", part(a, x, PRODUCT)),
        Node::Apply(function, a) => format!("{}({})", name(*function), part(a, x, 0)),
        Node::Combine(operation, a, b) => {
            let both =
                |sign: &str, left: u8, right: u8| format!("{}{sign}{}", part(a, x, left), part(b, x, right));
            match operation {
                Operation::Add => both(" + ", SUM, PRODUCT),
                Operation::Subtract => both(" - ", SUM, PRODUCT),
                Operation::Multiply => both("*", PRODUCT, POWER),
                Operation::Divide => both("/", PRODUCT, POWER),
                Operation::Power => both("^", ATOM, ATOM),
                Operation::Min => format!("min({}, {})", part(a, x, 0), part(b, x, 0)),
                Operation::Max => format!("max({}, {})", part(a, x, 0), part(b, x, 0)),
            }
        }
        Node::Choose(or_equal, parts) => {
            let [a, b, c, d] = parts.as_ref();
            let sign = if *or_equal { "<=" } else { "<" };
            format!(
                "{} {sign} {} ? {} : {}",
                part(a, x, SUM),
                part(b, x, SUM),
                part(c, x, SUM),
                part(d, x, 0)
            )
        }
    };
    if strength(node) < least { format!("({text})") } else { text }
}

fn name(function: Function) -> &'static str {
    Function::NAMED.iter().find(|(_, known)| *known == function).map_or("", |(name, _)| name)
}
