//! The families of covariances.

use std::fmt;

/// What all covariances of a mixture have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CovarianceFamily {
    /// A symmetric matrix for each component.
    Full,
    /// One symmetric matrix for all components.
    Tied,
    /// A variance for each pixel of each component.
    Diagonal,
    /// A variance for each component.
    Spherical,
    /// W W^T + diag(psi) for each component, with W of a few columns: a factor analyser.
    LowRank,
}

impl CovarianceFamily {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Full, Self::Tied, Self::Diagonal, Self::Spherical, Self::LowRank];

    /// Its name in files and settings: "low-rank".
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Tied => "tied",
            Self::Diagonal => "diagonal",
            Self::Spherical => "spherical",
            Self::LowRank => "low-rank",
        }
    }

    /// Whether it has covariances of two pixels, which can be shrunk.
    pub fn has_covariances(self) -> bool {
        !matches!(self, Self::Diagonal | Self::Spherical)
    }

    /// Free parameters of the covariances of `components` components in `dim` dimensions; `rank` is that of low-rank ones.
    ///
    /// K D (D + 1) / 2, D (D + 1) / 2, K D, K, and K (D R + D - R (R - 1) / 2), as W is determined up to a rotation of
    /// its R columns.
    pub fn free_parameters(self, components: usize, dim: usize, rank: usize) -> usize {
        let matrix = dim.saturating_mul(dim.saturating_add(1)) / 2;
        match self {
            Self::Full => components.saturating_mul(matrix),
            Self::Tied => matrix,
            Self::Diagonal => components.saturating_mul(dim),
            Self::Spherical => components,
            Self::LowRank => {
                let rotations = rank.saturating_mul(rank.saturating_sub(1)) / 2;
                let each = dim.saturating_mul(rank.saturating_add(1)).saturating_sub(rotations);
                components.saturating_mul(each)
            }
        }
    }
}

impl fmt::Display for CovarianceFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
