//! What to look for in an experiment, above the tab; with the notes on its fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::fit_notes;
use crate::study::with_labels;
use crate::tui::state::App;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel;
use crate::tui::views::widgets::text;

/// Lines of the sentence, and of the notes, at most.
const LINES: (usize, usize) = (3, 2);

/// Draws it; what is left of `body`.
pub fn draw(app: &App, buffer: &mut Buffer, body: Rect) -> Rect {
    let shown = matches!(app.tab, Tab::Fit | Tab::Components | Tab::Samples | Tab::Restore);
    let Some(experiment) = app.experiment.filter(|_| shown) else { return body };
    let width = usize::from(body.width.saturating_sub(4));
    let words = format!("{}: {}", experiment.title, experiment.look_for);
    let mut lines: Vec<(String, Role)> = Vec::new();
    lines.extend(text::wrapped(&words, width).into_iter().take(LINES.0).map(|line| (line, Role::Accent)));
    // The note that this experiment is about comes last.
    if let Some(note) = app.outcome.fit.as_ref().and_then(|_| fit_notes(&app.outcome).pop()) {
        let note = text::wrapped(&with_labels(&note), width).into_iter().take(LINES.1);
        lines.extend(note.map(|line| (line, Role::Warning)));
    }
    for (row, (line, role)) in lines.iter().enumerate() {
        text::put(buffer, body, row as u16, 2, line, *role, app.theme);
    }
    panel::below(body, lines.len() as u16)
}
