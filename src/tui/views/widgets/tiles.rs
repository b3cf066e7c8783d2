//! Where equal pictures with captions go: as large as all of them fit, else small, and scrolled.

use ratatui::layout::Rect;

use super::image::{self, Size};
use crate::data::ImageShape;
use crate::show::Grid;

/// A grid of tiles; a tile is a picture with lines of text above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiles {
    /// Where it is.
    pub area: Rect,
    /// Columns, and visible rows.
    pub grid: Grid,
    /// The size of a picture.
    pub size: Size,
    /// Lines of text above a picture.
    pub caption: usize,
}

/// Columns between tiles.
const GAP: usize = 1;
/// The share of the area that pictures fill where there is a size that does.
const FILLED: f64 = 0.8;
/// The least columns of a tile with a caption.
const CAPTION: usize = 8;

/// The sizes at which a picture of `shape` is shown, largest first: whole multiples, then shrunk ones.
///
/// Shrunk sizes are even, so that they fill whole cells, and at least half of the shape, so that the picture stays
/// recognisable.
pub fn sizes(shape: ImageShape) -> impl Iterator<Item = Size> {
    let multiples = (1..=4).rev().map(move |zoom| Size::of(shape, zoom));
    let shrunk = [12, 10, 8, 7].into_iter().map(move |parts| {
        let even = |pixels: usize| (pixels * parts / 14 / 2 * 2).max(1);
        Size { columns: even(shape.columns), half_rows: even(shape.rows) }
    });
    let longer = shape.rows.max(shape.columns);
    multiples.chain(shrunk).filter(move |size| longer > 0 && size.columns.max(size.half_rows) > longer / 4)
}

/// The least of [`sizes`].
pub fn least(shape: ImageShape) -> Size {
    let half = |pixels: usize| (pixels / 4 * 2).max(2);
    Size { columns: half(shape.columns), half_rows: half(shape.rows) }
}

impl Tiles {
    /// A grid of `count` pictures of `shape`: the largest size at which all are visible; when none is, the size of half
    /// the shape, or as much of it as fits, and the rest is scrolled to.
    pub fn fit(area: Rect, count: usize, shape: ImageShape, caption: usize) -> Self {
        let grids = || sizes(shape).map(|size| Self::of(area, size, caption));
        let whole = grids().find(|tiles| tiles.grid.capacity() >= count.max(1));
        let fitted = || {
            let least = Self::of(area, least(shape), caption);
            if least.grid.capacity() > 0 {
                return least;
            }
            let lines = u16::try_from(caption).unwrap_or(u16::MAX);
            let room = Rect { height: area.height.saturating_sub(lines), ..area };
            Self::of(area, image::fitted(shape, room), caption)
        };
        let tiles = whole.unwrap_or_else(fitted);
        Self { grid: tiles.grid.balanced(count), ..tiles }
    }

    /// The grid that all but fills the area with pictures, of which there are more than fit: the largest size at which `wanted`
    /// are visible and little is empty; else as [`fit`](Self::fit), not balanced.
    pub fn filling(area: Rect, wanted: usize, shape: ImageShape, caption: usize) -> Self {
        let grids = sizes(shape).map(|size| Self::of(area, size, caption));
        let mut holding = grids.filter(|tiles| tiles.grid.capacity() >= wanted);
        holding.find(|tiles| tiles.filled() >= FILLED).unwrap_or_else(|| {
            let size = Self::fit(area, wanted, shape, caption).size;
            Self::of(area, size, caption)
        })
    }

    /// The grid of pictures of `size`.
    pub fn of(area: Rect, size: Size, caption: usize) -> Self {
        let room = (f64::from(area.width), f64::from(area.height));
        let cell = (Self::width(size, caption) as f64, (size.rows() + caption) as f64);
        Self { area, grid: Grid::fitting(room, cell, (GAP as f64, 0.0)), size, caption }
    }

    /// The share of the area that a full grid takes.
    pub fn filled(&self) -> f64 {
        let side = |count: usize, each: usize, gap: usize, room: u16| {
            (count * (each + gap)).saturating_sub(gap) as f64 / f64::from(room.max(1))
        };
        let columns = side(self.grid.columns, Self::width(self.size, self.caption), GAP, self.area.width);
        columns * side(self.grid.rows, self.size.rows() + self.caption, 0, self.area.height)
    }

    /// The columns of a tile.
    fn width(size: Size, caption: usize) -> usize {
        if caption > 0 { size.columns.max(CAPTION) } else { size.columns }
    }

    /// The first row to show so that tile `selected` of `count` is visible, as near the middle as possible.
    pub fn first_row(&self, selected: usize, count: usize) -> usize {
        let columns = self.grid.columns.max(1);
        let last = count.div_ceil(columns).saturating_sub(self.grid.rows);
        (selected / columns).saturating_sub(self.grid.rows / 2).min(last)
    }

    /// The indices of the visible tiles when `selected` of `count` is.
    pub fn visible(&self, selected: usize, count: usize) -> std::ops::Range<usize> {
        let first = (self.first_row(selected, count) * self.grid.columns).min(count);
        first..(first + self.grid.capacity()).min(count)
    }

    /// The rectangle of the tile at `place`, counted row by row from the first visible.
    pub fn rect(&self, place: usize) -> Rect {
        let (width, height) = (Self::width(self.size, self.caption), self.size.rows() + self.caption);
        let (column, row) = self.grid.place(place);
        let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        Rect {
            x: self.area.x.saturating_add(cells(column * (width + GAP))),
            y: self.area.y.saturating_add(cells(row * height)),
            width: cells(width),
            height: cells(height),
        }
        .intersection(self.area)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHAPE: ImageShape = ImageShape::new(28, 28);

    #[test]
    fn ten_images_fit_the_usual_screens() {
        for (width, height, size) in [(80, 21, 14), (120, 37, 20), (200, 57, 28)] {
            let tiles = Tiles::fit(Rect::new(0, 1, width, height), 10, SHAPE, 1);
            let size = Size { columns: size, half_rows: size };
            assert_eq!((tiles.grid, tiles.size), (Grid { columns: 5, rows: 2 }, size), "{width} x {height}");
        }
    }

    #[test]
    fn a_grid_says_what_it_fills() {
        let size = Size { columns: 24, half_rows: 24 };
        let tiles = Tiles::of(Rect::new(2, 1, 196, 55), size, 1);
        assert_eq!(tiles.grid, Grid { columns: 7, rows: 4 });
        assert!((tiles.filled() - 174.0 / 196.0 * 52.0 / 55.0).abs() < 1e-12);
    }

    #[test]
    fn many_images_are_small_and_scrolled() {
        let tiles = Tiles::fit(Rect::new(0, 0, 80, 20), 2000, SHAPE, 1);
        assert_eq!((tiles.grid, tiles.size.columns), (Grid { columns: 5, rows: 2 }, 14));
        assert_eq!(tiles.first_row(0, 2000), 0);
        assert_eq!(tiles.first_row(1999, 2000), 398);
    }

    #[test]
    fn sizes_keep_the_shape() {
        let all = |rows, columns| -> Vec<(usize, usize)> {
            sizes(ImageShape::new(rows, columns)).map(|size| (size.columns, size.half_rows)).collect()
        };
        assert_eq!(all(28, 28)[3..], [(28, 28), (24, 24), (20, 20), (16, 16), (14, 14)]);
        assert_eq!(all(20, 30)[3..], [(30, 20), (24, 16), (20, 14), (16, 10), (14, 10)]);
        assert_eq!(all(1, 64)[2..], [(128, 2), (64, 1), (54, 1), (44, 1), (36, 1), (32, 1)]);
        assert!(all(0, 0).is_empty());
    }

    #[test]
    fn a_picture_wider_than_the_screen_is_shrunk_to_it() {
        let tiles = Tiles::fit(Rect::new(0, 0, 80, 20), 5, ImageShape::new(1, 784), 1);
        assert_eq!((tiles.grid, tiles.size.columns), (Grid { columns: 1, rows: 5 }, 80));
    }

    proptest! {
        #[test]
        fn the_selected_tile_is_visible_and_inside(
            width in 0..250u16, height in 0..80u16, count in 0..300usize, selected in 0..300usize, caption in 0..3usize,
            rows in 0..70usize, columns in 0..70usize,
        ) {
            let area = Rect::new(3, 2, width, height);
            let tiles = Tiles::fit(area, count, ImageShape::new(rows, columns), caption);
            let shown = tiles.visible(selected, count);
            if selected < count && tiles.grid.capacity() > 0 {
                prop_assert!(shown.contains(&selected));
            }
            for (place, index) in shown.enumerate() {
                let rect = tiles.rect(place);
                prop_assert_eq!(rect.intersection(area).area(), rect.area());
                prop_assert_eq!(usize::from(rect.height), tiles.size.rows() + caption, "tile {} is cut", index);
            }
        }
    }
}
