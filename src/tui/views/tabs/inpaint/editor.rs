//! One restoration: what is observed, with its controls below; why, and how far it can be trusted.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::plan::{Place, Plan, plan};
use super::{why, words};
use crate::data::ImageShape;
use crate::show::{Colormap, deviation_range};
use crate::study::InpaintReport;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Part};
use crate::tui::state::inpaint::{Aspect, InpaintView, Panel};
use crate::tui::state::mask_editor::{MaskEditor, MaskKind};
use crate::tui::state::observed::ObservationKind;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::slider::Slider;
use crate::tui::views::widgets::{colorbar, image, panel, text};

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
    let label = match &*words::label(app, report, image) {
        "" => String::new(),
        label => format!(", {label}"),
    };
    let title = format!("Test image {} of {}{label}", image + 1, report.restorations.len());
    let frame = panel::Panel {
        title: &title,
        remark: &words::mean(app, report),
        views: &InpaintView::NAMES[..if plan(app, panel::inner(area, app.size)).everything { 2 } else { 4 }],
        view: app.inpaint.view as usize,
        focus: true,
    };
    let area = frame.draw_with(buffer, area, theme, hits);
    let plan = plan(app, area);
    // The arrow keys move the brush.
    hits.note_keys(None, None, (Cursor::Image, 1));
    hits.everything = plan.everything;
    hits.truth = plan.panels.iter().any(|place| place.panel == Panel::Truth);
    hits.draws = plan.panels.iter().any(|place| matches!(place.panel, Panel::Draw(_)));
    for place in &plan.panels {
        draw_panel(app, report, editor, place, buffer, hits);
    }
    why::draw(app, report, image, buffer, plan.text);
    why::draw_coverage(app, buffer, plan.coverage);
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
        image::show(buffer, *rect, &small, theme, hits);
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
    let masked = app.inpaint.observed.kind().is_masked();
    let caption = match place.panel {
        Panel::Mask => observed_caption(app, report, index, place.caption.width),
        Panel::Restored => "restored".into(),
        Panel::Deviation => "std dev".into(),
        Panel::Truth => pictures::aspect_words(app),
        Panel::Draw(n) => draw_caption(app, n, place),
    };
    let end = text::put(buffer, place.caption, 0, 0, &caption, role, theme);
    if place.panel == Panel::Deviation {
        let bar = Rect {
            x: place.caption.x + end.min(place.caption.width),
            width: place.caption.width.saturating_sub(end),
            ..place.caption
        };
        colorbar::draw(
            buffer,
            bar,
            Colormap::Viridis,
            deviation_range(&report.restorations, app.data()),
            12,
            theme,
        );
    }
    let shown = match (place.panel, place.panel.part()) {
        (Panel::Draw(n), _) => pictures::completion(app, n),
        (Panel::Truth, _) => pictures::aspect(app, index),
        (_, Some(part)) => pictures::inpainted(app, index, part),
        _ => None,
    };
    if place.panel != Panel::Mask {
        hits.note(place.picture, Target::Panel(place.panel));
    }
    let Some(shown) = shown else {
        if place.picture.height > 0 {
            text::put(buffer, place.picture, 0, 1, "under way …", Role::Dim, theme);
        }
        return;
    };
    let shape = editor.shape();
    // Bars are no pixels.
    let output = report.observations.get(index).map(|observation| observation.operator().output());
    let alike = (shown.height, shown.width) == (shape.rows, shape.columns)
        && (masked || place.panel != Panel::Mask || output == Some(shape));
    let size = image::fitted(ImageShape::new(shown.height, shown.width), place.picture);
    match place.panel {
        Panel::Mask if alike => {
            hits.note_mask(place.picture, (size.columns, size.half_rows), shape);
            let marked =
                |x: usize, y: usize| if masked { editor.outlines(y, x) } else { (y, x) == editor.at };
            image::draw_marked(buffer, place.picture, &shown, size, &marked, editor.down, theme);
        }
        Panel::Truth if alike && app.inpaint.aspect != Aspect::Truth => {
            let marked = |x: usize, y: usize| (y, x) == editor.at;
            image::draw_marked(buffer, place.picture, &shown, size, &marked, false, theme);
        }
        _ => {
            image::show(buffer, place.picture, &shown, theme, hits);
        }
    }
}

/// What is observed: "mask, to paint on"; "14 × 14 means"; "78 projections".
fn observed_caption(app: &App, report: &InpaintReport, index: usize, width: u16) -> String {
    let observed = app.inpaint.observed.kind();
    let output = report.observations.get(index).map(|observation| observation.operator().output());
    match (observed, output) {
        (ObservationKind::Mask, _) if width < 17 => "mask".to_owned(),
        (ObservationKind::Mask, _) => "mask, to paint on".to_owned(),
        (ObservationKind::Noise, _) => "noisy".to_owned(),
        (ObservationKind::MaskedBlur, _) if width >= 20 => "blurred, to paint on".to_owned(),
        (ObservationKind::Blur | ObservationKind::MaskedBlur, _) => "blurred".to_owned(),
        (ObservationKind::Reduce, Some(output)) => format!("{} × {} means", output.rows, output.columns),
        (ObservationKind::Project, Some(output)) => format!("{} projections", output.len()),
        _ => "observed".to_owned(),
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

/// Names, and where they stand in `line`.
fn places<T: Copy>(
    line: Rect,
    names: impl Iterator<Item = (T, &'static str)>,
) -> impl Iterator<Item = (T, &'static str, Rect)> {
    let gap = if line.width >= 75 { 2 } else { 1 };
    names.scan(line.x.saturating_add(LIST), move |x, (kind, name)| {
        let width = name.len() as u16;
        let rect = Rect { x: *x, width, ..line }.intersection(line);
        *x = x.saturating_add(width + gap);
        Some((kind, name, rect))
    })
}

/// Columns before a list of kinds.
const LIST: u16 = 8;

/// The first slider: that of the mask, or of another observation; none where it has the noise alone.
fn slider(app: &App, editor: &MaskEditor) -> Option<Slider> {
    let observed = &app.inpaint.observed;
    if observed.kind().is_masked() {
        return Some(mask_slider(editor));
    }
    let setting = observed.setting(editor.shape())?;
    let end = |value: usize| match observed.kind() {
        ObservationKind::Blur => format!("{}", value as f64 / 10.0),
        ObservationKind::Project => format!("{value} %"),
        _ => String::new(),
    };
    Some(Slider {
        label: setting.label,
        low: end(setting.low),
        high: end(setting.high),
        value: observed.words(editor.shape()),
        position: setting.position(),
    })
}

fn noise_slider(app: &App) -> Slider {
    let observed = &app.inpaint.observed;
    let value = match observed.noise() {
        0.0 => "none".to_owned(),
        noise => format!("standard deviation {noise}"),
    };
    let position = observed.noise_setting().position();
    Slider { label: "noise", low: "0".into(), high: "1".into(), value, position }
}

fn mask_slider(editor: &MaskEditor) -> Slider {
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
    let observed = &app.inpaint.observed;
    let masked = observed.kind().is_masked();
    let low = plan.observations.height == 0;
    // On a low screen the kinds of masks have the line of the kinds of observation.
    let line = if low && !masked { plan.kinds } else { plan.observations };
    text::put(buffer, line, 0, 0, "observe", Role::Dim, theme);
    let mut end = line.x;
    for (kind, name, rect) in places(line, observed.kinds().iter().map(|&kind| (kind, kind.name()))) {
        hits.note(rect, Target::Observation(kind));
        let role = if kind == observed.kind() { Role::Selected } else { Role::Text };
        text::put(buffer, rect, 0, 0, name, role, theme);
        end = rect.right();
    }
    if masked {
        text::put(buffer, plan.kinds, 0, 0, "mask", Role::Dim, theme);
        for (kind, name, rect) in
            places(plan.kinds, MaskKind::ALL.into_iter().map(|kind| (kind, kind.name())))
        {
            hits.note(rect, Target::MaskKind(kind));
            let role = if kind == editor.kind() { Role::Selected } else { Role::Text };
            text::put(buffer, rect, 0, 0, name, role, theme);
        }
        draw_brush(editor, buffer, Rect { x: end, width: line.right().saturating_sub(end), ..line }, app);
    } else if !low {
        text::put(buffer, plan.kinds, 0, 0, &format!("y       {}", words::measured(app)), Role::Dim, theme);
    }
    let noise = noise_slider(app);
    let first = slider(app, editor);
    let place = if first.is_none() { plan.slider } else { plan.noise };
    hits.note_slider(place, noise.track(place, theme), Target::Noise);
    noise.draw(buffer, place, theme);
    if let Some(slider) = first {
        hits.note_slider(plan.slider, slider.track(plan.slider, theme), Target::Slider);
        slider.draw(buffer, plan.slider, theme);
    }
}

/// The state of the brush at the right end of `line`, shorter where there is little room.
fn draw_brush(editor: &MaskEditor, buffer: &mut Buffer, line: Rect, app: &App) {
    let theme = app.theme;
    let (row, column) = editor.at;
    let size = editor.brush();
    let at = format!(" at row {row}, column {column}");
    let doing = if editor.down { "painting" } else { "not painting" };
    let makes = if editor.paints_observed { "observed" } else { "missing" };
    let long = line.width >= 70;
    let (name, sides) = match line.width >= 36 {
        true => ("brush ", format!("{size} × {size}")),
        false => ("", format!("{size}×{size}")),
    };
    let pieces = [
        (name.to_owned(), Role::Dim),
        (sides, Role::Title),
        (if long { at } else { String::new() }, Role::Dim),
        (format!(", {doing}"), Role::Dim),
        (if long { ": makes pixels ".to_owned() } else { ", ".to_owned() }, Role::Dim),
        (makes.to_owned(), Role::Title),
    ];
    let pieces: Vec<(&str, Role)> = pieces.iter().map(|(text, role)| (text.as_str(), *role)).collect();
    let width: u16 = pieces.iter().map(|(piece, _)| text::width(piece, theme)).sum();
    if width < line.width {
        let place = Rect { x: line.right() - width, width, ..line };
        text::pieces(buffer, place, 0, &pieces, theme);
    }
}
