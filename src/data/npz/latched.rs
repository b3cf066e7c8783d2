//! A writer that keeps its first failure to itself.

use std::cell::Cell;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::rc::Rc;

/// Where the first failure of a [`Latched`] is kept.
pub(super) type Failure = Rc<Cell<Option<io::Error>>>;

/// A writer that never fails: after the first failure of the writer within, which is kept in a [`Failure`], nothing
/// more goes to it, and positions are kept as if it had.
///
/// A zip writer that is dropped after a failure tries to complete its archive, and prints to standard error when it
/// cannot, in the middle of whatever is on the screen. With this between it and the file, it does not.
pub(super) struct Latched<W> {
    inner: W,
    failure: Failure,
    failed: bool,
    position: u64,
    end: u64,
}

impl<W> Latched<W> {
    /// The writer within, and where its failure will be.
    pub(super) fn new(inner: W) -> (Self, Failure) {
        let failure = Failure::default();
        (Self { inner, failure: failure.clone(), failed: false, position: 0, end: 0 }, failure)
    }

    /// The writer within.
    pub(super) fn into_inner(self) -> W {
        self.inner
    }

    /// Does something with the writer within, unless it has failed.
    fn attempt<T>(&mut self, action: impl FnOnce(&mut W) -> io::Result<T>) {
        if !self.failed
            && let Err(error) = action(&mut self.inner)
        {
            self.failed = true;
            self.failure.set(Some(error));
        }
    }
}

impl<W: Write> Write for Latched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|inner| inner.write_all(bytes));
        self.position += bytes.len() as u64;
        self.end = self.end.max(self.position);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(Write::flush);
        Ok(())
    }
}

impl<W: Seek> Seek for Latched<W> {
    /// Fails only for a position before the start, as every writer does.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.end.checked_add_signed(offset),
        };
        let position = position.ok_or(ErrorKind::InvalidInput)?;
        // Asking for the position is a seek to where the writer is: a buffer within need not be emptied for that.
        if position != self.position {
            self.attempt(|inner| inner.seek(SeekFrom::Start(position)));
            self.position = position;
        }
        Ok(position)
    }
}
