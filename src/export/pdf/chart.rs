//! Charts: axes, a legend above them that covers no data, and layers of lines, steps, bars and dots.
//!
//! A chart is described first, in data coordinates, and drawn into a rectangle at the end:
//! `Chart::new("NLL", x, y).line(points, stroke).key("training", stroke).draw(canvas, area)`.

use super::geometry::Point;
use super::{Axis, Canvas, Color, Fonts, Rect, Stroke, Style, Text};
use crate::show::Ticks;

const TITLE: f64 = 9.5;
const LABEL: f64 = 8.5;
const TICK: f64 = 7.5;
const TICK_LENGTH: f64 = 3.0;

/// Something drawn within the axes, in data coordinates.
#[derive(Debug, Clone)]
enum Layer {
    Line(Vec<Point>, Stroke),
    Area(Vec<Point>, Color),
    Box { x: (f64, f64), y: (f64, f64), fill: Color },
    Dots(Vec<Point>, f64, Color),
    Note { at: Point, text: Text, style: Style },
}

/// The sign beside a legend's entry.
#[derive(Debug, Clone, Copy)]
enum Key {
    Line(Stroke),
    Patch(Color),
}

/// A chart that is not drawn yet.
#[derive(Debug, Clone)]
pub struct Chart {
    title: Text,
    x: Axis,
    y: Axis,
    layers: Vec<Layer>,
    legend: Vec<(Key, Text)>,
}

impl Chart {
    /// An empty chart.
    pub fn new(title: &str, x: Axis, y: Axis) -> Self {
        Self { title: Text::new(title), x, y, layers: Vec::new(), legend: Vec::new() }
    }

    /// Its vertical axis.
    pub fn y(&self) -> &Axis {
        &self.y
    }

    /// Connected points.
    pub fn line(mut self, points: Vec<Point>, stroke: Stroke) -> Self {
        self.layers.push(Layer::Line(points, stroke));
        self
    }

    /// Dots of the given radius in points.
    pub fn dots(mut self, points: Vec<Point>, radius: f64, color: Color) -> Self {
        self.layers.push(Layer::Dots(points, radius, color));
        self
    }

    /// A horizontal line across the axes.
    pub fn across(self, y: f64, stroke: Stroke) -> Self {
        let (low, high) = self.x.range();
        self.line(vec![(low, y), (high, y)], stroke)
    }

    /// A filled box.
    pub fn bar(mut self, x: (f64, f64), y: (f64, f64), fill: Color) -> Self {
        self.layers.push(Layer::Box { x, y, fill });
        self
    }

    /// A histogram: n + 1 edges, n heights, filled down to 0 and outlined.
    pub fn histogram(mut self, edges: &[f64], heights: &[f64], fill: Color, stroke: Stroke) -> Self {
        let mut outline = Vec::with_capacity(2 * edges.len() + 2);
        for (edge, height) in edges.windows(2).zip(heights) {
            outline.extend(edge.iter().map(|&x| (x, *height)));
        }
        let mut area = outline.clone();
        if let (Some(first), Some(last)) = (outline.first(), outline.last()) {
            area.extend([(last.0, 0.0), (first.0, 0.0)]);
        }
        self.layers.push(Layer::Area(area, fill));
        self.layers.push(Layer::Line(outline, stroke));
        self
    }

    /// Words at a point of the data.
    pub fn note(mut self, at: Point, text: &str, style: Style) -> Self {
        self.layers.push(Layer::Note { at, text: Text::new(text), style });
        self
    }

    /// An entry of the legend with a line.
    pub fn key(mut self, name: &str, stroke: Stroke) -> Self {
        self.legend.push((Key::Line(stroke), Text::new(name)));
        self
    }

    /// An entry of the legend with a patch.
    pub fn patch(mut self, name: &str, fill: Color) -> Self {
        self.legend.push((Key::Patch(fill), Text::new(name)));
        self
    }

    /// Draws the chart so that axes, labels, title and legend fill the rectangle.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: &Rect) {
        let below_title = self.draw_title(canvas, area);
        let below_legend = self.draw_legend(canvas, &below_title);
        let fonts = canvas.fonts();
        let small = Style::new(TICK).color(Color::SOFT);
        let y_ticks = self.y.ticks(((below_legend.height / 22.0) as usize).clamp(2, 9));
        let widest = y_ticks.labels.iter().map(|label| Text::plain(label).width(fonts, &small));
        let left = LABEL + 6.0 + widest.fold(0.0, f64::max) + TICK_LENGTH + 3.0;
        let bottom = TICK_LENGTH + TICK + 4.0 + LABEL + 5.0;
        let frame = below_legend.inset(left, 4.0, 8.0, bottom);
        let x_ticks = ticks_beside(&self.x, frame.width, canvas.fonts(), &small);

        let grid = Stroke::new(Color::GRID, 0.6);
        let axis = Stroke::new(Color::INK, 0.8);
        for (position, label) in x_ticks.positions.iter().zip(&x_ticks.labels) {
            let x = self.place(&frame, (*position, 0.0)).0;
            if self.x.has_grid() {
                canvas.line((x, frame.y), (x, frame.bottom()), &grid);
            }
            canvas.line((x, frame.bottom()), (x, frame.bottom() + TICK_LENGTH), &axis);
            let y = frame.bottom() + TICK_LENGTH + TICK + 1.0;
            canvas.text((x, y), &Text::plain(label), &small.centered());
        }
        for (position, label) in y_ticks.positions.iter().zip(&y_ticks.labels) {
            let y = frame.bottom() - frame.height * self.y.fraction(*position);
            canvas.line((frame.x, y), (frame.right(), y), &grid);
            canvas.line((frame.x - TICK_LENGTH, y), (frame.x, y), &axis);
            canvas.text_middle((frame.x - TICK_LENGTH - 2.5, y), &Text::plain(label), &small.right());
        }
        canvas.clipped(&frame.inset(-1.0, -1.0, -1.0, -1.0), |canvas| {
            for layer in &self.layers {
                self.draw_layer(canvas, &frame, layer);
            }
        });
        let corner = (frame.x, frame.bottom());
        canvas.polyline(&[(frame.x, frame.y), corner, (frame.right(), frame.bottom())], &axis);
        let label = Style::new(LABEL).centered();
        canvas.text((frame.center_x(), area.bottom() - 2.0), self.x.label(), &label);
        canvas.text((area.x + LABEL, frame.center_y()), self.y.label(), &label.vertical());
    }

    fn draw_title(&self, canvas: &mut Canvas<'_>, area: &Rect) -> Rect {
        if self.title.characters().is_empty() {
            return *area;
        }
        canvas.text((area.x, area.y + TITLE), &self.title, &Style::new(TITLE).bold());
        area.inset(0.0, TITLE + 6.0, 0.0, 0.0)
    }

    /// The legend in as many rows as it needs, and what remains of the rectangle below it.
    fn draw_legend(&self, canvas: &mut Canvas<'_>, area: &Rect) -> Rect {
        if self.legend.is_empty() {
            return *area;
        }
        let style = Style::new(TICK);
        let (mut x, mut y) = (area.x, area.y + TICK / 2.0 + 1.0);
        for (key, name) in &self.legend {
            let sign = if matches!(key, Key::Line(_)) { 15.0 } else { 8.0 };
            let width = sign + 4.0 + name.width(canvas.fonts(), &style) + 9.0;
            if x > area.x && x + width - 9.0 > area.right() {
                (x, y) = (area.x, y + TICK + 4.0);
            }
            match key {
                Key::Line(stroke) => canvas.line((x, y), (x + sign, y), stroke),
                Key::Patch(fill) => canvas.fill(&Rect::new(x, y - 4.0, sign, 8.0), *fill),
            }
            canvas.text_middle((x + sign + 4.0, y), name, &style);
            x += width;
        }
        let used = y + TICK / 2.0 + 4.0 - area.y;
        area.inset(0.0, used, 0.0, 0.0)
    }

    fn draw_layer(&self, canvas: &mut Canvas<'_>, frame: &Rect, layer: &Layer) {
        let placed = |points: &[Point]| points.iter().map(|&p| self.place(frame, p)).collect::<Vec<_>>();
        match layer {
            Layer::Line(points, stroke) => canvas.polyline(&placed(points), stroke),
            Layer::Area(points, fill) => canvas.fill_polygon(&placed(points), *fill),
            Layer::Box { x, y, fill } => {
                let (left, bottom) = self.place(frame, (x.0, y.0));
                let (right, top) = self.place(frame, (x.1, y.1));
                canvas.fill(&Rect::new(left, top, right - left, bottom - top), *fill);
            }
            Layer::Dots(points, radius, color) => {
                for at in placed(points).into_iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
                    canvas.dot(at, *radius, *color);
                }
            }
            Layer::Note { at, text, style } => canvas.text(self.place(frame, *at), text, style),
        }
    }

    /// The place on the page of a point of the data. Far outside the frame it is cut off, because the
    /// numbers of a PDF are small.
    fn place(&self, frame: &Rect, (x, y): Point) -> Point {
        let far = |fraction: f64| if fraction.is_finite() { fraction.clamp(-9.0, 10.0) } else { f64::NAN };
        (
            frame.x + frame.width * far(self.x.fraction(x)),
            frame.bottom() - frame.height * far(self.y.fraction(y)),
        )
    }
}

/// As many ticks as their labels have room for beside each other.
fn ticks_beside(axis: &Axis, length: f64, fonts: &Fonts, style: &Style) -> Ticks {
    let fit = |ticks: &Ticks| {
        let widths = ticks.labels.iter().map(|label| Text::plain(label).width(fonts, style));
        widths.map(|width| width + 6.0).sum::<f64>() <= length
    };
    (2..=axis.most_ticks()).rev().map(|most| axis.ticks(most)).find(fit).unwrap_or_else(|| axis.ticks(1))
}
