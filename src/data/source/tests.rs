use std::fs;

use super::*;
use crate::data::{DataError, Dataset};

const NOWHERE: &str = "/no/such/folder";

fn choose(
    directory: Option<&str>,
    variable: Option<&str>,
    package: &Path,
    labels: &[u8],
) -> Result<Source, DataError> {
    Source::choose_among(directory.map(Path::new), variable.map(OsStr::new), package, &labels.into())
}

const SHAPE: ImageShape = ImageShape::new(28, 28);

fn directory(path: &Path) -> Source {
    Source::Path(path.to_owned())
}

/// A folder with two training images of label 4 and 7, and two test images of label 4.
fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    write("train-images-idx3-ubyte", idx::encode_images(SHAPE, &[[1; 784], [2; 784]].concat()));
    write("train-labels-idx1-ubyte", idx::encode_labels(&[4, 7]));
    write("t10k-images-idx3-ubyte", idx::encode_images(SHAPE, &[[3; 784], [4; 784]].concat()));
    write("t10k-labels-idx1-ubyte", idx::encode_labels(&[4, 4]));
    folder
}

fn rand_chacha() -> rand::rngs::ChaCha8Rng {
    rand::SeedableRng::seed_from_u64(1)
}

fn message(source: &Source, labels: &[u8]) -> String {
    Dataset::load(source, labels).unwrap_err().to_string()
}

#[test]
fn the_first_source_that_is_named_or_suffices_is_chosen() {
    let package = tempfile::tempdir().unwrap();
    let package = package.path();
    let nowhere = Path::new(NOWHERE);
    assert_eq!(choose(Some("a"), Some("b"), package, &[0]).unwrap(), directory(Path::new("a")));
    assert_eq!(choose(None, Some("b"), package, &[0]).unwrap(), directory(Path::new("b")));
    assert_eq!(choose(None, None, package, &[8, 0]).unwrap(), Source::Embedded);
    assert_eq!(choose(None, Some(""), nowhere, &[1]).unwrap(), Source::Embedded);
    assert_eq!(choose(None, None, package, &[0, 5]).unwrap(), directory(package));
    assert_eq!(
        choose(None, None, nowhere, &[0, 5]).unwrap_err().to_string(),
        "label 5 is not in the embedded set (labels 0, 1, 8): give `data`, a folder with the full Fashion-MNIST, or install \
         Debian's package dataset-fashion-mnist"
    );
}

#[test]
fn labels_that_cannot_be_are_refused() {
    for source in [Source::Embedded, directory(Path::new(NOWHERE))] {
        assert!(matches!(Dataset::load(&source, &[]), Err(DataError::NoLabels)));
    }
    assert!(matches!(choose(Some("a"), None, Path::new(NOWHERE), &[]), Err(DataError::NoLabels)));
    assert_eq!(
        choose(None, None, Path::new("/"), &[0, 10]).unwrap_err().to_string(),
        "label 10 is not in the embedded set (labels 0, 1, 8): choose among 0 T-shirt/top, 1 Trouser, 8 Bag"
    );
    let named =
        |word: &str| Source::choose_among(None, None, Path::new(NOWHERE), &Labels::Listed(vec![word.into()]));
    assert_eq!(named("trouser").unwrap(), Source::Embedded);
    assert!(named("Coat").unwrap_err().to_string().contains("the full Fashion-MNIST"));
}

#[test]
fn the_embedded_set_has_all_images_of_its_labels() {
    let all = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    assert_eq!((all.train.len(), all.test.len(), all.train.shape()), (18_000, 3_000, SHAPE));
    assert_eq!(Source::Embedded.shape(&Reading::default()).unwrap(), SHAPE);
    let trousers = Dataset::load(&Source::Embedded, &[1, 1]).unwrap();
    assert_eq!((trousers.train.len(), trousers.test.len()), (6_000, 1_000));
    assert_eq!(trousers.train, all.train.with_labels(&[1]));
    assert!(message(&Source::Embedded, &[0, 3]).starts_with("label 3 is not in the embedded set"));
}

#[test]
fn the_embedded_set_is_the_originals_without_the_other_labels() {
    let package = Path::new(PACKAGE_DIRECTORY);
    if !package.is_dir() {
        return;
    }
    let original = Dataset::load(&directory(package), &[0, 1, 8]).unwrap();
    let embedded = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    assert!(original.train == embedded.train, "training images differ");
    assert!(original.test == embedded.test, "test images differ");
    let whole = directory(package).contents(&Reading::default()).unwrap().train;
    assert_eq!(whole.len(), 60_000);
    let first_bag = whole.labels().iter().position(|&label| label == 8).unwrap();
    let bags = embedded.train.with_labels(&[8]);
    assert_eq!(whole.pixels(first_bag), bags.pixels(0));
}

#[test]
fn a_folder_is_read_with_plain_and_gzipped_files() {
    let folder = small();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let dataset = Dataset::load(&directory(folder.path()), &[4]).unwrap();
    assert_eq!((dataset.train.labels(), dataset.test.labels()), (&[4][..], &[4, 4][..]));
    assert_eq!(dataset.train.pixels(0), [1; 784]);
    assert_eq!(dataset.test.pixels(1), [4; 784]);
    assert_eq!(
        (&dataset.source, dataset.source.shape(&Reading::default()).unwrap()),
        (&directory(folder.path()), SHAPE)
    );

    // A gzipped file under a plain name is read as what it is.
    let name = "t10k-labels-idx1-ubyte";
    fs::copy(repository.join("t10k-labels-idx1-ubyte.gz"), folder.path().join(name)).unwrap();
    let name = "t10k-images-idx3-ubyte";
    fs::remove_file(folder.path().join(name)).unwrap();
    fs::copy(repository.join("t10k-images-idx3-ubyte.gz"), folder.path().join(format!("{name}.gz"))).unwrap();
    let test = directory(folder.path()).contents(&Reading::default()).unwrap().test;
    assert_eq!(test, Source::Embedded.contents(&Reading::default()).unwrap().test);
}

#[test]
fn training_and_test_images_of_different_shapes_are_refused() {
    let folder = small();
    let path = folder.path().join("t10k-images-idx3-ubyte");
    fs::write(&path, idx::encode_images(ImageShape::new(1, 64), &[3; 2 * 64])).unwrap();
    assert_eq!(
        message(&directory(folder.path()), &[4]),
        format!(
            "{}: holds test images of 1 × 64 pixels, but the training images beside it have 28 × 28: use files of one \
             data set",
            path.display()
        )
    );
}

#[test]
fn a_label_without_training_images_is_missing() {
    let folder = small();
    assert_eq!(
        message(&directory(folder.path()), &[4, 5]),
        format!("label 5 is not in {}: choose among 4, 7", folder.path().display())
    );
    assert_eq!(Dataset::load(&directory(folder.path()), &[7]).unwrap().test.len(), 0);
}

#[test]
fn what_is_not_there_or_holds_no_images_is_named() {
    let nowhere = message(&directory(Path::new(NOWHERE)), &[0]);
    assert!(
        nowhere.starts_with("/no/such/folder: cannot be read: ") && nowhere.ends_with(": check the path")
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert!(
        message(&directory(&file), &[0]).contains("Cargo.toml: holds no images: name a folder of IDX files")
    );
    let empty = tempfile::tempdir().unwrap();
    assert!(message(&directory(empty.path()), &[0]).contains(": holds no images: "));
}

#[test]
fn a_missing_file_is_named() {
    for name in [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ] {
        let folder = small();
        fs::remove_file(folder.path().join(name)).unwrap();
        let expected = format!(
            "{}: has neither {name} nor {name}.gz, as the files beside it call for: copy it there",
            folder.path().display()
        );
        assert_eq!(message(&directory(folder.path()), &[4]), expected);
    }
}

#[test]
fn files_are_found_under_their_other_names_and_folders_down() {
    let (folder, elsewhere) = (small(), tempfile::tempdir().unwrap());
    let raw = elsewhere.path().join("FashionMNIST/raw");
    fs::create_dir_all(&raw).unwrap();
    for (name, other) in [
        ("train-images-idx3-ubyte", "emnist-letters-train-images-idx3-ubyte"),
        ("train-labels-idx1-ubyte", "emnist-letters-train-labels.idx1-ubyte"),
        ("t10k-images-idx3-ubyte", "emnist-letters-test-images-idx3-ubyte"),
        ("t10k-labels-idx1-ubyte", "emnist-letters-test-labels-idx1-ubyte"),
    ] {
        fs::copy(folder.path().join(name), raw.join(other)).unwrap();
    }
    let expected = Dataset::load(&directory(folder.path()), &[4]).unwrap();
    let found = Dataset::load(&directory(elsewhere.path()), &[4]).unwrap();
    assert_eq!((&found.train, &found.test), (&expected.train, &expected.test));
    // Labels are called by their numbers: these files are not Fashion-MNIST.
    assert_eq!((&*found.about.label_name(4), found.about.is_fashion_mnist), ("4", false));

    // Of two sets, one is named by one of its files.
    fs::copy(
        raw.join("emnist-letters-train-images-idx3-ubyte"),
        raw.join("emnist-digits-train-images-idx3-ubyte"),
    )
    .unwrap();
    let several = message(&directory(&raw), &[4]);
    assert!(
        several.ends_with("several data sets (emnist-digits, emnist-letters): name a file of the one to use")
    );
    let one = Dataset::load(&directory(&raw.join("emnist-letters-test-images-idx3-ubyte")), &[4]).unwrap();
    assert_eq!(one.train, expected.train);
    // Images alone have no labels, and no test images of their own.
    let source = directory(&raw.join("emnist-digits-train-images-idx3-ubyte"));
    let reading = Reading { test_share: 0.5, ..Reading::default() };
    let alone = Dataset::read(&source, &Labels::Auto, &reading, &mut rand_chacha()).unwrap();
    assert_eq!((alone.train.len(), alone.test.len(), alone.train.labels()), (1, 1, &[][..]));
}

#[test]
fn a_fault_in_a_file_is_told_with_its_path() {
    let folder = small();
    let path = folder.path().join("train-labels-idx1-ubyte");
    fs::write(&path, &idx::encode_labels(&[4, 7])[..9]).unwrap();
    assert_eq!(
        message(&directory(folder.path()), &[4]),
        format!("{}: is truncated: 9 bytes of 10: copy the file again", path.display())
    );
    // A folder under a file's name opens, but does not read.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(
        Dataset::load(&directory(folder.path()), &[4]),
        Err(DataError::Read { path: faulty, .. }) if faulty == path
    ));
}

#[test]
fn images_and_labels_that_do_not_match_in_number_are_refused() {
    let folder = small();
    fs::write(folder.path().join("t10k-labels-idx1-ubyte"), idx::encode_labels(&[4, 4, 4])).unwrap();
    let path = folder.path().join("t10k-images-idx3-ubyte");
    assert_eq!(
        message(&directory(folder.path()), &[4]),
        format!(
            "{}: holds 2 images, but there are 3 labels for them: take both from one copy of the data set",
            path.display()
        )
    );
}
