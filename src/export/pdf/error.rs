//! Why a PDF cannot be made.

/// Errors of laying out a PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// An embedded font that cannot be parsed.
    #[error("the embedded font {name} cannot be read: rebuild the program from unchanged sources")]
    Font {
        /// The face.
        name: &'static str,
    },
    /// printpdf or lopdf refused.
    #[error("the PDF cannot be laid out: {0}")]
    Layout(String),
}
