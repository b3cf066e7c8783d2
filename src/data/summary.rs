//! What a source holds, where it comes from, and its checksums.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::source::{Part, find};
use super::{DataError, ImageShape, Source, idx, label_name};

/// A source of images, described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// `embedded` or `directory`.
    pub source: &'static str,
    /// The folder, when it is one.
    pub path: Option<String>,
    /// Where the images come from, in a sentence.
    pub provenance: &'static str,
    /// Height and width of an image in pixels.
    #[serde(flatten)]
    pub shape: ImageShape,
    /// Height and width where they are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<usize>,
    /// The labels that the source has, ascending, and how many images each has.
    pub labels: Vec<LabelCount>,
    /// The four files.
    pub files: Vec<FileSummary>,
}

/// How many images a label has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// The label, 0 to 9.
    pub label: u8,
    /// Its class.
    pub name: &'static str,
    /// Training images.
    pub train: usize,
    /// Test images.
    pub test: usize,
}

/// One of the four files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileSummary {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// SHA-256 of the file as it is.
    pub sha256: String,
    /// SHA-256 of its contents after decompression; equal to `sha256` for a plain file.
    pub contents_sha256: String,
}

/// SHA-256 of the originals' contents after decompression: training images, their labels, test images, theirs.
const ORIGINAL_CONTENTS: [&str; 4] = [
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
];

/// The same of the embedded files.
const EMBEDDED_CONTENTS: [&str; 4] = [
    "f802a764739bcfffb3d90dcb7c310285a301f790e70af76e2eeb88900ea17ff4",
    "27e0b20261993d63f0ae5a39e54aa8441e52b66de18543bf910f3d70d0c84166",
    "a68a881fcd530ac8c4a7c5731d76b05f2dd5b4bddc31763831b15651b46fe44c",
    "e0bd46a44b4ed57ae534b2fc6166999fb5a695b905b165ae46dd693eedad450a",
];

impl Source {
    /// Reads all of the source and describes it: counts for each label, provenance, checksums.
    ///
    /// Takes about a second for the full Fashion-MNIST.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be.
    pub fn summary(&self) -> Result<Summary, DataError> {
        let (train, test) = self.images()?;
        let shape = train.shape();
        let side = (shape.rows == shape.columns).then_some(shape.rows);
        let labels = (0..=9).map(|label| LabelCount {
            label,
            name: label_name(label),
            train: train.count(label),
            test: test.count(label),
        });
        let labels = labels.filter(|count| count.train + count.test > 0).collect();

        let mut files = Vec::new();
        for (part, images) in [(Part::Train, train), (Part::Test, test)] {
            // The readers accept a header and its elements, nothing else: encoding them again gives the contents.
            let contents =
                [idx::encode_images(shape, images.all_pixels()), idx::encode_labels(images.labels())];
            let embedded = part.embedded();
            for ((name, contents), embedded) in part.file_names().into_iter().zip(contents).zip(embedded) {
                files.push(match self {
                    Self::Embedded => FileSummary::new(format!("{name}.gz"), embedded, &contents),
                    Self::Directory(directory) => {
                        let path = find(directory, name)?;
                        let bytes = fs::read(&path).map_err(|cause| DataError::read(&path, cause))?;
                        FileSummary::new(file_name(&path), &bytes, &contents)
                    }
                });
            }
        }

        let (source, path) = match self {
            Self::Embedded => ("embedded", None),
            Self::Directory(path) => ("directory", Some(path.display().to_string())),
        };
        let provenance = provenance(&files);
        Ok(Summary { source, path, provenance, shape, side, labels, files })
    }
}

impl FileSummary {
    fn new(name: String, file: &[u8], contents: &[u8]) -> Self {
        Self { name, bytes: file.len(), sha256: sha256(file), contents_sha256: sha256(contents) }
    }
}

/// Where files with these checksums come from, in a sentence.
fn provenance(files: &[FileSummary]) -> &'static str {
    let contents = || files.iter().map(|file| file.contents_sha256.as_str());
    if contents().eq(ORIGINAL_CONTENTS) {
        "the original Fashion-MNIST (Zalando SE, MIT licence), identified by the checksums of its contents"
    } else if contents().eq(EMBEDDED_CONTENTS) {
        "all images of the labels 0, 1 and 8 of Fashion-MNIST (Zalando SE, MIT licence), in their original order, from \
         Debian's package dataset-fashion-mnist 0.0~git20200523.55506a9-1, identified by the checksums of its contents"
    } else {
        "files in the format of Fashion-MNIST, whose checksums are not those of the originals"
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// SHA-256 in lower-case hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::source::PACKAGE_DIRECTORY;

    #[test]
    fn the_embedded_files_have_the_checksums_that_their_readme_gives() {
        let summary = Source::Embedded.summary().unwrap();
        let readme = include_str!("../../data/README.md");
        for file in &summary.files {
            let row = format!(
                "| `{}` | {} | `{}` | `{}` |",
                file.name, file.bytes, file.sha256, file.contents_sha256
            );
            assert!(readme.contains(&row), "{row}");
        }
        assert!(summary.files.iter().map(|file| file.contents_sha256.as_str()).eq(EMBEDDED_CONTENTS));
        let sums: Vec<&str> = summary.files.iter().map(|file| file.sha256.as_str()).collect();
        assert_eq!(
            sums,
            [
                "1eaa370f3817a04ab35f4cd9048f1768a0cf1b32f78bf2722d49248733c94157",
                "0c8db5e26d04a0e6b60736e51ee1d98d3a234700cf1e43d35f2ffc6c650071c0",
                "a78c53d28148231017a0fa687da58d936f97436325055580e457bb6edd3e6564",
                "c175755ef8a629d7db7ff6aba264077d0be10979462329fa9940a4e4d78827a7",
            ]
        );
    }

    #[test]
    fn the_embedded_set_is_summarised() {
        let summary = Source::Embedded.summary().unwrap();
        assert_eq!((summary.source, &summary.path), ("embedded", &None));
        assert_eq!((summary.shape, summary.side), (ImageShape::new(28, 28), Some(28)));
        assert!(summary.provenance.contains("labels 0, 1 and 8"));
        let labels: Vec<_> = summary.labels.iter().map(|l| (l.label, l.name, l.train, l.test)).collect();
        assert_eq!(
            labels,
            [(0, "T-shirt/top", 6000, 1000), (1, "Trouser", 6000, 1000), (8, "Bag", 6000, 1000)]
        );
        let json = serde_json::to_value(&summary).unwrap();
        assert_eq!((&json["side"], &json["rows"], &json["columns"]), (&28.into(), &28.into(), &28.into()));
        assert_eq!(json["labels"][2]["name"], "Bag");
        assert_eq!(json["files"][0]["bytes"], 8_008_383);
    }

    #[test]
    fn the_original_is_known_by_its_contents() {
        if !Path::new(PACKAGE_DIRECTORY).is_dir() {
            return;
        }
        let summary = Source::Directory(PACKAGE_DIRECTORY.into()).summary().unwrap();
        assert!(summary.provenance.starts_with("the original"));
        assert_eq!(summary.path.as_deref(), Some(PACKAGE_DIRECTORY));
        assert!(summary.labels.iter().all(|l| (l.train, l.test) == (6000, 1000)));
        assert_eq!(summary.labels.len(), 10);
    }

    #[test]
    fn other_files_are_called_unknown_and_plain_files_have_one_checksum() {
        let folder = tempfile::tempdir().unwrap();
        for part in [Part::Train, Part::Test] {
            let [images, labels] = part.file_names();
            fs::write(folder.path().join(images), idx::encode_images(ImageShape::new(20, 30), &[7; 2 * 600]))
                .unwrap();
            fs::write(folder.path().join(labels), idx::encode_labels(&[3, 3])).unwrap();
        }
        let summary = Source::Directory(folder.path().into()).summary().unwrap();
        assert!(summary.provenance.contains("not those of the originals"));
        assert_eq!((summary.shape, summary.side), (ImageShape::new(20, 30), None));
        assert_eq!(summary.labels, [LabelCount { label: 3, name: "Dress", train: 2, test: 2 }]);
        assert!(summary.files.iter().all(|file| file.sha256 == file.contents_sha256));
        assert_eq!(summary.files[1].name, "train-labels-idx1-ubyte");
    }
}
