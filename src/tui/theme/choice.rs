//! What a terminal can show, and what was chosen for it.

/// How the number of colours is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// By NO_COLOR, COLORTERM and TERM.
    #[default]
    Auto,
    /// This depth.
    Depth(Depth),
}

/// The number of colours of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// xterm's 256: a cube of 6 x 6 x 6, and 24 grays.
    Indexed,
    /// The 16 of the ANSI palette.
    Ansi,
    /// None: bold, dim and reverse alone.
    None,
}

impl Depth {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "truecolor",
            Self::Indexed => "256",
            Self::Ansi => "16",
            Self::None => "none",
        }
    }
}

/// Which characters the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Half blocks, braille, Greek.
    Unicode,
    /// ASCII alone.
    Ascii,
}

impl Glyphs {
    /// "Unicode" or "ASCII".
    pub fn name(self) -> &'static str {
        match self {
            Self::Unicode => "Unicode",
            Self::Ascii => "ASCII",
        }
    }
}

/// The background that the terminal is taken to have; it is never painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
}

impl Ground {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}
