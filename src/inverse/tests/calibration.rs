//! Calibration: of models that are right, and of one that is not.

use nalgebra::DMatrix;

use super::reference::{random_mixture, seeded};
use crate::data::ImageShape;
use crate::inverse::{Calibration, InverseError, LEVELS, Mask, Observation, Operator, calibrate};
use crate::mixture::{Mixture, Sampler};

const SHAPE: ImageShape = ImageShape::new(3, 4);

/// The calibration of a model on 3000 images of `drawn_from`.
fn calibration(model: &Mixture, drawn_from: &Mixture, observation: Observation) -> Calibration {
    let mut rng = seeded(41);
    let truth = Sampler::new(drawn_from).unwrap().draw(3000, &mut rng).images;
    let simulate = |x: nalgebra::DVectorView<f64>| observation.simulate(x.as_slice(), 0, &mut rng).unwrap();
    let measured: Vec<Vec<f64>> = truth.column_iter().map(simulate).collect();
    calibrate(model, &truth, &measured, &[observation]).unwrap()
}

#[test]
fn images_of_the_model_itself_are_covered_as_predicted() {
    let mixture = random_mixture(12, 3, 0.1, &mut seeded(40));
    let mask = Mask::from_fn(SHAPE, |row, column| (row + column) % 2 == 0);
    for observation in [mask.into(), Observation::new(Operator::Identity(SHAPE), 0.3).unwrap()] {
        let found = calibration(&mixture, &mixture, observation);
        assert_eq!((found.images, found.near_constant.pixels), (3000, 0));
        // Pixels of one image depend on each other: at worst as 3000 independent ones.
        for (coverage, level) in found.uncertain.coverage.into_iter().zip(LEVELS) {
            assert!(
                (coverage - level).abs() < 5.0 * (level * (1.0 - level) / 3000.0).sqrt(),
                "{coverage} {level}"
            );
        }
        for (asked, level) in found.uncertain.recalibrated.into_iter().zip(LEVELS) {
            assert!((asked - level).abs() < 0.03, "{asked} {level}");
        }
        assert!((found.z_scores.deviation - 1.0).abs() < 0.03 && found.z_scores.mean.abs() < 0.05);
        assert!((found.uncertain.rmse / found.uncertain.mean_deviation - 1.0).abs() < 0.1);
        assert!(found.pit.iter().all(|share| (share - 0.05).abs() < 0.01), "{:?}", found.pit);
        assert!((found.pit.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let pixels: usize = found.bins.iter().map(|bin| bin.scores.pixels).sum();
        assert_eq!(pixels, found.uncertain.pixels);
        for tenth in found.responsibilities.iter().filter(|tenth| tenth.entries > 200) {
            assert!((tenth.predicted - tenth.found).abs() < 0.1, "{tenth:?}");
        }
    }
}

#[test]
fn a_model_with_too_little_variance_is_found_out_and_recalibrated() {
    let truth = random_mixture(12, 1, 0.1, &mut seeded(42));
    let quarter = truth.covariances()[0].dense().scale(0.25);
    let model = Mixture::new(truth.weights().clone(), truth.means().clone(), vec![quarter]).unwrap();
    let nothing = Mask::from_fn(SHAPE, |_, _| false);
    let found = calibration(&model, &truth, nothing.into());
    // Half the deviation: the interval of 90 % ends at 1.645 / 2 true deviations.
    assert!((found.uncertain.coverage[2] - 0.589).abs() < 0.03, "{:?}", found.uncertain.coverage);
    assert!((found.z_scores.deviation - 2.0).abs() < 0.06);
    // And that of 99.9 % at 1.645.
    assert!((found.uncertain.recalibrated[2] - 0.999).abs() < 0.001, "{:?}", found.uncertain.recalibrated);
}

#[test]
fn the_score_of_a_normal_is_its_closed_form_and_nothing_is_nan_where_there_is_a_pixel() {
    let mixture = random_mixture(12, 1, 0.1, &mut seeded(43));
    let found = calibration(&mixture, &mixture, Mask::from_fn(SHAPE, |_, _| false).into());
    // E CRPS = deviation / sqrt(pi).
    let ratio = found.uncertain.crps / found.uncertain.mean_deviation;
    assert!((ratio - 1.0 / std::f64::consts::PI.sqrt()).abs() < 0.02, "{ratio}");
    let width = found.uncertain.mean_width / found.uncertain.mean_deviation;
    assert!((width - 2.0 * 1.644_853_6).abs() < 1e-6, "{width}");
    assert!(found.near_constant.coverage.iter().all(|share| share.is_nan()));
    // Draws leave [0, 1]: they are no images, which alone have a quality.
    assert!(found.quality.psnr.is_nan() && found.quality.ssim.is_nan() && found.uncertain.rmse.is_finite());
    let error = calibrate(&mixture, &DMatrix::zeros(12, 2), &[], &[]).unwrap_err();
    assert!(matches!(error, InverseError::Length { found: 0, expected: 2, .. }));
}
