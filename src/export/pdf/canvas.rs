//! One page to draw on: lines, areas, text and pictures, in points from the upper left corner.

use std::collections::BTreeMap;

use printpdf::{
    ExternalXObject, Line, LineDashPattern, LineJoinStyle, LinePoint, Op, PaintMode, PdfFontHandle, Polygon,
    PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder, XObjectId, XObjectTransform,
};

use super::geometry::Point;
use super::text::CAP_HEIGHT;
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
}

impl<'a> Canvas<'a> {
    /// An empty page of the given size in points.
    pub fn new(fonts: &'a Fonts, width: f64, height: f64) -> Self {
        Self { fonts, width, height, operations: Vec::new(), images: BTreeMap::new() }
    }

    /// The fonts, for measuring.
    pub fn fonts(&self) -> &'a Fonts {
        self.fonts
    }

    /// Width and height in points.
    pub fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// What was drawn: operations and the images that they use, by name.
    pub fn into_parts(self) -> (Vec<Op>, BTreeMap<XObjectId, ExternalXObject>) {
        (self.operations, self.images)
    }

    /// Connected lines through the points. Points that are not finite interrupt the line.
    pub fn polyline(&mut self, points: &[Point], stroke: &Stroke) {
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
        self.operations.push(Op::SaveGraphicsState);
        self.operations.push(Op::DrawRectangle { rectangle });
        draw(self);
        self.operations.push(Op::RestoreGraphicsState);
    }

    /// Text whose baseline starts, is centred or ends at the point, as its style says.
    pub fn text(&mut self, at: Point, text: &Text, style: &Style) {
        let spans = text.spans(self.fonts, style);
        if text.characters().is_empty() {
            return;
        }
        let back = match style.anchor {
            Anchor::Left => 0.0,
            Anchor::Center => text.width(self.fonts, style) / 2.0,
            Anchor::Right => text.width(self.fonts, style),
        };
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
