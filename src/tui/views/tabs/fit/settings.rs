//! The settings of the fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::{setting, words};
use crate::study::Shrinkage;
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::text;

/// Names and values.
fn lines(app: &App) -> [(&'static str, String); 6] {
    let settings = &app.outcome.resolved_settings();
    let init = match (&settings.means_init, settings.kmeans.init) {
        (Some(_), _) => "the means are given".to_owned(),
        (None, init) => format!("{} × {}", words::kmeans_start(init), settings.kmeans.restarts),
    };
    let ridge = match (&app.outcome.fit, settings.shrinkage) {
        (_, Shrinkage::Images(0.0)) => setting(settings.em.ridge),
        (Some(fit), _) => {
            let is_chosen = app.outcome.is_shrinkage_chosen();
            let shrinkage = words::shrinkage_in_short(fit.shrinkage, fit.reach, is_chosen);
            format!("{}, shrinkage {shrinkage}", setting(settings.em.ridge))
        }
        (None, _) => format!("{}, shrinkage", setting(settings.em.ridge)),
    };
    [
        ("K, S", format!("{}, {}", settings.kmeans.components, words::samples(settings.samples))),
        ("labels", settings.labels.to_string()),
        ("seed", settings.seed.to_string()),
        ("start", init),
        ("ridge", ridge),
        ("stop", format!("Δ < {} or {}", setting(settings.em.tolerance), settings.em.max_iterations)),
    ]
}

/// The settings in a line of `width` columns: those that have room there, the ones that decide most first.
pub fn line(app: &App, width: u16) -> String {
    let [_, _, seed, start, ridge, stop] = lines(app);
    let mut parts = [ridge, stop, seed, start].map(|(name, value)| format!("{name} {value}")).to_vec();
    while parts.len() > 1 && text::width(&parts.join(" · "), app.theme) > width {
        parts.pop();
    }
    parts.join(" · ")
}

/// Draws them.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let inside =
        Panel { title: "Settings", remark: "s changes", ..Panel::default() }.draw(buffer, area, app.theme);
    for (row, (name, value)) in lines(app).iter().enumerate() {
        text::put(buffer, inside, row as u16, 0, name, Role::Dim, app.theme);
        text::put(buffer, inside, row as u16, 8, value, Role::Text, app.theme);
    }
}
