//! The list that a picture of the user's own is chosen from: folders first, then files, narrowed by what is typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::words::counted;
use crate::tui::hits::{Hits, Scroll, Target};
use crate::tui::state::browser::Browser;
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// Lines above the list: the folder, what is typed, a blank one.
const HEAD: u16 = 3;

/// Draws the list.
pub fn draw(browser: &Browser, buffer: &mut Buffer, body: Rect, theme: Theme, hits: &mut Hits) {
    let found = browser.found();
    let files = found.iter().filter(|line| !line.is_folder).count();
    let remark = match browser.asked {
        Some(_) => "reading …".to_owned(),
        None => counted(files, "file", "files"),
    };
    let area =
        Panel { title: "A picture of yours to restore", remark: &remark, focus: true, ..Panel::default() }
            .draw(buffer, body, theme);
    let path = browser.folder.as_ref().map(|folder| folder.path.display().to_string()).unwrap_or_default();
    let path = ending(&path, usize::from(area.width.saturating_sub(18)));
    text::pieces(buffer, area, 0, &[("        folder: ", Role::Dim), (&path, Role::Text)], theme);
    let line = [("  name or path: ", Role::Dim), (&*browser.typed, Role::Accent), ("▏", Role::Dim)];
    text::pieces(buffer, area, 1, &line, theme);
    let list = panel::below(area, HEAD);
    let note = match (&browser.folder, found.is_empty()) {
        (None, _) => "Reading the folder …".to_owned(),
        (_, true) if browser.is_path() => {
            "Enter opens this path: a file is restored, a folder listed.".to_owned()
        }
        (_, true) if browser.typed.is_empty() => "The folder is empty.".to_owned(),
        (_, true) => "No name here has this in it; Enter takes it for a path.".to_owned(),
        (Some(folder), _) if folder.left_out > 0 => {
            format!("{} more are left out: type a path.", folder.left_out)
        }
        (_, false) if files == 0 && browser.typed.is_empty() => {
            "There is no PNG, JPEG, npy or npz file here.".to_owned()
        }
        _ => String::new(),
    };
    let room = list.height.saturating_sub(if note.is_empty() { 0 } else { 2 });
    let (list, below) = panel::split_top(list, room);
    let lines = usize::from(room).max(1);
    let wanted = found.iter().map(|line| text::width(line.name, theme) + 6).max().unwrap_or(1);
    let columns = found.len().div_ceil(lines).clamp(1, usize::from(list.width / wanted).max(1));
    let shown = found.len().min(lines) as u16;
    if !note.is_empty() {
        let row =
            if found.is_empty() { panel::below(area, HEAD) } else { Rect { y: list.y + shown, ..below } };
        let at = u16::from(!found.is_empty());
        text::put(buffer, row, at, 3, &note, Role::Dim, theme);
    }
    let room = lines * columns;
    hits.scroll = Scroll { lines: found.len(), room };
    let selected = browser.selected.min(found.len().saturating_sub(1));
    // One column scrolls by lines, several by columns.
    let step = if columns > 1 { lines } else { 1 };
    let first = (selected + 1).saturating_sub(room).div_ceil(step) * step;
    let parts: Vec<Rect> = panel::columns(list, columns as u16, 0).collect();
    for (at, (index, line)) in found.iter().enumerate().skip(first).take(room).enumerate() {
        let place = panel::below(parts[at / lines], (at % lines) as u16);
        hits.note(Rect { height: 1, ..place }, Target::Line(index));
        let (mark, role) = match (index == selected, line.is_folder) {
            (true, _) => ("▸", Role::Selected),
            (false, true) => (" ", Role::Accent),
            (false, false) => (" ", Role::Text),
        };
        text::put(buffer, place, 0, 1, mark, Role::Accent, theme);
        let name = format!("{}{}", line.name, if line.is_folder { "/" } else { "" });
        text::put(buffer, place, 0, 3, &name, role, theme);
    }
}

/// The end of a path where there is no room for all of it.
fn ending(path: &str, room: usize) -> String {
    let count = path.chars().count();
    if count <= room {
        return path.to_owned();
    }
    let kept: String = path.chars().skip(count + 1 - room.max(1)).collect();
    format!("…{kept}")
}
