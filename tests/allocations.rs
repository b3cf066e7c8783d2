//! What an iteration of EM allocates: its entry in the history, and nothing else.
//!
//! Counted by an allocator that sees every thread, between calls of the observer, in a fit of real images.

use std::ops::ControlFlow;

use gmmscope::data::{Dataset, Source};
use gmmscope::mixture::{EmIteration, EmSettings, Mixture, fit_owned};
use nalgebra::DMatrix;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

#[test]
fn an_iteration_allocates_its_entry_in_the_history_and_nothing_else() {
    const COMPONENTS: usize = 4;
    let _profiler = dhat::Profiler::builder().testing().build();
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).expect("the images are embedded");
    let images = data.train.matrix(&(0..600).collect::<Vec<_>>());
    let held_out = data.train.matrix(&(600..650).collect::<Vec<_>>());
    let dim = images.nrows();
    let start = Mixture::standard_start(images.select_columns(&[0, 1, 2, 3])).expect("images are finite");

    let mut seen = Vec::with_capacity(16);
    let settings = EmSettings { ridge: 1e-2, tolerance: 0.0, max_iterations: 8 };
    let mut observer = |_: &EmIteration| {
        let heap = dhat::HeapStats::get();
        seen.push((heap.total_bytes, heap.total_blocks));
        ControlFlow::Continue(())
    };
    // Inside the pool: what reaches it from outside goes through a queue that grows.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
    let fitted = pool.install(|| fit_owned(images, start, &settings, Some(&held_out), &mut observer));
    let history = fitted.expect("the ridge suffices").history;
    // Every step was a different one: none was spared because nothing had changed.
    assert!(history.windows(2).all(|pair| pair[0].nll != pair[1].nll && pair[0].means != pair[1].means));

    // The first iteration makes the memory for distances, the second that for factors: before, all covariances were
    // the identity.
    let each: Vec<_> =
        seen.windows(2).skip(1).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect();
    // Weights; means in an Arc, which counts twice.
    let values = (dim * COMPONENTS + COMPONENTS) * size_of::<f64>();
    let entry = values + size_of::<DMatrix<f64>>() + 2 * size_of::<usize>();
    assert_eq!(each, vec![(entry as u64, 3); 6]);
}
