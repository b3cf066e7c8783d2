//! EM of images that are read again and again, by one process or several, held to EM of the same images in memory.

use std::sync::{Arc, Barrier, Mutex};

use super::*;

/// Images in single precision.
struct Singles(Vec<f32>, usize);

impl ImageSource for Singles {
    fn dim(&self) -> usize {
        self.1
    }

    fn len(&self) -> usize {
        self.0.len() / self.1
    }

    fn tile<'a>(&'a self, first: usize, count: usize, memory: &'a mut Vec<f64>) -> &'a [f64] {
        memory.clear();
        memory.extend(self.0[first * self.1..][..count * self.1].iter().map(|&value| f64::from(value)));
        memory
    }
}

/// Overlapping clusters, and the same images as a matrix.
fn images(dim: usize, samples: usize) -> (Singles, DMatrix<f64>) {
    let mut rng = seeded(3);
    let centres = normal(dim, 3, &mut rng) * (1.5 / (dim as f64).sqrt());
    let mut images = normal(dim, samples, &mut rng);
    images.column_iter_mut().enumerate().for_each(|(s, mut image)| image += centres.column(s % 3));
    let singles = Singles(images.iter().map(|&value| value as f32).collect(), dim);
    let matrix = DMatrix::from_iterator(dim, samples, singles.0.iter().map(|&value| f64::from(value)));
    (singles, matrix)
}

fn settings(max_iterations: usize) -> EmSettings {
    EmSettings { ridge: 0.1, shrinkage: 3.0, tolerance: 0.0, max_iterations, ..EmSettings::default() }
}

fn of_source(source: &dyn ImageSource, ranks: &dyn Ranks, start: Mixture, held_out: &DMatrix<f64>) -> EmFit {
    let held_out = Some(HeldOut { images: held_out, every_iteration: true });
    fit_source(source, ranks, start, &settings(3), held_out, &mut |_| GO).unwrap()
}

/// Threads instead of processes: what each has is laid side by side, and added up by halves.
struct Threads {
    rank: usize,
    laid: Arc<Mutex<Vec<Vec<f64>>>>,
    barrier: Arc<Barrier>,
}

impl Threads {
    fn exchange(&self, own: &[f64]) -> Vec<Vec<f64>> {
        self.laid.lock().unwrap()[self.rank] = own.to_vec();
        self.barrier.wait();
        let all = self.laid.lock().unwrap().clone();
        self.barrier.wait();
        all
    }
}

impl Ranks for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.laid.lock().unwrap().len()
    }

    fn sum(&self, values: &mut [f64]) {
        let mut all = self.exchange(values);
        while all.len() > 1 {
            all = all
                .chunks(2)
                .map(|pair| pair[0].iter().zip(&pair[1]).map(|(a, b)| a + b).collect())
                .collect();
        }
        values.copy_from_slice(&all[0]);
    }

    fn most(&self, values: &mut [f64]) {
        for other in self.exchange(values) {
            values.iter_mut().zip(other).for_each(|(value, other)| *value = value.max(other));
        }
    }

    fn gather(&self, own: Vec<u32>) -> Vec<u32> {
        let own: Vec<f64> = own.into_iter().map(f64::from).collect();
        self.exchange(&own).concat().into_iter().map(|value| value as u32).collect()
    }

    fn agree(&self, own: bool) -> bool {
        self.exchange(&[f64::from(u8::from(own))])[0] == [1.0]
    }
}

/// What `work` finds in each of `count` threads that take part.
fn together<T: Send>(count: usize, work: impl Fn(&Threads) -> T + Sync) -> Vec<T> {
    let laid = Arc::new(Mutex::new(vec![Vec::new(); count]));
    let barrier = Arc::new(Barrier::new(count));
    let all: Vec<Threads> = (0..count)
        .map(|rank| Threads { rank, laid: Arc::clone(&laid), barrier: Arc::clone(&barrier) })
        .collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = all.iter().map(|ranks| scope.spawn(|| work(ranks))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn few_pixels_from_a_source_are_those_in_memory_to_the_bit() {
    let (source, matrix) = images(7, 3000);
    let held_out = matrix.columns(0, 50).into_owned();
    let memory = fit(&matrix, start(&matrix, 3), &settings(3), Some(&held_out), &mut |_| GO).unwrap();
    assert_eq!(of_source(&source, &Alone, start(&matrix, 3), &held_out), memory);
}

#[test]
fn many_pixels_from_a_source_are_those_in_memory() {
    let (source, matrix) = images(130, 1400);
    let held_out = matrix.columns(0, 50).into_owned();
    let memory = fit(&matrix, start(&matrix, 3), &settings(3), Some(&held_out), &mut |_| GO).unwrap();
    let read = of_source(&source, &Alone, start(&matrix, 3), &held_out);
    assert!(difference(&read.mixture, &memory.mixture) < 1e-11);
    for (a, b) in nll(&read).iter().zip(nll(&memory)) {
        assert!((a - b).abs() < 1e-10, "{a} {b}");
    }
    let scores = read.held_out_log_density.iter().zip(&memory.held_out_log_density);
    assert!(scores.into_iter().all(|(a, b)| (a - b).abs() < 1e-9));
    assert!((read.final_held_out_nll.unwrap() - memory.final_held_out_nll.unwrap()).abs() < 1e-10);
    assert_eq!(read.assignments, memory.assignments);
}

#[test]
fn one_two_four_and_eight_processes_find_the_same_to_the_bit() {
    // Both kernels; spans that some processes have none of.
    for (dim, samples) in [(5, 9000), (5, 300), (97, 5000)] {
        let (source, matrix) = images(dim, samples);
        let held_out = matrix.columns(0, 20).into_owned();
        let one = of_source(&source, &Alone, start(&matrix, 3), &held_out);
        for size in [1, 2, 4, 8] {
            for fit in together(size, |ranks| of_source(&source, ranks, start(&matrix, 3), &held_out)) {
                assert_eq!(fit, one, "{size} processes, {dim} pixels");
            }
        }
    }
}

#[test]
fn what_one_process_finds_wrong_all_refuse() {
    let (mut source, matrix) = images(5, 3000);
    source.0[5 * 2900 + 2] = f32::NAN;
    let errors = together(4, |ranks| {
        fit_source(&source, ranks, start(&matrix, 2), &settings(1), None, &mut |_| GO).unwrap_err()
    });
    assert!(errors.iter().all(|error| *error == MixtureError::NonFinitePixel { image: 2900, pixel: 2 }));
    let far = DMatrix::from_element(5, 2, 1e200);
    let errors = together(2, |ranks| {
        let start = Mixture::standard_start(far.clone()).unwrap();
        fit_source(&matrix, ranks, start, &settings(1), None, &mut |_| GO).unwrap_err()
    });
    assert!(errors.iter().all(|error| *error == MixtureError::NoDensity { image: 0 }), "{errors:?}");
}

#[test]
fn the_first_process_decides_when_to_stop() {
    let (source, matrix) = images(5, 2500);
    let fits = together(2, |ranks| {
        let mut observer = |_: &EmIteration| {
            if ranks.rank() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        fit_source(&source, ranks, start(&matrix, 2), &settings(9), None, &mut observer).unwrap()
    });
    assert!(fits.iter().all(|fit| fit.stop == StopReason::Cancelled && fit.history.len() == 1));
}

fn clustered(source: &dyn ImageSource, ranks: &dyn Ranks, tolerance: f64) -> KMeansFit {
    let settings = KMeansSettings { components: 3, tolerance, max_iterations: 50, ..Default::default() };
    kmeans_source(source, ranks, &settings, &mut seeded(5), &mut |_| GO).unwrap()
}

#[test]
fn k_means_of_a_source_ends_where_lloyds_iteration_does() {
    // More than the sample holds: 2^22 doubles.
    let (source, matrix) = images(70, 70_000);
    let fit = clustered(&source, &Alone, 0.0);
    assert_eq!(fit.stop, KMeansStop::FixedPoint);
    let inertia: Vec<f64> = fit.history.iter().map(|step| step.inertia).collect();
    assert!(!inertia.is_empty() && inertia.windows(2).all(|pair| pair[1] <= pair[0]));
    // Every image is with the nearest centroid, and every centroid is the mean of its images.
    let mut sums = DMatrix::zeros(70, 3);
    let mut counts = [0.0; 3];
    for (image, &k) in matrix.column_iter().zip(&fit.assignments) {
        let squared: Vec<f64> =
            fit.centroids.column_iter().map(|centroid| (image - centroid).norm_squared()).collect();
        assert!(squared.iter().all(|&other| other >= squared[k] - 1e-10));
        let mut sum = sums.column_mut(k);
        sum += image;
        counts[k] += 1.0;
    }
    sums.column_iter_mut().zip(counts).for_each(|(mut sum, count)| sum /= count);
    assert!((sums - &fit.centroids).amax() < 1e-12);
    for size in [2, 4] {
        let fits = together(size, |ranks| clustered(&source, ranks, 0.0));
        assert!(fits.into_iter().all(|other| other == fit));
    }
    assert_eq!(clustered(&source, &Alone, 1e3).stop, KMeansStop::Tolerance);
}

#[test]
fn k_means_of_a_source_that_memory_holds_is_that_in_memory() {
    let (source, matrix) = images(7, 900);
    let settings = KMeansSettings { components: 3, ..Default::default() };
    let mut rng = seeded(5);
    rand::seq::index::sample(&mut rng, 900, 900);
    let expected = kmeans(&matrix, &settings, &mut rng, &mut |_| GO).unwrap();
    let found = kmeans_source(&source, &Alone, &settings, &mut seeded(5), &mut |_| GO).unwrap();
    assert_eq!(found, expected);
}
