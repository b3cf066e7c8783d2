//! k-means, iteration by iteration, against Lloyd's as the definition has it: all distances, all sums, every time.

use proptest::prelude::*;
use rand::Rng;

use super::*;
use crate::linalg::squared_distance;
use crate::mixture::kmeans::seeding;

/// Nothing but the definition: the history and the final assignments of one run.
fn lloyd(images: &DMatrix<f64>, settings: &KMeansSettings, seed: u64) -> (Vec<KMeansIteration>, Vec<usize>) {
    let mut rng = seeded(seeded(seed).next_u64());
    let start = seeding::pick(images, settings.components, settings.init, &mut rng);
    let mut centroids = images.select_columns(&start);
    let mut current = nearest(images, &centroids);
    let mut history = Vec::new();
    for iteration in 1..=settings.max_iterations {
        let inertia = current.iter().map(|(_, squared)| squared).sum();
        let moved = means(images, &current, settings.components);
        let movement = (&moved - &centroids).norm_squared();
        let next = nearest(images, &moved);
        let changed = next.iter().zip(&current).filter(|(a, b)| a.0 != b.0).count();
        history.push(KMeansIteration { restart: 0, iteration, inertia, movement, changed });
        (centroids, current) = (moved, next);
        if changed == 0 {
            break;
        }
    }
    (history, current.iter().map(|&(k, _)| k).collect())
}

/// The nearest centroid of every image, ties to the lowest index, and its squared distance.
fn nearest(images: &DMatrix<f64>, centroids: &DMatrix<f64>) -> Vec<(usize, f64)> {
    let of = |image: &[f64]| {
        let squared = centroids.column_iter().map(|c| squared_distance(image, c.as_slice()));
        squared.enumerate().fold((0, f64::INFINITY), |best, (k, d)| if d < best.1 { (k, d) } else { best })
    };
    images.column_iter().map(|image| of(image.as_slice())).collect()
}

/// The clusters' means, after emptied ones took the farthest images of clusters that can spare one.
fn means(images: &DMatrix<f64>, current: &[(usize, f64)], components: usize) -> DMatrix<f64> {
    let mut members = vec![Vec::new(); components];
    current.iter().enumerate().for_each(|(s, &(k, _))| members[k].push(s));
    let mut farthest: Vec<usize> = (0..current.len()).collect();
    farthest.sort_by(|&a, &b| current[b].1.total_cmp(&current[a].1));
    let mut farthest = farthest.into_iter();
    for k in 0..components {
        if current.iter().all(|&(own, _)| own != k) {
            let Some(taken) = farthest.find(|&s| members[current[s].0].len() > 1) else { break };
            members[current[taken].0].retain(|&s| s != taken);
            members[k] = vec![taken];
        }
    }
    // The definition's sum, rounded once: in twice the precision.
    DMatrix::from_fn(images.nrows(), components, |i, k| {
        let (mut sum, mut rest) = (0.0, 0.0);
        for &s in &members[k] {
            let x = images[(i, s)];
            let next: f64 = sum + x;
            let back = next - sum;
            rest += (sum - (next - back)) + (x - back);
            sum = next;
        }
        (sum + rest) / members[k].len().max(1) as f64
    })
}

/// The same run twice: here, and by the definition.
fn assert_lloyd(images: &DMatrix<f64>, components: usize, init: KMeansInit, seed: u64) {
    let settings = KMeansSettings { components, init, restarts: 1, tolerance: 0.0, max_iterations: 60 };
    let found = kmeans(images, &settings, &mut seeded(seed), &mut |_| GO).unwrap();
    let (history, assignments) = lloyd(images, &settings, seed);
    let changed = |history: &[KMeansIteration]| history.iter().map(|step| step.changed).collect::<Vec<_>>();
    assert_eq!(changed(&found.history), changed(&history));
    assert_eq!(found.assignments, assignments);
    // Where images fall into single points nothing but rounding is left.
    let rounding = 1e-28 * images.norm_squared();
    for (a, b) in found.history.iter().zip(&history) {
        assert!((a.inertia - b.inertia).abs() <= 1e-12 * b.inertia + rounding, "{a:?} {b:?}");
        assert!((a.movement - b.movement).abs() <= 1e-9 * b.movement + rounding, "{a:?} {b:?}");
    }
}

/// `count` images, the last third of them copies of others.
fn with_copies(images: DMatrix<f64>) -> DMatrix<f64> {
    let count = images.ncols();
    let of = |s: usize| if s < count - count / 3 { s } else { s * 7 % (count - count / 3) };
    images.select_columns(&(0..count).map(of).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_iteration_is_that_of_the_definition(
        dim in 1..40_usize, samples in 2..150_usize, components in 1..14_usize, plus_plus: bool, copies: bool,
        kind in 0..5, seed: u64,
    ) {
        let images = normal(dim, samples, &mut seeded(seed));
        let images = match kind {
            // Whole numbers, or few of them: exact ties.
            0 => images.map(f64::round),
            1 => images.map(|x| f64::from(x > 0.0)),
            // Two heaps, far from each other or far from 0: little is left of |x|^2.
            2 => DMatrix::from_fn(dim, samples, |i, s| images[(i, s)] + if s % 2 == 0 { 1e3 } else { 0.0 }),
            // Pixels of very different sizes.
            3 => images.map(|x| x * x.abs().powi(8)),
            _ => images,
        };
        let images = if copies { with_copies(images) } else { images };
        let init = if plus_plus { KMeansInit::PlusPlus } else { KMeansInit::Random };
        assert_lloyd(&images, components.min(samples), init, seed);
    }
}

#[test]
fn real_images_are_clustered_as_the_definition_says() {
    let images = with_copies(real_images(500));
    for (components, init) in [(3, KMeansInit::Random), (12, KMeansInit::PlusPlus), (90, KMeansInit::Random)]
    {
        assert_lloyd(&images, components, init, 3);
    }
    // More clusters than pixels: no bounds.
    assert_lloyd(&patches_of(4, 400), 24, KMeansInit::Random, 5);
    // Whole numbers of a quarter, many ties among them.
    assert_lloyd(&patches(400).map(|x| (4.0 * x).round()), 9, KMeansInit::Random, 7);
}
