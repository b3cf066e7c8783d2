//! Makes the embedded data set: all images of the labels 0, 1 and 8 of Fashion-MNIST, in their original order.
//!
//! ```text
//! cargo run --release --example embed -- /usr/share/datasets/fashion-mnist data
//! ```
//!
//! reads the four original IDX files in the first folder and writes four gzipped IDX files of the same names to the
//! second. Images are gzipped in members of a thousand, each of which says its length (`data/members.rs`), so that they are unpacked at
//! once. Equal input gives byte-equal output: the gzip headers carry no time and no name. `data/README.md` and a
//! test hold the checksums.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::{Compression, GzBuilder};
use gmmscope::data::{Dataset, Source, idx};

const LABELS: [u8; 3] = [0, 1, 8];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [originals, output] = arguments.as_slice() else {
        return Err("usage: embed ORIGINALS OUTPUT (two folders)".into());
    };
    let dataset = Dataset::load(&Source::Path(originals.clone()), &LABELS)?;
    for (part, images) in [("train", &dataset.train), ("t10k", &dataset.test)] {
        let pixels = idx::encode_images(images.shape(), images.all_pixels());
        let of_thousand = 1000 * images.dim();
        write(output, &format!("{part}-images-idx3-ubyte.gz"), &pixels, of_thousand)?;
        write(
            output,
            &format!("{part}-labels-idx1-ubyte.gz"),
            &idx::encode_labels(images.labels()),
            of_thousand,
        )?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, contents: &[u8], member: usize) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    for part in contents.chunks(member) {
        let start = bytes.len();
        // The extra field "GS", of four bytes: the length of the member, which is known when it is written.
        let extra = [b'G', b'S', 4, 0, 0, 0, 0, 0];
        let mut gzip = GzBuilder::new().mtime(0).extra(extra).write(bytes, Compression::best());
        gzip.write_all(part)?;
        bytes = gzip.finish()?;
        let length = u32::try_from(bytes.len() - start)?;
        bytes[start + 16..start + 20].copy_from_slice(&length.to_le_bytes());
    }
    fs::write(folder.join(name), &bytes)?;
    println!("{name}: {} bytes, from {}", bytes.len(), contents.len());
    Ok(())
}
