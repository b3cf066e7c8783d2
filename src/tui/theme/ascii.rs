//! Text and glyphs in ASCII, for terminals without Unicode.

/// One ASCII character that resembles `c`: the same width, so that a drawn screen keeps its shape.
pub fn fold_char(c: char) -> char {
    match c {
        c if c.is_ascii() => c,
        '─' | '━' | '–' | '—' | '−' | '╌' => '-',
        '│' | '┃' | '┤' | '├' | '╎' | '▏' | '▎' | '▍' | '▌' | '∣' => '|',
        '┌' | '┐' | '└' | '┘' | '┬' | '┴' | '┼' | '╭' | '╮' | '╰' | '╯' => '+',
        '█' | '▉' | '▊' | '▋' | '▆' | '▇' | '▰' => '#',
        '▓' => '%',
        '▒' | '▅' | '▄' | '▀' => '=',
        '░' | '▂' | '▃' => '-',
        '▁' => '_',
        '●' | '•' => '*',
        '○' => 'o',
        '◆' => '@',
        '▱' => '-',
        '⚠' => '!',
        '◇' => '^',
        '✓' => '+',
        '✗' => 'x',
        '…' | '·' | '⋅' => '.',
        '←' | '‹' => '<',
        '→' | '›' | '▸' => '>',
        '↑' | '▲' => '^',
        '↓' | '▼' => 'v',
        '×' => 'x',
        '≈' | '~' => '~',
        '“' | '”' => '"',
        '’' | '‘' | '′' => '\'',
        '\u{2800}'..='\u{28ff}' => '*',
        _ => '?',
    }
}

/// `text` with Greek and mathematics spelt out: "π₁ = 0.3" becomes "pi1 = 0.3".
pub fn fold_text(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut raised = false;
    for c in text.chars() {
        // One "^" before a run of superscripts: "10⁻¹⁶" is "10^-16".
        let power = superscript(c);
        if let Some(plain) = power {
            if !raised {
                folded.push('^');
            }
            folded.push(plain);
        } else {
            match spelt(c) {
                Some(word) => folded.push_str(word),
                None => folded.push(fold_char(c)),
            }
        }
        raised = power.is_some();
    }
    folded
}

/// The plain form of a superscript.
fn superscript(c: char) -> Option<char> {
    Some(match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴' => '4',
        '⁵' => '5',
        '⁶' => '6',
        '⁷' => '7',
        '⁸' => '8',
        '⁹' => '9',
        '⁻' => '-',
        '⁺' => '+',
        'ᵀ' => 'T',
        _ => return None,
    })
}

/// The spelling of a symbol that one ASCII character does not convey.
fn spelt(c: char) -> Option<&'static str> {
    Some(match c {
        'π' => "pi",
        '→' => "->",
        '←' => "<-",
        'μ' => "mu",
        'Σ' => "Sigma",
        '∑' => "sum",
        'σ' => "sigma",
        'ε' => "eps",
        'Δ' => "d",
        '∂' => "d",
        'λ' => "lambda",
        'Λ' => "Lambda",
        'α' => "alpha",
        'δ' => "delta",
        'φ' => "phi",
        'Φ' => "Phi",
        'ρ' => "rho",
        'ℝ' => "R",
        'ℓ' => "l",
        '∇' => "grad ",
        '√' => "sqrt",
        '∫' => "int",
        '∞' => "inf",
        '∝' => " prop. to ",
        '∈' => "in",
        '∪' => "u",
        '∅' => "{}",
        '≥' => ">=",
        '≤' => "<=",
        '≠' => "!=",
        '±' => "+-",
        '⇒' => "=>",
        '⇔' => "<=>",
        '↦' => "|->",
        '½' => "1/2",
        '⟨' => "<",
        '⟩' => ">",
        '‖' => "||",
        '∎' => "[]",
        '□' => "[]",
        '₀' => "0",
        '₁' => "1",
        '₂' => "2",
        '₃' => "3",
        '₄' => "4",
        '₅' => "5",
        '₆' => "6",
        '₇' => "7",
        '₈' => "8",
        '₉' => "9",
        'ₖ' => "_k",
        'ₛ' => "_s",
        'ⱼ' => "_j",
        'ᵢ' => "_i",
        'ₘ' => "_m",
        'ₙ' => "_n",
        'ₗ' => "_l",
        'ₜ' => "_t",
        'ₓ' => "_x",
        'ₒ' => "_o",
        'ₐ' => "_a",
        'ö' => "oe",
        'é' => "e",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_spelt_out() {
        assert_eq!(fold_text("π₁ = 0.312"), "pi1 = 0.312");
        assert_eq!(fold_text("Z = X², z ≥ 0 → √z"), "Z = X^2, z >= 0 -> sqrtz");
        assert_eq!(fold_text("2.3×10⁻¹⁶"), "2.3x10^-16");
    }

    #[test]
    fn folded_text_is_ascii() {
        let text: String = ('\u{a0}'..'\u{3000}').collect();
        assert!(fold_text(&text).is_ascii());
    }
}
