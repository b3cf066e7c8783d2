//! The pages of figures.pdf: title above, caption below, the figure between, page number and bookmark.
//!
//! Pages are described first and drawn at the end: as pages of figures.pdf, where the first one can list the others,
//! or as plates, the figures alone, for the report.

use crate::export::pdf::{Canvas, Color, Document, Fonts, PdfError, Rect, Stroke, Style, Text};

/// A4, landscape, in points.
const WIDTH: f64 = 841.89;
const HEIGHT: f64 = 595.28;
const MARGIN: f64 = 42.0;

const TITLE: f64 = 16.0;
const CAPTION: f64 = 9.0;
const LEADING: f64 = 12.5;

/// Size of a plate, in points. The report scales it to its text's width, by 0.98: its text has at least 7 points there.
const PLATE: (f64, f64) = (480.0, 340.0);

/// The same for many components, which have no room there.
const WIDE_PLATE: (f64, f64) = (620.0, 430.0);

/// A figure: draws itself into a rectangle of a page.
type Figure<'a> = Box<dyn FnOnce(&mut Canvas<'_>, &Rect) + 'a>;

/// A page that is not drawn yet.
struct Page<'a> {
    title: String,
    caption: String,
    figure: Figure<'a>,
}

/// A file of figures that is not drawn yet.
#[derive(Default)]
pub struct Book<'a> {
    pages: Vec<Page<'a>>,
}

impl<'a> Book<'a> {
    /// Appends a page: its title, which is also its bookmark, a caption, and a figure.
    pub fn page(&mut self, title: &str, caption: &str, figure: impl FnOnce(&mut Canvas<'_>, &Rect) + 'a) {
        self.pages.push(page(title, caption, figure));
    }

    /// Puts a page before all others.
    pub fn front(&mut self, title: &str, caption: &str, figure: impl FnOnce(&mut Canvas<'_>, &Rect) + 'a) {
        self.pages.insert(0, page(title, caption, figure));
    }

    /// The titles of the pages so far, in order.
    pub fn titles(&self) -> Vec<String> {
        self.pages.iter().map(|page| page.title.clone()).collect()
    }

    /// The bytes of the file, with its title and subject.
    ///
    /// # Errors
    /// As [`Document::into_bytes`].
    pub fn into_bytes(self, fonts: &Fonts, title: &str, subject: &str) -> Result<Vec<u8>, PdfError> {
        let mut document = Document::new(fonts, title, subject);
        for (i, page) in self.pages.into_iter().enumerate() {
            let mut canvas = Canvas::new(fonts, WIDTH, HEIGHT);
            let bookmark = Text::new(&page.title).characters();
            let sheet = Rect::new(0.0, 0.0, WIDTH, HEIGHT).inset(MARGIN, 34.0, MARGIN, 24.0);
            let caption = Text::new(&page.caption).wrap(fonts, &Style::new(CAPTION), sheet.width);
            let caption_top = sheet.bottom() - 16.0 - LEADING * caption.len() as f64;
            let above = TITLE + 18.0;
            let area = sheet.inset(0.0, above, 0.0, sheet.bottom() - caption_top + 14.0);

            // In the order in which they are read.
            canvas.text((sheet.x, sheet.y + TITLE), &Text::new(&page.title), &Style::new(TITLE).bold());
            (page.figure)(&mut canvas, &area);
            draw_caption(&mut canvas, &sheet, caption_top, &caption);
            draw_footer(&mut canvas, &sheet, i + 1);
            document.push(&bookmark, canvas);
        }
        document.into_bytes()
    }

    /// The bytes of a file with each figure alone on a page of its own height, and the figures' titles in order.
    ///
    /// # Errors
    /// As [`Document::into_bytes`].
    pub fn into_plates(
        self,
        fonts: &Fonts,
        title: &str,
        wide: bool,
    ) -> Result<(Vec<u8>, Vec<String>), PdfError> {
        let mut document = Document::new(fonts, title, "");
        let titles = self.titles();
        let (width, height) = if wide { WIDE_PLATE } else { PLATE };
        for page in self.pages {
            let mut canvas = Canvas::new(fonts, width, height);
            (page.figure)(&mut canvas, &Rect::new(0.0, 0.0, width, height).inset(1.0, 2.0, 1.0, 2.0));
            document.push(&Text::new(&page.title).characters(), canvas.cropped(2.0));
        }
        Ok((document.into_bytes()?, titles))
    }
}

fn page<'a>(title: &str, caption: &str, figure: impl FnOnce(&mut Canvas<'_>, &Rect) + 'a) -> Page<'a> {
    Page { title: title.to_owned(), caption: caption.to_owned(), figure: Box::new(figure) }
}

fn draw_caption(canvas: &mut Canvas<'_>, sheet: &Rect, top: f64, lines: &[Text]) {
    canvas.line((sheet.x, top - 4.0), (sheet.right(), top - 4.0), &Stroke::new(Color::FRAME, 0.5));
    for (i, line) in lines.iter().enumerate() {
        canvas.text((sheet.x, top + LEADING * (i as f64 + 0.85)), line, &Style::new(CAPTION));
    }
}

fn draw_footer(canvas: &mut Canvas<'_>, sheet: &Rect, number: usize) {
    let style = Style::new(7.5).color(Color::SOFT);
    canvas.text((sheet.x, sheet.bottom()), &Text::plain("gmmscope"), &style);
    canvas.text((sheet.right(), sheet.bottom()), &Text::plain(&number.to_string()), &style.right());
}
