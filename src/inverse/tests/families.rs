//! Restoration under every family of covariances is that under the same covariances as dense matrices.

use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand_distr::StandardNormal;

use super::reference::seeded;
use crate::data::ImageShape;
use crate::inverse::{Blur, Conditioner, Mask, Matrix, Observation, Operator};
use crate::mixture::{Covariance, CovarianceFamily, Mixture};

const SHAPE: ImageShape = ImageShape { rows: 3, columns: 4 };
const DIM: usize = 12;

fn random(family: CovarianceFamily) -> Mixture {
    let mut rng = seeded(21);
    let mut normal =
        |rows, columns| DMatrix::from_fn(rows, columns, |_, _| rng.sample::<f64, _>(StandardNormal));
    let (w, v) = (normal(DIM, 3), normal(DIM, 3));
    let variances = |scale: f64| DVector::from_fn(DIM, |i, _| scale * (0.1 + (i % 5) as f64 / 4.0));
    let matrix = |w: &DMatrix<f64>| w * w.transpose() + DMatrix::from_diagonal(&variances(0.3));
    let covariances: Vec<Covariance> = match family {
        CovarianceFamily::Full => vec![matrix(&w).into(), matrix(&v).into()],
        CovarianceFamily::Tied => Covariance::tied(matrix(&w), 2),
        CovarianceFamily::Diagonal => [1.0, 2.0].map(|s| Covariance::from_variances(variances(s))).into(),
        CovarianceFamily::Spherical => [0.4, 0.9].map(|s| Covariance::spherical(s, DIM)).into(),
        CovarianceFamily::LowRank => {
            vec![Covariance::low_rank(w, variances(0.3)), Covariance::low_rank(v, variances(0.5))]
        }
    };
    let means = normal(DIM, 2) * 0.3;
    Mixture::new(DVector::from_vec(vec![0.6, 0.4]), means, covariances).unwrap()
}

fn observations() -> Vec<Observation> {
    let mask = Mask::from_fn(SHAPE, |row, column| (row + 2 * column) % 3 != 0);
    let measured = mask.observed().len();
    // Some measurements without noise, some with little, some with more than 1.
    let noises: Vec<f64> = (0..measured).map(|i| [0.0, 0.2, 3.0][i % 3]).collect();
    let with = |operator, noise| Observation::new(operator, noise).unwrap();
    vec![
        mask.clone().into(),
        with(Operator::Mask(mask.clone()), 0.3),
        Observation::with_noises(Operator::Mask(mask), noises).unwrap(),
        with(Operator::Identity(SHAPE), 0.4),
        with(Operator::Identity(SHAPE), 2.5),
        with(Operator::Blur(Blur::gaussian(SHAPE, 0.8).unwrap()), 0.1),
        with(Operator::Matrix(Matrix::random(SHAPE, 5, &mut seeded(2))), 0.05),
        Mask::from_fn(SHAPE, |_, _| false).into(),
        Mask::from_fn(SHAPE, |_, _| true).into(),
    ]
}

#[test]
fn restoration_by_every_family_is_that_by_dense_matrices() {
    for family in CovarianceFamily::ALL {
        let mixture = random(family);
        let full = mixture.to_full();
        for observation in observations() {
            let name = format!("{family}, {:?}", observation.operator().name());
            let close = |what: &str, a: &[f64], b: &[f64]| {
                assert_eq!(a.len(), b.len(), "{name}: {what}");
                let error = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(error < 1e-10, "{name}: {what} differ by {error}");
            };
            let image: Vec<f64> = (0..DIM).map(|i| (i * 5 % 7) as f64 / 7.0).collect();
            let measured = observation.measure(&image, 0).unwrap();
            let own = Conditioner::new(&mixture, &observation).unwrap();
            let dense = Conditioner::new(&full, &observation).unwrap();
            let (a, b) = (own.posterior_given(&measured).unwrap(), dense.posterior_given(&measured).unwrap());
            close("evidence", &[a.log_evidence()], &[b.log_evidence()]);
            close("weights", a.weights().as_slice(), b.weights().as_slice());
            close("means", a.means().as_slice(), b.means().as_slice());
            close("variances", a.variances().as_slice(), b.variances().as_slice());
            close("expectation", &a.expectation(), &b.expectation());
            for (a, b) in own.covariances().iter().zip(dense.covariances()) {
                close("covariance", a.as_slice(), b.as_slice());
            }
            let column = |conditioner: &Conditioner<'_>, posterior| {
                conditioner.covariance_column(posterior, 7).unwrap()
            };
            close("column", &column(&own, &a), &column(&dense, &b));
            let direction: Vec<f64> = (0..DIM).map(|i| (i % 3) as f64 - 0.7).collect();
            let deviation = |conditioner: &Conditioner<'_>, posterior| {
                conditioner.functional(posterior, &direction).unwrap().standard_deviation()
            };
            close("functional", &[deviation(&own, &a)], &[deviation(&dense, &b)]);
        }
    }
}

#[test]
fn draws_under_low_rank_covariances_have_the_moments_of_the_posterior() {
    let mixture = random(CovarianceFamily::LowRank);
    let observation =
        Observation::new(Operator::Mask(Mask::from_fn(SHAPE, |_, column| column % 2 == 0)), 0.3).unwrap();
    let image: Vec<f64> = (0..DIM).map(|i| i as f64 / 12.0).collect();
    let conditioner = Conditioner::new(&mixture, &observation).unwrap();
    let posterior = conditioner.posterior(&image).unwrap();
    let count = 20_000;
    let draws = conditioner.drawer().unwrap().draw(&posterior, count, &mut seeded(5)).unwrap().images;
    let (expectation, deviation) = (posterior.expectation(), posterior.standard_deviation());
    for pixel in 0..DIM {
        let values = draws.row(pixel);
        let error = 5.0 * deviation[pixel] / (count as f64).sqrt();
        assert!((values.mean() - expectation[pixel]).abs() < error, "{pixel}");
        assert!((values.variance().sqrt() / deviation[pixel] - 1.0).abs() < 0.05, "{pixel}");
    }
}
