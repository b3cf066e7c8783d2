//! How numbers are written, on the screen and on paper alike (with a true minus sign, U+2212).

/// `value` with `decimals` decimals: "-1.25" with U+2212, "inf", "nan" as "∞", "–".
pub fn fixed(value: f64, decimals: usize) -> String {
    let _ = (value, decimals);
    todo!()
}

/// `value` with `digits` significant digits, without exponent where that is short (1e-3 .. 1e6),
/// else as [`scientific`].
pub fn significant(value: f64, digits: usize) -> String {
    let _ = (value, digits);
    todo!()
}

/// `value` as mantissa and power of ten: "2.3×10⁻¹⁶".
pub fn scientific(value: f64, digits: usize) -> String {
    let _ = (value, digits);
    todo!()
}
