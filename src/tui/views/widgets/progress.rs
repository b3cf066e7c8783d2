//! The progress of the study, in one line and in full.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::words::{self, grouped, kmeans_stop};
use crate::show::{duration, fixed, significant};
use crate::study::{Outcome, Shrinkage, Stage, Status, with_labels};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::{panel, text};

/// The progress of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It has not begun.
    Waiting,
    /// It is under way.
    Running,
    /// It is paused.
    Paused,
    /// It is done.
    Done,
    /// The study ended before it.
    Missing,
}

impl State {
    /// Its mark, and the style of the mark.
    pub fn mark(self) -> (&'static str, Role) {
        match self {
            Self::Waiting => ("·", Role::Dim),
            Self::Running => ("●", Role::Warning),
            Self::Paused => ("‖", Role::Warning),
            Self::Done => ("✓", Role::Good),
            Self::Missing => ("✗", Role::Bad),
        }
    }
}

/// The progress of `stage`.
pub fn state(outcome: &Outcome, stage: Stage) -> State {
    let done = match stage {
        Stage::Transform => outcome.transform.is_some(),
        Stage::Data => outcome.data.is_some(),
        // Means that are given replace k-means.
        Stage::KMeans => outcome.kmeans.fit.is_some() || outcome.fit.is_some(),
        Stage::Em => outcome.fit.is_some(),
        Stage::Samples => outcome.samples.is_some(),
        Stage::Inpaint => outcome.inpaint.is_some(),
    };
    if done {
        State::Done
    } else if outcome.status.has_ended() {
        State::Missing
    } else if outcome.status == Status::Running(stage) {
        State::Running
    } else if outcome.status == Status::Paused(stage) {
        State::Paused
    } else {
        State::Waiting
    }
}

/// The result of `stage`, else its progress.
pub fn detail(outcome: &Outcome, stage: Stage) -> String {
    match stage {
        Stage::Transform => match &outcome.transform {
            Some(report) => format!("checks: {}", words::checks(report)),
            None => {
                format!("the density of Z = f(X), f(x) = {}, and its checks", outcome.settings.map.text())
            }
        },
        Stage::Data => match &outcome.data {
            Some(data) => {
                format!(
                    "{} of {} training images",
                    grouped(data.sample_indices.len()),
                    grouped(data.train.len())
                )
            }
            None => "the images".into(),
        },
        Stage::KMeans => kmeans(outcome),
        Stage::Em => em(outcome),
        Stage::Samples => format!("{} images drawn from the mixture", outcome.settings.draws),
        Stage::Inpaint => format!(
            "{} test images from {} % of their pixels",
            outcome.settings.test_images,
            significant(100.0 * outcome.settings.observed, 2)
        ),
    }
}

fn kmeans(outcome: &Outcome) -> String {
    match (&outcome.kmeans.fit, outcome.kmeans.history.last()) {
        (Some(fit), _) => {
            let why = kmeans_stop(fit.stop);
            format!(
                "{}, inertia {}, {why}",
                words::iterations(fit.history.len()),
                significant(fit.inertia, 5)
            )
        }
        (None, Some(step)) => {
            let run = match outcome.settings.kmeans.restarts {
                0 | 1 => String::new(),
                runs => format!("run {}/{runs}, ", step.restart + 1),
            };
            format!("{run}iteration {}, inertia {}", step.iteration, significant(step.inertia, 5))
        }
        (None, None) if outcome.settings.means_init.is_some() => "not needed: the means are given".into(),
        (None, None) => "the start of EM".into(),
    }
}

fn em(outcome: &Outcome) -> String {
    let history = &outcome.em.history;
    let Some(last) = history.last() else {
        let is_chosen = outcome.shrinkage.is_some() || outcome.settings.shrinkage != Shrinkage::Auto;
        if outcome.status.stage() == Some(Stage::Em) && !is_chosen {
            return "choosing the shrinkage".to_owned();
        }
        let settings = &outcome.settings;
        return format!("{} components, {}", settings.kmeans.components, words::covariances(settings));
    };
    let at = last.iteration.iteration;
    if let Some(fit) = &outcome.fit {
        return format!(
            "{}, {}, NLL {}",
            words::iterations(at),
            words::fit_stop(fit),
            fixed(fit.final_nll, 3)
        );
    }
    let mut line = format!(
        "iteration {at}/{}, NLL {}",
        outcome.settings.em.max_iterations,
        fixed(last.iteration.nll, 3)
    );
    if let [.., before, last] = history.as_slice() {
        line += &format!(", change {}", significant(last.iteration.nll - before.iteration.nll, 2));
    }
    line + &format!(", {}", duration(last.time.as_secs_f64(), 2))
}

/// The mean time of an iteration of EM, in seconds; none before the first.
pub fn iteration_time(outcome: &Outcome) -> Option<f64> {
    let history = &outcome.em.history;
    let total: f64 = history.iter().map(|step| step.time.as_secs_f64()).sum();
    (!history.is_empty()).then(|| total / history.len() as f64)
}

/// The time that EM takes at most from now on, in seconds, while it runs.
pub fn most_left(outcome: &Outcome) -> Option<f64> {
    let left = outcome.settings.em.max_iterations.saturating_sub(outcome.em.history.len());
    let runs = outcome.status.stage() == Some(Stage::Em) && outcome.fit.is_none();
    iteration_time(outcome).filter(|_| runs).map(|time| time * left as f64)
}

/// The study in one line, as pieces of text.
pub fn line(outcome: &Outcome) -> Vec<(String, Role)> {
    match &outcome.status {
        Status::Failed(why) => {
            let first = with_labels(why.lines().next().unwrap_or_default());
            vec![("✗ stopped: ".into(), Role::Bad), (first, Role::Text)]
        }
        Status::Cancelled if outcome.is_stopped() => {
            let rest = format!("  EM: {}; s, Enter goes on", em(outcome));
            vec![("✓ stopped".into(), Role::Warning), (rest, Role::Dim)]
        }
        Status::Cancelled => {
            vec![("✗ cancelled".into(), Role::Bad), ("  s runs again".into(), Role::Dim)]
        }
        Status::Finished => {
            vec![("✓ done".into(), Role::Good), (format!("  EM: {}", em(outcome)), Role::Dim)]
        }
        Status::Starting => vec![("● starting".into(), Role::Warning)],
        Status::Running(stage) | Status::Paused(stage) => {
            let (mark, role) = state(outcome, *stage).mark();
            let paused = if outcome.status.is_paused() { " paused" } else { "" };
            let name = format!("{mark} {}{paused}", stage.name());
            vec![(name, role), (format!("  {}", detail(outcome, *stage)), Role::Text)]
        }
    }
}

/// Fills `area` with the name of what is missing, and the progress of every stage.
pub fn waiting(buffer: &mut Buffer, area: Rect, outcome: &Outcome, what: &str, theme: Theme) {
    let area = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(4), ..area };
    let mut rest = panel::below(area, 1);
    let mut say = |line: &str, role: Role| {
        text::put(buffer, rest, 0, 0, line, role, theme);
        rest = panel::below(rest, 1);
    };
    match &outcome.status {
        Status::Failed(why) => {
            say("The study stopped.", Role::Bad);
            for line in text::wrapped(&with_labels(why), usize::from(area.width)) {
                say(&line, Role::Text);
            }
            say("", Role::Text);
            say("s changes the settings and runs again.", Role::Dim);
        }
        Status::Cancelled => {
            say(&format!("{what}: the study was cancelled first."), Role::Text);
            say("s changes the settings and runs again.", Role::Dim);
        }
        _ => say(&format!("{what}: still to come."), Role::Text),
    }
    say("", Role::Text);
    for stage in Stage::ALL {
        let (mark, role) = state(outcome, stage).mark();
        let line = [
            (mark, role),
            (&*format!(" {:<10}", stage.name()), Role::Text),
            (&*detail(outcome, stage), Role::Dim),
        ];
        text::pieces(buffer, rest, 0, &line, theme);
        rest = panel::below(rest, 1);
    }
}
