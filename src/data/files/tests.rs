use std::io::{Seek, SeekFrom, Write};

use super::*;

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn hello(writer: &mut BufWriter<&File>) -> io::Result<()> {
    writer.write_all(b"hello")
}

/// The message when `path` cannot be written, which must begin with the path.
fn message(path: &Path) -> String {
    let message = write_file(path, hello).unwrap_err().to_string();
    let rest = message.strip_prefix(&format!("{}: cannot be written: ", path.display())).unwrap();
    assert!(!rest.contains(".tmp"), "{rest}");
    rest.to_owned()
}

#[test]
fn a_file_is_made_and_replaced_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    write_file(&path, hello).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"hello");
    let value = write_file(&path, |writer| {
        writer.write_all(b"good-bye")?;
        writer.seek(SeekFrom::Start(0))?;
        writer.write_all(b"G")?;
        Ok(7)
    });
    assert_eq!(value.unwrap(), 7);
    assert_eq!(fs::read(&path).unwrap(), b"Good-bye");
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn a_name_without_a_folder_is_in_the_current_one() {
    // The tests run in the package's folder.
    let name = format!("gmmscope-write-test-{}", std::process::id());
    write_file(Path::new(&name), hello).unwrap();
    let written = fs::read(&name);
    fs::remove_file(&name).unwrap();
    assert_eq!(written.unwrap(), b"hello");
}

#[test]
fn a_failure_leaves_the_previous_file_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "before").unwrap();
    let failed = write_file(&path, |writer| {
        writer.write_all(&[b'x'; 100_000])?;
        Err::<(), _>(ErrorKind::StorageFull.into())
    });
    assert_eq!(
        failed.unwrap_err().to_string(),
        format!(
            "{}: cannot be written: no storage space: free some space, or choose another disk",
            path.display()
        )
    );
    assert_eq!(fs::read(&path).unwrap(), b"before");
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn a_panic_while_writing_leaves_the_previous_file_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "before").unwrap();
    let panicked = std::panic::catch_unwind(|| {
        let _ = write_file(&path, |writer| {
            writer.write_all(b"half")?;
            std::panic::resume_unwind(Box::new("stop"));
            #[allow(unreachable_code)]
            Ok(())
        });
    });
    assert!(panicked.is_err());
    assert_eq!(fs::read(&path).unwrap(), b"before");
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn a_missing_folder_and_a_file_in_its_place_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let missing = message(&folder.path().join("no/a.txt"));
    assert!(missing.ends_with(": create its folder first (mkdir -p)"), "{missing}");
    fs::write(folder.path().join("file"), "").unwrap();
    let within = message(&folder.path().join("file/a.txt"));
    assert!(within.ends_with(": a part of the path is a file: name another folder"), "{within}");
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn a_folder_in_the_place_of_the_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(message(folder.path()), "is a directory: name a file in it");
    assert_eq!(message(Path::new("/")), "is a directory: name a file in it");
    assert_eq!(names(folder.path()), [""; 0]);
    assert!(write_file(Path::new(""), hello).is_err());
    assert!(write_file(&folder.path().join("a/.."), hello).is_err());
}

#[test]
fn a_file_marked_as_read_only_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "before").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_eq!(message(&path), "is there already, marked as read-only: choose a place that you may write to");
    assert_eq!(fs::read(&path).unwrap(), b"before");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn permissions_are_those_of_an_ordinary_file_or_of_the_replaced_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, ordinary) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
        write_file(&path, hello).unwrap();
        File::create(&ordinary).unwrap();
        assert_eq!(mode(&path), mode(&ordinary));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write_file(&path, hello).unwrap();
        assert_eq!(mode(&path), 0o640);
    }

    #[test]
    fn a_symbolic_link_stays_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link"));
        fs::write(&path, "before").unwrap();
        symlink("a.txt", &link).unwrap();
        write_file(&link, hello).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"hello");
    }

    #[test]
    fn a_symbolic_link_to_nothing_stays_and_its_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).unwrap();
        symlink("two", at("one")).unwrap();
        symlink("deep/a.txt", at("two")).unwrap();
        assert_eq!(destination(&at("one")).unwrap(), fs::canonicalize(at("deep")).unwrap().join("a.txt"));
        write_file(&at("one"), hello).unwrap();
        assert_eq!(fs::read(at("deep/a.txt")).unwrap(), b"hello");
        assert_eq!(fs::read_link(at("one")).unwrap(), Path::new("two"));
        assert_eq!(fs::read_link(at("two")).unwrap(), Path::new("deep/a.txt"));
        symlink("no/a.txt", at("lost")).unwrap();
        assert!(message(&at("lost")).ends_with(": create its folder first (mkdir -p)"));
        symlink("round", at("round")).unwrap();
        assert!(write_file(&at("round"), hello).is_err());
        assert_eq!(names(folder.path()), ["deep", "lost", "one", "round", "two"]);
    }

    #[test]
    fn a_device_is_not_replaced() {
        assert_eq!(
            message(Path::new("/dev/null")),
            "is a device or a pipe, not a file: choose another place"
        );
    }

    #[test]
    fn a_folder_that_may_not_be_written_to_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        // The administrator may write everywhere: then there is nothing to refuse.
        if File::create(folder.path().join("probe")).is_ok() {
            return;
        }
        let message = message(&folder.path().join("a.txt"));
        assert!(message.ends_with(": choose a place that you may write to"), "{message}");
    }
}
