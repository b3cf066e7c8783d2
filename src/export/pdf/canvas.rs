//! One page to draw on: lines, areas, text and pictures, in points from the upper left corner.

use std::collections::BTreeMap;

use printpdf::{
    ExternalXObject, Line, LineDashPattern, LineJoinStyle, LinePoint, Op, PaintMode, PdfFontHandle, Polygon,
    PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder, XObjectId, XObjectTransform,
};

use super::geometry::Point;
use super::text::{ASCENT, CAP_HEIGHT, DESCENT};
use super::{Anchor, Color, Fonts, Raster, Rect, Style, Text};

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Color,
    /// Width in points.
    pub width: f64,
    /// Lengths of dash and gap in points; `None` for a solid line.
    pub dash: Option<(f64, f64)>,
}

impl Stroke {
    /// A solid line.
    pub fn new(color: Color, width: f64) -> Self {
        Self { color, width, dash: None }
    }

    /// The same line dashed.
    pub fn dashed(self, dash: f64, gap: f64) -> Self {
        Self { dash: Some((dash, gap)), ..self }
    }
}

/// A page under construction.
#[derive(Debug)]
pub struct Canvas<'a> {
    fonts: &'a Fonts,
    width: f64,
    height: f64,
    operations: Vec<Op>,
    images: BTreeMap<XObjectId, ExternalXObject>,
    /// Highest and lowest of what was drawn.
    extent: Option<(f64, f64)>,
    /// What is drawn now is seen within a rectangle that counts already.
    clipping: bool,
    /// What is seen of the page.
    view: Rect,
}

impl<'a> Canvas<'a> {
    /// An empty page of the given size in points.
    pub fn new(fonts: &'a Fonts, width: f64, height: f64) -> Self {
        Self {
            fonts,
            width,
            height,
            operations: Vec::new(),
            images: BTreeMap::new(),
            extent: None,
            clipping: false,
            view: Rect::new(0.0, 0.0, width, height),
        }
    }

    /// The fonts, for measuring.
    pub fn fonts(&self) -> &'a Fonts {
        self.fonts
    }

    /// Width and height in points.
    pub fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// What is seen of the page: all of it unless it was [cropped](Self::cropped).
    pub fn view(&self) -> Rect {
        self.view
    }

    /// The page without the empty space above and below what was drawn, but for a margin.
    pub fn cropped(mut self, margin: f64) -> Self {
        if let Some((top, bottom)) = self.extent {
            let (top, bottom) = ((top - margin).max(0.0), (bottom + margin).min(self.height));
            self.view = Rect::new(0.0, top, self.width, bottom - top);
        }
        self
    }

    fn extend(&mut self, top: f64, bottom: f64) {
        if !self.clipping && top.is_finite() && bottom.is_finite() {
            let (highest, lowest) = self.extent.unwrap_or((top, bottom));
            self.extent = Some((highest.min(top), lowest.max(bottom)));
        }
    }

    /// What was drawn: operations and the images that they use, by name.
    pub fn into_parts(self) -> (Vec<Op>, BTreeMap<XObjectId, ExternalXObject>) {
        (self.operations, self.images)
    }

    /// Connected lines through the points. Points that are not finite interrupt the line.
    pub fn polyline(&mut self, points: &[Point], stroke: &Stroke) {
        points.iter().for_each(|point| self.extend(point.1, point.1));
        self.operations.push(Op::SaveGraphicsState);
        self.operations.extend([
            Op::SetOutlineColor { col: color(stroke.color) },
            Op::SetOutlineThickness { pt: pt(stroke.width) },
            Op::SetLineJoinStyle { join: LineJoinStyle::Round },
        ]);
        if let Some((dash, gap)) = stroke.dash {
            let dash = LineDashPattern::new(0.0, &[dash as f32, gap as f32]);
            self.operations.push(Op::SetLineDashPattern { dash });
        }
        for part in points.split(|(x, y)| !(x.is_finite() && y.is_finite())).filter(|part| part.len() > 1) {
            let line = Line { points: self.path(part), is_closed: false };
            self.operations.push(Op::DrawLine { line });
        }
        self.operations.push(Op::RestoreGraphicsState);
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, stroke: &Stroke) {
        self.polyline(&[from, to], stroke);
    }

    /// A filled polygon.
    pub fn fill_polygon(&mut self, points: &[Point], fill: Color) {
        points.iter().for_each(|point| self.extend(point.1, point.1));
        let polygon = Polygon {
            rings: vec![PolygonRing { points: self.path(points) }],
            mode: PaintMode::Fill,
            winding_order: WindingOrder::NonZero,
        };
        self.operations.push(Op::SetFillColor { col: color(fill) });
        self.operations.push(Op::DrawPolygon { polygon });
    }

    /// A filled rectangle.
    pub fn fill(&mut self, rect: &Rect, fill: Color) {
        self.extend(rect.y, rect.bottom());
        let rectangle = self.rectangle(rect, PaintMode::Fill);
        self.operations.push(Op::SetFillColor { col: color(fill) });
        self.operations.push(Op::DrawRectangle { rectangle });
    }

    /// A filled dot.
    pub fn dot(&mut self, center: Point, radius: f64, fill: Color) {
        // Sixteen corners are round at the sizes used, and simpler than arcs.
        let corner = |i: u32| {
            let angle = f64::from(i) * std::f64::consts::TAU / 16.0;
            (center.0 + radius * angle.cos(), center.1 + radius * angle.sin())
        };
        let corners: Vec<Point> = (0..16).map(corner).collect();
        self.fill_polygon(&corners, fill);
    }

    /// Draws something of which only what lies within `rect` is seen.
    pub fn clipped(&mut self, rect: &Rect, draw: impl FnOnce(&mut Self)) {
        let rectangle = self.rectangle(rect, PaintMode::Clip);
        self.extend(rect.y, rect.bottom());
        self.operations.push(Op::SaveGraphicsState);
        self.operations.push(Op::DrawRectangle { rectangle });
        let outside = std::mem::replace(&mut self.clipping, true);
        draw(self);
        self.clipping = outside;
        self.operations.push(Op::RestoreGraphicsState);
    }

    /// Text whose baseline starts, is centred or ends at the point, as its style says.
    pub fn text(&mut self, at: Point, text: &Text, style: &Style) {
        let spans = text.spans(self.fonts, style);
        if text.characters().is_empty() {
            return;
        }
        let width = text.width(self.fonts, style);
        let back = match style.anchor {
            Anchor::Left => 0.0,
            Anchor::Center => width / 2.0,
            Anchor::Right => width,
        };
        if style.vertical {
            self.extend(at.1 + back - width, at.1 + back);
        } else {
            self.extend(at.1 - ASCENT * style.size, at.1 + DESCENT * style.size);
        }
        let matrix = if style.vertical {
            [0.0, 1.0, -1.0, 0.0, round(at.0), round(self.height - at.1 - back)]
        } else {
            [1.0, 0.0, 0.0, 1.0, round(at.0 - back), round(self.height - at.1)]
        };
        self.operations.push(Op::StartTextSection);
        self.operations.push(Op::SetFillColor { col: color(style.color) });
        self.operations.push(Op::SetTextMatrix { matrix: TextMatrix::Raw(matrix) });
        let mut rise = 0.0;
        for span in spans {
            let font = PdfFontHandle::External(span.face.id());
            self.operations.push(Op::SetFont { font, size: pt(span.size) });
            if span.rise != rise {
                rise = span.rise;
                self.operations.push(Op::SetLineOffset { multiplier: round(rise) });
            }
            self.operations.push(Op::ShowText { items: vec![TextItem::Text(span.text)] });
        }
        if rise != 0.0 {
            self.operations.push(Op::SetLineOffset { multiplier: 0.0 });
        }
        self.operations.push(Op::EndTextSection);
    }

    /// Text whose capitals are centred on the height of the point.
    pub fn text_middle(&mut self, at: Point, text: &Text, style: &Style) {
        self.text((at.0, at.1 + CAP_HEIGHT / 2.0 * style.size), text, style);
    }

    /// A picture that fills the rectangle.
    pub fn image(&mut self, rect: &Rect, raster: &Raster) {
        self.extend(rect.y, rect.bottom());
        let (id, object) = raster.object();
        self.images.insert(id.clone(), object);
        let transform = XObjectTransform {
            translate_x: Some(pt(rect.x)),
            translate_y: Some(pt(self.height - rect.bottom())),
            scale_x: Some(round(rect.width)),
            scale_y: Some(round(rect.height)),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        self.operations.push(Op::UseXobject { id, transform });
    }

    fn path(&self, points: &[Point]) -> Vec<LinePoint> {
        points
            .iter()
            .map(|&(x, y)| LinePoint {
                p: printpdf::Point { x: pt(x), y: pt(self.height - y) },
                bezier: false,
            })
            .collect()
    }

    fn rectangle(&self, rect: &Rect, mode: PaintMode) -> printpdf::Rect {
        printpdf::Rect {
            x: pt(rect.x),
            y: pt(self.height - rect.bottom()),
            width: pt(rect.width),
            height: pt(rect.height),
            mode: Some(mode),
            winding_order: Some(WindingOrder::NonZero),
        }
    }
}

/// Hundredths of a point are finer than any printer, and short in the file.
fn round(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}

fn pt(value: f64) -> Pt {
    Pt(round(value))
}

fn color(color: Color) -> printpdf::Color {
    let part = |c: u8| (f64::from(c) / 255.0 * 1000.0).round() as f32 / 1000.0;
    printpdf::Color::Rgb(Rgb::new(part(color.0), part(color.1), part(color.2), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cropped_page_shows_what_was_drawn_and_no_more() {
        let fonts = Fonts::load().unwrap();
        let mut canvas = Canvas::new(&fonts, 100.0, 200.0);
        assert_eq!(Canvas::new(&fonts, 100.0, 200.0).cropped(3.0).view(), Rect::new(0.0, 0.0, 100.0, 200.0));
        canvas.fill(&Rect::new(10.0, 50.0, 20.0, 30.0), Color::INK);
        canvas.clipped(&Rect::new(0.0, 60.0, 50.0, 40.0), |canvas| {
            canvas.line((0.0, -500.0), (50.0, 900.0), &Stroke::new(Color::INK, 1.0));
        });
        canvas.line((f64::NAN, f64::NAN), (1.0, 70.0), &Stroke::new(Color::INK, 1.0));
        assert_eq!(canvas.cropped(3.0).view(), Rect::new(0.0, 47.0, 100.0, 56.0));

        let mut canvas = Canvas::new(&fonts, 100.0, 200.0);
        canvas.text((10.0, 100.0), &Text::plain("Ågypt"), &Style::new(10.0));
        let view = canvas.cropped(0.0).view();
        assert!(view.y < 92.0 && view.bottom() > 102.0 && view.height < 14.0, "{view:?}");
        let mut canvas = Canvas::new(&fonts, 100.0, 200.0);
        let style = Style::new(10.0).centered().vertical();
        let word = Text::plain("upwards");
        canvas.text((10.0, 100.0), &word, &style);
        let view = canvas.cropped(0.0).view();
        assert!((view.height - word.width(&fonts, &style)).abs() < 1e-9 && view.center_y() == 100.0);
    }
}
