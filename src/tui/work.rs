//! What jobs compute.

use std::sync::Arc;

use crate::files::{list_folder, path_in};
use crate::inverse::{Conditioner, InverseError, Posterior, Prepared, calibrate};
use crate::mixture::{Mixture, MixtureError, Sampler};
use crate::study::{
    Curves, InpaintReport, SamplesReport, Settings, StudyError, draw_completions, resample,
    restoration_curve, restore_own, restore_with_posteriors, simulate_measurements, transform,
    transform_over,
};
use crate::tui::state::job::{
    Answer, BrowseRequest, ColumnRequest, Coverage, DrawsRequest, RestorationRequest, SampleRequest,
    TransformRequest, Work,
};
use crate::tui::views::pictures::overviews;

/// Principal axes that are computed: as many as the widest screen has room for.
const AXES: usize = 12;

/// What is worth keeping for the next job: the factors of a mixture, and what was restored last.
#[derive(Debug, Default)]
pub struct Kept {
    sampler: Option<(Arc<Mixture>, Arc<Sampler>)>,
    restored: Option<Restored>,
}

/// Restorations, with what draws from the same posteriors need.
#[derive(Debug, Clone)]
struct Restored {
    of: RestorationRequest,
    report: Arc<InpaintReport>,
    posteriors: Arc<Vec<Posterior>>,
    /// One for each image.
    prepared: Vec<Prepared>,
}

impl Kept {
    /// The factors of `mixture`.
    fn sampler(&mut self, mixture: &Arc<Mixture>) -> Result<Arc<Sampler>, MixtureError> {
        if let Some((of, sampler)) = &self.sampler
            && Arc::ptr_eq(of, mixture)
        {
            return Ok(Arc::clone(sampler));
        }
        // The old ones go before there are others.
        self.sampler = None;
        let sampler = Arc::new(Sampler::new(mixture)?);
        self.sampler = Some((Arc::clone(mixture), Arc::clone(&sampler)));
        Ok(sampler)
    }

    /// The restorations of `of`.
    fn restored(&mut self, of: &RestorationRequest) -> Result<&Restored, StudyError> {
        let kept = self.restored.take().filter(|kept| kept.of.is_like(of));
        let restored = match kept {
            Some(kept) => kept,
            None => Restored::new(of)?,
        };
        Ok(self.restored.insert(restored))
    }
}

impl Restored {
    fn new(of: &RestorationRequest) -> Result<Self, StudyError> {
        let RestorationRequest { mixture, data, indices, observations, seed } = of;
        let mut each: Vec<Option<Prepared>> = vec![None; indices.len()];
        let mut keep = |conditioner: &Conditioner<'_>, images: &[usize]| {
            images.iter().for_each(|&image| each[image] = Some(conditioner.prepared()));
        };
        let (report, posteriors) =
            restore_with_posteriors(mixture, data, indices, observations, *seed, &mut keep)?;
        let prepared = each.into_iter().flatten().collect();
        Ok(Self { of: of.clone(), report: Arc::new(report), posteriors: Arc::new(posteriors), prepared })
    }
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
        Work::Restoration(request) => {
            let Restored { report, posteriors, .. } =
                kept.restored(request).map_err(|error| error.to_string())?;
            Ok(Answer::Restoration(Arc::clone(report), Arc::clone(posteriors)))
        }
        Work::Column(ColumnRequest { mixture, posterior, pixel }) => {
            let column = Conditioner::new(mixture, posterior.observation())
                .and_then(|conditioner| conditioner.covariance_column(posterior, *pixel));
            column.map(|column| Answer::Column(Arc::new(column))).map_err(|error| error.to_string())
        }
        Work::Coverage(request) => {
            let held = coverage(request);
            held.map(|held| Answer::Coverage(Arc::new(held))).map_err(|error| error.to_string())
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
        Work::Browse(request) => browse(request),
        Work::Figures(_) | Work::Report(_) | Work::Model(_) => Err("exports are written elsewhere".into()),
    }
}

fn browse(BrowseRequest { folder, path, outcome }: &BrowseRequest) -> Result<Answer, String> {
    let path = path_in(folder, path);
    if path.is_dir() {
        let listed = list_folder(&path).map_err(|error| error.to_string())?;
        return Ok(Answer::Folder(Arc::new(listed)));
    }
    let restored = restore_own(outcome, &path).map_err(|error| error.to_string())?;
    restored.map(|outcome| Answer::Own(Box::new(outcome))).ok_or_else(|| "there is no model yet".to_owned())
}

fn samples(request: &SampleRequest, kept: &mut Kept) -> Result<Answer, String> {
    let SampleRequest { mixture, component, count, seed, repeat } = request;
    let sampler = kept.sampler(mixture).map_err(|error| error.to_string())?;
    Ok(Answer::Samples(Arc::new(resample(&sampler, *seed, *count, *component, *repeat))))
}

/// The shares of the pixels whose restoration is compared.
const SHARES: [f64; 5] = [0.1, 0.2, 0.4, 0.6, 0.8];

/// Images restored at each of them.
const SHARED: usize = 60;

/// Holds the posteriors of the images against the truth, as `gmmscope calibrate` does; of a mask, restores some by the share observed too.
fn coverage(request: &RestorationRequest) -> Result<Coverage, StudyError> {
    let RestorationRequest { mixture, data, indices, observations, seed } = request;
    let truth = data.test.matrix(indices);
    let settings = Settings { seed: *seed, ..Settings::default() };
    // Of one for each of other images, the first is taken for all.
    let one = observations.get(..1).unwrap_or_default();
    let measured = simulate_measurements(&settings, &truth, one)?;
    let calibration = calibrate(mixture, &truth, &measured, one)?;
    let masked = one.first().is_some_and(|observation| observation.mask().is_some());
    let noise = one.first().map_or(0.0, |observation| observation.noise().of(0));
    let some = truth.columns(0, truth.ncols().min(SHARED)).into_owned();
    let of = (data.test.shape(), 0.0);
    let points =
        masked.then(|| restoration_curve(&settings, mixture, of, &some, &SHARES, &[noise])).transpose()?;
    let samples = data.sample_indices.len() as f64;
    let curves = points.map(|points| Curves {
        images: some.ncols(),
        component_images: mixture.weights().iter().map(|pi| pi * samples).collect(),
        points,
    });
    Ok(Coverage { calibration, curves })
}

fn draws(request: &DrawsRequest, kept: &mut Kept) -> Result<SamplesReport, StudyError> {
    let DrawsRequest { of, image, count, repeat } = request;
    let sampler = kept.sampler(&of.mixture).map_err(InverseError::from)?;
    let Restored { posteriors, prepared, .. } = kept.restored(of)?;
    let (Some(posterior), Some(prepared)) = (posteriors.get(*image), prepared.get(*image)) else {
        let (observations, images) = (of.observations.len(), of.indices.len());
        return Err(InverseError::Observations { observations, images }.into());
    };
    let drawer = Conditioner::of(&of.mixture, prepared.clone())?.drawer_with(sampler);
    draw_completions(&drawer, posterior, *count, of.seed, *repeat)
}
