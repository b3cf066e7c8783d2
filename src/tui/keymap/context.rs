//! What the keyboard acts on, and where a binding holds.

use crate::tui::tab::Tab;

/// What the keyboard acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// A tab, with nothing open above it.
    Tab(Tab),
    /// The mask on the Restore tab.
    MaskEditor,
    /// The derivation of a tab.
    Theory,
    /// The list of keys.
    Help,
    /// The settings form.
    Settings,
    /// A picture, full screen.
    Picture,
    /// The command palette.
    Palette,
    /// The list of components.
    Picker,
    /// Law and map, while they are typed.
    PairEditor,
    /// A list to choose from.
    List,
    /// The list that a picture is chosen from.
    Browser,
}

impl Focus {
    /// Every focus.
    pub(super) fn all() -> Vec<Self> {
        let tabs = Tab::ALL.iter().copied().map(Self::Tab);
        let others = [
            Self::MaskEditor,
            Self::Theory,
            Self::Help,
            Self::Settings,
            Self::Picture,
            Self::Palette,
            Self::Picker,
            Self::PairEditor,
            Self::List,
            Self::Browser,
        ];
        tabs.chain(others).collect()
    }

    /// Whether printable characters that are not bound are text.
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Self::Help | Self::Settings | Self::Palette | Self::Picker | Self::PairEditor | Self::Browser
        )
    }
}

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyContext {
    /// Everywhere.
    Everywhere,
    /// On every tab.
    Tabs,
    /// On every tab, but not while a mask is edited.
    Study,
    /// On the Restore tab, also while a mask is edited.
    Inpaint,
    /// While a mask is edited.
    MaskEditor,
    /// On this tab.
    On(Tab),
    /// In derivations and in the list of keys.
    Text,
    /// In derivations.
    Theory,
    /// In the list of keys.
    Help,
    /// In the settings form.
    Settings,
    /// In a picture, full screen.
    Picture,
    /// In the command palette.
    Palette,
    /// In the list of components.
    Picker,
    /// While law and map are typed.
    PairEditor,
    /// In a list to choose from.
    List,
    /// In the list that a picture is chosen from.
    Browser,
}

impl KeyContext {
    /// Its name in a configuration file.
    pub fn section(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Tabs | Self::Study | Self::Inpaint | Self::On(_) => "tabs",
            Self::MaskEditor => "canvas",
            Self::Text => "text",
            Self::Theory => "theory",
            Self::Help => "help",
            Self::Settings => "form",
            Self::Picture => "picture",
            Self::Palette => "palette",
            Self::Picker => "components",
            Self::PairEditor => "pair",
            Self::List => "list",
            Self::Browser => "files",
        }
    }

    /// Whether bindings of the context hold at `focus`.
    pub fn covers(self, focus: Focus) -> bool {
        match (self, focus) {
            (Self::Everywhere, _)
            | (Self::Tabs, Focus::Tab(_) | Focus::MaskEditor)
            | (Self::Study, Focus::Tab(_))
            | (Self::Inpaint, Focus::Tab(Tab::Restore) | Focus::MaskEditor)
            | (Self::MaskEditor, Focus::MaskEditor)
            | (Self::Text | Self::Theory, Focus::Theory)
            | (Self::Text | Self::Help, Focus::Help)
            | (Self::Settings, Focus::Settings)
            | (Self::Picture, Focus::Picture)
            | (Self::Palette, Focus::Palette)
            | (Self::Picker, Focus::Picker)
            | (Self::PairEditor, Focus::PairEditor)
            | (Self::List, Focus::List)
            | (Self::Browser, Focus::Browser) => true,
            (Self::On(tab), Focus::Tab(front)) => tab == front,
            _ => false,
        }
    }
}
