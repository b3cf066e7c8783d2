//! The records of runs, each in a folder of its name: `runs/3f2a91c0/run.json`.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::FileError;
use crate::data::{DataError, write_file};

/// The file of a record, in the folder of its run.
const RECORD: &str = "run.json";

/// The most records that are read.
const MOST: usize = 10_000;

/// The most bytes of a record.
const BYTES: u64 = 1 << 24;

/// The folder of a run below `folder`.
pub fn run_folder(folder: &Path, run: &str) -> PathBuf {
    folder.join("runs").join(run)
}

/// Writes the record of `run` below `folder`, whose folders are made where they are not there.
///
/// # Errors
/// [`DataError::Write`].
pub fn write_run(folder: &Path, run: &str, record: &impl Serialize) -> Result<PathBuf, FileError> {
    let own = run_folder(folder, run);
    fs::create_dir_all(&own).map_err(|cause| DataError::write(&own, cause))?;
    let path = own.join(RECORD);
    write_file(&path, |file| {
        serde_json::to_writer_pretty(&mut *file, record)?;
        file.write_all(b"\n")
    })?;
    Ok(path)
}

/// The records below `folder`, the oldest first; at most 10,000, and none where there is no such folder. What cannot be read as a
/// record is left out.
///
/// # Errors
/// [`DataError::Read`] for a folder that cannot be read.
pub fn read_runs<T: DeserializeOwned>(folder: &Path) -> Result<Vec<T>, FileError> {
    let runs = folder.join("runs");
    let entries = match fs::read_dir(&runs) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|cause| DataError::read(&runs, cause))?,
    };
    let mut found = Vec::new();
    for entry in entries.flatten().take(MOST) {
        let path = entry.path().join(RECORD);
        let Ok(metadata) = fs::metadata(&path) else { continue };
        if !metadata.is_file() || metadata.len() > BYTES {
            continue;
        }
        let record = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        found.extend(record.map(|record| (metadata.modified().ok(), path, record)));
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(found.into_iter().map(|(_, _, record)| record).collect())
}

/// Removes what is kept of `run` below `folder`.
///
/// # Errors
/// [`DataError::Write`]; nothing that is not a run's own folder is removed.
pub fn delete_run(folder: &Path, run: &str) -> Result<(), FileError> {
    let own = run_folder(folder, run);
    let is_name = run.len() == 8 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_name || !own.join(RECORD).is_file() {
        return Err(DataError::write(&own, ErrorKind::NotFound.into()).into());
    }
    fs::remove_dir_all(&own).map_err(|cause| DataError::write(&own, cause))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_written_read_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_runs::<u32>(folder.path()).unwrap().is_empty());
        write_run(folder.path(), "00000001", &7_u32).unwrap();
        let other = write_run(folder.path(), "0000000a", &8_u32).unwrap();
        fs::create_dir(folder.path().join("runs/empty")).unwrap();
        fs::write(folder.path().join("runs/plain"), "x").unwrap();
        let mut read = read_runs::<u32>(folder.path()).unwrap();
        read.sort_unstable();
        assert_eq!(read, [7, 8]);
        fs::write(&other, "{").unwrap();
        assert_eq!(read_runs::<u32>(folder.path()).unwrap(), [7]);
        delete_run(folder.path(), "00000001").unwrap();
        assert!(read_runs::<u32>(folder.path()).unwrap().is_empty());
        for name in ["00000001", "..", "empty", ""] {
            assert!(delete_run(folder.path(), name).is_err(), "{name}");
        }
        assert!(folder.path().join("runs/empty").is_dir());
    }
}
