//! Horizontal bars in eighths of a cell.

/// A bar that fills `fraction` of `width` cells, padded with spaces to `width`.
pub fn bar(fraction: f64, width: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = (fraction.clamp(0.0, 1.0) * (8 * width) as f64).round() as usize;
    let mut text = "█".repeat(eighths / 8);
    if let Some(&last) = EIGHTHS.get(eighths % 8).filter(|_| eighths % 8 > 0) {
        text.push(last);
    }
    let filled = eighths.div_ceil(8);
    text.push_str(&" ".repeat(width.saturating_sub(filled)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_eighths() {
        assert_eq!(bar(0.0, 3), "   ");
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(0.5, 3), "█▌ ");
        assert_eq!(bar(7.0, 2), "██");
        assert_eq!(bar(f64::NAN, 2), "  ");
    }
}
