//! What opens above a tab: the list of keys, the derivations, the settings form, a picture, the command palette, the list of components.

pub mod browser;
pub mod help;
pub mod list;
pub mod palette;
pub mod picker;
pub mod picture;
pub mod settings;
pub mod theory;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::overlay::Overlay;

/// Draws `overlay` over the body.
pub fn draw(app: &App, overlay: &Overlay, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    Clear.render(body.intersection(buffer.area), buffer);
    match overlay {
        Overlay::Help { search, scroll } => help::draw(app, search, *scroll, buffer, body, hits),
        Overlay::Theory { scroll } => theory::draw(app, *scroll, buffer, body, hits),
        Overlay::Settings(form) => settings::draw(app, form, buffer, body, hits),
        Overlay::Picture(open) => picture::draw(app, open, buffer, body, hits),
        Overlay::Picker(open) => picker::draw(app, open, buffer, body, hits),
        Overlay::Browser(open) => browser::draw(open, buffer, body, app.theme, hits),
        Overlay::List(open) => list::draw(open, buffer, body, app.theme, hits),
        Overlay::Palette(open) => palette::draw(open, &app.keys, buffer, body, app.theme, hits),
    }
}
