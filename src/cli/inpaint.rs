//! `gmmscope inpaint`: restores images from some of their pixels.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use gmmscope::files::{ModelFile, read_images, write_restored};
use gmmscope::inverse::{Observation, Restoration, mean_quality, restore};
use gmmscope::study::{self, Settings, StudyError, draw_observations, restore_with, with_threads};
use nalgebra::DMatrix;
use serde::Serialize;

use super::output::{self, Name, Table};
use super::{Common, interrupt, log};

/// Restore images from some of their pixels, by the posterior expectation under a model
///
/// Without --images: test images of --labels, drawn at random, under a random mask with --observed of
/// the pixels. --images names an npz file with `images` (N x D or N x rows x columns, uint8 or floats
/// from 0 to 1) and, if wanted, `masks` (bool, true = observed; the same shape, or a single image's).
///
/// Writes the arrays `images`, `masks`, `restored`, `weights` (posterior weights), `std` (0 where
/// observed), `psnr` and `ssim`. Arrays count components from 0, the table from 1. In JSON, the PSNR of an exact
/// restoration, and a mean with one, is "Infinity"; null is a number that is not defined.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope inpaint --model model.npz --out restored.npz
  gmmscope inpaint --model model.npz --observed 0.25 --test-images 20 --json
  gmmscope inpaint --model model.npz --images images.npz --out restored.npz")]
pub struct Options {
    /// The model, as `gmmscope fit` writes it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,

    /// Images to restore, and their masks [default: test images]
    #[arg(long, value_name = "FILE")]
    pub images: Option<PathBuf>,

    /// The file to write [default: none, print only]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What was restored, and how well.
#[derive(Debug)]
struct Restored {
    /// Labels of test images; empty for given images, whose labels are not known.
    labels: Vec<u8>,
    truth: DMatrix<f64>,
    observations: Vec<Observation>,
    restorations: Vec<Restoration>,
}

/// Loads the model and the images, restores, writes.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = common.study.in_range()?;
    if let Some(out) = &options.out {
        output::check_writable(out)?;
    }
    let model = ModelFile::load(&options.model)?;
    output::warn(&model.notes);
    log::begin();
    let restored = with_threads(settings.threads, || match &options.images {
        Some(path) => given_images(&settings, &model, path),
        None => Ok(test_images(&settings, &model)?),
    })??;
    interrupt::check(&common.control)?;
    if let Some(out) = &options.out {
        write_restored(out, &restored.truth, &restored.observations, &restored.restorations)?;
    }
    report(&restored, options)
}

/// Test images, observed as the settings say.
fn test_images(settings: &Settings, model: &ModelFile) -> Result<Restored, StudyError> {
    // Nothing is fitted: the data need not have training images enough.
    let data = study::load_data(&Settings { samples: 0.into(), held_out: 0, ..settings.clone() })?;
    let observations = draw_observations(settings, data.test.shape(), 0)?;
    let report = restore_with(&model.mixture, &data, &data.test_indices, &observations)?;
    Ok(Restored {
        labels: report.labels,
        truth: report.truth,
        observations: report.observations,
        restorations: report.restorations,
    })
}

/// The images of a file, under its masks or the study's.
fn given_images(settings: &Settings, model: &ModelFile, path: &Path) -> Result<Restored> {
    let input = read_images(path, model.shape)?;
    output::warn(&input.notes);
    let count = input.images.ncols();
    let observations = if input.masks.is_empty() {
        draw_observations(&Settings { test_images: count, ..settings.clone() }, model.shape, 0)?
    } else {
        input.masks.into_iter().map(Observation::from).collect()
    };
    let restorations = restore(&model.mixture, &input.images, &observations)?;
    let observations = match observations.as_slice() {
        [one] => vec![one.clone(); count],
        _ => observations,
    };
    Ok(Restored { labels: Vec::new(), truth: input.images, observations, restorations })
}

/// One image's numbers.
#[derive(Serialize)]
struct Row<'a> {
    label: Option<u8>,
    observed_pixels: usize,
    /// In dB.
    #[serde(serialize_with = "gmmscope::inverse::serialize_psnr")]
    psnr: Option<f64>,
    ssim: f64,
    weights: &'a [f64],
    log_evidence: f64,
}

#[derive(Serialize)]
struct Report<'a> {
    out: Option<Name<'a>>,
    /// In dB; infinite as soon as one restoration is exact.
    #[serde(serialize_with = "gmmscope::inverse::serialize_psnr")]
    mean_psnr: Option<f64>,
    mean_ssim: f64,
    images: Vec<Row<'a>>,
}

fn report(restored: &Restored, options: &Options) -> Result<()> {
    let rows: Vec<Row> = restored
        .restorations
        .iter()
        .zip(&restored.observations)
        .enumerate()
        .map(|(index, (restoration, observation))| Row {
            label: restored.labels.get(index).copied(),
            observed_pixels: observation.operator().measurements(),
            psnr: Some(restoration.psnr),
            ssim: restoration.ssim,
            weights: &restoration.weights,
            log_evidence: restoration.log_evidence,
        })
        .collect();
    let mean = mean_quality(&restored.restorations);
    let report = Report {
        out: options.out.as_deref().map(Name),
        mean_psnr: Some(mean.psnr),
        mean_ssim: mean.ssim,
        images: rows,
    };
    if options.json { output::print_json(&report) } else { output::print(&text(&report)) }
}

/// PSNR with two decimals; "exact" for an infinite one.
fn decibels(psnr: Option<f64>) -> String {
    match psnr {
        Some(f64::INFINITY) => "exact".to_owned(),
        psnr => psnr.map_or(String::new(), |psnr| output::number(psnr, 2)),
    }
}

fn text(report: &Report) -> String {
    let mut text = String::from("image  label  observed  PSNR dB    SSIM  likeliest component\n");
    for (index, row) in report.images.iter().enumerate() {
        let label = row.label.map_or("-".into(), |label| label.to_string());
        let best = row.weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let best = best.map_or(String::new(), |(k, weight)| format!("{} ({:.1} %)", k + 1, 100.0 * weight));
        let (observed, psnr, ssim) = (row.observed_pixels, decibels(row.psnr), output::number(row.ssim, 3));
        text.push_str(&format!("{index:5}  {label:>5}  {observed:8}  {psnr:>7}  {ssim:>6}  {best}\n"));
    }
    text.push_str(&format!(
        "{:5}  {:>5}  {:8}  {:>7}  {:>6}\n",
        "mean",
        "",
        "",
        decibels(report.mean_psnr),
        output::number(report.mean_ssim, 3)
    ));
    if let Some(out) = report.out {
        let mut table = Table::default();
        table.row("wrote", output::file(out.0));
        text.push_str(&table.text());
    }
    text
}
