//! The settings as figures and report list them.

use serde::Serialize;

use super::numbers::Start;
use crate::data::Labels;
use crate::mixture::CovarianceFamily;
use crate::show;
use crate::study::{Outcome, SETTINGS, Settings, Stage, Value};

/// A row of the tables of settings.
#[derive(Debug, Serialize)]
pub(super) struct SettingRow {
    /// Its key in metrics.json.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// The settings that results depend on. A start that is given replaces those of k-means alone; only low-rank covariances have a
/// rank.
pub(super) fn rows(outcome: &Outcome) -> Vec<SettingRow> {
    let settings = &outcome.resolved_settings();
    let start = match Start::of(settings) {
        Start::KMeans => None,
        Start::Means => Some("means given"),
        Start::Mixture => Some("a mixture given"),
    };
    let of_results = SETTINGS.iter().filter(|setting| !setting.affects.is_empty());
    let of_start = of_results.filter(|setting| start.is_none() || setting.affects != [Stage::KMeans]);
    let of_family =
        of_start.filter(|setting| setting.key != "rank" || settings.covariance == CovarianceFamily::LowRank);
    let mut rows: Vec<SettingRow> = of_family
        .filter_map(|setting| {
            let value = shown(outcome, setting.value(settings))?;
            Some(SettingRow { key: setting.json_key(), name: capital(setting.label), value })
        })
        .collect();
    rows.extend(start.map(|start| SettingRow {
        key: "start".to_owned(),
        name: "Start of EM".to_owned(),
        value: start.to_owned(),
    }));
    rows
}

/// A value as it is read; none for a folder, which is a place and no property of the images, for a size that is not
/// given, and for labels that the images do not have.
fn shown(outcome: &Outcome, value: Value<'_>) -> Option<String> {
    let names = outcome.data.as_ref().map(|data| &data.about.label_names);
    // No-break spaces: a line must not end within a label.
    let label = |&label: &u8| names.map(|names| names.with_number(label).replace(' ', "\u{a0}"));
    match value {
        Value::Number(number) | Value::Automatic(Some(number)) => Some(show::setting(number)),
        Value::Labels(Labels::All) | Value::Folder(_) | Value::Size(None) | Value::Memory(None) => None,
        Value::Labels(labels) if outcome.data.is_none() => Some(show::words::labels(labels)),
        Value::Labels(_) => Some(outcome.labels().iter().filter_map(label).collect::<Vec<_>>().join(", ")),
        Value::Count(count) => Some(show::words::samples(count)),
        Value::Size(Some(shape)) => Some(shape.to_string()),
        Value::Switch(on) => Some((if on { "yes" } else { "no" }).to_owned()),
        // The pair of the assignment is what the text is about.
        Value::Formula(text) => {
            let usual = Settings::default();
            Some(text.to_owned()).filter(|text| *text != usual.law.text() && *text != usual.map.text())
        }
        Value::Whole(_) | Value::Automatic(None) | Value::Choice(_) | Value::Memory(_) => {
            Some(value.to_string())
        }
    }
}

/// "Samples S" for "samples S", and "k-means runs" as it is.
fn capital(label: &str) -> String {
    let mut letters = label.chars();
    match letters.next() {
        Some(first) if !label.starts_with("k-means") => first.to_uppercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::mixture::Mixture;
    use crate::study::Settings;

    #[test]
    fn what_results_depend_on_is_listed() {
        let mut settings =
            Settings { data: Some("a folder".into()), labels: vec![1, 8].into(), ..Settings::default() };
        let text = |settings: &Settings| {
            rows(&Outcome::new(settings.clone()))
                .iter()
                .map(|row| format!("{}: {}\n", row.name, row.value))
                .collect::<String>()
        };
        let listed = text(&settings);
        for row in [
            "Components K: 5\n",
            "Samples S: 2,000\n",
            "Labels: 1, 8\n",
            "Ridge: 10⁻⁶\n",
            "k-means start: random\n",
            "Mask per image: no\n",
        ] {
            assert!(listed.contains(row), "{row} in\n{listed}");
        }
        assert!(!listed.contains("folder") && !listed.contains("hreads"), "{listed}");
        settings.start = Mixture::standard_start(nalgebra::DMatrix::zeros(4, 5)).ok().map(Arc::new);
        let listed = text(&settings);
        assert!(
            listed.ends_with("Start of EM: a mixture given\n") && !listed.contains("k-means"),
            "{listed}"
        );
    }
}
