//! The line about the study: the program, what it fits to which images, and how far it has come.
//!
//! ```text
//! gmmscope  5 Gaussians fitted to 2,000 images, 28×28: Fashion-MNIST 0,1,8     EM 4 of ≤ 100 ▰▰▰▰▰▱▱▱▱▱ ≤ 19 s left
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::duration;
use crate::show::words::grouped;
use crate::study::{Outcome, Stage, Status};
use crate::tui::state::App;
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::{progress, text};

/// Cells of the bar, and of each stage in it.
const STAGES: [(Stage, usize); 6] = [
    (Stage::Transform, 1),
    (Stage::Data, 1),
    (Stage::KMeans, 2),
    (Stage::Em, 4),
    (Stage::Samples, 1),
    (Stage::Inpaint, 1),
];

/// Draws the line.
pub fn draw(app: &App, buffer: &mut Buffer, line: Rect) {
    if line.height == 0 {
        return;
    }
    let theme = app.theme;
    let (state, role) = state(&app.outcome);
    let (bar, left) = (bar(&app.outcome), progress::most_left(&app.outcome));
    let left = left.map_or_else(String::new, |seconds| format!(" ≤ {} left", duration(seconds, 0)));
    let progress = fitting([format!("{state} {bar}{left}"), format!("{state} {bar}")], line.width / 3, theme)
        .unwrap_or_else(|| state.clone());
    let column = text::put(buffer, line, 0, 0, " gmmscope ", Role::Selected, theme) + 1;
    let begin = line.width.saturating_sub(text::width(&progress, theme) + 1);
    text::put(buffer, line, 0, begin, &progress, role, theme);
    let room = begin.saturating_sub(column + 1);
    if let Some(what) = fitting(what(&app.outcome), room, theme) {
        text::put(buffer, line, 0, column, &what, Role::Title, theme);
    }
}

/// The first of several texts that fits.
fn fitting<const N: usize>(texts: [String; N], room: u16, theme: Theme) -> Option<String> {
    texts.into_iter().find(|one| text::width(one, theme) <= room)
}

/// What is fitted to what, from long to short.
fn what(outcome: &Outcome) -> [String; 4] {
    let k = outcome.settings.kmeans.components;
    let gaussians = if k == 1 { "1 Gaussian".to_owned() } else { format!("{k} Gaussians") };
    let mixture = if k == 1 { gaussians.clone() } else { format!("a mixture of {gaussians}") };
    let Some(data) = &outcome.data else {
        let source = match &outcome.settings.data {
            Some(path) => path.display().to_string(),
            None => "Fashion-MNIST".into(),
        };
        let short = format!("{gaussians}: {source}");
        return [
            format!("fits {mixture} to images: {source}"),
            format!("{gaussians} for images: {source}"),
            short,
            gaussians,
        ];
    };
    let name = &data.about.name;
    let images = grouped(data.sample_indices.len());
    let shape = data.train.shape();
    let (noun, size) = match data.about.vectors {
        true => ("vectors", format!("{} values", shape.len())),
        false => ("images", format!("{}×{}", shape.rows, shape.columns)),
    };
    let labels: Vec<String> = data.about.labels.iter().map(u8::to_string).collect();
    let labels = if labels.is_empty() { String::new() } else { format!(" {}", labels.join(",")) };
    let of = grouped(data.train.len());
    [
        format!("{mixture} fitted to {images} of {of} {noun}, {size}: {name}{labels}"),
        format!("{gaussians} fitted to {images} {noun}, {size}: {name}{labels}"),
        format!("{gaussians}, {images} {noun}: {name}"),
        format!("{gaussians}: {name}"),
    ]
}

/// The stage under way, or how the study ended.
fn state(outcome: &Outcome) -> (String, Role) {
    let time: f64 = outcome.times.iter().map(|(_, time)| time.as_secs_f64()).sum();
    match &outcome.status {
        Status::Starting => ("starting".into(), Role::Warning),
        Status::Finished if outcome.times.is_empty() => ("✓ done".into(), Role::Good),
        Status::Finished => (format!("✓ done in {}", duration(time, 1)), Role::Good),
        Status::Cancelled if outcome.is_stopped() => ("✓ stopped".into(), Role::Warning),
        Status::Cancelled => ("✗ cancelled".into(), Role::Bad),
        Status::Failed(_) => ("✗ stopped".into(), Role::Bad),
        Status::Running(stage) | Status::Paused(stage) => {
            let paused = if outcome.status.is_paused() { "paused: " } else { "" };
            let count = outcome.em.history.len();
            let name = match stage {
                Stage::Em if count > 0 => {
                    format!("EM {count} of ≤ {}", grouped(outcome.settings.em.max_iterations))
                }
                stage => stage.name().to_owned(),
            };
            (format!("{paused}{name}"), Role::Warning)
        }
    }
}

/// The bar: a cell for each part of the study that is done. EM counts by its iterations of at most as many.
fn bar(outcome: &Outcome) -> String {
    let done = STAGES.iter().map(|&(stage, cells)| match progress::state(outcome, stage) {
        progress::State::Done => cells,
        progress::State::Running | progress::State::Paused if stage == Stage::Em => {
            cells * outcome.em.history.len() / outcome.settings.em.max_iterations.max(1)
        }
        _ => 0,
    });
    let cells: usize = STAGES.iter().map(|(_, cells)| cells).sum();
    let done = done.sum::<usize>().min(cells);
    "▰".repeat(done) + &"▱".repeat(cells - done)
}
