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

impl Ground {
    /// What a background of an sRGB colour is: by its luma (ITU-R BT.601), dark below the middle.
    pub fn of([r, g, b]: [u8; 3]) -> Self {
        let luma = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
        if luma < 1000 * 255 / 2 { Self::Dark } else { Self::Light }
    }
}

/// What pictures are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pictures {
    /// Half blocks, or finer glyphs.
    #[default]
    Blocks,
    /// Pixels, by kitty's graphics protocol.
    Kitty,
    /// Pixels, as sixels.
    Sixel,
}

impl Pictures {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Kitty => "kitty",
            Self::Sixel => "sixel",
        }
    }

    /// The next one, in a circle.
    pub fn next(self) -> Self {
        match self {
            Self::Blocks => Self::Kitty,
            Self::Kitty => Self::Sixel,
            Self::Sixel => Self::Blocks,
        }
    }
}

/// How it is decided what pictures are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PicturesChoice {
    /// By what the terminal answers; blocks until then.
    #[default]
    Auto,
    /// This.
    Fixed(Pictures),
}
