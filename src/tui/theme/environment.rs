//! What the environment says of the terminal.

use super::choice::{Depth, Glyphs, Ground};

/// The environment variables that the decision depends on.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// NO_COLOR, which counts when it is set and not empty (no-color.org).
    pub no_color: Option<String>,
    /// COLORTERM.
    pub colorterm: Option<String>,
    /// TERM.
    pub term: Option<String>,
    /// COLORFGBG, which rxvt, Konsole and others set: "15;0" is white on black.
    pub colorfgbg: Option<String>,
    /// TMUX, which tmux sets.
    pub tmux: Option<String>,
    /// The first of LC_ALL, LC_CTYPE, LANG that is set and not empty.
    pub locale: Option<String>,
}

impl Environment {
    /// What this process was given.
    pub fn read() -> Self {
        let get = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            no_color: get("NO_COLOR"),
            colorterm: get("COLORTERM"),
            term: get("TERM"),
            colorfgbg: get("COLORFGBG"),
            tmux: get("TMUX"),
            locale: get("LC_ALL").or_else(|| get("LC_CTYPE")).or_else(|| get("LANG")),
        }
    }

    pub(super) fn depth(&self) -> Depth {
        let term = self.term.as_deref().unwrap_or_default();
        let colorterm = self.colorterm.as_deref().unwrap_or_default();
        if self.no_color.is_some() || is_monochrome(term) {
            Depth::None
        } else if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") {
            Depth::True
        } else if has_few_colors(term) {
            Depth::Ansi
        } else {
            // SSH rarely forwards COLORTERM, and terminals without 256 colours are rare.
            Depth::Indexed
        }
    }

    pub(super) fn glyphs(&self) -> Glyphs {
        let utf8 = |locale: &str| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        };
        // Without any locale, as in many containers and over many connections, the terminal is still modern.
        match &self.locale {
            Some(locale) if !utf8(locale) => Glyphs::Ascii,
            _ => Glyphs::Unicode,
        }
    }

    /// Whether questions to the terminal reach one that answers, or does no harm with them: not a bare console.
    pub fn can_be_asked(&self) -> bool {
        !matches!(self.term.as_deref(), None | Some("dumb" | "unknown" | "linux" | "cons25"))
    }

    /// Whether it is tmux or screen that answers; they take a question about kitty's graphics for a title.
    pub fn is_multiplexed(&self) -> bool {
        let term = self.term.as_deref().unwrap_or_default();
        self.tmux.is_some() || term.starts_with("tmux") || term.starts_with("screen")
    }

    pub(super) fn ground(&self) -> Ground {
        // Until the terminal answers, if it does.
        let background = self.colorfgbg.as_deref().and_then(|both| both.rsplit(';').next());
        match background.and_then(|color| color.parse::<u8>().ok()) {
            Some(7 | 9..=15) => Ground::Light,
            _ => Ground::Dark,
        }
    }
}

/// Whether terminfo gives the terminal no colours: DEC's and others' before colour, and the variants called so.
fn is_monochrome(term: &str) -> bool {
    let (name, variants) = term.split_once('-').unwrap_or((term, ""));
    let numbered = |maker: &str| {
        name.strip_prefix(maker).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    matches!(name, "dumb" | "unknown" | "network" | "sun" | "wyse" | "adm" | "h19")
        && !variants.split('-').any(|variant| variant == "color")
        || (numbered("vt") && name != "vt525")
        || ["wy", "wyse", "tvi", "adm", "hp"].into_iter().any(numbered)
        || variants.split('-').any(|variant| matches!(variant, "m" | "m1" | "m2" | "mono" | "vt220" | "vt52"))
}

/// Whether the terminal has 8 or 16 colours, and no palette of 256.
fn has_few_colors(term: &str) -> bool {
    matches!(term, "linux" | "ansi" | "pcansi" | "cygwin" | "hurd" | "xterm-color" | "eterm-color" | "vt525")
        || ["cons25", "wsvt25", "sun-color"].into_iter().any(|name| term.starts_with(name))
        || ["-16color", "-8color", "-88color"].into_iter().any(|name| term.ends_with(name))
}
