//! The work of a sweep: the images once, k-means once a K, then a fit a cell.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use nalgebra::DMatrix;

use super::lanes::Lanes;
use super::{SweepCell, SweepEvent, SweepGrid, SweepReport, SweepRow, SweepScores, SweepStart, of_cell};
use crate::inverse::{Observation, mean_quality};
use crate::mixture::{HeldOut, KMeansStop, StopReason, TrainingSet, aic, bic};
use crate::study::stages::Fitted;
use crate::study::{
    Checked, Control, DataReport, HeldOutScore, Settings, StudyError, draw_observations, load_data, memory,
    restore_with, stages, with_threads,
};

/// Fits every K of the grid under every family, every ridge and every shrinkage, and scores each fit.
///
/// Everything but these is as in `settings`. The images, the observations and k-means of each K are shared, so
/// that cells differ in nothing else; the `settings.held_out` test images that a single fit scores are scored (0 for
/// none). Several fits run side by side where there are cores and memory for it; results are
/// the same, to the bit, for any number of threads. A cell that cannot be fitted or scored is a row with its
/// error. Cancelling is no error: the report has the cells that were done, and says so.
///
/// Each event is passed to `sink` on the calling thread, which sleeps otherwise. Cost: one fit for each cell.
///
/// # Errors
/// [`StudyError::Setting`] for a grid that is empty, repeats a value or holds one out of range, and as
/// [`load_data`]; [`StudyError::Threads`]; k-means' own.
pub fn sweep(
    settings: &Checked,
    grid: &SweepGrid,
    control: &Control,
    sink: &mut dyn FnMut(&SweepEvent),
) -> Result<SweepReport, StudyError> {
    let settings = settings.get();
    grid.check(settings)?;
    let (threads, shared) =
        with_threads(settings.threads, || (rayon::current_num_threads(), Shared::new(settings, control)))?;
    let shared = shared?;
    let largest = grid.components.iter().copied().max().unwrap_or(0);
    let samples = shared.data.sample_indices.len();
    for cell in grid.of(largest) {
        let (dim, is_complete) = (shared.data.train.dim(), shared.data.train.is_complete());
        memory::require_fit(&of_cell(settings, cell), samples, dim, is_complete)?;
    }
    let mut report = SweepReport {
        grid: grid.clone(),
        samples,
        dim: shared.data.train.dim(),
        labels: shared.data.about.labels.clone(),
        held_out_indices: shared.data.held_out_indices.clone(),
        test_indices: shared.data.test_indices.clone(),
        starts: Vec::new(),
        rows: Vec::new(),
        cancelled: false,
    };
    let starts = shared.starts(grid, threads, sink, &mut report)?;
    shared.cells(grid, threads, &starts, sink, &mut report)?;
    report.cancelled = report.rows.len() < grid.cells();
    Ok(report)
}

/// What all cells share.
struct Shared<'a> {
    settings: &'a Settings,
    control: &'a Control,
    data: DataReport,
    set: TrainingSet,
    /// D x N; none when no image is held out.
    held_out: Option<DMatrix<f64>>,
    observations: Vec<Observation>,
}

/// The start of every fit of one K.
struct Start {
    components: usize,
    centroids: DMatrix<f64>,
}

impl<'a> Shared<'a> {
    fn new(settings: &'a Settings, control: &'a Control) -> Result<Self, StudyError> {
        let data = load_data(settings)?;
        let set = data.training_set();
        let held_out = (!data.held_out_indices.is_empty()).then(|| data.test.matrix(&data.held_out_indices));
        let observations = draw_observations(settings, data.test.shape(), 0)?;
        Ok(Self { settings, control, data, set, held_out, observations })
    }

    /// Of an image.
    fn columns(&self) -> usize {
        self.data.train.shape().columns
    }

    /// k-means of every K; fewer of them when cancelled.
    fn starts(
        &self,
        grid: &SweepGrid,
        threads: usize,
        sink: &mut dyn FnMut(&SweepEvent),
        report: &mut SweepReport,
    ) -> Result<Vec<Start>, StudyError> {
        let lanes = Lanes::new(threads, grid.components.len(), size_of_val(self.set.images.as_slice()));
        let mut found = Vec::new();
        let mut failure = None;
        lanes.run(
            &largest_first(&grid.components, |&k| k),
            |&components, sender| send(sender, self.cluster(grid, components)),
            |result| match result {
                Ok(Some((start, centroids))) => {
                    sink(&SweepEvent::Started(start.clone()));
                    found.push((start, centroids));
                }
                Ok(None) => {}
                Err(error) => failure = Some(error),
            },
        )?;
        failure.map_or(Ok(()), Err)?;
        found.sort_by_key(|(start, _)| grid.components.iter().position(|&k| k == start.components));
        Ok(found
            .into_iter()
            .map(|(start, centroids)| {
                let components = start.components;
                report.starts.push(start);
                Start { components, centroids }
            })
            .collect())
    }

    /// k-means of one K; none when cancelled.
    fn cluster(
        &self,
        grid: &SweepGrid,
        components: usize,
    ) -> Result<Option<(SweepStart, DMatrix<f64>)>, StudyError> {
        if self.control.checkpoint().is_break() {
            return Ok(None);
        }
        let mut settings = self.settings.clone();
        settings.kmeans.components = components;
        // Several runs are judged under the first cell.
        if let Some(cell) = grid.of(components).next() {
            settings = of_cell(&settings, cell);
        }
        let began = Instant::now();
        let fit = stages::cluster(&settings, &self.set, self.columns(), &mut |_| self.control.checkpoint())?;
        if fit.stop == KMeansStop::Cancelled {
            return Ok(None);
        }
        let (inertia, iterations, stop) = (fit.inertia, fit.history.len(), fit.stop);
        Ok(Some((SweepStart { components, inertia, iterations, stop, time: began.elapsed() }, fit.centroids)))
    }

    /// Every cell of the `starts`; fewer of them when cancelled.
    fn cells(
        &self,
        grid: &SweepGrid,
        threads: usize,
        starts: &[Start],
        sink: &mut dyn FnMut(&SweepEvent),
        report: &mut SweepReport,
    ) -> Result<(), StudyError> {
        let cells: Vec<(&Start, SweepCell)> = starts
            .iter()
            .flat_map(|start| grid.of(start.components).map(move |cell| (start, cell)))
            .collect();
        let largest = starts.iter().map(|start| start.components).max().unwrap_or(0);
        let mut rows = Vec::new();
        Lanes::new(threads, cells.len(), fit_bytes(largest, self.set.images.nrows())).run(
            &largest_first(&cells, |(start, _)| start.components),
            |&(start, cell), sender| {
                if let Some(row) = self.cell(start, cell, sender) {
                    send(sender, SweepEvent::Done(row));
                }
            },
            |event| {
                sink(&event);
                if let SweepEvent::Done(row) = event {
                    rows.push(row);
                }
            },
        )?;
        rows.sort_by_key(|row| grid.iter().position(|cell| cell == row.cell));
        report.rows = rows;
        Ok(())
    }

    /// One cell; none when cancelled.
    fn cell(&self, start: &Start, cell: SweepCell, sender: &Sender<SweepEvent>) -> Option<SweepRow> {
        if self.control.checkpoint().is_break() {
            return None;
        }
        let settings = of_cell(self.settings, cell);
        let began = Instant::now();
        let begin = stages::start(&settings, start.centroids.clone());
        let fitted = begin.and_then(|begin| {
            let held_out = self.held_out.as_ref();
            let held_out = held_out.map(|images| HeldOut { images, every_iteration: false });
            stages::fit(&settings, self.set.clone(), self.columns(), held_out, begin, &mut |step| {
                let (iteration, nll) = (step.iteration, step.nll);
                send(sender, SweepEvent::Iterated { cell, iteration, nll });
                self.control.checkpoint()
            })
        });
        let time = began.elapsed();
        let result = match fitted {
            Ok(fitted) if fitted.fit.stop == StopReason::Cancelled => return None,
            Ok(fitted) => self.score(fitted).map(|scores| SweepScores { time, ..scores }),
            Err(error) => Err(error),
        };
        Some(SweepRow { cell, result: result.map_err(Arc::new) })
    }

    /// The scores of a fit, without its time.
    fn score(&self, fitted: Fitted) -> Result<SweepScores, StudyError> {
        let Fitted { fit, em, iterations } = fitted;
        let (mixture, nll) = (&fit.mixture, fit.final_nll);
        let (parameters, samples) = (mixture.free_parameters().total(), self.set.total());
        let held_out = HeldOutScore::of(self.settings, &fit, &self.data.test, &self.data.held_out_indices)?;
        let held_out = held_out.as_ref();
        let (indices, seed) = (&self.data.test_indices, self.settings.seed);
        let restored = restore_with(mixture, &self.data, indices, &self.observations, seed)?.restorations;
        let quality = mean_quality(&restored);
        Ok(SweepScores {
            free_parameters: parameters,
            nll,
            held_out_nll: held_out.map(|score| score.nll),
            trimmed_nll: held_out.map(|score| score.trimmed_nll),
            bits_per_dim: held_out.and_then(|score| score.bits_per_dim),
            shrinkage: em.shrinkage,
            reach: em.taper.reach,
            bic: bic(nll, parameters, samples),
            aic: aic(nll, parameters, samples),
            psnr: quality.psnr,
            ssim: quality.ssim,
            iterations,
            stop: fit.stop,
            time: std::time::Duration::ZERO,
        })
    }
}

/// Long jobs first: a long one begun last would leave the other lanes idle at the end.
fn largest_first<T: Clone>(jobs: &[T], components: impl Fn(&T) -> usize) -> Vec<T> {
    let mut jobs = jobs.to_vec();
    jobs.sort_by_key(|job| std::cmp::Reverse(components(job)));
    jobs
}

/// What a fit holds: covariances, factors, and a third as much for images and copies on the way in and out.
fn fit_bytes(components: usize, dim: usize) -> usize {
    3 * components * dim * dim * size_of::<f64>()
}

/// The receiver outlives all senders; nothing is lost.
fn send<T>(sender: &Sender<T>, message: T) {
    let _ = sender.send(message);
}
