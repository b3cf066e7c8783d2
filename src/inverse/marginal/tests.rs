use super::*;

/// Two overlapping parts, one far away, and a point.
fn mixtures() -> Vec<Marginal> {
    vec![
        Marginal::new(vec![(1.0, 0.3, 0.2)]),
        Marginal::new(vec![(0.5, 0.0, 1.0), (0.5, 0.5, 0.1)]),
        Marginal::new(vec![(0.3, -50.0, 0.01), (0.6, 0.0, 1.0), (0.1, 40.0, 3.0)]),
        Marginal::new(vec![(0.25, 0.5, 0.0), (0.75, 0.4, 0.2)]),
    ]
}

#[test]
fn quantiles_are_roots_of_the_distribution_function() {
    for marginal in mixtures() {
        for p in [1e-9, 0.001, 0.025, 0.25, 0.3, 0.5, 0.62, 0.95, 0.9999] {
            let t = marginal.quantile(p);
            let (below, at) = (marginal.distribution(t - 1e-9), marginal.distribution(t + 1e-9));
            assert!(below <= p + 1e-12 && p <= at + 1e-12, "{marginal:?} {p}: {t} {below} {at}");
        }
    }
    let normal = Marginal::new(vec![(1.0, 2.0, 3.0)]);
    assert!((normal.quantile(0.975) - (2.0 + 3.0 * 1.959_963_984_540_054)).abs() < 1e-13);
    assert!((normal.quantile(1e-12) - (2.0 - 3.0 * 7.034_483_825_301_131)).abs() < 1e-11);
    assert_eq!((normal.quantile(0.0), normal.quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    assert!(normal.quantile(f64::NAN).is_nan());
}

#[test]
fn intervals_are_equal_tailed() {
    for marginal in mixtures() {
        let (lower, upper) = marginal.interval(0.9).unwrap();
        assert!((marginal.quantile(0.05) - lower).abs() < 1e-12 * (1.0 + lower.abs()));
        assert!((marginal.quantile(0.95) - upper).abs() < 1e-9 * (1.0 + upper.abs()));
    }
    let point = Marginal::new(vec![(1.0, 0.25, 0.0)]);
    assert_eq!(point.interval(0.5).unwrap(), (0.25, 0.25));
    for level in [0.0, 1.0, -0.1, f64::NAN] {
        assert!(matches!(point.interval(level), Err(InverseError::Level(_))));
    }
}

#[test]
fn scores_are_the_integral_that_they_stand_for() {
    for marginal in mixtures() {
        for x in [-0.7, 0.31, 0.5, 2.0] {
            let (low, high, count) = (-80.0, 80.0, 1_600_000);
            let width = (high - low) / f64::from(count);
            let square = |i: i32| {
                let t = low + (f64::from(i) + 0.5) * width;
                (marginal.distribution(t) - f64::from(t >= x)).powi(2) * width
            };
            let integral: f64 = (0..count).map(square).sum();
            assert!((marginal.crps(x) - integral).abs() < 1e-4, "{marginal:?} {x}: {integral}");
        }
    }
    assert_eq!(Marginal::new(vec![(1.0, 0.25, 0.0)]).crps(1.0), 0.75);
}

#[test]
fn moments_are_those_of_the_mixture() {
    let marginal = Marginal::new(vec![(0.25, 1.0, 2.0), (0.75, 3.0, 0.0)]);
    assert_eq!(marginal.mean(), 2.5);
    assert!((marginal.standard_deviation().powi(2) - (0.25 * 5.0 + 0.75 * 9.0 - 6.25)).abs() < 1e-14);
}
