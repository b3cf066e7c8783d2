//! Laws that hold for every operator.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::*;

fn random(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| rng.random::<f64>() - 0.5)
}

/// One of every kind, on 4 x 6 pixels.
fn each(rng: &mut ChaCha8Rng) -> Vec<Operator> {
    let shape = ImageShape::new(4, 6);
    let blur = Operator::Blur(Blur::gaussian(shape, 1.1).unwrap());
    let reduction = Operator::Reduction(Reduction::new(shape, 2).unwrap());
    let small = Mask::from_fn(ImageShape::new(2, 3), |row, column| row != column);
    let kernel = Kernel::new(random(3, 2, rng)).unwrap();
    vec![
        Operator::Mask(Mask::from_fn(shape, |row, column| (row + column) % 3 == 0)),
        Operator::Mask(Mask::from_fn(shape, |_, _| false)),
        Operator::Identity(shape),
        blur.clone(),
        Operator::Blur(Blur::uniform(shape, 3).unwrap()),
        Operator::Blur(Blur::motion(shape, 9).unwrap()),
        Operator::Blur(Blur::new(shape, vec![kernel])),
        reduction.clone(),
        Operator::Sums(Sums::new(shape)),
        Operator::Matrix(Matrix::random(shape, 5, rng)),
        Operator::Matrix(Matrix::random(shape, 0, rng)),
        Operator::Composition(Composition::new(blur, vec![reduction, Operator::Mask(small)]).unwrap()),
    ]
}

#[test]
fn the_adjoint_is_the_adjoint_and_products_with_a_covariance_are_those_of_the_matrix() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let root = random(24, 24, &mut rng);
    let sigma = &root * root.transpose();
    let covariance = Covariance::from(sigma.clone());
    for operator in each(&mut rng) {
        let (dim, m) = (operator.shape().len(), operator.measurements());
        let a = operator.apply(&DMatrix::identity(dim, dim));
        assert_eq!(a.shape(), (m, dim));
        let (x, y) = (random(dim, 3, &mut rng), random(m, 3, &mut rng));
        let (applied, adjoint) = (operator.apply(&x), operator.adjoint(&y));
        assert!((&applied - &a * &x).amax() < 1e-14, "{operator:?}");
        for n in 0..3 {
            let (left, right) = (applied.column(n).dot(&y.column(n)), x.column(n).dot(&adjoint.column(n)));
            assert!((left - right).abs() < 1e-13, "{operator:?}: {left} {right}");
        }
        assert!((operator.product(&covariance) - &a * &sigma).amax() < 1e-13, "{operator:?}");
        assert!((operator.gram(&covariance) - &a * &sigma * a.transpose()).amax() < 1e-12, "{operator:?}");
    }
}

#[test]
fn blurs_keep_the_light_that_stays_in_the_image() {
    let shape = ImageShape::new(21, 31);
    let mut image = vec![0.0; shape.len()];
    image[10 * 31 + 15] = 1.0;
    let image = DMatrix::from_vec(shape.len(), 1, image);
    for blur in [
        Blur::gaussian(shape, 1.5),
        Blur::uniform(shape, 5),
        Blur::motion(shape, 7),
        Blur::gaussian(shape, 0.0),
    ] {
        let blurred = Operator::Blur(blur.unwrap()).apply(&image);
        assert!((blurred.sum() - 1.0).abs() < 1e-14);
        let widest = |along: fn(usize) -> usize| -> f64 {
            let weights = blurred.iter().enumerate();
            weights.map(|(i, weight)| weight * (along(i) as f64)).sum()
        };
        // Odd kernels do not shift.
        assert!((widest(|i| i / 31) - 10.0).abs() < 1e-12 && (widest(|i| i % 31) - 15.0).abs() < 1e-12);
    }
    assert_eq!(Operator::Blur(Blur::gaussian(shape, 0.0).unwrap()).apply(&image), image);
}

#[test]
fn what_is_no_operator_is_refused() {
    let shape = ImageShape::new(4, 6);
    for factor in [0, 3, 4] {
        let error = Reduction::new(shape, factor).unwrap_err();
        assert_eq!(error, InverseError::Factor { factor, rows: 4, columns: 6 });
    }
    for deviation in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(Blur::gaussian(shape, deviation), Err(InverseError::Operator(_))));
    }
    assert!(Blur::uniform(shape, 0).is_err() && Blur::motion(shape, 0).is_err());
    assert!(
        Kernel::new(DMatrix::zeros(0, 2)).is_err() && Kernel::new(DMatrix::repeat(1, 1, f64::NAN)).is_err()
    );
    assert_eq!(
        Matrix::new(shape, DMatrix::zeros(2, 23)).unwrap_err(),
        InverseError::Size { what: "operator", found: 23, expected: 24 }
    );
    assert!(matches!(Matrix::new(shape, DMatrix::repeat(1, 24, f64::NAN)), Err(InverseError::Operator(_))));
    let sums = Operator::Sums(Sums::new(shape));
    let error = Composition::new(sums, vec![Operator::Identity(shape)]).unwrap_err();
    assert!(matches!(error, InverseError::Size { found: 28, expected: 24, .. }));
}
