//! Samples without end: drawn in batches as they come into view, each batch from its own seeded stream, so that
//! scrolling back finds the same ones.
//!
//! The first batch of the whole mixture is the outcome's, which exports show; all others are kept here, a bounded
//! number of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::super::action::{Command, Effect};
use super::super::layout;
use super::super::tabs;
use super::{App, Tab};
use crate::mixture::Mixture;
use crate::study::SamplesReport;

/// One endless row of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stream {
    /// Of one component, or of the mixture.
    pub component: Option<usize>,
    /// How often new samples were asked for.
    pub generation: u32,
}

impl Stream {
    /// The random stream of batch `batch`; that of the study's own samples is 0.
    pub fn repeat(self, batch: u32) -> u32 {
        // 65,536 generations of as many batches.
        batch << 16 | self.generation & 0xffff
    }
}

/// Some samples of a stream, that are to be drawn.
#[derive(Debug, Clone)]
pub struct SampleRequest {
    /// Which study the mixture belongs to.
    pub run: u64,
    /// What to draw from.
    pub mixture: Arc<Mixture>,
    /// How many.
    pub count: usize,
    /// The study's seed.
    pub seed: u64,
    /// Of which samples.
    pub stream: Stream,
    /// Which part of them.
    pub batch: u32,
}

/// The samples that are known.
#[derive(Debug, Clone, Default)]
pub struct Gallery {
    /// The study that they are of.
    run: u64,
    /// Which samples are shown.
    pub stream: Stream,
    /// Which are wanted: another stream until its first batch is there.
    wanted: Stream,
    batches: BTreeMap<u32, Arc<SamplesReport>>,
    /// Places scrolled to so far.
    places: usize,
    asked: Option<(Stream, u32)>,
    /// The last draw failed: nothing is asked for until the user does something.
    failed: bool,
}

/// Samples that can be scrolled to.
const MOST: usize = 100_000;
/// Batches that are kept; ten samples of 784 pixels are 63 KB.
const KEPT: usize = 200;

impl App {
    /// Samples in a batch.
    fn batch(&self) -> usize {
        self.outcome.settings.draws.max(1)
    }

    /// Places for samples, of which some may still be drawn.
    pub fn sample_count(&self) -> usize {
        if self.outcome.samples.is_some() { self.gallery.places.max(self.batch()) } else { 0 }
    }

    /// The samples in front.
    pub fn stream(&self) -> Stream {
        self.gallery.stream
    }

    /// Sample `index`: where it is, and its column there; none while it is being drawn.
    pub fn sample(&self, index: usize) -> Option<(&SamplesReport, usize)> {
        let batch = u32::try_from(index / self.batch()).ok()?;
        let column = index % self.batch();
        let report = match (self.gallery.batches.get(&batch), self.gallery.stream.component) {
            (Some(report), _) => report,
            (None, None) if batch == 0 => self.outcome.samples.as_ref()?,
            _ => return None,
        };
        (column < report.components.len()).then_some((report, column))
    }

    /// A command of the Samples tab; false for those that it has no use for.
    pub(super) fn gallery_command(&mut self, command: Command) -> bool {
        self.gallery.failed = false;
        match command {
            Command::Resample => {
                if self.outcome.samples.is_none() {
                    self.info("samples need the fitted mixture: it is not there yet".into());
                } else if self.gallery.asked.is_none() {
                    self.gallery.wanted.generation += 1;
                }
            }
            Command::CycleComponent => {
                let components = self.outcome.fit.as_ref().map_or(0, |fit| fit.mixture.components());
                let next = self.gallery.wanted.component.map_or(0, |k| k + 1);
                self.gallery.wanted.component = (next < components).then_some(next);
            }
            _ => return false,
        }
        true
    }

    /// Moves the cursor over the samples; past the last, there are more.
    pub(super) fn navigate_samples(&mut self, command: Command, step: isize) {
        self.gallery.failed = false;
        let count = self.sample_count();
        if count == 0 {
            return;
        }
        let at = self.cursors.sample.min(count - 1).saturating_add_signed(step);
        let further = matches!(command, Command::Right | Command::Down | Command::PageDown);
        if at >= count && further {
            let batch = self.batch();
            self.gallery.places = ((at / batch + 1).saturating_mul(batch)).min(MOST.max(batch));
        }
        self.cursors.sample = at.min(self.sample_count().saturating_sub(1));
    }

    /// Asks for the next batch that is in view and not there: one at a time.
    pub(super) fn gallery_requests(&mut self) -> Vec<Effect> {
        if self.gallery.run != self.run {
            self.gallery = Gallery { run: self.run, ..Gallery::default() };
        }
        let busy = self.gallery.asked.is_some() || self.gallery.failed;
        if busy || self.tab != Tab::Samples || self.outcome.samples.is_none() {
            return Vec::new();
        }
        let Some(fit) = &self.outcome.fit else { return Vec::new() };
        let stream = self.gallery.wanted;
        let batch = if stream == self.gallery.stream {
            let batch = self.batch();
            let missing = self.samples_in_view().find(|&index| self.sample(index).is_none());
            missing.and_then(|index| u32::try_from(index / batch).ok())
        } else {
            Some(0)
        };
        let Some(batch) = batch else { return Vec::new() };
        self.gallery.asked = Some((stream, batch));
        let (mixture, count) = (Arc::clone(&fit.mixture), self.batch());
        let seed = self.outcome.settings.seed;
        vec![Effect::Resample(SampleRequest { run: self.run, mixture, count, seed, stream, batch })]
    }

    fn samples_in_view(&self) -> Range<usize> {
        let tiles = tabs::samples::tiles(self, layout::frame(self.size).body);
        let count = self.sample_count();
        let first = tiles.first_row(self.cursors.sample.min(count.saturating_sub(1)), count) * tiles.columns;
        first.min(count)..(first + tiles.columns * tiles.rows).min(count)
    }

    /// Takes a batch in.
    pub(super) fn hear_samples(
        &mut self,
        run: u64,
        stream: Stream,
        batch: u32,
        result: Result<Arc<SamplesReport>, String>,
    ) {
        if run != self.run {
            return;
        }
        self.gallery.asked = None;
        let samples = match result {
            Ok(samples) => samples,
            Err(why) => {
                self.forget_samples();
                return self.report(Err(why));
            }
        };
        let gallery = &mut self.gallery;
        if stream != gallery.stream {
            if batch != 0 || stream != gallery.wanted {
                return;
            }
            let renewed = stream.generation != gallery.stream.generation;
            (gallery.stream, gallery.places) = (stream, 0);
            gallery.batches.clear();
            self.cursors.sample = 0;
            if renewed {
                self.info(format!("new samples, draw {}", stream.generation + 1));
            }
        }
        if batch == 0 && stream.component.is_none() {
            self.outcome.samples = Some(samples);
            return;
        }
        let batches = &mut self.gallery.batches;
        batches.insert(batch, samples);
        if batches.len() > KEPT {
            let farthest = batches.keys().copied().max_by_key(|key| key.abs_diff(batch));
            farthest.map(|key| batches.remove(&key));
        }
    }

    /// Whether samples are being drawn.
    pub fn drawing(&self) -> bool {
        self.gallery.asked.is_some()
    }

    /// What was asked for will not come.
    pub(super) fn forget_samples(&mut self) {
        (self.gallery.asked, self.gallery.failed) = (None, true);
        self.gallery.wanted = self.gallery.stream;
    }
}
