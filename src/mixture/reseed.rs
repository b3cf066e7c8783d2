//! Components that died, and a new start for them.

use nalgebra::DVector;

use super::{Mixture, MixtureError, TrainingSet, worst_first};

/// How far rounding may put the weight of a component with one image below it, relative.
const ROUNDING: f64 = 1e-9;

/// The components whose weight is below that of one image of `total` ([`TrainingSet::scale`]): pi_k total < 1, by more than rounding.
pub fn dead_components(weights: &DVector<f64>, total: f64) -> Vec<usize> {
    (0..weights.len()).filter(|&k| weights[k] * total < 1.0 - ROUNDING).collect()
}

impl Mixture {
    /// The mixture with a new start for each dead component ([`dead_components`] of `set`), from which EM can go on; none where
    /// no component is dead.
    ///
    /// A dead component moves to the image of `set` of least density (an image for each; its missing pixels take the mean of
    /// the largest component), and gets the covariance of the largest component and half of its weight.
    ///
    /// Cost: that of [`Mixture::log_density_of_observed`].
    ///
    /// # Errors
    /// As [`Mixture::log_density_of_observed`].
    pub fn reseeded(&self, set: &TrainingSet) -> Result<Option<Self>, MixtureError> {
        let dead = dead_components(self.weights(), set.scale());
        if dead.is_empty() {
            return Ok(None);
        }
        let log_density = self.log_density_of_observed(&set.images)?;
        let is_counted = |image: &usize| set.weights.as_ref().is_none_or(|weights| weights[*image] > 0.0);
        let mut images = worst_first(&log_density).into_iter().filter(is_counted);
        let (mut weights, mut means) = (self.weights().clone(), self.means().clone());
        let mut covariances = self.covariances().to_vec();
        for &k in &dead {
            let Some(image) = images.next() else { break };
            let largest = weights.argmax().0;
            let mean = means.column(largest).into_owned();
            let seed = set
                .images
                .column(image)
                .zip_map(&mean, |pixel, mean| if pixel.is_nan() { mean } else { pixel });
            means.set_column(k, &seed);
            covariances[k] = covariances[largest].clone();
            weights[largest] /= 2.0;
            weights[k] = weights[largest];
        }
        // What a dead component had is not much, and not missed.
        let sum = weights.sum();
        Ok(Some(Self::from_estimates(weights / sum, means, covariances)))
    }

    /// The mixture with a new start for each dead component ([`dead_components`] of `total` images), from which EM can go on;
    /// none where no component is dead.
    ///
    /// The largest component is split in two along its principal axis u of variance lambda: means mu - sqrt(lambda) u and
    /// mu + sqrt(lambda) u (the dead one's), its covariance, half of its weight each. In many dimensions a component that
    /// starts at an image, as by [`Mixture::reseeded`], seldom attracts others; two halves share the images of the whole.
    ///
    /// Cost: about 9 D^3 flops a dead component.
    ///
    /// # Errors
    /// As [`Mixture::principal_axes`].
    pub fn split(&self, total: f64) -> Result<Option<Self>, MixtureError> {
        let dead = dead_components(self.weights(), total);
        if dead.is_empty() {
            return Ok(None);
        }
        let (mut weights, mut means) = (self.weights().clone(), self.means().clone());
        let mut covariances = self.covariances().to_vec();
        // Whose covariance each component has by now.
        let mut from: Vec<usize> = (0..weights.len()).collect();
        for &k in &dead {
            let largest = weights.argmax().0;
            let axes = self.principal_axes(from[largest], 1)?;
            let step = axes.axes.column(0) * axes.variances[0].max(0.0).sqrt();
            let mean = means.column(largest).into_owned();
            means.set_column(largest, &(&mean - &step));
            means.set_column(k, &(mean + step));
            covariances[k] = covariances[largest].clone();
            from[k] = from[largest];
            weights[largest] /= 2.0;
            weights[k] = weights[largest];
        }
        let sum = weights.sum();
        Ok(Some(Self::from_estimates(weights / sum, means, covariances)))
    }
}
