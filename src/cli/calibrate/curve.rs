//! `gmmscope calibrate --fractions`, `--noises`: restoration against what is observed, as a table.

use anyhow::Result;
use gmmscope::files::ModelFile;
use gmmscope::mixture::CovarianceFamily;
use gmmscope::study::{CurvePoint, Curves, Gap, Settings, Span, off_span, restoration_curve, with_threads};
use serde::Serialize;

use super::percent;
use crate::cli::observe::Spec;
use crate::cli::restore::test_images;
use crate::cli::{Common, interrupt, output};

/// What the table is of.
pub struct Asked<'a> {
    /// What is observed, where `fractions` are not.
    pub spec: Option<Spec>,
    /// Shares of the pixels.
    pub fractions: &'a [f64],
    /// Standard deviations of the noise.
    pub noises: &'a [f64],
    /// Test images, where the settings do not say.
    pub at_most: Option<usize>,
}

#[derive(Serialize)]
struct Report {
    observe: Option<String>,
    #[serde(flatten)]
    curves: Curves,
    /// What unseen images cost beyond training images, and how much of it the ridge explains.
    off_span: Option<Gap>,
    #[serde(skip)]
    ridge: f64,
}

/// Restores at every point, prints.
pub fn run(common: &Common, settings: &Settings, model: &ModelFile, asked: &Asked, json: bool) -> Result<()> {
    let report = with_threads(settings.threads, || -> Result<Report> {
        let (_, truth) = test_images(settings, model, asked.at_most)?;
        let points = match &asked.spec {
            None => {
                let of = (model.shape, model.ridge);
                restoration_curve(settings, &model.mixture, of, &truth, asked.fractions, asked.noises)?
            }
            Some(spec) => {
                let one = Settings { mask_per_image: false, ..settings.clone() };
                let mut points = Vec::new();
                for &noise in asked.noises {
                    for observation in spec.draw(&one, model.shape, 1, noise)? {
                        points.push(CurvePoint::of(settings, &model.mixture, &truth, &observation, noise)?);
                    }
                }
                points
            }
        };
        let samples = model.sample_indices.len() as f64;
        let known = samples > 0.0;
        let component_images = model.mixture.weights().iter().filter(|_| known).map(|pi| pi * samples);
        let nll = model.nll_history.last();
        let has_spans = model.ridge > 0.0 && model.mixture.family() == CovarianceFamily::Full;
        let off_span = nll.filter(|_| has_spans).and_then(|&nll| {
            off_span(&model.mixture, &Span::of(&model.mixture, model.ridge)?, &truth, nll, model.ridge)
        });
        Ok(Report {
            observe: asked.spec.as_ref().map(Spec::to_string),
            curves: Curves { images: truth.ncols(), component_images: component_images.collect(), points },
            off_span,
            ridge: model.ridge,
        })
    })??;
    interrupt::check(&common.control)?;
    if json { output::print_json(&report) } else { output::print(&text(&report)) }
}

fn text(report: &Report) -> String {
    let Report { observe, curves, .. } = report;
    let mut text = format!(
        "{} test images{}\n\n",
        curves.images,
        match observe {
            Some(spec) => format!(", {spec}"),
            None => String::new(),
        }
    );
    text.push_str(
        "observed      m  noise  PSNR dB   SSIM   50 %   80 %   90 %   95 %    RMSE  mean sd    misfit   flat\n",
    );
    let mut before = 0.0;
    for point in &curves.points {
        // The images of components lie between two rows.
        let within: Vec<f64> = curves
            .component_images
            .iter()
            .copied()
            .filter(|&images| images > before && images <= point.observed as f64 && point.fraction.is_some())
            .collect();
        if !within.is_empty() {
            text.push_str(&format!("  -- {} --\n", images(&within)));
        }
        before = (point.observed as f64).max(before);
        row(&mut text, point);
    }
    text.push_str(
        "\ncoverage, RMSE and mean sd: pixels with a predicted sd above 0.02\n\
         misfit: (y - A mu)' S^-1 (y - A mu) / m, about 1 where the model is right\n\
         flat: observed directions with the variance of the ridge alone\n",
    );
    explain(&mut text, report);
    text
}

/// "2 components have 324 to 478 images".
fn images(each: &[f64]) -> String {
    let least = each.iter().copied().fold(f64::INFINITY, f64::min);
    let most = each.iter().copied().fold(0.0, f64::max);
    match each {
        [_] => format!("a component has {most:.0} images"),
        _ => format!("{} components have {least:.0} to {most:.0} images", each.len()),
    }
}

fn row(text: &mut String, point: &CurvePoint) {
    let fraction = point.fraction.map_or("-".into(), |fraction| format!("{} %", round(100.0 * fraction)));
    let coverage: String = point.coverage.iter().map(|&share| format!("{:>7}", percent(share))).collect();
    text.push_str(&format!(
        "{fraction:>8}{:>7}{:>7}{:>9}{:>7}{coverage}{:>8}{:>9}{:>10}{:>7}\n",
        point.observed,
        point.noise,
        output::number(point.quality.psnr, 2),
        output::number(point.quality.ssim, 3),
        output::number(point.rmse, 4),
        output::number(point.mean_deviation, 4),
        output::number(point.misfit, 1),
        point.flat.map_or("-".into(), |flat| output::number(flat, 0)),
    ));
}

fn round(percent: f64) -> f64 {
    (percent * 1e6).round() / 1e6
}

/// Why more may be worse, where it is; what an unseen image costs.
fn explain(text: &mut String, report: &Report) {
    let Curves { component_images, .. } = &report.curves;
    let points = &report.curves.points;
    if let Some(fall) = report.curves.fall() {
        let (high, low) = (&points[fall.from], &points[fall.to]);
        let share = |point: &CurvePoint| round(100.0 * point.fraction.unwrap_or(f64::NAN));
        text.push_str(&format!(
            "\nFrom {} to {} % observed the PSNR falls from {:.2} to {:.2} dB, although more is known.",
            share(high),
            share(low),
            high.quality.psnr,
            low.quality.psnr
        ));
        if let (Some(before), Some(after)) = (high.flat, low.flat) {
            text.push_str(&format!(
                "\nOf {} and {} observed directions {before:.0} and {after:.0} have the variance of the ridge alone",
                high.observed, low.observed
            ));
            let known = !component_images.is_empty();
            let why = format!(":\n{}, for covariances of as many pixels", images(component_images));
            text.push_str(&format!("{}.\n", if known { why } else { String::new() }));
        }
        text.push_str(&format!(
            "What is measured lies off the training images' span there: its misfit goes from {:.1} to {:.1}, and the\n\
             restoration follows it. --shrinkage auto, in the fit, or --noise above 0 helps.\n",
            high.misfit, low.misfit
        ));
    }
    let Some(gap) = &report.off_span else { return };
    if gap.explained {
        text.push_str(&format!(
            "\nAn unseen image costs {:.0} nats more than a training image (median). Its part at right angles\n\
             to what the training images of its component span, squared, is {:.3} (median); over twice the\n\
             ridge of {:e} that is {:.0} nats.\n",
            gap.measured, gap.residual, report.ridge, gap.predicted
        ));
    }
}
