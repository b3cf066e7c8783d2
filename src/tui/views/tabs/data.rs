//! Tab 2: the training images as a montage, the number of each label, and their source; the held-out test images that the mixture
//! explains best and worst (`explained`), on a wide screen beside them.

mod explained;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::show::{composition::label_counts, words::grouped};
use crate::study::{DataReport, Stage};
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::{Binding, DOWN, ENTER, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, DataView};
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::table::{Copied, Table};
use crate::tui::views::widgets::image::Size;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::tiles::Tiles;
use crate::tui::views::widgets::{bars, image, panel, progress, text};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Data,
    stage: Stage::Data,
    theory: |_| include_str!("../../theory/data.txt"),
    keys: KEYS,
    draw,
    selected: |app| {
        Some(match app.data_view() {
            DataView::Explained => Subject::Explained(app.cursors.explained),
            _ => Subject::Train(app.cursors.train),
        })
    },
    numbers: |_| None,
    table: labels,
};

const ON: KeyContext = KeyContext::On(Tab::Data);

const KEYS: &[Binding] = &[
    bind(
        Command::CycleView,
        ON,
        &[plain('v')],
        "view",
        "next view: full-size images, smaller ones, held-out images explained best and worst",
    ),
    bind(Command::Open, ON, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::Left, ON, LEFT, "", "select a picture"),
    bind(Command::Right, ON, RIGHT, "", "select a picture"),
    bind(Command::Up, ON, UP, "", "select a picture"),
    bind(Command::Down, ON, DOWN, "", "select a picture"),
];

/// Columns of one label's count: "8 Bag            667 ██████".
const LABEL_WIDTH: u16 = 27;

/// Lines of the panel above the montage: the counts, by label.
fn header_lines(app: &App, width: u16) -> u16 {
    let (lines, columns) = panel::around(app.size);
    let across = (width.saturating_sub(columns) / LABEL_WIDTH).max(1);
    lines + (app.outcome.labels().len() as u16).div_ceil(across)
}

/// The grid of images: at their own size where some rows of them fit, else as large as all of them fit.
fn tiles(app: &App, data: &DataReport, montage: Rect) -> Tiles {
    let shape = data.train.shape();
    let native = Tiles::of(montage, Size::of(shape, 1), 1);
    if app.data_view() == DataView::Native && native.grid.columns >= 3 && native.grid.rows >= 2 {
        return native;
    }
    Tiles::fit(montage, data.sample_indices.len(), shape, 1)
}

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let Some(data) = &app.outcome.data else {
        return progress::waiting(buffer, area, &app.outcome, "The training images", theme);
    };
    let source = data.source.to_string();
    let (counts, montage) = panel::split_top(area, header_lines(app, area.width));
    let about = Panel { title: &data.about.name, remark: &source, ..Panel::default() };
    let counts = about.draw(buffer, counts, theme);
    draw_counts(data, app, buffer, counts);
    let views = DataView::names(app.explained_count() > 0);
    if app.data_view() == DataView::Explained {
        let title = explained::title(data);
        let panel =
            Panel { title: &title, remark: "", views, view: DataView::Explained as usize, focus: true };
        let inside = panel.draw_with(buffer, montage, theme, hits);
        return explained::draw(app, buffer, inside, true, hits);
    }
    let montage = match explained::beside(app, data, montage) {
        Some((left, right)) => {
            let panel = Panel { title: &explained::title(data), ..Panel::default() };
            let inside = panel.draw(buffer, right, theme);
            explained::draw(app, buffer, inside, false, hits);
            left
        }
        None => montage,
    };
    draw_montage(data, app, views, buffer, montage, hits);
}

/// Draws the training images.
fn draw_montage(
    data: &DataReport,
    app: &App,
    views: &[&str],
    buffer: &mut Buffer,
    area: Rect,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let count = data.sample_indices.len();
    let selected = app.cursors.train.min(count.saturating_sub(1));
    let remark = match data.sample_indices.get(selected) {
        Some(&position) => {
            format!("image {}, number {position} in the file", selected + 1)
        }
        None => String::new(),
    };
    let missing = if data.train.is_complete() { "" } else { ", missing pixels blue" };
    let what = if data.about.vectors { "vectors" } else { "images" };
    let title = format!("{} training {what} of {}{missing}", grouped(count), grouped(data.train.len()));
    let panel = Panel { title: &title, remark: &remark, views, view: app.data_view() as usize, focus: true };
    let tiles = tiles(app, data, panel.draw_with(buffer, area, theme, hits));
    hits.note_grid(Cursor::Train, tiles.grid.columns, tiles.grid.rows);
    for (place, index) in tiles.visible(selected, count).enumerate() {
        let Some((picture, name)) = pictures::train(data, index) else { continue };
        let rect = tiles.rect(place);
        hits.note(rect, Target::Train(index));
        let role = if index == selected { Role::Selected } else { Role::Dim };
        let name = name.unwrap_or_else(|| grouped(index + 1));
        text::put(buffer, rect, 0, 0, &name, role, theme);
        image::show(buffer, panel::below(rect, 1), &picture, theme, hits);
    }
}

/// The table of the tab: the labels and their counts.
fn labels(app: &App) -> Option<Copied> {
    let data = app.outcome.data.as_ref()?;
    let mut table = Table::of(&["label", "name", "images"]);
    for (&label, count) in app.outcome.labels().iter().zip(label_counts(data, app.outcome.labels())) {
        table.row([label.to_string(), data.about.label_name(label).into_owned(), count.to_string()]);
    }
    Some(table.copied("the number of images of each label"))
}

/// Draws the number of images of each label, with bars.
fn draw_counts(data: &DataReport, app: &App, buffer: &mut Buffer, area: Rect) {
    let labels = app.outcome.labels();
    let counts = label_counts(data, labels);
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let across = usize::from((area.width / LABEL_WIDTH).max(1));
    for (place, (label, count)) in labels.iter().zip(&counts).enumerate() {
        let cell = Rect {
            x: area.x.saturating_add((place % across) as u16 * LABEL_WIDTH),
            width: LABEL_WIDTH,
            ..panel::below(area, (place / across) as u16)
        }
        .intersection(area);
        let bar = bars::bar(*count as f64 / most as f64, 6);
        let line = [
            (&*format!("{label} "), Role::Accent),
            (&*format!("{:<11}", data.about.label_name(*label)), Role::Text),
            (&*format!("{:>6} ", grouped(*count)), Role::Text),
            (&*bar, Role::Bar),
        ];
        text::pieces(buffer, cell, 0, &line, app.theme);
    }
}
