//! What jobs compute.

use std::sync::Arc;

use crate::inverse::{Drawer, Observation};
use crate::mixture::{Mixture, Sampler};
use crate::study::{
    SamplesReport, Settings, StudyError, draw_completions, posterior_drawer, resample, restore_with,
    transform, transform_over,
};
use crate::tui::state::job::{
    Answer, DrawsRequest, RestorationRequest, SampleRequest, TransformRequest, Work,
};
use crate::tui::views::pictures::overviews;

/// Principal axes that are computed: as many as the widest screen has room for.
const AXES: usize = 12;

/// Factors that are worth keeping for the next job: of a mixture, and of the posterior of one mask.
#[derive(Debug, Default)]
pub struct Kept {
    sampler: Option<(Arc<Mixture>, Sampler)>,
    drawer: Option<(Arc<Mixture>, Observation, Drawer)>,
}

/// Does a piece of work other than an export.
pub fn done(work: &Work, kept: &mut Kept) -> Result<Answer, String> {
    match work {
        Work::Samples(request) => samples(request, kept),
        Work::Axes { mixture, component } => {
            let axes = mixture.principal_axes(*component, AXES);
            axes.map(|axes| Answer::Axes(Arc::new(axes))).map_err(|error| error.to_string())
        }
        Work::Overviews(mixture, data) => Ok(Answer::Overviews(overviews(mixture, data.as_deref()))),
        Work::Restoration(RestorationRequest { mixture, data, indices, observations }) => {
            let report = restore_with(mixture, data, indices, observations);
            report.map(|report| Answer::Restoration(Arc::new(report))).map_err(|error| error.to_string())
        }
        Work::Draws(request) => {
            let drawn = draws(request, kept);
            drawn.map(|drawn| Answer::Draws(Arc::new(drawn))).map_err(|error| error.to_string())
        }
        Work::Transform(request) => Ok(Answer::Transform(Arc::new(match request {
            TransformRequest::Pair { law, map, seed } => transform(&Settings {
                law: law.clone(),
                map: map.clone(),
                seed: *seed,
                ..Settings::default()
            }),
            TransformRequest::Window { report, window, seed } => transform_over(report, *seed, *window),
        }))),
        Work::Figures(_) | Work::Report(_) | Work::Model(_) => Err("exports are written elsewhere".into()),
    }
}

fn samples(request: &SampleRequest, kept: &mut Kept) -> Result<Answer, String> {
    let SampleRequest { mixture, component, count, seed, repeat } = request;
    let same = |(of, _): &(Arc<Mixture>, Sampler)| Arc::ptr_eq(of, mixture);
    let sampler = match kept.sampler.take().filter(same) {
        Some((_, sampler)) => sampler,
        None => Sampler::new(mixture).map_err(|error| error.to_string())?,
    };
    let drawn = resample(&sampler, *seed, *count, *component, *repeat);
    kept.sampler = Some((Arc::clone(mixture), sampler));
    Ok(Answer::Samples(Arc::new(drawn)))
}

fn draws(request: &DrawsRequest, kept: &mut Kept) -> Result<SamplesReport, StudyError> {
    let DrawsRequest { mixture, data, index, observation, count, seed, repeat, .. } = request;
    let same = |(of, under, _): &(Arc<Mixture>, Observation, Drawer)| {
        Arc::ptr_eq(of, mixture) && under == observation
    };
    let drawer = match kept.drawer.take().filter(same) {
        Some((_, _, drawer)) => drawer,
        None => posterior_drawer(mixture, observation)?,
    };
    let truth = data.test.matrix(&[*index]);
    let drawn = draw_completions(mixture, observation, &drawer, truth.as_slice(), *count, *seed, *repeat)?;
    kept.drawer = Some((Arc::clone(mixture), observation.clone(), drawer));
    Ok(drawn)
}
