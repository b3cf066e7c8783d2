//! Outcomes made by hand from real images, with every number known.

use std::sync::Arc;
use std::time::Duration;

use gmmscope::data::{About, Dataset, Source};
use gmmscope::density;
use gmmscope::inverse::{Mask, Restoration};
use gmmscope::mixture::{EmIteration, KMeansFit, KMeansIteration, KMeansStop, Mixture, StopReason};
use gmmscope::study::{
    DataReport, EmStep, Event, FitReport, HeldOutScore, InpaintReport, Outcome, SamplesReport, Settings,
    Stage,
};
use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// A complete outcome with `components` components on `samples` images of the labels.
pub fn complete(components: usize, samples: usize, labels: &[u8]) -> Outcome {
    let mut settings = Settings { samples: samples.into(), labels: labels.into(), ..Settings::default() };
    settings.kmeans.components = components;
    let mut outcome = Outcome::new(settings);
    outcome.apply(Event::Entered(Stage::Transform));
    outcome.apply(Event::Transformed(Arc::new(density::study(&mut ChaCha8Rng::seed_from_u64(0)))));
    let data = Arc::new(data(samples, labels));
    outcome.apply(Event::DataReady(Arc::clone(&data)));
    let images = data.train.matrix(&data.sample_indices);
    let labels_of = |i: usize| data.train.labels()[data.sample_indices[i]];
    // Groups by label, halved and quartered until there are enough.
    let place = |i: usize| labels.iter().position(|&l| l == labels_of(i)).unwrap() + labels.len() * (i % 17);
    let assignments: Vec<usize> = (0..samples).map(|i| place(i) % components).collect();
    kmeans(&mut outcome, &images, &assignments, components);
    let mixture = Arc::new(mixture(&images, &assignments, components));
    em(&mut outcome, &mixture, assignments);
    outcome.apply(Event::Sampled(Arc::new(SamplesReport {
        images: images.columns(samples / 2, 10).map(|value| value * 1.3 - 0.15),
        components: (0..10).map(|i| i % components).collect(),
    })));
    outcome.apply(Event::Inpainted(Arc::new(inpaint(&data, &mixture))));
    outcome.apply(Event::Left(Stage::Inpaint, Duration::from_millis(250)));
    outcome.apply(Event::Finished);
    outcome
}

fn data(samples: usize, labels: &[u8]) -> DataReport {
    let source = Source::choose(None, &labels.into()).unwrap();
    let dataset = Dataset::load(&source, labels).unwrap();
    let step = dataset.train.len() / samples;
    DataReport {
        source,
        about: dataset.about,
        sample_indices: (0..samples).map(|i| i * step).collect(),
        test_indices: (0..10).map(|i| 13 * i).collect(),
        held_out_indices: (0..20).collect(),
        own: 0,
        train: dataset.train,
        test: dataset.test,
    }
}

fn kmeans(outcome: &mut Outcome, images: &DMatrix<f64>, assignments: &[usize], components: usize) {
    let steps: Vec<KMeansIteration> = (0..3)
        .flat_map(|restart| (1..=12).map(move |iteration| (restart, iteration)))
        .map(|(restart, iteration)| KMeansIteration {
            restart,
            iteration,
            inertia: 6.1e4 + 900.0 * restart as f64 + 3e4 / (iteration * iteration) as f64,
            movement: 10.0 / iteration as f64,
            changed: 200 / iteration,
        })
        .collect();
    outcome.settings.kmeans.restarts = 3;
    steps.iter().cloned().for_each(|step| outcome.apply(Event::KMeansStep(step)));
    outcome.apply(Event::KMeansDone(Arc::new(KMeansFit {
        centroids: means(images, assignments, components),
        assignments: assignments.to_vec(),
        inertia: 61_208.333,
        history: steps[..12].to_vec(),
        restart: 0,
        stop: KMeansStop::FixedPoint,
    })));
}

fn em(outcome: &mut Outcome, mixture: &Arc<Mixture>, assignments: Vec<usize>) {
    let components = mixture.components();
    let uniform = 1.0 / components as f64;
    let history: Vec<Arc<EmStep>> = (1..=18)
        .map(|iteration| {
            let far = 0.6f64.powi(iteration - 1);
            let nll = if iteration == 1 { 742.0 } else { -1650.0 + 240.0 * far * far };
            Arc::new(EmStep {
                iteration: EmIteration {
                    iteration: iteration as usize,
                    nll,
                    held_out_nll: Some(nll + 30.0),
                    weights: mixture.weights().map(|w| w + (uniform - w) * far),
                    means: Arc::new(mixture.means().clone()),
                    variances: Arc::new(mixture.means().map(|_| 0.02)),
                    averages: None,
                },
                time: Duration::from_millis(130 + iteration as u64),
            })
        })
        .collect();
    outcome.apply(Event::Fitted(Arc::new(FitReport {
        mixture: Arc::clone(mixture),
        history,
        stop: StopReason::Converged,
        assignments,
        final_nll: -1_650.000_012_5,
        shrinkage: 0.0,
        reach: 0.0,
        reseeded: 0,
        underflow: None,
        held_out: Some(HeldOutScore {
            log_density: vec![1_620.0; 20],
            nll: -1_620.0,
            trimmed_nll: -1_620.0,
            bits_per_dim: Some(5.0),
        }),
    })));
}

fn means(images: &DMatrix<f64>, assignments: &[usize], components: usize) -> DMatrix<f64> {
    let mut means = DMatrix::zeros(images.nrows(), components);
    for k in 0..components {
        let members: Vec<usize> = (0..assignments.len()).filter(|&i| assignments[i] == k).collect();
        means.set_column(k, &images.select_columns(&members).column_mean());
    }
    means
}

fn mixture(images: &DMatrix<f64>, assignments: &[usize], components: usize) -> Mixture {
    let means = means(images, assignments, components);
    let mut weights = Vec::new();
    let mut covariances = Vec::new();
    for k in 0..components {
        let members: Vec<usize> = (0..assignments.len()).filter(|&i| assignments[i] == k).collect();
        let mut centred = images.select_columns(&members);
        centred.column_iter_mut().for_each(|mut column| column -= means.column(k));
        let mut covariance = &centred * centred.transpose() / members.len() as f64;
        (0..covariance.nrows()).for_each(|i| covariance[(i, i)] += 1e-6);
        covariance.fill_upper_triangle_with_lower_triangle();
        covariances.push(covariance);
        weights.push(members.len() as f64 / assignments.len() as f64);
    }
    let mixture = Mixture::new(DVector::from_vec(weights), means, covariances).unwrap();
    let order = mixture.order_by_weight();
    mixture.reordered(&order)
}

fn inpaint(data: &DataReport, mixture: &Mixture) -> InpaintReport {
    let truth = data.test.matrix(&data.test_indices);
    let mask = Mask::new((0..truth.nrows()).map(|i| (i * 7919) % 10 == 0).collect());
    let restorations = truth
        .column_iter()
        .enumerate()
        .map(|(n, image)| {
            let k = n % mixture.components();
            let observed = |i: usize| mask.bits()[i];
            let mean = mixture.means().column(k);
            let deviation = mixture.covariances()[k].diagonal().map(f64::sqrt);
            let restored: Vec<f64> =
                (0..image.len()).map(|i| if observed(i) { image[i] } else { mean[i] }).collect();
            let error = restored.iter().zip(image.iter()).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            let mut weights = vec![0.1 / mixture.components() as f64; mixture.components()];
            weights[k] += 0.9;
            Restoration {
                restored,
                std: (0..image.len()).map(|i| if observed(i) { 0.0 } else { deviation[i] }).collect(),
                weights,
                log_evidence: -12.5,
                interval: None,
                psnr: -10.0 * (error / image.len() as f64).log10(),
                ssim: 0.5 + 0.03 * n as f64,
            }
        })
        .collect();
    let labels = data.test_indices.iter().map(|&i| Some(data.test.labels()[i])).collect();
    let images: Vec<Vec<f64>> = truth.column_iter().map(|image| image.iter().copied().collect()).collect();
    InpaintReport {
        indices: data.test_indices.clone(),
        truth,
        labels,
        measurements: images
            .iter()
            .map(|image| mask.observed().iter().map(|&i| image[i]).collect())
            .collect(),
        observations: vec![mask.into(); 10],
        restorations,
    }
}

/// Ten labels, from ten times the same embedded images: for layouts with every name in them.
pub fn relabelled(mut outcome: Outcome) -> Outcome {
    outcome.settings.labels = (0..10).collect::<Vec<u8>>().into();
    if let Some(data) = &outcome.data {
        let part = |images: &gmmscope::data::Images| {
            let labels = (0..images.len()).map(|i| (i / 9 % 10) as u8).collect();
            gmmscope::data::Images::new(images.shape(), images.all_pixels().to_vec(), labels).unwrap()
        };
        outcome.data = Some(Arc::new(DataReport {
            about: About { labels: (0..10).collect(), ..data.about.clone() },
            train: part(&data.train),
            test: part(&data.test),
            ..(**data).clone()
        }));
    }
    outcome
}
