//! The bench: the mask to paint on, and what is restored under it, with the controls of the mask below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::super::app::{App, Painter, Shape};
use super::super::super::theme::Role;
use super::super::super::widgets::slider::{self, Slider};
use super::super::super::widgets::{colorbar, image, panel, text};
use super::plan::{Place, Plan, plan};
use super::{Hit, Panel, draw_picture, mean_quality, observed, picture};
use crate::data::label_name;
use crate::show::{Colormap, deviation_range, fixed};
use crate::study::InpaintReport;

/// The pixels of the canvas's picture that stand on one column of the screen: rows and columns of the image, and the
/// columns of the screen that they take.
fn canvas_size(place: &Place, side: usize) -> usize {
    let room = usize::from(place.picture.width).min(2 * usize::from(place.picture.height));
    if room >= side { room / side * side } else { room }
}

/// The pixel of the canvas under a cell, or the nearest one: row and column.
pub fn canvas_at(app: &App, area: Rect, x: u16, y: u16) -> Option<(usize, usize)> {
    let painter = app.bench.painter.as_ref()?;
    let plan = plan(app, area);
    let place = plan.panels.first()?;
    let (side, size) = (painter.side(), canvas_size(place, painter.side()).max(1));
    let pixel = |cells: u16, origin: u16, each: usize| {
        let half = usize::from(cells.saturating_sub(origin)) * each;
        (half.min(size - 1) * side / size).min(side.saturating_sub(1))
    };
    Some((pixel(y, place.picture.y, 2), pixel(x, place.picture.x, 1)))
}

/// The position of the slider at column `x`.
pub fn slider_at(app: &App, area: Rect, x: u16) -> Option<f64> {
    let painter = app.bench.painter.as_ref()?;
    let track = slider_of(painter).track(plan(app, area).slider, app.theme);
    (track.width > 0).then(|| slider::position(track, x))
}

/// What stands under a cell.
pub fn hit(app: &App, area: Rect, x: u16, y: u16) -> Option<Hit> {
    let plan = plan(app, area);
    let at = |rect: Rect| rect.contains((x, y).into());
    if let Some(place) = plan.panels.iter().find(|place| at(place.picture)) {
        return match place.panel {
            Panel::Canvas => canvas_at(app, area, x, y).map(Hit::Canvas),
            panel => Some(Hit::Panel(panel)),
        };
    }
    if let Some((index, _)) = plan.images.iter().find(|(_, rect)| at(*rect)) {
        return Some(Hit::Image(*index));
    }
    if at(plan.slider) {
        return slider_at(app, area, x).map(Hit::Slider);
    }
    let shapes = shape_places(plan.shapes).into_iter().find(|(_, rect)| at(*rect));
    shapes.map(|(shape, _)| Hit::Shape(shape))
}

/// Draws the bench.
pub fn draw(app: &App, report: &InpaintReport, painter: &Painter, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let image = app.image();
    let label = report.labels.get(image).copied().map_or("?", label_name);
    let title = format!("Test image {} of {}, {label}, PgUp PgDn", image + 1, report.restorations.len());
    panel::heading_with(buffer, area, &title, &mean_quality(report), theme);
    let plan = plan(app, area);
    for place in &plan.panels {
        draw_panel(app, report, painter, place, buffer);
    }
    draw_text(app, report, image, buffer, plan.text);
    if let Some((_, last)) = plan.images.last() {
        let beside = last.right().saturating_sub(area.x) + 2;
        text::put(
            buffer,
            Rect { y: last.y, height: 1, ..area },
            0,
            beside,
            "PgUp PgDn: another image",
            Role::Dim,
            theme,
        );
    }
    for (index, rect) in &plan.images {
        let Some(small) = picture(app, *index, super::Part::Restored) else { continue };
        image::draw_to_fit(buffer, *rect, &small, theme);
        if *index == image {
            let above = Rect { y: rect.y.saturating_sub(1), height: 1, ..*rect };
            text::put(buffer, above, 0, 0, &"▁".repeat(usize::from(rect.width)), Role::Accent, theme);
        }
    }
    draw_controls(app, painter, &plan, buffer);
}

fn draw_panel(app: &App, report: &InpaintReport, painter: &Painter, place: &Place, buffer: &mut Buffer) {
    let theme = app.theme;
    let index = app.image();
    let role = if place.panel == app.bench.panel { Role::Accent } else { Role::Dim };
    let caption = match place.panel {
        Panel::Canvas if place.caption.width < 17 => "mask".to_owned(),
        Panel::Canvas => "mask, to paint on".to_owned(),
        Panel::Restored => "restored".into(),
        Panel::Deviation => "std dev".into(),
        Panel::Truth => "truth".into(),
        Panel::Draw(n) => draw_caption(app, n, place),
    };
    let end = text::put(buffer, place.caption, 0, 0, &caption, role, theme);
    if place.panel == Panel::Deviation {
        let bar = Rect {
            x: place.caption.x + end.min(place.caption.width),
            width: place.caption.width.saturating_sub(end),
            ..place.caption
        };
        colorbar::draw(buffer, bar, Colormap::Viridis, deviation_range(&report.restorations), 12, theme);
    }
    let shown = match (place.panel, place.panel.part()) {
        (Panel::Draw(n), _) => draw_picture(app, n),
        (_, Some(part)) => picture(app, index, part),
        _ => None,
    };
    let Some(shown) = shown else {
        if place.picture.height > 0 {
            text::put(buffer, place.picture, 0, 1, "drawing …", Role::Dim, theme);
        }
        return;
    };
    if place.panel == Panel::Canvas {
        let size = canvas_size(place, painter.side());
        let marked = |x: usize, y: usize| painter.outlines(y, x);
        image::draw_marked(buffer, place.picture, &shown, size, &marked, painter.down, theme);
    } else {
        image::draw_to_fit(buffer, place.picture, &shown, theme);
    }
}

/// "draw 2 (π₁)"; over four small pictures "mean and 3 draws".
fn draw_caption(app: &App, index: usize, place: &Place) -> String {
    if place.picture.width < place.caption.width {
        return "mean and 3 draws".into();
    }
    let component = app.completions().and_then(|(draws, _)| draws.components.get(index).copied());
    match component {
        Some(k) => format!("draw {} ({})", index + 1, super::super::weight_name(k)),
        None => format!("draw {}", index + 1),
    }
}

/// The image's quality, what was observed of it, and the posterior weights.
fn draw_text(app: &App, report: &InpaintReport, index: usize, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let Some(restoration) = report.restorations.get(index) else { return };
    let area = Rect { width: area.width.min(30), ..area };
    let lines = [
        ("PSNR     ", format!("{} dB", fixed(restoration.psnr, 2))),
        ("SSIM     ", fixed(restoration.ssim, 3)),
        ("observed ", observed(app, index)),
    ];
    for (row, (name, value)) in lines.iter().enumerate() {
        let line = panel::below(area, row as u16);
        text::pieces(buffer, line, 0, &[(name, Role::Dim), (value, Role::Text)], theme);
    }
    let area = panel::below(area, if area.height >= 11 { 4 } else { 3 });
    text::put(buffer, area, 0, 0, "posterior weights", Role::Dim, theme);
    let mut order: Vec<usize> = (0..restoration.weights.len()).collect();
    // Few enough stay in one order, so that the bars can be watched; of many, the largest.
    if order.len() + 1 > usize::from(area.height) {
        order.sort_by(|&a, &b| restoration.weights[b].total_cmp(&restoration.weights[a]));
    }
    for (row, k) in order.into_iter().take(usize::from(area.height.saturating_sub(1))).enumerate() {
        let line = panel::below(area, row as u16 + 1);
        super::super::weight_line(buffer, line, k, restoration.weights[k], 1.0, theme);
    }
}

/// The names of the masks and where they stand in `line`.
fn shape_places(line: Rect) -> [(Shape, Rect); 9] {
    let gap = if line.width >= 70 { 2 } else { 1 };
    let mut x = line.x.saturating_add(LIST);
    Shape::ALL.map(|shape| {
        let width = shape.name().len() as u16;
        let rect = Rect { x, width, ..line }.intersection(line);
        x = x.saturating_add(width + gap);
        (shape, rect)
    })
}

/// Columns before the list of masks.
const LIST: u16 = 5;

fn slider_of(painter: &Painter) -> Slider {
    let measure = painter.measure();
    let square = |n: usize| format!("{n} × {n} pixels");
    let (unit, value) = match painter.shape() {
        Shape::Random => {
            let pixels = painter.mask().observed().len();
            (" %", format!("{} %, {pixels} pixels", measure.value))
        }
        Shape::Block | Shape::Painted => ("", square(measure.value)),
        Shape::Left | Shape::Right => ("", format!("{} columns", measure.value)),
        Shape::Top | Shape::Bottom => ("", format!("{} rows", measure.value)),
        Shape::Rows => ("", format!("every {}. row", measure.value)),
        Shape::Columns => ("", format!("every {}. column", measure.value)),
    };
    Slider {
        label: measure.label,
        low: format!("{}{unit}", measure.low),
        high: format!("{}{unit}", measure.high),
        value,
        position: measure.position(),
    }
}

fn draw_controls(app: &App, painter: &Painter, plan: &Plan, buffer: &mut Buffer) {
    let theme = app.theme;
    text::put(buffer, plan.shapes, 0, 0, "mask", Role::Dim, theme);
    for (shape, rect) in shape_places(plan.shapes) {
        let role = if shape == painter.shape() { Role::Selected } else { Role::Text };
        text::put(buffer, rect, 0, 0, shape.name(), role, theme);
    }
    slider_of(painter).draw(buffer, plan.slider, theme);
    let (row, column) = painter.at;
    let size = painter.brush();
    let pieces = [
        ("brush     ".to_owned(), Role::Dim),
        (format!("{size} × {size}"), Role::Title),
        (format!(" at row {row}, column {column}, "), Role::Dim),
        (if painter.down { "down" } else { "up" }.to_owned(), Role::Title),
        (": makes pixels ".to_owned(), Role::Dim),
        (if painter.ink { "observed" } else { "missing" }.to_owned(), Role::Title),
    ];
    let pieces: Vec<(&str, Role)> = pieces.iter().map(|(text, role)| (text.as_str(), *role)).collect();
    text::pieces(buffer, plan.brush, 0, &pieces, theme);
}
