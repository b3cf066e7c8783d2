//! What a stored model says of the settings that it was fitted under.

use gmmscope::files::ModelFile;
use gmmscope::study::{Reach, Settings, Shrinkage};

/// Sets what a model says of its settings, where they are open.
pub(super) fn of_model(model: &ModelFile, settings: &mut Settings, is_open: impl Fn(&str) -> bool) {
    settings.kmeans.components = model.mixture.components();
    settings.covariance = model.mixture.family();
    if model.mixture.rank() > 0 {
        settings.rank = model.mixture.rank();
    }
    // A model from elsewhere has no settings.
    if !model.sample_indices.is_empty() {
        if is_open("labels") && !model.labels.is_empty() {
            settings.labels = model.labels.clone().into();
        }
        if is_open("seed") {
            settings.seed = model.seed;
        }
        if is_open("samples") {
            settings.samples = model.sample_indices.len().into();
        }
        settings.em.ridge = model.ridge;
        settings.shrinkage = Shrinkage::Images(model.shrinkage);
        settings.reach = Reach::Pixels(model.reach);
        settings.em.max_iterations = settings.em.max_iterations.max(model.nll_history.len());
    }
}
