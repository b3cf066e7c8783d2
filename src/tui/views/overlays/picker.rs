//! The list of components: one is chosen by its number, or with the arrow keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::composition::{group_sizes, labels_by_group, majority};
use crate::show::words::counted;
use crate::show::{fixed, significant};
use crate::tui::hits::{Hits, Scroll, Target};
use crate::tui::state::App;
use crate::tui::state::overlay::Picker;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::{bars, text};

/// The components whose numbers begin with what is typed, counted from 0; on Samples, none stands for the whole mixture, whose
/// number is 0. The component of just that number comes first.
pub fn found(app: &App, typed: &str) -> Vec<Option<usize>> {
    let count = match (app.tab, &app.outcome.fit) {
        (Tab::Samples, fit) => fit.as_ref().map_or(0, |fit| fit.mixture.components()),
        _ => pictures::shown(app).map_or(0, |shown| shown.means.ncols()),
    };
    let whole = (app.tab == Tab::Samples && count > 0).then_some(None);
    let all = whole.into_iter().chain((0..count).map(Some));
    all.filter(|entry| number(*entry).to_string().starts_with(typed)).collect()
}

fn number(entry: Option<usize>) -> usize {
    entry.map_or(0, |k| k + 1)
}

/// Draws the list.
pub fn draw(app: &App, picker: &Picker, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let found = found(app, &picker.typed);
    let remark = counted(found.len(), "component", "components");
    let area = Panel { title: "Components", remark: &remark, focus: true, ..Panel::default() }
        .draw(buffer, body, theme);
    let line = [("  number: ", Role::Dim), (&*picker.typed, Role::Accent), ("▏", Role::Dim)];
    text::pieces(buffer, area, 0, &line, theme);
    let area = panel::below(area, 1);
    if found.is_empty() {
        text::put(buffer, area, 1, 2, "No component has this number.", Role::Dim, theme);
    }
    let room = usize::from(area.height).max(1);
    hits.scroll = Scroll { lines: found.len(), room };
    let selected = picker.selected.min(found.len().saturating_sub(1));
    let first = (selected + 1).saturating_sub(room);
    let lines = lines(app);
    for (row, (index, entry)) in found.iter().enumerate().skip(first).take(room).enumerate() {
        let line = panel::below(area, row as u16);
        hits.note(Rect { height: 1, ..line }, Target::Line(index));
        let (mark, role) = if index == selected { ("▸", Role::Selected) } else { (" ", Role::Text) };
        text::put(buffer, line, 0, 1, mark, Role::Accent, theme);
        text::put(buffer, line, 0, 3, &format!("{:>3}", number(*entry)), role, theme);
        let about = match entry {
            None => "the whole mixture",
            Some(k) => lines.get(*k).map_or("", String::as_str),
        };
        text::put(buffer, line, 0, 8, about, Role::Text, theme);
    }
}

/// Weight, images and the most frequent label of every component.
fn lines(app: &App) -> Vec<String> {
    let Some(shown) = pictures::shown(app) else { return Vec::new() };
    let count = shown.weights.len();
    let most = shown.weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let fit = app.outcome.fit.as_ref();
    let sizes = fit.map(|fit| group_sizes(&fit.assignments, count)).unwrap_or_default();
    let counts = fit.map(|fit| labels_by_group(&app.outcome, &fit.assignments, count)).unwrap_or_default();
    let line = |(k, weight): (usize, &f64)| {
        let images = sizes.get(k).map_or_else(String::new, |images| counted(*images, "image", "images"));
        let label = counts.get(k).and_then(|counts| majority(app.outcome.labels(), counts));
        let label = label.map_or_else(String::new, |(label, share)| {
            format!("{} % {}", significant(100.0 * share, 2), app.outcome.label_name(label))
        });
        format!("{:>6}  {:<12}  {images:<14}{label}", fixed(*weight, 3), bars::bar(weight / most, 12))
    };
    shown.weights.iter().enumerate().map(line).collect()
}
