//! Restoration under every family of covariances is that under the same covariances as dense matrices.

use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand_distr::StandardNormal;

use super::reference::{assert_close, seeded};
use crate::data::ImageShape;
use crate::inverse::{
    Blur, Composition, Conditioner, InverseError, Kernel, Mask, Matrix, Observation, Operator, Reduction,
    Sums,
};
use crate::mixture::{Covariance, CovarianceFamily, Mixture};

const SHAPE: ImageShape = ImageShape { rows: 3, columns: 4 };
const DIM: usize = 12;

fn random(family: CovarianceFamily) -> Mixture {
    random_of(family, DIM)
}

/// Of images of `dim` pixels.
fn random_of(family: CovarianceFamily, dim: usize) -> Mixture {
    let mut rng = seeded(21);
    let mut normal =
        |rows, columns| DMatrix::from_fn(rows, columns, |_, _| rng.sample::<f64, _>(StandardNormal));
    let (w, v) = (normal(dim, 3), normal(dim, 3));
    let variances = |scale: f64| DVector::from_fn(dim, |i, _| scale * (0.1 + (i % 5) as f64 / 4.0));
    let matrix = |w: &DMatrix<f64>| w * w.transpose() + DMatrix::from_diagonal(&variances(0.3));
    let covariances: Vec<Covariance> = match family {
        CovarianceFamily::Full => vec![matrix(&w).into(), matrix(&v).into()],
        CovarianceFamily::Tied => Covariance::tied(matrix(&w), 2),
        CovarianceFamily::Diagonal => [1.0, 2.0].map(|s| Covariance::from_variances(variances(s))).into(),
        CovarianceFamily::Spherical => [0.4, 0.9].map(|s| Covariance::spherical(s, dim)).into(),
        CovarianceFamily::LowRank => {
            vec![Covariance::low_rank(w, variances(0.3)), Covariance::low_rank(v, variances(0.5))]
        }
    };
    let means = normal(dim, 2) * 0.3;
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

/// Holds all that a posterior says against that under the same covariances as dense matrices.
fn assert_dense(mixture: &Mixture, observation: &Observation, name: &str, tolerance: f64) {
    let (full, dim) = (mixture.to_full(), mixture.dim());
    let close = |what: &str, a: &[f64], b: &[f64]| {
        assert_close(&format!("{name}: {what}"), a, b, tolerance);
    };
    let image: Vec<f64> = (0..dim).map(|i| (i * 5 % 7) as f64 / 7.0).collect();
    let measured = observation.measure(&image, 0).unwrap();
    let own = Conditioner::new(mixture, observation).unwrap();
    let dense = Conditioner::new(&full, observation).unwrap();
    let (a, b) = (own.posterior_given(&measured).unwrap(), dense.posterior_given(&measured).unwrap());
    close("evidence", &[a.log_evidence()], &[b.log_evidence()]);
    close("weights", a.weights().as_slice(), b.weights().as_slice());
    close("means", a.means().as_slice(), b.means().as_slice());
    close("variances", a.variances().as_slice(), b.variances().as_slice());
    close("expectation", &a.expectation(), &b.expectation());
    for (a, b) in own.covariances().iter().zip(dense.covariances()) {
        close("covariance", a.as_slice(), b.as_slice());
    }
    let column =
        |conditioner: &Conditioner<'_>, posterior| conditioner.covariance_column(posterior, 7).unwrap();
    close("column", &column(&own, &a), &column(&dense, &b));
    let direction: Vec<f64> = (0..dim).map(|i| (i % 3) as f64 - 0.7).collect();
    let deviation = |conditioner: &Conditioner<'_>, posterior| {
        conditioner.functional(posterior, &direction).unwrap().standard_deviation()
    };
    close("functional", &[deviation(&own, &a)], &[deviation(&dense, &b)]);
}

#[test]
fn restoration_by_every_family_is_that_by_dense_matrices() {
    for family in CovarianceFamily::ALL {
        let mixture = random(family);
        for observation in observations() {
            let name = format!("{family}, {:?}", observation.operator().name());
            assert_dense(&mixture, &observation, &name, 1e-10);
        }
    }
}

/// Operators that make a value of few pixels, and some that do not, of images large enough that bands are narrow.
fn local_operators(shape: ImageShape) -> Vec<Operator> {
    let mask = |shape| Operator::Mask(Mask::from_fn(shape, |row, column| (2 * row + column) % 3 != 0));
    let blur = Operator::Blur(Blur::gaussian(shape, 0.5).unwrap());
    let uneven = Kernel::new(DMatrix::from_row_slice(2, 3, &[0.1, 0.6, -0.1, 0.0, 0.3, 0.2])).unwrap();
    let reduction = Operator::Reduction(Reduction::new(shape, 2).unwrap());
    let then = |first: &Operator, next: Operator| {
        Operator::Composition(Composition::new(first.clone(), vec![next]).unwrap())
    };
    vec![
        then(&blur, mask(shape)),
        then(&mask(shape), Operator::Identity(ImageShape::new(1, mask(shape).measurements()))),
        then(&blur, reduction.clone()),
        then(&reduction, mask(reduction.output())),
        then(&blur, Operator::Blur(Blur::motion(shape, 3).unwrap())),
        blur,
        reduction,
        Operator::Blur(Blur::uniform(shape, 2).unwrap()),
        Operator::Blur(Blur::motion(shape, 4).unwrap()),
        Operator::Blur(Blur::new(shape, vec![uneven])),
        Operator::Blur(Blur::gaussian(shape, 2.0).unwrap()),
        Operator::Sums(Sums::new(shape)),
    ]
}

#[test]
fn factors_and_noise_are_conditioned_on_operators_as_the_dense_matrix_is() {
    let shape = ImageShape::new(12, 6);
    for family in [CovarianceFamily::LowRank, CovarianceFamily::Diagonal, CovarianceFamily::Spherical] {
        let mixture = random_of(family, shape.len());
        for operator in local_operators(shape) {
            let measured = operator.measurements();
            for noise in [1e-3, 0.1, 10.0] {
                let observation = Observation::new(operator.clone(), noise).unwrap();
                assert_dense(&mixture, &observation, &format!("{family}, {noise}, {operator:?}"), 1e-8);
            }
            let noises: Vec<f64> = (0..measured).map(|i| [0.02, 0.2, 3.0][i % 3]).collect();
            let observation = Observation::with_noises(operator.clone(), noises).unwrap();
            assert_dense(&mixture, &observation, &format!("{family}, each, {operator:?}"), 1e-8);
            let exact = Observation::new(operator.clone(), 0.0).unwrap();
            match (&operator, Conditioner::new(&mixture.to_full(), &exact)) {
                (Operator::Reduction(_), _) => assert_dense(&mixture, &exact, "exact reduction", 1e-8),
                (_, Err(InverseError::Singular { .. })) => {
                    let own = Conditioner::new(&mixture, &exact).map(|_| ());
                    assert!(matches!(own, Err(InverseError::Singular { .. })), "{family}, {operator:?}");
                }
                _ => {}
            }
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
