//! The Inpaint tab's bench: a mask under the user's hands, and what is restored under it.
//!
//! Nothing is computed here. [`App::bench_requests`] compares what is to be seen with what has been asked for, and
//! asks for the difference; `restorer` answers, and the latest answer is shown. The study's own restorations stay in
//! the outcome, for exports.

mod mouse;

use std::sync::Arc;

use super::super::action::{Command, Effect};
use super::super::layout;
use super::super::restorer::{Answer, Request, Wanted};
use super::super::tabs::inpaint::{self, Panel};
use super::{App, Painter, Shape, Tab};
use crate::data::ImageShape;
use crate::inverse::Mask;
use crate::study::{InpaintReport, SamplesReport, choose_test_images, mask_order};

/// What the Inpaint tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BenchView {
    /// All test images in rows.
    #[default]
    Images,
    /// The mask and one restoration, where there is room with everything else of it.
    Restored,
    /// The mask and the standard deviation.
    Deviation,
    /// The mask and draws from the posterior.
    Draws,
}

/// What a restoration was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Source {
    /// The painter's version.
    pub mask: u64,
    /// Which test images: 0 are the study's.
    pub set: u32,
}

/// What draws from the posterior were made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawSource {
    /// Mask and images.
    pub source: Source,
    /// Which of the images.
    pub image: usize,
    /// The how manieth draws: 0, 1, ...
    pub repeat: u32,
}

/// The state of the bench.
#[derive(Debug, Clone, Default)]
pub struct Bench {
    /// The study that it belongs to.
    run: u64,
    /// What is shown.
    pub view: BenchView,
    /// The picture that Enter opens.
    pub panel: Panel,
    /// The mask; none before there is a restoration to start from.
    pub painter: Option<Painter>,
    /// Restorations under the painter's mask, or of other images; none while the study's own are shown.
    report: Option<Arc<InpaintReport>>,
    /// What `report`, or the study's, was made from.
    shown: Source,
    /// Draws from the posterior of one image.
    draws: Option<(DrawSource, Arc<SamplesReport>)>,
    indices: Vec<usize>,
    set: u32,
    orders: u32,
    repeat: u32,
    asked: Option<(Source, Option<DrawSource>)>,
    held: Option<mouse::Held>,
}

/// Draws from a posterior that are made at once: as many as the widest screen has room for.
pub const DRAWS: usize = 8;

impl App {
    /// The restorations in front: under the painter's mask, or the study's own.
    pub fn inpainted(&self) -> Option<&Arc<InpaintReport>> {
        let own = self.outcome.inpaint.as_ref()?;
        Some(self.bench.report.as_ref().unwrap_or(own))
    }

    /// The mask of test image `index`: the painter's once anything was changed.
    pub fn mask(&self, index: usize) -> Option<&Mask> {
        match &self.bench.painter {
            Some(painter) if painter.version() > 0 => Some(painter.mask()),
            _ => self.inpainted()?.mask(index),
        }
    }

    /// The selected test image.
    pub fn image(&self) -> usize {
        let count = self.inpainted().map_or(0, |report| report.restorations.len());
        self.cursors.image.min(count.saturating_sub(1))
    }

    /// Draws from the posterior of the selected image, and whether they are of the present mask.
    pub fn completions(&self) -> Option<(&SamplesReport, bool)> {
        let (source, draws) = self.bench.draws.as_ref()?;
        let image = self.image();
        (source.image == image && source.source.set == self.bench.set)
            .then(|| (&**draws, *source == self.draw_source()))
    }

    /// Whether the keyboard's attention is on the canvas.
    pub fn at_canvas(&self) -> bool {
        self.tab == Tab::Inpaint && self.bench.view != BenchView::Images && self.bench.painter.is_some()
    }

    fn source(&self) -> Source {
        let mask = self.bench.painter.as_ref().map_or(0, Painter::version);
        Source { mask, set: self.bench.set }
    }

    fn draw_source(&self) -> DrawSource {
        DrawSource { source: self.source(), image: self.image(), repeat: self.bench.repeat }
    }

    /// What is to be computed for what is to be seen, unless it has been asked for.
    pub(super) fn bench_requests(&mut self) -> Vec<Effect> {
        self.set_up_bench();
        if self.tab != Tab::Inpaint {
            return Vec::new();
        }
        let (Some(fit), Some(data), Some(painter)) =
            (&self.outcome.fit, &self.outcome.data, &self.bench.painter)
        else {
            return Vec::new();
        };
        let source = self.source();
        let drawn = self.bench.draws.as_ref().map(|(of, _)| *of);
        let draws = Some(self.draw_source()).filter(|wanted| {
            drawn != Some(*wanted) && inpaint::shows_draws(self, layout::frame(self.size).body)
        });
        let wanted = (source, draws);
        if self.bench.asked == Some(wanted) || (source == self.bench.shown && draws.is_none()) {
            return Vec::new();
        }
        let own = self.inpainted().filter(|_| painter.version() == 0 && self.bench.set == 0);
        let observations =
            own.map_or_else(|| vec![painter.mask().clone().into()], |report| report.observations.clone());
        let request = Request {
            run: self.run,
            mixture: Arc::clone(&fit.mixture),
            data: Arc::clone(data),
            indices: self.bench.indices.clone(),
            observations,
            source,
            restore: source != self.bench.shown,
            draws: draws.map(|of| Wanted { of, count: DRAWS, seed: self.outcome.settings.seed }),
        };
        self.bench.asked = Some(wanted);
        vec![Effect::Restore(Box::new(request))]
    }

    /// Makes the bench ready for the present study, as soon as there is something to start from.
    fn set_up_bench(&mut self) {
        if self.bench.run != self.run {
            let view = self.bench.view;
            self.bench = Bench { run: self.run, view, ..Bench::default() };
        }
        if self.bench.painter.is_some() {
            return;
        }
        let (Some(report), settings) = (&self.outcome.inpaint, &self.outcome.settings) else { return };
        let (dim, image) = (report.truth.nrows(), self.image());
        let side = dim.isqrt();
        let Ok(order) = mask_order(settings, ImageShape::of_vector(dim), 0) else { return };
        if side * side != dim || side == 0 {
            return;
        }
        let mut painter = Painter::new(side, order, settings.observed);
        report.mask(image).into_iter().for_each(|mask| painter.adopt(mask));
        self.bench.indices.clone_from(&report.indices);
        self.bench.painter = Some(painter);
    }

    /// Takes an answer in.
    pub(super) fn hear_restorer(&mut self, run: u64, answer: Answer) {
        if run != self.run {
            return;
        }
        let bench = &mut self.bench;
        match answer {
            Answer::Restored { source, result } => {
                bench.shown = source;
                match result {
                    Ok(report) => bench.report = Some(report),
                    Err(why) => self.report(Err(why)),
                }
            }
            Answer::Drawn { of, result } => match result {
                Ok(draws) => bench.draws = Some((of, draws)),
                Err(why) => self.report(Err(why)),
            },
        }
    }

    /// A command of the Inpaint tab; false for those that it has no use for.
    pub(super) fn bench_command(&mut self, command: Command) -> bool {
        let image = self.image();
        let mask = self.mask(image).cloned();
        let canvas = self.at_canvas();
        let Some(painter) = &mut self.bench.painter else { return false };
        if painter.version() == 0 {
            mask.iter().for_each(|mask| painter.adopt(mask));
        }
        let shape = (painter.shape(), painter.measure());
        match command {
            Command::NextMask => painter.turn(1),
            Command::PreviousMask => painter.turn(-1),
            Command::More => painter.adjust(1),
            Command::Less => painter.adjust(-1),
            Command::OtherMask => self.other_mask(),
            Command::OtherImages => self.other_images(),
            Command::Resample => self.bench.repeat += 1,
            Command::CycleView => self.cycle_bench(),
            Command::Left if canvas => painter.step(0, -1),
            Command::Right if canvas => painter.step(0, 1),
            Command::Up if canvas => painter.step(-1, 0),
            Command::Down if canvas => painter.step(1, 0),
            Command::Pen => painter.toggle_pen(),
            Command::Ink => painter.ink = !painter.ink,
            Command::Enlarge => painter.resize_brush(1),
            Command::Reduce => painter.resize_brush(-1),
            Command::Fill => painter.fill(true),
            Command::Clear => painter.fill(false),
            Command::Invert => painter.invert(),
            Command::Undo => {
                if !painter.undo() {
                    self.info("nothing is left to undo".into());
                }
            }
            Command::Back if canvas => match painter.down {
                true => painter.toggle_pen(),
                false => self.bench.view = BenchView::Images,
            },
            _ => return false,
        }
        // In front of the canvas the list of masks and the slider are to be seen.
        let now = self.bench.painter.as_ref().map(|painter| (painter.shape(), painter.measure()));
        if let Some((shape, measure)) = now.filter(|now| !canvas && *now != shape) {
            let unit = if shape == Shape::Random { " %" } else { "" };
            self.info(format!("mask: {}, {} {}{unit}", shape.name(), measure.label, measure.value));
        }
        true
    }

    /// The next view; where there is room for everything at once, there are two.
    fn cycle_bench(&mut self) {
        let body = layout::frame(self.size).body;
        let whole = inpaint::shows_everything(self, body);
        let view = match self.bench.view {
            BenchView::Images => BenchView::Restored,
            BenchView::Restored if !whole => BenchView::Deviation,
            BenchView::Deviation if !whole => BenchView::Draws,
            _ => BenchView::Images,
        };
        self.bench.panel = match view {
            BenchView::Deviation => Panel::Deviation,
            BenchView::Draws => Panel::Draw(0),
            _ => Panel::Restored,
        };
        self.bench.view = view;
    }

    fn other_mask(&mut self) {
        self.bench.orders += 1;
        let (settings, repeat) = (&self.outcome.settings, self.bench.orders);
        let Some(painter) = &mut self.bench.painter else { return };
        if let Ok(order) = mask_order(settings, painter.mask().shape(), repeat) {
            painter.reorder(order);
        }
    }

    fn other_images(&mut self) {
        let Some(data) = &self.outcome.data else { return };
        let set = self.bench.set + 1;
        match choose_test_images(&self.outcome.settings, &data.test, set) {
            Ok(indices) => {
                (self.bench.set, self.bench.indices) = (set, indices);
                self.info(format!("test images, choice {}", set + 1));
            }
            Err(error) => self.report(Err(error.to_string())),
        }
    }

    /// Whether the bench is in front, with nothing above it.
    pub(super) fn bench_in_front(&self) -> bool {
        self.at_canvas() && self.overlay.is_none()
    }
}
