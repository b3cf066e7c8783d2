//! The bindings that belong to no single tab.

use ratatui::crossterm::event::KeyCode;

use super::binding::{Binding, bind};
use super::context::KeyContext as In;
use super::key::{Key, ctrl, key, plain};
use crate::tui::command::Command::*;

/// ← and h.
pub const LEFT: &[Key] = &[key(KeyCode::Left), plain('h')];
/// → and l.
pub const RIGHT: &[Key] = &[key(KeyCode::Right), plain('l')];
/// ↑ and k.
pub const UP: &[Key] = &[key(KeyCode::Up), plain('k')];
/// ↓ and j.
pub const DOWN: &[Key] = &[key(KeyCode::Down), plain('j')];
/// Enter.
pub const ENTER: &[Key] = &[key(KeyCode::Enter)];

/// The keys that show the tabs, by their position.
pub(super) const DIGITS: [&[Key]; 9] = [
    &[plain('1')],
    &[plain('2')],
    &[plain('3')],
    &[plain('4')],
    &[plain('5')],
    &[plain('6')],
    &[plain('7')],
    &[plain('8')],
    &[plain('9')],
];

const PREVIOUS: &[Key] = &[key(KeyCode::PageUp), key(KeyCode::BackTab), ctrl('u')];
const NEXT: &[Key] = &[key(KeyCode::PageDown), key(KeyCode::Tab), ctrl('d')];
const PALETTE: &[Key] = &[plain(':'), ctrl('p')];

/// On every tab; the footer shows those with a hint.
pub(super) const MAIN: &[Binding] = &[
    bind(Help, In::Tabs, &[plain('?'), key(KeyCode::F(1))], "help", "list of keys"),
    bind(Quit, In::Tabs, &[plain('q')], "quit", "quit the program"),
    bind(Theory, In::Tabs, &[plain('t')], "theory", "derivation behind this tab"),
    bind(Export, In::Tabs, &[plain('e')], "export", "write figures.pdf"),
    bind(Save, In::Tabs, &[plain('w')], "", "save the model, also of a fit that is under way"),
    bind(Report, In::Tabs, &[plain('R')], "export", "write the report"),
    bind(Settings, In::Tabs, &[plain('s')], "settings", "change the settings and run again"),
    bind(Generalise, In::Tabs, &[plain('A')], "generalise", "run again with shrinkage auto"),
    bind(Presets, In::Tabs, &[plain('E')], "", "run an experiment: a preset that shows what goes wrong"),
    bind(TogglePause, In::Study, &[plain(' ')], "pause", "pause or resume EM"),
    bind(Step, In::Study, &[plain('n')], "step", "run one iteration of EM while it is paused"),
    bind(NextTab, In::Tabs, &[key(KeyCode::Tab)], "next tab", "next or previous tab"),
    bind(PreviousTab, In::Tabs, &[key(KeyCode::BackTab)], "", "next or previous tab"),
];

/// On every tab, after the keys of the tab itself.
pub(super) const MORE: &[Binding] = &[
    bind(PageUp, In::Tabs, &[key(KeyCode::PageUp), ctrl('u')], "", "one page back or forward"),
    bind(PageDown, In::Tabs, &[key(KeyCode::PageDown), ctrl('d')], "", "one page back or forward"),
    bind(First, In::Tabs, &[key(KeyCode::Home), plain('g')], "", "first or last; g g as well"),
    bind(Last, In::Tabs, &[key(KeyCode::End), plain('G')], "", "first or last; g g as well"),
    bind(Back, In::Tabs, &[key(KeyCode::Esc)], "", "twice: stop the fit here and use it"),
    bind(CycleBlocks, In::Tabs, &[plain('d')], "", "detail of small pictures: half blocks to octants"),
    bind(CyclePictures, In::Tabs, &[plain('D')], "", "pictures: blocks, kitty's graphics, sixels"),
    bind(Palette, In::Tabs, PALETTE, "", "find an action by name"),
    bind(Copy, In::Tabs, &[plain('y')], "", "copy the numbers under the cursor"),
    bind(CopyTable, In::Tabs, &[plain('Y')], "", "copy the table of this tab"),
    bind(CycleColor, In::Tabs, &[plain('c')], "", "colours: truecolor, 256, 16, none"),
    bind(ToggleGround, In::Tabs, &[plain('b')], "", "colours for a dark or a light background"),
    bind(ToggleGlyphs, In::Tabs, &[plain('U')], "", "glyphs: Unicode or ASCII"),
    bind(ToggleMouse, In::Tabs, &[plain('m')], "", "mouse: for the dashboard, or for selecting text"),
];

/// In what opens above the tabs, and everywhere.
pub(super) const OVERLAYS: &[Binding] = &[
    bind(Up, In::Text, &[key(KeyCode::Up)], "scroll", "scroll"),
    bind(Down, In::Text, &[key(KeyCode::Down)], "scroll", "scroll"),
    bind(PageUp, In::Text, &[key(KeyCode::PageUp), ctrl('b')], "", "scroll by one page"),
    bind(PageDown, In::Text, &[key(KeyCode::PageDown), ctrl('f'), ctrl('d')], "", "scroll by one page"),
    bind(PageUp, In::Theory, &[plain('b'), ctrl('u')], "", "scroll by one page"),
    bind(First, In::Theory, &[plain('g')], "", "beginning or end"),
    bind(Last, In::Theory, &[plain('G')], "", "beginning or end"),
    bind(First, In::Text, &[key(KeyCode::Home)], "", "beginning or end"),
    bind(Last, In::Text, &[key(KeyCode::End)], "", "beginning or end"),
    bind(Back, In::Text, &[key(KeyCode::Esc)], "close", "close"),
    bind(Up, In::Theory, &[plain('k')], "", "scroll"),
    bind(Down, In::Theory, &[plain('j')], "", "scroll"),
    bind(PageDown, In::Theory, &[plain(' ')], "", "scroll by one page"),
    bind(Theory, In::Theory, &[plain('t'), plain('q')], "", "close"),
    bind(NextTab, In::Theory, &[key(KeyCode::Tab)], "next", "derivation of the next tab"),
    bind(PreviousTab, In::Theory, &[key(KeyCode::BackTab)], "", "derivation of the previous tab"),
    bind(Help, In::Help, &[plain('?'), key(KeyCode::F(1))], "", "close"),
    bind(
        Erase,
        In::Help,
        &[key(KeyCode::Backspace)],
        "",
        "letters search this list; this deletes the last one",
    ),
    bind(EraseAll, In::Help, &[ctrl('u')], "", "delete the search; without one, scroll back by one page"),
    bind(Apply, In::Settings, ENTER, "run", "run the study again with these settings"),
    bind(Back, In::Settings, &[key(KeyCode::Esc)], "cancel", "close the form and change nothing"),
    bind(Up, In::Settings, &[key(KeyCode::Up), key(KeyCode::BackTab)], "field", "previous field"),
    bind(Down, In::Settings, &[key(KeyCode::Down), key(KeyCode::Tab)], "field", "next field"),
    bind(First, In::Settings, &[key(KeyCode::PageUp), key(KeyCode::Home)], "", "first field"),
    bind(Last, In::Settings, &[key(KeyCode::PageDown), key(KeyCode::End)], "", "last field"),
    bind(Left, In::Settings, &[key(KeyCode::Left)], "choose", "previous choice"),
    bind(Right, In::Settings, &[key(KeyCode::Right)], "choose", "next choice"),
    bind(Erase, In::Settings, &[key(KeyCode::Backspace)], "", "delete the last character"),
    bind(EraseAll, In::Settings, &[ctrl('u')], "", "clear the field"),
    bind(DefaultField, In::Settings, &[ctrl('d')], "default", "reset the field to its default"),
    bind(Left, In::Picture, LEFT, "cursor", "move the cursor"),
    bind(Right, In::Picture, RIGHT, "cursor", "move the cursor"),
    bind(Up, In::Picture, UP, "cursor", "move the cursor"),
    bind(Down, In::Picture, DOWN, "cursor", "move the cursor"),
    bind(Enlarge, In::Picture, &[plain('+'), plain('=')], "size", "enlarge"),
    bind(Reduce, In::Picture, &[plain('-')], "size", "reduce"),
    bind(PageUp, In::Picture, PREVIOUS, "picture", "previous picture"),
    bind(PageDown, In::Picture, NEXT, "picture", "next picture"),
    bind(First, In::Picture, &[key(KeyCode::Home), plain('g')], "", "cursor to the first pixel"),
    bind(Last, In::Picture, &[key(KeyCode::End), plain('G')], "", "cursor to the last pixel"),
    bind(Back, In::Picture, &[key(KeyCode::Esc), key(KeyCode::Enter), plain('q')], "close", "close"),
    bind(Copy, In::Picture, &[plain('y')], "copy", "copy the value and the position of the pixel"),
    bind(Palette, In::Picture, PALETTE, "", "find an action by name"),
    bind(Palette, In::Theory, PALETTE, "", "find an action by name"),
    bind(Apply, In::Palette, ENTER, "run", "run the selected action"),
    bind(Up, In::Palette, &[key(KeyCode::Up), key(KeyCode::BackTab)], "select", "previous or next action"),
    bind(Down, In::Palette, &[key(KeyCode::Down), key(KeyCode::Tab)], "select", "previous or next action"),
    bind(PageUp, In::Palette, &[key(KeyCode::PageUp)], "", "one page back or forward"),
    bind(PageDown, In::Palette, &[key(KeyCode::PageDown), ctrl('d')], "", "one page back or forward"),
    bind(First, In::Palette, &[key(KeyCode::Home)], "", "first or last"),
    bind(Last, In::Palette, &[key(KeyCode::End)], "", "first or last"),
    bind(Erase, In::Palette, &[key(KeyCode::Backspace)], "", "delete the last character"),
    bind(EraseAll, In::Palette, &[ctrl('u')], "", "delete the search"),
    bind(Back, In::Palette, &[key(KeyCode::Esc)], "close", "close the palette"),
    bind(Apply, In::Picker, ENTER, "choose", "choose the component"),
    bind(Up, In::Picker, &[key(KeyCode::Up), key(KeyCode::BackTab)], "select", "previous or next component"),
    bind(Down, In::Picker, &[key(KeyCode::Down), key(KeyCode::Tab)], "select", "previous or next component"),
    bind(PageUp, In::Picker, &[key(KeyCode::PageUp)], "", "one page back or forward"),
    bind(PageDown, In::Picker, &[key(KeyCode::PageDown), ctrl('d')], "", "one page back or forward"),
    bind(First, In::Picker, &[key(KeyCode::Home)], "", "first or last"),
    bind(Last, In::Picker, &[key(KeyCode::End)], "", "first or last"),
    bind(
        Erase,
        In::Picker,
        &[key(KeyCode::Backspace)],
        "",
        "digits are the number; this deletes the last one",
    ),
    bind(EraseAll, In::Picker, &[ctrl('u')], "", "delete the number"),
    bind(Back, In::Picker, &[key(KeyCode::Esc)], "close", "close the list"),
    bind(Apply, In::PairEditor, ENTER, "done", "keep the pair"),
    bind(Back, In::PairEditor, &[key(KeyCode::Esc)], "cancel", "go back to the pair before"),
    bind(Up, In::PairEditor, &[key(KeyCode::Up), key(KeyCode::BackTab)], "line", "law, map or z"),
    bind(Down, In::PairEditor, &[key(KeyCode::Down), key(KeyCode::Tab)], "line", "law, map or z"),
    bind(Left, In::PairEditor, &[key(KeyCode::Left)], "caret", "move the caret"),
    bind(Right, In::PairEditor, &[key(KeyCode::Right)], "caret", "move the caret"),
    bind(First, In::PairEditor, &[key(KeyCode::Home), ctrl('a')], "", "caret to the beginning or the end"),
    bind(Last, In::PairEditor, &[key(KeyCode::End), ctrl('e')], "", "caret to the beginning or the end"),
    bind(Erase, In::PairEditor, &[key(KeyCode::Backspace)], "", "delete the character before the caret"),
    bind(EraseAll, In::PairEditor, &[ctrl('u')], "clear", "clear the line"),
    bind(Apply, In::List, ENTER, "choose", "choose the selected line"),
    bind(
        Up,
        In::List,
        &[key(KeyCode::Up), plain('k'), key(KeyCode::BackTab)],
        "select",
        "previous or next line",
    ),
    bind(
        Down,
        In::List,
        &[key(KeyCode::Down), plain('j'), key(KeyCode::Tab)],
        "select",
        "previous or next line",
    ),
    bind(PageUp, In::List, &[key(KeyCode::PageUp)], "", "one page back or forward"),
    bind(PageDown, In::List, &[key(KeyCode::PageDown)], "", "one page back or forward"),
    bind(First, In::List, &[key(KeyCode::Home)], "", "first or last"),
    bind(Last, In::List, &[key(KeyCode::End)], "", "first or last"),
    bind(Back, In::List, &[key(KeyCode::Esc), plain('q')], "close", "close the list"),
    bind(Apply, In::Browser, ENTER, "open", "restore the selected picture, or open the folder"),
    bind(Up, In::Browser, &[key(KeyCode::Up), key(KeyCode::BackTab)], "select", "previous or next line"),
    bind(Down, In::Browser, &[key(KeyCode::Down), key(KeyCode::Tab)], "select", "previous or next line"),
    bind(PageUp, In::Browser, &[key(KeyCode::PageUp)], "", "one page back or forward"),
    bind(PageDown, In::Browser, &[key(KeyCode::PageDown), ctrl('d')], "", "one page back or forward"),
    bind(First, In::Browser, &[key(KeyCode::Home)], "", "first or last"),
    bind(Last, In::Browser, &[key(KeyCode::End)], "", "first or last"),
    bind(
        Erase,
        In::Browser,
        &[key(KeyCode::Backspace), key(KeyCode::Left)],
        "up",
        "delete the last letter; without one, the folder above",
    ),
    bind(EraseAll, In::Browser, &[ctrl('u')], "", "delete what was typed"),
    bind(Back, In::Browser, &[key(KeyCode::Esc)], "close", "close the list"),
    bind(Quit, In::Everywhere, &[ctrl('c')], "", "quit the program"),
    bind(Suspend, In::Everywhere, &[ctrl('z')], "", "suspend; fg in the shell resumes"),
    bind(Redraw, In::Everywhere, &[ctrl('l')], "", "repaint the screen"),
];
