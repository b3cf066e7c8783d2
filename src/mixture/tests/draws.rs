//! Draws have the moments of what they are drawn from.

use super::*;

#[test]
fn draws_have_the_mean_and_covariance_of_their_component() {
    let covariance = DMatrix::from_row_slice(2, 2, &[2.0, 0.6, 0.6, 0.5]);
    let means = DMatrix::from_column_slice(2, 2, &[0.0, 0.0, 10.0, -4.0]);
    let weights = DVector::from_vec(vec![0.25, 0.75]);
    let mixture = Mixture::new(weights, means, vec![DMatrix::identity(2, 2), covariance.clone()]).unwrap();
    let sampler = Sampler::new(&mixture).unwrap();
    let mut rng = seeded(3);
    let draws = sampler.draw_from(1, 40_000, &mut rng).images;
    let (mean, found) = moments(&draws);
    assert!((mean[0] - 10.0).abs() < 0.04 && (mean[1] + 4.0).abs() < 0.02, "{mean}");
    assert!((found - covariance).amax() < 0.06);
    let chosen = sampler.draw(40_000, &mut rng).components;
    let share = chosen.iter().filter(|&&k| k == 1).count() as f64 / 40_000.0;
    assert!((share - 0.75).abs() < 0.01, "{share}");
}

#[test]
fn draws_of_a_fitted_mixture_have_its_moments() {
    // Real correlations, D = 36: whitened by the component's own factor, draws are standard normal.
    let images = patches(900);
    let mixture = em(&images, start(&images, 3), 1e-3, 5).mixture;
    let (sampler, factors, mut rng) =
        (Sampler::new(&mixture).unwrap(), mixture.factors().unwrap(), seeded(4));
    const COUNT: usize = 20_000;
    for (k, factor) in factors.iter().enumerate() {
        let mut draws = sampler.draw_from(k, COUNT, &mut rng);
        assert_eq!(draws.components, vec![k; COUNT]);
        draws.images.column_iter_mut().for_each(|mut draw| draw -= mixture.means().column(k));
        factor.squared_mahalanobis(&mut draws.images);
        let (mean, covariance) = moments(&draws.images);
        // Standard errors: 1/sqrt(20000) = 0.007 for means and covariances, sqrt(2) times it for variances.
        assert!(mean.amax() < 5.0 * 0.0071, "{}", mean.amax());
        let apart = (covariance - DMatrix::identity(36, 36)).amax();
        assert!(apart < 5.5 * 0.01, "{apart}");
    }
}
