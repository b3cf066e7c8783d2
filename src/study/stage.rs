//! The stages of a study, and which of them read the results of which.

/// The stages of a study, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Task 1.
    Transform,
    /// Loading images and choosing among them.
    Data,
    /// Task 2: the start of EM.
    KMeans,
    /// Task 2: EM.
    Em,
    /// Task 2: samples.
    Samples,
    /// Task 3.
    Inpaint,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 6] =
        [Self::Transform, Self::Data, Self::KMeans, Self::Em, Self::Samples, Self::Inpaint];

    /// The name on the screen and in files: "k-means".
    pub fn name(self) -> &'static str {
        match self {
            Self::Transform => "transform",
            Self::Data => "data",
            Self::KMeans => "k-means",
            Self::Em => "EM",
            Self::Samples => "samples",
            Self::Inpaint => "inpaint",
        }
    }

    /// The stage whose result changes this one's, whatever it was that changed it. Of the data each stage reads its own
    /// part: training, held-out or test images.
    pub(super) fn source(self) -> Option<Self> {
        match self {
            Self::Transform | Self::Data | Self::KMeans => None,
            Self::Em => Some(Self::KMeans),
            Self::Samples | Self::Inpaint => Some(Self::Em),
        }
    }
}
