//! `gmmscope restore` (and `inpaint`): restores images from what is observed of them.

mod report;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use gmmscope::files::{
    ModelFile, Restored, read_images, read_measurements, read_vectors, write_pictures, write_restored,
};
use gmmscope::inverse::{ComparedBaselines, Observation, Operator, compare_baselines, restore_measurements};
use gmmscope::study::{Settings, choose_test_images, load_data, simulate_measurements, with_threads};
use nalgebra::DMatrix;

use super::observe::ObserveOptions;
use super::{Common, Usage, interrupt, log, output, shape};

/// Restore images from what is observed of them, by the posterior expectation under a model
///
/// Without --images: test images of --labels, drawn at random. --images names an npz file with `images` (N x D or
/// N x rows x columns, uint8 or floats from 0 to 1) and, if wanted, `masks` (bool, true = observed; the same shape, or a
/// single image's), which hold unless --observe is given: there they are `masks`. Of these images measurements y = A x + n are simulated, by the seed.
/// --measurements names real ones: an npz file with `measurements` (N x m) and, if wanted, `noise` (m), the standard
/// deviation of each value.
///
/// Writes the arrays `restored`, `std` (posterior standard deviations, 0 where observed without noise), `weights` (posterior
/// weights), `evidence` (log p(y), natural logarithm) and `measurements`; `masks` where all observations are masks; with
/// --interval `lower` and `upper`; `images`, `psnr` and `ssim` where the images are known. Arrays count components from 0,
/// the table from 1. Where the images are known, the table has the PSNR of other methods that apply: the measurements as they
/// are, the mean image, the nearest observed pixel, harmonic filling, bicubic interpolation, total variation (of the weight 0.6
/// noise) and the Wiener filter, which is the same posterior under one component with the mixture's mean and covariance. In JSON, the PSNR of an exact restoration, and a mean with one, is "Infinity"; null is a number that is
/// not defined.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope restore --model model.npz --out restored.npz
  gmmscope restore --model model.npz --observe identity --noise 0.2 --interval 0.9 --json
  gmmscope restore --model model.npz --observe blur:1+mask:0.5 --noise 0.01
  gmmscope restore --model model.npz --images images.npz --out restored.npz --png pictures
  gmmscope restore --model model.npz --images images.npz --observe blur:1+masks --noise 0.01
  gmmscope restore --model model.npz --measurements y.npz --observe matrix:a.npz --noise 0.05 --out restored.npz")]
pub struct Options {
    /// The model, as `gmmscope fit` writes it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,

    /// Images to restore, and their masks: an npz file; or a PNG or JPEG file or a folder of them, which are brought to the size
    /// of the model's images [default: test images]
    #[arg(long, value_name = "FILE")]
    pub images: Option<PathBuf>,

    /// Measurements of images that are not known
    #[arg(long, value_name = "FILE", conflicts_with = "images", requires = "observe")]
    pub measurements: Option<PathBuf>,

    #[command(flatten)]
    pub observed: ObserveOptions,

    /// Credible intervals of this probability for each pixel, as 0.9
    #[arg(long, value_name = "P", value_parser = probability)]
    interval: Option<f64>,

    /// The file to write [default: none, print only]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// A folder, new or empty, for PNG files: restorations, standard deviations (white is 0.5), images, and what is observed
    /// where it is a picture
    #[arg(long, value_name = "FOLDER")]
    pub png: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn probability(text: &str) -> Result<f64, String> {
    let level = text.parse().ok().filter(|level: &f64| *level > 0.0 && *level < 1.0);
    level.ok_or_else(|| "write a number between 0 and 1".to_owned())
}

/// Loads the model and the images, restores, writes.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let mut settings = common.study.in_range()?;
    if let Some(out) = &options.out {
        output::check_writable(out)?;
    }
    if let Some(folder) = &options.png {
        check_empty(folder)?;
        output::check_folder(folder, &["0000-restored.png"])?;
    }
    let model = ModelFile::load(&options.model)?;
    output::warn(&model.notes);
    let wants_images = options.images.is_none() && options.measurements.is_none();
    shape::of_model(common, &mut settings, &model, wants_images)?;
    shape::no_pictures(&settings, options.png.is_some())?;
    log::begin();
    let (labels, restored, baselines) = with_threads(settings.threads, || {
        let (labels, restored) = restored(&settings, &model, options)?;
        let baselines = if settings.vectors { None } else { compared(&model, &restored)? };
        anyhow::Ok((labels, restored, baselines))
    })??;
    interrupt::check(&common.control)?;
    if let Some(out) = &options.out {
        write_restored(out, &restored)?;
    }
    let pictures = options.png.as_deref().map(|folder| write_pictures(folder, &restored)).transpose()?;
    let written = report::Written { out: options.out.as_deref(), png: options.png.as_deref().zip(pictures) };
    report::print(&labels, &restored, baselines.as_ref(), options.interval, &written, options.json)
}

/// Other methods on images that are known.
fn compared(model: &ModelFile, restored: &Restored) -> Result<Option<ComparedBaselines>> {
    let Restored { truth, observations, measurements, .. } = restored;
    let compared = |truth| compare_baselines(&model.mixture, truth, measurements, observations);
    Ok(truth.as_ref().map(compared).transpose()?)
}

/// Refuses a folder that holds something: pictures must not mix with others, or replace them.
pub fn check_empty(folder: &Path) -> Result<(), Usage> {
    match fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        true => Err(Usage(format!("--png: {} is not empty: choose a new folder", folder.display()))),
        false => Ok(()),
    }
}

/// The restorations, and the labels of test images.
fn restored(settings: &Settings, model: &ModelFile, options: &Options) -> Result<(Vec<u8>, Restored)> {
    let noise = options.observed.noise;
    if let Some(path) = &options.measurements {
        return Ok((Vec::new(), measured(settings, model, options, path)?));
    }
    let (labels, truth, masks) = match &options.images {
        Some(path) => {
            let read = if settings.vectors { read_vectors } else { read_images };
            let input = read(path, model.shape)?;
            output::warn(&input.notes);
            (Vec::new(), input.images, input.masks)
        }
        None => {
            let (labels, truth) = test_images(settings, model, None)?;
            (labels, truth, Vec::new())
        }
    };
    let observations = match &options.observed.observe {
        Some(spec) if spec.has_masks() && !masks.is_empty() => {
            spec.draw_masked(settings, model.shape, &masks, noise)?
        }
        None if !masks.is_empty() => {
            let masked = |mask| Observation::new(Operator::Mask(mask), noise);
            masks.into_iter().map(masked).collect::<Result<_, _>>()?
        }
        _ => options.observed.spec(settings).draw(settings, model.shape, truth.ncols(), noise)?,
    };
    let measurements = simulate_measurements(settings, &truth, &observations)?;
    let mut restorations =
        restore_measurements(&model.mixture, &measurements, &observations, options.interval)?;
    // Vectors have no white that a PSNR could be held against.
    let compared = restorations.iter_mut().filter(|_| !settings.vectors);
    for (restoration, image) in compared.zip(truth.column_iter()) {
        restoration.compare(image.as_slice(), model.shape);
    }
    Ok((labels, Restored { truth: Some(truth), observations, measurements, restorations }))
}

/// Restorations from the measurements of a file: one observation for all.
fn measured(settings: &Settings, model: &ModelFile, options: &Options, path: &Path) -> Result<Restored> {
    let one = Settings { mask_per_image: false, ..settings.clone() };
    let mut observations =
        options.observed.spec(settings).draw(&one, model.shape, 1, options.observed.noise)?;
    let count = observations.first().map_or(0, Observation::measurements);
    let input = read_measurements(path, count)?;
    if let Some(noise) = input.noise {
        if options.observed.noise > 0.0 {
            let what = "--noise: the measurements have an array `noise` of their own: leave out one of them";
            return Err(Usage(what.into()).into());
        }
        let noisy = |observation: &Observation| {
            Observation::with_noises(observation.operator().clone(), noise.clone())
        };
        observations = observations.iter().map(noisy).collect::<Result<_, _>>()?;
    }
    let measurements = input.measurements;
    let restorations = restore_measurements(&model.mixture, &measurements, &observations, options.interval)?;
    Ok(Restored { truth: None, observations, measurements, restorations })
}

/// `settings.test_images` test images of the model's shape that the seed chooses, with their labels, where there are any; with `at_most`,
/// as many or all that there are.
pub fn test_images(
    settings: &Settings,
    model: &ModelFile,
    at_most: Option<usize>,
) -> Result<(Vec<u8>, DMatrix<f64>)> {
    shape::data_fits(settings, model.shape)?;
    // Nothing is fitted: the data need not have training images enough.
    let data = load_data(&Settings { samples: 0.into(), held_out: 0, test_images: 0, ..settings.clone() })?;
    let count = at_most.map_or(settings.test_images, |count| count.min(data.drawable()));
    let chosen = choose_test_images(&Settings { test_images: count, ..settings.clone() }, &data, 0)?;
    let labels = chosen.iter().filter_map(|&index| data.test.labels().get(index).copied());
    Ok((labels.collect(), data.test.matrix(&chosen)))
}
