//! The embedded fonts: which characters they have and how wide text is.
//!
//! DejaVu Sans in three faces, subset by `data/fonts/subset.py`.

use printpdf::{FontId, ParsedFont};

use super::PdfError;

/// A face of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Upright.
    Regular,
    /// Titles.
    Bold,
    /// Variables in formulas. Has no mathematical symbols and no sub- and superscript characters.
    Oblique,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Oblique];

    /// The name under which the face is known in the PDF: the tag says that it is a subset.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "GMMSCA+DejaVuSans",
            Self::Bold => "GMMSCB+DejaVuSans-Bold",
            Self::Oblique => "GMMSCC+DejaVuSans-Oblique",
        }
    }

    /// The resource name in the page's content.
    pub fn id(self) -> FontId {
        FontId(self.short_name().to_owned())
    }

    fn short_name(self) -> &'static str {
        match self {
            Self::Regular => "FR",
            Self::Bold => "FB",
            Self::Oblique => "FO",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../data/fonts/DejaVuSans.ttf"),
            Self::Bold => include_bytes!("../../../data/fonts/DejaVuSans-Bold.ttf"),
            Self::Oblique => include_bytes!("../../../data/fonts/DejaVuSans-Oblique.ttf"),
        }
    }
}

/// The three faces, parsed.
#[derive(Debug, Clone)]
pub struct Fonts {
    regular: ParsedFont,
    bold: ParsedFont,
    oblique: ParsedFont,
}

impl Fonts {
    /// Parses the embedded fonts.
    ///
    /// # Errors
    /// [`PdfError::Font`] when the embedded bytes are not a font, which a build with damaged files would cause.
    pub fn load() -> Result<Self, PdfError> {
        let parse = |face: Face| {
            let mut font = ParsedFont::from_bytes(face.bytes(), 0, &mut Vec::new())
                .ok_or(PdfError::Font { name: face.name() })?;
            font.font_name = Some(face.name().to_owned());
            Ok(font)
        };
        Ok(Self { regular: parse(Face::Regular)?, bold: parse(Face::Bold)?, oblique: parse(Face::Oblique)? })
    }

    /// One face.
    pub fn face(&self, face: Face) -> &ParsedFont {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
            Face::Oblique => &self.oblique,
        }
    }

    /// Whether the face has a glyph for the character.
    pub fn has(&self, face: Face, character: char) -> bool {
        self.face(face).lookup_glyph_index(u32::from(character)).is_some()
    }

    /// The text with what the face cannot show made visible: a missing glyph would be blank.
    ///
    /// White space and control characters become spaces, other missing characters `□`.
    pub fn printable(&self, face: Face, text: &str) -> String {
        let replacement = if self.has(face, '□') { '□' } else { '?' };
        text.chars()
            .map(|c| match c {
                c if c.is_whitespace() || c.is_control() => ' ',
                c if self.has(face, c) => c,
                _ => replacement,
            })
            .collect()
    }

    /// Width of the text in points at the given size. Kerning is not used.
    pub fn width(&self, face: Face, size: f64, text: &str) -> f64 {
        let font = self.face(face);
        // The PDF holds the widths as whole thousandths of an em, and viewers advance by those.
        let thousandths: u32 = text
            .chars()
            .filter_map(|c| font.lookup_glyph_index(u32::from(c)))
            .filter_map(|glyph| font.get_glyph_width(glyph))
            .map(|width| u32::from(width) * 1000 / u32::from(font.units_per_em).max(1))
            .sum();
        f64::from(thousandths) * size / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_dejavu() {
        let fonts = Fonts::load().unwrap();
        // DejaVu Sans: digits are 1303 of 2048 units wide, "π" 1233, "i" 569.
        assert_eq!(fonts.width(Face::Regular, 1000.0, "0"), 636.0);
        assert_eq!(fonts.width(Face::Regular, 10.0, "00"), 12.72);
        assert_eq!(fonts.width(Face::Regular, 1000.0, "iπ"), 277.0 + 602.0);
    }

    #[test]
    fn what_no_face_has_is_made_visible() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.printable(Face::Regular, "π₁ − 漢\u{a0}x\ty"), "π₁ − □ x y");
        assert_eq!(fonts.printable(Face::Oblique, "x漢"), "x?");
    }
}
