//! What the last frame put where: views note it, updates read it.

mod sprite;

use std::ops::Range;

use ratatui::layout::Rect;

use crate::data::ImageShape;
use crate::tui::command::Command;
use crate::tui::keymap::Focus;
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Part};
use crate::tui::state::inpaint::Panel;
use crate::tui::state::mask_editor::MaskKind;
use crate::tui::state::observed::ObservationKind;
use crate::tui::tab::Tab;
pub use sprite::{Raster, Sprite};

/// What a cell of the screen stands for. Numbers are indices, from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// A tab.
    Tab(Tab),
    /// A command, named in the footer.
    Command(Command),
    /// A view of the tab.
    View(usize),
    /// A line of what is open above the tab.
    Line(usize),
    /// A position of the cursor on the z axis.
    Z(usize),
    /// A check.
    Check(usize),
    /// A training image.
    Train(usize),
    /// A held-out test image, by its place among those that are explained best and worst.
    Explained(usize),
    /// An iteration of EM.
    Iteration(usize),
    /// A component.
    Component(usize),
    /// A pixel of a component's picture: component, row and column.
    Pixel(usize, (usize, usize)),
    /// A principal axis, or a nearest image, of the selected component.
    Axis(usize),
    /// A training image near the mean of a component: the component, and its place among them.
    Near(usize, usize),
    /// A sample.
    Sample(usize),
    /// A test image; a picture in its row, or the space beside them.
    Image(usize, Option<Part>),
    /// A row of the table of runs.
    Run(usize),
    /// A pixel of the mask being edited: row and column.
    MaskPixel((usize, usize)),
    /// A kind of mask.
    MaskKind(MaskKind),
    /// A kind of observation.
    Observation(ObservationKind),
    /// A position of the first slider, from 0 to 1.
    Slider(f64),
    /// A position of the noise's slider, from 0 to 1.
    Noise(f64),
    /// A picture beside the mask.
    Panel(Panel),
}

/// How the cells of a rectangle map to targets.
#[derive(Debug, Clone, Copy)]
enum Area {
    /// All to one.
    One(Target),
    /// Columns to whole numbers: from the first edge of the first to the last edge of the last column.
    Axis { low: f64, high: f64, target: fn(usize) -> Target },
    /// Columns to a position on a track.
    Slider { track: Rect, target: fn(f64) -> Target },
    /// Half cells to the pixels of an image drawn `size` columns wide and half rows high.
    Pixels { size: (usize, usize), shape: ImageShape, component: Option<usize> },
}

impl Area {
    /// The target of a cell; of the nearest one outside `rect`.
    fn target(self, rect: Rect, (x, y): (u16, u16)) -> Target {
        let (column, row) = (x.saturating_sub(rect.x), y.saturating_sub(rect.y));
        match self {
            Self::One(target) => target,
            Self::Axis { low, high, target } => {
                let fraction = (f64::from(column) + 0.5) / f64::from(rect.width.max(1));
                // A float cast saturates, and makes 0 of a NaN.
                target((low + (high - low) * fraction).round() as usize)
            }
            Self::Slider { track, target } => {
                let last = track.width.saturating_sub(1).max(1);
                target(f64::from(x.saturating_sub(track.x).min(last)) / f64::from(last))
            }
            Self::Pixels { size, shape, component } => {
                let scaled = |at: usize, size: usize, pixels: usize| {
                    let size = size.max(1);
                    (at.min(size - 1) * pixels / size).min(pixels.saturating_sub(1))
                };
                let pixel = (
                    scaled(2 * usize::from(row), size.1, shape.rows),
                    scaled(usize::from(column), size.0, shape.columns),
                );
                component.map_or(Target::MaskPixel(pixel), |component| Target::Pixel(component, pixel))
            }
        }
    }
}

/// What the keys move, and how far.
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    across: Option<(Cursor, usize)>,
    along: Option<(Cursor, usize)>,
    page: Option<(Cursor, usize)>,
    fine: Option<(Cursor, usize)>,
}

/// A list or a text that scrolls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroll {
    /// Lines of the whole.
    pub lines: usize,
    /// Lines visible at once.
    pub room: usize,
}

/// The picture that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPicture {
    /// Pixels that a key moves the cursor by.
    pub step: usize,
    /// The zoom at which the whole picture fits the screen; 0 when it has to be shrunk.
    pub fitting_zoom: usize,
}

/// What the last frame put where.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// What the frame was drawn of.
    of: Option<(Tab, Focus, (u16, u16))>,
    areas: Vec<(Rect, Area)>,
    steps: Steps,
    /// The list or text that is open.
    pub scroll: Scroll,
    /// The picture that is open.
    pub picture: Option<OpenPicture>,
    /// The samples that there is room for in view.
    pub samples: Option<Range<usize>>,
    /// Whether principal axes are in view.
    pub axes: bool,
    /// Whether draws from a posterior are in view.
    pub draws: bool,
    /// Whether the picture of the truth is in view.
    pub truth: bool,
    /// Whether there is room for everything of a restoration at once.
    pub everything: bool,
    /// What would be where without the palette above it.
    pub beneath: Option<Box<Self>>,
    /// Pictures that the terminal shows in pixels, over the cells that stand for them.
    pub sprites: Vec<Sprite>,
}

impl Hits {
    /// Nothing yet, of a frame of `app`.
    pub fn of(app: &App) -> Self {
        Self { of: Some((app.tab, app.focus(), app.size)), ..Self::default() }
    }

    /// Whether the frame was of the same tab or overlay, at the same size, as one of `app` would be.
    pub fn are_of(&self, app: &App) -> bool {
        self.of == Some((app.tab, app.focus(), app.size))
    }

    /// Notes that `rect` stands for `target`.
    pub fn note(&mut self, rect: Rect, target: Target) {
        self.areas.push((rect, Area::One(target)));
    }

    /// Notes that the columns of `rect` stand for the whole numbers from `low` to `high`.
    pub fn note_axis(&mut self, rect: Rect, (low, high): (f64, f64), target: fn(usize) -> Target) {
        self.areas.push((rect, Area::Axis { low, high, target }));
    }

    /// Notes that `rect` holds a slider with this track.
    pub fn note_slider(&mut self, rect: Rect, track: Rect, target: fn(f64) -> Target) {
        if track.width > 0 {
            self.areas.push((rect, Area::Slider { track, target }));
        }
    }

    /// Notes that `rect` holds the mask being edited, drawn `size` columns wide and half rows high.
    pub fn note_mask(&mut self, rect: Rect, size: (usize, usize), shape: ImageShape) {
        self.areas.push((rect, Area::Pixels { size, shape, component: None }));
    }

    /// Notes that `rect` holds a picture of a component with the pixels of an image, drawn `size` columns wide and half
    /// rows high.
    pub fn note_pixels(&mut self, rect: Rect, size: (usize, usize), shape: ImageShape, component: usize) {
        self.areas.push((rect, Area::Pixels { size, shape, component: Some(component) }));
    }

    /// Notes a grid: the arrow keys move `cursor` by one and by a row, the page keys by a screenful.
    pub fn note_grid(&mut self, cursor: Cursor, columns: usize, rows: usize) {
        let columns = columns.max(1);
        self.note_keys(Some((cursor, 1)), Some((cursor, columns)), (cursor, columns * rows.max(1)));
    }

    /// Notes what ← and →, ↑ and ↓, and the page keys move, and how far. Home and End move what the page keys move.
    pub fn note_keys(
        &mut self,
        across: Option<(Cursor, usize)>,
        along: Option<(Cursor, usize)>,
        page: (Cursor, usize),
    ) {
        self.steps = Steps { across, along, page: Some(page), fine: None };
    }

    /// Notes what the keys of finer steps move, and how far.
    pub fn note_fine(&mut self, fine: (Cursor, usize)) {
        self.steps.fine = Some(fine);
    }

    /// The target of a cell, the one noted last where there are several.
    pub fn at(&self, x: u16, y: u16) -> Option<Target> {
        let hit = self.areas.iter().rev().find(|(rect, _)| rect.contains((x, y).into()));
        hit.map(|(rect, area)| area.target(*rect, (x, y)))
    }

    /// The pixel of the mask that is nearest to a cell.
    pub fn mask_pixel_near(&self, x: u16, y: u16) -> Option<(usize, usize)> {
        self.areas.iter().find_map(|(rect, area)| match area.target(*rect, (x, y)) {
            Target::MaskPixel(pixel) => Some(pixel),
            _ => None,
        })
    }

    /// The position of the slider that is nearest to a column.
    pub fn slider_near(&self, x: u16) -> Option<f64> {
        self.areas.iter().find_map(|(rect, area)| match area.target(*rect, (x, rect.y)) {
            Target::Slider(position) => Some(position),
            _ => None,
        })
    }

    /// The position of the noise's slider that is nearest to a column.
    pub fn noise_near(&self, x: u16) -> Option<f64> {
        self.areas.iter().find_map(|(rect, area)| match area.target(*rect, (x, rect.y)) {
            Target::Noise(position) => Some(position),
            _ => None,
        })
    }

    /// The cursor that a command moves, and by how much.
    pub fn step(&self, command: Command) -> Option<(Cursor, isize)> {
        let Steps { across, along, page, fine } = self.steps;
        let by = |step: Option<(Cursor, usize)>, sign: isize| {
            step.map(|(cursor, by)| (cursor, sign * isize::try_from(by).unwrap_or(isize::MAX)))
        };
        match command {
            Command::Left => by(across, -1),
            Command::Right => by(across, 1),
            Command::Up => by(along, -1),
            Command::Down => by(along, 1),
            Command::Less => by(fine, -1),
            Command::More => by(fine, 1),
            Command::PageUp => by(page, -1),
            Command::PageDown => by(page, 1),
            Command::First => page.map(|(cursor, _)| (cursor, isize::MIN)),
            Command::Last => page.map(|(cursor, _)| (cursor, isize::MAX)),
            _ => None,
        }
    }

    /// The rectangle noted for `target`.
    #[cfg(test)]
    pub fn rect(&self, target: Target) -> Option<Rect> {
        let one = |area: &Area| matches!(area, Area::One(noted) if *noted == target);
        self.areas.iter().find(|(_, area)| one(area)).map(|(rect, _)| *rect)
    }
}
