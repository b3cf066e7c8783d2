//! The derivation of p_Z for one law and one map, in words: its pieces, their inverses, their Jacobians.

use super::{Course, Pair};

/// Columns of a line.
const WIDTH: usize = 78;
/// Pieces that are written out.
const MOST: usize = 12;

/// The derivation, a line each, at most 78 characters where no formula is longer; headings begin with "# ".
pub fn derivation(pair: &Pair) -> Vec<String> {
    let mut text = Vec::new();
    let mut say = |words: &str| text.extend(wrapped(words));
    say("# The pair");
    say(&format!("    X ~ {}", pair.law.text()));
    say(&format!("    Z = f(X),  f(x) = {}", pair.map.text()));
    say("");
    say("# Change of variables");
    say(
        "On a piece of the line on which f is strictly monotone it has an inverse g. The part of Z that comes from \
         there has the distribution function P(X <= g(z)) (less what is below the piece) where f rises, and \
         P(X > g(z)) where it falls. Its derivative in z, with g'(z) = 1/f'(g(z)), is p_X(g(z)) / |f'(g(z))|, and \
         the pieces add up:",
    );
    say("");
    say("    p_Z(z) = sum over pieces i of p_X(g_i(z)) / |f'(g_i(z))|");
    say("");
    say("f' is the Jacobian of one dimension. By the rules of differentiation");
    say(&match pair.map.derivative_text() {
        Some(slope) => format!("    f'(x) = {slope}"),
        None => "    f'(x) is too long to be written; it is evaluated by dual numbers.".to_owned(),
    });
    say("");
    say("# The pieces of this map");
    let pieces = &pair.pieces.pieces;
    say(&format!(
        "Interval arithmetic encloses f and f' and proves {}, from x = {} to {}, beyond which X has a mass of at most 1e-17 at \
         each end:",
        if pieces.len() == 1 { "1 piece".to_owned() } else { format!("{} pieces", pieces.len()) },
        short(pair.law.range().0),
        short(pair.law.range().1),
    ));
    for (index, piece) in pieces.iter().take(MOST).enumerate() {
        say("");
        let (a, b) = (short(piece.from), short(piece.to));
        let (low, high) = piece.image();
        let (low, high, mass) = (short(low), short(high), short(piece.mass));
        let head = format!("{}. x from {a} to {b}, mass {mass}:", index + 1);
        say(&match piece.course {
            Course::Increasing => format!("{head} f rises from {low} to {high}."),
            Course::Decreasing => format!("{head} f falls from {high} to {low}."),
            Course::Constant => {
                let z = short(pair.map.at(&f64::midpoint(piece.from, piece.to)));
                format!("{head} f is {z} throughout. No density comes from here: P(Z = {z}) has the mass.")
            }
            Course::Undefined => format!("{head} f is not defined, and gives no Z."),
            Course::Undecided => format!("{head} not decided; preimages here can be missing."),
        });
        if !piece.is_monotone() {
            continue;
        }
        match pair.map.inverse_text(piece.from, piece.to) {
            Some((inverse, jacobian)) => {
                say(&format!("    g(z) = {inverse}"));
                if let Some(jacobian) = jacobian {
                    say(&format!("    |f'(g(z))| = |{jacobian}|"));
                }
            }
            None => say("    g has no closed form here: g(z) is bracketed to the last bit."),
        }
    }
    if pieces.len() > MOST {
        say(&format!("and {} further pieces, which the table lists.", pieces.len() - MOST));
    }
    say("");
    say("# What the sum leaves out");
    say(&remainder(pair));
    text
}

/// Point masses, what is not defined, what is without proof, in words.
fn remainder(pair: &Pair) -> String {
    let mut words = Vec::new();
    let points = pair.pieces.mass(Course::Constant);
    let undefined = pair.pieces.mass(Course::Undefined);
    if points > 0.0 {
        words.push(format!(
            "Point masses of {} in all are no part of the density: it integrates to 1 less that.",
            short(points)
        ));
    }
    if undefined > 0.0 {
        words.push(format!("f is not defined for a mass of {}, for which there is no Z.", short(undefined)));
    }
    let unproved = pair.pieces.unproved;
    if unproved > 1e-12 {
        words.push(format!(
            "A mass of {} is without proof after {} intervals.",
            short(unproved),
            pair.pieces.examined
        ));
    }
    if words.is_empty() {
        words
            .push("Nothing but a mass below 1e-12: p_Z integrates to 1, which the checks verify.".to_owned());
    }
    let critical = pair.critical_values();
    let shown: Vec<String> = critical.iter().take(8).map(|&z| short(z)).collect();
    if !shown.is_empty() {
        let more = if critical.len() > shown.len() { ", …" } else { "" };
        words.push(format!(
            "The sum gains or loses a term at z = {}{more}, and is unbounded where f' = 0 there.",
            shown.join(", ")
        ));
    }
    words.join(" ")
}

/// A number in five digits, without zeros at its end; 0 for what is rounding.
fn short(value: f64) -> String {
    if value.abs() < 1e-14 {
        return "0".to_owned();
    }
    if !(1e-4..1e6).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let decimals = (4.0 - value.abs().log10().floor()).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Words in lines; a formula, which begins with spaces, is one line.
fn wrapped(words: &str) -> Vec<String> {
    if words.is_empty() || words.starts_with(' ') {
        return vec![words.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{Expression, MixedLaw, examples::EXAMPLES};
    use super::*;

    fn text(law: &str, map: &str) -> String {
        let pair = Pair::new(MixedLaw::parse(law).unwrap(), Expression::parse(map).unwrap());
        derivation(&pair).join("\n")
    }

    #[test]
    fn pieces_have_their_inverses_and_jacobians() {
        for (law, map, parts) in [
            ("normal(0,1)", "x^2", vec!["f'(x) = 2*x", "g(z) = -sqrt(z)", "g(z) = sqrt(z)", "|2*sqrt(z)|"]),
            ("normal(0,1)", "exp(x)", vec!["g(z) = log(z)", "|f'(g(z))| = |z|"]),
            (
                "uniform(0,6.2831853)",
                "sin(x)",
                vec!["g(z) = asin(z)", "g(z) = pi - asin(z)", "g(z) = asin(z) + 2*pi"],
            ),
            ("normal(0,1)", "max(x, 0)", vec!["f is 0 throughout", "P(Z = 0) has the mass", "g(z) = z"]),
            ("normal(0,1)", "x^3 - 3x", vec!["f'(x) = 3*x^2 - 3", "g has no closed form", "3 pieces"]),
            ("normal(0,1)", "log(x)", vec!["not defined for a mass of 0.5", "g(z) = exp(z)"]),
            ("uniform(0,1)", "log(x/(1 - x))", vec!["g(z) = (-exp(z))/(-exp(z) - 1)"]),
            (
                "normal(0,1)",
                "x^2 + x",
                vec!["g(z) = (-1 - sqrt(4*z + 1))/2", "g(z) = (-1 + sqrt(4*z + 1))/2"],
            ),
            ("normal(0,1)", "x + sign(x)", vec!["g(z) = z + 1", "g(z) = z - 1"]),
        ] {
            let text = text(law, map).replace('\n', " ");
            for part in parts {
                assert!(text.contains(part), "{part} in\n{text}");
            }
        }
    }

    #[test]
    fn every_example_is_derived_in_lines_of_seventy_eight_columns() {
        for example in EXAMPLES {
            for line in text(example.law, example.map).lines() {
                assert!(line.chars().count() <= WIDTH, "{}: {line}", example.map);
            }
        }
    }
}
