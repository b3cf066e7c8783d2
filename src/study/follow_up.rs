//! Random choices and restorations that a study makes once and that can be repeated: other samples, another mask,
//! other test images.
//!
//! Pure functions; `repeat` 0 is the choice of the study itself, 1, 2, ... are further ones.

use nalgebra::DMatrix;
use rand::seq::index;

use super::report::{DataReport, InpaintReport, SamplesReport};
use super::{Purpose, Settings, StudyError};
use crate::data::{ImageShape, Images, Labels};
use crate::inverse::{
    Conditioner, Drawer, InverseError, Mask, Observation, Posterior, Restoration, posteriors,
};
use crate::mixture::{Mixture, Sampler};

/// Draws `count` samples, of one component or of the mixture (`None`). Cost: D^2 flops a sample.
///
/// A component that does not exist gives no samples. Making the `sampler` costs K D^3 / 3 flops: keep it for further
/// draws.
pub fn resample(
    sampler: &Sampler,
    seed: u64,
    count: usize,
    component: Option<usize>,
    repeat: u32,
) -> SamplesReport {
    let mut generator = Purpose::Draws.generator(seed, repeat);
    let draws = match component {
        None => sampler.draw(count, &mut generator),
        Some(component) => sampler.draw_from(component, count, &mut generator),
    };
    SamplesReport { images: draws.images, components: draws.components }
}

/// Draws the positions in `data.test` of `settings.test_images` different images without missing pixels, none of them the
/// user's own; as many as there are where some lack pixels.
///
/// # Errors
/// [`StudyError::Setting`] where all are complete and there are fewer.
pub fn choose_test_images(
    settings: &Settings,
    data: &DataReport,
    repeat: u32,
) -> Result<Vec<usize>, StudyError> {
    let (test, drawable) = (&data.test, data.drawable());
    let complete: Vec<usize> = (0..drawable).filter(|&index| test.is_complete_at(index)).collect();
    if complete.len() == drawable {
        let (count, purpose) = (settings.test_images, Purpose::TestImages);
        return choose("test-images", count, "test", (test, drawable), settings, purpose, repeat);
    }
    let mut generator = Purpose::TestImages.generator(settings.seed, repeat);
    let count = settings.test_images.min(complete.len());
    Ok(index::sample(&mut generator, complete.len(), count).iter().map(|place| complete[place]).collect())
}

/// Hides pixels of the images at `indices`: each keeps the share `settings.observed_training` of its pixels, drawn at random.
///
/// # Errors
/// [`StudyError::Inverse`] for a share outside [0, 1].
pub(super) fn hide_pixels(
    settings: &Settings,
    images: &mut Images,
    indices: &[usize],
) -> Result<(), StudyError> {
    if settings.observed_training >= 1.0 {
        return Ok(());
    }
    let mut generator = Purpose::TrainingMasks.generator(settings.seed, 0);
    for &index in indices {
        let mask = Mask::random(images.shape(), settings.observed_training, &mut generator)?;
        images.hide(index, mask.bits());
    }
    Ok(())
}

/// Draws `count` different positions of the first `available` in `images` (the `set`, "training" or "test") for `purpose`, in random
/// order; `key` is the setting of `count`.
pub(super) fn choose(
    key: &'static str,
    count: usize,
    set: &str,
    (images, available): (&Images, usize),
    settings: &Settings,
    purpose: Purpose,
    repeat: u32,
) -> Result<Vec<usize>, StudyError> {
    if count > available {
        let of = of_labels(images);
        let hint = format!("choose at most {available}, the number of {set} images{of}");
        return Err(StudyError::Setting { key, value: count.to_string(), hint });
    }
    let mut generator = purpose.generator(settings.seed, repeat);
    Ok(index::sample(&mut generator, available, count).into_vec())
}

/// " of `labels` 0,1,8", or nothing for images without labels.
pub(super) fn of_labels(images: &Images) -> String {
    let labels = images.distinct_labels();
    if labels.is_empty() { String::new() } else { format!(" of `labels` {}", Labels::from(labels)) }
}

/// Draws what is observed of images of this shape: one mask for all images, or one for each of `settings.test_images`
/// with `settings.mask_per_image`; `settings.observed` of the pixels are observed.
///
/// # Errors
/// [`StudyError::Inverse`] for a fraction outside [0, 1].
pub fn draw_observations(
    settings: &Settings,
    shape: ImageShape,
    repeat: u32,
) -> Result<Vec<Observation>, StudyError> {
    let mut generator = Purpose::Masks.generator(settings.seed, repeat);
    let count = if settings.mask_per_image { settings.test_images } else { 1 };
    (0..count).map(|_| Ok(Mask::random(shape, settings.observed, &mut generator)?.into())).collect()
}

/// y = A x + n of every column x of `images` (D x N), the noise drawn by the seed; `observations` has one for each of them, or one for all.
///
/// # Errors
/// [`StudyError::Inverse`] for images of another size and pixels that are not finite.
pub fn simulate_measurements(
    settings: &Settings,
    images: &DMatrix<f64>,
    observations: &[Observation],
) -> Result<Vec<Vec<f64>>, StudyError> {
    simulate(settings.seed, images, observations)
}

fn simulate(
    seed: u64,
    images: &DMatrix<f64>,
    observations: &[Observation],
) -> Result<Vec<Vec<f64>>, StudyError> {
    let mut generator = Purpose::Noise.generator(seed, 0);
    let mut measurements = Vec::with_capacity(images.ncols());
    for (n, image) in images.column_iter().enumerate() {
        if let Some(observation) = observations.get(n).or(observations.first()) {
            measurements.push(observation.simulate(image.as_slice(), n, &mut generator)?);
        }
    }
    Ok(measurements)
}

/// All pixels of images of this shape in a random order that begins with those that the first mask of [`draw_observations`] observes.
///
/// [`Mask::first_of`] makes masks of any number of pixels from it, each within the larger ones; with as many as the
/// settings ask for it is the study's own mask.
///
/// # Errors
/// As [`draw_observations`].
pub fn mask_order(settings: &Settings, shape: ImageShape, repeat: u32) -> Result<Vec<usize>, StudyError> {
    let mut generator = Purpose::Masks.generator(settings.seed, repeat);
    Ok(Mask::random(shape, settings.observed, &mut generator)?.order(&mut generator))
}

/// Draws `count` images from a `posterior`. Cost: D^2 + m^2 + 2 m D flops a draw.
///
/// # Errors
/// [`StudyError::Inverse`]; among them, a drawer of another observation.
pub fn draw_completions(
    drawer: &Drawer,
    posterior: &Posterior,
    count: usize,
    seed: u64,
    repeat: u32,
) -> Result<SamplesReport, StudyError> {
    let draws = drawer.draw(posterior, count, &mut Purpose::Posterior.generator(seed, repeat))?;
    Ok(SamplesReport { images: draws.images, components: draws.components })
}

/// Restores the test images at `indices` from what is simulated of them, by the `seed`, under `observations`, one for each of them, or one for all.
///
/// # Errors
/// [`StudyError::Inverse`]; among them, observations of another size or number.
pub fn restore_with(
    mixture: &Mixture,
    data: &DataReport,
    indices: &[usize],
    observations: &[Observation],
    seed: u64,
) -> Result<InpaintReport, StudyError> {
    Ok(restore_with_posteriors(mixture, data, indices, observations, seed, &mut |_, _| ())?.0)
}

/// As [`restore_with`], with the posteriors; each conditioner is shown to `seen`, with its images.
///
/// # Errors
/// As [`restore_with`].
pub fn restore_with_posteriors(
    mixture: &Mixture,
    data: &DataReport,
    indices: &[usize],
    observations: &[Observation],
    seed: u64,
    seen: &mut dyn FnMut(&Conditioner<'_>, &[usize]),
) -> Result<(InpaintReport, Vec<Posterior>), StudyError> {
    let truth = data.test.matrix(indices);
    let measurements = simulate(seed, &truth, observations)?;
    let posteriors = posteriors(mixture, &measurements, observations, seen)?;
    let restorations =
        posteriors.iter().zip(truth.column_iter()).enumerate().map(|(n, (posterior, image))| {
            let mut restoration = Restoration::of(posterior, None)?;
            // Vectors have no white that a PSNR could be held against.
            if !data.about.vectors {
                restoration.compare(image.as_slice(), data.test.shape());
            }
            match restoration.is_finite() {
                true => Ok(restoration),
                false => Err(InverseError::NotFinite { image: n }),
            }
        });
    let restorations = restorations.collect::<Result<_, InverseError>>()?;
    let observations = match observations {
        [one] => vec![one.clone(); indices.len()],
        each => each.to_vec(),
    };
    let label = |&index: &usize| data.test.labels().get(index).copied();
    let labels = if data.test.labels().is_empty() { vec![] } else { indices.iter().map(label).collect() };
    let indices = indices.to_vec();
    Ok((InpaintReport { indices, truth, labels, observations, measurements, restorations }, posteriors))
}

#[cfg(test)]
mod tests;
