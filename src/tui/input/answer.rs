//! Answers of the terminal, at the beginning of some bytes: strings after ESC ] and ESC _, and two control sequences.

use crate::tui::state::answers::Reply;

/// What bytes begin with.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// An answer, if it says anything, and its number of bytes.
    Answer(Option<Reply>, usize),
    /// Part of an answer.
    More,
    /// Something else.
    Other,
    /// An answer was begun, but so many bytes of it are followed by what is none: keys.
    Broken(usize),
}

/// What an answer to a question about the background begins with, and to one about kitty's graphics.
const BACKGROUND: &[u8] = b"\x1b]11;rgb";
const KITTY: &[u8] = b"\x1b_Gi=31;";
/// No answer is longer.
const LONGEST: usize = 128;

/// What `bytes` begin with. A lone ESC ] or ESC _ may be the beginning.
pub fn found(bytes: &[u8]) -> Found {
    let [b'\x1b', kind @ (b']' | b'_'), ..] = bytes else { return Found::Other };
    let (head, is_body): (&[u8], fn(u8) -> bool) = match kind {
        b']' => (BACKGROUND, |byte| byte.is_ascii_hexdigit() || b"a:/".contains(&byte)),
        _ => (KITTY, |byte| (0x20..0x7f).contains(&byte)),
    };
    let common = bytes.iter().zip(head).take_while(|(byte, expected)| byte == expected).count();
    if common < head.len() {
        return match common == bytes.len() {
            true => Found::More,
            // Two bytes may be keys: Esc and a bracket.
            false if common <= 2 => Found::Other,
            false => Found::Broken(common),
        };
    }
    let body = &bytes[head.len()..];
    let length = body.iter().position(|&byte| !is_body(byte));
    match length.map(|length| (length, &body[length..])) {
        None if bytes.len() < LONGEST => Found::More,
        None => Found::Broken(bytes.len()),
        Some((length, [b'\x07', ..])) => {
            Found::Answer(answer(*kind, &body[..length]), head.len() + length + 1)
        }
        Some((length, [b'\x1b', b'\\', ..])) => {
            Found::Answer(answer(*kind, &body[..length]), head.len() + length + 2)
        }
        Some((_, [b'\x1b'])) => Found::More,
        Some((length, _)) => Found::Broken(head.len() + length),
    }
}

/// What the body of an answer says.
fn answer(kind: u8, body: &[u8]) -> Option<Reply> {
    let body = std::str::from_utf8(body).ok()?;
    if kind == b'_' {
        return (body == "OK").then_some(Reply::Kitty);
    }
    // ":rrrr/gggg/bbbb", or with an opacity "a:rrrr/...": of one to four digits each.
    let colors = body.strip_prefix('a').unwrap_or(body).strip_prefix(':')?;
    let mut parts = colors.split('/').map(|part| {
        let digits = (1..=4).contains(&part.len()).then_some(part)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let most = 16u32.checked_pow(u32::try_from(part.len()).ok()?)? - 1;
        u8::try_from(value * 255 / most.max(1)).ok()
    });
    let [r, g, b] = [parts.next()??, parts.next()??, parts.next()??];
    Some(Reply::Background([r, g, b]))
}

/// The answer in a control sequence: its parameters, without the `?` of some, and its last byte.
pub fn of_control(private: bool, numbers: &[u16], last: u8) -> Option<Reply> {
    match (private, numbers, last) {
        // 4 stands for sixels.
        (true, [_, rest @ ..], b'c') => Some(Reply::Attributes { sixel: rest.contains(&4) }),
        (false, [6, height, width], b't') => Some(Reply::Cell { width: *width, height: *height }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_terminals() {
        for (bytes, answer) in [
            // xterm, with ST and with BEL; rxvt with an opacity; two digits.
            ("\x1b]11;rgb:ffff/ffff/dddd\x1b\\", Some(Reply::Background([255, 255, 221]))),
            ("\x1b]11;rgb:0000/2b2b/3636\x07", Some(Reply::Background([0, 43, 54]))),
            ("\x1b]11;rgba:0000/0000/0000/cccc\x07", Some(Reply::Background([0, 0, 0]))),
            ("\x1b]11;rgb:1e/1e/2e\x1b\\", Some(Reply::Background([30, 30, 46]))),
            ("\x1b_Gi=31;OK\x1b\\", Some(Reply::Kitty)),
            ("\x1b_Gi=31;ENOTSUP:no\x1b\\", None),
            ("\x1b]11;rgb:\x07", None),
            ("\x1b]11;rgb:12345/1/1\x07", None),
        ] {
            assert_eq!(found(bytes.as_bytes()), Found::Answer(answer, bytes.len()), "{bytes:?}");
            for cut in 2..bytes.len() {
                assert_eq!(found(&bytes.as_bytes()[..cut]), Found::More, "{bytes:?} at {cut}");
            }
        }
    }

    #[test]
    fn keys_are_none() {
        assert_eq!(found(b"\x1b]x"), Found::Other);
        assert_eq!(found(b"\x1b[A"), Found::Other);
        assert_eq!(found(b"\x1b]11;rgb:12q"), Found::Broken(11));
        assert_eq!(found(b"\x1b]1x"), Found::Broken(3));
        let long = [KITTY, &[b'x'; 200]].concat();
        assert_eq!(found(&long), Found::Broken(long.len()));
    }
}
