//! Pages to a PDF 1.7 file: bookmarks, title, embedded fonts; equal pages give equal bytes.
//!
//! printpdf lays the file out; what it gets wrong or makes up (version, page mode, dates, random
//! identifiers) is corrected in the object tree before it is written.

use lopdf::{Dictionary, Object, StringFormat};
use printpdf::{PdfDocument, PdfFont, PdfPage, PdfSaveOptions, Pt, Rect, XObject};
use sha2::{Digest, Sha256};

use super::{Canvas, Face, Fonts, PdfError};

/// A file of pages.
#[derive(Debug)]
pub struct Document<'a> {
    fonts: &'a Fonts,
    title: String,
    subject: String,
    pages: Vec<(String, Canvas<'a>)>,
}

impl<'a> Document<'a> {
    /// An empty document with its title and subject.
    pub fn new(fonts: &'a Fonts, title: &str, subject: &str) -> Self {
        Self { fonts, title: title.to_owned(), subject: subject.to_owned(), pages: Vec::new() }
    }

    /// Appends a page, with its bookmark.
    pub fn push(&mut self, bookmark: &str, page: Canvas<'a>) {
        self.pages.push((bookmark.to_owned(), page));
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`PdfError::Layout`].
    pub fn into_bytes(self) -> Result<Vec<u8>, PdfError> {
        let mut document = PdfDocument::new(&self.title);
        document.metadata.info.subject = self.subject;
        document.metadata.info.creator = concat!("gmmscope ", env!("CARGO_PKG_VERSION")).to_owned();
        document.metadata.info.producer = "printpdf 0.12".to_owned();
        for face in Face::ALL {
            let font = PdfFont::new(self.fonts.face(face).clone());
            document.resources.fonts.map.insert(face.id(), font);
        }
        let mut views = Vec::with_capacity(self.pages.len());
        for (number, (bookmark, page)) in self.pages.into_iter().enumerate() {
            document.add_bookmark(&bookmark, number + 1);
            let (width, height) = page.size();
            let view = page.view();
            views.push([view.x, height - view.bottom(), view.right(), height - view.y]);
            let (operations, images) = page.into_parts();
            let size = Rect::from_wh(Pt(width as f32), Pt(height as f32));
            document.pages.push(PdfPage {
                media_box: size.clone(),
                trim_box: size.clone(),
                crop_box: size,
                ops: operations,
            });
            for (id, image) in images {
                document.resources.xobjects.map.insert(id, XObject::External(image));
            }
        }
        let mut warnings = Vec::new();
        let mut file = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
        correct(&mut file, &views).map_err(layout)?;
        file.compress();
        write(&mut file)
    }
}

/// Sets what printpdf leaves wrong, and removes what would differ from run to run. `views` has the two corners of
/// what is seen of each page, lower left and upper right.
fn correct(file: &mut lopdf::Document, views: &[[f64; 4]]) -> lopdf::Result<()> {
    file.version = "1.7".to_owned();
    let catalog = file.catalog_mut()?;
    catalog.set("PageMode", Object::Name(b"UseOutlines".to_vec()));
    catalog.set("PageLayout", Object::Name(b"SinglePage".to_vec()));
    catalog.set("Lang", Object::string_literal("en"));
    catalog.set("ViewerPreferences", Dictionary::from_iter([("DisplayDocTitle", Object::Boolean(true))]));
    let info = file.trailer.get(b"Info")?.as_reference()?;
    let info = file.get_dictionary_mut(info)?;
    for key in ["CreationDate", "ModDate", "GTS_PDFXVersion", "Identifier", "Keywords", "Author"] {
        info.remove(key.as_bytes());
    }
    let pages: Vec<_> = file.get_pages().into_values().collect();
    for (page, view) in pages.into_iter().zip(views) {
        let page = file.get_dictionary_mut(page)?;
        page.set("MediaBox", view.iter().map(|&v| Object::Real(v as f32)).collect::<Vec<_>>());
        for key in ["Annots", "TrimBox", "CropBox"] {
            page.remove(key.as_bytes());
        }
    }
    file.trailer.remove(b"ID");
    Ok(())
}

/// Writes the file with an identifier that is the digest of its content.
fn write(file: &mut lopdf::Document) -> Result<Vec<u8>, PdfError> {
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).map_err(layout)?;
    let digest = Sha256::digest(&bytes).iter().take(16).copied().collect();
    let id = Object::String(digest, StringFormat::Hexadecimal);
    file.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    bytes.clear();
    file.save_to(&mut bytes).map_err(layout)?;
    Ok(bytes)
}

fn layout(error: impl std::fmt::Display) -> PdfError {
    PdfError::Layout(error.to_string())
}
