//! report.json: what the text of the report reads.
//!
//! It is metrics.json without what differs between equal runs (times, threads, the machine), and with the rows of the
//! table of settings and the titles of the figures. Keys mean the same in both.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::export::numbers::Numbers;
use crate::export::settings::{self, SettingRow};
use crate::study::{Outcome, SETTINGS, Settings, Value};

#[derive(serde::Serialize)]
struct ReportJson<'a> {
    program: Program,
    settings: ReportSettings<'a>,
    settings_table: Vec<SettingRow>,
    /// The title of each page of report-figures.pdf.
    figures: &'a [String],
    /// Rows of the picture of a covariance: fewer than D where entries are averaged.
    matrix_side: Option<usize>,
    #[serde(flatten)]
    numbers: &'a Numbers<'a>,
}

#[derive(serde::Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
}

/// The settings that results depend on, under the names that they have in metrics.json. Where the images lie on this
/// machine is none of them.
struct ReportSettings<'a>(&'a Settings);

impl Serialize for ReportSettings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for setting in SETTINGS.iter().filter(|setting| !setting.affects.is_empty()) {
            let value = setting.value(self.0);
            if !matches!(value, Value::Folder(_)) {
                map.serialize_entry(&setting.json_key(), &value)?;
            }
        }
        map.end()
    }
}

/// Indented JSON with a line end.
///
/// # Errors
/// [`serde_json::Error`], which no number or title gives.
pub(super) fn json(
    settings: &Settings,
    outcome: &Outcome,
    figures: &[String],
    matrix_side: Option<usize>,
    numbers: &Numbers<'_>,
) -> Result<String, serde_json::Error> {
    let program = Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let settings_table = settings::rows(outcome);
    let settings = ReportSettings(settings);
    let all = ReportJson { program, settings, settings_table, figures, matrix_side, numbers };
    serde_json::to_string_pretty(&all).map(|json| json + "\n")
}
