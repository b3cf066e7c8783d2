//! A folder of IDX files under the names in use: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`,
//! `emnist-letters-train-images-idx3-ubyte`; `t10k` or `test` for the test images; gzipped or plain.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::Contents;
use crate::data::images::Pixels;
use crate::data::left::Left;
use crate::data::pixel_file::PixelFile;
use crate::data::{DataError, ImageShape, Images, LabelNames, idx};

/// How many folders down the files are looked for: `FashionMNIST/raw`.
const LEVELS: usize = 3;

/// One of the four files of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,
}

/// The files of one set of images, all in one folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::data) struct IdxFiles {
    folder: PathBuf,
    files: BTreeMap<Role, PathBuf>,
}

impl IdxFiles {
    /// The files in a folder, or in one of the folders below it; none when there are no files of such names.
    ///
    /// # Errors
    /// [`DataError::Read`]; [`DataError::SeveralSets`] for a folder with files of several sets.
    pub(in crate::data) fn find(directory: &Path) -> Result<Option<Self>, DataError> {
        let mut sets = sets(directory, LEVELS)?;
        match sets.len() {
            0 => Ok(None),
            1 => Ok(sets.pop_first().map(|(_, set)| set)),
            _ => {
                let names = sets.into_keys().map(|name| if name.is_empty() { "train".into() } else { name });
                Err(DataError::SeveralSets { directory: directory.to_owned(), sets: names.collect() })
            }
        }
    }

    /// The files of the set that the file at `path` belongs to, by its name; none for other names.
    ///
    /// # Errors
    /// [`DataError::Read`].
    pub(in crate::data) fn beside(path: &Path) -> Result<Option<Self>, DataError> {
        let Some((prefix, _)) = path.file_name().and_then(|name| role(name.to_str()?)) else {
            return Ok(None);
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Ok(sets(folder.unwrap_or(Path::new(".")), 1)?.remove(&prefix))
    }

    /// The files, in order: training images, their labels, test images, theirs.
    pub(in crate::data) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.values().map(PathBuf::as_path)
    }

    /// Height and width of the training images, from their header.
    ///
    /// # Errors
    /// [`DataError`] for a file that is missing or is not what it should be.
    pub(in crate::data) fn shape(&self) -> Result<ImageShape, DataError> {
        let path = self.file(Role::TrainImages)?;
        idx::read_shape(open(path)?).map_err(|fault| DataError::idx(path, fault))
    }

    /// Reads them all.
    ///
    /// # Errors
    /// [`DataError`] for a file that is missing or is not what it should be, and for files that do not belong together.
    pub(in crate::data) fn read(&self, leave_in_file: bool) -> Result<Contents, DataError> {
        let is_labelled =
            self.files.contains_key(&Role::TrainLabels) || self.files.contains_key(&Role::TestLabels);
        let train = self.part([Role::TrainImages, Role::TrainLabels], is_labelled, leave_in_file)?;
        let has_test =
            self.files.contains_key(&Role::TestImages) || self.files.contains_key(&Role::TestLabels);
        let test = if has_test {
            Some(self.part([Role::TestImages, Role::TestLabels], is_labelled, leave_in_file)?)
        } else {
            None
        };
        if let Some(test) = test.as_ref().filter(|test| test.shape() != train.shape()) {
            let path = self.file(Role::TestImages)?.to_owned();
            return Err(DataError::ShapeMismatch { path, train: train.shape(), test: test.shape() });
        }
        Ok(Contents { train, test, names: LabelNames::default(), notes: Vec::new() })
    }

    fn part(
        &self,
        [images, labels]: [Role; 2],
        is_labelled: bool,
        leave_in_file: bool,
    ) -> Result<Images, DataError> {
        let path = self.file(images)?;
        let labels = if is_labelled {
            let path = self.file(labels)?;
            idx::read_labels(open(path)?).map_err(|fault| DataError::idx(path, fault))?
        } else {
            Vec::new()
        };
        let fault = |fault| DataError::idx(path, fault);
        let left = if leave_in_file { idx::plain_images(path).map_err(fault)? } else { None };
        let (shape, pixels, count) = match left {
            Some((shape, count, start)) => {
                let file = PixelFile::of_bytes(path, start, shape.len())?;
                (shape, Pixels::Left(Left::all(file, count)), count)
            }
            None => {
                let (shape, pixels) = idx::read_images(open(path)?).map_err(fault)?;
                let count = pixels.len() / shape.len();
                (shape, Pixels::Bytes(pixels), count)
            }
        };
        let counts = (count, labels.len());
        // No labels for images that have some are a mismatch too.
        let fits = !is_labelled || counts.0 == counts.1;
        Images::of(shape, pixels, labels).filter(|_| fits).ok_or_else(|| DataError::CountMismatch {
            path: path.to_owned(),
            images: counts.0,
            labels: counts.1,
        })
    }

    fn file(&self, role: Role) -> Result<&Path, DataError> {
        self.files.get(&role).map(PathBuf::as_path).ok_or_else(|| DataError::MissingFile {
            directory: self.folder.clone(),
            name: match role {
                Role::TrainImages => "train-images-idx3-ubyte",
                Role::TrainLabels => "train-labels-idx1-ubyte",
                Role::TestImages => "t10k-images-idx3-ubyte",
                Role::TestLabels => "t10k-labels-idx1-ubyte",
            },
        })
    }
}

fn open(path: &Path) -> Result<BufReader<File>, DataError> {
    File::open(path).map(BufReader::new).map_err(|cause| DataError::read(path, cause))
}

/// The sets of files in a folder, by the beginnings of their names; of the first folder below it that has some, else.
fn sets(directory: &Path, levels: usize) -> Result<BTreeMap<String, IdxFiles>, DataError> {
    let fault = |cause| DataError::read(directory, cause);
    let mut sets: BTreeMap<String, IdxFiles> = BTreeMap::new();
    let mut folders = Vec::new();
    for entry in fs::read_dir(directory).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        // Links to folders are not followed: a circle of them would not end.
        if levels > 1 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders.push(entry.path());
        }
        let Some((prefix, role)) = entry.file_name().to_str().and_then(role) else { continue };
        let set = sets.entry(prefix).or_default();
        set.folder = directory.to_owned();
        // Of two forms of one file the plain one is taken: it is quicker to read.
        let known = set.files.entry(role).or_insert_with(|| entry.path());
        if known.extension().is_some_and(|ending| ending == "gz") {
            *known = entry.path();
        }
    }
    if sets.is_empty() {
        folders.sort();
        for folder in folders {
            // A folder that cannot be read is not the one.
            if let Some(found) = self::sets(&folder, levels - 1).ok().filter(|found| !found.is_empty()) {
                return Ok(found);
            }
        }
    }
    Ok(sets)
}

/// What stands before the usual name of an IDX file ("emnist-letters"), and which file it is; none for another name.
fn role(name: &str) -> Option<(String, Role)> {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let stem = name.strip_suffix("-ubyte")?;
    let (stem, is_images) = match stem.strip_suffix("idx3") {
        Some(stem) => (stem, true),
        None => (stem.strip_suffix("idx1")?, false),
    };
    let stem = stem.strip_suffix(['-', '.'])?;
    let stem = stem.strip_suffix(if is_images { "images" } else { "labels" })?.strip_suffix('-')?;
    let (prefix, is_train) = match stem.strip_suffix("train") {
        Some(prefix) => (prefix, true),
        None => (stem.strip_suffix("t10k").or_else(|| stem.strip_suffix("test"))?, false),
    };
    let role = match (is_train, is_images) {
        (true, true) => Role::TrainImages,
        (true, false) => Role::TrainLabels,
        (false, true) => Role::TestImages,
        (false, false) => Role::TestLabels,
    };
    Some((prefix.trim_end_matches('-').to_owned(), role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_in_use_are_known() {
        for (name, prefix, expected) in [
            ("train-images-idx3-ubyte", "", Role::TrainImages),
            ("train-labels.idx1-ubyte", "", Role::TrainLabels),
            ("t10k-images.idx3-ubyte.gz", "", Role::TestImages),
            ("test-labels-idx1-ubyte", "", Role::TestLabels),
            ("emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters", Role::TestImages),
            ("k49-train-labels-idx1-ubyte", "k49", Role::TrainLabels),
        ] {
            assert_eq!(role(name), Some((prefix.to_owned(), expected)), "{name}");
        }
        for name in [
            "train-images-idx1-ubyte",
            "train-images",
            "images-idx3-ubyte",
            "train-images-idx3-ubyte.zip",
            "",
        ] {
            assert_eq!(role(name), None, "{name}");
        }
    }
}
