//! The reader and the writer of npz files, against numpy's files, against each other, and against bad ones.

mod hostile;
mod of_numpy;
mod refused;
mod written;

use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use nalgebra::DMatrix;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::data::DataError;

/// A file that numpy made.
fn fixture(name: &str) -> NpzReader<impl io::Read + io::Seek> {
    NpzReader::open(&fixture_path(name)).unwrap()
}

fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/npz").join(name)
}

/// The fixtures' array of shape (2, 3, 4): 0, 0.25, 0.5 and so on.
fn cube() -> Array<f64> {
    Array { shape: vec![2, 3, 4], values: (0..24).map(|i| f64::from(i) / 4.0).collect() }
}

fn reader(bytes: &[u8]) -> Result<NpzReader<Cursor<&[u8]>>, DataError> {
    NpzReader::new(Path::new("a.npz"), Cursor::new(bytes))
}

/// An npz file with one entry `a.npy` of these bytes.
fn archive(npy: &[u8], compression: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.npy", SimpleFileOptions::default().compression_method(compression)).unwrap();
    zip.write_all(npy).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A version 1 npy file with this header text and elements.
fn npy(header: &str, elements: &[u8]) -> Vec<u8> {
    let len = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &len[..], header.as_bytes(), elements].concat()
}

/// The fault in reading the doubles of an entry with this header and elements.
fn fault_of(header: &str, elements: &[u8]) -> String {
    let bytes = archive(&npy(header, elements), CompressionMethod::Stored);
    reader(&bytes).unwrap().f64("a").unwrap_err().to_string()
}

/// An npz file of two arrays.
fn written() -> Vec<u8> {
    let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
    npz.array("a", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.5]).unwrap();
    npz.scalar("b", true).unwrap();
    npz.finish().unwrap().into_inner()
}
