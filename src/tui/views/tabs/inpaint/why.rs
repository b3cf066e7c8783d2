//! Why a restoration is what it is: its quality, the posterior probabilities, the evidence, the chosen pixel; and how often intervals cover.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::words;
use crate::inverse::LEVELS;
use crate::show::{fixed, significant};
use crate::study::{Curves, InpaintReport};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::{bars, panel, text, weights};

/// Columns for names.
const NAME: u16 = 9;

/// The probability of the interval of the chosen pixel.
const LEVEL: f64 = 0.9;

/// The image's quality, what is observed of it, the evidence, the chosen pixel, and the posterior probabilities.
pub fn draw(app: &App, report: &InpaintReport, index: usize, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let Some(restoration) = report.restorations.get(index) else { return };
    let area = Rect { width: area.width.min(34), ..area };
    let mut lines: Vec<(&str, String)> = words::quality(restoration);
    let observed = words::observed(app, index);
    let is_long = text::width(&observed, theme) + NAME > area.width;
    match observed.rsplit_once(", ").filter(|_| is_long) {
        Some((what, noise)) => lines.extend([("observed", what.to_owned()), ("", noise.to_owned())]),
        None => lines.push(("observed", observed)),
    }
    lines.push(("evidence", format!("{} nats", significant(restoration.log_evidence, 4))));
    let pixel = pixel(app, report, index);
    // The responsibilities take what is left, at least four lines.
    let room = usize::from(area.height).saturating_sub(lines.len() + 5);
    lines.extend(pixel.into_iter().take(room));
    for (row, (name, value)) in lines.iter().enumerate() {
        text::put(buffer, area, row as u16, 0, name, Role::Dim, theme);
        text::put(buffer, area, row as u16, NAME, value, Role::Text, theme);
    }
    let area = panel::below(area, lines.len() as u16 + u16::from(area.height >= 14));
    text::put(buffer, area, 0, 0, "responsibilities", Role::Dim, theme);
    let mut order: Vec<usize> = (0..restoration.weights.len()).collect();
    // Few enough stay in one order, so that the bars can be watched; of many, the largest.
    if order.len() + 1 > usize::from(area.height) {
        order.sort_by(|&a, &b| restoration.weights[b].total_cmp(&restoration.weights[a]));
    }
    for (row, k) in order.into_iter().take(usize::from(area.height.saturating_sub(1))).enumerate() {
        let line = panel::below(area, row as u16 + 1);
        weights::draw(buffer, line, k, restoration.weights[k], theme);
    }
}

/// The chosen pixel: its interval, its true value, and how many standard deviations that is from the restoration.
fn pixel(app: &App, report: &InpaintReport, index: usize) -> Vec<(&'static str, String)> {
    let (row, column) = app.chosen_pixel();
    let at = row * app.shape().columns + column;
    let mut lines = vec![("pixel", format!("({row}, {column})"))];
    let marginal = app.posterior(index).and_then(|posterior| posterior.marginal(at));
    let Some(marginal) = marginal else { return lines };
    let truth = report.truth.get((at, index)).copied().unwrap_or(f64::NAN);
    let std = marginal.standard_deviation();
    if std > 0.0 {
        if let Ok((lower, upper)) = marginal.interval(LEVEL) {
            lines.push(("90 %", format!("{}, {}", fixed(lower, 2), fixed(upper, 2))));
        }
        lines
            .push(("truth", format!("{}, z {}", fixed(truth, 2), fixed((truth - marginal.mean()) / std, 2))));
    } else {
        lines.push(("known", fixed(truth, 2)));
    }
    lines
}

/// How often intervals cover, on many test images.
pub fn draw_coverage(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    if area.width < 24 || area.height < 6 {
        return;
    }
    let key = app.keys.label(app.focus(), crate::tui::command::Command::Coverage);
    text::put(buffer, area, 0, 0, "coverage of intervals", Role::Dim, theme);
    let area = panel::below(area, 1);
    let current = app.restoration_id();
    let Some((id, found)) = &app.inpaint.coverage else {
        let words = match app.inpaint.covering.is_empty() {
            true => format!("{key}: count, 200 images"),
            false => "counting …".to_owned(),
        };
        text::put(buffer, area, 0, 0, &words, Role::Text, theme);
        return;
    };
    let held = &found.calibration;
    let stale = *id != current;
    let role = if stale { Role::Dim } else { Role::Text };
    let bar = usize::from(area.width.saturating_sub(17)).min(20);
    for (row, (level, found)) in LEVELS.iter().zip(&held.uncertain.coverage).enumerate() {
        let line = panel::below(area, row as u16);
        text::put(buffer, line, 0, 0, &format!("{:>2.0} %", 100.0 * level), Role::Dim, theme);
        text::put(buffer, line, 0, 6, &bars::bar(*found, bar), Role::Bar, theme);
        text::put(buffer, line, 0, 7 + bar as u16, &format!("{} %", fixed(100.0 * found, 1)), role, theme);
    }
    let uncertain = &held.uncertain;
    let mut lines = vec![format!("{} images, sd > 0.02", held.images)];
    lines.push(format!(
        "z: sd {}, beyond 3 {} %",
        fixed(held.z_scores.deviation, 2),
        fixed(100.0 * held.z_scores.beyond[2], 1)
    ));
    let (covered, asked) = (uncertain.coverage[2], uncertain.recalibrated[2]);
    lines.push(match () {
        () if uncertain.pixels == 0 => "no pixel is uncertain".to_owned(),
        () if (covered - 0.9).abs() <= 0.03 => "90 % can be trusted".to_owned(),
        () if asked < 1.0 => format!("for 90 % ask for {} %", fixed(100.0 * asked, 1)),
        () => "no interval covers 90 %".to_owned(),
    });
    if !app.inpaint.covering.is_empty() {
        lines.push("counting …".to_owned());
    } else if stale {
        lines.push(format!("of another observation; {key} again"));
    } else {
        lines.extend(found.curves.iter().flat_map(by_share));
    }
    for (row, words) in lines.iter().enumerate() {
        text::put(buffer, area, row as u16 + 4, 0, words, role, theme);
    }
}

/// "PSNR by share observed", and a line for each; where it falls although more is observed, with the images of a component.
fn by_share(curves: &Curves) -> Vec<String> {
    let mut lines = vec!["PSNR by share observed".to_owned()];
    let fall = curves.fall();
    for (index, point) in curves.points.iter().enumerate() {
        let share = 100.0 * point.fraction.unwrap_or(f64::NAN);
        let fell = fall.is_some_and(|fall| fall.from < index && index <= fall.to);
        let mark = if fell { " falls" } else { "" };
        lines.push(format!(
            "{share:>3.0} % {:>4} px  {} dB{mark}",
            point.observed,
            fixed(point.quality.psnr, 1)
        ));
    }
    if fall.is_some() {
        let least = curves.component_images.iter().copied().fold(f64::INFINITY, f64::min);
        let most = curves.component_images.iter().copied().fold(0.0, f64::max);
        lines.insert(1, format!("components: {least:.0}–{most:.0} images"));
    }
    lines
}
