//! The derivation behind each tab: text files, with the numbers of the run put in.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, Tab};
use super::super::tabs::{grouped, short};
use super::super::theme::Role;
use super::super::widgets::{panel, text};
use crate::study::Settings;

/// Columns of the texts.
pub const WIDTH: u16 = 78;

/// The text of a tab, with names in braces where the run's numbers go.
pub fn source(tab: Tab) -> &'static str {
    match tab {
        Tab::Transform => include_str!("../theory/transform.txt"),
        Tab::Data => include_str!("../theory/data.txt"),
        Tab::Fit => include_str!("../theory/fit.txt"),
        Tab::Components => include_str!("../theory/components.txt"),
        Tab::Samples => include_str!("../theory/samples.txt"),
        Tab::Inpaint => include_str!("../theory/inpaint.txt"),
    }
}

/// The names in braces, and what stands for them under `settings` in D = `dim` dimensions.
fn numbers(settings: &Settings, dim: usize) -> Vec<(&'static str, String)> {
    let k = settings.components;
    let free = FreeParameters::full(k, dim);
    let observed = (settings.observed * dim as f64).floor() as usize;
    vec![
        ("{K}", grouped(k)),
        ("{S}", grouped(settings.samples)),
        ("{D}", grouped(dim)),
        ("{M}", grouped(dim.isqrt())),
        ("{labels}", settings.labels.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")),
        ("{ridge}", short(settings.ridge)),
        ("{tolerance}", short(settings.tolerance)),
        ("{limit}", grouped(settings.max_iterations)),
        ("{free_weights}", grouped(free.weights)),
        ("{free_means}", grouped(free.means)),
        ("{free_covariances}", grouped(free.covariances)),
        ("{free}", grouped(free.total())),
        ("{observed}", grouped(observed)),
        ("{missing}", grouped(dim.saturating_sub(observed))),
    ]
}

/// The lines of the text of the tab in front.
pub fn lines(app: &App) -> Vec<String> {
    let dim = app.outcome.data.as_ref().map_or(784, |data| data.train.dim());
    filled(app.tab, &app.outcome.settings, dim)
}

fn filled(tab: Tab, settings: &Settings, dim: usize) -> Vec<String> {
    let numbers = numbers(settings, dim);
    let fill =
        |line: &str| numbers.iter().fold(line.to_owned(), |line, (name, value)| line.replace(name, value));
    source(tab).lines().map(fill).collect()
}

/// Lines visible at once in `body`.
pub fn room(body: Rect) -> usize {
    usize::from(body.height.saturating_sub(1))
}

/// Draws the text from line `scroll` on. Lines that begin with "# " are headings.
pub fn draw(app: &App, scroll: usize, buffer: &mut Buffer, body: Rect) {
    let lines = lines(app);
    let scroll = scroll.min(lines.len().saturating_sub(room(body)));
    let last = (scroll + room(body)).min(lines.len());
    let title = format!("{}: the derivation", app.tab.title());
    let remark = format!("lines {} to {last} of {}", scroll + 1, lines.len());
    let area = panel::heading_with(buffer, body, &title, &remark, app.theme);
    let margin = area.width.saturating_sub(WIDTH) / 2;
    let area = Rect { x: area.x + margin, width: area.width - margin, ..area };
    for (row, line) in lines.iter().skip(scroll).take(room(body)).enumerate() {
        match line.strip_prefix("# ") {
            Some(heading) => text::put(buffer, area, row as u16, 0, heading, Role::Accent, app.theme),
            None => text::put(buffer, area, row as u16, 0, line, Role::Text, app.theme),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_eighty_columns_and_have_no_name_left() {
        for tab in Tab::ALL {
            for (number, line) in filled(tab, &Settings::default(), 784).iter().enumerate() {
                let width = ratatui::text::Span::raw(line.as_str()).width();
                assert!(width <= usize::from(WIDTH), "{tab:?}, line {}: {width} columns", number + 1);
                let left = line.match_indices('{').any(|(at, _)| {
                    line[at + 1..].split('}').next().is_some_and(|name| {
                        name.len() > 2 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                    })
                });
                assert!(!left, "{tab:?}, line {}: {line}", number + 1);
            }
        }
    }

    #[test]
    fn the_numbers_of_the_run_stand_in_the_text() {
        let text = filled(Tab::Fit, &Settings::default(), 784).join("\n");
        assert!(text.contains("1,542,524"), "{text}");
        let settings = Settings { components: 3, ..Settings::default() };
        // 2 + 3 * 784 + 3 * 307,720.
        assert!(filled(Tab::Fit, &settings, 784).join("\n").contains("925,514"));
    }
}
