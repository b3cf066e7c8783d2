//! One key: how it is recognised, shown, and written in a configuration file.

use std::str::FromStr;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key, with or without Ctrl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub(super) code: KeyCode,
    pub(super) ctrl: bool,
}

/// A key without Ctrl.
pub const fn key(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}

/// A character.
pub const fn plain(c: char) -> Key {
    key(KeyCode::Char(c))
}

pub(super) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: true }
}

/// The keys that have names, as a configuration file writes them.
const NAMED: [(&str, KeyCode); 16] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("page-up", KeyCode::PageUp),
    ("page-down", KeyCode::PageDown),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
];

impl Key {
    /// Whether `event` is this key. Shift is part of the character, and is ignored beside it.
    pub fn matches(self, event: &KeyEvent) -> bool {
        self.code == event.code
            && self.ctrl == event.modifiers.contains(KeyModifiers::CONTROL)
            && !event.modifiers.contains(KeyModifiers::ALT)
    }

    /// Whether it is a character of text.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl
    }

    /// How the key is shown: "q", "Ctrl-C", "←", "Space".
    pub fn label(self) -> String {
        match self.code {
            KeyCode::Char(' ') => "Space".into(),
            KeyCode::Char(c) if self.ctrl => format!("Ctrl-{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => c.into(),
            KeyCode::Left => "←".into(),
            KeyCode::Right => "→".into(),
            KeyCode::Up => "↑".into(),
            KeyCode::Down => "↓".into(),
            KeyCode::PageUp => "PgUp".into(),
            KeyCode::PageDown => "PgDn".into(),
            KeyCode::BackTab => "Shift-Tab".into(),
            KeyCode::F(n) => format!("F{n}"),
            other => format!("{other:?}"),
        }
    }

    /// How the key is written in a configuration file: "q", "ctrl-c", "left", "space"; [`Key::from_str`] reads it.
    pub fn name(self) -> String {
        let named = NAMED.iter().find(|(_, code)| *code == self.code).map(|(name, _)| (*name).to_owned());
        let name = named.unwrap_or_else(|| match self.code {
            KeyCode::Char(c) => c.to_string(),
            other => other.to_string().to_lowercase(),
        });
        if self.ctrl { format!("ctrl-{name}") } else { name }
    }
}

impl FromStr for Key {
    type Err = String;

    /// Reads a key; the error says what a key may be.
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || {
            "write a character, ctrl- and a letter, f1 to f12, or one of space, enter, esc, tab, shift-tab, \
             backspace, delete, insert, left, right, up, down, page-up, page-down, home, end"
                .to_owned()
        };
        let mut characters = text.chars();
        if let (Some(c), None) = (characters.next(), characters.next())
            && !c.is_control()
            && c != ' '
        {
            return Ok(plain(c));
        }
        let lower = text.to_ascii_lowercase();
        if let Some(letter) = lower.strip_prefix("ctrl-") {
            return match letter.as_bytes() {
                [b'i'] => Err("a terminal sends Tab for it: write tab, or choose another letter".into()),
                [b'm'] => Err("a terminal sends Enter for it: write enter, or choose another letter".into()),
                [letter @ b'a'..=b'z'] => Ok(ctrl(char::from(*letter))),
                _ => Err(unknown()),
            };
        }
        if let Some(number) = lower.strip_prefix('f').and_then(|number| number.parse().ok())
            && (1..=12).contains(&number)
        {
            return Ok(key(KeyCode::F(number)));
        }
        NAMED.iter().find(|(name, _)| *name == lower).map(|(_, code)| key(*code)).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        let named = NAMED.iter().map(|(_, code)| key(*code));
        let all = named.chain((1..=12).map(|n| key(KeyCode::F(n)))).chain("aZ?:+ü".chars().map(plain));
        for key in all.chain([ctrl('c'), ctrl('z')]) {
            assert_eq!(key.name().parse(), Ok(key), "{}", key.name());
        }
        assert_eq!("Ctrl-P".parse(), Ok(ctrl('p')));
        assert_eq!("Page-Up".parse(), Ok(key(KeyCode::PageUp)));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", " ", "ctrl-", "ctrl-1", "f0", "f13", "alt-x", "qq", "\u{7}"] {
            assert!(text.parse::<Key>().is_err(), "{text:?}");
        }
        assert!("ctrl-i".parse::<Key>().unwrap_err().contains("Tab"));
    }
}
