//! k-means: where it ends, and what restarts are for.

use proptest::prelude::*;

use super::*;

/// Whether the result is its own next iteration: every centroid the mean of its images, every image with its nearest
/// centroid (ties to the lowest index), the inertia that of these.
fn assert_fixed_point(images: &DMatrix<f64>, found: &KMeansFit) {
    let components = found.centroids.ncols();
    let scale = images.amax().max(1.0);
    for k in 0..components {
        let members: Vec<usize> = (0..images.ncols()).filter(|&s| found.assignments[s] == k).collect();
        if !members.is_empty() {
            let mean = images.select_columns(&members).column_mean();
            assert!((found.centroids.column(k) - mean).amax() < 1e-12 * scale);
        }
    }
    let mut inertia = 0.0;
    for (image, &cluster) in images.column_iter().zip(&found.assignments) {
        let distance = |k: usize| (image - found.centroids.column(k)).norm_squared();
        assert!((0..components).all(|k| distance(cluster) <= distance(k) + 1e-12 * scale * scale));
        inertia += distance(cluster);
    }
    assert!((found.inertia - inertia).abs() <= 1e-10 * inertia + 1e-12 * scale * scale);
}

#[test]
fn it_ends_at_a_fixed_point_and_more_restarts_are_not_worse() {
    let images = patches(600);
    for init in [KMeansInit::Random, KMeansInit::PlusPlus] {
        let mut least = f64::INFINITY;
        for restarts in [1, 2, 5, 9] {
            let found = clusters(&images, 4, init, restarts);
            assert_eq!(found.stop, KMeansStop::FixedPoint);
            assert!(found.history.windows(2).all(|pair| pair[1].inertia <= pair[0].inertia));
            assert_fixed_point(&images, &found);
            // The first restarts are the same: a better one replaces, a worse one never does.
            assert!(found.inertia <= least && found.restart < restarts);
            least = found.inertia;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_fixed_point_stays_one(
        dim in 1..12_usize, samples in 1..60_usize, components in 1..7_usize, plus_plus: bool, whole: bool, seed: u64,
    ) {
        let components = components.min(samples);
        // Whole numbers make ties and duplicates.
        let images = normal(dim, samples, &mut seeded(seed));
        let images = if whole { images.map(f64::round) } else { images };
        let init = if plus_plus { KMeansInit::PlusPlus } else { KMeansInit::Random };
        let found = clusters(&images, components, init, 2);
        prop_assert_eq!(found.assignments.len(), samples);
        if found.stop == KMeansStop::FixedPoint {
            assert_fixed_point(&images, &found);
        }
    }
}

#[test]
fn equal_distances_go_to_the_lowest_index() {
    // Two pairs of images, and as many clusters as images: two pairs of centroids coincide.
    let images = DMatrix::from_fn(3, 4, |i, s| i as f64 + 8.0 * (s / 2) as f64);
    let found = clusters(&images, 4, KMeansInit::Random, 1);
    let first = |s: usize| (0..4).find(|&k| found.centroids.column(k) == images.column(s)).unwrap();
    assert_eq!(found.assignments, [first(0), first(1), first(2), first(3)]);
    assert_eq!(found.inertia, 0.0);
}
