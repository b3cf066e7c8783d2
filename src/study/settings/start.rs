//! Where EM starts.

use super::value::OneOf;

/// The means that EM starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartMeans {
    /// The centroids of k-means.
    #[default]
    KMeans,
    /// K different images, drawn at random.
    Random,
    /// The mean of all images, K times.
    Identical,
}

impl OneOf for StartMeans {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::KMeans, "k-means", "The centroids of k-means"),
        (Self::Random, "random", "K different images, picked at random"),
        (Self::Identical, "identical", "The mean of all images, K times"),
    ];
}
