//! The one table of keys: dispatch, footer hints, help overlay and command palette all come out of [`KEYMAP`].
//!
//! `keys` holds the table as it is in force, with the keys that a configuration file gave; `key` is one key, and
//! `place` says where keys hold.

mod key;
mod keys;
mod place;

use ratatui::crossterm::event::KeyCode;

use super::action::Command::{self, *};
use super::app::Tab;
pub use key::Key;
use key::{ctrl, key, plain};
pub use keys::{Clash, Keys, Row};
pub use place::{Place, Scope};

/// One line of the key table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What the keys mean.
    pub command: Command,
    /// Where.
    pub scope: Scope,
    /// The keys.
    pub keys: &'static [Key],
    /// In the footer, beside the first key; empty for bindings that are not shown there.
    pub hint: &'static str,
    /// In the help overlay.
    pub help: &'static str,
}

const fn bind(
    command: Command,
    scope: Scope,
    keys: &'static [Key],
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding { command, scope, keys, hint, help }
}

const LEFT: &[Key] = &[key(KeyCode::Left), plain('h')];
const RIGHT: &[Key] = &[key(KeyCode::Right), plain('l')];
const UP: &[Key] = &[key(KeyCode::Up), plain('k')];
const DOWN: &[Key] = &[key(KeyCode::Down), plain('j')];
const PALETTE: &[Key] = &[plain(':'), ctrl('p')];
const HISTORY: Scope = Scope::On(&[Tab::Fit, Tab::Components]);
const PICTURES: Scope = Scope::On(&[Tab::Data, Tab::Components, Tab::Samples, Tab::Inpaint]);

/// Every key of the dashboard. The first binding that covers the place and has the key wins; the footer shows
/// those with a hint, in this order, as far as they fit.
pub const KEYMAP: &[Binding] = &[
    bind(Play, HISTORY, &[plain('p')], "replay", "replay the iterations of EM, or stop the replay"),
    bind(
        CycleView,
        Scope::On(&[Tab::Components]),
        &[plain('v')],
        "view",
        "the whole covariance, or its diagonal as an image",
    ),
    bind(
        CycleView,
        Scope::On(&[Tab::Fit]),
        &[plain('v')],
        "view",
        "the NLL, its change (log or linear), that of held-out images",
    ),
    bind(
        CycleView,
        Scope::On(&[Tab::Data]),
        &[plain('v')],
        "size",
        "images at full size, or more and smaller",
    ),
    bind(Resample, Scope::On(&[Tab::Samples]), &[plain('r')], "new samples", "draw new samples"),
    bind(
        CycleComponent,
        Scope::On(&[Tab::Samples]),
        &[plain('v')],
        "component",
        "samples of all components, or of one",
    ),
    bind(Pen, Scope::Canvas, &[plain(' ')], "pen", "put the brush on the mask, or lift it"),
    bind(Ink, Scope::Canvas, &[plain('x')], "ink", "the brush makes pixels missing, or observed"),
    bind(
        CycleView,
        Scope::Inpaint,
        &[plain('v')],
        "view",
        "all images, or one with its mask to paint on, deviation, draws",
    ),
    bind(PreviousMask, Scope::Inpaint, &[plain('[')], "mask", "another kind of mask"),
    bind(NextMask, Scope::Inpaint, &[plain(']')], "mask", "another kind of mask"),
    bind(Less, Scope::Inpaint, &[plain(',')], "slider", "less or more of the mask"),
    bind(More, Scope::Inpaint, &[plain('.')], "slider", "less or more of the mask"),
    bind(
        PixelLeft,
        Scope::On(&[Tab::Components]),
        &[plain('H')],
        "pixel",
        "the pixel whose covariances are shown",
    ),
    bind(
        PixelDown,
        Scope::On(&[Tab::Components]),
        &[plain('J')],
        "pixel",
        "the pixel whose covariances are shown",
    ),
    bind(
        PixelUp,
        Scope::On(&[Tab::Components]),
        &[plain('K')],
        "pixel",
        "the pixel whose covariances are shown",
    ),
    bind(
        PixelRight,
        Scope::On(&[Tab::Components]),
        &[plain('L')],
        "pixel",
        "the pixel whose covariances are shown",
    ),
    bind(Open, PICTURES, &[key(KeyCode::Enter)], "zoom", "the selected picture on the whole screen"),
    bind(Open, Scope::Canvas, &[key(KeyCode::Enter)], "zoom", "the selected picture on the whole screen"),
    bind(Help, Scope::Tabs, &[plain('?'), key(KeyCode::F(1))], "help", "this list of keys"),
    bind(Quit, Scope::Tabs, &[plain('q')], "quit", "leave the program"),
    bind(Theory, Scope::Tabs, &[plain('t')], "theory", "the derivation behind this tab"),
    bind(Export, Scope::Tabs, &[plain('e')], "export", "write figures.pdf"),
    bind(Report, Scope::Tabs, &[plain('R')], "export", "write the report"),
    bind(Settings, Scope::Tabs, &[plain('s')], "settings", "change the settings and run again"),
    bind(TogglePause, Scope::Study, &[plain(' ')], "pause", "pause EM, or let it go on"),
    bind(Step, Scope::Study, &[plain('n')], "step", "one iteration of EM while it is paused"),
    bind(NextTab, Scope::Tabs, &[key(KeyCode::Tab)], "next tab", "the next tab or the previous one"),
    bind(PreviousTab, Scope::Tabs, &[key(KeyCode::BackTab)], "", "the next tab or the previous one"),
    bind(GoTransform, Scope::Tabs, &[plain('1')], "", "go to a tab"),
    bind(GoData, Scope::Tabs, &[plain('2')], "", "go to a tab"),
    bind(GoFit, Scope::Tabs, &[plain('3')], "", "go to a tab"),
    bind(GoComponents, Scope::Tabs, &[plain('4')], "", "go to a tab"),
    bind(GoSamples, Scope::Tabs, &[plain('5')], "", "go to a tab"),
    bind(GoInpaint, Scope::Tabs, &[plain('6')], "", "go to a tab"),
    bind(Left, Scope::On(&[Tab::Transform]), LEFT, "", "another z, its preimages and their terms"),
    bind(Right, Scope::On(&[Tab::Transform]), RIGHT, "", "another z, its preimages and their terms"),
    bind(Up, Scope::On(&[Tab::Transform]), UP, "", "another check, and the remark on it"),
    bind(Down, Scope::On(&[Tab::Transform]), DOWN, "", "another check, and the remark on it"),
    bind(Left, HISTORY, LEFT, "", "another iteration of EM"),
    bind(Right, HISTORY, RIGHT, "", "another iteration of EM"),
    bind(Up, Scope::On(&[Tab::Fit]), UP, "", "another iteration of EM"),
    bind(Down, Scope::On(&[Tab::Fit]), DOWN, "", "another iteration of EM"),
    bind(Up, Scope::On(&[Tab::Components]), UP, "", "another component"),
    bind(Down, Scope::On(&[Tab::Components]), DOWN, "", "another component"),
    bind(Left, Scope::On(&[Tab::Data, Tab::Samples]), LEFT, "", "another picture"),
    bind(Right, Scope::On(&[Tab::Data, Tab::Samples]), RIGHT, "", "another picture"),
    bind(Up, Scope::On(&[Tab::Data, Tab::Samples]), UP, "", "another picture"),
    bind(Down, Scope::On(&[Tab::Data, Tab::Samples]), DOWN, "", "another picture"),
    bind(Left, Scope::On(&[Tab::Inpaint]), LEFT, "", "corrupted, restored, true or std dev"),
    bind(Right, Scope::On(&[Tab::Inpaint]), RIGHT, "", "corrupted, restored, true or std dev"),
    bind(Up, Scope::On(&[Tab::Inpaint]), UP, "", "another image"),
    bind(Down, Scope::On(&[Tab::Inpaint]), DOWN, "", "another image"),
    bind(Left, Scope::Canvas, LEFT, "", "move the brush"),
    bind(Right, Scope::Canvas, RIGHT, "", "move the brush"),
    bind(Up, Scope::Canvas, UP, "", "move the brush"),
    bind(Down, Scope::Canvas, DOWN, "", "move the brush"),
    bind(Enlarge, Scope::Canvas, &[plain('+'), plain('=')], "", "a larger brush"),
    bind(Reduce, Scope::Canvas, &[plain('-')], "", "a smaller brush"),
    bind(Undo, Scope::Inpaint, &[plain('u')], "", "take back the last change of the mask"),
    bind(Fill, Scope::Inpaint, &[plain('f')], "", "fill: every pixel is observed"),
    bind(
        Clear,
        Scope::Inpaint,
        &[key(KeyCode::Delete), key(KeyCode::Backspace)],
        "",
        "clear: no pixel is observed",
    ),
    bind(Invert, Scope::Inpaint, &[plain('i')], "", "exchange observed and missing"),
    bind(OtherMask, Scope::Inpaint, &[plain('o')], "", "other random pixels"),
    bind(OtherImages, Scope::Inpaint, &[plain('a')], "", "other test images"),
    bind(Resample, Scope::Inpaint, &[plain('r')], "", "other draws from the posterior"),
    bind(PageUp, Scope::Tabs, &[key(KeyCode::PageUp)], "", "a screenful back or on"),
    bind(PageDown, Scope::Tabs, &[key(KeyCode::PageDown)], "", "a screenful back or on"),
    bind(First, Scope::Tabs, &[key(KeyCode::Home)], "", "to the first or the last"),
    bind(Last, Scope::Tabs, &[key(KeyCode::End)], "", "to the first or the last"),
    bind(Back, Scope::Tabs, &[key(KeyCode::Esc)], "", "twice: cancel the study that is running"),
    bind(
        CycleBlocks,
        Scope::Tabs,
        &[plain('d')],
        "",
        "detail of small pictures: halves to octants of a cell",
    ),
    bind(Palette, Scope::Tabs, PALETTE, "", "find an action by its name"),
    bind(Copy, Scope::Tabs, &[plain('y')], "", "copy the numbers under the cursor"),
    bind(CopyTable, Scope::Tabs, &[plain('Y')], "", "copy the table of this tab"),
    bind(CycleColor, Scope::Tabs, &[plain('c')], "", "colours: truecolor, 256, 16, none"),
    bind(ToggleGround, Scope::Tabs, &[plain('b')], "", "background: colours for a dark one, or a light one"),
    bind(ToggleGlyphs, Scope::Tabs, &[plain('g')], "", "glyphs: Unicode or ASCII"),
    bind(ToggleMouse, Scope::Tabs, &[plain('m')], "", "mouse: for the dashboard, or for selecting text"),
    bind(Up, Scope::Text, &[key(KeyCode::Up)], "scroll", "scroll"),
    bind(Down, Scope::Text, &[key(KeyCode::Down)], "scroll", "scroll"),
    bind(PageUp, Scope::Text, &[key(KeyCode::PageUp)], "", "scroll by a screenful"),
    bind(PageDown, Scope::Text, &[key(KeyCode::PageDown)], "", "scroll by a screenful"),
    bind(First, Scope::Text, &[key(KeyCode::Home)], "", "to the beginning or the end"),
    bind(Last, Scope::Text, &[key(KeyCode::End)], "", "to the beginning or the end"),
    bind(Back, Scope::Text, &[key(KeyCode::Esc)], "close", "close"),
    bind(Up, Scope::Theory, &[plain('k')], "", "scroll"),
    bind(Down, Scope::Theory, &[plain('j')], "", "scroll"),
    bind(PageDown, Scope::Theory, &[plain(' ')], "", "scroll by a screenful"),
    bind(Theory, Scope::Theory, &[plain('t'), plain('q')], "", "close"),
    bind(NextTab, Scope::Theory, &[key(KeyCode::Tab)], "next", "the next tab's derivation"),
    bind(PreviousTab, Scope::Theory, &[key(KeyCode::BackTab)], "", "the previous tab's derivation"),
    bind(Help, Scope::Help, &[plain('?'), key(KeyCode::F(1))], "", "close"),
    bind(Erase, Scope::Help, &[key(KeyCode::Backspace)], "", "letters search the list; this takes one back"),
    bind(Apply, Scope::Settings, &[key(KeyCode::Enter)], "run", "take these settings and run the study anew"),
    bind(Back, Scope::Settings, &[key(KeyCode::Esc)], "keep the old", "close the form, change nothing"),
    bind(Up, Scope::Settings, &[key(KeyCode::Up), key(KeyCode::BackTab)], "field", "previous field"),
    bind(Down, Scope::Settings, &[key(KeyCode::Down), key(KeyCode::Tab)], "field", "next field"),
    bind(First, Scope::Settings, &[key(KeyCode::PageUp), key(KeyCode::Home)], "", "first field"),
    bind(Last, Scope::Settings, &[key(KeyCode::PageDown), key(KeyCode::End)], "", "last field"),
    bind(Left, Scope::Settings, &[key(KeyCode::Left)], "choose", "previous choice"),
    bind(Right, Scope::Settings, &[key(KeyCode::Right)], "choose", "next choice"),
    bind(Erase, Scope::Settings, &[key(KeyCode::Backspace)], "", "remove a character"),
    bind(DefaultField, Scope::Settings, &[ctrl('d')], "default", "set the field to its default"),
    bind(Left, Scope::Picture, &[key(KeyCode::Left), plain('h')], "cursor", "move the cursor"),
    bind(Right, Scope::Picture, &[key(KeyCode::Right), plain('l')], "cursor", "move the cursor"),
    bind(Up, Scope::Picture, &[key(KeyCode::Up), plain('k')], "cursor", "move the cursor"),
    bind(Down, Scope::Picture, &[key(KeyCode::Down), plain('j')], "cursor", "move the cursor"),
    bind(Enlarge, Scope::Picture, &[plain('+'), plain('=')], "size", "enlarge"),
    bind(Reduce, Scope::Picture, &[plain('-')], "size", "reduce"),
    bind(
        PageUp,
        Scope::Picture,
        &[key(KeyCode::PageUp), key(KeyCode::BackTab)],
        "picture",
        "previous picture",
    ),
    bind(PageDown, Scope::Picture, &[key(KeyCode::PageDown), key(KeyCode::Tab)], "picture", "next picture"),
    bind(First, Scope::Picture, &[key(KeyCode::Home)], "", "cursor to the first pixel"),
    bind(Last, Scope::Picture, &[key(KeyCode::End)], "", "cursor to the last pixel"),
    bind(Back, Scope::Picture, &[key(KeyCode::Esc), key(KeyCode::Enter), plain('q')], "close", "close"),
    bind(Copy, Scope::Picture, &[plain('y')], "copy", "copy the value and the position of the pixel"),
    bind(Palette, Scope::Picture, PALETTE, "", "find an action by its name"),
    bind(Palette, Scope::Theory, PALETTE, "", "find an action by its name"),
    bind(Apply, Scope::Palette, &[key(KeyCode::Enter)], "do it", "do what is selected"),
    bind(Up, Scope::Palette, &[key(KeyCode::Up), key(KeyCode::BackTab)], "select", "the one above or below"),
    bind(Down, Scope::Palette, &[key(KeyCode::Down), key(KeyCode::Tab)], "select", "the one above or below"),
    bind(PageUp, Scope::Palette, &[key(KeyCode::PageUp)], "", "a screenful back or on"),
    bind(PageDown, Scope::Palette, &[key(KeyCode::PageDown)], "", "a screenful back or on"),
    bind(First, Scope::Palette, &[key(KeyCode::Home)], "", "to the first or the last"),
    bind(Last, Scope::Palette, &[key(KeyCode::End)], "", "to the first or the last"),
    bind(Erase, Scope::Palette, &[key(KeyCode::Backspace)], "", "take a letter back"),
    bind(Back, Scope::Palette, &[key(KeyCode::Esc)], "close", "close the palette, do nothing"),
    bind(Quit, Scope::Everywhere, &[ctrl('c')], "", "leave the program"),
    bind(Suspend, Scope::Everywhere, &[ctrl('z')], "", "to the shell; fg comes back"),
    bind(Redraw, Scope::Everywhere, &[ctrl('l')], "", "repaint the screen"),
];

#[cfg(test)]
mod tests;
