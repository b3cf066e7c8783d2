//! What is not a file of plain arrays is refused, by name, before memory is taken for it.

use super::*;

#[test]
fn what_is_not_an_npz_file_is_refused() {
    assert!(matches!(NpzReader::open(Path::new("/no/such.npz")), Err(DataError::Read { .. })));
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(NpzReader::open(folder.path()), Err(DataError::Read { .. })));
    // An npy file is an archive of one array.
    let alone =
        reader(b"\x93NUMPY\x01\x00 an npy file alone").unwrap().info("images").unwrap_err().to_string();
    assert!(alone.starts_with("a.npz: array images cannot be read"), "{alone}");
    for bytes in [&b""[..], &[0; 1000]] {
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
        "a.npz: array a claims 8000000000000000000 bytes of elements, but holds 0: make the file again with numpy.savez"
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
        "{'descr': '<f8', 'fortran_order': False, 'shape': [18446744073709551615, 18446744073709551615]}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': {1, 2}}",
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
