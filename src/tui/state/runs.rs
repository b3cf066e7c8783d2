//! The runs of the session, and those that are saved.

use std::collections::VecDeque;

use crate::study::{Checked, Outcome, RunOrder, RunRecord};

/// What the Runs tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunsView {
    /// Every run.
    #[default]
    Table,
    /// The NLL of the marked runs over their iterations.
    Curves,
    /// Two marked runs.
    Beside,
}

impl RunsView {
    /// Every view, in order.
    pub const ALL: [Self; 3] = [Self::Table, Self::Curves, Self::Beside];
    /// Their names, in order.
    pub const NAMES: [&str; 3] = ["table", "curves", "side by side"];
}

/// A run.
#[derive(Debug, Clone)]
pub struct RunEntry {
    /// Its numbers.
    pub record: RunRecord,
    /// All of it, for the latest runs of the session.
    pub outcome: Option<Box<Outcome>>,
    /// Whether it is marked.
    pub marked: bool,
    /// Whether its record is on disk.
    pub saved: bool,
}

/// Studies that run one after the other.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// Those that have not begun.
    pub rest: VecDeque<Checked>,
    /// How many there are in all; 0 without a sweep.
    pub of: usize,
}

impl Sweep {
    /// Which of them is under way, and of how many: "run 2 of 4".
    pub fn words(&self) -> Option<String> {
        (self.of > 0).then(|| format!("run {} of {}", self.of - self.rest.len(), self.of))
    }
}

/// The table of runs.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    /// In the order of their ends; saved ones of earlier sessions first.
    pub entries: Vec<RunEntry>,
    /// What they are sorted by.
    pub order: RunOrder,
    /// The selected row.
    pub selected: usize,
    /// What is shown.
    pub view: RunsView,
}

impl Runs {
    /// Bytes of covariances that whole runs may take; the oldest are kept as records then.
    const WHOLE: usize = 1 << 30;

    /// Adds saved records.
    pub fn add_saved(&mut self, records: Vec<RunRecord>) {
        let entry = |record| RunEntry { record, outcome: None, marked: false, saved: true };
        self.entries.extend(records.into_iter().map(entry));
    }

    /// Adds a study that has ended with a fit; an equal run gives way to it.
    pub fn note(&mut self, outcome: &Outcome) {
        let Some(record) = RunRecord::of(outcome) else { return };
        let before = self.entries.iter().position(|entry| entry.record.run == record.run);
        let before = before.map(|at| self.entries.remove(at));
        let (marked, saved) = before.map_or((false, false), |entry| (entry.marked, entry.saved));
        self.entries.push(RunEntry { record, outcome: Some(Box::new(outcome.clone())), marked, saved });
        let mut bytes = 0;
        for (age, entry) in self.entries.iter_mut().rev().enumerate() {
            let RunRecord { components, dim, .. } = entry.record;
            bytes += components * dim * dim * size_of::<f64>();
            if age > 0 && bytes > Self::WHOLE {
                entry.outcome = None;
            }
        }
    }

    /// Adds a study in the place of an equal fit with other restorations, named `before`, unless that one is saved.
    pub fn replace(&mut self, before: Option<String>, outcome: &Outcome) {
        self.entries.retain(|entry| entry.saved || Some(&entry.record.run) != before.as_ref());
        self.note(outcome);
    }

    /// Notes that the record of a study has been saved.
    pub fn note_saved(&mut self, outcome: &Outcome) {
        let Some(run) = outcome.run_id() else { return };
        self.entries.iter_mut().filter(|entry| entry.record.run == run).for_each(|entry| entry.saved = true);
    }

    /// The positions of the runs in the order shown.
    pub fn shown(&self) -> Vec<usize> {
        let records: Vec<&RunRecord> = self.entries.iter().map(|entry| &entry.record).collect();
        self.order.sorted(&records)
    }

    /// The position of the selected run.
    pub fn selected(&self) -> Option<usize> {
        let shown = self.shown();
        shown.get(self.selected.min(shown.len().saturating_sub(1))).copied()
    }

    /// The marked runs in the order shown; the selected one where none is.
    pub fn marked(&self) -> Vec<&RunEntry> {
        let shown = self.shown();
        let marked: Vec<&RunEntry> =
            shown.iter().map(|&at| &self.entries[at]).filter(|entry| entry.marked).collect();
        if marked.is_empty() {
            self.selected().map(|at| &self.entries[at]).into_iter().collect()
        } else {
            marked
        }
    }
}
