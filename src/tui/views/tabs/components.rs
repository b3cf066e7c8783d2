//! Tab 4: means in gray and covariances in viridis, each with its weight, at any iteration of EM; in several bands where
//! that makes the pictures larger.
//!
//! ```text
//! ╭▸ Components ↑↓ ───── covariance│variances│row│eigenvectors│change ─╮
//! │ k 2: π₂ = 0.251, 14 images, 95 % Trouser          iteration 12 of 34 │
//! │ π₁ = 0.312    π₂ = 0.251    ...                                      │
//! │ gray images                                                          │
//! │ ── covariances Σₖ, 784 × 784, averaged ── Σ₂ −0.01 ▇▇▇ 0.12 ─        │
//! │ viridis images                              (a second view where     │
//! ╰───────────────────────────────────────────── there is room) ─────────╯
//! ```

mod axes;
mod plan;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::mixture::CovarianceFamily;
use crate::show::composition::{group_sizes, labels_by_group, majority};
use crate::show::words::{counted, weight_name};
use crate::show::{Picture, fixed, significant, subscript};
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::{Binding, DOWN, ENTER, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::{CovarianceView, Cursor};
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::image::Size;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::{colorbar, image, panel, progress, text};
use plan::{Block, Plan, blocks};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Components,
    stage: Stage::Em,
    theory: include_str!("../../theory/components.txt"),
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
        "next view: covariance, variances, row of a pixel, eigenvectors, change of the mean",
    ),
    bind(Command::Play, ON, &[plain('p')], "replay", "start or stop the replay of EM"),
    bind(Command::Open, ON, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::PixelLeft, ON, &[plain('H')], "", "select the pixel whose covariances are shown"),
    bind(Command::PixelDown, ON, &[plain('J')], "", "select the pixel whose covariances are shown"),
    bind(Command::PixelUp, ON, &[plain('K')], "", "select the pixel whose covariances are shown"),
    bind(Command::PixelRight, ON, &[plain('L')], "", "select the pixel whose covariances are shown"),
];

/// The picture under the cursor.
fn selected(app: &App) -> Option<Subject> {
    let k = app.component();
    Some(match app.cursors.covariance {
        _ if app.outcome.fit.is_none() => Subject::Mean(k),
        CovarianceView::Full => Subject::Covariance(k),
        CovarianceView::Diagonal => Subject::Variance(k),
        CovarianceView::Row => Subject::Row(k),
        CovarianceView::Axes => Subject::Axis(k, app.cursors.axis),
        CovarianceView::Change => Subject::Mean(k),
    })
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
    let plan = Plan::new(app, inside, components);
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
    let blocks = blocks(app, &plan, inside);
    // Also where there is no room for them: they can be opened.
    let shows = |view| blocks.iter().any(|(block, ..)| *block == Block::View(view));
    hits.axes = app.outcome.fit.is_some() && shows(CovarianceView::Axes);
    let chosen = shows(CovarianceView::Row).then(|| app.pixel());
    for (block, area, band) in blocks {
        let column = |area: Rect, k: usize| plan.column(area, band.start, k);
        if block != Block::View(CovarianceView::Axes) {
            band.clone().for_each(|k| hits.note(column(area, k), Target::Component(k)));
        }
        match (block, &app.outcome.fit) {
            (Block::Means, _) => {
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
            (Block::View(view), None) if view != CovarianceView::Change => {
                let rest = panel::heading(buffer, area, "covariances Σₖ", theme);
                progress::waiting(buffer, rest, &app.outcome, "The covariances of the fit", theme);
                break;
            }
            (Block::View(view), _) if area.height <= plan.rows(view) => {
                let hint = "Enter shows the covariance; a taller screen has room for it here.";
                text::put(buffer, area, 0, 0, hint, Role::Dim, theme);
                break;
            }
            (Block::View(CovarianceView::Axes), _) => {
                axes::draw(app, buffer, area, (plan.width, plan.image.rows()), hits);
            }
            (Block::View(view), fit) => {
                let dim = fit.as_ref().map_or(app.shape().len(), |fit| fit.mixture.dim());
                let title = view_title(app, view, dim);
                let row = panel::heading(buffer, area, &title, theme);
                let size = Size { columns: plan.matrix, half_rows: plan.matrix };
                for k in band.clone() {
                    let side = image::resolution(size, theme);
                    let Some(picture) = pictures::view(app, view, k, side) else { continue };
                    let place = column(row, k);
                    if block.has_pixels() {
                        draw_image(buffer, place, &picture, k, chosen, app, hits);
                    } else {
                        image::draw_to_fit(buffer, place, &picture, theme);
                    }
                    if k == selected {
                        let name = match view {
                            CovarianceView::Change => format!(" μ{}", subscript(k + 1)),
                            _ => format!(" Σ{}", subscript(k + 1)),
                        };
                        let width = text::width(&title, theme);
                        colorbar::draw_in_heading(buffer, area, width, &name, &picture, theme);
                    }
                }
            }
        }
    }
}

/// What component `k` models: "k 2: π₂ = 0.251, 14 images, 95 % Trouser".
fn summary(app: &App, k: usize, weight: f64) -> String {
    let start = format!("k {}: {} = {}", k + 1, weight_name(k), fixed(weight, 3));
    let Some(fit) = &app.outcome.fit else { return start };
    let counts = labels_by_group(&app.outcome, &fit.assignments, fit.mixture.components());
    let images = fit.assignments.iter().filter(|&&component| component == k).count();
    let label = counts.get(k).and_then(|counts| majority(app.outcome.labels(), counts));
    let label = label.map_or_else(String::new, |(label, share)| {
        format!(", {} % {}", significant(100.0 * share, 2), app.outcome.label_name(label))
    });
    format!("{start}, {}{label}", counted(images, "image", "images"))
}

fn view_title(app: &App, view: CovarianceView, dim: usize) -> String {
    let final_only = if app.cursors.iteration.is_some() { " of the fit" } else { "" };
    match view {
        CovarianceView::Diagonal => format!("variances{final_only}, the diagonals of Σₖ"),
        CovarianceView::Row => {
            let (row, column) = app.pixel();
            format!("covariances of pixel ({row}, {column}), which H J K L move: a row of Σₖ{final_only}")
        }
        CovarianceView::Change => "change of μₖ since iteration 1".into(),
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
    let taken = image::draw_to_fit(buffer, area, picture, app.theme);
    if let Some((row, column)) = chosen {
        image::mark(buffer, taken, picture, (column, row), app.theme);
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
