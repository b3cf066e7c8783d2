//! What a source holds, where it comes from, and its checksums.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::checksums::{self, EMBEDDED_CONTENTS, sha256};
use super::read::Contents;
use super::read::idx_files::IdxFiles;
use super::source::Kind;
use super::{DataError, ImageShape, Images, LabelNames, Labels, Reading, Source, embedded, idx};

/// The range of rows of numbers.
const ANY_RANGE: &str = "of any range";

/// A source of images, described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// `embedded`, `directory` for IDX files, `arrays` for npz and npy, or `pictures`.
    pub source: &'static str,
    /// The folder or file, when it is one.
    pub path: Option<String>,
    /// Where the images come from, in a sentence.
    pub provenance: &'static str,
    /// Whether they are all of Fashion-MNIST.
    #[serde(skip)]
    is_fashion_mnist: bool,
    /// Height and width of an image in pixels.
    #[serde(flatten)]
    pub shape: ImageShape,
    /// Height and width where they are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<usize>,
    /// The labels that the source has, ascending, and how many images each has.
    pub labels: Vec<LabelCount>,
    /// "0 to 255" for eight bits a pixel, "of any range" for rows of numbers, else "0 to 1".
    pub pixels: &'static str,
    /// Training images; of a source without test images, all.
    pub train: usize,
    /// Test images; none for a source without them.
    pub test: Option<usize>,
    /// The files, but for pictures.
    pub files: Vec<FileSummary>,
    /// What is done to the images when they are read, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How many images a label has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// The label, 0 to 255.
    pub label: u8,
    /// What it is called.
    pub name: String,
    /// Training images.
    pub train: usize,
    /// Test images.
    pub test: usize,
}

/// A file.
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

impl Source {
    /// Reads all of the source and describes it: counts for each label, provenance, checksums of its files (pictures have none).
    /// Images are counted before any are set aside for testing.
    ///
    /// Takes about a second for the full Fashion-MNIST.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be.
    pub fn summary(&self, reading: &Reading) -> Result<Summary, DataError> {
        let Contents { train, test, mut names, notes } = self.contents(reading)?;
        let (source, path, files) = match self {
            Self::Embedded => ("embedded", None, embedded_files(&train, test.as_ref())),
            Self::Path(path) => {
                let (source, files) = match Self::kind(path)? {
                    Kind::Idx(files) => ("directory", idx_files(&files, &train, test.as_ref())?),
                    Kind::Arrays => ("arrays", vec![FileSummary::of(path, None)?]),
                    Kind::Pictures => ("pictures", Vec::new()),
                };
                (source, Some(path.display().to_string()), files)
            }
        };
        let is_fashion_mnist = test.as_ref().is_some_and(|test| checksums::is_fashion_mnist(&train, test));
        if is_fashion_mnist {
            names = LabelNames::fashion_mnist();
        }
        let counts = |images: &Images, label| images.count(label);
        let labels = (0..=u8::MAX).map(|label| LabelCount {
            label,
            name: names.of(label).into_owned(),
            train: counts(&train, label),
            test: test.as_ref().map_or(0, |test| counts(test, label)),
        });
        let shape = train.shape();
        Ok(Summary {
            source,
            path,
            provenance: provenance(self, &files, is_fashion_mnist),
            is_fashion_mnist,
            shape,
            side: (shape.rows == shape.columns).then_some(shape.rows),
            pixels: match (reading.vectors, train.is_eight_bit()) {
                (true, _) => ANY_RANGE,
                (false, true) => "0 to 255",
                (false, false) => "0 to 1",
            },
            train: train.len(),
            test: test.as_ref().map(Images::len),
            labels: labels.filter(|count| count.train + count.test > 0).collect(),
            files,
            notes,
        })
    }
}

impl Summary {
    /// Whether the source holds rows of numbers, which are no pictures.
    pub fn is_of_vectors(&self) -> bool {
        self.pixels == ANY_RANGE
    }

    /// The labels that `labels` takes.
    ///
    /// # Errors
    /// [`DataError::MissingLabel`], [`DataError::NoLabels`]; [`DataError::Unlabelled`] for images without labels.
    pub fn chosen(&self, labels: &Labels) -> Result<Vec<u8>, DataError> {
        let present: Vec<u8> =
            self.labels.iter().filter(|count| count.train > 0).map(|count| count.label).collect();
        let names = self.labels.iter().map(|count| (count.label, count.name.clone())).collect();
        let is_fashion_mnist = self.is_fashion_mnist || self.path.is_none();
        let source = self.path.clone().unwrap_or_else(|| Source::Embedded.to_string());
        if let (Labels::Listed(words), true) = (labels, self.labels.is_empty())
            && let Some(label) = words.first()
        {
            return Err(DataError::Unlabelled { label: label.clone(), source_name: source });
        }
        labels.choose(&present, &LabelNames::new(names), is_fashion_mnist, &source)
    }
}

/// The contents of the files of one part: images, then labels. The readers accept a header and its elements, nothing else:
/// encoding them again gives the contents.
fn contents(images: &Images) -> [Vec<u8>; 2] {
    [idx::encode_images(images.shape(), images.all_pixels()), idx::encode_labels(images.labels())]
}

fn embedded_files(train: &Images, test: Option<&Images>) -> Vec<FileSummary> {
    let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
    let files = embedded::TRAIN.into_iter().chain(embedded::TEST);
    let contents = [Some(train), test].into_iter().flatten().flat_map(contents);
    let each = names.into_iter().zip(files).zip(contents);
    each.map(|((name, file), contents)| FileSummary::new(format!("{name}-ubyte.gz"), file, &contents))
        .collect()
}

fn idx_files(files: &IdxFiles, train: &Images, test: Option<&Images>) -> Result<Vec<FileSummary>, DataError> {
    let parts = [Some(train), test].into_iter().flatten();
    let contents =
        parts.flat_map(|part| contents(part).into_iter().take(if part.labels().is_empty() { 1 } else { 2 }));
    files.paths().zip(contents).map(|(path, contents)| FileSummary::of(path, Some(&contents))).collect()
}

impl FileSummary {
    /// The file at `path`, with its contents where they are known.
    fn of(path: &Path, contents: Option<&[u8]>) -> Result<Self, DataError> {
        let bytes = fs::read(path).map_err(|cause| DataError::read(path, cause))?;
        Ok(Self::new(file_name(path), &bytes, contents.unwrap_or(&bytes)))
    }

    fn new(name: String, file: &[u8], contents: &[u8]) -> Self {
        Self { name, bytes: file.len(), sha256: sha256(file), contents_sha256: sha256(contents) }
    }
}

/// Where files with these checksums come from, in a sentence.
fn provenance(source: &Source, files: &[FileSummary], is_fashion_mnist: bool) -> &'static str {
    let contents = || files.iter().map(|file| file.contents_sha256.as_str());
    if contents().eq(EMBEDDED_CONTENTS) {
        "all images of the labels 0, 1 and 8 of Fashion-MNIST (Zalando SE, MIT licence), in their original order, from \
         Debian's package dataset-fashion-mnist 0.0~git20200523.55506a9-1, identified by the checksums of its contents"
    } else if is_fashion_mnist {
        "the original Fashion-MNIST (Zalando SE, MIT licence), identified by the checksums of its contents"
    } else if *source == Source::Embedded {
        "images of Fashion-MNIST whose checksums have changed"
    } else {
        "not Fashion-MNIST, by its checksums"
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::source::PACKAGE_DIRECTORY;

    #[test]
    fn the_embedded_files_have_the_checksums_that_their_readme_gives() {
        let summary = Source::Embedded.summary(&Reading::default()).unwrap();
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
                "9569c870dbf04fd92a308c855a7ad7fca738c8ac98abe0a55ef312245a6a167d",
                "877f0bb356dbec1f9e47fdebeba6bc867cc36bf87ede58b159151a740bab1791",
                "e3e900f4b860c3df453ad93210c39ac35bffa432b912940b09c2962f3a33b8e0",
                "1157d668ca3a578c64dd8282da3b968b2bc1f663adbe09cfb2171265fea9b74f",
            ]
        );
    }

    #[test]
    fn the_embedded_set_is_summarised() {
        let summary = Source::Embedded.summary(&Reading::default()).unwrap();
        assert_eq!((summary.source, &summary.path), ("embedded", &None));
        assert_eq!((summary.shape, summary.side), (ImageShape::new(28, 28), Some(28)));
        assert!(summary.provenance.contains("labels 0, 1 and 8"));
        let labels: Vec<_> = summary.labels.iter().map(|l| (l.label, &*l.name, l.train, l.test)).collect();
        assert_eq!(
            labels,
            [(0, "T-shirt/top", 6000, 1000), (1, "Trouser", 6000, 1000), (8, "Bag", 6000, 1000)]
        );
        let json = serde_json::to_value(&summary).unwrap();
        assert_eq!((&json["side"], &json["rows"], &json["columns"]), (&28.into(), &28.into(), &28.into()));
        assert_eq!(json["labels"][2]["name"], "Bag");
        assert_eq!(json["files"][0]["bytes"], 7_971_892);
    }

    #[test]
    fn the_original_is_known_by_its_contents() {
        if !Path::new(PACKAGE_DIRECTORY).is_dir() {
            return;
        }
        let summary = Source::Path(PACKAGE_DIRECTORY.into()).summary(&Reading::default()).unwrap();
        assert!(summary.provenance.starts_with("the original"));
        assert_eq!(summary.path.as_deref(), Some(PACKAGE_DIRECTORY));
        assert!(summary.labels.iter().all(|l| (l.train, l.test) == (6000, 1000)));
        assert_eq!(summary.labels.len(), 10);
    }

    #[test]
    fn other_files_are_called_unknown_and_plain_files_have_one_checksum() {
        let folder = tempfile::tempdir().unwrap();
        for (part, name) in [
            ("train", "images-idx3"),
            ("train", "labels-idx1"),
            ("t10k", "images-idx3"),
            ("t10k", "labels-idx1"),
        ] {
            let is_images = name.starts_with("images");
            let bytes = if is_images {
                idx::encode_images(ImageShape::new(20, 30), &[7; 2 * 600])
            } else {
                idx::encode_labels(&[3, 3])
            };
            fs::write(folder.path().join(format!("{part}-{name}-ubyte")), bytes).unwrap();
        }
        let summary = Source::Path(folder.path().into()).summary(&Reading::default()).unwrap();
        assert!(summary.provenance.contains("not Fashion-MNIST"));
        assert_eq!((summary.shape, summary.side), (ImageShape::new(20, 30), None));
        assert_eq!(summary.labels, [LabelCount { label: 3, name: "3".to_owned(), train: 2, test: 2 }]);
        assert!(summary.files.iter().all(|file| file.sha256 == file.contents_sha256));
        assert_eq!(summary.files[1].name, "train-labels-idx1-ubyte");
    }
}
