//! Series over the iterations of EM.

use std::sync::Arc;

use crate::study::EmStep;

/// NLL_t - NLL_(t-1) of every iteration t but the first, in nats, with t.
pub fn nll_changes(history: &[Arc<EmStep>]) -> impl Iterator<Item = (usize, f64)> {
    let steps = history.iter().map(|step| &step.iteration);
    steps.clone().zip(steps.skip(1)).map(|(before, after)| (after.iteration, after.nll - before.nll))
}
