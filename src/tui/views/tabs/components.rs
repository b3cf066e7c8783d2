//! Tab 4: means in gray and covariances in viridis, each with its weight, at any iteration of EM; in several bands where
//! that makes the pictures larger.
//!
//! ```text
//! ╭▸ Components ↑↓ ─────── covariance│variances│row│eigenvectors│nearest│… ─╮
//! │ k 2: π₂ = 0.251, 14 images, 95 % Trouser         iteration 12 of 34 │
//! │ π₁ = 0.312    π₂ = 0.251    ...                                     │
//! │ gray images                                                         │
//! │ ── covariances Σₖ, 784 × 784, averaged ──── −0.01 ▇▇▇ 0.12 ─        │
//! │ viridis images                  (further views, and the numbers of  │
//! ╰────────────────────────── a component, where there is room) ────────╯
//! ```

mod detail;
mod plan;
mod strip;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::mixture::CovarianceFamily;
use crate::show::composition::{group_sizes, labels_by_group, majority};
use crate::show::words::{counted, weight_name};
use crate::show::{Picture, fixed, significant};
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::{Binding, DOWN, ENTER, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::{CovarianceView, Cursor};
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;
use crate::tui::theme::{Pictures, Role};
use crate::tui::views::pictures;
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::image::Size;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::{colorbar, image, panel, progress, text};
use plan::{Block, Plan};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Components,
    stage: Stage::Em,
    theory: |_| include_str!("../../theory/components.txt"),
    keys: KEYS,
    draw,
    selected,
    numbers: |_| None,
    table,
};

const ON: KeyContext = KeyContext::On(Tab::Components);

const KEYS: &[Binding] = &[
    bind(Command::Left, ON, LEFT, "iteration", "select an iteration of EM"),
    bind(Command::Right, ON, RIGHT, "iteration", "select an iteration of EM"),
    bind(Command::Up, ON, UP, "component", "select a component"),
    bind(Command::Down, ON, DOWN, "component", "select a component"),
    bind(
        Command::CycleView,
        ON,
        &[plain('v')],
        "view",
        "next view: covariance, variances, row of a pixel, eigenvectors, nearest images, change of the mean",
    ),
    bind(Command::PickComponent, ON, &[plain('#')], "", "choose a component by its number, or from a list"),
    bind(
        Command::ToggleScale,
        ON,
        &[plain('z')],
        "",
        "one scale for all pictures of a view, or one for each",
    ),
    bind(Command::Play, ON, &[plain('p')], "replay", "start or stop the replay of EM"),
    bind(Command::Open, ON, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::PixelLeft, ON, &[plain('H')], "", "select the pixel whose covariances are shown"),
    bind(Command::PixelDown, ON, &[plain('J')], "", "select the pixel whose covariances are shown"),
    bind(Command::PixelUp, ON, &[plain('K')], "", "select the pixel whose covariances are shown"),
    bind(Command::PixelRight, ON, &[plain('L')], "", "select the pixel whose covariances are shown"),
];

/// The side of a whole covariance in pixels: finer than its cells, and 20 of them are 100 KB.
const FINE: usize = 56;

/// The picture under the cursor.
fn selected(app: &App) -> Option<Subject> {
    let k = app.component();
    Some(match app.cursors.covariance {
        CovarianceView::Diagonal if app.iteration().is_some() => Subject::Variance(k),
        CovarianceView::Change if app.iteration().is_some() => Subject::Change(k),
        CovarianceView::LastChange if app.iteration().is_some() => Subject::LastChange(k),
        CovarianceView::Full if pictures::average(app, k).is_some() => Subject::Covariance(k),
        _ if app.outcome.fit.is_none() => Subject::Mean(k),
        CovarianceView::Full => Subject::Covariance(k),
        CovarianceView::Row => Subject::Row(k),
        CovarianceView::Axes => Subject::Axis(k, app.cursors.axis),
        CovarianceView::Nearest => Subject::Near(k, app.cursors.axis),
        _ => Subject::Mean(k),
    })
}

/// The parts of the tab inside its border: the pictures, and what is known of the selected component: on a wide screen beside them, where all
/// components are in view beside it; else below them, where they leave room. Before there is a fit next to nothing is known.
fn parts(app: &App, inside: Rect, components: usize) -> (Plan, Rect, Option<Rect>) {
    let plan = |area: Rect| Plan::new(app, area, components);
    let has_detail = panel::bordered(app.size) && app.outcome.fit.is_some();
    if has_detail && inside.width >= 2 * detail::WIDTH + 40 {
        let pictures = Rect { width: inside.width - detail::WIDTH - 1, ..inside };
        let narrow = plan(pictures);
        if narrow.visible.len() == components {
            // What the pictures leave goes to the detail, unless they are laid out anew in less room.
            let taken = Rect { width: narrow.taken.min(pictures.width), ..pictures };
            let again = plan(taken);
            let (plan, pictures) = match again.is_like(&narrow) {
                true => (again, taken),
                false => (narrow, pictures),
            };
            let x = pictures.right() + 1;
            return (plan, pictures, Some(Rect { x, width: inside.right() - x, ..inside }));
        }
    }
    let plan = plan(inside);
    // What the pictures leave below them goes to the detail, too.
    let below = panel::below(inside, plan.height());
    let has_room = has_detail && below.height >= detail::LEAST && below.width >= detail::WIDE;
    (plan, inside, has_room.then_some(below))
}

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let Some(shown) = pictures::shown(app) else {
        return progress::waiting(buffer, area, &app.outcome, "Means and covariances", theme);
    };
    hits.note_keys(Some((Cursor::Iteration, 1)), Some((Cursor::Component, 1)), (Cursor::Iteration, 10));
    let components = shown.means.ncols();
    let selected = app.component().min(components.saturating_sub(1));
    let summary = summary(app, selected, shown.weights[selected]);
    // On a wide screen the border has room for what is said of the selected component.
    let wide = panel::bordered(app.size) && area.width >= 160;
    let (line, inside) = panel::split_top(panel::inner(area, app.size), u16::from(!wide));
    let (plan, inside, detail) = parts(app, inside, components);
    let mut title = match plan.visible.len() < components {
        true => format!("Components {} to {} of {components} ↑↓", plan.visible.start + 1, plan.visible.end),
        false => "Components ↑↓".to_owned(),
    };
    let (views, view) = (&CovarianceView::NAMES, app.cursors.covariance as usize);
    let remark = if wide { shown.what.as_str() } else { "" };
    if wide {
        title += &format!(" · {summary}");
    } else {
        text::put(buffer, line, 0, 0, &summary, Role::Text, theme);
        if text::width(&summary, theme) + text::width(&shown.what, theme) + 2 < line.width {
            text::right(buffer, line, 0, &shown.what, Role::Dim, theme);
        }
    }
    Panel { title: &title, remark, views, view, focus: true }.draw_with(buffer, area, theme, hits);
    if let Some(detail) = detail {
        detail::draw(app, buffer, detail, selected, hits);
    }
    let blocks = plan.blocks(inside);
    // Also where there is no room for them: they can be opened.
    let shows = |view| blocks.iter().any(|(block, ..)| *block == Block::View(view));
    hits.axes = app.outcome.fit.is_some() && shows(CovarianceView::Axes);
    let chosen = shows(CovarianceView::Row).then(|| app.pixel());
    for (block, area, band) in blocks {
        let column = |area: Rect, k: usize| plan.column(area, band.start, k);
        if !matches!(block, Block::View(view) if view.is_of_one()) {
            band.clone().for_each(|k| hits.note(column(area, k), Target::Component(k)));
        }
        match block {
            Block::Means => {
                for k in band.clone() {
                    let place = column(area, k);
                    let role = if k == selected { Role::Selected } else { Role::Text };
                    let caption = format!("{} = {}", weight_name(k), fixed(shown.weights[k], 3));
                    text::put(buffer, place, 0, 0, &caption, role, theme);
                    if let Some(picture) = pictures::mean(app, k) {
                        draw_image(buffer, panel::below(place, 1), &picture, k, chosen, app, hits);
                    }
                }
            }
            Block::View(view) if app.outcome.fit.is_none() && !is_of_iterations(app, view) => {
                let rest = panel::heading(buffer, area, "covariances Σₖ", theme);
                progress::waiting(buffer, rest, &app.outcome, "The covariances of the fit", theme);
                break;
            }
            Block::View(view) if area.height <= plan.rows(view) => {
                let hint = "Enter shows the covariance; a taller screen has room for it here.";
                text::put(buffer, area, 0, 0, hint, Role::Dim, theme);
                break;
            }
            Block::View(view) if view.is_of_one() => {
                strip::draw(app, view, buffer, area, (plan.width, plan.image.rows()), hits);
            }
            Block::View(view) => {
                let side = match theme.pictures_in_force() {
                    Pictures::Blocks => {
                        image::resolution(Size { columns: plan.matrix, half_rows: plan.matrix }, theme)
                    }
                    _ => (FINE, FINE),
                };
                let all = pictures::views(app, view, components, side);
                let title = view_title(app, view);
                let titles = [&*title, CovarianceView::NAMES[view as usize]];
                let (mut row, title) = panel::heading_of(buffer, area, &titles, theme);
                if app.cursors.own_scales {
                    for (k, picture) in band.clone().filter_map(|k| Some((k, all.get(k)?.as_ref()?))) {
                        let room = plan.width as u16;
                        colorbar::draw(buffer, column(row, k), picture.colormap, picture.range, room, theme);
                    }
                    row = panel::below(row, 1);
                } else if let Some(picture) = all.iter().flatten().next() {
                    colorbar::draw_in_heading(buffer, area, text::width(title, theme), "", picture, theme);
                }
                for (k, picture) in band.clone().filter_map(|k| Some((k, all.get(k)?.as_ref()?))) {
                    if block.has_pixels() {
                        draw_image(buffer, column(row, k), picture, k, chosen, app, hits);
                    } else {
                        image::show(buffer, column(row, k), picture, theme, hits);
                    }
                }
            }
        }
    }
}

/// What component `k` models: "k 2: π₂ = 0.251, 14 images, 95 % Trouser"; at an iteration before the fit "k 2: π₂ = 0.251; in the
/// fit 14 images, 95 % Trouser".
fn summary(app: &App, k: usize, weight: f64) -> String {
    let start = format!("k {}: {} = {}", k + 1, weight_name(k), fixed(weight, 3));
    let Some(fit) = &app.outcome.fit else { return start };
    let counts = labels_by_group(&app.outcome, &fit.assignments, fit.mixture.components());
    let images = fit.assignments.iter().filter(|&&component| component == k).count();
    let label = counts.get(k).and_then(|counts| majority(app.outcome.labels(), counts));
    let label = label.map_or_else(String::new, |(label, share)| {
        format!(", {} % {}", significant(100.0 * share, 2), app.outcome.label_name(label))
    });
    let of_fit = if app.cursors.iteration.is_none() { "," } else { "; in the fit" };
    format!("{start}{of_fit} {}{label}", counted(images, "image", "images"))
}

/// Whether `view` shows what EM says of each iteration, so that it needs no fit.
fn is_of_iterations(app: &App, view: CovarianceView) -> bool {
    match view {
        CovarianceView::Full => pictures::average(app, 0).is_some(),
        view => {
            matches!(view, CovarianceView::Diagonal | CovarianceView::Change | CovarianceView::LastChange)
        }
    }
}

fn view_title(app: &App, view: CovarianceView) -> String {
    let is_earlier = app.cursors.iteration.is_some() && !is_of_iterations(app, view);
    let final_only = if is_earlier { " of the fit" } else { "" };
    let dim = app.shape().len();
    match view {
        CovarianceView::Diagonal => "variances, the diagonals of Σₖ".into(),
        CovarianceView::Row => {
            let (row, column) = app.pixel();
            format!("covariances{final_only} of pixel ({row}, {column}): H J K L")
        }
        CovarianceView::Change => "change of μₖ since the start".into(),
        CovarianceView::LastChange => "change of μₖ in the last iteration".into(),
        _ if app.outcome.settings.covariance == CovarianceFamily::Tied => {
            format!("the covariance Σ of all components{final_only}, {dim} × {dim}, averaged")
        }
        _ => format!("covariances Σₖ{final_only}, {dim} × {dim}, averaged"),
    }
}

/// Draws a picture of component `k` that has the pixels of an image; where one of them is `chosen`, it is marked, and
/// each can be clicked.
fn draw_image(
    buffer: &mut Buffer,
    area: Rect,
    picture: &Picture,
    k: usize,
    chosen: Option<(usize, usize)>,
    app: &App,
    hits: &mut Hits,
) {
    let taken = image::show(buffer, area, picture, app.theme, hits);
    if let Some((row, column)) = chosen {
        image::mark_shown(buffer, taken, picture, (column, row), app.theme, hits);
        let shape = app.shape();
        let size = image::fitted(shape, area);
        hits.note_pixels(taken, (size.columns, size.half_rows), shape, k);
    }
}

/// The table of the tab: the components of the fit.
fn table(app: &App) -> Option<Copied> {
    let fit = app.outcome.fit.as_ref()?;
    let mut table = Table::of(&["component", "weight", "images", "mean_pixel", "mean_variance"]);
    let sizes = group_sizes(&fit.assignments, fit.mixture.components());
    for (k, (weight, images)) in fit.mixture.weights().iter().zip(sizes).enumerate() {
        let mean = fit.mixture.means().column(k).mean();
        let variance = fit.mixture.covariances().get(k).map(|covariance| covariance.diagonal().mean());
        table.row([
            (k + 1).to_string(),
            number(Some(*weight)),
            images.to_string(),
            number(Some(mean)),
            number(variance),
        ]);
    }
    Some(table.copied(format!("{} components", fit.mixture.components())))
}
