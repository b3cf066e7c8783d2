//! The bytes of a terminal to events.
//!
//! A sequence may arrive in pieces, cut anywhere by the network. What is not whole is held back; only a lone ESC, which is
//! also a key, is held for a moment only.

use std::time::Duration;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::sequence::{Parsed, parsed};

/// How long the rest of a sequence may take after its ESC, before that is the key Esc.
const ESCAPE: Duration = Duration::from_millis(100);
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
                Parsed::Nothing(length) => drop(self.bytes.drain(..length)),
                Parsed::More => break,
            }
        }
        events
    }

    /// How long to wait for the rest of what is held back; none when nothing is.
    pub fn patience(&self) -> Option<Duration> {
        match (&self.pasted, self.bytes.as_slice()) {
            (None, []) => None,
            (None, [b'\x1b']) => Some(ESCAPE),
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
            [b'\x1b', b @ (b'[' | b'O')] => {
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
    matches!(bytes.first(), Some(b'[' | b'O'))
        && (whole.starts_with(PASTE_BEGINS) || matches!(parsed(&whole), Parsed::Event(..)))
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
                assert_eq!(decoder.patience().is_some(), cut > 0, "{text:?} at {cut}");
                events.extend(decoder.take(&bytes[cut..]));
                assert_eq!(events, std::slice::from_ref(&event), "{text:?} at {cut}");
                assert_eq!(decoder.patience(), None);
            }
        }
    }

    #[test]
    fn escape_is_a_key_when_nothing_follows() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.take(b"\x1b"), []);
        assert_eq!(decoder.patience(), Some(ESCAPE));
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
