//! Colours of lines, fills and text.

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// Text and axes.
    pub const INK: Self = Self(0x1f, 0x23, 0x28);
    /// Secondary text: captions, tick labels.
    pub const SOFT: Self = Self(0x57, 0x60, 0x6a);
    /// Thin frames around pictures.
    pub const FRAME: Self = Self(0xb4, 0xba, 0xc2);
    /// Grid lines.
    pub const GRID: Self = Self(0xe4, 0xe7, 0xeb);
    /// Behind the first quantity of a chart.
    pub const BLUE: Self = Self(0x1f, 0x6f, 0xb4);
    /// The second quantity.
    pub const ORANGE: Self = Self(0xd9, 0x6b, 0x0b);
    /// Thresholds and failures.
    pub const RED: Self = Self(0xb4, 0x23, 0x18);
    /// What holds.
    pub const GREEN: Self = Self(0x1a, 0x7f, 0x37);
    /// The outline of filled histograms.
    pub const MEDIUM_BLUE: Self = Self(0x93, 0xb9, 0xdd);
    /// Filled histograms behind a blue curve.
    pub const PALE_BLUE: Self = Self(0xcf, 0xe1, 0xf2);

    /// One of ten distinguishable colours for categories (labels, components), repeated beyond ten.
    ///
    /// Okabe and Ito's eight for colour-blind readers without black and with a darker yellow, and three more.
    pub fn category(index: usize) -> Self {
        const COLORS: [Color; 10] = [
            Color(0x00, 0x72, 0xb2),
            Color(0xe6, 0x9f, 0x00),
            Color(0x00, 0x9e, 0x73),
            Color(0xcc, 0x79, 0xa7),
            Color(0x56, 0xb4, 0xe9),
            Color(0xd5, 0x5e, 0x00),
            Color(0x8c, 0x6b, 0xb1),
            Color(0xb8, 0xa8, 0x1c),
            Color(0x7f, 0x5b, 0x3a),
            Color(0x80, 0x80, 0x80),
        ];
        COLORS[index % COLORS.len()]
    }
}
