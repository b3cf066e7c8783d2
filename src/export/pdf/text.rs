//! Text with a little mathematics: oblique variables, subscripts and superscripts.
//!
//! Between dollar signs, letters and small Greek are oblique, and `_{...}` and `^{...}` lower and raise:
//! `"the density $p_{Z}(z)$ of $Z = X^{2}$"`. `$$` is a dollar sign. Characters that Unicode has as
//! subscripts are best written so ("π₁"): they are then found by a search of the PDF.

use super::{Color, Face, Fonts};

/// Size of subscripts and superscripts relative to the text.
const SCRIPT: f64 = 0.72;

/// Height of capitals and digits relative to the size, for centring on a line.
pub const CAP_HEIGHT: f64 = 0.729;

/// How far the highest letters, accents included, reach above the baseline, relative to the size.
pub const ASCENT: f64 = 0.93;

/// How far letters reach below the baseline, relative to the size.
pub const DESCENT: f64 = 0.24;

/// Where the given point lies on the text's baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At its start.
    Left,
    /// In its middle.
    Center,
    /// At its end.
    Right,
}

/// How text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Size in points.
    pub size: f64,
    /// Regular or bold; variables are oblique in any case.
    pub face: Face,
    /// Colour.
    pub color: Color,
    /// Which part of the text lies at the given point.
    pub anchor: Anchor,
    /// Read from below upwards.
    pub vertical: bool,
}

impl Style {
    /// Regular, dark, from the left.
    pub fn new(size: f64) -> Self {
        Self { size, face: Face::Regular, color: Color::INK, anchor: Anchor::Left, vertical: false }
    }

    /// In another colour.
    pub fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// In bold.
    pub fn bold(self) -> Self {
        Self { face: Face::Bold, ..self }
    }

    /// With its middle at the given point.
    pub fn centered(self) -> Self {
        Self { anchor: Anchor::Center, ..self }
    }

    /// With its end at the given point.
    pub fn right(self) -> Self {
        Self { anchor: Anchor::Right, ..self }
    }

    /// Turned a quarter to the left.
    pub fn vertical(self) -> Self {
        Self { vertical: true, ..self }
    }
}

/// Height of a run above or below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Base,
    Sub,
    Super,
}

/// Consecutive characters set alike.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    text: String,
    oblique: bool,
    level: Level,
}

/// A run ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Characters that the face has.
    pub text: String,
    /// The face.
    pub face: Face,
    /// Size in points.
    pub size: f64,
    /// Height above the baseline, in points.
    pub rise: f64,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    runs: Vec<Run>,
}

impl Text {
    /// Text as it is, without markup: for names of files and other words of the user.
    pub fn plain(text: &str) -> Self {
        Self { runs: vec![Run { text: text.to_owned(), oblique: false, level: Level::Base }] }
    }

    /// The words of the user within markup: dollar signs are doubled.
    pub fn escape(text: &str) -> String {
        text.replace('$', "$$")
    }

    /// Text with markup (see the module).
    pub fn new(markup: &str) -> Self {
        let mut text = Self::default();
        let mut math = false;
        let mut level = Level::Base;
        let mut characters = markup.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '$' if characters.peek() == Some(&'$') => {
                    characters.next();
                    text.push('$', false, level);
                }
                '$' => math = !math,
                '_' | '^' if math && characters.peek() == Some(&'{') => {
                    characters.next();
                    level = if c == '_' { Level::Sub } else { Level::Super };
                }
                '}' if math && level != Level::Base => level = Level::Base,
                c => text.push(c, math && is_variable(c), level),
            }
        }
        text
    }

    fn push(&mut self, c: char, oblique: bool, level: Level) {
        match self.runs.last_mut() {
            Some(run) if run.oblique == oblique && run.level == level => run.text.push(c),
            _ => self.runs.push(Run { text: c.to_string(), oblique, level }),
        }
    }

    /// The characters alone.
    pub fn characters(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// The runs as they are drawn in a style.
    pub fn spans(&self, fonts: &Fonts, style: &Style) -> Vec<Span> {
        self.runs
            .iter()
            .map(|run| {
                let face = if run.oblique { Face::Oblique } else { style.face };
                let (scale, rise) = match run.level {
                    Level::Base => (1.0, 0.0),
                    Level::Sub => (SCRIPT, -0.16),
                    Level::Super => (SCRIPT, 0.36),
                };
                Span {
                    text: fonts.printable(face, &run.text),
                    face,
                    size: style.size * scale,
                    rise: style.size * rise,
                }
            })
            .collect()
    }

    /// Width in points.
    pub fn width(&self, fonts: &Fonts, style: &Style) -> f64 {
        self.spans(fonts, style).iter().map(|span| fonts.width(span.face, span.size, &span.text)).sum()
    }

    /// Lines of at most `width` points, broken at spaces (a longer word keeps a line of its own).
    pub fn wrap(&self, fonts: &Fonts, style: &Style, width: f64) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for word in self.words() {
            let Some(line) = lines.last_mut() else {
                lines.push(word);
                continue;
            };
            let mut longer = line.clone();
            longer.runs.push(Run { text: " ".to_owned(), oblique: false, level: Level::Base });
            longer.runs.extend(word.runs.iter().cloned());
            if longer.width(fonts, style) <= width {
                *line = longer;
            } else {
                lines.push(word);
            }
        }
        lines.into_iter().map(Self::merged).collect()
    }

    fn words(&self) -> Vec<Self> {
        let mut words = vec![Self::default()];
        for run in &self.runs {
            for (i, piece) in run.text.split(' ').enumerate() {
                if i > 0 {
                    words.push(Self::default());
                }
                if let (false, Some(word)) = (piece.is_empty(), words.last_mut()) {
                    word.runs.push(Run { text: piece.to_owned(), ..run.clone() });
                }
            }
        }
        words.retain(|word| !word.runs.is_empty());
        words
    }

    fn merged(self) -> Self {
        let mut text = Self::default();
        for run in self.runs {
            for c in run.text.chars() {
                text.push(c, run.oblique, run.level);
            }
        }
        text
    }
}

/// Letters that stand for variables: Latin, and small Greek. Capital Greek stays upright, as is usual.
fn is_variable(c: char) -> bool {
    c.is_ascii_alphabetic() || ('α'..='ω').contains(&c) || c == 'ϕ'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(markup: &str) -> Vec<(String, Face, f64)> {
        let fonts = Fonts::load().unwrap();
        Text::new(markup)
            .spans(&fonts, &Style::new(10.0))
            .into_iter()
            .map(|s| (s.text, s.face, s.rise))
            .collect()
    }

    #[test]
    fn markup_makes_oblique_variables_and_scripts() {
        assert_eq!(
            spans("a $p_{Z}(z)$"),
            [
                ("a ".to_owned(), Face::Regular, 0.0),
                ("p".to_owned(), Face::Oblique, 0.0),
                ("Z".to_owned(), Face::Oblique, -1.6),
                ("(".to_owned(), Face::Regular, 0.0),
                ("z".to_owned(), Face::Oblique, 0.0),
                (")".to_owned(), Face::Regular, 0.0),
            ]
        );
    }

    #[test]
    fn the_users_words_are_not_markup() {
        let path = "a$b_{c}$";
        assert_eq!(Text::plain(path).characters(), path);
        assert_eq!(Text::new(&Text::escape(path)).characters(), path);
    }

    #[test]
    fn lines_keep_within_the_width_and_lose_no_word() {
        let fonts = Fonts::load().unwrap();
        let style = Style::new(9.0);
        let text = Text::new("the weights $π$₁ = 0.312 and $π$₂ = 0.271 of the mixture, of two components");
        let lines = text.wrap(&fonts, &style, 120.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| line.width(&fonts, &style) <= 120.0));
        let joined: Vec<String> = lines.iter().map(Text::characters).collect();
        assert_eq!(joined.join(" "), text.characters());
    }
}
