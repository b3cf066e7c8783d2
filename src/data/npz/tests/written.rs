//! What is written is read again, and a file is written whole or not at all.

use std::io::{ErrorKind, Seek, SeekFrom};

use super::*;

#[test]
fn what_is_written_is_read() {
    let bytes = written();
    let mut file = reader(&bytes).unwrap();
    assert_eq!(file.names(), ["a", "b"]);
    assert_eq!(
        file.f64("a").unwrap(),
        Array { shape: vec![2, 3], values: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.5] }
    );
    assert_eq!(file.bool("b").unwrap(), Array { shape: vec![], values: vec![true] });
    assert_eq!(written(), bytes);
}

#[test]
fn every_type_is_written() {
    let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
    npz.array("floats", &[4], &[f64::MIN_POSITIVE, -0.0, f64::INFINITY, 0.1]).unwrap();
    npz.array("integers", &[2, 1], &[i64::MIN, 7]).unwrap();
    npz.array("bytes", &[1, 3], &[0_u8, 128, 255]).unwrap();
    npz.array("bools", &[2], &[true, false]).unwrap();
    npz.array::<f64>("none", &[0, 784], &[]).unwrap();
    let bytes = npz.finish().unwrap().into_inner();
    let mut file = reader(&bytes).unwrap();
    let floats = file.f64("floats").unwrap().values;
    assert_eq!(floats, [f64::MIN_POSITIVE, 0.0, f64::INFINITY, 0.1]);
    assert!(floats[1].is_sign_negative());
    assert_eq!(file.i64("integers").unwrap(), Array { shape: vec![2, 1], values: vec![i64::MIN, 7] });
    assert_eq!(file.i64("bytes").unwrap(), Array { shape: vec![1, 3], values: vec![0, 128, 255] });
    assert_eq!(file.info("bytes").unwrap().elements, ElementType::Uint8);
    assert_eq!(file.bool("bools").unwrap().values, [true, false]);
    assert_eq!(file.f64("none").unwrap().shape, [0, 784]);
}

#[test]
fn a_matrix_of_columns_is_an_array_of_rows() {
    let images = DMatrix::from_fn(4, 3, |pixel, image| (10 * image + pixel) as f64);
    let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
    npz.array("images", &[3, 4], images.iter()).unwrap();
    npz.array("squares", &[3, 2, 2], images.iter()).unwrap();
    let bytes = npz.finish().unwrap().into_inner();
    let mut file = reader(&bytes).unwrap();
    let rows = file.f64("images").unwrap();
    assert_eq!(rows.values, [0., 1., 2., 3., 10., 11., 12., 13., 20., 21., 22., 23.]);
    assert_eq!(rows.into_columns(4).unwrap(), images);
    assert_eq!(file.f64("squares").unwrap().into_columns(4).unwrap(), images);
    assert_eq!(file.f64("images").unwrap().into_columns(3), None);
    assert_eq!(file.f64("squares").unwrap().into_columns(2), None);
    assert_eq!(Array { shape: vec![], values: vec![1.0] }.into_columns(1), None);
    assert_eq!(Array { shape: vec![4], values: vec![1.0; 4] }.into_columns(1), None);
    assert_eq!(Array { shape: vec![2, usize::MAX, 3], values: vec![] }.into_columns(5), None);
    assert_eq!(Array { shape: vec![9, 3], values: vec![1.0; 6] }.into_columns(3), None);
    assert_eq!(Array { shape: vec![0, 5], values: vec![] }.into_columns(5), Some(DMatrix::zeros(5, 0)));
}

#[test]
fn a_shape_that_does_not_fit_its_elements_is_refused() {
    let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
    for (shape, fault) in [
        (&[2, 2][..], "array a: 3 elements for a shape of 4"),
        (&[2], "array a: 3 elements for a shape of 2"),
        (&[usize::MAX, 2], "array a: its shape overflows"),
    ] {
        let error = npz.array("a", shape, &[1.0, 2.0, 3.0]).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, fault.to_owned()));
        npz = NpzWriter::new(Cursor::new(Vec::new()));
    }
    npz.scalar("a", 1.0).unwrap();
    assert!(npz.scalar("a", 2.0).is_err());
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    write(&path, |npz| npz.scalar("ridge", 1e-6)).unwrap();
    assert_eq!(NpzReader::open(&path).unwrap().f64("ridge").unwrap().scalar(), Some(1e-6));
    let before = std::fs::read(&path).unwrap();
    let error = write(&path, |npz| npz.array("x", &[3], &[1.0])).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{}: cannot be written: array x: 1 elements for a shape of 3: choose another place",
            path.display()
        )
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// A writer with room for so many bytes.
struct Limited {
    file: Cursor<Vec<u8>>,
    room: usize,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.room {
            return Err(ErrorKind::StorageFull.into());
        }
        self.room -= bytes.len();
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Limited {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn a_full_disk_is_told_wherever_it_fills() {
    let write = |room| -> io::Result<Vec<u8>> {
        let mut npz = NpzWriter::new(Limited { file: Cursor::new(Vec::new()), room });
        npz.array("a", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.5])?;
        npz.scalar("b", true)?;
        Ok(npz.finish()?.file.into_inner())
    };
    let whole = written();
    // Sizes and checksums are written twice.
    let enough = whole.len() + 100;
    assert_eq!(write(enough).unwrap(), whole);
    for room in 0..whole.len() {
        assert_eq!(write(room).unwrap_err().kind(), ErrorKind::StorageFull, "room for {room}");
    }
    let mut npz = NpzWriter::new(Limited { file: Cursor::new(Vec::new()), room: 50 });
    assert_eq!(npz.scalar("a", 1.0).unwrap_err().kind(), ErrorKind::StorageFull);
    assert!(npz.scalar("b", 1.0).is_err());
    assert!(npz.finish().is_err());
}
