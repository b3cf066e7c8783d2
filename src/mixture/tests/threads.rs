//! Parallel equals sequential to the last bit, on real images at full size.

use super::*;

fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn em_is_the_same_on_any_number_of_threads() {
    let images = real_images(700);
    let held_out = real_images(760).columns(700, 60).into_owned();
    let settings = EmSettings { ridge: 1e-4, tolerance: 0.0, max_iterations: 3, ..EmSettings::default() };
    let run = || fit(&images, start(&images, 4), &settings, Some(&held_out), &mut |_| GO).unwrap();
    let alone = on(1, run);
    let evaluated = on(1, || alone.mixture.log_density(&held_out).unwrap());
    for threads in [2, 3, 5] {
        // Every number of the fit: parameters, history, NLL of training and held-out images, assignments.
        assert!(on(threads, run) == alone, "{threads} threads");
        assert_eq!(on(threads, || alone.mixture.log_density(&held_out).unwrap()), evaluated);
    }
}

#[test]
fn em_over_tiles_is_the_same_on_any_number_of_threads() {
    // 36 pixels: several spans of one tile, the last of them not full.
    let images = patches(2900);
    let run = || em(&images, start(&images, 4), 1e-3, 3);
    let alone = on(1, run);
    for threads in [2, 3, 5] {
        assert!(on(threads, run) == alone, "{threads} threads");
    }
}

#[test]
fn k_means_is_the_same_on_any_number_of_threads() {
    let images = real_images(700);
    for init in [KMeansInit::Random, KMeansInit::PlusPlus] {
        for restarts in [1, 4] {
            let alone = on(1, || clusters(&images, 5, init, restarts));
            for threads in [2, 3, 5] {
                assert!(on(threads, || clusters(&images, 5, init, restarts)) == alone, "{threads} threads");
            }
        }
    }
}
