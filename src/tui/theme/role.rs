//! The meaning of a piece of text, and its style.

use ratatui::style::{Color, Modifier, Style};

use super::Theme;
use super::choice::{Depth, Ground};

/// What a piece of text or a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Plain text.
    Text,
    /// Less important: axes, units, what is not there yet.
    Dim,
    /// A heading.
    Title,
    /// The heading of the panel in which the arrow keys act.
    FocusTitle,
    /// A border, a rule.
    Border,
    /// The border of the panel in which the arrow keys act.
    Focus,
    /// What stands out: the tab in front, a key.
    Accent,
    /// The selected thing.
    Selected,
    /// Passed, done.
    Good,
    /// Failed.
    Bad,
    /// Neither: a remark, a pause.
    Warning,
    /// A curve of a chart, by number.
    Series(usize),
    /// The bars of a chart.
    Bar,
    /// A cursor in a chart.
    Cursor,
}

impl Role {
    /// The colours of a role: of the 16, and of the 256. None is the terminal's own.
    ///
    /// On a dark background they are light, on a light one dark, so that each stands out from it.
    pub(super) fn colors(self, ground: Ground) -> Option<(Color, u8)> {
        let dark = ground == Ground::Dark;
        let either =
            |on_dark: (Color, u8), on_light: (Color, u8)| Some(if dark { on_dark } else { on_light });
        match self {
            Self::Text | Self::Title | Self::Selected => None,
            Self::Dim => either((Color::DarkGray, 248), (Color::DarkGray, 241)),
            Self::Border => either((Color::DarkGray, 240), (Color::DarkGray, 249)),
            Self::Focus | Self::FocusTitle | Self::Accent => either((Color::Cyan, 80), (Color::Blue, 25)),
            Self::Good => either((Color::Green, 78), (Color::Green, 28)),
            Self::Bad => either((Color::Red, 203), (Color::Red, 124)),
            Self::Warning => either((Color::Yellow, 214), (Color::Magenta, 130)),
            Self::Cursor => either((Color::Yellow, 220), (Color::Magenta, 130)),
            Self::Bar => either((Color::Blue, 68), (Color::Blue, 68)),
            Self::Series(i) => match i % 4 {
                0 => either((Color::Cyan, 80), (Color::Blue, 25)),
                1 => either((Color::Yellow, 214), (Color::Red, 130)),
                2 => either((Color::Magenta, 176), (Color::Magenta, 91)),
                _ => either((Color::Green, 78), (Color::Green, 28)),
            },
        }
    }
}

impl Theme {
    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let modifier = match role {
            Role::Title | Role::FocusTitle | Role::Accent | Role::Bad | Role::Cursor => Modifier::BOLD,
            Role::Selected => Modifier::REVERSED,
            Role::Dim | Role::Bar | Role::Border if self.depth == Depth::None => Modifier::DIM,
            _ => Modifier::empty(),
        };
        let style = Style::new().add_modifier(modifier);
        if let Some(color) = self.accents.color(role, self.ground, self.depth) {
            return if self.depth == Depth::None { style } else { style.fg(color) };
        }
        match (role.colors(self.ground), self.depth) {
            (None, _) | (_, Depth::None) => style,
            (Some((ansi, _)), Depth::Ansi) => style.fg(ansi),
            (Some((_, indexed)), Depth::Indexed | Depth::True) => style.fg(Color::Indexed(indexed)),
        }
    }
}
