//! The list that a picture of the user's own is chosen from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::job::JobId;
use crate::files::Folder;

/// The list of a folder, and what is typed above it.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// The folder; none before it is listed.
    pub folder: Option<Arc<Folder>>,
    /// A part of a name, or a path.
    pub typed: String,
    /// The index of the selected line among those found.
    pub selected: usize,
    /// The job that lists a folder or restores a picture.
    pub asked: Option<JobId>,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// What it says.
    pub name: &'a str,
    /// What it stands for.
    pub path: &'a Path,
    /// Whether that is a folder.
    pub is_folder: bool,
}

impl Browser {
    /// Whether what is typed is a path, rather than a part of a name.
    pub fn is_path(&self) -> bool {
        self.typed.contains('/') || self.typed == "~"
    }

    /// The folder above this one.
    pub fn parent(&self) -> Option<&Path> {
        self.folder.as_ref()?.path.parent()
    }

    /// The lines: the folder above, where nothing is typed, and the entries whose names contain what is typed, in any case.
    pub fn found(&self) -> Vec<Line<'_>> {
        let Some(folder) = &self.folder else { return Vec::new() };
        if self.is_path() {
            return Vec::new();
        }
        let typed = self.typed.to_lowercase();
        let above = self.parent().filter(|_| typed.is_empty());
        let above = above.map(|path| Line { name: "..", path, is_folder: true });
        let entries = folder.entries.iter().filter(|entry| entry.name.to_lowercase().contains(&typed));
        let line =
            entries.map(|entry| Line { name: &entry.name, path: &entry.path, is_folder: entry.is_folder });
        above.into_iter().chain(line).collect()
    }

    /// What Enter opens: the selected line, or a path as typed, from the folder on. None before the folder is listed.
    pub fn chosen(&self) -> Option<PathBuf> {
        let found = self.found();
        match found.get(self.selected.min(found.len().saturating_sub(1))) {
            Some(line) => Some(line.path.to_owned()),
            None => Some(self.typed.trim().into()).filter(|path: &PathBuf| !path.as_os_str().is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FolderEntry;

    fn browser() -> Browser {
        let entry = |name: &str, is_folder| FolderEntry {
            name: name.into(),
            path: Path::new("/home/photos").join(name),
            is_folder,
        };
        let entries = vec![entry("old", true), entry("Cat.png", false), entry("dog.png", false)];
        let folder = Folder { path: "/home/photos".into(), entries, left_out: 0 };
        Browser { folder: Some(Arc::new(folder)), ..Browser::default() }
    }

    fn names(browser: &Browser) -> Vec<&str> {
        browser.found().into_iter().map(|line| line.name).collect()
    }

    #[test]
    fn what_is_typed_narrows_the_list() {
        let mut browser = browser();
        assert_eq!(names(&browser), ["..", "old", "Cat.png", "dog.png"]);
        assert_eq!(browser.chosen(), Some("/home".into()));
        browser.typed = "cat".into();
        assert_eq!(names(&browser), ["Cat.png"]);
        assert_eq!(browser.chosen(), Some("/home/photos/Cat.png".into()));
    }

    #[test]
    fn what_is_not_in_the_list_is_a_path() {
        let mut browser = browser();
        for typed in ["old/cat.png", "/tmp", "~", "bird.png", "../x"] {
            browser.typed = typed.into();
            assert_eq!(browser.chosen(), Some(typed.into()));
        }
        assert_eq!(Browser::default().chosen(), None);
    }
}
