//! Rows and columns of equal cells: pictures with their captions, on the screen and on paper.

/// Rows and columns of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Cells beside each other.
    pub columns: usize,
    /// Cells below each other.
    pub rows: usize,
}

impl Grid {
    /// floor((room + gap) / (cell + gap)) cells along each axis: as many as fit, with gaps between them. Sizes are
    /// (width, height) in any one unit; along an axis without room, or of cells without size, none fits.
    pub fn fitting(room: (f64, f64), cell: (f64, f64), gap: (f64, f64)) -> Self {
        Self { columns: along(room.0, cell.0, gap.0), rows: along(room.1, cell.1, gap.1) }
    }

    /// Of all grids of `count` cells the one for which `size` is greatest, [balanced](Self::balanced); of equals the
    /// one with the fewest columns. Cost: `count` calls of `size`.
    pub fn largest(count: usize, size: impl Fn(Self) -> f64) -> Self {
        let grids = (1..=count.max(1)).map(|columns| Self { columns, rows: count.max(1).div_ceil(columns) });
        // `max_by` keeps the last of equals.
        let best = grids.rev().max_by(|&a, &b| size(a).total_cmp(&size(b)));
        best.unwrap_or(Self { columns: 1, rows: 1 }).balanced(count)
    }

    /// The fewest rows that hold `count` cells, and no more columns than these need: ten cells in two rows are five
    /// and five. The grid itself when it does not hold them all.
    pub fn balanced(self, count: usize) -> Self {
        if self.capacity() < count.max(1) {
            return self;
        }
        let rows = count.div_ceil(self.columns).max(1);
        Self { columns: count.div_ceil(rows).max(1), rows }
    }

    /// columns x rows.
    pub fn capacity(self) -> usize {
        self.columns.saturating_mul(self.rows)
    }

    /// (column, row) of cell `index`, row by row. Cells beyond the last row are in further rows below it.
    pub fn place(self, index: usize) -> (usize, usize) {
        (index % self.columns.max(1), index / self.columns.max(1))
    }
}

fn along(room: f64, cell: f64, gap: f64) -> usize {
    // NaN fails both comparisons. The small excess lets ten cells of 0.1 fit into 1.
    if room > 0.0 && cell > 0.0 { ((room + gap) / (cell + gap) * (1.0 + 1e-12)) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fitting(width: f64, height: f64) -> Grid {
        Grid::fitting((width, height), (1.0, 1.0), (0.0, 0.0))
    }

    #[test]
    fn rows_are_balanced() {
        for (count, width, height, expected) in [
            (10, 7.0, 9.0, (5, 2)),
            (10, 10.0, 9.0, (10, 1)),
            (5, 3.0, 2.0, (3, 2)),
            (7, 6.0, 6.0, (4, 2)),
            (10, 3.0, 2.0, (3, 2)),
            (1, 100.0, 100.0, (1, 1)),
            (3, 0.9, 5.0, (0, 5)),
        ] {
            let Grid { columns, rows } = fitting(width, height).balanced(count);
            assert_eq!((columns, rows), expected, "{count} in {width} x {height}");
        }
        assert_eq!(Grid::fitting((1.0, 1.0), (0.1, 0.1), (0.0, 0.0)).columns, 10);
        assert_eq!(Grid::fitting((80.0, 20.0), (14.0, 8.0), (1.0, 0.0)), Grid { columns: 5, rows: 2 });
        assert_eq!(fitting(f64::INFINITY, 1.0).balanced(usize::MAX).rows, 1);
    }

    #[test]
    fn sizes_that_are_no_sizes_hold_nothing() {
        for bad in [f64::NAN, 0.0, -1.0, f64::NEG_INFINITY] {
            assert_eq!(fitting(bad, 10.0).capacity(), 0);
            assert_eq!(fitting(10.0, bad).capacity(), 0);
            assert_eq!(Grid::fitting((10.0, 10.0), (bad, 1.0), (1.0, 1.0)).capacity(), 0);
            assert_eq!(Grid::fitting((10.0, 10.0), (1.0, bad), (1.0, 1.0)).capacity(), 0);
        }
    }

    #[test]
    fn the_largest_cells_of_a_wide_room_are_in_few_rows() {
        // Squares in 100 x 40 without gaps.
        let side = |grid: Grid| (100.0 / grid.columns as f64).min(40.0 / grid.rows as f64);
        for (count, expected) in [(0, (1, 1)), (1, (1, 1)), (2, (2, 1)), (10, (5, 2)), (7, (4, 2))] {
            let Grid { columns, rows } = Grid::largest(count, side);
            assert_eq!((columns, rows), expected, "{count}");
        }
        assert_eq!(Grid::largest(5, |_| 1.0), Grid { columns: 1, rows: 5 }, "of equals the narrowest");
    }

    proptest! {
        #[test]
        fn a_grid_fits_and_wastes_no_row(
            count in 1..200usize, width in 0u16..120, height in 0u16..60, cw in 1u16..30, ch in 1u16..20, gap in 0u16..3,
        ) {
            let sizes = |a: u16, b: u16| (f64::from(a), f64::from(b));
            let whole = Grid::fitting(sizes(width, height), sizes(cw, ch), sizes(gap, gap));
            let taken = |count: usize, cell: u16| (count * usize::from(cell + gap)).saturating_sub(usize::from(gap));
            prop_assert!(taken(whole.columns, cw) <= usize::from(width) && taken(whole.rows, ch) <= usize::from(height));
            prop_assert!(taken(whole.columns + 1, cw) > usize::from(width), "another column fits");
            prop_assert!(taken(whole.rows + 1, ch) > usize::from(height), "another row fits");
            let found = whole.balanced(count);
            prop_assert!(found.columns <= whole.columns && found.rows <= whole.rows);
            if whole.capacity() >= count {
                prop_assert!(found.capacity() >= count);
                prop_assert!(found.columns * (found.rows - 1) < count, "an empty row");
                prop_assert!((found.columns - 1) * found.rows < count, "an empty column");
            }
            for index in 0..found.capacity() {
                let (column, row) = found.place(index);
                prop_assert!(column < found.columns && row < found.rows && row * found.columns + column == index);
            }
        }
    }
}
