//! Typst in process: a folder in memory, with four fonts, that is typeset to a PDF.
//!
//! No file is read, no clock, no font of the system: equal files give equal bytes.

use std::collections::HashMap;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::export::ExportError;

/// Typst's own default faces, so that the text looks the same when Typst itself compiles it.
const FONTS: [&[u8]; 4] = [
    include_bytes!("../../../data/fonts/LibertinusSerif-Regular.otf"),
    include_bytes!("../../../data/fonts/LibertinusSerif-Italic.otf"),
    include_bytes!("../../../data/fonts/LibertinusSerif-Bold.otf"),
    include_bytes!("../../../data/fonts/NewCMMath-Regular.otf"),
];

/// The PDF of the file `main` among `files`, each a name and its content.
///
/// # Errors
/// [`ExportError::Typeset`] with the first fault and its line.
pub(super) fn typeset(main: &'static str, files: &[(&'static str, Vec<u8>)]) -> Result<Vec<u8>, ExportError> {
    let folder = Folder::new(main, files)?;
    let document = typst::compile::<PagedDocument>(&folder);
    let bytes = document.output.and_then(|document| typst_pdf::pdf(&document, &PdfOptions::default()));
    // What was remembered for a next time is of no use to another run's numbers.
    typst::comemo::evict(0);
    bytes.map_err(|faults| folder.fault(faults.first()))
}

/// A folder in memory.
struct Folder {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl Folder {
    fn new(main: &'static str, files: &[(&'static str, Vec<u8>)]) -> Result<Self, ExportError> {
        let mut contents = HashMap::new();
        for (name, content) in files {
            contents.insert(file_id(name)?, Bytes::new(content.clone()));
        }
        let id = file_id(main)?;
        let text = contents.get(&id).and_then(|content| content.as_str().ok());
        let main = Source::new(id, text.unwrap_or_default().to_owned());
        let fonts: Vec<Font> = FONTS.iter().flat_map(|font| Font::iter(Bytes::new(*font))).collect();
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main,
            files: contents,
        })
    }

    /// An error of Typst in one line.
    fn fault(&self, fault: Option<&SourceDiagnostic>) -> ExportError {
        let line = |fault: &SourceDiagnostic| {
            let start = self.range(fault.span)?.start;
            self.main.lines().byte_to_line(start).map(|line| line + 1)
        };
        ExportError::Typeset(match fault {
            Some(fault) => match line(fault) {
                Some(line) => format!("{} (line {line})", fault.message),
                None => fault.message.to_string(),
            },
            None => "no reason was given".to_owned(),
        })
    }
}

fn file_id(name: &str) -> Result<FileId, ExportError> {
    let path = VirtualPath::new(name).map_err(|fault| ExportError::Typeset(format!("{name}: {fault:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Folder {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::NotSource) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = || id.get().vpath().get_without_slash().into();
        self.files.get(&id).cloned().ok_or_else(|| FileError::NotFound(path()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
