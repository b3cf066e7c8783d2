//! What a tab is made of.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::study::Stage;
use crate::tui::hits::Hits;
use crate::tui::keymap::Binding;
use crate::tui::state::App;
use crate::tui::state::overlay::Subject;
use crate::tui::tab::Tab;
use crate::tui::views::table::Copied;

/// A tab.
pub struct TabSpec {
    /// Its name.
    pub tab: Tab,
    /// The stage whose end completes it.
    pub stage: Stage,
    /// Its derivation, with names in braces where the numbers of the run go.
    pub theory: fn(&App) -> &'static str,
    /// Its keys.
    pub keys: &'static [Binding],
    /// Draws it, and notes what the keys and the mouse select.
    pub draw: fn(&App, &mut Buffer, Rect, &mut Hits),
    /// The picture under its cursor, which can be opened and copied.
    pub selected: fn(&App) -> Option<Subject>,
    /// The numbers under its cursor; where there are none, the values of the picture are copied.
    pub numbers: fn(&App) -> Option<Copied>,
    /// Its table.
    pub table: fn(&App) -> Option<Copied>,
}
