//! The principal axes of the components: computed one component at a time, when they are to be seen, and kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::action::Effect;
use super::super::layout;
use super::super::tabs::components;
use super::{App, Tab};
use crate::mixture::PrincipalAxes;

/// What is known of the axes.
#[derive(Debug, Clone, Default)]
pub struct Axes {
    run: u64,
    known: BTreeMap<usize, Result<Arc<PrincipalAxes>, String>>,
    asked: Option<usize>,
}

impl Axes {
    /// The axes of component `k`; none while they are not known.
    pub fn of(&self, k: usize) -> Option<&PrincipalAxes> {
        self.known.get(&k)?.as_deref().ok()
    }

    /// Why there are none.
    pub fn fault(&self, k: usize) -> Option<&str> {
        self.known.get(&k)?.as_ref().err().map(String::as_str)
    }
}

impl App {
    /// The chosen pixel: row and column.
    pub fn pixel(&self) -> (usize, usize) {
        let side = self.side().max(1);
        let at = self.cursors.pixel.unwrap_or(side / 2 * side + side / 2).min(side * side - 1);
        (at / side, at % side)
    }

    /// Rows and columns of an image.
    pub fn side(&self) -> usize {
        self.outcome.data.as_ref().map_or(28, |data| data.train.dim().isqrt())
    }

    /// Moves the chosen pixel.
    pub(super) fn move_pixel(&mut self, rows: isize, columns: isize) {
        let last = self.side().saturating_sub(1);
        let (row, column) = self.pixel();
        let moved = |at: usize, by: isize| at.saturating_add_signed(by).min(last);
        self.choose_pixel(moved(row, rows), moved(column, columns));
    }

    /// Chooses a pixel.
    pub fn choose_pixel(&mut self, row: usize, column: usize) {
        let last = self.side().saturating_sub(1);
        self.cursors.pixel = Some(row.min(last) * (last + 1) + column.min(last));
    }

    /// The selected component.
    pub fn component(&self) -> usize {
        self.cursors.component.min(self.outcome.settings.kmeans.components.saturating_sub(1))
    }

    /// Asks for the axes of the selected component, when they are to be seen.
    pub(super) fn axes_requests(&mut self) -> Vec<Effect> {
        if self.axes.run != self.run {
            self.axes = Axes { run: self.run, ..Axes::default() };
        }
        let component = self.component();
        let seen = |app: &Self| components::shows_axes(app, layout::frame(app.size).body);
        let known = self.axes.asked.is_some() || self.axes.known.contains_key(&component);
        if known || self.tab != Tab::Components || !seen(self) {
            return Vec::new();
        }
        let Some(fit) = &self.outcome.fit else { return Vec::new() };
        self.axes.asked = Some(component);
        vec![Effect::Analyse { run: self.run, mixture: Arc::clone(&fit.mixture), component }]
    }

    /// What was asked for will not come; why.
    pub(super) fn forget_axes(&mut self, why: &str) {
        if let Some(component) = self.axes.asked.take() {
            self.axes.known.insert(component, Err(why.to_owned()));
        }
    }

    /// Takes axes in.
    pub(super) fn hear_axes(
        &mut self,
        run: u64,
        component: usize,
        result: Result<Arc<PrincipalAxes>, String>,
    ) {
        if run == self.run {
            self.axes.asked = None;
            self.axes.known.insert(component, result);
        }
    }
}
