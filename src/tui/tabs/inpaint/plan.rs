//! Where the parts of the bench are.
//!
//! ```text
//! heading
//! canvas     restored   std dev     the image, its quality, the posterior weights     first row
//! truth      draw 1     draw 2      ...                                               further rows, where they fit
//! test images, small                                                                  where they fit
//! masks, slider, brush                                                                controls
//! ```

use ratatui::layout::Rect;

use super::super::super::app::{App, BenchView};
use super::super::super::widgets::{image, panel, tiles};
use super::{Panel, side};

/// Columns for the text.
const TEXT: usize = 22;
/// The size of the test images to choose from.
const SMALL: usize = 14;

/// A picture and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub panel: Panel,
    /// A line above it; empty when it has no caption.
    pub caption: Rect,
    /// Where it is drawn, as large as it fits.
    pub picture: Rect,
}

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Pictures; the canvas is the first.
    pub panels: Vec<Place>,
    /// Columns for the text beside the first row.
    pub text: Rect,
    /// The test images to choose from, by index.
    pub images: Vec<(usize, Rect)>,
    /// The list of masks, one line.
    pub shapes: Rect,
    /// The slider, one line.
    pub slider: Rect,
    /// What the brush does, one line; empty on a low screen.
    pub brush: Rect,
}

/// Sizes of first and further rows at which everything is to be seen; none when there is no room for that.
pub fn whole(area: Rect, side: usize) -> Option<(usize, usize)> {
    let (width, rows) = (usize::from(area.width), usize::from(above(area).height));
    let fits = |&size: &usize| {
        3 * (size + 1) + TEXT <= width && image::cell_rows(size) + image::cell_rows(side) + 2 <= rows
    };
    (1..=4).rev().map(|zoom| zoom * side).find(fits).map(|size| (size, side))
}

fn controls(area: Rect) -> u16 {
    if area.height >= 20 { 3 } else { 2 }
}

/// Between the heading and the controls.
fn above(area: Rect) -> Rect {
    let below = panel::below(area, 1);
    Rect { height: below.height.saturating_sub(controls(area)), ..below }
}

fn cells(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// The place of column `column` in a row of pictures of `size` pixels that begins at the top of `area`.
fn place(panel: Panel, area: Rect, column: usize, size: usize) -> Place {
    let x = area.x.saturating_add(cells(column * (size + 1)));
    let caption = Rect { x, width: cells(size), height: 1, ..area }.intersection(area);
    let picture =
        Rect { x, y: area.y.saturating_add(1), width: cells(size), height: cells(image::cell_rows(size)) };
    Place { panel, caption, picture: picture.intersection(area) }
}

/// Where everything is when the tab has `area`.
pub fn plan(app: &App, area: Rect) -> Plan {
    let rest = above(area);
    let line = |from_below: u16| {
        let y = area.bottom().saturating_sub(from_below).max(area.y);
        Rect { y, height: u16::from(from_below <= area.height.min(controls(area))), ..area }
    };
    let mut plan = Plan { shapes: line(controls(area)), slider: line(controls(area) - 1), ..Plan::default() };
    if controls(area) == 3 {
        plan.brush = line(1);
    }
    let count = app.inpainted().map_or(0, |report| report.restorations.len());
    match whole(area, side(app)) {
        Some(sizes) => plan_whole(&mut plan, rest, sizes, count, app.image()),
        None => plan_part(&mut plan, rest, side(app), app.bench.view),
    }
    plan
}

/// Everything at once: a first row with the text, then rows of the truth and of draws, then the test images.
fn plan_whole(plan: &mut Plan, area: Rect, (size, small): (usize, usize), count: usize, selected: usize) {
    let first = [Panel::Canvas, Panel::Restored, Panel::Deviation];
    plan.panels = first.into_iter().enumerate().map(|(i, panel)| place(panel, area, i, size)).collect();
    let column = cells(3 * (size + 1));
    let height = cells(image::cell_rows(size) + 1);
    plan.text = Rect {
        x: area.x + column,
        width: area.width.saturating_sub(column),
        height: area.height.min(height),
        ..area
    };
    let mut rest = panel::below(area, height);
    let each = cells(image::cell_rows(small) + 1);
    let columns = (usize::from(area.width) + 1) / (small + 1);
    let mut panels =
        std::iter::once(Panel::Truth).chain((0..super::super::super::app::DRAWS).map(Panel::Draw));
    while rest.height >= each {
        let row: Vec<Panel> = panels.by_ref().take(columns).collect();
        if row.is_empty() {
            break;
        }
        plan.panels.extend(row.into_iter().enumerate().map(|(i, panel)| place(panel, rest, i, small)));
        rest = panel::below(rest, each);
    }
    let room = ((usize::from(rest.width) + 1) / (SMALL + 1)).min(count);
    if usize::from(rest.height) > image::cell_rows(SMALL) && room > 1 {
        let start = selected.saturating_sub(room / 2).min(count - room);
        plan.images =
            (start..start + room).map(|i| (i, place(Panel::Truth, rest, i - start, SMALL).picture)).collect();
    }
}

/// The canvas, and beside and below it what the view asks for, as far as there is room.
fn plan_part(plan: &mut Plan, area: Rect, side: usize, view: BenchView) {
    let (width, rows) = (usize::from(area.width), usize::from(area.height));
    let fits = |&size: &usize| 2 * (size + 1) + TEXT <= width + 1 && image::cell_rows(size) < rows;
    let size = tiles::sizes(side).filter(|&size| size <= side).find(fits);
    // On the least screen the height decides, not the sizes that suit many pictures.
    let size = size.unwrap_or_else(|| (2 * rows.saturating_sub(1)).clamp(2, tiles::least(side)));
    let columns = (width.saturating_sub(TEXT) / (size + 1)).max(2);
    let each = image::cell_rows(size) + 1;
    let order = match view {
        BenchView::Deviation => [Panel::Deviation, Panel::Restored, Panel::Truth, Panel::Draw(0)],
        BenchView::Draws => [Panel::Draw(0), Panel::Truth, Panel::Restored, Panel::Deviation],
        _ => [Panel::Restored, Panel::Truth, Panel::Deviation, Panel::Draw(0)],
    };
    let cells_for_panels = columns * (rows / each).max(1);
    let panels = std::iter::once(Panel::Canvas).chain(order).take(cells_for_panels);
    for (at, panel) in panels.enumerate() {
        let row = panel::below(area, cells(at / columns * each));
        let place = place(panel, row, at % columns, size);
        match panel {
            Panel::Draw(_) => plan.panels.extend(quarters(place)),
            _ => plan.panels.push(place),
        }
    }
    let column = cells(columns * (size + 1));
    plan.text = Rect { x: area.x.saturating_add(column), width: area.width.saturating_sub(column), ..area };
}

/// The mean and three draws in the place of one picture.
fn quarters(whole: Place) -> [Place; 4] {
    let Rect { width, height, .. } = whole.picture;
    [Panel::Restored, Panel::Draw(0), Panel::Draw(1), Panel::Draw(2)].map(|panel| {
        let (right, below) = match panel {
            Panel::Draw(0) => (1, 0),
            Panel::Draw(1) => (0, 1),
            Panel::Draw(2) => (1, 1),
            _ => (0, 0),
        };
        let picture = Rect {
            x: whole.picture.x + right * (width / 2),
            y: whole.picture.y + below * (height / 2),
            width: width / 2,
            height: height / 2,
        };
        let caption = if panel == Panel::Draw(0) { whole.caption } else { Rect::default() };
        Place { panel, caption, picture }
    })
}
