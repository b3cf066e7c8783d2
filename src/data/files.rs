//! Files written whole or not at all: beside the target, then renamed over it.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use super::DataError;

/// Writes the file at `path` through `write`, which is given a buffered, seekable writer.
///
/// The bytes go to a temporary file in the same folder, which is flushed, synchronised with the disk and renamed to
/// `path`. On any failure, in `write` too, what stood at `path` is untouched and the temporary file is removed. A
/// new file has the permissions that [`File::create`] gives; a replaced file keeps its own. A symbolic link stays:
/// the file that it points to is replaced.
///
/// # Errors
/// [`DataError::Write`] with the path, what failed and a hint: a missing folder, a folder or a device in the place
/// of the file, no right to write, a file marked as read-only, a full disk, and any error of `write`.
pub fn write_file<T>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
) -> Result<T, DataError> {
    replace(path, write).map_err(|cause| DataError::write(path, cause))
}

fn replace<T>(path: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>) -> io::Result<T> {
    let (target, permissions) = target(path)?;
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Opened here rather than by the tempfile crate, which would make a file that only its owner can read.
    let temporary = tempfile::Builder::new()
        .prefix(".gmmscope-")
        .suffix(".tmp")
        .make_in(folder, |path| File::options().write(true).create_new(true).open(path))?;
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions)?;
    }
    let mut writer = BufWriter::new(temporary.as_file());
    let value = write(&mut writer)?;
    writer.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    // So that the new name, too, outlasts a power failure; a file system that cannot do it loses nothing else.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(value)
}

/// The file to replace, behind any symbolic link, and the permissions that it has when it exists.
fn target(path: &Path) -> io::Result<(PathBuf, Option<fs::Permissions>)> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((path.to_owned(), None)),
        metadata => metadata?,
    };
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        // A rename would put a plain file in the place of, say, /dev/null.
        return Err(io::Error::new(ErrorKind::InvalidInput, "is a device or a pipe, not a file"));
    }
    if metadata.permissions().readonly() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "is there already, marked as read-only"));
    }
    Ok((fs::canonicalize(path)?, Some(metadata.permissions())))
}

#[cfg(test)]
mod tests;
