//! The mask being edited: generated from a kind and a value, or painted with a brush. No image, no model.

mod kind;
mod line;

use crate::data::ImageShape;
use crate::inverse::{Mask, brush};

use kind::Values;
pub use kind::{MaskKind, Setting};
use line::line;

/// What undo restores.
#[derive(Debug, Clone, PartialEq)]
struct State {
    kind: MaskKind,
    values: Values,
    mask: Mask,
}

/// The last change. Consecutive changes of one stroke, or of one drag of the slider, are undone together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Complete in itself.
    Complete,
    /// Part of a stroke.
    Stroke,
    /// The value of a kind.
    Value(MaskKind),
}

/// The number of changes that can be undone.
const UNDO: usize = 200;

/// A mask, with a brush over it.
#[derive(Debug, Clone, PartialEq)]
pub struct MaskEditor {
    /// All pixels, in the order in which a random mask observes them.
    order: Vec<usize>,
    now: State,
    undo: Vec<State>,
    last: Change,
    version: u64,
    /// Row and column of the brush.
    pub at: (usize, usize),
    /// Whether the brush makes pixels observed, else missing.
    pub paints_observed: bool,
    /// Whether the brush paints what it moves over.
    pub down: bool,
}

impl MaskEditor {
    /// A random mask: the first `fraction` of `order`.
    pub fn new(shape: ImageShape, order: Vec<usize>, fraction: f64) -> Self {
        let mask = Mask::first_of(shape, &order, Mask::count(order.len(), fraction));
        Self {
            order,
            now: State { kind: MaskKind::Random, values: Values::new(shape, fraction), mask },
            undo: Vec::new(),
            last: Change::Complete,
            version: 0,
            at: (shape.rows / 2, shape.columns / 2),
            paints_observed: false,
            down: false,
        }
    }

    /// The mask.
    pub fn mask(&self) -> &Mask {
        &self.now.mask
    }

    /// How the mask is generated.
    pub fn kind(&self) -> MaskKind {
        self.now.kind
    }

    /// Grows with every change of the mask; 0 before the first.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Rows and columns of the image.
    pub fn shape(&self) -> ImageShape {
        self.now.mask.shape()
    }

    /// Rows and columns of the brush.
    pub fn brush(&self) -> usize {
        self.now.values.brush
    }

    /// Whether the brush covers a pixel.
    pub fn covers(&self, row: usize, column: usize) -> bool {
        let (size, shape) = (self.brush(), self.shape());
        brush(self.at.0, size, shape.rows).contains(&row)
            && brush(self.at.1, size, shape.columns).contains(&column)
    }

    /// Whether a pixel is on the edge of what the brush covers; the pixels inside stay visible.
    pub fn outlines(&self, row: usize, column: usize) -> bool {
        let (size, shape) = (self.brush(), self.shape());
        let on_edge = |at: usize, line: usize, lines: usize| {
            let covered = brush(at, size, lines);
            line == covered.start || line + 1 == covered.end
        };
        self.covers(row, column)
            && (on_edge(self.at.0, row, shape.rows) || on_edge(self.at.1, column, shape.columns))
    }

    /// Starts from another mask. Does nothing once the mask was changed.
    pub fn adopt(&mut self, mask: &Mask) {
        if mask.shape() == self.shape() && self.undo.is_empty() {
            self.now.mask = mask.clone();
        }
    }

    /// Generates a random mask from another order of the pixels.
    pub fn reorder(&mut self, order: Vec<usize>) {
        if order.len() == self.order.len() {
            self.order = order;
            self.choose(MaskKind::Random);
        }
    }

    /// Chooses the kind `by` places further in the list, around its ends.
    pub fn turn(&mut self, by: isize) {
        let len = MaskKind::ALL.len();
        self.choose(MaskKind::ALL[(self.now.kind as usize + len).saturating_add_signed(by) % len]);
    }

    /// Chooses a kind, with its last value. Painting starts from the current mask.
    pub fn choose(&mut self, kind: MaskKind) {
        self.change(Change::Complete, |state| state.kind = kind);
        self.rebuild();
    }

    /// What the slider sets.
    pub fn setting(&self) -> Setting {
        self.now.values.setting(self.now.kind, self.shape())
    }

    /// Moves the slider by whole steps.
    pub fn adjust(&mut self, by: isize) {
        self.set(self.setting().value.saturating_add_signed(by));
    }

    /// Moves the slider to a position from 0 to 1.
    pub fn slide(&mut self, position: f64) {
        let Setting { low, high, .. } = self.setting();
        let span = high.saturating_sub(low) as f64;
        // A float cast saturates, and makes 0 of a NaN.
        self.set(low + (position.clamp(0.0, 1.0) * span).round() as usize);
    }

    fn set(&mut self, value: usize) {
        let setting = self.setting();
        let value = value.clamp(setting.low, setting.high);
        if value == setting.value {
            return;
        }
        let kind = self.now.kind;
        if kind == MaskKind::Painted {
            self.now.values.set(kind, value);
        } else {
            self.change(Change::Value(kind), |state| state.values.set(kind, value));
            self.rebuild();
        }
    }

    /// Makes the brush larger or smaller.
    pub fn resize_brush(&mut self, by: isize) {
        let brush = &mut self.now.values.brush;
        *brush = brush.saturating_add_signed(by).clamp(1, Values::MOST_BRUSH);
    }

    /// Generates the mask from its kind and value.
    fn rebuild(&mut self) {
        if let Some(mask) = self.now.values.mask(self.now.kind, self.shape(), &self.order) {
            self.now.mask = mask;
            self.version += 1;
        }
    }

    /// Starts painting, or stops.
    pub fn toggle_brush(&mut self) {
        self.down = !self.down;
        self.last = Change::Complete;
        if self.down {
            self.stamp();
        }
    }

    /// Moves the brush by rows and columns, painting while it is down.
    pub fn step(&mut self, rows: isize, columns: isize) {
        let (row, column) = self.at;
        self.stroke_to((row.saturating_add_signed(rows), column.saturating_add_signed(columns)));
    }

    /// Moves the brush to a pixel in a straight line, painting while it is down.
    pub fn stroke_to(&mut self, to: (usize, usize)) {
        for at in line(self.at, self.nearest(to)) {
            self.at = at;
            if self.down {
                self.stamp();
            }
        }
    }

    /// Moves the brush to a pixel without painting.
    pub fn jump_to(&mut self, to: (usize, usize)) {
        self.at = self.nearest(to);
    }

    /// The pixel of the image that is nearest to (row, column).
    fn nearest(&self, (row, column): (usize, usize)) -> (usize, usize) {
        let ImageShape { rows, columns } = self.shape();
        (row.min(rows.saturating_sub(1)), column.min(columns.saturating_sub(1)))
    }

    fn stamp(&mut self) {
        let mut mask = self.now.mask.clone();
        if mask.stamp(self.at, self.brush(), self.paints_observed) {
            self.paint(Change::Stroke, mask);
        }
    }

    /// Makes every pixel observed, or missing.
    pub fn fill(&mut self, observed: bool) {
        self.paint(Change::Complete, Mask::from_fn(self.shape(), |_, _| observed));
    }

    /// Swaps observed and missing pixels.
    pub fn invert(&mut self) {
        self.paint(Change::Complete, self.now.mask.inverted());
    }

    fn paint(&mut self, change: Change, mask: Mask) {
        self.change(change, |state| (state.kind, state.mask) = (MaskKind::Painted, mask));
        self.version += 1;
    }

    /// Undoes the last change; false when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else { return false };
        let brush = self.brush();
        self.now = before;
        self.now.values.brush = brush;
        self.last = Change::Complete;
        self.down = false;
        self.version += 1;
        true
    }

    /// Changes the state; the old one is kept for undo, unless the change continues the last one.
    fn change(&mut self, change: Change, make: impl FnOnce(&mut State)) {
        if change == Change::Complete || change != self.last {
            if self.undo.len() == UNDO {
                self.undo.remove(0);
            }
            self.undo.push(self.now.clone());
        }
        self.last = change;
        make(&mut self.now);
    }
}

#[cfg(test)]
mod tests;
