//! The tabs, their order and their names.

/// The tabs, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Task 1: curves and checks.
    Transform,
    /// The training images.
    Data,
    /// k-means and EM.
    Fit,
    /// Means and covariances.
    Components,
    /// Samples of the mixture.
    Samples,
    /// Task 3: restored images.
    Inpaint,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 6] =
        [Self::Transform, Self::Data, Self::Fit, Self::Components, Self::Samples, Self::Inpaint];

    /// What stands on it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Transform => "Transform",
            Self::Data => "Data",
            Self::Fit => "Fit",
            Self::Components => "Components",
            Self::Samples => "Samples",
            Self::Inpaint => "Inpaint",
        }
    }

    /// Its position, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The tab `by` places further, around the ends.
    pub(super) fn moved(self, by: usize) -> Self {
        Self::ALL[(self.index() + by) % Self::ALL.len()]
    }
}
