//! Draws from a finite set.

use rand::{Rng, RngExt};

/// An index with probability proportional to its weight, by inversion of the cumulative weights; each with the same
/// probability when all weights are zero.
///
/// `weights` is not empty, and its values are not negative.
pub(crate) fn categorical<R: Rng>(weights: &[f64], rng: &mut R) -> usize {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return rng.random_range(0..weights.len().max(1));
    }
    let mut left = rng.random::<f64>() * total;
    for (index, &weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    // Rounding can leave a little: the last index that could have been drawn.
    weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::*;

    fn counts(weights: &[f64]) -> Vec<u32> {
        let (mut counts, mut rng) = (vec![0; weights.len()], ChaCha8Rng::seed_from_u64(0));
        (0..8000).for_each(|_| counts[categorical(weights, &mut rng)] += 1);
        counts
    }

    #[test]
    fn indices_come_in_proportion_to_their_weights() {
        // Standard deviations of at most 45.
        for (weights, expected) in [([1.0, 0.0, 2.0, 1.0], [2000, 0, 4000, 2000]), ([0.0; 4], [2000; 4])] {
            let found = counts(&weights);
            assert!(
                found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) < 200),
                "{found:?}"
            );
            assert!(weights[0] == 0.0 || found[1] == 0);
        }
    }
}
