use super::*;

const NOWHERE: &str = "/no/such/folder";

fn choose(
    directory: Option<&str>,
    variable: Option<&str>,
    package: &Path,
    labels: &[u8],
) -> Result<Source, DataError> {
    Source::choose_among(directory.map(Path::new), variable.map(OsStr::new), package, labels)
}

const SHAPE: ImageShape = ImageShape::new(28, 28);

fn directory(path: &Path) -> Source {
    Source::Directory(path.to_owned())
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
        assert_eq!(
            message(&source, &[0, 10]),
            "label 10 does not exist: Fashion-MNIST has the labels 0 to 9"
        );
    }
    assert!(matches!(choose(Some("a"), None, Path::new(NOWHERE), &[]), Err(DataError::NoLabels)));
    let unknown = choose(Some("a"), None, Path::new(NOWHERE), &[200]);
    assert!(matches!(unknown, Err(DataError::UnknownLabel { label: 200 })));
}

#[test]
fn the_embedded_set_has_all_images_of_its_labels() {
    let all = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    assert_eq!((all.train.len(), all.test.len(), all.train.shape()), (18_000, 3_000, SHAPE));
    assert_eq!(Source::Embedded.shape().unwrap(), SHAPE);
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
    let (whole, _) = directory(package).images().unwrap();
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
    assert_eq!((&dataset.source, dataset.source.shape().unwrap()), (&directory(folder.path()), SHAPE));

    // A gzipped file under a plain name is read as what it is.
    let name = "t10k-labels-idx1-ubyte";
    fs::copy(repository.join("t10k-labels-idx1-ubyte.gz"), folder.path().join(name)).unwrap();
    let name = "t10k-images-idx3-ubyte";
    fs::remove_file(folder.path().join(name)).unwrap();
    fs::copy(repository.join("t10k-images-idx3-ubyte.gz"), folder.path().join(format!("{name}.gz"))).unwrap();
    let (_, test) = directory(folder.path()).images().unwrap();
    assert_eq!(test, Source::Embedded.images().unwrap().1);
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
fn a_label_without_training_or_without_test_images_is_missing() {
    let folder = small();
    let expected = format!("label 7 is not in {}: give `data`", folder.path().display());
    assert!(message(&directory(folder.path()), &[4, 7]).starts_with(&expected));
    assert!(message(&directory(folder.path()), &[5]).starts_with("label 5 is not in "));
}

#[test]
fn a_folder_that_is_not_there_or_not_one_is_named() {
    let message_nowhere = message(&directory(Path::new(NOWHERE)), &[0]);
    assert!(message_nowhere.starts_with("/no/such/folder: cannot be read: "), "{message_nowhere}");
    assert!(message_nowhere.ends_with(": check the path"), "{message_nowhere}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let message = message(&directory(&file), &[0]);
    assert!(message.ends_with("Cargo.toml: cannot be read: not a directory: name a folder"), "{message}");
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
        let expected =
            format!("{}: has neither {name} nor {name}.gz: name a folder", folder.path().display());
        let message = message(&directory(folder.path()), &[4]);
        assert!(message.starts_with(&expected), "{message}");
    }
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
            "{}: holds 2 images, but the file of labels beside it holds 3 labels: take both files from one copy of \
             Fashion-MNIST",
            path.display()
        )
    );
}
