//! `gmmscope calibrate`: whether the uncertainty of restorations can be trusted.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use gmmscope::files::ModelFile;
use gmmscope::inverse::{Calibration, LEVELS, NEAR_CONSTANT, Scores, calibrate};
use gmmscope::study::{Settings, with_threads};
use serde::Serialize;

use super::observe::{self, Spec};
use super::restore::{simulate, test_images};
use super::{Common, interrupt, log, output};

/// Measure whether intervals and responsibilities of restorations can be trusted, on test images
///
/// Measurements of test images are simulated, and the posterior is held against the truth: the share of pixels within intervals of 50, 80, 90
/// and 95 %, overall and by predicted standard deviation; z-scores and their tails; PIT, the distribution function at the true value, by tenths;
/// CRPS, the continuous ranked probability score; sharpness; and responsibilities given the measurements against those given the whole image.
/// Pixels of predicted standard deviation up to 0.02 are counted apart, and pixels observed without noise not at all.
///
/// Where 90 % intervals do not cover 90 %, it says which probability to ask --interval of `gmmscope restore` for.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope calibrate --model model.npz
  gmmscope calibrate --model model.npz --observe identity --noise 0.1 --json
  gmmscope calibrate --model model.npz --observe reduce:2 --images 1000")]
pub struct Options {
    /// The model, as `gmmscope fit` writes it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,

    #[arg(long, value_name = "SPEC", help = "What is observed [default: mask:F, with F of --observed]", long_help = observe::HELP)]
    pub observe: Option<Spec>,

    /// The standard deviation of the noise in each measurement
    #[arg(long, value_name = "S", default_value = "0", value_parser = observe::noise)]
    noise: f64,

    /// How many test images
    #[arg(long, value_name = "N", default_value = "200")]
    images: usize,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    observe: String,
    noise: f64,
    levels: [f64; 4],
    #[serde(flatten)]
    calibration: Calibration,
}

/// Loads the model and test images, simulates, measures, prints.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = Settings { test_images: options.images, ..common.study.in_range()? };
    settings.check_ranges()?;
    let model = ModelFile::load(&options.model)?;
    output::warn(&model.notes);
    log::begin();
    let spec = options.observe.clone().unwrap_or(Spec::mask(settings.observed));
    let calibration = with_threads(settings.threads, || -> Result<Calibration> {
        let (_, truth) = test_images(&settings)?;
        let observations = spec.draw(&settings, model.shape, truth.ncols(), options.noise)?;
        let measurements = simulate(&settings, &truth, &observations)?;
        Ok(calibrate(&model.mixture, &truth, &measurements, &observations)?)
    })??;
    interrupt::check(&common.control)?;
    let report = Report { observe: spec.to_string(), noise: options.noise, levels: LEVELS, calibration };
    if options.json { output::print_json(&report) } else { output::print(&text(&report)) }
}

fn percent(share: f64) -> String {
    output::number(100.0 * share, 1)
}

fn scores(text: &mut String, name: &str, scores: &Scores) {
    let coverage: String = scores.coverage.iter().map(|&share| format!("{:>7}", percent(share))).collect();
    let numbers = [scores.rmse, scores.mean_deviation, scores.mean_width, scores.crps];
    let numbers: String = numbers.iter().map(|&number| format!("{:>9}", output::number(number, 4))).collect();
    text.push_str(&format!("{name:<16}{:>9}{coverage}{numbers}\n", scores.pixels));
}

fn text(report: &Report) -> String {
    let Report { observe, noise, calibration, .. } = report;
    let Calibration { uncertain, near_constant, bins, z_scores, pit, responsibilities, images } = calibration;
    let mut text = format!("{images} test images, {observe}, noise {noise}\n\n");
    let levels: String = LEVELS.iter().map(|level| format!("{:>5.0} %", 100.0 * level)).collect();
    text.push_str(&format!(
        "{:<16}{:>9}{levels}{:>9}{:>9}{:>9}{:>9}\n",
        "predicted sd", "pixels", "RMSE", "mean sd", "width 90", "CRPS"
    ));
    scores(&mut text, &format!("> {NEAR_CONSTANT}"), uncertain);
    for bin in bins {
        let name = match bin.up_to.is_finite() {
            true => format!("  {} to {}", bin.above, bin.up_to),
            false => format!("  > {}", bin.above),
        };
        scores(&mut text, &name, &bin.scores);
    }
    scores(&mut text, &format!("<= {NEAR_CONSTANT}"), near_constant);
    if uncertain.pixels > 0 {
        text.push_str(&format!(
            "\nz-scores: mean {}, sd {}, largest {}\n",
            output::number(z_scores.mean, 2),
            output::number(z_scores.deviation, 2),
            output::number(z_scores.largest, 1)
        ));
        // 2 (1 - Phi(i)), for comparison.
        let normal = [31.73, 4.55, 0.27, 0.0063, 0.000_057];
        for (i, (share, normal)) in z_scores.beyond.iter().zip(normal).enumerate() {
            text.push_str(&format!("  beyond {}  {:>7} %  (a normal distribution: {normal} %)\n", i + 1, output::number(100.0 * share, 3)));
        }
        text.push_str("\nPIT by tenths, 10 % each where it is right\n ");
        pit.chunks(2).for_each(|pair| text.push_str(&format!("{:>6}", percent(pair.iter().sum()))));
        text.push('\n');
    }
    text.push_str("\nresponsibility  entries  given y  given the image\n");
    for tenth in responsibilities {
        text.push_str(&format!(
            "{:<14}{:>9}{:>9}{:>17}\n",
            "",
            tenth.entries,
            output::number(tenth.predicted, 3),
            output::number(tenth.found, 3)
        ));
    }
    text.push_str(&verdict(uncertain));
    text
}

/// What intervals of 90 % are worth; beyond three points, with the probability to ask for.
fn verdict(scores: &Scores) -> String {
    let (covered, asked) = (scores.coverage[2], scores.recalibrated[2]);
    if scores.pixels == 0 {
        return "\nNo pixel is uncertain: there is nothing to calibrate.\n".to_owned();
    }
    let said = format!("\n90 % intervals cover {} % of the pixels of predicted sd above {NEAR_CONSTANT}", percent(covered));
    match covered - 0.9 {
        difference if difference.abs() <= 0.03 => format!("{said}.\n"),
        difference => {
            let wrong = if difference < 0.0 { "narrow" } else { "wide" };
            format!("{said}: they are too {wrong}. For 90 %, restore with --interval {}.\n", output::number(asked, 4))
        }
    }
}
