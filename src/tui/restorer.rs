//! Restorations while the mask changes: a thread of its own that answers the latest request and forgets older ones.
//!
//! `jobs` starts it at the first request. A restoration of ten images takes a few milliseconds; draws from a
//! posterior need larger factors, and wait until the mask has rested.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use super::app::{DrawSource, Source};
use crate::inverse::{Drawer, Observation};
use crate::mixture::Mixture;
use crate::study::{
    DataReport, InpaintReport, SamplesReport, draw_completions, posterior_drawer, restore_with,
};

/// How long the mask rests before draws are made.
const REST: Duration = Duration::from_millis(120);

/// What is to be computed.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which study.
    pub run: u64,
    /// Its mixture.
    pub mixture: Arc<Mixture>,
    /// Its images.
    pub data: Arc<DataReport>,
    /// Which test images.
    pub indices: Vec<usize>,
    /// What is observed: one for all, or one for each.
    pub observations: Vec<Observation>,
    /// What the restorations are made from.
    pub source: Source,
    /// Whether restorations are wanted: not when only draws are.
    pub restore: bool,
    /// Draws that are wanted.
    pub draws: Option<Wanted>,
}

/// Draws from the posterior of one image.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// From what, and the how manieth time.
    pub of: DrawSource,
    /// How many.
    pub count: usize,
    /// The study's seed.
    pub seed: u64,
}

/// What was computed, or why it could not be.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Restorations.
    Restored {
        /// From what.
        source: Source,
        /// The restorations.
        result: Result<Arc<InpaintReport>, String>,
    },
    /// Draws from a posterior.
    Drawn {
        /// From what.
        of: DrawSource,
        /// The draws.
        result: Result<Arc<SamplesReport>, String>,
    },
}

/// The restorations of a request.
pub fn restored(request: &Request) -> Answer {
    let report = restore_with(&request.mixture, &request.data, &request.indices, &request.observations);
    let result = report.map(Arc::new).map_err(|error| error.to_string());
    Answer::Restored { source: request.source, result }
}

/// The factors of the last draws, with the study and the observation that they are of.
pub type Kept = Option<(u64, Observation, Drawer)>;

/// The draws of a request; factors of the same observation are taken from `kept`.
pub fn drawn(request: &Request, wanted: &Wanted, kept: &mut Kept) -> Answer {
    let result = draws(request, wanted, kept).map(Arc::new).map_err(|error| error.to_string());
    Answer::Drawn { of: wanted.of, result }
}

fn draws(
    request: &Request,
    wanted: &Wanted,
    kept: &mut Kept,
) -> Result<SamplesReport, crate::study::StudyError> {
    let Request { mixture, data, observations, indices, .. } = request;
    let image = wanted.of.image;
    let empty =
        || SamplesReport { images: nalgebra::DMatrix::zeros(mixture.dim(), 0), components: Vec::new() };
    let observation = if observations.len() == 1 { observations.first() } else { observations.get(image) };
    let (Some(observation), Some(index)) = (observation, indices.get(image)) else { return Ok(empty()) };
    if kept.as_ref().is_none_or(|(run, of, _)| *run != request.run || of != observation) {
        *kept = Some((request.run, observation.clone(), posterior_drawer(mixture, observation)?));
    }
    let Some((_, _, drawer)) = kept else { return Ok(empty()) };
    let truth = data.test.matrix(&[*index]);
    let repeat = wanted.of.repeat;
    draw_completions(mixture, observation, drawer, truth.as_slice(), wanted.count, wanted.seed, repeat)
}

/// Where the next request waits.
#[derive(Debug, Default)]
struct Slot {
    state: Mutex<Waiting>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    next: Option<Request>,
    closed: bool,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next request; none when nobody will ask any more.
    fn take(&self) -> Option<Request> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            match waiting.next.take() {
                Some(request) => return Some(request),
                None => waiting = self.bell.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Whether nothing new is asked for a while.
    fn rests(&self) -> bool {
        let idle = |waiting: &mut Waiting| waiting.next.is_none() && !waiting.closed;
        let waited = self.bell.wait_timeout_while(self.lock(), REST, idle);
        waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// The thread that restores.
#[derive(Debug)]
pub struct Restorer {
    slot: Arc<Slot>,
}

impl Restorer {
    /// Starts it; answers go to `send`, or what went wrong when there is none.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(send: impl Fn(u64, Result<Answer, String>) + Send + 'static) -> std::io::Result<Self> {
        let slot = Arc::new(Slot::default());
        let inbox = Arc::clone(&slot);
        Builder::new().name("restorations".into()).spawn(move || {
            let mut kept: Kept = None;
            while let Some(request) = inbox.take() {
                let work = AssertUnwindSafe(|| answer(&request, &inbox, &mut kept, &send));
                if catch_unwind(work).is_err() {
                    kept = None;
                    send(request.run, Err("restorations: stopped unexpectedly".into()));
                }
            }
        })?;
        Ok(Self { slot })
    }

    /// Asks for something else, in place of what still waits.
    pub fn ask(&self, request: Request) {
        self.slot.lock().next = Some(request);
        self.slot.bell.notify_all();
    }
}

impl Drop for Restorer {
    /// The thread ends after what it is at.
    fn drop(&mut self) {
        self.slot.lock().closed = true;
        self.slot.bell.notify_all();
    }
}

fn answer(request: &Request, slot: &Slot, kept: &mut Kept, send: &impl Fn(u64, Result<Answer, String>)) {
    if request.restore {
        send(request.run, Ok(restored(request)));
    }
    let Some(wanted) = &request.draws else { return };
    // A stroke goes on: the next request asks for draws again. Draws of a mask whose factors are there need no rest.
    if !request.restore || slot.rests() {
        send(request.run, Ok(drawn(request, wanted, kept)));
    }
}
