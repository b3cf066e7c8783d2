//! What follows from the state: the selected things, clamped to what exists.

use std::sync::Arc;

use super::App;
use super::cursors::DataView;
use super::inpaint::{ColumnId, DrawsId, InpaintView, RestorationId};
use super::mask_editor::MaskEditor;
use super::observed::ObservationKind;
use crate::data::ImageShape;
use crate::inverse::{Mask, Posterior};
use crate::study::{DataReport, InpaintReport, SamplesReport};
use crate::tui::tab::Tab;

impl App {
    /// The shape of the images; empty before they are loaded.
    pub fn shape(&self) -> ImageShape {
        self.outcome.shape().unwrap_or(ImageShape::new(0, 0))
    }

    /// The images of the study, once they are loaded.
    pub fn data(&self) -> Option<&DataReport> {
        self.outcome.data.as_deref()
    }

    /// The selected pixel: row and column.
    pub fn pixel(&self) -> (usize, usize) {
        let shape = self.shape();
        let middle = shape.rows / 2 * shape.columns + shape.columns / 2;
        let pixel = self.cursors.pixel.unwrap_or(middle);
        shape.position(pixel.min(shape.len().saturating_sub(1)))
    }

    /// Selects the pixel in `row` and `column`, or the nearest.
    pub fn select_pixel(&mut self, row: usize, column: usize) {
        let shape = self.shape();
        let row = row.min(shape.rows.saturating_sub(1));
        let column = column.min(shape.columns.saturating_sub(1));
        self.cursors.pixel = Some(row * shape.columns + column);
    }

    /// The index of the selected component.
    pub fn component(&self) -> usize {
        self.cursors.component.min(self.outcome.settings.kmeans.components.saturating_sub(1))
    }

    /// The held-out test images that the mixture explains best, the best first, and then as many that it explains worst, the worst
    /// first: each with its place among the held-out images and its negative log-density in nats. Empty where none are scored.
    pub fn explained(&self) -> Vec<(usize, f64)> {
        let fit = self.outcome.fit.as_ref();
        let Some(score) = fit.and_then(|fit| fit.held_out.as_ref()) else { return Vec::new() };
        let (worst, each) = (score.worst(score.log_density.len()), self.explained_count() / 2);
        worst.iter().rev().take(each).chain(worst.iter().take(each)).copied().collect()
    }

    /// The number of [`explained`](Self::explained) images.
    pub fn explained_count(&self) -> usize {
        /// The most of each kind.
        const EACH: usize = 24;
        let score = self.outcome.fit.as_ref().and_then(|fit| fit.held_out.as_ref());
        score.map_or(0, |score| 2 * EACH.min(score.log_density.len() / 2))
    }

    /// What the Data tab shows: training images where no held-out ones are scored.
    pub fn data_view(&self) -> DataView {
        match self.cursors.data {
            DataView::Explained if self.explained_count() == 0 => DataView::Native,
            view => view,
        }
    }

    /// The number of samples in a batch.
    pub fn batch(&self) -> usize {
        self.outcome.settings.draws.max(1)
    }

    /// The number of samples that can be selected, some of which may still be drawn.
    pub fn sample_count(&self) -> usize {
        if self.outcome.samples.is_some() { self.samples.reach.max(self.batch()) } else { 0 }
    }

    /// Sample `index`: its report and its column there; none while it is being drawn.
    pub fn sample(&self, index: usize) -> Option<(&SamplesReport, usize)> {
        let batch = u32::try_from(index / self.batch()).ok()?;
        let column = index % self.batch();
        let report = match (self.samples.batches.get(&batch), self.samples.id.component) {
            (Some(report), _) => report,
            (None, None) if batch == 0 => self.outcome.samples.as_ref()?,
            _ => return None,
        };
        (column < report.components.len()).then_some((report, column))
    }

    /// The restorations shown: under the edited mask, or the study's own.
    pub fn inpainted(&self) -> Option<&Arc<InpaintReport>> {
        let own = self.outcome.inpaint.as_ref()?;
        Some(self.inpaint.report.as_ref().unwrap_or(own))
    }

    /// The number of test images shown.
    pub fn image_count(&self) -> usize {
        self.inpainted().map_or(0, |report| report.restorations.len())
    }

    /// The mask of test image `index`: the edited one once it, or what is observed, was changed.
    pub fn mask(&self, index: usize) -> Option<&Mask> {
        match &self.inpaint.editor {
            Some(editor) if editor.version() > 0 || self.inpaint.observed.version() > 0 => {
                Some(editor.mask())
            }
            _ => self.inpainted()?.mask(index),
        }
    }

    /// The index of the selected test image.
    pub fn image(&self) -> usize {
        self.cursors.image.min(self.image_count().saturating_sub(1))
    }

    /// Draws from the posterior of the selected image, and whether they are of the current mask.
    pub fn completions(&self) -> Option<(&SamplesReport, bool)> {
        let (id, draws) = self.inpaint.draws.as_ref()?;
        (id.image == self.image() && id.restoration.set == self.inpaint.set)
            .then(|| (&**draws, *id == self.draws_id()))
    }

    /// Whether the keys edit the mask, when nothing is open above the tab.
    pub fn editing_mask(&self) -> bool {
        self.tab == Tab::Restore && self.inpaint.view != InpaintView::Images && self.inpaint.editor.is_some()
    }

    /// Identifies the restoration of the current mask and images.
    pub fn restoration_id(&self) -> RestorationId {
        let mask = self.inpaint.editor.as_ref().map_or(0, MaskEditor::version);
        RestorationId { mask, observed: self.inpaint.observed.version(), set: self.inpaint.set }
    }

    /// What is observed, other than a mask: "blur 1 pixels"; "mask" for that.
    pub fn observed_words(&self) -> String {
        let observed = &self.inpaint.observed;
        let words = observed.words(self.shape());
        match (observed.kind(), words.is_empty()) {
            (ObservationKind::Given | ObservationKind::Project, _) => words,
            (kind, true) => kind.name().to_owned(),
            (kind, false) => format!("{} {words}", kind.name()),
        }
    }

    /// The chosen pixel of the Restore tab, that under the brush: row and column.
    pub fn chosen_pixel(&self) -> (usize, usize) {
        self.inpaint.editor.as_ref().map_or((0, 0), |editor| editor.at)
    }

    /// The posterior of test image `index`, where it is that of the restorations shown.
    pub fn posterior(&self, index: usize) -> Option<&Posterior> {
        let (id, posteriors) = self.inpaint.posteriors.as_ref()?;
        posteriors.get(index).filter(|_| *id == self.inpaint.shown)
    }

    /// Identifies the covariances of the chosen pixel.
    pub fn column_id(&self) -> ColumnId {
        let (row, column) = self.chosen_pixel();
        let pixel = row * self.shape().columns + column;
        ColumnId { restoration: self.restoration_id(), image: self.image(), pixel }
    }

    /// Identifies the draws of the current mask and image.
    pub fn draws_id(&self) -> DrawsId {
        DrawsId { restoration: self.restoration_id(), image: self.image(), repeat: self.inpaint.repeat }
    }
}
