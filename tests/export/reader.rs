//! Reads a PDF back: text, bookmarks, images with their pixels.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// A PDF that was read.
pub struct Pdf {
    pub document: Document,
    pub pages: Vec<ObjectId>,
}

/// An image of a page: its pixels, and where it is placed (x, y, width, height from the lower left).
pub struct Image {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<[u8; 3]>,
    pub place: [f32; 4],
    pub dict: Dictionary,
}

/// A line of text: what is drawn between BT and ET, with the rectangle that it takes, in points from the lower left.
#[derive(Debug)]
pub struct Line {
    pub left: f32,
    pub right: f32,
    pub bottom: f32,
    pub top: f32,
}

impl Pdf {
    pub fn read(bytes: &[u8]) -> Self {
        let document = Document::load_mem(bytes).unwrap();
        let pages = document.get_pages().into_values().collect();
        Self { document, pages }
    }

    /// The text of a page (from 1), as a viewer would copy it.
    pub fn text(&self, page: usize) -> String {
        self.document.extract_text(&[page as u32]).unwrap()
    }

    /// The number of the page whose text begins with the title.
    pub fn page_titled(&self, title: &str) -> usize {
        let found = (1..=self.pages.len()).find(|&page| self.text(page).starts_with(title));
        found.unwrap_or_else(|| panic!("no page {title}"))
    }

    /// Titles and pages (from 1) of the bookmarks, in order.
    pub fn bookmarks(&self) -> Vec<(String, usize)> {
        let outlines = self.document.catalog().unwrap().get(b"Outlines").unwrap().as_reference().unwrap();
        let mut next = self.document.get_dictionary(outlines).unwrap().get(b"First").ok().cloned();
        let mut found = Vec::new();
        while let Some(item) = next {
            let item = self.document.get_dictionary(item.as_reference().unwrap()).unwrap();
            let Object::String(title, _) = item.get(b"Title").unwrap() else { panic!("a title") };
            let units: Vec<u16> =
                title[2..].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            let target = item.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
            let page = self.pages.iter().position(|&page| page == target).unwrap() + 1;
            found.push((String::from_utf16(&units).unwrap(), page));
            next = item.get(b"Next").ok().cloned();
        }
        found
    }

    /// The corners of what is seen of a page (from 1): left, bottom, right, top.
    pub fn media_box(&self, page: usize) -> [f32; 4] {
        let page = self.document.get_dictionary(self.pages[page - 1]).unwrap();
        let corners = page.get(b"MediaBox").unwrap().as_array().unwrap();
        [0, 1, 2, 3].map(|i| corners[i].as_float().unwrap())
    }

    /// As [`Pdf::images`], of a page that may have none.
    pub fn images_or_none(&self, page: usize) -> Vec<Image> {
        let dictionary = self.document.get_dictionary(self.pages[page - 1]).unwrap();
        let resources = self.dictionary(dictionary.get(b"Resources").unwrap());
        if resources.has(b"XObject") { self.images(page) } else { Vec::new() }
    }

    /// The images of a page (from 1) in the order in which they are drawn.
    pub fn images(&self, page: usize) -> Vec<Image> {
        let id = self.pages[page - 1];
        let content = Content::decode(&self.document.get_page_content(id)).unwrap();
        let page = self.document.get_dictionary(id).unwrap();
        let resources = self.dictionary(page.get(b"Resources").unwrap());
        let objects = self.dictionary(resources.get(b"XObject").unwrap());
        let mut place = [0.0; 4];
        let mut images = Vec::new();
        for operation in &content.operations {
            match operation.operator.as_str() {
                "cm" => {
                    let m: Vec<f32> = operation.operands.iter().map(|o| o.as_float().unwrap()).collect();
                    place = [m[4], m[5], m[0], m[3]];
                }
                "Do" => {
                    let name = operation.operands[0].as_name().unwrap();
                    let object = objects.get(name).unwrap().as_reference().unwrap();
                    images.push(image(self.document.get_object(object).unwrap().as_stream().unwrap(), place));
                }
                _ => {}
            }
        }
        images
    }

    /// The lines of text of a page (from 1).
    pub fn lines(&self, page: usize) -> Vec<Line> {
        let id = self.pages[page - 1];
        let content = Content::decode(&self.document.get_page_content(id)).unwrap();
        let fonts = self.document.get_page_fonts(id).unwrap();
        let mut lines = Vec::new();
        let (mut matrix, mut font, mut size, mut largest, mut advance) =
            (Vec::new(), None, 0.0, 0.0_f32, 0.0);
        for operation in &content.operations {
            let operands = &operation.operands;
            match operation.operator.as_str() {
                "BT" => (largest, advance) = (0.0, 0.0),
                "Tm" => matrix = operands.iter().map(|o| o.as_float().unwrap()).collect(),
                "Tf" => {
                    font = Some(self.widths(fonts[operands[0].as_name().unwrap()]));
                    size = operands[1].as_float().unwrap();
                    largest = largest.max(size);
                }
                "Tj" => {
                    let Object::String(codes, _) = &operands[0] else { panic!("a string") };
                    for code in codes.chunks(2) {
                        let code = i64::from(u16::from_be_bytes([code[0], code[1]]));
                        advance += font.as_ref().unwrap()[&code] * size / 1000.0;
                    }
                }
                "ET" => {
                    let (x, y) = (matrix[4], matrix[5]);
                    // Digits and capitals are 0.73 of the size high, descenders 0.24 deep.
                    let (up, down) = (0.73 * largest, 0.24 * largest);
                    lines.push(if matrix[0] == 1.0 {
                        Line { left: x, right: x + advance, bottom: y - down, top: y + up }
                    } else {
                        Line { left: x - up, right: x + down, bottom: y, top: y + advance }
                    });
                }
                _ => {}
            }
        }
        lines
    }

    /// Fails when words of a page overlap or lie outside `bounds`: left, bottom, right, top.
    pub fn assert_words_apart(&self, page: usize, bounds: [f32; 4], what: &str) {
        let lines = self.lines(page);
        for (i, a) in lines.iter().enumerate() {
            let inside =
                a.left >= bounds[0] && a.bottom >= bounds[1] && a.right <= bounds[2] && a.top <= bounds[3];
            assert!(inside, "{what}, page {page}: {a:?}");
            for b in &lines[i + 1..] {
                let beside = a.right <= b.left || b.right <= a.left;
                let apart = a.top <= b.bottom || b.top <= a.bottom;
                assert!(beside || apart, "{what}, page {page}: {a:?} and {b:?}");
            }
        }
    }

    /// Widths of a font's codes, in thousandths of the size.
    fn widths(&self, font: &Dictionary) -> BTreeMap<i64, f32> {
        let descendant = self.dictionary(&font.get(b"DescendantFonts").unwrap().as_array().unwrap()[0]);
        let array = descendant.get(b"W").unwrap().as_array().unwrap();
        let runs = array.chunks(2).flat_map(|run| {
            let first = run[0].as_i64().unwrap();
            (first..).zip(run[1].as_array().unwrap().iter().map(|width| width.as_float().unwrap()))
        });
        runs.collect()
    }

    fn dictionary<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        match object {
            Object::Reference(id) => self.document.get_dictionary(*id).unwrap(),
            object => object.as_dict().unwrap(),
        }
    }
}

impl Image {
    /// The pixels with each block of `factor` x `factor` equal ones as one.
    pub fn reduced(&self, factor: usize) -> Vec<[u8; 3]> {
        for (i, pixel) in self.rgb.iter().enumerate() {
            let (x, y) = (i % self.width, i / self.width);
            assert_eq!(*pixel, self.rgb[y / factor * factor * self.width + x / factor * factor]);
        }
        let rows = (0..self.height).step_by(factor);
        rows.flat_map(|y| (0..self.width).step_by(factor).map(move |x| self.rgb[y * self.width + x]))
            .collect()
    }
}

fn image(stream: &Stream, place: [f32; 4]) -> Image {
    let integer = |key: &[u8]| stream.dict.get(key).unwrap().as_i64().unwrap() as usize;
    let (width, height) = (integer(b"Width"), integer(b"Height"));
    let content = stream.decompressed_content().unwrap();
    let rgb = match stream.dict.get(b"ColorSpace").unwrap() {
        Object::Name(name) if name == b"DeviceGray" => content.iter().map(|&v| [v; 3]).collect(),
        Object::Name(name) if name == b"DeviceRGB" => {
            content.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect()
        }
        Object::Array(space) => {
            assert_eq!(space[0].as_name().unwrap(), b"Indexed");
            let Object::String(table, _) = &space[3] else { panic!("a palette") };
            let color = |&i: &u8| [0, 1, 2].map(|c| table[3 * usize::from(i) + c]);
            content.iter().map(color).collect::<Vec<_>>()
        }
        other => panic!("colour space {other:?}"),
    };
    assert_eq!(rgb.len(), width * height);
    Image { width, height, rgb, place, dict: stream.dict.clone() }
}
