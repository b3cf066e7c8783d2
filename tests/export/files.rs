//! Everything at once: the folder, the order, the sizes, and what an unwritable place does.

use std::fs;

use gmmscope::export::{Progress, REPORT_FILES, export_all, export_figures, export_report};
use gmmscope::study::Outcome;
use tempfile::TempDir;

use crate::outcome;

#[test]
fn everything_is_written_with_progress() {
    let outcome = outcome::complete(2, 60, &[0, 1]);
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("a/b");
    let mut seen = Vec::new();
    let written = export_all(&outcome, None, None, &out, &mut |progress| seen.push(progress)).unwrap();
    let names = [&["model.npz", "figures.pdf"], REPORT_FILES, &["metrics.json"]].concat();
    let total = names.len();
    let expected: Vec<Progress> =
        names.iter().enumerate().map(|(done, file)| Progress { file, done, total }).collect();
    assert_eq!(seen, expected);
    for (file, name) in written.iter().zip(names) {
        assert_eq!(file.path, out.join(name));
        assert_eq!(fs::read(&file.path).unwrap().len() as u64, file.bytes);
    }
    let left: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), total, "no temporary file is left: {left:?}");
}

#[test]
fn without_a_fit_there_is_no_model() {
    let folder = TempDir::new().unwrap();
    let written = export_all(&Outcome::default(), None, None, folder.path(), &mut |_| {}).unwrap();
    let names: Vec<_> = written.iter().map(|file| file.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, [&["figures.pdf"], REPORT_FILES, &["metrics.json"]].concat());
}

#[test]
fn an_unwritable_place_is_named_and_leaves_the_previous_file() {
    let folder = TempDir::new().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "a file where a folder is wanted").unwrap();
    let error = export_all(&Outcome::default(), None, None, &blocked.join("out"), &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("file/out") && error.contains("name another folder"), "{error}");

    let path = folder.path().join("figures.pdf");
    let first = export_figures(&Outcome::default(), None, &path).unwrap();
    assert_eq!(first.bytes, fs::metadata(&path).unwrap().len());
    let before = fs::read(&path).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = export_figures(&outcome::complete(1, 20, &[1]), None, &path).unwrap_err().to_string();
    assert!(error.contains("figures.pdf"), "{error}");
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn the_report_is_written_whole_into_a_folder_of_its_own() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("new");
    let written = export_report(&Outcome::default(), None, &out).unwrap();
    let names: Vec<_> = written.iter().map(|file| file.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, REPORT_FILES);
    for file in &written {
        assert_eq!(fs::metadata(&file.path).unwrap().len(), file.bytes);
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), REPORT_FILES.len());
}

/// A folder that nothing can be written to leaves what was there.
#[test]
#[cfg(unix)]
fn a_read_only_folder_keeps_the_previous_export() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    export_report(&Outcome::default(), None, folder.path()).unwrap();
    let contents = || -> Vec<(std::ffi::OsString, Vec<u8>)> {
        let mut all: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap()))
            .collect();
        all.sort();
        all
    };
    let before = contents();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser writes all the same: then there is nothing to see here.
    if fs::write(folder.path().join("probe"), "").is_err() {
        let error =
            export_report(&outcome::complete(1, 20, &[1]), None, folder.path()).unwrap_err().to_string();
        assert!(error.contains("report-figures.pdf"), "{error}");
    } else {
        fs::remove_file(folder.path().join("probe")).unwrap();
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(contents() == before);
}
