//! The bytes of a terminal to events.
//!
//! A sequence may arrive in pieces, cut anywhere by the network. What is not whole is held back; only a lone ESC, which is
//! also a key, is held for a moment only.

use std::time::Duration;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::sequence::{Parsed, parsed};
use crate::tui::state::answers::Reply;

/// How long the rest of a sequence may take after its ESC, before that is the key Esc.
const ESCAPE: Duration = Duration::from_millis(100);
/// The same while an answer of the terminal is awaited, and after the first two bytes of one.
const ANSWER: Duration = Duration::from_millis(400);
/// How long the rest of a sequence may take after more than ESC.
const REST: Duration = Duration::from_secs(10);
/// The most bytes of pasted text that are kept.
const PASTE: usize = 1 << 20;

const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// The bytes that are not yet an event.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// The text of a paste whose end has not come.
    pasted: Option<Vec<u8>>,
    /// Whether the last event was a lone ESC: what comes now may be the rest of its sequence.
    escaped: bool,
    /// What the terminal has answered.
    answers: Vec<Reply>,
}

impl Decoder {
    /// Takes bytes in; the events that they complete.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Event> {
        if std::mem::take(&mut self.escaped) && is_rest(bytes) {
            self.bytes.push(b'\x1b');
        }
        self.bytes.extend_from_slice(bytes);
        let mut events = Vec::new();
        while !self.bytes.is_empty() {
            if self.pasted.is_some() {
                match self.paste() {
                    Some(event) => events.push(event),
                    None => break,
                }
                continue;
            }
            if self.bytes.starts_with(PASTE_BEGINS) {
                self.bytes.drain(..PASTE_BEGINS.len());
                self.pasted = Some(Vec::new());
                continue;
            }
            match parsed(&self.bytes) {
                Parsed::Event(event, length) => {
                    events.push(event);
                    self.bytes.drain(..length);
                }
                Parsed::Answer(answer, length) => {
                    self.answers.push(answer);
                    self.bytes.drain(..length);
                }
                Parsed::Nothing(length) => drop(self.bytes.drain(..length)),
                Parsed::More => break,
            }
        }
        events
    }

    /// What the terminal has answered since the last call.
    pub fn answers(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.answers)
    }

    /// How long to wait for the rest of what is held back; none when nothing is. An Esc that may begin an answer, where one
    /// is `awaited`, is given longer to show that it does.
    pub fn patience(&self, awaited: bool) -> Option<Duration> {
        match (&self.pasted, self.bytes.as_slice()) {
            (None, []) => None,
            (None, [b'\x1b']) => Some(if awaited { ANSWER } else { ESCAPE }),
            (None, [b'\x1b', b']' | b'_']) => Some(ANSWER),
            _ => Some(REST),
        }
    }

    /// The rest has not come: the event of what is held back, if it has one.
    pub fn give_up(&mut self) -> Option<Event> {
        let bytes = std::mem::take(&mut self.bytes);
        if let Some(mut text) = self.pasted.take() {
            text.extend_from_slice(&bytes);
            return Some(paste(&text));
        }
        match bytes.as_slice() {
            [b'\x1b'] => {
                self.escaped = true;
                Some(Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)))
            }
            [b'\x1b', b @ (b'[' | b'O' | b']' | b'_')] => {
                Some(Event::Key(KeyEvent::new(KeyCode::Char(char::from(*b)), KeyModifiers::ALT)))
            }
            _ => None,
        }
    }

    /// The paste, when its end has come.
    fn paste(&mut self) -> Option<Event> {
        let end = self.bytes.windows(PASTE_ENDS.len()).position(|part| part == PASTE_ENDS);
        // Its last bytes may be the beginning of the end.
        let text = end.unwrap_or_else(|| self.bytes.len().saturating_sub(PASTE_ENDS.len() - 1));
        let pasted = self.pasted.get_or_insert_default();
        let room = PASTE.saturating_sub(pasted.len());
        pasted.extend(self.bytes.drain(..text).take(room));
        end?;
        self.bytes.drain(..PASTE_ENDS.len());
        self.pasted.take().map(|text| paste(&text))
    }
}

fn paste(text: &[u8]) -> Event {
    Event::Paste(String::from_utf8_lossy(text).into_owned())
}

/// Whether `bytes`, which came in one piece, are the rest of a sequence after its ESC, and not typed.
fn is_rest(bytes: &[u8]) -> bool {
    let whole = [b"\x1b", bytes].concat();
    let found = parsed(&whole);
    match bytes {
        // Also of an answer of which more is to come.
        [b']' | b'_', _, ..] | [b'[', b'?', ..] => {
            matches!(found, Parsed::Answer(..) | Parsed::Nothing(_) | Parsed::More)
        }
        [b'[' | b'O', ..] => {
            whole.starts_with(PASTE_BEGINS) || matches!(found, Parsed::Event(..) | Parsed::Answer(..))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

    use super::*;

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn a_sequence_cut_anywhere_is_the_same_event() {
        let mouse =
            |kind, column, row| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
        let sequences = [
            ("\x1b[A", key(KeyCode::Up)),
            ("\x1bOB", key(KeyCode::Down)),
            ("\x1b[6~", key(KeyCode::PageDown)),
            ("\x1b[1;5C", Event::Key(KeyEvent::new(KeyCode::Right, KeyModifiers::CONTROL))),
            ("\x1b[[A", key(KeyCode::F(1))),
            ("\x1b[24~", key(KeyCode::F(12))),
            ("\x1b[<0;6;10M", mouse(MouseEventKind::Down(MouseButton::Left), 5, 9)),
            ("\x1b[<32;16;10M", mouse(MouseEventKind::Drag(MouseButton::Left), 15, 9)),
            ("\x1b[<2;6;10m", mouse(MouseEventKind::Up(MouseButton::Right), 5, 9)),
            ("\x1b[<65;6;10M", mouse(MouseEventKind::ScrollDown, 5, 9)),
            ("\x1b[M !!", mouse(MouseEventKind::Down(MouseButton::Left), 0, 0)),
            ("\x1b[200~quit\x1b[A\x1b[201~", Event::Paste("quit\x1b[A".into())),
            ("é", key(KeyCode::Char('é'))),
            ("界", key(KeyCode::Char('界'))),
        ];
        for (text, event) in sequences {
            let bytes = text.as_bytes();
            for cut in 0..bytes.len() {
                let mut decoder = Decoder::default();
                let mut events = decoder.take(&bytes[..cut]);
                assert_eq!(decoder.patience(false).is_some(), cut > 0, "{text:?} at {cut}");
                events.extend(decoder.take(&bytes[cut..]));
                assert_eq!(events, std::slice::from_ref(&event), "{text:?} at {cut}");
                assert_eq!(decoder.patience(false), None);
            }
        }
    }

    #[test]
    fn escape_is_a_key_when_nothing_follows() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.take(b"\x1b"), []);
        assert_eq!(decoder.patience(false), Some(ESCAPE));
        assert_eq!(decoder.give_up(), Some(key(KeyCode::Esc)));
        // A second ESC does not wait for a third.
        assert_eq!(decoder.take(b"\x1b\x1b"), [key(KeyCode::Esc)]);
        assert_eq!(decoder.give_up(), Some(key(KeyCode::Esc)));
        assert_eq!(decoder.take(b"q"), [key(KeyCode::Char('q'))]);
        let alt = Event::Key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::ALT));
        assert_eq!(decoder.take(b"\x1bw"), [alt]);
    }

    #[test]
    fn the_rest_of_a_sequence_may_come_after_its_escape_was_a_key() {
        let mut decoder = Decoder::default();
        decoder.take(b"\x1b");
        decoder.give_up();
        assert_eq!(decoder.take(b"[A"), [key(KeyCode::Up)]);
        decoder.take(b"\x1b");
        decoder.give_up();
        // Typed.
        assert_eq!(decoder.take(b"["), [key(KeyCode::Char('['))]);
        assert_eq!(decoder.take(b"A").len(), 1);
    }

    #[test]
    fn an_answer_is_never_taken_for_keys() {
        let all = "\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\\x1b_Gi=31;OK\x1b\\\x1b[6;20;10t\x1b[?62;4;22c";
        let said = [
            Reply::Background([0xfd, 0xf6, 0xe3]),
            Reply::Kitty,
            Reply::Cell { width: 10, height: 20 },
            Reply::Attributes { sixel: true },
        ];
        let q = key(KeyCode::Char('q'));
        for cut in 0..all.len() {
            // In two pieces, with a key after them.
            let mut decoder = Decoder::default();
            let mut events = decoder.take(&all.as_bytes()[..cut]);
            events.extend(decoder.take(&all.as_bytes()[cut..]));
            events.extend(decoder.take(b"q"));
            assert_eq!(
                (events.as_slice(), decoder.answers()),
                (std::slice::from_ref(&q), said.to_vec()),
                "{cut}"
            );
            // The second so late that the first was given up: an Esc at most, which is a key of its own.
            let mut decoder = Decoder::default();
            let mut events = decoder.take(&all.as_bytes()[..cut]);
            if decoder.patience(true).is_some_and(|patience| patience <= ANSWER) {
                events.extend(decoder.give_up());
            }
            if events.is_empty() || events == [key(KeyCode::Esc)] {
                events = decoder.take(&all.as_bytes()[cut..]);
                events.extend(decoder.take(b"q"));
                assert_eq!(events, std::slice::from_ref(&q), "late after {cut}");
            }
        }
        let mut decoder = Decoder::default();
        decoder.take(b"\x1b");
        assert_eq!((decoder.patience(true), decoder.patience(false)), (Some(ANSWER), Some(ESCAPE)));
    }

    #[test]
    fn keys_after_a_cut_answer_are_keys() {
        for begun in ["\x1b]11;rgb:ff", "\x1b]1", "\x1b_Gi=3"] {
            let mut decoder = Decoder::default();
            assert_eq!(decoder.take(begun.as_bytes()), []);
            assert_eq!(decoder.take(b"q"), [key(KeyCode::Char('q'))], "{begun:?}");
        }
        // Esc and a bracket that arrive together.
        let alt = Event::Key(KeyEvent::new(KeyCode::Char(']'), KeyModifiers::ALT));
        let mut decoder = Decoder::default();
        assert_eq!(decoder.take(b"\x1b]x"), [alt.clone(), key(KeyCode::Char('x'))]);
        decoder.take(b"\x1b]");
        assert_eq!(decoder.give_up(), Some(alt));
    }

    #[test]
    fn what_is_no_sequence_does_no_harm() {
        for text in
            ["\x1b[?1;2c", "\x1b[>0;1;2z", "\x1b[I", "\x1b[999999999999;1~", "\x1b[<1;0;0M", "\x1b[1;2"]
        {
            let mut decoder = Decoder::default();
            let mut events = decoder.take(text.as_bytes());
            events.extend(decoder.take(b"\x1b[A"));
            assert_eq!(events.last(), Some(&key(KeyCode::Up)), "{text:?}");
            assert!(events.len() <= 2, "{events:?}");
        }
        let mut decoder = Decoder::default();
        let q = key(KeyCode::Char('q'));
        assert_eq!(decoder.take(b"\xff\xc3q"), std::slice::from_ref(&q));
        let long = [b"\x1b[".as_slice(), &[b'1'; 5000], b"~q"].concat();
        assert_eq!(decoder.take(&long), [q]);
    }
}
