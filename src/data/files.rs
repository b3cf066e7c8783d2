//! Files written whole or not at all: beside the target, then renamed over it.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::DataError;

/// What this process writes, in all threads.
#[derive(Debug)]
struct Writes {
    /// The temporary files of the writes under way.
    temporary: Vec<PathBuf>,
    /// How many files were written.
    written: usize,
    /// The program ends: no further file is written.
    is_closed: bool,
}

static WRITES: Mutex<Writes> = Mutex::new(Writes { temporary: Vec::new(), written: 0, is_closed: false });

/// The list, which no panic can leave half changed.
fn lock() -> MutexGuard<'static, Writes> {
    WRITES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The list while files may be written.
fn open_list() -> io::Result<MutexGuard<'static, Writes>> {
    let writes = lock();
    if writes.is_closed { Err(io::Error::other("the program is ending")) } else { Ok(writes) }
}

/// A temporary file on the list; dropped, it is taken off.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        lock().temporary.retain(|path| *path != self.0);
    }
}

/// Gives up every [`write_file`] under way, in all threads, and refuses further ones: for a program that is told to end.
///
/// Temporary files are removed; what stood at their targets stays. Returns how many files this process has written.
pub fn abandon_files() -> usize {
    let mut writes = lock();
    writes.is_closed = true;
    for path in &writes.temporary {
        // A file that cannot be removed is left: there is nobody to tell.
        let _ = fs::remove_file(path);
    }
    writes.written
}

/// Writes the file at `path` through `write`, which is given a buffered, seekable writer.
///
/// The bytes go to a temporary file in the same folder, which is flushed, synchronised with the disk and renamed to
/// `path`. On any failure, in `write` too, what stood at `path` is untouched and the temporary file is removed. A
/// new file has the permissions that [`File::create`] gives; a replaced file keeps its own. A symbolic link stays:
/// the file that it points to is replaced, or made where there is none.
///
/// # Errors
/// [`DataError::Write`] with the path, what failed and a hint: a missing folder, a folder or a device in the place
/// of the file, no right to write, a file marked as read-only, a full disk, any error of `write`, and a write after
/// [`abandon_files`].
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
    let mut writes = open_list()?;
    // Opened here rather than by the tempfile crate, which would make a file that only its owner can read.
    let temporary = tempfile::Builder::new()
        .prefix(".gmmscope-")
        .suffix(".tmp")
        .make_in(folder, |path| File::options().write(true).create_new(true).open(path))?;
    let _listed = Listed(temporary.path().to_owned());
    writes.temporary.push(temporary.path().to_owned());
    drop(writes);
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions)?;
    }
    let mut writer = BufWriter::new(temporary.as_file());
    let value = write(&mut writer)?;
    writer.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    let mut writes = open_list()?;
    let renamed = temporary.persist(&target).map_err(|error| error.error);
    writes.written += usize::from(renamed.is_ok());
    drop(writes);
    renamed?;
    // So that the new name, too, outlasts a power failure; a file system that cannot do it loses nothing else.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(value)
}

/// The file to replace, behind any symbolic link, and the permissions that it has when it exists.
fn target(path: &Path) -> io::Result<(PathBuf, Option<fs::Permissions>)> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((behind_links(path)?, None)),
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

/// The path that a symbolic link to nothing, or a chain of them, points to; `path` itself when it is none.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    while fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
        // What a link says is relative to its folder; a chain without an end is no missing file.
        path = path.parent().unwrap_or(Path::new("")).join(fs::read_link(&path)?);
    }
    Ok(path)
}

/// The file that [`write_file`] makes or replaces when it is given `path`: absolute, and no symbolic link.
///
/// # Errors
/// When the folder that it would stand in cannot be found.
pub fn destination(path: &Path) -> io::Result<PathBuf> {
    let path = match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => behind_links(path)?,
        found => return found,
    };
    let name = path.file_name().ok_or(ErrorKind::NotFound)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(fs::canonicalize(folder.unwrap_or(Path::new(".")))?.join(name))
}

#[cfg(test)]
mod tests;
