//! `gmmscope calibrate`: whether the uncertainty of restorations can be trusted.

mod curve;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use gmmscope::files::ModelFile;
use gmmscope::inverse::{Calibration, LEVELS, NEAR_CONSTANT, Scores, calibrate};
use gmmscope::study::{simulate_measurements, with_threads};
use serde::Serialize;

use super::observe::ObserveOptions;
use super::restore::test_images;
use super::{Common, interrupt, log, output, shape};

/// Test images, where `--test-images` is not given.
const IMAGES: usize = 200;

/// Measure whether intervals and responsibilities of restorations can be trusted, on test images
///
/// Measurements of test images are simulated, and their posteriors are held against the truth: the share of pixels within
/// intervals of 50, 80, 90 and 95 %, overall and by predicted standard deviation; z-scores, (truth - expectation) / standard
/// deviation, and their tails; PIT, the predicted distribution function at the true value, by tenths; CRPS, the continuous
/// ranked probability score; sharpness, the mean predicted standard deviation and the mean width of the 90 % interval; and
/// responsibilities given the measurements against those given the whole image. Pixels with a predicted standard deviation
/// up to 0.02 are counted apart, and pixels that are observed without noise not at all.
///
/// Where 90 % intervals do not cover 90 %, it says which probability to give to `gmmscope restore --interval`.
///
/// --fractions and --noises give a table instead: PSNR, SSIM, coverage, error and misfit at each share of the pixels observed and
/// each strength of noise, with the number of images in each component beside as many observed pixels. Where restoration gets worse
/// although more is observed, it says why, with this model's numbers.
///
/// It takes 200 test images, or all where there are fewer; --test-images takes another number.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope calibrate --model model.npz
  gmmscope calibrate --model model.npz --observe identity --noise 0.1 --json
  gmmscope calibrate --model model.npz --fractions 0.01,0.1,0.2,0.4,0.6,0.8,0.99
  gmmscope calibrate --model model.npz --observe identity --noises 0.05,0.1,0.2,0.4
  gmmscope calibrate --model model.npz --observe reduce:2 --test-images 1000")]
pub struct Options {
    /// The model, as `gmmscope fit` writes it
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,

    #[command(flatten)]
    pub observed: ObserveOptions,

    /// A table over these shares of the pixels, nested masks drawn by the seed
    #[arg(long, value_name = "F,...", value_delimiter = ',', value_parser = share, conflicts_with = "observe")]
    fractions: Vec<f64>,

    /// A table over these standard deviations of the noise
    #[arg(long, value_name = "S,...", value_delimiter = ',', value_parser = super::observe::noise, conflicts_with = "noise")]
    noises: Vec<f64>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    observe: String,
    noise: f64,
    levels: [f64; 4],
    near_constant_up_to: f64,
    #[serde(flatten)]
    calibration: Calibration,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write shares from 0 to 1, as 0.1,0.5".to_owned())
}

/// Loads the model and test images, simulates, measures, prints.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let mut settings = common.study.in_range()?;
    let at_most = (!common.study.is_given("test-images")).then_some(IMAGES);
    let model = ModelFile::load(&options.model)?;
    output::warn(&model.notes);
    shape::of_model(common, &mut settings, &model, true)?;
    log::begin();
    let (spec, noise) = (options.observed.spec(&settings), options.observed.noise);
    if !(options.fractions.is_empty() && options.noises.is_empty()) {
        let asked = curve::Asked {
            spec: options.fractions.is_empty().then_some(spec),
            fractions: &options.fractions,
            noises: if options.noises.is_empty() { &[noise] } else { &options.noises },
            at_most,
        };
        return curve::run(common, &settings, &model, &asked, options.json);
    }
    let calibration = with_threads(settings.threads, || -> Result<Calibration> {
        let (_, truth) = test_images(&settings, &model, at_most)?;
        let observations = spec.draw(&settings, model.shape, truth.ncols(), noise)?;
        let measurements = simulate_measurements(&settings, &truth, &observations)?;
        Ok(calibrate(&model.mixture, &truth, &measurements, &observations)?)
    })??;
    interrupt::check(&common.control)?;
    let report = Report {
        observe: spec.to_string(),
        noise,
        levels: LEVELS,
        near_constant_up_to: NEAR_CONSTANT,
        calibration,
    };
    if options.json { output::print_json(&report) } else { output::print(&text(&report)) }
}

fn percent(share: f64) -> String {
    output::number(100.0 * share, 1)
}

fn scores(text: &mut String, name: &str, scores: &Scores) {
    let coverage: String = scores.coverage.iter().map(|&share| format!("{:>7}", percent(share))).collect();
    let numbers = [scores.rmse, scores.mean_deviation, scores.mean_width, scores.crps];
    let numbers: String = numbers.iter().map(|&number| format!("{:>9}", output::number(number, 4))).collect();
    text.push_str(&format!("{name:<13}{:>9}{coverage}{numbers}\n", scores.pixels));
}

fn text(report: &Report) -> String {
    let Report { observe, noise, calibration, .. } = report;
    let Calibration { uncertain, near_constant, bins, z_scores, pit, responsibilities, images, quality } =
        calibration;
    let mut text = format!(
        "{images} test images, {observe}, noise {noise}: PSNR {} dB, SSIM {}\n\n",
        output::number(quality.psnr, 2),
        output::number(quality.ssim, 3)
    );
    let levels: String = LEVELS.iter().map(|level| format!("{:>5.0} %", 100.0 * level)).collect();
    text.push_str(&format!(
        "{:<13}{:>9}{levels}{:>9}{:>9}{:>9}{:>9}\n",
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
        let normal = ["31.73", "4.55", "0.27", "0.0063", "0.000057"];
        for (i, (share, normal)) in z_scores.beyond.iter().zip(normal).enumerate() {
            let share = output::number(100.0 * share, 3);
            text.push_str(&format!("  beyond {}  {share:>7} %  (normal: {normal} %)\n", i + 1));
        }
        text.push_str("\nPIT by tenths, % (10 each where the distribution is right)\n");
        pit.chunks(2).for_each(|pair| text.push_str(&format!("{:>6}", percent(pair.iter().sum()))));
        text.push('\n');
    }
    text.push_str("\nresponsibilities, by tenths of those given y\n  entries  given y  given the image\n");
    for tenth in responsibilities {
        let [predicted, found] = [tenth.predicted, tenth.found].map(|mean| output::number(mean, 3));
        text.push_str(&format!("{:>9}{predicted:>9}{found:>17}\n", tenth.entries));
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
    let said = format!(
        "\n90 % intervals cover {} % of the pixels with a predicted sd above {NEAR_CONSTANT}",
        percent(covered)
    );
    if (covered - 0.9).abs() <= 0.03 {
        return format!("{said}.\n");
    }
    let wrong = if covered < 0.9 { "narrow" } else { "wide" };
    let hint = match asked < 1.0 {
        true => format!("to cover 90 %, restore with --interval {}", output::number(asked, 4)),
        false => "no interval covers 90 %: the model gives too many of them no probability".to_owned(),
    };
    format!("{said}: they are too {wrong}; {hint}.\n")
}
