//! Horizontal bars.

/// A bar that fills `fraction` of `width` cells, padded with spaces to `width`.
///
/// Its cells are three quarters high, so that bars in neighbouring lines stay apart. A fraction above zero fills at least one.
pub fn bar(fraction: f64, width: usize) -> String {
    let cells = (fraction.clamp(0.0, 1.0) * width as f64).round() as usize;
    let cells = if fraction * width as f64 >= 0.05 { cells.max(1) } else { cells }.min(width);
    "▆".repeat(cells) + &" ".repeat(width - cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_their_part() {
        assert_eq!(bar(0.0, 3), "   ");
        assert_eq!(bar(1.0, 3), "▆▆▆");
        assert_eq!(bar(0.5, 4), "▆▆  ");
        assert_eq!(bar(0.02, 10), "▆         ");
        assert_eq!(bar(7.0, 2), "▆▆");
        assert_eq!(bar(0.5, 0), "");
        assert_eq!(bar(f64::NAN, 2), "  ");
    }
}
