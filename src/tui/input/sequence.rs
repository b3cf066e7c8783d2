//! One key or report of the mouse, at the beginning of some bytes (xterm's control sequences, and those of its like).

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::answer::{self, Found};
use crate::tui::state::answers::Reply;

/// What bytes begin with.
pub enum Parsed {
    /// An event, and its number of bytes.
    Event(Event, usize),
    /// An answer of the terminal, and its number of bytes.
    Answer(Reply, usize),
    /// So many bytes without meaning.
    Nothing(usize),
    /// Part of something.
    More,
}

/// No sequence is longer.
const LONGEST: usize = 64;

/// What `bytes` begin with; they are not empty.
pub fn parsed(bytes: &[u8]) -> Parsed {
    match bytes {
        [] | [b'\x1b'] => Parsed::More,
        // The key, before another sequence.
        [b'\x1b', b'\x1b', ..] => key(KeyCode::Esc, KeyModifiers::NONE, 1),
        [b'\x1b', b'[', rest @ ..] => control(rest),
        [b'\x1b', b'O'] => Parsed::More,
        [b'\x1b', b'O', last, ..] => match letter(*last) {
            Some(code) => key(code, KeyModifiers::NONE, 3),
            None => Parsed::Nothing(3),
        },
        [b'\x1b', b']' | b'_', ..] if answer::found(bytes) != Found::Other => match answer::found(bytes) {
            Found::Answer(Some(answer), length) => Parsed::Answer(answer, length),
            Found::Answer(None, length) | Found::Broken(length) => Parsed::Nothing(length),
            Found::More | Found::Other => Parsed::More,
        },
        [b'\x1b', rest @ ..] => match parsed(rest) {
            Parsed::Event(Event::Key(event), length) => {
                key(event.code, event.modifiers | KeyModifiers::ALT, length + 1)
            }
            Parsed::Event(event, length) => Parsed::Event(event, length + 1),
            Parsed::Answer(answer, length) => Parsed::Answer(answer, length + 1),
            Parsed::Nothing(length) => Parsed::Nothing(length + 1),
            Parsed::More => Parsed::More,
        },
        [b'\r', ..] => key(KeyCode::Enter, KeyModifiers::NONE, 1),
        [b'\t', ..] => key(KeyCode::Tab, KeyModifiers::NONE, 1),
        [b'\x7f', ..] => key(KeyCode::Backspace, KeyModifiers::NONE, 1),
        [0, ..] => key(KeyCode::Char(' '), KeyModifiers::CONTROL, 1),
        [c @ 1..=0x1a, ..] => key(KeyCode::Char(char::from(c - 1 + b'a')), KeyModifiers::CONTROL, 1),
        [c @ 0x1c..=0x1f, ..] => key(KeyCode::Char(char::from(c - 0x1c + b'4')), KeyModifiers::CONTROL, 1),
        _ => character(bytes),
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers, length: usize) -> Parsed {
    Parsed::Event(Event::Key(KeyEvent::new(code, modifiers)), length)
}

/// A character of UTF-8.
fn character(bytes: &[u8]) -> Parsed {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 1,
    };
    let part = &bytes[..length.min(bytes.len())];
    match std::str::from_utf8(part) {
        Ok(text) => match text.chars().next() {
            Some(c) if c.is_uppercase() => key(KeyCode::Char(c), KeyModifiers::SHIFT, length),
            Some(c) => key(KeyCode::Char(c), KeyModifiers::NONE, length),
            None => Parsed::Nothing(1),
        },
        Err(error) if error.error_len().is_none() && part.len() < length => Parsed::More,
        Err(_) => Parsed::Nothing(1),
    }
}

/// A control sequence, after its ESC [.
fn control(bytes: &[u8]) -> Parsed {
    match bytes {
        // The Linux console's function keys.
        [b'[', last @ b'A'..=b'E', ..] => return key(KeyCode::F(last - b'A' + 1), KeyModifiers::NONE, 4),
        [b'['] => return Parsed::More,
        // A mouse of a terminal without the form of 1006.
        [b'M', button, x, y, ..] => {
            let at = |byte: &u8| u16::from(byte.saturating_sub(32));
            let button = u16::from(button.saturating_sub(32));
            return mouse(button, at(x), at(y), button & 3 == 3 && button < 32, 6);
        }
        [b'M', ..] => return Parsed::More,
        _ => {}
    }
    let Some(end) = bytes.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return if bytes.len() < LONGEST { Parsed::More } else { Parsed::Nothing(bytes.len() + 2) };
    };
    let (parameters, last, length) = (&bytes[..end], bytes[end], end + 3);
    if !(0x40..=0x7e).contains(&last) {
        // No part of a sequence: what came before it is none.
        return Parsed::Nothing(end + 2);
    }
    let (private, own) = match parameters {
        [b'?', rest @ ..] => (true, rest),
        all => (false, all),
    };
    if let Some(answer) = answer::of_control(private, &numbers(own), last) {
        return Parsed::Answer(answer, length);
    }
    let event = match parameters.split_first() {
        Some((b'<', rest)) => match numbers(rest).as_slice() {
            [button, x, y] if matches!(last, b'M' | b'm') => {
                return mouse(*button, *x, *y, last == b'm', length);
            }
            _ => None,
        },
        _ => function(&numbers(parameters), last),
    };
    match event {
        Some((code, modifiers)) => key(code, modifiers, length),
        None => Parsed::Nothing(length),
    }
}

/// Numbers between semicolons; none where one of them is no number.
fn numbers(bytes: &[u8]) -> Vec<u16> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let numbers: Option<Vec<u16>> = text.split(';').map(|part| part.parse().ok()).collect();
    numbers.unwrap_or_default()
}

/// The key of a control sequence.
fn function(numbers: &[u16], last: u8) -> Option<(KeyCode, KeyModifiers)> {
    let modifiers = modifiers(numbers.get(1).copied().unwrap_or(1).saturating_sub(1));
    let first = numbers.first().copied();
    let code = match (last, first) {
        (b'Z', _) => return Some((KeyCode::BackTab, modifiers | KeyModifiers::SHIFT)),
        (b'~', Some(number)) => match number {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            11..=15 => KeyCode::F(number as u8 - 10),
            17..=21 => KeyCode::F(number as u8 - 11),
            23..=24 => KeyCode::F(number as u8 - 12),
            _ => return None,
        },
        (b'u', Some(number)) => match number {
            9 => KeyCode::Tab,
            13 => KeyCode::Enter,
            27 => KeyCode::Esc,
            127 => KeyCode::Backspace,
            _ => KeyCode::Char(char::from_u32(number.into()).filter(|c| !c.is_control())?),
        },
        (b'A'..=b'S', _) => letter(last)?,
        _ => return None,
    };
    Some((code, modifiers))
}

/// The key of a final letter.
fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

fn modifiers(bits: u16) -> KeyModifiers {
    let all = [KeyModifiers::SHIFT, KeyModifiers::ALT, KeyModifiers::CONTROL];
    let set = all.into_iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
    set.fold(KeyModifiers::NONE, |sum, (_, modifier)| sum | modifier)
}

/// A report of the mouse; columns and rows are counted from 1 in it.
fn mouse(button: u16, x: u16, y: u16, released: bool, length: usize) -> Parsed {
    let which = match button & 3 {
        0 | 3 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (button & 0xc0, button & 3, button & 32 != 0) {
        (64, 0, _) => MouseEventKind::ScrollUp,
        (64, 1, _) => MouseEventKind::ScrollDown,
        (64, 2, _) => MouseEventKind::ScrollLeft,
        (64, _, _) => MouseEventKind::ScrollRight,
        (128.., _, _) => return Parsed::Nothing(length),
        _ if released => MouseEventKind::Up(which),
        (_, 3, _) => MouseEventKind::Moved,
        (_, _, true) => MouseEventKind::Drag(which),
        _ => MouseEventKind::Down(which),
    };
    let (Some(column), Some(row)) = (x.checked_sub(1), y.checked_sub(1)) else {
        return Parsed::Nothing(length);
    };
    let modifiers = modifiers(button >> 2 & 7);
    Parsed::Event(Event::Mouse(MouseEvent { kind, column, row, modifiers }), length)
}
