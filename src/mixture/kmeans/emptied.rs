//! Clusters without images.

/// How many images each of `components` clusters has.
pub(super) fn counts(clusters: &[u32], components: usize) -> Vec<usize> {
    let mut counts = vec![0; components];
    clusters.iter().for_each(|&k| counts[k as usize] += 1);
    counts
}

/// An empty cluster takes the image farthest from its centroid that no other empty cluster has taken,
/// and that image leaves its old cluster; `squared` are the images' squared distances to their centroids.
pub(super) fn refill(clusters: &mut [u32], counts: &mut [usize], squared: &[f64]) {
    let empty: Vec<usize> = (0..counts.len()).filter(|&k| counts[k] == 0).collect();
    let mut farthest: Vec<usize> = (0..clusters.len()).collect();
    farthest.sort_by(|&a, &b| squared[b].total_cmp(&squared[a]));
    let mut candidates = farthest.into_iter();
    for k in empty {
        // An image that is alone in its cluster stays: taking it would empty that one.
        if let Some(image) = candidates.find(|&image| counts[clusters[image] as usize] > 1) {
            counts[clusters[image] as usize] -= 1;
            counts[k] = 1;
            clusters[image] = k as u32;
        }
    }
}
