//! What can be chosen in a folder: its folders, and the files that may hold pictures.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::data::DataError;

/// Entries of a folder that are kept, at most: the first by name.
const MOST: usize = 5000;

/// A folder, with what can be chosen in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where it is: absolute, and no symbolic link.
    pub path: PathBuf,
    /// Folders by name, then files by name; neither hidden ones.
    pub entries: Vec<FolderEntry>,
    /// How many entries were left out, as there are too many.
    pub left_out: usize,
}

/// A folder or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name, with marks where it is not UTF-8.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Lists `path`: its folders and the PNG, JPEG, npy and npz files in it, at most 5,000 of them. Symbolic links are followed.
///
/// Cost: a pass over the names; only symbolic links are looked at one by one.
///
/// # Errors
/// [`DataError::Read`] for a folder that is not there, or may not be read.
pub fn list_folder(path: &Path) -> Result<Folder, DataError> {
    let fault = |cause| DataError::read(path, cause);
    let path = fs::canonicalize(path).map_err(fault)?;
    let mut entries = Vec::new();
    for entry in fs::read_dir(&path).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        let is_folder = kind.is_dir() || (kind.is_symlink() && entry.path().is_dir());
        if is_folder || may_hold_pictures(Path::new(&name)) {
            let name = name.to_string_lossy().into_owned();
            entries.push(FolderEntry { name, path: entry.path(), is_folder });
        }
    }
    entries.sort_by(|a, b| (!a.is_folder, &a.path).cmp(&(!b.is_folder, &b.path)));
    let left_out = entries.len().saturating_sub(MOST);
    entries.truncate(MOST);
    Ok(Folder { path, entries, left_out })
}

/// The path that `typed` means to someone in `folder`; `~` is the home folder.
pub fn path_in(folder: &Path, typed: &Path) -> PathBuf {
    match (typed.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => folder.join(typed),
    }
}

/// Whether a file is named as one that may hold pictures.
fn may_hold_pictures(name: &Path) -> bool {
    let is_one = |ending: &OsStr| {
        ["png", "jpg", "jpeg", "npy", "npz"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    name.extension().is_some_and(is_one)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn folders_come_first_and_other_files_are_left_out() {
        let folder = TempDir::new().unwrap();
        for name in ["b.png", "a.JPG", "notes.txt", ".hidden.png", "c.npz"] {
            fs::write(folder.path().join(name), b"").unwrap();
        }
        fs::create_dir(folder.path().join("z")).unwrap();
        let listed = list_folder(folder.path()).unwrap();
        let names: Vec<(&str, bool)> =
            listed.entries.iter().map(|entry| (&*entry.name, entry.is_folder)).collect();
        assert_eq!(names, [("z", true), ("a.JPG", false), ("b.png", false), ("c.npz", false)]);
        assert_eq!((listed.left_out, listed.path), (0, fs::canonicalize(folder.path()).unwrap()));
    }

    #[test]
    fn a_folder_with_too_many_pictures_is_cut() {
        let folder = TempDir::new().unwrap();
        for n in 0..MOST + 3 {
            fs::write(folder.path().join(format!("{n:05}.png")), b"").unwrap();
        }
        let listed = list_folder(folder.path()).unwrap();
        assert_eq!((listed.entries.len(), listed.left_out), (MOST, 3));
        assert_eq!(listed.entries[0].name, "00000.png");
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_is_a_folder_and_a_link_to_nothing_is_none() {
        let folder = TempDir::new().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("lost")).unwrap();
        let listed = list_folder(folder.path()).unwrap();
        assert_eq!(listed.entries.len(), 1);
        assert_eq!(list_folder(&listed.entries[0].path).unwrap(), listed, "the same folder, by its own name");
    }

    #[test]
    fn what_is_no_folder_is_an_error_in_one_line() {
        let error = list_folder(Path::new("/none")).unwrap_err().to_string();
        assert!(error.starts_with("/none: ") && !error.contains('\n'), "{error}");
    }

    #[test]
    fn a_path_is_typed_from_the_folder_on() {
        let folder = Path::new("/a/b");
        let path_in = |folder, typed: &str| path_in(folder, Path::new(typed));
        assert_eq!(path_in(folder, "c/d.png"), Path::new("/a/b/c/d.png"));
        assert_eq!(path_in(folder, "/c.png"), Path::new("/c.png"));
        assert_eq!(path_in(folder, "~c.png"), Path::new("/a/b/~c.png"));
        if let Some(home) = std::env::var_os("HOME") {
            assert_eq!(path_in(folder, "~/c.png"), Path::new(&home).join("c.png"));
        }
    }
}
