//! figures.pdf: one page a figure, from whatever an [`Outcome`] holds so far.
//!
//! Each file here describes one figure over the drawing layer in `export::pdf`: what the page shows and says.

mod book;
mod captions;
mod composition;
mod covariances;
mod data;
mod em;
mod formula;
mod inpainting;
mod kmeans;
mod means;
mod restorations;
mod samples;
mod summary;
mod transform;

use self::book::Book;
pub use self::covariances::matrix_side;
use super::pdf::Fonts;
pub use super::pdf::PdfError;
use crate::study::{Outcome, Restorations};

/// The bytes of figures.pdf for what the outcome holds, and for what was measured of its restorations; the first page says what is missing.
///
/// Equal outcomes give equal bytes: wall-clock times are not shown. Cost: about a second for K = 5, most of it
/// the averaging and compression of the covariance matrices.
///
/// # Errors
/// [`PdfError`].
pub fn figures(outcome: &Outcome, restorations: Option<&Restorations>) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load()?;
    let mut book = Book::default();
    transform::pages(&mut book, outcome);
    images(&mut book, outcome);
    restorations.into_iter().for_each(|found| restorations::pages(&mut book, found, outcome));
    summary::front(&mut book, outcome);
    book.into_bytes(&fonts, "gmmscope: figures", &captions::settings(outcome))
}

/// The same figures alone, each on a page of its own height, for the report; and their titles, in the order of the
/// pages. Without the first page and the table of checks, which the report has as text.
///
/// # Errors
/// [`PdfError`].
pub fn plates(
    outcome: &Outcome,
    restorations: Option<&Restorations>,
) -> Result<(Vec<u8>, Vec<String>), PdfError> {
    let fonts = Fonts::load()?;
    let mut book = Book::default();
    transform::plate(&mut book, outcome);
    images(&mut book, outcome);
    restorations.into_iter().for_each(|found| restorations::pages(&mut book, found, outcome));
    let wide = outcome.settings.kmeans.components > 10;
    book.into_plates(&fonts, "gmmscope: figures of the report", wide)
}

/// The figures of tasks 2 and 3.
fn images<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    data::pages(book, outcome);
    kmeans::pages(book, outcome);
    em::pages(book, outcome);
    means::pages(book, outcome);
    covariances::pages(book, outcome);
    samples::pages(book, outcome);
    inpainting::pages(book, outcome);
}

#[cfg(test)]
mod tests {
    use super::super::pdf::{Face, Fonts};
    use crate::data::LABEL_NAMES;
    use crate::show;

    /// Every file with words that come onto a page.
    const SOURCES: [&str; 16] = [
        include_str!("figures/book.rs"),
        include_str!("figures/captions.rs"),
        include_str!("figures/composition.rs"),
        include_str!("figures/covariances.rs"),
        include_str!("figures/data.rs"),
        include_str!("figures/em.rs"),
        include_str!("figures/formula.rs"),
        include_str!("figures/inpainting.rs"),
        include_str!("figures/kmeans.rs"),
        include_str!("figures/means.rs"),
        include_str!("figures.rs"),
        include_str!("figures/restorations.rs"),
        include_str!("figures/samples.rs"),
        include_str!("figures/summary.rs"),
        include_str!("figures/transform.rs"),
        include_str!("../show/words.rs"),
    ];

    #[test]
    fn the_fonts_have_every_character_of_the_figures() {
        let fonts = Fonts::load().unwrap();
        let numbers = [0.0, -1.5, f64::INFINITY, f64::NAN, -1.234_567_89e-300, 9.876_543_21e210];
        let numbers = numbers.iter().map(|&value| show::scientific(value, 9) + &show::fixed(value, 3));
        let words = SOURCES.concat() + &numbers.collect::<String>() + &LABEL_NAMES.concat();
        for c in words.chars().filter(|c| !c.is_whitespace()) {
            for face in [Face::Regular, Face::Bold] {
                assert!(
                    fonts.has(face, c),
                    "{face:?} lacks {c:?}: add it to data/fonts/subset.py and run that"
                );
            }
        }
        for c in ('a'..='z').chain('A'..='Z').chain('α'..='ω').chain(['ϕ', ' ']) {
            assert!(fonts.has(Face::Oblique, c), "the oblique face lacks {c:?}");
        }
    }
}
