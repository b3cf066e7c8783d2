//! Tab 4: means in gray and covariances in viridis, each with its weight, at any iteration of EM.
//!
//! ```text
//! ── means μₖ ───────────────────────── iteration 12 of 34 ─
//! π₁ = 0.312    π₂ = 0.251    ...
//! gray images
//! ── covariances Σₖ, 784 × 784, averaged ── −0.01 ▇▇▇ 0.12 ─
//! viridis images
//! ── variances, the diagonal of Σₖ ──────── 0.00 ▇▇▇▇ 0.21 ─     (where there is room, else by v)
//! ── row of pixel (14, 9) ───────────────  −0.05 ▇▇▇▇ 0.05 ─     (by v)
//! ── eigenvectors of Σ₂ ─────────────────  −0.12 ▇▇▇▇ 0.12 ─     (by v)
//! ```

mod axes;
mod plan;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::show::composition::group_sizes;
use crate::show::words::weight_name;
use crate::show::{Picture, column, fixed, subscript};
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
    bind(Command::Play, ON, &[plain('p')], "replay", "start or stop the replay of EM"),
    bind(
        Command::CycleView,
        ON,
        &[plain('v')],
        "view",
        "next view: covariance, variances, row of a pixel, eigenvectors",
    ),
    bind(Command::PixelLeft, ON, &[plain('H')], "pixel", "select the pixel whose covariances are shown"),
    bind(Command::PixelDown, ON, &[plain('J')], "pixel", "select the pixel whose covariances are shown"),
    bind(Command::PixelUp, ON, &[plain('K')], "pixel", "select the pixel whose covariances are shown"),
    bind(Command::PixelRight, ON, &[plain('L')], "pixel", "select the pixel whose covariances are shown"),
    bind(Command::Open, ON, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::Left, ON, LEFT, "", "select an iteration of EM"),
    bind(Command::Right, ON, RIGHT, "", "select an iteration of EM"),
    bind(Command::Up, ON, UP, "", "select a component"),
    bind(Command::Down, ON, DOWN, "", "select a component"),
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
    let plan = Plan::new(app, area, components);
    let visible = plan.visible.clone();
    let title = if visible.len() < components {
        format!("means μₖ, components {} to {} of {components}, ↑ ↓", visible.start + 1, visible.end)
    } else {
        "means μₖ, ↑ ↓".to_owned()
    };
    panel::heading_with(buffer, area, &title, &shown.what, theme);
    let selected = app.cursors.component.min(components.saturating_sub(1));
    let blocks = blocks(app, &plan, area);
    // Also where there is no room for them: they can be opened.
    hits.axes = app.outcome.fit.is_some()
        && blocks.iter().any(|(block, _)| *block == Block::View(CovarianceView::Axes));
    let shows_row = blocks.iter().any(|(block, _)| *block == Block::View(CovarianceView::Row));
    let chosen = shows_row.then(|| app.pixel());
    for &(block, area) in &blocks {
        if block != Block::View(CovarianceView::Axes) {
            visible.clone().for_each(|k| hits.note(plan.column(area, k), Target::Component(k)));
        }
        match (block, &app.outcome.fit) {
            (Block::Means, _) => {
                for k in visible.clone() {
                    let place = plan.column(area, k);
                    let role = if k == selected { Role::Selected } else { Role::Text };
                    let caption = format!("{} = {}", weight_name(k), fixed(shown.weights[k], 3));
                    text::put(buffer, place, 0, 0, &caption, role, theme);
                    if let Some(picture) = column(shown.means, k, app.shape()) {
                        draw_image(buffer, panel::below(place, 1), &picture, k, chosen, app, hits);
                    }
                }
            }
            (Block::View(_), None) => {
                let rest = panel::heading(buffer, area, "covariances Σₖ", theme);
                progress::waiting(buffer, rest, &app.outcome, "The covariances of the fit", theme);
                break;
            }
            (Block::View(view), Some(_)) if area.height <= plan.rows(view) => {
                let hint = "Enter shows the covariance; a taller screen has room for it here.";
                text::put(buffer, area, 0, 0, hint, Role::Dim, theme);
                break;
            }
            (Block::View(CovarianceView::Axes), Some(_)) => {
                axes::draw(app, buffer, area, (plan.width, plan.image.rows()), hits);
            }
            (Block::View(view), Some(fit)) => {
                let title = view_title(app, view, fit.mixture.dim());
                let row = panel::heading(buffer, area, &title, theme);
                let size = Size { columns: plan.matrix, half_rows: plan.matrix };
                for k in visible.clone() {
                    let side = image::resolution(size, theme);
                    let Some(picture) = pictures::view(app, view, k, side) else { continue };
                    let place = plan.column(row, k);
                    if block.has_pixels() {
                        draw_image(buffer, place, &picture, k, chosen, app, hits);
                    } else {
                        image::draw_to_fit(buffer, place, &picture, theme);
                    }
                    if k == selected {
                        let name = format!(" Σ{}", subscript(k + 1));
                        colorbar::draw_in_heading(
                            buffer,
                            area,
                            text::width(&title, theme),
                            &name,
                            &picture,
                            theme,
                        );
                    }
                }
            }
        }
    }
}

fn view_title(app: &App, view: CovarianceView, dim: usize) -> String {
    let final_only = if app.cursors.iteration.is_some() { " of the fit" } else { "" };
    match view {
        CovarianceView::Diagonal => format!("variances{final_only}, the diagonals of Σₖ"),
        CovarianceView::Row => {
            let (row, column) = app.pixel();
            format!("covariances of pixel ({row}, {column}), marked: a row of Σₖ{final_only}")
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
