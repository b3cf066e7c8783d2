//! Formulas written in plain ASCII, as the checks of task 1 are, set as mathematics.
//!
//! "p_Z(z) >= 0", "sqrt(2 pi z)", "t^2", "1e-300" become what a reader expects in print.

use crate::export::pdf::Text;
use crate::show::superscript;

/// Sets the formulas within a sentence; other words stay as they are.
pub fn formula(words: &str) -> Text {
    let characters: Vec<char> = words.chars().collect();
    let mut markup = String::new();
    let mut rest = characters.as_slice();
    let mut before = ' ';
    while let Some(&c) = rest.first() {
        let (taken, set) = token(before, rest);
        markup.push_str(&set);
        let (token, after) = rest.split_at(taken.clamp(1, rest.len()));
        before = token.last().copied().unwrap_or(c);
        rest = after;
    }
    Text::new(&markup)
}

/// How many characters the next token takes, and how it is set.
fn token(before: char, rest: &[char]) -> (usize, String) {
    let run = |is: fn(char) -> bool| rest.iter().take_while(|&&c| is(c)).count();
    let second = rest.get(1).copied().unwrap_or(' ');
    match rest.first().copied().unwrap_or(' ') {
        c if c.is_ascii_digit() && !before.is_ascii_alphanumeric() => number(rest),
        'p' if second == '_' && matches!(rest.get(2), Some('X' | 'Z')) => {
            (3, format!("$p_{{{}}}$", rest.get(2).copied().unwrap_or('Z')))
        }
        c if c.is_ascii_alphabetic() => {
            let length = run(|c| c.is_ascii_alphabetic());
            let word: String = rest.iter().take(length).collect();
            let after = rest.get(length).copied().unwrap_or(' ');
            // "a" alone is an article; beside a sign it is a variable.
            let article = word == "a" && before == ' ' && after == ' ';
            let set = match word.as_str() {
                "sqrt" => "√".to_owned(),
                "inf" => "∞".to_owned(),
                "pi" => "$π$".to_owned(),
                "dt" | "dx" | "dz" | "du" => word.replacen('d', "d$", 1) + "$",
                one if length == 1 && one != "E" && !article => format!("${one}$"),
                _ => word,
            };
            (length, set)
        }
        '>' if second == '=' => (2, "≥".to_owned()),
        '<' if second == '=' => (2, "≤".to_owned()),
        '^' if second.is_ascii_digit() => {
            let exponent: String = rest.iter().skip(1).take_while(|c| c.is_ascii_digit()).collect();
            (1 + exponent.len(), superscript(&exponent))
        }
        // A hyphen stands between letters, a minus does not.
        '-' if !(before.is_alphabetic() && second.is_alphabetic()) => (1, "−".to_owned()),
        '\'' if before.is_alphanumeric() => (1, "′".to_owned()),
        '$' => (1, "$$".to_owned()),
        c => (1, c.to_string()),
    }
}

/// "1e-300" as 10⁻³⁰⁰, "1.8e308" as 1.8×10³⁰⁸, other numbers as they are.
fn number(rest: &[char]) -> (usize, String) {
    let length = rest.iter().take_while(|&&c| c.is_ascii_digit() || c == '.').count();
    let mantissa: String = rest.iter().take(length).collect();
    let sign = usize::from(rest.get(length + 1) == Some(&'-'));
    let digits: String = rest.iter().skip(length + 1 + sign).take_while(|c| c.is_ascii_digit()).collect();
    if rest.get(length) != Some(&'e') || digits.is_empty() {
        return (length, mantissa);
    }
    let exponent = if sign == 1 { format!("-{digits}") } else { digits.clone() };
    let times = if mantissa == "1" { String::new() } else { format!("{mantissa}×") };
    (length + 1 + sign + digits.len(), format!("{times}10{}", superscript(&exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_set_and_words_are_kept() {
        for (plain, set) in [
            ("p_Z(z) >= 0", "pZ(z) ≥ 0"),
            ("integral over (0, inf), z = t^2, t = u/(1-u)", "integral over (0, ∞), z = t², t = u/(1−u)"),
            ("p_Z(z) = exp(-z/2)/sqrt(2 pi z)", "pZ(z) = exp(−z/2)/√(2 π z)"),
            ("each p_X(x) >= 0 over |f'(x)| > 0", "each pX(x) ≥ 0 over |f′(x)| > 0"),
            ("a grid from -1.8e308 to 1e-300", "a grid from −1.8×10³⁰⁸ to 10⁻³⁰⁰"),
            ("E[X^4] - E[X^2]^2 = 3 - 1", "E[X⁴] − E[X²]² = 3 − 1"),
            ("Gauss-Kronrod 10/21; quad-rs: piece 1e", "Gauss-Kronrod 10/21; quad-rs: piece 1e"),
            ("costs 5 $ in 2024", "costs 5 $ in 2024"),
            ("", ""),
        ] {
            assert_eq!(formula(plain).characters(), set);
        }
        assert_eq!(formula("erf(sqrt(a/2))"), Text::new("erf(√($a$/2))"));
        assert_eq!(formula("a remark"), Text::new("a remark"));
    }
}
