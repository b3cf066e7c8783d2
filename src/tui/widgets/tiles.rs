//! Where equal pictures with captions go: as large as they all fit, else a small size and scrolling.

use ratatui::layout::Rect;

/// A grid of tiles; a tile is a picture with lines of text above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiles {
    /// Where.
    pub area: Rect,
    /// Tiles beside each other.
    pub columns: usize,
    /// Tiles below each other that are visible.
    pub rows: usize,
    /// Pixels and columns of a picture.
    pub size: usize,
    /// Lines of text above a picture.
    pub caption: usize,
}

/// Columns between tiles.
const GAP: usize = 1;

/// The sizes that a picture of `side` pixels is shown at, largest first: whole multiples, then shrunk ones.
///
/// Shrunk sizes are even, so that they fill whole cells, and at least half the side, so that one can still see what
/// it is (24, 20, 16 and 14 of 28).
pub fn sizes(side: usize) -> impl Iterator<Item = usize> {
    let multiples = (1..=4).rev().map(move |zoom| zoom * side);
    let shrunk = [12, 10, 8, 7].into_iter().map(move |parts| side * parts / 14 / 2 * 2);
    multiples.chain(shrunk).filter(|&size| size > 0)
}

/// The least of [`sizes`].
pub fn least(side: usize) -> usize {
    (side / 4 * 2).max(2)
}

impl Tiles {
    /// A grid of `count` square pictures of `side` pixels: the largest size at which all are visible; when none is,
    /// the size of half the side, and the rest is scrolled to.
    pub fn fit(area: Rect, count: usize, side: usize, caption: usize) -> Self {
        let grids = || sizes(side).map(|size| Self::of(area, size, caption));
        let whole = grids().find(|tiles| tiles.columns * tiles.rows >= count.max(1));
        whole.unwrap_or_else(|| Self::of(area, least(side), caption)).balanced(count)
    }

    /// The grid of pictures of `size` pixels.
    pub fn of(area: Rect, size: usize, caption: usize) -> Self {
        let columns = (usize::from(area.width) + GAP) / (size + GAP);
        let rows = usize::from(area.height) / (size.div_ceil(2) + caption).max(1);
        Self { area, columns, rows, size, caption }
    }

    /// No more columns than the rows needed ask for: ten tiles in two rows are five and five.
    fn balanced(self, count: usize) -> Self {
        if self.columns == 0 || self.rows == 0 || self.columns * self.rows < count {
            return self;
        }
        let rows = count.div_ceil(self.columns).max(1);
        Self { columns: count.div_ceil(rows).max(1), rows, ..self }
    }

    /// The first row to show so that tile `selected` of `count` is visible, as near the middle as can be.
    pub fn first_row(&self, selected: usize, count: usize) -> usize {
        let columns = self.columns.max(1);
        let last = count.div_ceil(columns).saturating_sub(self.rows);
        (selected / columns).saturating_sub(self.rows / 2).min(last)
    }

    /// The visible tiles, with their rectangles, when `selected` of `count` is.
    pub fn visible(&self, selected: usize, count: usize) -> impl Iterator<Item = (usize, Rect)> + use<> {
        let this = *self;
        let first = this.first_row(selected, count) * this.columns;
        (0..this.columns * this.rows)
            .map(move |place| (first + place, this.rect(place)))
            .take_while(move |(index, _)| *index < count)
    }

    /// The rectangle of the tile at `place`, counted row by row from the first visible.
    fn rect(&self, place: usize) -> Rect {
        let height = self.size.div_ceil(2) + self.caption;
        let (column, row) = (place % self.columns.max(1), place / self.columns.max(1));
        let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        Rect {
            x: self.area.x.saturating_add(cells(column * (self.size + GAP))),
            y: self.area.y.saturating_add(cells(row * height)),
            width: cells(self.size),
            height: cells(height),
        }
        .intersection(self.area)
    }

    /// The tile under a cell.
    pub fn at(&self, x: u16, y: u16, selected: usize, count: usize) -> Option<usize> {
        self.visible(selected, count).find(|(_, rect)| rect.contains((x, y).into())).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ten_images_fit_the_usual_screens() {
        let tiles = Tiles::fit(Rect::new(0, 1, 80, 21), 10, 28, 1);
        assert_eq!((tiles.columns, tiles.rows, tiles.size), (5, 2, 14));
        let tiles = Tiles::fit(Rect::new(0, 1, 120, 37), 10, 28, 1);
        assert_eq!((tiles.columns, tiles.rows), (5, 2));
        let tiles = Tiles::fit(Rect::new(0, 1, 200, 57), 10, 28, 1);
        assert_eq!((tiles.columns, tiles.rows, tiles.size), (5, 2, 28));
    }

    #[test]
    fn many_images_are_small_and_scrolled() {
        let tiles = Tiles::fit(Rect::new(0, 0, 80, 20), 2000, 28, 1);
        assert_eq!((tiles.columns, tiles.rows, tiles.size), (5, 2, 14));
        assert_eq!(tiles.first_row(0, 2000), 0);
        assert_eq!(tiles.first_row(1999, 2000), 398);
    }

    proptest! {
        #[test]
        fn the_selected_tile_is_visible_and_inside(
            width in 0..250u16, height in 0..80u16, count in 0..300usize, selected in 0..300usize, caption in 0..3usize,
        ) {
            let area = Rect::new(3, 2, width, height);
            let tiles = Tiles::fit(area, count, 28, caption);
            let shown: Vec<_> = tiles.visible(selected, count).collect();
            if selected < count && tiles.columns > 0 && tiles.rows > 0 {
                prop_assert!(shown.iter().any(|(index, _)| *index == selected));
            }
            for (index, rect) in &shown {
                prop_assert_eq!(rect.intersection(area).area(), rect.area());
                prop_assert_eq!(usize::from(rect.height), tiles.size.div_ceil(2) + caption, "tile {} is cut", index);
                prop_assert_eq!(tiles.at(rect.x, rect.y, selected, count), Some(*index));
            }
        }
    }
}
