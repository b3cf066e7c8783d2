//! The summary that the dashboard prints when it ends: what was fitted, what was written, how to run it again.

use std::path::PathBuf;

use gmmscope::data::Labels;
use gmmscope::inverse::mean_quality;
use gmmscope::show::words;
use gmmscope::study::{Outcome, Settings};
use gmmscope::tui::Left;

use super::NAME;
use super::opened::of_model;
use super::options::{command_line, differences, quoted, with_options};
use super::output::{self, Table};

/// What the command line had beside the settings.
#[derive(Debug, Default)]
pub struct Again {
    /// The model that was opened.
    pub model: Option<PathBuf>,
    /// What is observed on the tab Restore.
    pub extra: String,
}

/// The summary, as a table; `configured` is what holds without options.
pub fn text(left: &Left, configured: &Settings, again: &Again) -> String {
    let (outcome, settings) = (&left.outcome, &left.outcome.settings);
    let mut table = Table::default();
    let resolved = outcome.resolved_settings();
    let (k, s) = (settings.kmeans.components, resolved.samples.most());
    let labels = if resolved.labels == Labels::All {
        String::new()
    } else {
        format!("labels {}, ", words::labels(&resolved.labels).replace(' ', ""))
    };
    table.row("mixture", format!("K = {k}, S = {s}, {labels}seed {}", settings.seed));
    table.row("EM", em(outcome));
    if let Some(fit) = &outcome.fit {
        table.row("NLL", format!("{:.6} nats per image", fit.final_nll));
        if let Some(score) = &fit.held_out {
            table.row("held-out NLL", words::held_out(score));
        }
        let weights: Vec<String> =
            fit.mixture.weights().iter().map(|weight| format!("{weight:.4}")).collect();
        table.row("weights", weights.join("  "));
    }
    for note in output::notes(outcome) {
        table.row("note", note);
    }
    if let Some(inpaint) = &outcome.inpaint {
        let (count, mean) = (inpaint.restorations.len(), mean_quality(&inpaint.restorations));
        table.row("restored", format!("{count} images, mean {}", words::quality(mean)));
    }
    if let Some(why) = outcome.status.failure() {
        table.row("stopped", with_options(why).replace('\n', "; "));
    }
    for written in &left.written {
        table.row("files", written);
    }
    let restore = settings.restore.as_ref();
    let restore = restore.map(|path| format!("--restore {}", quoted(&path.display().to_string())));
    let words = [NAME.to_owned(), options(settings, configured, again)];
    let words = words.into_iter().chain(restore).chain([again.extra.clone()]);
    table.row("again", words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    table.text()
}

/// The model and the options that differ from what it says, or all options.
fn options(settings: &Settings, configured: &Settings, again: &Again) -> String {
    let Some((path, model)) = again.model.as_ref().zip(settings.opened.as_ref()) else {
        return command_line(settings, configured);
    };
    let mut base = configured.clone();
    of_model(model, &mut base, |_| true);
    // Its images are found again where they were found.
    if model.origin.data.is_some() && settings.data == model.origin.data {
        let Settings { data, shape, resize, test_share, vectors, .. } = settings.clone();
        base = Settings { data, shape, resize, test_share, vectors, ..base };
    }
    format!("{} {}", quoted(&path.display().to_string()), differences(settings, &base)).trim_end().to_owned()
}

fn em(outcome: &Outcome) -> String {
    let iterations = words::iterations(outcome.em.history.len());
    let why = match &outcome.fit {
        Some(fit) => words::fit_stop(fit),
        None if outcome.status.has_ended() => words::status(&outcome.status).to_owned(),
        None => "not finished".to_owned(),
    };
    format!("{iterations}, {why}")
}

#[cfg(test)]
mod tests {
    use gmmscope::study::Status;

    use super::*;

    #[test]
    fn a_study_that_was_left_early_is_summarised() {
        let mut settings = Settings::default();
        settings.kmeans.components = 3;
        settings.restore = Some("my picture.png".into());
        let outcome = Outcome { status: Status::Failed("a `ridge`\nb".into()), ..Outcome::new(settings) };
        let left = Left { outcome, written: vec!["wrote x.pdf (1 kB)".into()] };
        assert_eq!(
            text(&left, &Settings::default(), &Again { extra: "--noise 0.1".into(), ..Again::default() }),
            "mixture  K = 3, S = 2000, labels 0,1,8, seed 0\nEM       0 iterations, failed\nstopped  a --ridge; b\n\
             files    wrote x.pdf (1 kB)\nagain    gmmscope --components 3 --restore 'my picture.png' --noise 0.1\n"
        );
    }
}
