use std::io::{self, Cursor, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use nalgebra::DMatrix;
use proptest::prelude::*;
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

mod of_numpy {
    use super::*;

    #[test]
    fn doubles_are_read_however_they_are_stored() {
        for (file, array) in [
            ("stored.npz", "cube"),
            ("deflated.npz", "cube"),
            ("fortran.npz", "cube"),
            ("float32.npz", "cube"),
            ("big_endian.npz", "f8"),
            ("big_endian.npz", "f4"),
            ("version2.npz", "cube"),
        ] {
            let info = ArrayInfo { shape: vec![2, 3, 4], elements: ElementType::Float };
            assert_eq!(fixture(file).info(array).unwrap(), info, "{file}");
            assert_eq!(fixture(file).f64(array).unwrap(), cube(), "{file}");
            assert_eq!(fixture(file).finite_f64(array).unwrap(), cube(), "{file}");
        }
        let mut stored = fixture("stored.npz");
        assert_eq!(stored.names(), ["cube", "vector", "empty"]);
        assert_eq!((stored.contains("vector"), stored.contains("vector.npy")), (true, false));
        assert_eq!(stored.f64("vector").unwrap(), Array { shape: vec![2], values: vec![1.5, -2.5] });
        assert_eq!(stored.f64("empty").unwrap(), Array { shape: vec![0, 784], values: vec![] });
        let zeros = fixture("deflated.npz").f64("zeros").unwrap();
        assert_eq!((zeros.shape, zeros.values), (vec![50, 784], vec![0.0; 50 * 784]));
    }

    #[test]
    fn whole_numbers_of_every_width_are_read() {
        let mut file = fixture("integers.npz");
        for (name, min, max) in [
            ("int8", i8::MIN.into(), i8::MAX.into()),
            ("int16", i16::MIN.into(), i16::MAX.into()),
            ("int32", i32::MIN.into(), i32::MAX.into()),
            ("int64", i64::MIN, i64::MAX),
            ("uint8", 0, u8::MAX.into()),
            ("uint16", 0, u16::MAX.into()),
            ("uint32", 0, u32::MAX.into()),
        ] {
            assert_eq!(file.i64(name).unwrap().values, [min, 0, 7, max], "{name}");
            assert_eq!(file.f64(name).unwrap().values, [min as f64, 0.0, 7.0, max as f64], "{name}");
        }
        assert_eq!(file.f64("uint64").unwrap().values, [0.0, 0.0, 7.0, u64::MAX as f64]);
        assert!(file.i64("uint64").unwrap_err().to_string().ends_with(
            "integers.npz: array uint64 holds 18446744073709551615 at position 3, beyond the largest int64: use smaller \
             numbers"
        ));
        assert_eq!(file.info("uint8").unwrap().elements, ElementType::Uint8);
        assert_eq!(file.info("int8").unwrap().elements, ElementType::Integer);
        assert_eq!(fixture("big_endian.npz").i64("i4").unwrap().values, [1, -2, 70_000]);
    }

    #[test]
    fn truth_values_are_read() {
        let mask = fixture("bool.npz").bool("mask").unwrap();
        assert_eq!(mask, Array { shape: vec![2, 3], values: vec![true, false, true, false, false, true] });
        assert_eq!(fixture("bool.npz").f64("mask").unwrap().values, [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(fixture("bool.npz").info("mask").unwrap().elements, ElementType::Bool);
        let bools = fixture("fortran.npz").bool("bools").unwrap();
        assert_eq!(bools.values, cube().values.iter().map(|&v| v > 2.0).collect::<Vec<_>>());
    }

    #[test]
    fn scalars_are_read() {
        let mut file = fixture("scalars.npz");
        let ridge = file.f64("ridge").unwrap();
        assert_eq!((ridge.shape.len(), ridge.scalar()), (0, Some(1e-6)));
        assert_eq!(file.i64("seed").unwrap().scalar(), Some(42));
        assert_eq!(file.bool("converged").unwrap().scalar(), Some(true));
        assert_eq!(file.f64("one").unwrap().scalar(), Some(3.0));
        assert_eq!(fixture("stored.npz").f64("vector").unwrap().scalar(), None);
    }

    #[test]
    fn what_is_not_finite_is_told_by_its_position() {
        let mut file = fixture("not_finite.npz");
        assert!(file.f64("x").unwrap().values[2].is_nan());
        let message = file.finite_f64("x").unwrap_err().to_string();
        assert!(
            message.ends_with(": array x holds NaN at position 2: replace it with a finite number"),
            "{message}"
        );
        let message = file.finite_f64("y").unwrap_err().to_string();
        assert!(message.contains("array y holds -inf at position 0"), "{message}");
    }

    #[test]
    fn what_is_not_of_numbers_is_refused() {
        let mut file = fixture("not_numbers.npz");
        for (array, reason) in [
            ("text", "elements of type '<U2'"),
            ("complex", "elements of type '<c16'"),
            ("half", "elements of type '<f2'"),
            ("record", "not a plain array"),
            ("object", "elements of type '|O'"),
            ("date", "elements of type '<M8[D]'"),
        ] {
            let message = file.f64(array).unwrap_err().to_string();
            let expected =
                format!("array {array} has an unusable header ({reason}): save a plain array of numbers");
            assert!(message.ends_with(&expected), "{message}");
            assert_eq!(file.info(array).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn another_type_or_name_than_the_wanted_is_told() {
        let path = fixture_path("stored.npz").display().to_string();
        let mut file = fixture("stored.npz");
        assert_eq!(
            file.bool("cube").unwrap_err().to_string(),
            format!(
                "{path}: array cube holds '<f8' where truth values (bool) are wanted: convert it with .astype(\"bool\")"
            )
        );
        assert_eq!(
            file.i64("vector").unwrap_err().to_string(),
            format!(
                "{path}: array vector holds '<f8' where whole numbers are wanted: convert it with .astype(\"int64\")"
            )
        );
        assert_eq!(
            file.f64("means").unwrap_err().to_string(),
            format!(
                "{path}: has no array means (it has cube, vector, empty): add it, as in numpy.savez(file, means=...)"
            )
        );
    }
}

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

#[test]
fn what_is_not_an_npz_file_is_refused() {
    assert!(matches!(NpzReader::open(Path::new("/no/such.npz")), Err(DataError::Read { .. })));
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(NpzReader::open(folder.path()), Err(DataError::Read { .. })));
    for bytes in [&b""[..], b"\x93NUMPY\x01\x00 an npy file alone", &[0; 1000]] {
        let message = reader(bytes).unwrap_err().to_string();
        assert!(message.starts_with("a.npz: is not an npz archive ("), "{message}");
        assert!(message.ends_with("): make it with numpy.savez"), "{message}");
    }
    let whole = written();
    for len in 0..whole.len() {
        assert!(reader(&whole[..len]).is_err(), "cut at {len}");
    }
}

#[test]
fn two_arrays_of_one_name_are_refused() {
    let mut bytes = written();
    // Rename b.npy in both of its headers.
    let places: Vec<_> = (0..bytes.len() - 5).filter(|&i| &bytes[i..i + 5] == b"b.npy").collect();
    assert_eq!(places.len(), 2);
    places.into_iter().for_each(|place| bytes[place] = b'a');
    assert!(matches!(reader(&bytes), Err(DataError::Npz { fault: NpzFault::DuplicateNames, .. })));
}

#[test]
fn a_changed_element_is_found_by_the_checksum() {
    let mut bytes = written();
    let element = bytes.windows(8).position(|window| window == 6.5_f64.to_le_bytes()).unwrap();
    bytes[element] ^= 1;
    let message = reader(&bytes).unwrap().f64("a").unwrap_err().to_string();
    assert!(message.starts_with("a.npz: array a cannot be read (Invalid checksum"), "{message}");
}

#[test]
fn claims_beyond_what_is_there_are_refused_before_anything_is_allocated() {
    let header = |shape: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    assert_eq!(
        fault_of(&header("(1000000000000000000,)"), &[]),
        "a.npz: array a claims 1000000000000000000 elements, more than the 134217728 that are accepted: use fewer"
    );
    assert_eq!(
        fault_of(&header("(5, 784, 784)"), &[0; 80]),
        "a.npz: array a claims 24586240 bytes of elements, but holds 80: make the file again with numpy.savez"
    );
    assert_eq!(
        fault_of(&header("(9,)"), &[0; 80]),
        "a.npz: array a claims 72 bytes of elements, but holds 80: make the file again with numpy.savez"
    );
    for shape in [
        "(4294967296, 4294967296)",
        "(0, 18446744073709551615, 3)",
        "(99999999999999999999,)",
        "(-1,)",
        "(0x10,)",
    ] {
        let fault = fault_of(&header(shape), &[0; 80]);
        let inner = shape.trim_matches(['(', ')']);
        assert_eq!(
            fault,
            format!(
                "a.npz: array a has an unusable header (the shape ({inner})): save a plain array of numbers"
            )
        );
    }
}

#[test]
fn a_lie_about_the_size_of_an_entry_is_found() {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (100000000,), }";
    for compression in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let entry = npy(header, &[7; 1000]);
        let mut bytes = archive(&entry, compression);
        // The uncompressed size, in both headers of the zip archive.
        let (old, new) = (entry.len() as u32, 100_000_000 + npy(header, &[]).len() as u32);
        let places: Vec<_> = (0..bytes.len() - 4).filter(|&i| bytes[i..i + 4] == old.to_le_bytes()).collect();
        assert!(places.len() >= 2);
        places.into_iter().for_each(|place| bytes[place..place + 4].copy_from_slice(&new.to_le_bytes()));
        let message = reader(&bytes).and_then(|mut file| file.f64("a")).unwrap_err().to_string();
        assert!(message.contains("its size in the archive is impossible"), "{message}");
    }
}

#[test]
fn headers_that_are_not_of_a_plain_array_are_refused() {
    let deep = "(".repeat(9_000);
    for header in [
        "",
        "()",
        "{}",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': [1, 2]}",
        "{'descr': '<f8', 'fortran_order': 3, 'shape': (1,)}",
        "{'descr': '<f7', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': 8, 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '(9)', 'fortran_order': False, 'shape': 1}",
        "{'fortran_order': False, 'shape': (1,), 5: 'descr'}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,)}",
        &deep,
    ] {
        let message = fault_of(header, &[0; 8]);
        assert!(message.starts_with("a.npz: array a has an unusable header ("), "{message}");
        assert!(message.ends_with("): save a plain array of numbers"), "{message}");
    }
}

#[test]
fn an_entry_that_is_not_an_npy_file_is_refused() {
    let version_9 = [b"\x93NUMPY\x09\x00", &[2, 0, 0, 0][..], b"{}"].concat();
    let long = [b"\x93NUMPY\x02\x00", &u32::MAX.to_le_bytes()[..], b"{}"].concat();
    let cut = &npy("{'descr': '<f8'", &[])[..20];
    for (entry, fault) in [
        (&b"no"[..], "failed to fill whole buffer"),
        (b"not an npy file", "not an npy file"),
        (&long, "a header of 4294967295 bytes"),
        (cut, "unexpected end of file"),
        (&version_9, "not a plain array"),
    ] {
        let bytes = archive(entry, CompressionMethod::Stored);
        let message = reader(&bytes).unwrap().info("a").unwrap_err().to_string();
        assert!(message.contains(fault), "{message}");
    }
}

#[test]
fn a_byte_that_is_no_truth_value_is_refused() {
    let entry = npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", &[1, 2]);
    let bytes = archive(&entry, CompressionMethod::Stored);
    let message = reader(&bytes).unwrap().bool("a").unwrap_err().to_string();
    assert!(message.contains("invalid value for bool: 2"), "{message}");
}

#[test]
fn a_shape_that_does_not_serve_is_told() {
    let bytes = written();
    let fault = NpzFault::Shape { array: "a".into(), found: vec![6], expected: "(N, 784)".into() };
    assert_eq!(
        reader(&bytes).unwrap().fault(fault).to_string(),
        "a.npz: array a has shape (6,), but (N, 784) is wanted: reshape it"
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
        read_all(&archive(&bytes, CompressionMethod::Deflated));
        read_all(&archive(&[b"\x93NUMPY\x01\x00\x20\x00", &bytes[..]].concat(), CompressionMethod::Stored));
    }

    #[test]
    fn changed_bytes_never_panic(
        fixture in 0..7_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let names = ["stored", "deflated", "fortran", "big_endian", "scalars", "bool", "version2"];
        let mut bytes = std::fs::read(fixture_path(&format!("{}.npz", names[fixture]))).unwrap();
        for (position, value) in changes {
            let position = position.index(bytes.len());
            bytes[position] = value;
        }
        read_all(&bytes);
    }

    #[test]
    fn changed_headers_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 0..4),
        shape in prop::collection::vec(any::<u64>(), 0..4),
        elements in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let shape: Vec<_> = shape.iter().map(u64::to_string).collect();
        let header = format!("{{'descr': '<i4', 'fortran_order': True, 'shape': ({}), }}\n", shape.join(","));
        let mut header: Vec<char> = header.chars().collect();
        for (position, value) in changes {
            let position = position.index(header.len());
            header[position] = value;
        }
        let entry = npy(&header.into_iter().collect::<String>(), &elements);
        read_all(&archive(&entry, CompressionMethod::Stored));
    }

    #[test]
    fn doubles_survive_bit_by_bit(bits in prop::collection::vec(any::<u64>(), 0..50)) {
        let values: Vec<f64> = bits.iter().copied().map(f64::from_bits).collect();
        let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
        npz.array("x", &[values.len()], &values).unwrap();
        let bytes = npz.finish().unwrap().into_inner();
        let read = reader(&bytes).unwrap().f64("x").unwrap();
        prop_assert_eq!(read.values.into_iter().map(f64::to_bits).collect::<Vec<_>>(), bits);
    }
}

/// Reads everything that a file holds, in every way; errors are fine.
fn read_all(bytes: &[u8]) {
    let Ok(mut file) = reader(bytes) else { return };
    for name in file.names() {
        let info = file.info(&name);
        if let Ok(array) = file.f64(&name) {
            assert_eq!(array.shape, info.unwrap().shape);
            assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
            array.into_columns(784);
        }
        let _ = (file.finite_f64(&name), file.i64(&name), file.bool(&name));
    }
}
