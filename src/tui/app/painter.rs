//! The mask under the user's hands: a shape with a measure, or painted with a brush. No image, no model.
//!
//! `bench` asks for restorations when [`Painter::version`] has changed; the Inpaint tab draws it.

mod line;
mod shape;

use crate::data::ImageShape;
use crate::inverse::{Mask, Stripes, brush};

use line::line;
pub use shape::{Measure, Shape};

/// The measures of all shapes; each keeps its own while another is in use.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measures {
    /// Random: the fraction observed.
    fraction: f64,
    /// Block: its side.
    block: usize,
    /// Edges: rows or columns observed.
    lines: usize,
    /// Rows and columns: every how manieth.
    period: usize,
    /// Painted: side of the brush.
    brush: usize,
}

/// What undo brings back.
#[derive(Debug, Clone, PartialEq)]
struct State {
    shape: Shape,
    measures: Measures,
    mask: Mask,
}

/// What the last change was, so that one stroke, or one pull of the slider, is undone at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Complete in itself.
    Whole,
    /// Part of a stroke that goes on.
    Stroke,
    /// The measure of a shape.
    Measure(Shape),
}

/// Changes that can be undone.
const UNDO: usize = 200;
/// The largest brush.
const BRUSH: usize = 9;

/// A mask, a brush and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Painter {
    side: usize,
    /// All pixels, those first that a random mask observes first.
    order: Vec<usize>,
    now: State,
    undo: Vec<State>,
    last: Change,
    version: u64,
    /// Row and column of the brush.
    pub at: (usize, usize),
    /// What the brush makes of pixels: observed, or missing.
    pub ink: bool,
    /// The brush is on the paper: what it moves over is painted.
    pub down: bool,
}

impl Painter {
    /// A random mask over `side` x `side` pixels: the first `fraction` of `order`.
    pub fn new(side: usize, order: Vec<usize>, fraction: f64) -> Self {
        let mask = Mask::first_of(ImageShape::new(side, side), &order, Mask::count(order.len(), fraction));
        let measures = Measures {
            fraction,
            block: side / 2,
            lines: side / 2,
            period: 2,
            brush: (side / 9).clamp(1, BRUSH),
        };
        Self {
            side,
            order,
            now: State { shape: Shape::Random, measures, mask },
            undo: Vec::new(),
            last: Change::Whole,
            version: 0,
            at: (side / 2, side / 2),
            ink: false,
            down: false,
        }
    }

    /// The mask.
    pub fn mask(&self) -> &Mask {
        &self.now.mask
    }

    /// Where the mask comes from.
    pub fn shape(&self) -> Shape {
        self.now.shape
    }

    /// Grows with every change of the mask.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Rows and columns of the image.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Rows and columns of the brush.
    pub fn brush(&self) -> usize {
        self.now.measures.brush
    }

    /// Whether the brush covers a pixel.
    pub fn covers(&self, row: usize, column: usize) -> bool {
        let size = self.brush();
        brush(self.at.0, size, self.side).contains(&row)
            && brush(self.at.1, size, self.side).contains(&column)
    }

    /// Whether a pixel is on the edge of what the brush covers: what is inside stays to be seen.
    pub fn outlines(&self, row: usize, column: usize) -> bool {
        let size = self.brush();
        let on_edge = |at: usize, line: usize| {
            let lines = brush(at, size, self.side);
            line == lines.start || line + 1 == lines.end
        };
        self.covers(row, column) && (on_edge(self.at.0, row) || on_edge(self.at.1, column))
    }

    /// Takes another mask over as the present one, without a change to undo: that of the image in front.
    pub fn adopt(&mut self, mask: &Mask) {
        if mask.dim() == self.now.mask.dim() && self.undo.is_empty() {
            self.now.mask = mask.clone();
        }
    }

    /// Another order of the pixels: another random mask, when that is the shape.
    pub fn reorder(&mut self, order: Vec<usize>) {
        if order.len() == self.order.len() {
            self.order = order;
            self.choose(Shape::Random);
        }
    }

    /// The shape `by` places further in the list, around its ends.
    pub fn turn(&mut self, by: isize) {
        let len = Shape::ALL.len();
        let place = Shape::ALL.iter().position(|shape| *shape == self.now.shape).unwrap_or(0);
        self.choose(Shape::ALL[(place + len).saturating_add_signed(by) % len]);
    }

    /// Another shape, with the measure that it had. Painting begins with the mask that is there.
    pub fn choose(&mut self, shape: Shape) {
        self.change(Change::Whole, |state| state.shape = shape);
        self.rebuild();
    }

    /// What the slider sets.
    pub fn measure(&self) -> Measure {
        let Measures { fraction, block, lines, period, brush } = self.now.measures;
        let measure = |label, low, high, value| Measure { label, low, high, value };
        match self.now.shape {
            Shape::Random => measure("observed", 0, 100, (100.0 * fraction).round() as usize),
            Shape::Block => measure("missing", 0, self.side, block),
            Shape::Left | Shape::Right => measure("columns", 0, self.side, lines),
            Shape::Top | Shape::Bottom => measure("rows", 0, self.side, lines),
            Shape::Rows | Shape::Columns => measure("every", 1, self.side.max(1), period),
            Shape::Painted => measure("brush", 1, BRUSH, brush),
        }
    }

    /// Moves the slider by whole steps.
    pub fn adjust(&mut self, by: isize) {
        let measure = self.measure();
        self.set(measure.value.saturating_add_signed(by));
    }

    /// Moves the slider to a position from 0 to 1.
    pub fn slide(&mut self, position: f64) {
        let Measure { low, high, .. } = self.measure();
        let span = high.saturating_sub(low) as f64;
        // A float cast saturates, and makes 0 of a NaN.
        self.set(low + (position.clamp(0.0, 1.0) * span).round() as usize);
    }

    fn set(&mut self, value: usize) {
        let measure = self.measure();
        let value = value.clamp(measure.low, measure.high);
        if value == measure.value {
            return;
        }
        let shape = self.now.shape;
        if shape == Shape::Painted {
            self.now.measures.brush = value;
            return;
        }
        self.change(Change::Measure(shape), |state| {
            let measures = &mut state.measures;
            match shape {
                Shape::Random => measures.fraction = value as f64 / 100.0,
                Shape::Block => measures.block = value,
                Shape::Left | Shape::Right | Shape::Top | Shape::Bottom => measures.lines = value,
                Shape::Rows | Shape::Columns => measures.period = value,
                Shape::Painted => {}
            }
        });
        self.rebuild();
    }

    /// A larger brush or a smaller one.
    pub fn resize_brush(&mut self, by: isize) {
        let brush = &mut self.now.measures.brush;
        *brush = brush.saturating_add_signed(by).clamp(1, BRUSH);
    }

    /// The mask of the shape and its measure.
    fn rebuild(&mut self) {
        let Measures { fraction, block, lines, period, .. } = self.now.measures;
        let shape = ImageShape::new(self.side, self.side);
        self.now.mask = match self.now.shape {
            Shape::Random => Mask::first_of(shape, &self.order, Mask::count(self.order.len(), fraction)),
            Shape::Block => Mask::central_block_missing(shape, block),
            Shape::Rows => Mask::stripes(shape, Stripes::Rows, period),
            Shape::Columns => Mask::stripes(shape, Stripes::Columns, period),
            Shape::Painted => return,
            edge => match edge.edge() {
                Some(edge) => Mask::margin(shape, edge, lines),
                None => return,
            },
        };
        self.version += 1;
    }

    /// Puts the brush on the paper, or lifts it.
    pub fn toggle_pen(&mut self) {
        self.down = !self.down;
        self.last = Change::Whole;
        if self.down {
            self.stamp();
        }
    }

    /// Moves the brush by rows and columns, painting while it is down.
    pub fn step(&mut self, rows: isize, columns: isize) {
        let last = self.side.saturating_sub(1);
        let moved = |at: usize, by: isize| at.saturating_add_signed(by).min(last);
        self.stroke_to((moved(self.at.0, rows), moved(self.at.1, columns)));
    }

    /// Moves the brush to a pixel in a straight line, painting while it is down.
    pub fn stroke_to(&mut self, to: (usize, usize)) {
        let last = self.side.saturating_sub(1);
        let to = (to.0.min(last), to.1.min(last));
        for at in line(self.at, to) {
            self.at = at;
            if self.down {
                self.stamp();
            }
        }
    }

    /// Moves the brush to a pixel without painting.
    pub fn jump_to(&mut self, (row, column): (usize, usize)) {
        let last = self.side.saturating_sub(1);
        self.at = (row.min(last), column.min(last));
    }

    fn stamp(&mut self) {
        let (at, size, ink) = (self.at, self.brush(), self.ink);
        let mut mask = self.now.mask.clone();
        if mask.stamp(at, size, ink) {
            self.paint(Change::Stroke, mask);
        }
    }

    /// Makes every pixel observed, or missing.
    pub fn fill(&mut self, observed: bool) {
        self.paint(Change::Whole, Mask::from_fn(self.now.mask.shape(), |_, _| observed));
    }

    /// Exchanges observed and missing.
    pub fn invert(&mut self) {
        self.paint(Change::Whole, self.now.mask.inverted());
    }

    fn paint(&mut self, change: Change, mask: Mask) {
        self.change(change, |state| (state.shape, state.mask) = (Shape::Painted, mask));
        self.version += 1;
    }

    /// Takes the last change back; false when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else { return false };
        let brush = self.brush();
        self.now = before;
        self.now.measures.brush = brush;
        self.last = Change::Whole;
        self.down = false;
        self.version += 1;
        true
    }

    /// Changes the state; what was is kept, unless the change goes on with the last one.
    fn change(&mut self, change: Change, make: impl FnOnce(&mut State)) {
        if change == Change::Whole || change != self.last {
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
