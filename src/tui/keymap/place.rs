//! Where the keyboard's attention is, and where a binding holds.

use crate::tui::app::Tab;

/// Where the keyboard's attention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A tab, with nothing open above it.
    Tab(Tab),
    /// The mask to paint on, on the Inpaint tab.
    Canvas,
    /// The derivation of a tab.
    Theory,
    /// The list of keys.
    Help,
    /// The settings form.
    Settings,
    /// A picture on the whole screen.
    Picture,
    /// The command palette.
    Palette,
}

impl Place {
    /// Whether printable characters that are not bound are text.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Help | Self::Settings | Self::Palette)
    }
}

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Everywhere,
    /// On every tab.
    Tabs,
    /// On every tab, but not on a canvas, where the keys mean something else.
    Study,
    /// On the Inpaint tab, on its canvas too.
    Inpaint,
    /// On the canvas of the Inpaint tab.
    Canvas,
    /// On these tabs.
    On(&'static [Tab]),
    /// In derivations and in the list of keys.
    Text,
    /// In derivations.
    Theory,
    /// In the list of keys.
    Help,
    /// In the settings form.
    Settings,
    /// In a picture on the whole screen.
    Picture,
    /// In the command palette.
    Palette,
}

impl Scope {
    /// What the scope is called in a configuration file.
    pub fn section(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Tabs | Self::Study | Self::Inpaint | Self::On(_) => "tabs",
            Self::Canvas => "canvas",
            Self::Text => "text",
            Self::Theory => "theory",
            Self::Help => "help",
            Self::Settings => "form",
            Self::Picture => "picture",
            Self::Palette => "palette",
        }
    }

    /// Whether the scope holds at `place`.
    pub fn covers(self, place: Place) -> bool {
        match (self, place) {
            (Self::Everywhere, _)
            | (Self::Tabs, Place::Tab(_) | Place::Canvas)
            | (Self::Study, Place::Tab(_))
            | (Self::Inpaint, Place::Tab(Tab::Inpaint) | Place::Canvas)
            | (Self::Canvas, Place::Canvas)
            | (Self::Text | Self::Theory, Place::Theory)
            | (Self::Text | Self::Help, Place::Help)
            | (Self::Settings, Place::Settings)
            | (Self::Picture, Place::Picture)
            | (Self::Palette, Place::Palette) => true,
            (Self::On(tabs), Place::Tab(tab)) => tabs.contains(&tab),
            _ => false,
        }
    }
}
