//! The report: report.typ, which any Typst compiles as it is, with the numbers and figures that it uses, and
//! with the feature `report` report.pdf.
//!
//! The text is in `report.typ`, one for every run; the sentences that are true of one run only are chosen there by the
//! numbers. Here the numbers are gathered and the PDF is typeset.

mod json;
#[cfg(feature = "report")]
mod world;

use super::ExportError;
use super::figures::{matrix_side, plates};
use super::numbers::Numbers;
use crate::study::Outcome;

/// The text, with formulas, conditions and layout.
const TEXT: &str = include_str!("report/report.typ");

/// The files of a report.
#[derive(Debug)]
pub(super) struct Report {
    /// Names and contents. The text refers to the others by these names.
    pub files: Vec<(&'static str, Vec<u8>)>,
}

impl Report {
    /// The report on what the outcome holds, with its `numbers`. Nothing is written yet.
    ///
    /// Equal outcomes give equal bytes. Cost: as `figures`; with the feature `report`, a second or two more.
    ///
    /// # Errors
    /// [`ExportError::Pdf`] for the figures, `ExportError::Typeset` (feature `report`) for the text.
    pub fn new(outcome: &Outcome, numbers: &Numbers<'_>) -> Result<Self, ExportError> {
        let (figures, titles) = plates(outcome, numbers.restorations)?;
        let json = json::json(&outcome.resolved_settings(), outcome, &titles, matrix_side(outcome), numbers)?;
        let files = vec![
            ("report-figures.pdf", figures),
            ("report.json", json.into_bytes()),
            ("report.typ", TEXT.as_bytes().to_vec()),
        ];
        #[cfg(feature = "report")]
        let files = {
            let pdf = world::typeset("report.typ", &files)?;
            let mut files = files;
            files.push(("report.pdf", pdf));
            files
        };
        Ok(Self { files })
    }
}

/// The names of the files of a report, in the order in which they are written.
pub const REPORT_FILES: &[&str] = if cfg!(feature = "report") {
    &["report-figures.pdf", "report.json", "report.typ", "report.pdf"]
} else {
    &["report-figures.pdf", "report.json", "report.typ"]
};
