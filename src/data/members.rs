//! A gzip file whose members say how long they are, so that all of them are unpacked at once.
//!
//! A member's header has one extra field, "GS": its length in bytes, little-endian. To other programs the file is gzip as any
//! (RFC 1952, section 2.3.1.1); `examples/embed.rs` writes such files.

use std::io::{self, ErrorKind, Read};

use flate2::read::GzDecoder;
use rayon::prelude::*;

/// What a member begins with: gzip, deflated, with an extra field and nothing else.
const START: [u8; 4] = [0x1f, 0x8b, 8, 4];

/// Length of the extra field, its name, and the length of what it holds.
const EXTRA: [u8; 6] = [8, 0, b'G', b'S', 4, 0];

/// Unpacks all members, on all threads.
///
/// # Errors
/// [`InvalidData`](ErrorKind::InvalidData) for a member that does not say its length; of one that does not decode, or whose checksum differs.
pub(super) fn unpack(file: &[u8]) -> io::Result<Vec<u8>> {
    let fault = |why| io::Error::new(ErrorKind::InvalidData, why);
    let members = members(file).ok_or_else(|| fault("a member does not say its length"))?;
    let mut contents = vec![0; members.iter().map(|member| unpacked_len(member)).sum()];
    let (mut rest, mut targets) = (&mut contents[..], Vec::with_capacity(members.len()));
    for member in members {
        let (target, others) = rest.split_at_mut(unpacked_len(member));
        targets.push((member, target));
        rest = others;
    }
    targets.into_par_iter().with_max_len(1).try_for_each(|(member, target)| {
        let mut decoder = GzDecoder::new(member);
        decoder.read_exact(target)?;
        // Reading on to the end compares the checksum.
        match decoder.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(fault("a member is longer than it says")),
        }
    })?;
    Ok(contents)
}

/// The members, one after the other.
fn members(mut file: &[u8]) -> Option<Vec<&[u8]>> {
    let mut members = Vec::new();
    while !file.is_empty() {
        let is_ours = file.starts_with(&START) && file.get(10..16)? == EXTRA;
        let length = u32::from_le_bytes(file.get(16..20)?.try_into().ok()?) as usize;
        let (member, rest) = file.split_at_checked(length).filter(|_| is_ours && length >= 28)?;
        members.push(member);
        file = rest;
    }
    Some(members)
}

/// How long the contents of a member are: its last four bytes, little-endian.
fn unpacked_len(member: &[u8]) -> usize {
    member.last_chunk().map_or(0, |length| u32::from_le_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    fn member(contents: &[u8]) -> Vec<u8> {
        let extra = [&EXTRA[2..], &[0; 4]].concat();
        let mut gzip = GzBuilder::new().extra(extra).write(Vec::new(), Compression::best());
        gzip.write_all(contents).unwrap();
        let mut member = gzip.finish().unwrap();
        let length = (member.len() as u32).to_le_bytes();
        member[16..20].copy_from_slice(&length);
        member
    }

    #[test]
    fn members_follow_one_another_as_gunzip_has_them() {
        let parts = [&b"first"[..], b"", &[7; 5000]];
        let file: Vec<u8> = parts.iter().flat_map(|part| member(part)).collect();
        assert_eq!(unpack(&file).unwrap(), parts.concat());
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(&file[..]).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, parts.concat());
    }

    #[test]
    fn other_gzip_files_and_corrupt_members_are_refused() {
        let mut other = GzBuilder::new().write(Vec::new(), Compression::fast());
        other.write_all(b"other").unwrap();
        let why = |file: &[u8]| unpack(file).unwrap_err().to_string();
        assert_eq!(why(&other.finish().unwrap()), "a member does not say its length");
        let whole = member(&[7; 500]);
        assert_eq!(why(&whole[..whole.len() - 1]), "a member does not say its length");
        let mut corrupt = whole.clone();
        let checksum = corrupt.len() - 8;
        corrupt[checksum] ^= 1;
        assert!(why(&corrupt).contains("corrupt"), "{}", why(&corrupt));
    }
}
