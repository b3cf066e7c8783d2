//! figures.pdf: one page a figure, from whatever an [`Outcome`] holds so far.
//!
//! Used by `export_all` and by the dashboard's `e`. Each file here is one figure, written as a description
//! of itself over the drawing layer in `export::pdf`: what is on the page, with which words.

mod book;
mod covariances;
mod data;
mod em;
mod inpainting;
mod kmeans;
mod means;
mod samples;
mod summary;
mod transform;
mod words;

use self::book::Book;
use super::pdf::Fonts;
pub use super::pdf::PdfError;
use crate::study::Outcome;

/// The bytes of figures.pdf for what the outcome holds; the first page says what is missing.
///
/// Equal outcomes give equal bytes: wall-clock times are not shown. Cost: about a second for K = 5, most of it
/// the averaging and compression of the covariance matrices.
///
/// # Errors
/// [`PdfError`].
pub fn figures(outcome: &Outcome) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load()?;
    let mut book = Book::default();
    transform::pages(&mut book, outcome);
    data::pages(&mut book, outcome);
    kmeans::pages(&mut book, outcome);
    em::pages(&mut book, outcome);
    means::pages(&mut book, outcome);
    covariances::pages(&mut book, outcome);
    samples::pages(&mut book, outcome);
    inpainting::pages(&mut book, outcome);
    summary::front(&mut book, outcome);
    book.into_bytes(&fonts, "gmmscope: figures", &words::settings(&outcome.settings))
}
