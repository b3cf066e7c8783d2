//! Straight lines of pixels: a stroke connects the positions that the mouse reports.

/// The pixels of a straight line after `from`, or `from` alone where it is the end; each touches the one before it.
pub(super) fn line(from: (usize, usize), to: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
    let between = move |from: usize, to: usize, step: usize| {
        let way = from.abs_diff(to) * step;
        // Rounded to the nearest pixel.
        let moved = (2 * way + steps) / (2 * steps);
        if to >= from { from + moved } else { from - moved }
    };
    (1..=steps).map(move |step| (between(from.0, to.0, step), between(from.1, to.1, step)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_connected_and_end_where_they_should(a in (0..28usize, 0..28usize), b in (0..28usize, 0..28usize)) {
            let pixels: Vec<_> = line(a, b).collect();
            prop_assert_eq!(pixels.last(), Some(&b));
            let mut before = a;
            for pixel in pixels {
                prop_assert!(pixel.0.abs_diff(before.0) <= 1 && pixel.1.abs_diff(before.1) <= 1);
                before = pixel;
            }
        }
    }
}
