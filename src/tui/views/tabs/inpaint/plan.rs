//! Where the parts of one restoration are.
//!
//! ```text
//! mask       restored   std dev     the image, its quality, the posterior weights     first row
//! truth      draw 1     draw 2      ...                                               further rows, where they fit
//! test images, small                                                                  where they fit
//! kinds of observation, kinds of masks, slider, noise                                 controls
//! ```

use ratatui::layout::Rect;

use crate::data::ImageShape;
use crate::tui::state::App;
use crate::tui::state::inpaint::{DRAWS, InpaintView, Panel};
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::{panel, tiles};

/// Columns for the text.
const TEXT: usize = 22;
/// The least columns of a picture with its caption.
const CAPTION: usize = 8;

/// A picture and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The picture.
    pub panel: Panel,
    /// The line above it; empty when it has no caption.
    pub caption: Rect,
    /// Where it is drawn, as large as it fits.
    pub picture: Rect,
}

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Whether there is room for every picture at once.
    pub everything: bool,
    /// Pictures; the mask is the first.
    pub panels: Vec<Place>,
    /// Columns for the text beside the first row.
    pub text: Rect,
    /// The test images to choose from, by index.
    pub images: Vec<(usize, Rect)>,
    /// How often intervals cover; empty where there is no room for it.
    pub coverage: Rect,
    /// The list of kinds of observation, one line; empty on a low screen.
    pub observations: Rect,
    /// The list of kinds of masks, one line.
    pub kinds: Rect,
    /// The slider, one line.
    pub slider: Rect,
    /// The noise's slider, one line; empty on a low screen.
    pub noise: Rect,
}

/// Columns of a picture of `size`, with its caption.
fn width(size: Size) -> usize {
    size.columns.max(CAPTION)
}

/// The sizes of the first and of further rows at which everything is in view; none when there is no room for that.
fn whole(area: Rect, shape: ImageShape) -> Option<(Size, Size)> {
    let (columns, rows) = (usize::from(area.width), usize::from(above(area).height));
    let small = Size::of(shape, 1);
    let fits =
        |size: &Size| 3 * (width(*size) + 1) + TEXT <= columns && size.rows() + small.rows() + 2 <= rows;
    (1..=4).rev().map(|zoom| Size::of(shape, zoom)).find(fits).map(|size| (size, small))
}

fn controls(area: Rect) -> u16 {
    match area.height >= 19 {
        true if area.width >= 160 => 3,
        true => 4,
        false => 2,
    }
}

/// Above the controls.
fn above(area: Rect) -> Rect {
    Rect { height: area.height.saturating_sub(controls(area)), ..area }
}

fn cells(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// The place of column `column` in a row of pictures of `size` that begins at the top of `area`.
fn place(panel: Panel, area: Rect, column: usize, size: Size) -> Place {
    let x = area.x.saturating_add(cells(column * (width(size) + 1)));
    let caption = Rect { x, width: cells(width(size)), height: 1, ..area }.intersection(area);
    let picture =
        Rect { x, y: area.y.saturating_add(1), width: cells(size.columns), height: cells(size.rows()) };
    Place { panel, caption, picture: picture.intersection(area) }
}

/// Where everything is when the inside of the tab is `area`.
pub fn plan(app: &App, area: Rect) -> Plan {
    let rest = above(area);
    let line = |from_below: u16| {
        let y = area.bottom().saturating_sub(from_below).max(area.y);
        Rect { y, height: u16::from(from_below <= area.height.min(controls(area))), ..area }
    };
    let mut plan = match controls(area) {
        // Both sliders have room in one line.
        3 => {
            let mut halves = panel::columns(line(1), 2, 4);
            let (slider, noise) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            Plan { observations: line(3), kinds: line(2), slider, noise, ..Plan::default() }
        }
        4 => {
            Plan { observations: line(4), kinds: line(3), slider: line(2), noise: line(1), ..Plan::default() }
        }
        _ => Plan { kinds: line(2), slider: line(1), ..Plan::default() },
    };
    let shape = app.shape();
    match whole(area, shape) {
        Some(sizes) => {
            plan.everything = true;
            plan_whole(&mut plan, rest, sizes, tiles::least(shape), (app.image(), app.image_count()));
        }
        None => plan_part(&mut plan, rest, shape, app.inpaint.view),
    }
    plan
}

/// Everything at once: a first row with the text, then rows of the truth and of draws, then the `small` test images,
/// with `selected` of `count` in view.
fn plan_whole(
    plan: &mut Plan,
    area: Rect,
    (size, further): (Size, Size),
    small: Size,
    (selected, count): (usize, usize),
) {
    let first = [Panel::Mask, Panel::Restored, Panel::Deviation];
    plan.panels = first.into_iter().enumerate().map(|(i, panel)| place(panel, area, i, size)).collect();
    let column = cells(3 * (width(size) + 1));
    let height = cells(size.rows() + 1);
    plan.text = Rect {
        x: area.x + column,
        width: area.width.saturating_sub(column),
        height: area.height.min(height),
        ..area
    };
    let mut rest = panel::below(area, height);
    let each = cells(further.rows() + 1);
    let columns = (usize::from(area.width) + 1) / (width(further) + 1);
    let mut panels = std::iter::once(Panel::Truth).chain((0..DRAWS).map(Panel::Draw));
    let mut columns = columns;
    while rest.height >= each {
        // The first of these rows ends with the coverage.
        let covers = plan.coverage.width == 0 && columns > 2;
        let row: Vec<Panel> = panels.by_ref().take(columns - usize::from(covers)).collect();
        if row.is_empty() {
            break;
        }
        if covers {
            let x = area.x.saturating_add(cells(row.len() * (width(further) + 1)) + 1);
            let coverage = Rect { x, y: rest.y, width: area.right().saturating_sub(x), height: each };
            plan.coverage = coverage.intersection(area);
            columns = (usize::from(area.width) + 1) / (width(further) + 1);
        }
        plan.panels.extend(row.into_iter().enumerate().map(|(i, panel)| place(panel, rest, i, further)));
        rest = panel::below(rest, each);
    }
    let room = ((usize::from(rest.width) + 1) / (width(small) + 1)).min(count);
    if usize::from(rest.height) >= small.rows() && room > 1 {
        let start = selected.saturating_sub(room / 2).min(count - room);
        plan.images =
            (start..start + room).map(|i| (i, place(Panel::Truth, rest, i - start, small).picture)).collect();
    }
}

/// The mask, and beside and below it what the view asks for, as far as there is room.
fn plan_part(plan: &mut Plan, area: Rect, shape: ImageShape, view: InpaintView) {
    let (columns, rows) = (usize::from(area.width), usize::from(area.height));
    let native = Size::of(shape, 1);
    let fits = |size: &Size| 2 * (width(*size) + 1) + TEXT <= columns + 1 && size.rows() < rows;
    let size = tiles::sizes(shape).filter(|size| size.columns <= native.columns).find(fits);
    let size = size.unwrap_or_else(|| {
        // On the least screen the room decides, not the sizes that suit many pictures.
        let least = tiles::least(shape);
        let width = least.columns.min((columns.saturating_sub(TEXT + 1) / 2).max(2));
        let height = least.rows().min(rows.saturating_sub(1)).max(1);
        image::fitted(shape, Rect { width: cells(width), height: cells(height), ..area })
    });
    let across = (columns.saturating_sub(TEXT) / (width(size) + 1)).max(2);
    let each = size.rows() + 1;
    let order = match view {
        InpaintView::Deviation => [Panel::Deviation, Panel::Restored, Panel::Truth, Panel::Draw(0)],
        InpaintView::Draws => [Panel::Draw(0), Panel::Truth, Panel::Restored, Panel::Deviation],
        _ => [Panel::Restored, Panel::Truth, Panel::Deviation, Panel::Draw(0)],
    };
    let room = across * (rows / each).max(1);
    let panels = std::iter::once(Panel::Mask).chain(order).take(room);
    for (at, panel) in panels.enumerate() {
        let row = panel::below(area, cells(at / across * each));
        let place = place(panel, row, at % across, size);
        match panel {
            Panel::Draw(_) => plan.panels.extend(quarters(place)),
            _ => plan.panels.push(place),
        }
    }
    let column = cells(across * (width(size) + 1));
    plan.text = Rect { x: area.x.saturating_add(column), width: area.width.saturating_sub(column), ..area };
}

/// The mean and three draws in the place of one picture; one draw where that is too low for two.
fn quarters(whole: Place) -> Vec<Place> {
    let Rect { width, height, .. } = whole.picture;
    if height < 2 {
        return vec![whole];
    }
    let quarters =
        [(Panel::Restored, 0, 0), (Panel::Draw(0), 1, 0), (Panel::Draw(1), 0, 1), (Panel::Draw(2), 1, 1)];
    let quarter = |(panel, right, below)| Place {
        panel,
        caption: if panel == Panel::Draw(0) { whole.caption } else { Rect::default() },
        picture: Rect {
            x: whole.picture.x + right * (width / 2),
            y: whole.picture.y + below * (height / 2),
            width: width / 2,
            height: height / 2,
        },
    };
    quarters.map(quarter).to_vec()
}
