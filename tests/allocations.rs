//! What an iteration of EM allocates: its entry in the history, and nothing else.
//!
//! Counted by an allocator that sees every thread, between calls of the observer, in a fit of real images.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::ops::ControlFlow;

use gmmscope::data::{Dataset, Source};
use gmmscope::mixture::{EmIteration, EmSettings, HeldOut, Mixture, fit_owned};
use nalgebra::DMatrix;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const COMPONENTS: usize = 4;

/// What an entry of the history takes: weights; means and variances, each in an Arc, which counts twice.
fn entry(dim: usize) -> u64 {
    let values = (2 * dim * COMPONENTS + COMPONENTS) * size_of::<f64>();
    (values + 2 * size_of::<DMatrix<f64>>() + 4 * size_of::<usize>()) as u64
}

/// Bytes and blocks that each iteration from the third on allocates. The first one makes the memory for distances, the
/// second that for factors: before, all covariances were the identity.
fn allocated(threads: usize, images: &DMatrix<f64>, held_out: &DMatrix<f64>) -> Vec<(u64, u64)> {
    let start = Mixture::standard_start(images.select_columns(&[0, 1, 2, 3])).expect("images are finite");
    let mut seen = Vec::with_capacity(16);
    let settings = EmSettings { ridge: 1e-2, tolerance: 0.0, max_iterations: 8, ..EmSettings::default() };
    let mut observer = |_: &EmIteration| {
        let heap = dhat::HeapStats::get();
        seen.push((heap.total_bytes, heap.total_blocks));
        ControlFlow::Continue(())
    };
    // Inside the pool: what reaches it from outside goes through a queue that grows.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads");
    let images = images.clone();
    let held_out = Some(HeldOut { images: held_out, every_iteration: true });
    let fitted = pool.install(|| fit_owned(images, start, &settings, held_out, &mut observer));
    let history = fitted.expect("the ridge suffices").history;
    // Every step was a different one: none was spared because nothing had changed.
    assert!(history.windows(2).all(|pair| pair[0].nll != pair[1].nll && pair[0].means != pair[1].means));
    let pairs = seen.windows(2).skip(1);
    pairs.map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect()
}

#[test]
fn an_iteration_allocates_its_entry_in_the_history_and_nothing_else() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).expect("the images are embedded");
    let images = data.train.matrix(&(0..600).collect::<Vec<_>>());
    let held_out = data.train.matrix(&(600..650).collect::<Vec<_>>());
    let entry = entry(images.nrows());

    assert_eq!(allocated(1, &images, &held_out), vec![(entry, 5); 6]);

    // With several threads it is chance when as many as ever work at once: late ones make working memory, of two sizes,
    // once and for all.
    let threads = 3;
    let block = (images.nrows() * 256 * size_of::<f64>()) as u64;
    let batch = (images.nrows() * (512 + 4) * size_of::<f64>()) as u64;
    let spent: u64 = allocated(threads, &images, &held_out).iter().map(|(bytes, _)| bytes - entry).sum();
    let late = 2 * threads as u64 * block + COMPONENTS as u64 * batch;
    assert!(spent <= late + 4096, "{spent} bytes in six iterations, beside the history");
}
