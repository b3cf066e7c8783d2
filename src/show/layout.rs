//! How many rows and columns a set of equal pictures takes.

/// Rows and columns of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Pictures beside each other.
    pub columns: usize,
    /// Pictures below each other.
    pub rows: usize,
}

/// The grid for `count` cells of `cell_width` x `cell_height` in `width` x `height` (any one unit) that
/// wastes least: as many columns as fit, balanced over the rows needed. 0 x 0 when no cell fits.
pub fn grid(count: usize, width: f64, height: f64, cell_width: f64, cell_height: f64) -> Grid {
    let _ = (count, width, height, cell_width, cell_height);
    todo!()
}
