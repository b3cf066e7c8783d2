//! The configuration: what a file says, parsed from its text. No files, no environment.

use gmmscope::study::Settings;
use gmmscope::tui::{Accents, ColorChoice, Depth, Glyphs, Ground, Keys, Pictures, PicturesChoice};
use toml::de::DeTable;

use super::source::{Fault, Source};
use super::{colors, keys, settings};

/// What a configuration file says; what it leaves out is as by default.
#[derive(Debug, Clone)]
pub struct Config {
    /// `color`.
    pub color: ColorChoice,
    /// `glyphs`; `None` is "auto".
    pub glyphs: Option<Glyphs>,
    /// `theme`; `None` is "auto".
    pub ground: Option<Ground>,
    /// `pictures`.
    pub pictures: PicturesChoice,
    /// `[colors]`.
    pub accents: Accents,
    /// `mouse`.
    pub mouse: bool,
    /// `[settings]`.
    pub settings: Settings,
    /// `[keys]`.
    pub keys: Keys,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            color: ColorChoice::Auto,
            glyphs: None,
            ground: None,
            pictures: PicturesChoice::Auto,
            accents: Accents::NONE,
            mouse: true,
            settings: Settings::default(),
            keys: Keys::default(),
        }
    }
}

/// The choices of `color`.
pub(super) const COLORS: [(&str, ColorChoice); 5] = [
    ("auto", ColorChoice::Auto),
    ("truecolor", ColorChoice::Depth(Depth::True)),
    ("256", ColorChoice::Depth(Depth::Indexed)),
    ("16", ColorChoice::Depth(Depth::Ansi)),
    ("none", ColorChoice::Depth(Depth::None)),
];
/// The choices of `glyphs`.
pub(super) const GLYPHS: [(&str, Option<Glyphs>); 3] =
    [("auto", None), ("unicode", Some(Glyphs::Unicode)), ("ascii", Some(Glyphs::Ascii))];
/// The choices of `theme`.
pub(super) const THEMES: [(&str, Option<Ground>); 3] =
    [("auto", None), ("dark", Some(Ground::Dark)), ("light", Some(Ground::Light))];

/// The choices of `pictures`.
pub(super) const PICTURES: [(&str, PicturesChoice); 4] = [
    ("auto", PicturesChoice::Auto),
    ("blocks", PicturesChoice::Fixed(Pictures::Blocks)),
    ("kitty", PicturesChoice::Fixed(Pictures::Kitty)),
    ("sixel", PicturesChoice::Fixed(Pictures::Sixel)),
];

/// Reads a configuration file.
///
/// # Errors
/// [`Fault`]: the first thing that is wrong, with its line.
pub fn parse(text: &str) -> Result<Config, Fault> {
    const KNOWN: [&str; 8] = ["theme", "color", "glyphs", "pictures", "mouse", "colors", "settings", "keys"];
    let source = Source(text);
    let document = DeTable::parse(text).map_err(|error| {
        source.fault(error.span().unwrap_or(text.len()..text.len()), no_toml(error.message()))
    })?;
    let mut config = Config::default();
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "theme" => config.ground = source.choice("theme", value, &THEMES)?,
            "color" => config.color = source.choice("color", value, &COLORS)?,
            "glyphs" => config.glyphs = source.choice("glyphs", value, &GLYPHS)?,
            "pictures" => config.pictures = source.choice("pictures", value, &PICTURES)?,
            "mouse" => config.mouse = source.truth("mouse", value)?,
            "colors" => config.accents = colors::read(source, value)?,
            "settings" => config.settings = settings::read(source, value)?,
            "keys" => config.keys = keys::read(source, value)?,
            other => return Err(source.unknown(key.span(), "key", other, &KNOWN)),
        }
    }
    Ok(config)
}

fn no_toml(message: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("this is no TOML: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, String) {
        let fault = parse(text).unwrap_err();
        (fault.line, fault.what)
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = parse("").unwrap();
        assert_eq!(config.settings, gmmscope::study::Settings::default());
        assert!(config.mouse && config.glyphs.is_none() && config.ground.is_none());
    }

    #[test]
    fn the_look_is_read() {
        let config =
            parse("theme = 'light'\ncolor = 256\nglyphs = \"ascii\"\nmouse = false\npictures = 'kitty'\n")
                .unwrap();
        assert_eq!(config.pictures, PicturesChoice::Fixed(Pictures::Kitty));
        assert_eq!((config.ground, config.color), (Some(Ground::Light), ColorChoice::Depth(Depth::Indexed)));
        assert_eq!((config.glyphs, config.mouse), (Some(Glyphs::Ascii), false));
        assert_eq!(parse("color = 'none'").unwrap().color, ColorChoice::Depth(Depth::None));
    }

    #[test]
    fn faults_name_their_line_and_a_hint() {
        for (text, line, what) in [
            ("\n\ncolour = 'auto'", 3, "unknown key colour: did you mean color?"),
            (
                "# x\nzzz = 1",
                2,
                "unknown key zzz: choose one of theme, color, glyphs, pictures, mouse, colors, settings, keys",
            ),
            ("color = 'red'", 1, "color is red: choose one of auto, truecolor, 256, 16, none"),
            ("theme = 3", 1, "theme is 3: choose one of auto, dark, light"),
            ("theme = true", 1, "theme is true: write text in quotes"),
            ("mouse = 'no'", 1, "mouse is the text \"no\": write true or false"),
            ("\nkeys = 4", 2, "keys is the number 4: write it as a table [keys]"),
        ] {
            assert_eq!(fault(text), (line, what.to_owned()), "{text}");
        }
        let (line, what) = fault("mouse = true\ncolor = \n");
        assert!(line == 2 && what.starts_with("this is no TOML: "), "{line}: {what}");
        let (line, what) = fault("mouse = true\n\nmouse = false\n");
        assert!(line == 3 && what.contains("duplicate"), "{line}: {what}");
    }
}
