//! Samples without end, in batches. Each batch has its own seeded random stream, so that scrolling back finds the same
//! samples.
//!
//! The first batch of the whole mixture is the outcome's, which exports show; a bounded number of others is kept here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::job::Pending;
use crate::study::SamplesReport;

/// Identifies an endless row of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamId {
    /// The component that they are drawn from; all of them where it is none.
    pub component: Option<usize>,
    /// How often new samples were asked for.
    pub generation: u32,
}

impl StreamId {
    /// The random stream of a batch; 0 is that of the study's own samples.
    pub fn repeat(self, batch: u32) -> u32 {
        // 65,536 generations of as many batches.
        batch << 16 | self.generation & 0xffff
    }
}

/// The samples that are known.
#[derive(Debug, Clone, Default)]
pub struct SampleStream {
    /// The study that they belong to.
    pub run: u64,
    /// The samples shown.
    pub id: StreamId,
    /// The samples to show once their first batch is known.
    pub wanted: StreamId,
    /// The batches that are known.
    pub batches: BTreeMap<u32, Arc<SamplesReport>>,
    /// The number of samples scrolled to.
    pub reach: usize,
    /// The batch being drawn.
    pub pending: Pending<(StreamId, u32)>,
    /// The last batch could not be drawn: the next waits for a command of the user.
    pub failed: bool,
}

impl SampleStream {
    /// The most samples that can be scrolled to.
    const MOST: usize = 100_000;
    /// The number of batches kept; ten samples of 784 pixels take 63 KB.
    const KEPT: usize = 200;

    /// Adds a batch; the one farthest from it is dropped when there are too many.
    pub fn insert(&mut self, batch: u32, samples: Arc<SamplesReport>) {
        self.batches.insert(batch, samples);
        if self.batches.len() > Self::KEPT {
            let farthest = self.batches.keys().copied().max_by_key(|key| key.abs_diff(batch));
            farthest.map(|key| self.batches.remove(&key));
        }
    }

    /// Lets the cursor reach sample `index`, in batches of `batch`.
    pub fn extend_to(&mut self, index: usize, batch: usize) {
        self.reach = (index / batch + 1).saturating_mul(batch).min(Self::MOST.max(batch));
    }
}
