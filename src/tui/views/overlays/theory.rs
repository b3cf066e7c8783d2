//! The derivation behind each tab: text files, with the numbers of the run.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::data::ImageShape;
use crate::density::derivation;
use crate::mixture::{CovarianceFamily, FreeParameters};
use crate::show::words::{grouped, labels, samples};
use crate::show::{setting, significant};
use crate::study::{Reach, Settings, Shrinkage};
use crate::tui::hits::{Hits, Scroll};
use crate::tui::state::App;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::tabs;
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// Columns of the texts.
const WIDTH: u16 = 78;

/// The names in braces, and what stands for them under `settings`; what depends on the shape of the images stays a name
/// before they are loaded.
fn numbers(settings: &Settings, shape: Option<ImageShape>) -> Vec<(&'static str, String)> {
    let k = settings.kmeans.components;
    let of_shape = |name: &str, value: fn(&Settings, ImageShape) -> usize| {
        shape.map_or_else(|| name.to_owned(), |shape| grouped(value(settings, shape)))
    };
    fn observed(settings: &Settings, shape: ImageShape) -> usize {
        (settings.observed * shape.len() as f64).floor() as usize
    }
    fn free(settings: &Settings, shape: ImageShape) -> FreeParameters {
        FreeParameters::of(settings.covariance, settings.kmeans.components, shape.len(), settings.rank)
    }
    vec![
        ("{family_dimensions}", family_dimensions(settings)),
        ("{family_step}", family_step(settings)),
        ("{K}", grouped(k)),
        ("{S}", samples(settings.samples)),
        ("{D}", of_shape("D", |_, shape| shape.len())),
        ("{rows}", of_shape("rows", |_, shape| shape.rows)),
        ("{columns}", of_shape("columns", |_, shape| shape.columns)),
        ("{labels}", labels(&settings.labels)),
        ("{ridge}", setting(settings.em.ridge)),
        ("{shrinkage}", settings.shrinkage.to_string()),
        ("{reach}", reach(settings)),
        ("{ridge_deviation}", significant(settings.em.ridge.sqrt(), 1)),
        ("{ridge_grain}", grain(settings.em.ridge).to_owned()),
        ("{tolerance}", setting(settings.em.tolerance)),
        ("{limit}", grouped(settings.em.max_iterations)),
        ("{free_weights}", grouped(k.saturating_sub(1))),
        ("{free_means}", of_shape("K D", |settings, shape| free(settings, shape).means)),
        ("{free_covariances}", of_shape("…", |settings, shape| free(settings, shape).covariances)),
        ("{free}", of_shape("…", |settings, shape| free(settings, shape).total())),
        ("{observed}", of_shape("…", observed)),
        ("{missing}", of_shape("…", |settings, shape| shape.len().saturating_sub(observed(settings, shape)))),
    ]
}

/// The reach of shrinkage in pixels, or auto where it is to be chosen.
fn reach(settings: &Settings) -> String {
    match (settings.reach, settings.shrinkage) {
        (Reach::Pixels(pixels), _) => setting(pixels),
        (Reach::Auto, Shrinkage::Images(_)) => "0".to_owned(),
        (Reach::Auto, Shrinkage::Auto) => "auto".to_owned(),
    }
}

/// Whether a standard deviation of the root of the ridge is to be seen in pictures of 256 grays.
fn grain(ridge: f64) -> &'static str {
    if ridge.sqrt() < 1.0 / 256.0 {
        "less than one of 256 grays: grain is detail in the span of the images"
    } else {
        "which shows as grain"
    }
}

/// The lines of a text, with the numbers in the place of their names.
fn filled(source: &str, settings: &Settings, shape: Option<ImageShape>) -> Vec<String> {
    let numbers = numbers(settings, shape);
    let fill =
        |line: &str| numbers.iter().fold(line.to_owned(), |line, (name, value)| line.replace(name, value));
    // A name may stand for several lines, or for none.
    source.lines().map(fill).filter(|line| line != NONE).flat_map(|line| lines_of(&line)).collect()
}

/// Stands for no line at all.
const NONE: &str = "\0";

fn lines_of(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

/// What the covariances of a family that is not full are, and which of their numbers are free.
fn family_dimensions(settings: &Settings) -> String {
    let text = match settings.covariance {
        CovarianceFamily::Full => return NONE.to_owned(),
        CovarianceFamily::Tied => {
            "This run's covariance is tied, one Σ for all components: D (D + 1)/2 numbers\nare free."
        }
        CovarianceFamily::Diagonal => {
            "This run's covariances are diagonal, a variance for each pixel: K D are free."
        }
        CovarianceFamily::Spherical => {
            "This run's covariances are spherical, Σₖ = σₖ² I: K numbers are free."
        }
        CovarianceFamily::LowRank => {
            "This run's covariances are low-rank, factor analysers:\n\n    Σₖ  =  Wₖ Wₖᵀ + diag(ψₖ),      \
             Wₖ of D × R, R = {R},\n\nx = μₖ + Wₖ z + e with z ~ N(0, I) and e ~ N(0, diag(ψₖ)). A rotation of the\n\
             columns of Wₖ changes nothing: D (R + 1) − R (R − 1)/2 numbers of each are free."
        }
    };
    format!("\n{}", text.replace("{R}", &settings.rank.to_string()))
}

/// The M-step of a family that is not full.
fn family_step(settings: &Settings) -> String {
    let text = match settings.covariance {
        CovarianceFamily::Full => return NONE.to_owned(),
        CovarianceFamily::Tied => "This run's covariance is tied: Σ = ∑ₖ Nₖ Σₖ / S, of these Σₖ.",
        CovarianceFamily::Diagonal => "This run's covariances are diagonal: the diagonals of these Σₖ.",
        CovarianceFamily::Spherical => {
            "This run's covariances are spherical: σₖ² is the mean of the diagonal of this Σₖ."
        }
        CovarianceFamily::LowRank => {
            "This run's covariances are low-rank, and what their factors z are is missing\n\
             too. With Mₖ = I + Wₖᵀ diag(ψₖ)⁻¹ Wₖ and zₛₖ = Mₖ⁻¹ Wₖᵀ diag(ψₖ)⁻¹ (xₛ − μₖ),\n\n    \
             E[z | xₛ] = zₛₖ,      E[z zᵀ | xₛ] = Mₖ⁻¹ + zₛₖ zₛₖᵀ.\n\n\
             The new Wₖ and μₖ are the regression of the xₛ, weighted by wₛₖ, on z and a\nconstant; \
             ψₖ is the variance that it leaves to each pixel, and {ridge}. EM begins\nwith the principal axes of \
             each component's images."
        }
    };
    format!("\n{text}")
}

/// Draws the text from line `scroll` on. Lines that begin with "# " are headings.
pub fn draw(app: &App, scroll: usize, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let spec = tabs::spec(app.tab);
    // The text of the tab is about the built-in pair.
    let other = app
        .outcome
        .transform
        .as_ref()
        .filter(|report| app.tab == Tab::Transform && !report.pair.is_built_in());
    let lines = match other {
        Some(report) => derivation(&report.pair),
        None => filled((spec.theory)(app), &app.outcome.resolved_settings(), app.outcome.shape()),
    };
    // Below the heading.
    let room = usize::from(panel::inner(body, app.size).height);
    hits.scroll = Scroll { lines: lines.len(), room };
    let scroll = scroll.min(lines.len().saturating_sub(room));
    let last = (scroll + room).min(lines.len());
    let title = format!("{}: the derivation", spec.tab.title());
    let remark = format!("lines {} to {last} of {}", scroll + 1, lines.len());
    let area = Panel { title: &title, remark: &remark, focus: true, ..Panel::default() }
        .draw(buffer, body, app.theme);
    let margin = area.width.saturating_sub(WIDTH) / 2;
    let area = Rect { x: area.x + margin, width: area.width - margin, ..area };
    for (row, line) in lines.iter().skip(scroll).take(room).enumerate() {
        match line.strip_prefix("# ") {
            Some(heading) => text::put(buffer, area, row as u16, 0, heading, Role::Accent, app.theme),
            None => text::put(buffer, area, row as u16, 0, line, Role::Text, app.theme),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::Keys;
    use crate::tui::tab::Tab;
    use crate::tui::theme::{Depth, Glyphs, Theme};

    const THEME: Theme = Theme::dark(Depth::Indexed, Glyphs::Unicode);

    fn app() -> App {
        App::new(Settings::default(), THEME, Keys::default(), (80, 24))
    }

    fn text(tab: Tab, settings: &Settings, shape: Option<ImageShape>) -> Vec<String> {
        filled((tabs::spec(tab).theory)(&app()), settings, shape)
    }

    const SHAPE: Option<ImageShape> = Some(ImageShape::new(28, 28));

    #[test]
    fn texts_fit_eighty_columns_and_have_no_name_left() {
        // Denoising has another than a mask.
        let mut noisy = app();
        noisy.inpaint.observed.turn(1);
        let mut texts: Vec<_> = Tab::ALL.iter().map(|&tab| (tab, (tabs::spec(tab).theory)(&app()))).collect();
        texts.push((Tab::Restore, (tabs::spec(Tab::Restore).theory)(&noisy)));
        assert!(
            texts
                .iter()
                .filter(|(tab, _)| *tab == Tab::Restore)
                .map(|(_, text)| text)
                .is_sorted_by(|a, b| a != b)
        );
        for (tab, source) in texts {
            for shape in [SHAPE, None] {
                for (number, line) in filled(source, &Settings::default(), shape).iter().enumerate() {
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
    }

    #[test]
    fn grain_is_the_ridge_s_only_where_it_is_large_enough_to_be_seen() {
        let mut settings = Settings::default();
        let said = |settings: &Settings| text(Tab::Samples, settings, SHAPE).join("\n");
        assert!(said(&settings).contains("deviation of 0.001,\nless than one of 256 grays: grain is detail"));
        settings.em.ridge = 1e-2;
        assert!(said(&settings).contains("deviation of 0.1,\nwhich shows as grain"));
    }

    #[test]
    fn the_numbers_of_the_run_stand_in_the_text() {
        let lines = text(Tab::Fit, &Settings::default(), SHAPE).join("\n");
        assert!(lines.contains("1,542,524"), "{lines}");
        let mut settings = Settings::default();
        settings.kmeans.components = 3;
        // 2 + 3 * 784 + 3 * 307,720.
        assert!(text(Tab::Fit, &settings, SHAPE).join("\n").contains("925,514"));
    }
}
