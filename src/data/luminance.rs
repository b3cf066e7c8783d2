//! Colour to gray.

/// Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded: what Pillow's `convert("L")` gives.
pub(super) fn luminance([red, green, blue]: [u8; 3]) -> u8 {
    let weighted = 19_595 * u32::from(red) + 38_470 * u32::from(green) + 7_471 * u32::from(blue);
    ((weighted + 0x8000) >> 16) as u8
}

/// `gray` of opacity `alpha` on white.
pub(super) fn on_white(gray: u8, alpha: u8) -> u8 {
    let (gray, alpha) = (u32::from(gray), u32::from(alpha));
    ((gray * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_is_weighted_as_in_pillow() {
        assert_eq!(
            [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255; 3], [0; 3]].map(luminance),
            [76, 150, 29, 255, 0]
        );
        for gray in 0..=255 {
            assert_eq!((luminance([gray; 3]), on_white(gray, 255), on_white(gray, 0)), (gray, gray, 255));
        }
    }
}
