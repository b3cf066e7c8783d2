//! Folders of pictures: what is taken, what is left, what is refused.

use super::*;

/// Writes a gray PNG of this size, all of one value.
fn picture(path: &Path, rows: u32, columns: u32, value: u8) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, columns, rows);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&vec![value; (rows * columns) as usize]).unwrap();
}

fn message(folder: &Path, size: Option<ImageShape>) -> String {
    let error = read(folder, size).unwrap_err().to_string();
    error.replace(&format!("{}/", folder.display()), "").replace(&folder.display().to_string(), "folder")
}

#[test]
fn folders_are_labels_and_other_files_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    picture(&at("dog/b.PNG"), 2, 3, 20);
    picture(&at("dog/a.png"), 2, 3, 10);
    picture(&at("cat/z.png"), 2, 3, 30);
    picture(&at("cat/.hidden.png"), 9, 9, 0);
    fs::write(at("cat/notes.txt"), "no picture").unwrap();
    fs::write(at("list.csv"), "no picture").unwrap();
    fs::create_dir(at("empty")).unwrap();
    let found = read(folder.path(), None).unwrap().unwrap();
    assert_eq!(found.train.labels(), [0, 1, 1]);
    assert_eq!((0..3).map(|index| found.train.pixels(index)[0]).collect::<Vec<_>>(), [30, 10, 20]);
    assert_eq!((&*found.names.of(0), &*found.names.of(1)), ("cat", "dog"));
    assert!(found.test.is_none() && found.notes.is_empty());
    assert_eq!(found.train.shape(), ImageShape::new(2, 3));

    picture(&at("stray.png"), 2, 3, 1);
    assert_eq!(
        message(folder.path(), None),
        "folder: holds pictures beside folders of pictures: move them into a folder, one for each label"
    );
}

#[test]
fn folders_with_numbers_are_those_labels_and_train_and_test_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, value) in [("train/9/a.png", 1), ("train/10/a.png", 2), ("test/10/b.png", 3)] {
        picture(&at(name), 1, 1, value);
    }
    let found = read(folder.path(), None).unwrap().unwrap();
    assert_eq!((found.train.labels(), found.train.all_pixels()), (&[10, 9][..], &[2, 1][..]));
    let test = found.test.unwrap();
    assert_eq!((test.labels(), test.all_pixels()), (&[10][..], &[3][..]));
}

#[test]
fn pictures_without_folders_have_no_labels() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read(folder.path(), None).unwrap().is_none());
    picture(&folder.path().join("a.png"), 2, 2, 5);
    assert!(read(folder.path(), None).unwrap().unwrap().train.labels().is_empty());
}

#[test]
fn pictures_of_different_sizes_are_refused_or_resized() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("a.png"), 2, 3, 50);
    picture(&folder.path().join("b.png"), 30, 20, 70);
    assert_eq!(
        message(folder.path(), None),
        "b.png: is 30 × 20 pixels (rows × columns), but folder/a.png is 2 × 3: bring all to one size with `resize`"
            .replace("folder/", "")
    );
    let size = ImageShape::new(4, 5);
    let found = read(folder.path(), Some(size)).unwrap().unwrap();
    assert_eq!(
        (found.train.shape(), found.train.pixels(0), found.train.pixels(1)),
        (size, &[50; 20][..], &[70; 20][..])
    );
    assert!(
        message(folder.path(), Some(ImageShape::new(1_000_000, 1000)))
            .contains("more than the 1073741824 pixels")
    );
}

#[test]
fn a_file_that_is_no_picture_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.png"), "no picture").unwrap();
    assert_eq!(
        message(folder.path(), None),
        "a.png: is neither PNG nor JPEG: convert it, or take it out of the folder"
    );
    fs::remove_file(folder.path().join("a.png")).unwrap();
    fs::create_dir(folder.path().join("a.png")).unwrap();
    assert!(message(folder.path(), None).starts_with("a.png: cannot be read: it is no plain file"));
}

#[cfg(unix)]
#[test]
fn a_circle_of_links_ends() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("cat/a.png"), 1, 1, 5);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("cat/again")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    assert_eq!(read(folder.path(), None).unwrap().unwrap().train.len(), 1);
    std::os::unix::fs::symlink("self.png", folder.path().join("self.png")).unwrap();
    assert!(
        message(folder.path(), None).contains("self.png") || message(folder.path(), None).contains("beside")
    );
}

#[test]
fn more_than_256_labels_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for label in 0..257 {
        picture(&folder.path().join(format!("label {label}/a.png")), 1, 1, 0);
    }
    assert!(message(folder.path(), None).contains("holds 257 folders of pictures, more than the 256 labels"));
}
