//! Posteriors under every operator against values computed by `tests/fixtures/inverse/operators.py`, in 80-bit arithmetic
//! with a dense A.

use nalgebra::{DMatrix, DVector};
use serde::Deserialize;

use super::reference::assert_close;
use crate::data::ImageShape;
use crate::inverse::{
    Blur, Composition, Conditioner, Kernel, Mask, Matrix, Observation, Operator, Posterior, Reduction,
    Spectra, Sums,
};
use crate::mixture::Mixture;

#[derive(Deserialize)]
struct Model {
    rows: usize,
    columns: usize,
    weights_prior: Vec<f64>,
    means_prior: Vec<Vec<f64>>,
    covariances_prior: Vec<Vec<Vec<f64>>>,
    observations: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    stages: Vec<Stage>,
    matrix: Vec<Vec<f64>>,
    posteriors: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Stage {
    Mask { bits: Vec<bool> },
    Identity,
    Blur { deviation: f64 },
    Box { size: usize },
    Motion { size: usize },
    Kernel { values: Vec<Vec<f64>> },
    Reduce { factor: usize },
    Sums,
    Matrix { entries: Vec<f64> },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Noise {
    Equal(f64),
    Each(Vec<f64>),
}

#[derive(Deserialize)]
struct Expected {
    noise: Noise,
    measurements: Vec<f64>,
    log_evidence: f64,
    weights: Vec<f64>,
    expectation: Vec<f64>,
    std: Vec<f64>,
    mode: Vec<f64>,
    column: Vec<f64>,
    functional_mean: f64,
    functional_std: f64,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Model {
    fn mixture(&self) -> Mixture {
        let dim = self.rows * self.columns;
        let covariance = |s: &Vec<Vec<f64>>| DMatrix::from_row_slice(dim, dim, &s.concat());
        Mixture::new(
            DVector::from_vec(self.weights_prior.clone()),
            DMatrix::from_vec(dim, self.means_prior.len(), self.means_prior.concat()),
            self.covariances_prior.iter().map(covariance).collect(),
        )
        .unwrap()
    }
}

fn operator(shape: ImageShape, stages: &[Stage]) -> Operator {
    let each: Vec<Operator> = stages.iter().map(|stage| single(shape, stage)).collect();
    let [first, then @ ..] = each.as_slice() else { panic!("no stage") };
    match then {
        [] => first.clone(),
        then => Operator::Composition(Composition::new(first.clone(), then.to_vec()).unwrap()),
    }
}

fn single(shape: ImageShape, stage: &Stage) -> Operator {
    match stage {
        Stage::Mask { bits } => {
            Operator::Mask(Mask::from_fn(shape, |row, column| bits[row * shape.columns + column]))
        }
        Stage::Identity => Operator::Identity(shape),
        Stage::Blur { deviation } => Operator::Blur(Blur::gaussian(shape, *deviation).unwrap()),
        Stage::Box { size } => Operator::Blur(Blur::uniform(shape, *size).unwrap()),
        Stage::Motion { size } => Operator::Blur(Blur::motion(shape, *size).unwrap()),
        Stage::Kernel { values } => {
            let values = DMatrix::from_fn(values.len(), values[0].len(), |i, j| values[i][j]);
            Operator::Blur(Blur::new(shape, vec![Kernel::new(values).unwrap()]))
        }
        Stage::Reduce { factor } => Operator::Reduction(Reduction::new(shape, *factor).unwrap()),
        Stage::Sums => Operator::Sums(Sums::new(shape)),
        Stage::Matrix { entries } => {
            let entries = DMatrix::from_row_slice(entries.len() / shape.len(), shape.len(), entries);
            Operator::Matrix(Matrix::new(shape, entries).unwrap())
        }
    }
}

/// Holds everything that a posterior says against the golden values.
fn assert_expected(name: &str, conditioner: &Conditioner, posterior: &Posterior, expected: &Expected) {
    // Where all pixels follow from the measurements, a variance of 0 is left with its rounding error, and the
    // deviation with the root of it.
    let determined =
        matches!(expected.noise, Noise::Equal(0.0)) && expected.std.iter().any(|&std| std < 1e-6);
    let tolerance = if determined { 1e-6 } else { 1e-8 };
    let close = |what: &str, found: &[f64], expected: &[f64], tolerance: f64| {
        assert_close(&format!("{name}: {what}"), found, expected, tolerance);
    };
    close("log evidence", &[posterior.log_evidence()], &[expected.log_evidence], 1e-8);
    close("weights", posterior.weights().as_slice(), &expected.weights, 1e-8);
    close("expectation", &posterior.expectation(), &expected.expectation, 1e-8);
    close("std", &posterior.standard_deviation(), &expected.std, tolerance);
    close("mode", &posterior.best_mode(), &expected.mode, 1e-8);
    let interval = posterior.interval(0.9).unwrap();
    close("lower", &interval.lower, &expected.lower, tolerance);
    close("upper", &interval.upper, &expected.upper, tolerance);
    close("column", &conditioner.covariance_column(posterior, 1).unwrap(), &expected.column, 1e-8);
    let dim = expected.expectation.len();
    let direction: Vec<f64> = (1..=dim).map(|i| i as f64 / dim as f64).collect();
    let functional = conditioner.functional(posterior, &direction).unwrap();
    close("functional mean", &[functional.mean()], &[expected.functional_mean], 1e-8);
    close("functional std", &[functional.standard_deviation()], &[expected.functional_std], tolerance);
}

#[test]
fn posteriors_under_every_operator_equal_those_of_80_bit_elimination() {
    let models: Vec<Model> =
        serde_json::from_str(include_str!("../../../tests/fixtures/inverse/operators.json")).unwrap();
    let mut cases = 0;
    for model in models {
        let (mixture, shape) = (model.mixture(), ImageShape::new(model.rows, model.columns));
        let spectra = Spectra::new(&mixture).unwrap();
        for (n, case) in model.observations.iter().enumerate() {
            let operator = operator(shape, &case.stages);
            let dense = operator.apply(&DMatrix::identity(shape.len(), shape.len()));
            let golden = DMatrix::from_fn(case.matrix.len(), shape.len(), |i, j| case.matrix[i][j]);
            assert_close(&format!("{shape} {n}: matrix"), &dense, &golden, 1e-14);
            for expected in &case.posteriors {
                let (observation, noise) = match &expected.noise {
                    Noise::Equal(noise) => (Observation::new(operator.clone(), *noise), format!("{noise}")),
                    Noise::Each(noises) => {
                        (Observation::with_noises(operator.clone(), noises.clone()), "each".to_owned())
                    }
                };
                let observation = observation.unwrap();
                let name = format!("{shape}, operator {n}, noise {noise}");
                for conditioner in [
                    Conditioner::new(&mixture, &observation).unwrap(),
                    Conditioner::with_spectra(&mixture, &observation, &spectra).unwrap(),
                ] {
                    let posterior = conditioner.posterior_given(&expected.measurements).unwrap();
                    assert_expected(&name, &conditioner, &posterior, expected);
                }
                cases += 1;
            }
        }
    }
    assert!(cases > 100, "{cases}");
}
