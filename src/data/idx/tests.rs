use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const SHAPE: ImageShape = ImageShape::new(28, 28);

/// The file of these pixels, 28 x 28 an image.
fn images_file(pixels: &[u8]) -> Vec<u8> {
    encode_images(SHAPE, pixels)
}

fn two_images() -> Vec<u8> {
    (0..2 * 784).map(|i| (i % 251) as u8).collect()
}

/// A header of images with these numbers.
fn image_header(magic: u32, count: u32, rows: u32, columns: u32) -> Vec<u8> {
    [magic, count, rows, columns].into_iter().flat_map(u32::to_be_bytes).collect()
}

/// The message for a file of images.
fn images_message(bytes: &[u8]) -> String {
    read_images(bytes).unwrap_err().to_string()
}

/// The message for a file of labels.
fn labels_message(bytes: &[u8]) -> String {
    read_labels(bytes).unwrap_err().to_string()
}

#[test]
fn the_format_is_that_of_the_originals() {
    assert_eq!(encode_labels(&[9, 0])[..], [0, 0, 8, 1, 0, 0, 0, 2, 9, 0]);
    let file = images_file(&two_images());
    assert_eq!(file[..16], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]);
    assert_eq!(file.len(), 16 + 2 * 784);
    assert_eq!(
        encode_images(ImageShape::new(2, 3), &[7; 7])[4..],
        [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 7, 7, 7, 7, 7, 7]
    );
}

#[test]
fn plain_and_gzipped_files_are_read() {
    let (images, labels) = (images_file(&two_images()), encode_labels(&[9, 0]));
    for (images, labels) in [(images.clone(), labels.clone()), (gzip(&images), gzip(&labels))] {
        assert_eq!(read_images(&images[..]).unwrap(), (SHAPE, two_images()));
        assert_eq!(read_labels(&labels[..]).unwrap(), [9, 0]);
    }
    assert_eq!(read_images(&images_file(&[])[..]).unwrap(), (SHAPE, Vec::new()));
}

#[test]
fn gzip_in_several_members_is_read() {
    let file = images_file(&two_images());
    let members = [gzip(&file[..100]), gzip(&file[100..])].concat();
    assert_eq!(read_images(&members[..]).unwrap(), (SHAPE, two_images()));
}

#[test]
fn a_source_that_gives_one_byte_at_a_time_is_read() {
    struct Slow<'a>(&'a [u8]);
    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = buffer.len().min(1);
            self.0.read(&mut buffer[..len])
        }
    }
    let file = encode_labels(&[1, 2, 3]);
    assert_eq!(read_labels(Slow(&file)).unwrap(), [1, 2, 3]);
    assert_eq!(read_labels(Slow(&gzip(&file))).unwrap(), [1, 2, 3]);
}

#[test]
fn another_kind_of_file_is_refused() {
    assert_eq!(
        images_message(b"PK\x03\x04 and so on"),
        "its magic number is 0x504b0304 where images have 0x00000803: use IDX files of bytes, as those of MNIST"
    );
    assert_eq!(
        images_message(&encode_labels(&[0; 20])),
        "its magic number is 0x00000801 where images have 0x00000803: this is a file of labels, where images belong"
    );
    assert_eq!(
        labels_message(&gzip(&images_file(&two_images()))),
        "its magic number is 0x00000803 where labels have 0x00000801: this is a file of images, where labels belong"
    );
    // Floats, four dimensions.
    assert!(matches!(read_images(&[0, 0, 0x0d, 3][..]), Err(IdxFault::Magic { found: 0x0d03, .. })));
    assert!(matches!(read_images(&[0, 0, 8, 4][..]), Err(IdxFault::Magic { found: 0x0804, .. })));
}

#[test]
fn images_of_any_shape_are_read_and_those_without_pixels_refused() {
    for (rows, columns) in [(20, 30), (1, 64), (64, 1)] {
        let shape = ImageShape::new(rows as usize, columns as usize);
        let pixels: Vec<u8> = (0..3 * shape.len()).map(|i| i as u8).collect();
        let file = [image_header(IMAGES, 3, rows, columns), pixels.clone()].concat();
        assert_eq!(encode_images(shape, &pixels), file);
        assert_eq!(read_images(&file[..]).unwrap(), (shape, pixels));
    }
    let message = "its images are 0 x 24: use images of at least 1 x 1 pixel";
    assert_eq!(images_message(&image_header(IMAGES, 1, 0, 24)), message);
    assert!(matches!(read_images(&image_header(IMAGES, 0, 24, 0)[..]), Err(IdxFault::Empty { .. })));
}

#[test]
fn a_claim_of_too_many_pixels_is_refused_before_anything_is_allocated() {
    let expected = "claims 100000 images of 4294967295 x 4294967295, more than the 1073741824 pixels that are accepted: use \
                    fewer or smaller images";
    assert_eq!(images_message(&image_header(IMAGES, 100_000, u32::MAX, u32::MAX)), expected);
    assert!(matches!(
        read_images(&image_header(IMAGES, 2, 1 << 15, 1 << 15)[..]),
        Err(IdxFault::TooLarge { .. })
    ));
    // As many as are accepted, of which none is there.
    let cut = read_images(&image_header(IMAGES, 1, 1 << 15, 1 << 15)[..]);
    assert!(matches!(cut, Err(IdxFault::Truncated { found: 16, .. })));
}

#[test]
fn a_claim_of_too_many_is_refused_before_anything_is_allocated() {
    let expected = "claims 4294967295 images, more than the 10000000 that are accepted: use fewer";
    assert_eq!(images_message(&image_header(IMAGES, u32::MAX, 28, 28)), expected);
    let labels = [LABELS.to_be_bytes(), 10_000_001_u32.to_be_bytes()].concat();
    assert!(matches!(read_labels(&labels[..]), Err(IdxFault::TooMany { count: 10_000_001, .. })));
}

#[test]
fn a_truncated_file_is_refused_wherever_it_is_cut() {
    let file = images_file(&two_images());
    for len in [0, 1, 3, 4, 7, 8, 15] {
        let found = IdxFault::Truncated { expected: 16, found: len }.to_string();
        assert_eq!(images_message(&file[..len]), found);
    }
    for len in [16, 17, file.len() - 1] {
        assert_eq!(
            images_message(&file[..len]),
            format!("is truncated: {len} bytes of 1584: copy the file again")
        );
    }
    assert_eq!(
        labels_message(&encode_labels(&[1, 2])[..9]),
        "is truncated: 9 bytes of 10: copy the file again"
    );
    assert!(matches!(read_labels(&[][..]), Err(IdxFault::Truncated { expected: 8, found: 0 })));
}

#[test]
fn a_gzip_file_is_refused_wherever_it_is_cut() {
    let file = gzip(&encode_labels(&[1, 2, 3, 4]));
    for len in 2..file.len() {
        assert!(
            matches!(read_labels(&file[..len]), Err(IdxFault::Gzip(_) | IdxFault::Truncated { .. })),
            "cut at {len}"
        );
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let file = encode_labels(&[1, 2]);
    let message = "goes on after the 10 bytes that its header calls for: copy the file again";
    assert_eq!(labels_message(&[&file[..], &[0]].concat()), message);
    assert_eq!(labels_message(&gzip(&[&file[..], &[0]].concat())), message);
    // After the gzip stream itself.
    assert!(matches!(read_labels(&[&gzip(&file)[..], b"junk"].concat()[..]), Err(IdxFault::Gzip(_))));
}

#[test]
fn a_corrupt_gzip_file_is_refused() {
    let mut file = gzip(&images_file(&two_images()));
    let checksum = file.len() - 8;
    file[checksum] ^= 1;
    let message = images_message(&file);
    assert!(message.starts_with("its gzip stream is corrupt ("), "{message}");
    assert!(message.ends_with("): copy the file again"), "{message}");
}

#[test]
fn labels_are_bytes() {
    assert_eq!(read_labels(&encode_labels(&[0, 61, 255])[..]).unwrap(), [0, 61, 255]);
}

#[test]
fn a_source_that_never_ends_is_left_after_one_byte_too_many() {
    let endless = io::Cursor::new(images_file(&two_images())).chain(io::repeat(0));
    assert!(matches!(read_images(endless), Err(IdxFault::Trailing { expected: 1584 })));
}

#[test]
fn a_gzip_bomb_is_left_after_one_byte_too_many() {
    // 64 MB of zeros in 64 kB; the reader must take no more than the 3 MB of 4,000 images and a buffer.
    let bomb = [gzip(&image_header(IMAGES, 4000, 28, 28)), gzip(&vec![0; 1 << 20]).repeat(64)].concat();
    let mut left = &bomb[..];
    assert!(matches!(read_images(&mut left), Err(IdxFault::Trailing { .. })));
    assert!(left.len() > bomb.len() / 3, "{} of {}", left.len(), bomb.len());
}

#[test]
fn a_failing_source_is_told_from_a_bad_file() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from(ErrorKind::PermissionDenied))
        }
    }
    assert!(matches!(read_images(Failing), Err(IdxFault::Io(_))));
    let start = io::Cursor::new(image_header(IMAGES, 1, 28, 28));
    assert!(matches!(read_images(start.chain(Failing)), Err(IdxFault::Io(_))));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), prefix in 0..4_usize) {
        let prefixes: [&[u8]; 4] = [b"", &[0, 0, 8, 3], &[0, 0, 8, 1], &[0x1f, 0x8b, 8, 0]];
        let file = [prefixes[prefix], &bytes].concat();
        let _ = read_images(&file[..]);
        let _ = read_labels(&file[..]);
        let zipped = gzip(&file);
        let _ = read_images(&zipped[..]);
    }

    #[test]
    fn a_changed_byte_gives_the_same_number_of_labels_or_an_error(
        labels in prop::collection::vec(0..10_u8, 0..50),
        position in any::<prop::sample::Index>(),
        value in any::<u8>(),
        zipped in any::<bool>(),
    ) {
        let mut file = encode_labels(&labels);
        if zipped {
            file = gzip(&file);
        }
        let position = position.index(file.len());
        file[position] = value;
        if let Ok(read) = read_labels(&file[..]) {
            prop_assert_eq!(read.len(), labels.len());
        }
    }

    #[test]
    fn what_is_written_is_read(labels in prop::collection::vec(0..10_u8, 0..300), pixels in any::<[u8; 32]>()) {
        prop_assert_eq!(read_labels(&encode_labels(&labels)[..]).unwrap(), labels);
        let pixels = pixels.repeat(49);
        prop_assert_eq!(read_images(&gzip(&images_file(&pixels))[..]).unwrap(), (SHAPE, pixels));
    }
}
