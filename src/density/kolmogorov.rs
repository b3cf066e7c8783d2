//! The Kolmogorov-Smirnov distance between draws and a distribution function.

/// D_n = sup_z |F_n(z) - F(z)|, with F_n the empirical distribution function of `draws` and F continuous.
///
/// The supremum is reached at a draw, just before or at its jump. 0 for no draws; 1 when a draw is not a number.
pub fn distance(draws: &[f64], distribution: impl Fn(f64) -> f64) -> f64 {
    if draws.iter().any(|draw| draw.is_nan()) {
        return 1.0;
    }
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    distance_at(&sorted, sorted.len(), |z| {
        let probability = distribution(z);
        (probability, probability)
    })
}

/// The greatest of |F_n(z) - F(z)| just before and at `count` of the ascending draws: at most D_n. `distribution` gives
/// P(Z < z) and P(Z <= z), which differ at a point mass.
pub(super) fn distance_at(sorted: &[f64], count: usize, distribution: impl Fn(f64) -> (f64, f64)) -> f64 {
    let n = sorted.len() as f64;
    let step = sorted.len().div_ceil(count.max(1)).max(1);
    sorted.iter().skip(step / 2).step_by(step).fold(0.0, |most: f64, &draw| {
        let (before, at) = distribution(draw);
        let below = sorted.partition_point(|&other| other < draw) as f64 / n;
        let up_to = sorted.partition_point(|&other| other <= draw) as f64 / n;
        most.max((below - before).abs()).max((up_to - at).abs())
    })
}

/// The distance that n draws of the right law exceed with probability `level`, for n above about 35:
/// sqrt(-ln(level / 2) / 2) / sqrt(n), which is 1.628 / sqrt(n) at 0.01.
pub fn critical_distance(level: f64, n: usize) -> f64 {
    (-(level / 2.0).ln() / 2.0).sqrt() / (n as f64).sqrt()
}

/// The probability that n draws of the right law lie at least `distance` away:
/// Q(l) = 2 sum_j (-1)^(j-1) exp(-2 j^2 l^2) at l = (sqrt n + 0.12 + 0.11 / sqrt n) D.
///
/// M. A. Stephens (1970), J. R. Stat. Soc. B 32, 115.
pub fn p_value(distance: f64, n: usize) -> f64 {
    let root = (n as f64).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * distance;
    // Below 0.2 the probability differs from 1 by less than 1e-12, and the alternating sum converges slowly.
    if n == 0 || lambda < 0.2 {
        return 1.0;
    }
    let sum: f64 = (1..=100)
        .map(|j| {
            let j = f64::from(j);
            (if j % 2.0 == 1.0 { 2.0 } else { -2.0 }) * (-2.0 * j * j * lambda * lambda).exp()
        })
        .sum();
    sum.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn distances_by_hand() {
        let uniform = |z: f64| z.clamp(0.0, 1.0);
        assert_eq!(distance(&[0.5], uniform), 0.5);
        assert_eq!(distance(&[0.75, 0.25], uniform), 0.25);
        assert_eq!(distance(&[0.9, 0.9], uniform), 0.9);
        assert_eq!(distance(&[-3.0], uniform), 1.0);
        assert_eq!(distance(&[], uniform), 0.0);
        assert_eq!(distance(&[0.5, f64::NAN], uniform), 1.0);
    }

    #[test]
    fn quantiles_of_kolmogorovs_law() {
        assert!((critical_distance(0.01, 10_000) - 0.016_276).abs() < 1e-6);
        assert!((critical_distance(0.05, 100) - 0.135_81).abs() < 1e-5);
        // scipy.special.kolmogorov(l) for n so large that l = sqrt(n) D.
        let n = 1 << 50;
        for (lambda, probability) in [
            (0.5, 0.963_945_243_664_875_1),
            (1.0, 0.269_999_671_677_354_56),
            (1.628, 0.009_975_522_431_181_053),
        ] {
            let found = p_value(lambda / (n as f64).sqrt(), n);
            assert!((found - probability).abs() < 1e-7, "Q({lambda}) = {found}");
        }
        assert_eq!((p_value(0.0, 100), p_value(1.0, 10_000), p_value(0.3, 0)), (1.0, 0.0, 1.0));
    }

    proptest! {
        #[test]
        fn order_is_of_no_matter_and_shifts_are_seen(mut draws in proptest::collection::vec(0.0..1.0f64, 1..50)) {
            let uniform = |z: f64| z.clamp(0.0, 1.0);
            let found = distance(&draws, uniform);
            draws.reverse();
            prop_assert_eq!(found, distance(&draws, uniform));
            // No empirical distribution function of n steps is nearer than half a step.
            prop_assert!(found >= 0.5 / draws.len() as f64 - 1e-15 && found <= 1.0);
            prop_assert_eq!(distance(&draws, |z| uniform(z - 1.0)), 1.0);
        }
    }
}
