//! How fast the numerical core is: `cargo bench --bench core`.
//!
//! Where flops are counted they are the items of the table: "48 Gitem/s" is 48 GFLOP/s. The first group is the
//! machine's own peak for a matrix product, on one core and on all, which the others can be held against; an
//! operation's flops are those that its mathematics needs (one triangle of a symmetric product), not those spent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::ops::ControlFlow;
use std::sync::LazyLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use gmmscope::data::{Dataset, ImageShape, Source};
use gmmscope::inverse::{Conditioner, Mask, Observation, restore};
use gmmscope::linalg::{self, Factor};
use gmmscope::mixture::{
    EmSettings, Evaluator, KMeansInit, KMeansSettings, Mixture, Statistics, fit, kmeans,
};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

fn main() {
    // Fitted once, before the first measurement.
    LazyLock::force(&STANDARD);
    divan::main();
}

/// Pixels.
const D: usize = 784;

const fn cube(n: usize) -> usize {
    n * n * n
}

/// Images, and a mixture that was fitted to them.
struct Task {
    images: DMatrix<f64>,
    centroids: DMatrix<f64>,
    fitted: Mixture,
    ridge: f64,
}

/// The standard task: S = 2000, K = 5, ridge 1e-6.
static STANDARD: LazyLock<Task> = LazyLock::new(|| Task::new(2000, 5, 1e-6));

/// The large task: S = 18000, K = 20, ridge 1e-3.
static LARGE: LazyLock<Task> = LazyLock::new(|| Task::new(18_000, 20, 1e-3));

impl Task {
    fn new(samples: usize, components: usize, ridge: f64) -> Self {
        let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).expect("the images are embedded");
        let stride = data.train.len() / samples;
        let images = data.train.matrix(&(0..samples).map(|s| s * stride).collect::<Vec<_>>());
        let centroids = cluster(&images, components);
        let fitted = iterate(&images, &centroids, ridge, 3);
        Self { images, centroids, fitted, ridge }
    }
}

fn cluster(images: &DMatrix<f64>, components: usize) -> DMatrix<f64> {
    let settings = KMeansSettings {
        components,
        init: KMeansInit::Random,
        restarts: 1,
        tolerance: 1e-4,
        max_iterations: 300,
    };
    let go_on = &mut |_: &_| ControlFlow::Continue(());
    kmeans(images, &settings, &mut ChaCha8Rng::seed_from_u64(0), go_on).expect("K <= S").centroids
}

fn iterate(images: &DMatrix<f64>, centroids: &DMatrix<f64>, ridge: f64, max_iterations: usize) -> Mixture {
    let settings = EmSettings { ridge, tolerance: 1e-3, max_iterations, ..EmSettings::default() };
    let start = Mixture::standard_start(centroids.clone()).expect("centroids are finite");
    fit(images, start, &settings, None, &mut |_| ControlFlow::Continue(()))
        .expect("the ridge suffices")
        .mixture
}

/// The machine's own peak: C = A B for n x n matrices.
mod a_peak {
    use super::*;

    fn square(n: usize) -> DMatrix<f64> {
        DMatrix::from_fn(n, n, |i, j| ((i * 7 + j * 3) % 11) as f64)
    }

    #[divan::bench(args = [D, 1024])]
    fn product_on_one_core(bencher: Bencher, n: usize) {
        let (a, mut c) = (square(n), square(n));
        let bencher = bencher.counter(ItemsCount::new(2 * cube(n)));
        bencher.bench_local(|| linalg::product(black_box(&mut c), false, 1.0, &a, &a));
    }

    #[divan::bench(args = [D, 1024])]
    fn products_on_all_cores(bencher: Bencher, n: usize) {
        let a = square(n);
        let mut outs = vec![square(n); rayon::current_num_threads()];
        let bencher = bencher.counter(ItemsCount::new(2 * cube(n) * outs.len()));
        bencher.bench_local(|| {
            outs.par_iter_mut().for_each(|c| linalg::product(black_box(c), false, 1.0, &a, &a))
        });
    }
}

/// Sigma = L L^T.
mod b_factorisation {
    use super::*;

    #[divan::bench]
    fn one_covariance_on_one_core(bencher: Bencher) {
        let sigma = STANDARD.fitted.covariances()[0].dense().into_owned();
        let bencher = bencher.counter(ItemsCount::new(cube(D) / 3));
        bencher.with_inputs(|| sigma.clone()).bench_local_values(Factor::new);
    }

    #[divan::bench(args = [5, 20])]
    fn all_covariances(bencher: Bencher, components: usize) {
        let task = if components == 5 { &STANDARD } else { &LARGE };
        let bencher = bencher.counter(ItemsCount::new(components * cube(D) / 3));
        bencher.bench_local(|| task.fitted.factors());
    }
}

/// log p(x) and responsibilities; S D^2 flops for the images' own components, whatever else is spent.
mod c_e_step {
    use super::*;

    fn evaluate(bencher: Bencher, task: &Task) {
        let evaluator = Evaluator::new(&task.fitted).expect("it was fitted");
        let bencher = bencher.counter(ItemsCount::new(task.images.ncols() * D * D));
        bencher.bench_local(|| evaluator.evaluate(&task.images));
    }

    #[divan::bench]
    fn standard(bencher: Bencher) {
        evaluate(bencher, &STANDARD);
    }

    #[divan::bench(sample_count = 5)]
    fn large(bencher: Bencher) {
        evaluate(bencher, &LARGE);
    }

    #[divan::bench]
    fn identity_start(bencher: Bencher) {
        let start = Mixture::standard_start(STANDARD.centroids.clone()).expect("centroids are finite");
        let evaluator = Evaluator::new(&start).expect("the identity needs no factor");
        bencher.bench_local(|| evaluator.evaluate(&STANDARD.images));
    }
}

/// Counts, sums and scatter: D^2 flops for every responsibility that is not zero.
mod d_m_step {
    use super::*;

    fn gather(bencher: Bencher, task: &Task) {
        let responsibilities = task.fitted.responsibilities(&task.images).expect("it was fitted");
        let pairs = responsibilities.iter().filter(|&&weight| weight > 0.0).count();
        let bencher = bencher.counter(ItemsCount::new(pairs * D * D));
        let mut statistics = Statistics::new(task.fitted.means());
        bencher.bench_local(|| statistics.add(&task.images, &responsibilities));
    }

    #[divan::bench]
    fn standard(bencher: Bencher) {
        gather(bencher, &STANDARD);
    }

    #[divan::bench(sample_count = 5)]
    fn large(bencher: Bencher) {
        gather(bencher, &LARGE);
    }
}

/// From seeding to rest.
mod e_k_means {
    use super::*;

    #[divan::bench]
    fn standard(bencher: Bencher) {
        bencher.bench_local(|| cluster(&STANDARD.images, 5));
    }

    #[divan::bench(sample_count = 5)]
    fn large(bencher: Bencher) {
        bencher.bench_local(|| cluster(&LARGE.images, 20));
    }
}

/// Ten images under one mask, K = 5, 78 of 784 pixels observed (budgets: means 10 ms, all 300 ms).
mod f_conditioning {
    use super::*;

    fn given() -> (Observation, DMatrix<f64>) {
        let mask = Mask::random(ImageShape::of_vector(D), 0.1, &mut ChaCha8Rng::seed_from_u64(1))
            .expect("0.1 is a fraction");
        (mask.into(), STANDARD.images.columns(0, 10).into_owned())
    }

    #[divan::bench]
    fn posterior_means_of_ten_images(bencher: Bencher) {
        let (mask, images) = given();
        bencher.bench_local(|| {
            let conditioner = Conditioner::new(&STANDARD.fitted, &mask).expect("it was fitted");
            let posteriors = conditioner.posteriors(&images).expect("ten images of 784 pixels");
            posteriors.iter().map(|posterior| posterior.expectation()).collect::<Vec<_>>()
        });
    }

    #[divan::bench]
    fn restorations_with_standard_deviations(bencher: Bencher) {
        let (mask, images) = given();
        bencher.bench_local(|| restore(&STANDARD.fitted, &images, std::slice::from_ref(&mask)));
    }

    #[divan::bench]
    fn factors_for_posterior_draws(bencher: Bencher) {
        let (mask, _) = given();
        let conditioner = Conditioner::new(&STANDARD.fitted, &mask).expect("it was fitted");
        bencher.bench_local(|| conditioner.drawer());
    }
}

/// Task 1 for the twenty instructive pairs: pieces, curves, checks.
mod h_transform {
    use gmmscope::density::{Expression, MixedLaw, Pair, examples::EXAMPLES};

    use super::*;

    fn pair(index: usize) -> Pair {
        let law = MixedLaw::parse(EXAMPLES[index].law).expect("an example");
        Pair::new(law, Expression::parse(EXAMPLES[index].map).expect("an example"))
    }

    #[divan::bench(sample_count = 5)]
    fn twenty_pairs(bencher: Bencher) {
        let study = |index| pair(index).study(&mut ChaCha8Rng::seed_from_u64(0));
        bencher
            .counter(ItemsCount::new(EXAMPLES.len()))
            .bench_local(|| (0..EXAMPLES.len()).map(study).filter(|report| report.passed()).count());
    }

    #[divan::bench(args = 0..20, sample_count = 3)]
    fn one_pair(bencher: Bencher, index: usize) {
        bencher.bench_local(|| pair(index).study(&mut ChaCha8Rng::seed_from_u64(0)));
    }
}

/// EM from given means to its end.
mod g_whole_fit {
    use super::*;

    #[divan::bench(sample_count = 20)]
    fn standard(bencher: Bencher) {
        bencher.bench_local(|| iterate(&STANDARD.images, &STANDARD.centroids, STANDARD.ridge, 100));
    }

    #[divan::bench(sample_count = 1, sample_size = 1)]
    fn large_three_iterations(bencher: Bencher) {
        bencher.bench_local(|| iterate(&LARGE.images, &LARGE.centroids, LARGE.ridge, 3));
    }
}
