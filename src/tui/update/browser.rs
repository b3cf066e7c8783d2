//! A picture of the user's own, chosen from a list of files and restored before the test images.

use std::path::{Path, PathBuf};

use crate::files::Folder;
use crate::study::Outcome;
use crate::tui::effect::Effect;
use crate::tui::state::App;
use crate::tui::state::browser::Browser;
use crate::tui::state::inpaint::{InpaintState, Panel};
use crate::tui::state::job::{Answer, BrowseRequest, JobId, Work};
use crate::tui::state::overlay::Overlay;

impl App {
    /// Opens the list, in the folder that the last picture came from, where there is a model to restore by.
    pub(super) fn open_browser(&mut self) -> Vec<Effect> {
        let why = match self.data() {
            _ if self.running() => "the study is under way: a picture can be chosen when it has ended",
            Some(data) if data.about.vectors => "the data are rows of numbers, which are no pictures",
            Some(_) if self.outcome.fit.is_some() => {
                let last = self.outcome.settings.restore.as_deref().and_then(Path::parent);
                let folder = last.map_or_else(PathBuf::new, Path::to_owned);
                self.overlay = Some(Overlay::Browser(Browser::default()));
                return self.browse(&Path::new(".").join(folder));
            }
            _ => "there is no model that could restore a picture",
        };
        self.info(why);
        Vec::new()
    }

    /// Asks for a folder, or for the pictures of a file.
    fn browse(&mut self, path: &Path) -> Vec<Effect> {
        let Some(Overlay::Browser(browser)) = &self.overlay else { return Vec::new() };
        let folder = browser.folder.as_ref().map(|folder| folder.path.clone()).unwrap_or_default();
        let outcome = Box::new(self.outcome.clone());
        let request = BrowseRequest { folder, path: path.to_owned(), outcome };
        let (id, effect) = self.job(Work::Browse(request));
        if let Some(Overlay::Browser(browser)) = &mut self.overlay {
            browser.asked = Some(id);
        }
        vec![effect]
    }

    /// Opens what is selected or typed.
    pub(super) fn open_chosen(&mut self) -> Vec<Effect> {
        let Some(Overlay::Browser(browser)) = &self.overlay else { return Vec::new() };
        let chosen = browser.chosen();
        chosen.map_or_else(Vec::new, |path| self.browse(&path))
    }

    /// Whether deleting a letter means the folder above, as there is none.
    pub(super) fn leaves_folder(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Browser(browser)) if browser.typed.is_empty())
    }

    /// Opens the folder above.
    pub(super) fn open_parent(&mut self) -> Vec<Effect> {
        let Some(Overlay::Browser(browser)) = &self.overlay else { return Vec::new() };
        let parent = browser.parent().map(Path::to_owned);
        parent.map_or_else(Vec::new, |path| self.browse(&path))
    }

    /// Takes in what was asked for; what the list no longer waits for is dropped.
    pub(super) fn browse_done(&mut self, id: JobId, result: Result<Answer, String>) {
        let Some(Overlay::Browser(browser)) = &mut self.overlay else { return };
        if browser.asked.take_if(|asked| *asked == id).is_none() {
            return;
        }
        match result {
            Ok(Answer::Folder(folder)) => {
                let left = browser.folder.take();
                let selected = left.and_then(|left| place_of(&folder, &left));
                *browser = Browser { folder: Some(folder), ..Browser::default() };
                browser.selected = selected.unwrap_or_default();
            }
            Ok(Answer::Own(outcome)) if !self.running() => self.show_own(*outcome),
            Ok(_) => {}
            Err(why) => self.report(Err(why)),
        }
    }

    /// Shows the study with the user's pictures; what is observed stays.
    fn show_own(&mut self, outcome: Outcome) {
        let before = self.outcome.run_id();
        self.overlay = None;
        self.outcome = outcome;
        self.runs.replace(before, &self.outcome);
        let InpaintState { run, view, aspect, observed, editor, orders, repeat, .. } =
            std::mem::take(&mut self.inpaint);
        let indices = self.outcome.inpaint.as_ref().map(|report| report.indices.clone()).unwrap_or_default();
        self.inpaint = InpaintState {
            run,
            view,
            aspect,
            observed,
            editor,
            orders,
            repeat,
            indices,
            ..InpaintState::default()
        };
        self.inpaint.panel = Panel::Restored;
        self.cursors.image = 0;
        let name = self.outcome.settings.restore.as_deref().and_then(Path::file_name).unwrap_or_default();
        let count = self.data().map_or(0, |data| data.own);
        let name = name.to_string_lossy();
        let (what, be) = match count {
            1 => (name.into_owned(), "is"),
            _ => (format!("{count} pictures of {name}"), "are"),
        };
        let shape = self.shape();
        self.report(Ok(format!(
            "{what} {be} restored first, brought to {} × {} pixels",
            shape.rows, shape.columns
        )));
    }
}

/// The line of the folder that was left, in the list of the folder above it.
fn place_of(folder: &Folder, left: &Folder) -> Option<usize> {
    let place = folder.entries.iter().position(|entry| entry.path == left.path)?;
    Some(place + usize::from(folder.path.parent().is_some()))
}
