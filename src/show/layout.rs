//! How many rows and columns a set of equal pictures takes.

/// Rows and columns of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Pictures beside each other.
    pub columns: usize,
    /// Pictures below each other.
    pub rows: usize,
}

impl Grid {
    /// How many pictures it holds; when this is less than their number, the rest takes further pages.
    pub fn capacity(self) -> usize {
        self.columns.saturating_mul(self.rows)
    }

    /// (column, row) of picture `index`, filled row by row; none outside.
    pub fn place(self, index: usize) -> Option<(usize, usize)> {
        (index < self.capacity()).then(|| (index % self.columns, index / self.columns))
    }
}

/// The grid for `count` cells of `cell_width` x `cell_height` in `width` x `height` (any one unit) that
/// wastes least: as many columns as fit, balanced over the rows needed.
///
/// Ten cells where seven fit beside each other become two rows of five. When not all fit, the grid is as
/// full as can be. 0 x 0 when no cell fits, there is none, or a size is not positive.
pub fn grid(count: usize, width: f64, height: f64, cell_width: f64, cell_height: f64) -> Grid {
    let columns = fitting(width, cell_width).min(count);
    let rows = fitting(height, cell_height);
    if columns == 0 || rows == 0 {
        return Grid { columns: 0, rows: 0 };
    }
    let needed = count.div_ceil(columns);
    if needed > rows {
        return Grid { columns, rows };
    }
    Grid { columns: count.div_ceil(needed), rows: needed }
}

/// How many pieces of `cell` fit into `space`.
fn fitting(space: f64, cell: f64) -> usize {
    // NaN fails both comparisons. The small excess lets ten cells of 0.1 fit into 1.
    if space > 0.0 && cell > 0.0 { (space / cell * (1.0 + 1e-12)) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_are_balanced() {
        for (count, width, height, expected) in [
            (10, 7.0, 9.0, (5, 2)),
            (10, 10.0, 9.0, (10, 1)),
            (5, 3.0, 2.0, (3, 2)),
            (7, 6.0, 6.0, (4, 2)),
            (10, 3.0, 2.0, (3, 2)),
            (1, 100.0, 100.0, (1, 1)),
            (0, 100.0, 100.0, (0, 0)),
            (3, 0.9, 5.0, (0, 0)),
        ] {
            let Grid { columns, rows } = grid(count, width, height, 1.0, 1.0);
            assert_eq!((columns, rows), expected, "{count} in {width} x {height}");
        }
        assert_eq!(grid(10, 1.0, 1.0, 0.1, 0.1).columns, 10);
        assert_eq!(grid(usize::MAX, f64::INFINITY, 1.0, 1.0, 1.0).rows, 1);
    }

    #[test]
    fn sizes_that_are_no_sizes_hold_nothing() {
        for bad in [f64::NAN, 0.0, -1.0, f64::NEG_INFINITY] {
            assert_eq!(grid(5, bad, 10.0, 1.0, 1.0).capacity(), 0);
            assert_eq!(grid(5, 10.0, bad, 1.0, 1.0).capacity(), 0);
            assert_eq!(grid(5, 10.0, 10.0, bad, 1.0).capacity(), 0);
            assert_eq!(grid(5, 10.0, 10.0, 1.0, bad).capacity(), 0);
        }
    }

    proptest! {
        #[test]
        fn a_grid_fits_and_wastes_no_row(count in 0..200usize, width in 0u16..120, height in 0u16..60, cw in 1u16..30, ch in 1u16..20) {
            let found = grid(count, width.into(), height.into(), cw.into(), ch.into());
            let most = usize::from(width / cw) * usize::from(height / ch);
            prop_assert!(found.columns * usize::from(cw) <= usize::from(width));
            prop_assert!(found.rows * usize::from(ch) <= usize::from(height));
            prop_assert!(found.capacity() >= count.min(most));
            if found.capacity() >= count && count > 0 {
                prop_assert!(found.columns * (found.rows - 1) < count, "an empty row");
                prop_assert!((found.columns - 1) * found.rows < count, "an empty column");
            }
            for index in 0..found.capacity() {
                let (column, row) = found.place(index).unwrap();
                prop_assert!(column < found.columns && row < found.rows && row * found.columns + column == index);
            }
            prop_assert_eq!(found.place(found.capacity()), None);
        }
    }
}
