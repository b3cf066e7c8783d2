//! The mask being edited, and what is restored under it, with the controls of the mask below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::plan::{Place, Plan, plan};
use super::words;
use crate::show::{Colormap, deviation_range};
use crate::study::InpaintReport;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Part};
use crate::tui::state::inpaint::{InpaintView, Panel};
use crate::tui::state::mask_editor::{MaskEditor, MaskKind};
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::slider::Slider;
use crate::tui::views::widgets::{colorbar, image, panel, text, weights};

/// Draws the mask, its restoration and its controls.
pub fn draw(
    app: &App,
    report: &InpaintReport,
    editor: &MaskEditor,
    buffer: &mut Buffer,
    area: Rect,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let image = app.image();
    let label = report
        .labels
        .get(image)
        .map_or_else(String::new, |&label| format!(", {}", app.outcome.label_name(label)));
    let title = format!("Test image {} of {}{label}", image + 1, report.restorations.len());
    let frame = panel::Panel {
        title: &title,
        remark: &words::mean(report),
        views: &InpaintView::NAMES[..if plan(app, panel::inner(area, app.size)).everything { 2 } else { 4 }],
        view: app.inpaint.view as usize,
        focus: true,
    };
    let area = frame.draw_with(buffer, area, theme, hits);
    let plan = plan(app, area);
    // The arrow keys move the brush.
    hits.note_keys(None, None, (Cursor::Image, 1));
    hits.everything = plan.everything;
    hits.draws = plan.panels.iter().any(|place| matches!(place.panel, Panel::Draw(_)));
    for place in &plan.panels {
        draw_panel(app, report, editor, place, buffer, hits);
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
        hits.note(*rect, Target::Image(*index, None));
        let Some(small) = pictures::inpainted(app, *index, Part::Restored) else { continue };
        image::draw_to_fit(buffer, *rect, &small, theme);
        if *index == image {
            let beside = Rect { x: rect.right(), width: 1, ..*rect };
            (0..rect.height).for_each(|row| {
                text::put(buffer, beside, row, 0, "▌", Role::Accent, theme);
            });
        }
    }
    draw_controls(app, editor, &plan, buffer, hits);
}

fn draw_panel(
    app: &App,
    report: &InpaintReport,
    editor: &MaskEditor,
    place: &Place,
    buffer: &mut Buffer,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let index = app.image();
    let role = if place.panel == app.inpaint.panel { Role::Accent } else { Role::Dim };
    let caption = match place.panel {
        Panel::Mask if place.caption.width < 17 => "mask".to_owned(),
        Panel::Mask => "mask, to paint on".to_owned(),
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
        (Panel::Draw(n), _) => pictures::completion(app, n),
        (_, Some(part)) => pictures::inpainted(app, index, part),
        _ => None,
    };
    if place.panel != Panel::Mask {
        hits.note(place.picture, Target::Panel(place.panel));
    }
    let Some(shown) = shown else {
        if place.picture.height > 0 {
            text::put(buffer, place.picture, 0, 1, "drawing …", Role::Dim, theme);
        }
        return;
    };
    if place.panel == Panel::Mask {
        let size = image::fitted(editor.shape(), place.picture);
        hits.note_mask(place.picture, (size.columns, size.half_rows), editor.shape());
        let marked = |x: usize, y: usize| editor.outlines(y, x);
        image::draw_marked(buffer, place.picture, &shown, size, &marked, editor.down, theme);
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
        Some(k) => format!("draw {} (k {})", index + 1, k + 1),
        None => format!("draw {}", index + 1),
    }
}

/// The image's quality, what was observed of it, and the posterior weights.
fn draw_text(app: &App, report: &InpaintReport, index: usize, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let Some(restoration) = report.restorations.get(index) else { return };
    let area = Rect { width: area.width.min(30), ..area };
    let mut lines = words::quality(restoration);
    lines.push(("observed", words::observed(app, index)));
    for (row, (name, value)) in lines.iter().enumerate() {
        text::put(buffer, area, row as u16, 0, name, Role::Dim, theme);
        text::put(buffer, area, row as u16, 9, value, Role::Text, theme);
    }
    let area = panel::below(area, lines.len() as u16 + u16::from(area.height >= 11));
    text::put(buffer, area, 0, 0, "posterior probabilities", Role::Dim, theme);
    let mut order: Vec<usize> = (0..restoration.weights.len()).collect();
    // Few enough stay in one order, so that the bars can be watched; of many, the largest.
    if order.len() + 1 > usize::from(area.height) {
        order.sort_by(|&a, &b| restoration.weights[b].total_cmp(&restoration.weights[a]));
    }
    for (row, k) in order.into_iter().take(usize::from(area.height.saturating_sub(1))).enumerate() {
        let line = panel::below(area, row as u16 + 1);
        weights::draw(buffer, line, k, restoration.weights[k], theme);
    }
}

/// The names of the kinds of masks, and where they stand in `line`.
fn kind_places(line: Rect) -> impl Iterator<Item = (MaskKind, Rect)> {
    let gap = if line.width >= 70 { 2 } else { 1 };
    MaskKind::ALL.into_iter().scan(line.x.saturating_add(LIST), move |x, kind| {
        let width = kind.name().len() as u16;
        let rect = Rect { x: *x, width, ..line }.intersection(line);
        *x = x.saturating_add(width + gap);
        Some((kind, rect))
    })
}

/// Columns before the list of kinds.
const LIST: u16 = 5;

fn slider(editor: &MaskEditor) -> Slider {
    let setting = editor.setting();
    let square = |n: usize| format!("{n} × {n} pixels");
    let (unit, value) = match editor.kind() {
        MaskKind::Random => {
            let pixels = editor.mask().observed().len();
            (" %", format!("{} %, {pixels} pixels", setting.value))
        }
        MaskKind::Block | MaskKind::Painted => ("", square(setting.value)),
        MaskKind::Left | MaskKind::Right => ("", format!("{} columns", setting.value)),
        MaskKind::Top | MaskKind::Bottom => ("", format!("{} rows", setting.value)),
        MaskKind::Rows => ("", format!("1 row in {}", setting.value)),
        MaskKind::Columns => ("", format!("1 column in {}", setting.value)),
    };
    Slider {
        label: setting.label,
        low: format!("{}{unit}", setting.low),
        high: format!("{}{unit}", setting.high),
        value,
        position: setting.position(),
    }
}

fn draw_controls(app: &App, editor: &MaskEditor, plan: &Plan, buffer: &mut Buffer, hits: &mut Hits) {
    let theme = app.theme;
    text::put(buffer, plan.kinds, 0, 0, "mask", Role::Dim, theme);
    for (kind, rect) in kind_places(plan.kinds) {
        hits.note(rect, Target::MaskKind(kind));
        let role = if kind == editor.kind() { Role::Selected } else { Role::Text };
        text::put(buffer, rect, 0, 0, kind.name(), role, theme);
    }
    let slider = slider(editor);
    hits.note_slider(plan.slider, slider.track(plan.slider, theme));
    slider.draw(buffer, plan.slider, theme);
    let (row, column) = editor.at;
    let size = editor.brush();
    let pieces = [
        ("brush     ".to_owned(), Role::Dim),
        (format!("{size} × {size}"), Role::Title),
        (format!(" at row {row}, column {column}, "), Role::Dim),
        (if editor.down { "painting" } else { "not painting" }.to_owned(), Role::Title),
        (": makes pixels ".to_owned(), Role::Dim),
        (if editor.paints_observed { "observed" } else { "missing" }.to_owned(), Role::Title),
    ];
    let pieces: Vec<(&str, Role)> = pieces.iter().map(|(text, role)| (text.as_str(), *role)).collect();
    text::pieces(buffer, plan.brush, 0, &pieces, theme);
}
