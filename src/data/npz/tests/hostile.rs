//! Bytes at random, and changed at random, never panic; every double survives.

use proptest::prelude::*;

use super::*;

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
