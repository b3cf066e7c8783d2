//! Colour maps: a number in [0, 1] to sRGB.

/// A colour map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colormap {
    /// Black to white: images and means.
    Gray,
    /// matplotlib's viridis (van der Walt and Smith, CC0): covariances, standard deviations.
    Viridis,
    /// Blue, white, red: signed differences, with zero at 0.5.
    Diverging,
}

impl Colormap {
    /// The colour of `t`, clipped to [0, 1]; NaN is shown as magenta.
    pub fn rgb(self, t: f64) -> [u8; 3] {
        let _ = t;
        todo!()
    }
}
