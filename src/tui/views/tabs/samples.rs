//! Tab 5: samples of the mixture or of one component, each with the component that it came from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::show::words::{grouped, weight_name};
use crate::show::{fixed, subscript};
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::{Binding, DOWN, ENTER, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::Cursor;
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::table::{Copied, Table};
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::tiles::Tiles;
use crate::tui::views::widgets::{image, panel, progress, text};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Samples,
    stage: Stage::Samples,
    theory: |_| include_str!("../../theory/samples.txt"),
    keys: KEYS,
    draw,
    selected: |app| Some(Subject::Sample(app.cursors.sample)),
    numbers: |_| None,
    table,
};

const ON: KeyContext = KeyContext::On(Tab::Samples);

const KEYS: &[Binding] = &[
    bind(Command::Resample, ON, &[plain('r')], "new samples", "draw new samples"),
    bind(
        Command::CycleComponent,
        ON,
        &[plain('v')],
        "component",
        "samples of the mixture, or of the next component",
    ),
    bind(
        Command::PreviousComponent,
        ON,
        &[plain('V')],
        "component",
        "samples of the previous component, or of the mixture",
    ),
    bind(
        Command::PickComponent,
        ON,
        &[plain('#')],
        "by number",
        "choose a component by its number, or from a list",
    ),
    bind(Command::Open, ON, ENTER, "zoom", "show the selected picture full screen"),
    bind(Command::Left, ON, LEFT, "", "select a picture"),
    bind(Command::Right, ON, RIGHT, "", "select a picture"),
    bind(Command::Up, ON, UP, "", "select a picture"),
    bind(Command::Down, ON, DOWN, "", "select a picture"),
];

/// The grid of samples, of which there are always more: the first batch is in view and the area all but filled.
fn tiles(app: &App, area: Rect) -> Tiles {
    Tiles::filling(panel::inner(area, app.size), app.batch(), app.shape(), 1)
}

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = app.theme;
    if app.outcome.samples.is_none() {
        return progress::waiting(buffer, area, &app.outcome, "Samples of the mixture", theme);
    }
    let count = app.sample_count();
    let selected = app.cursors.sample.min(count.saturating_sub(1));
    let tiles = tiles(app, area);
    let visible = tiles.visible(selected, count);
    hits.note_grid(Cursor::Sample, tiles.grid.columns, tiles.grid.rows);
    // Also the places that are still empty.
    hits.samples = Some(visible.start..visible.start + tiles.grid.capacity());
    let remark = match app.samples.pending.is_empty() {
        true => format!("{} to {}, ↓ draws more", grouped(visible.start + 1), visible.end),
        false => "drawing …".into(),
    };
    let names = component_names(app);
    let views: Vec<&str> = names.iter().map(String::as_str).collect();
    let view = app.samples.wanted.component.map_or(0, |k| k + 1);
    let panel = Panel { title: &title(app), remark: &remark, views: &views, view, focus: true };
    panel.draw_with(buffer, area, theme, hits);
    for (place, index) in visible.enumerate() {
        let rect = tiles.rect(place);
        hits.note(rect, Target::Sample(index));
        let role = if index == selected { Role::Selected } else { Role::Text };
        let Some(picture) = pictures::sample(app, index) else {
            text::put(buffer, rect, 0, 0, "drawing …", Role::Dim, theme);
            continue;
        };
        text::put(buffer, rect, 0, 0, &caption(app, index, rect.width), role, theme);
        image::show(buffer, panel::below(rect, 1), &picture, theme, hits);
    }
}

/// The mixture and its components, to choose from.
fn component_names(app: &App) -> Vec<String> {
    let count = app.outcome.fit.as_ref().map_or(0, |fit| fit.mixture.components());
    std::iter::once("mixture".to_owned()).chain((1..=count).map(|k| k.to_string())).collect()
}

fn title(app: &App) -> String {
    match app.samples.id.component {
        None => "Samples: k with probability πₖ, then x = μₖ + Lₖ ε".into(),
        Some(k) => {
            let k = subscript(k + 1);
            format!("Samples of one component: x = μ{k} + L{k} ε")
        }
    }
}

/// "component 2 (π₂ = 0.251)", or as much of it as there is room for; of one form for all components.
fn caption(app: &App, index: usize, width: u16) -> String {
    let Some((samples, column)) = app.sample(index) else { return String::new() };
    let component = samples.components.get(column).copied().unwrap_or_default();
    let weights = app.outcome.fit.as_ref().map(|fit| fit.mixture.weights());
    let forms = |k: usize, weight: f64| {
        let (name, weight) = (k + 1, format!("{} = {}", weight_name(k), fixed(weight, 3)));
        [
            format!("component {name} ({weight})"),
            format!("k {name}: {weight}"),
            format!("component {name}"),
            format!("k {name}"),
        ]
    };
    let last = weights.map_or(component, |weights| weights.len().saturating_sub(1));
    let fits = |text: &String| text::width(text, app.theme) <= width;
    let form = forms(last, 0.0).iter().position(fits).unwrap_or(3);
    let weight = weights.and_then(|weights| weights.get(component).copied());
    // Without a fit there are no weights.
    let form = if weight.is_none() { form.max(2) } else { form };
    forms(component, weight.unwrap_or(0.0))[form].clone()
}

/// The table of the tab: the components of the samples that are known.
fn table(app: &App) -> Option<Copied> {
    let mut table = Table::of(&["sample", "component"]);
    let mut count = 0;
    for index in 0..app.sample_count() {
        let component = app.sample(index).and_then(|(samples, column)| samples.components.get(column));
        if let Some(component) = component {
            table.row([(index + 1).to_string(), (component + 1).to_string()]);
            count += 1;
        }
    }
    (count > 0).then(|| table.copied(format!("the components of {count} samples")))
}
