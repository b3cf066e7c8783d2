//! How numbers are written, on the screen and on paper alike (with a true minus sign, U+2212).

/// The most decimals written: an `f64` has fewer digits.
const MOST_DECIMALS: usize = 20;

/// `value` with `decimals` decimals (at most 20): "−1.25" with U+2212; infinities are "∞" and "−∞", a NaN "–".
///
/// What rounds to zero has no sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    special(value).unwrap_or_else(|| signed(&format!("{value:.*}", decimals.min(MOST_DECIMALS))))
}

/// A time: "2.94 s" with `decimals` decimals; below a tenth of a second "21 ms", below ten milliseconds "0.3 ms", and "< 0.1 ms"
/// where that would be 0.0.
pub fn duration(seconds: f64, decimals: usize) -> String {
    let milliseconds = 1e3 * seconds;
    match seconds {
        _ if (0.0..0.05).contains(&milliseconds) => "< 0.1 ms".to_owned(),
        // What rounds to 10.0 ms or to 100 ms is written with the next unit's decimals.
        _ if (0.0..9.95).contains(&milliseconds) => format!("{} ms", fixed(milliseconds, 1)),
        _ if (0.0..99.5).contains(&milliseconds) => format!("{} ms", fixed(milliseconds, 0)),
        _ => format!("{} s", fixed(seconds, decimals)),
    }
}

/// `value` with `digits` significant digits (at least 1), trailing zeros kept: "0.0500", "12.3".
///
/// Without exponent from 1e-3 to 1e6, where the integer part is always whole ("12345" at 3 digits), else as
/// [`scientific`]. Zero is "0".
pub fn significant(value: f64, digits: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let digits = digits.clamp(1, MOST_DECIMALS);
    match exponent(value, digits) {
        None => "0".to_owned(),
        Some(exponent @ -3..=5) => {
            let decimals = (digits as i32 - 1 - exponent).max(0);
            signed(&format!("{value:.*}", decimals as usize))
        }
        Some(_) => scientific(value, digits),
    }
}

/// `value` as mantissa of `digits` significant digits (at least 1) and power of ten: "2.3×10⁻¹⁶". Zero is "0".
pub fn scientific(value: f64, digits: usize) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{value:.*e}", digits.clamp(1, MOST_DECIMALS) - 1);
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{}×10{}", signed(mantissa), superscript(exponent)),
        None => text,
    }
}

/// A setting, powers of ten as such: "0.1", "0.001", "10⁻⁶", "2.50×10⁻⁷".
pub fn setting(value: f64) -> String {
    let exponent = value.abs().log10();
    if value != 0.0 && exponent == exponent.round() && !(-3.0..=5.0).contains(&exponent) {
        return scientific(value, 1).replace("1×", "");
    }
    if value != 0.0 && !(-4.0..=6.0).contains(&exponent) {
        return scientific(value, 3);
    }
    format!("{value}").replace('-', "\u{2212}")
}

/// A number in subscript digits: "₁₂".
pub fn subscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number.to_string().bytes().filter_map(|byte| DIGITS.get(usize::from(byte - b'0'))).collect()
}

/// A number in superscript digits: "-16" is "⁻¹⁶".
pub fn superscript(number: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| match c.to_digit(10) {
        Some(digit) => DIGITS.get(digit as usize).copied().unwrap_or(c),
        None if c == '-' => '⁻',
        None => c,
    };
    number.chars().map(raised).collect()
}

/// How values that are not finite are written.
fn special(value: f64) -> Option<String> {
    let text = match value {
        f64::INFINITY => "∞",
        f64::NEG_INFINITY => "\u{2212}∞",
        _ if value.is_nan() => "–",
        _ => return None,
    };
    Some(text.to_owned())
}

/// The decimal exponent of `value` once rounded to `digits` digits (999.9 at 3 digits has 3); none for zero.
fn exponent(value: f64, digits: usize) -> Option<i32> {
    if value == 0.0 {
        return None;
    }
    format!("{value:.*e}", digits - 1).split_once('e')?.1.parse().ok()
}

/// `text` with U+2212 for its hyphen, and no sign before zero.
fn signed(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.contains(|c: char| matches!(c, '1'..='9')) => format!("\u{2212}{rest}"),
        Some(rest) => rest.to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads back what the functions write.
    fn parsed(text: &str) -> f64 {
        let ascii: String = text
            .replace("×10", "e")
            .chars()
            .map(|c| match c {
                '\u{2212}' | '⁻' => '-',
                '⁰'..='⁹' => char::from_digit(c as u32 - '⁰' as u32, 10).unwrap(),
                '¹' => '1',
                '²' => '2',
                '³' => '3',
                other => other,
            })
            .collect();
        ascii.parse().unwrap_or_else(|_| panic!("{text} became {ascii}"))
    }

    /// Every finite float that does not round up to infinity.
    fn finite() -> impl Strategy<Value = f64> {
        use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
        (POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO).prop_map(|value| value.clamp(-1e307, 1e307))
    }

    #[test]
    fn digits_below_and_above_the_line() {
        assert_eq!([1, 20].map(subscript), ["₁", "₂₀"]);
        assert_eq!(superscript("-1620"), "⁻¹⁶²⁰");
    }

    #[test]
    fn settings_read_as_they_were_typed() {
        for (value, text) in [
            (1e-6, "10⁻⁶"),
            (1e-3, "0.001"),
            (0.1, "0.1"),
            (0.0, "0"),
            (2.5e-7, "2.50×10⁻⁷"),
            (3e-3, "0.003"),
            (1.0, "1"),
            (1e6, "10⁶"),
        ] {
            assert_eq!(setting(value), text);
        }
    }

    #[test]
    fn fixed_decimals() {
        for (value, decimals, text) in [
            (-1.25, 2, "−1.25"),
            (3.0, 0, "3"),
            (-0.004, 2, "0.00"),
            (-0.0, 1, "0.0"),
            (-0.006, 2, "−0.01"),
            (f64::INFINITY, 2, "∞"),
            (f64::NEG_INFINITY, 2, "−∞"),
            (f64::NAN, 2, "–"),
            (0.5, usize::MAX, "0.50000000000000000000"),
        ] {
            assert_eq!(fixed(value, decimals), text);
        }
    }

    #[test]
    fn durations() {
        for (seconds, text) in [
            (0.0, "< 0.1 ms"),
            (0.000_049, "< 0.1 ms"),
            (0.000_051, "0.1 ms"),
            (0.000_26, "0.3 ms"),
            (0.009_94, "9.9 ms"),
            (0.009_95, "10 ms"),
            (0.0214, "21 ms"),
            (0.0994, "99 ms"),
            (0.0996, "0.10 s"),
            (0.331, "0.33 s"),
            (61.0, "61.00 s"),
            (f64::NAN, "– s"),
        ] {
            assert_eq!(duration(seconds, 2), text);
        }
    }

    #[test]
    fn significant_digits() {
        for (value, digits, text) in [
            (0.05, 3, "0.0500"),
            (12.345, 3, "12.3"),
            (12345.0, 3, "12345"),
            (-0.001, 2, "−0.0010"),
            (0.000_999, 2, "0.0010"),
            (0.000_99, 2, "9.9×10⁻⁴"),
            (999_999.0, 3, "1.00×10⁶"),
            (999_999.0, 6, "999999"),
            (1e6, 1, "1×10⁶"),
            (0.0, 4, "0"),
            (-0.0, 4, "0"),
            (9.996, 3, "10.0"),
            (1.0, 0, "1"),
            (f64::NAN, 3, "–"),
            (f64::NEG_INFINITY, 3, "−∞"),
        ] {
            assert_eq!(significant(value, digits), text, "{value} at {digits}");
        }
    }

    #[test]
    fn scientific_notation() {
        for (value, digits, text) in [
            (2.34e-16, 2, "2.3×10⁻¹⁶"),
            (-1.0, 3, "−1.00×10⁰"),
            (9.99e9, 2, "1.0×10¹⁰"),
            (5e-324, 1, "5×10⁻³²⁴"),
            (f64::MAX, 3, "1.80×10³⁰⁸"),
            (0.0, 3, "0"),
            (f64::INFINITY, 3, "∞"),
        ] {
            assert_eq!(scientific(value, digits), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_was_meant(value in finite(), digits in 1..18usize) {
            for text in [significant(value, digits), scientific(value, digits)] {
                prop_assert!(!text.contains('-'), "a hyphen in {text}");
                let half_unit = 0.5 * 10f64.powi(1 - digits as i32);
                prop_assert!((parsed(&text) - value).abs() <= value.abs() * (half_unit + f64::EPSILON) + 1e-323, "{value} as {text}");
            }
        }

        #[test]
        fn fixed_is_within_half_a_unit(value in -1e9..1e9f64, decimals in 0..6usize) {
            let text = fixed(value, decimals);
            prop_assert!((parsed(&text) - value).abs() <= 0.5 * 10f64.powi(-(decimals as i32)) + value.abs() * f64::EPSILON, "{value} as {text}");
        }

        #[test]
        fn no_float_or_count_is_too_much(bits: u64, n: usize) {
            let value = f64::from_bits(bits);
            for text in [fixed(value, n), significant(value, n), scientific(value, n)] {
                prop_assert!(!text.is_empty());
            }
        }
    }
}
