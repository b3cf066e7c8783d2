//! The table of pieces: where f rises, falls or rests, with the mass of X there, and the term of z.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{At, VIEWS};
use crate::density::{Course, Piece, TransformReport};
use crate::show::{significant, words};
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::theme::{Role, Theme};
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::text;

/// Columns, right-aligned: their heads and widths.
const COLUMNS: [(&str, u16); 9] = [
    ("x from", 9),
    ("to", 9),
    ("f from", 10),
    ("to", 10),
    ("mass", 9),
    ("x of z", 9),
    ("p_X(x)", 9),
    ("|f′(x)|", 9),
    ("term", 12),
];

/// Columns of the course.
const COURSE: u16 = 13;

/// Those that are left out on a narrow screen: the image.
fn shown(column: usize, width: u16) -> bool {
    let all: u16 = COLUMNS.iter().map(|column| column.1).sum();
    width >= COURSE + all || !(2..4).contains(&column)
}

/// Draws the table; with the index of its view where it shares its place.
pub fn draw(
    report: &TransformReport,
    at: &At,
    app: &App,
    view: Option<usize>,
    buffer: &mut Buffer,
    area: Rect,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let pieces = &report.pair.pieces;
    let unproved = if pieces.unproved > 1e-15 {
        format!("without proof: a mass of {}", significant(pieces.unproved, 2))
    } else {
        "all proved by intervals".to_owned()
    };
    let views: &[&str] = if view.is_some() { &VIEWS } else { &[] };
    let panel = Panel {
        title: "The pieces of f",
        remark: &unproved,
        views,
        view: view.unwrap_or(0),
        ..Panel::default()
    };
    let area = panel.draw_with(buffer, area, theme, hits);
    row(buffer, area, 0, ("f", Role::Dim), &COLUMNS.map(|column| column.0), Role::Dim, theme);
    let room = usize::from(area.height.saturating_sub(1));
    // Where not all fit, those around the preimages of z come first.
    let all = pieces.pieces.len();
    let has_term = |piece: &Piece| at.terms.iter().any(|term| holds(piece, term.x));
    let first = pieces.pieces.iter().position(has_term).filter(|_| all > room).unwrap_or(0);
    let first = first.saturating_sub(1).min(all.saturating_sub(room.saturating_sub(1).max(1)));
    let first = if all > room { first } else { 0 };
    let count = if all > room { room.saturating_sub(1) } else { room };
    for (line, piece) in pieces.pieces.iter().skip(first).take(count).enumerate() {
        let cells = cells(report, at, piece);
        let role = match piece.course {
            Course::Undecided | Course::Undefined => Role::Dim,
            _ if has_term(piece) => Role::Text,
            _ => Role::Dim,
        };
        let course = (words::course(piece.course), if has_term(piece) { Role::Accent } else { role });
        row(buffer, area, line as u16 + 1, course, &cells.each_ref().map(String::as_str), role, theme);
    }
    if all > room {
        let words =
            format!("{} to {} of {} pieces", first + 1, (first + count).min(all), words::grouped(all));
        text::put(buffer, area, area.height.saturating_sub(1), 2, &words, Role::Dim, theme);
    }
}

fn holds(piece: &Piece, x: f64) -> bool {
    piece.is_monotone() && (piece.from..=piece.to).contains(&x)
}

fn cells(report: &TransformReport, at: &At, piece: &Piece) -> [String; 9] {
    // An exponent takes the place of digits.
    let short = |value: f64| {
        let texts = [4, 2].map(|digits| significant(value, digits));
        texts.into_iter().find(|text| text.chars().count() <= 8).unwrap_or_else(|| significant(value, 1))
    };
    // An edge at 0 is found to rounding.
    let edges = report.pair.pieces.pieces.iter().flat_map(|piece| [piece.from, piece.to]);
    let largest = edges.filter(|edge| edge.is_finite()).fold(0.0_f64, |most, edge| most.max(edge.abs()));
    let edge = |value: f64| short(if value.abs() < 1e-12 * largest { 0.0 } else { value });
    let (low, high) = match piece.course {
        Course::Increasing => piece.image(),
        Course::Decreasing => (piece.image().1, piece.image().0),
        Course::Constant => (report.pair.map.at(&f64::midpoint(piece.from, piece.to)), f64::NAN),
        _ => (f64::NAN, f64::NAN),
    };
    let number = |value: f64| if value.is_nan() { String::new() } else { short(value) };
    let term = at.terms.iter().find(|term| holds(piece, term.x));
    let of_term =
        |value: fn(&crate::density::Term) -> f64| term.map_or_else(String::new, |term| short(value(term)));
    [
        edge(piece.from),
        edge(piece.to),
        number(low),
        number(high),
        short(piece.mass),
        of_term(|term| term.x),
        of_term(|term| term.density),
        of_term(|term| term.derivative.abs()),
        of_term(|term| term.contribution),
    ]
}

fn row(
    buffer: &mut Buffer,
    area: Rect,
    at: u16,
    (course, role): (&str, Role),
    cells: &[&str; 9],
    rest: Role,
    theme: Theme,
) {
    let begin = Rect { width: COURSE.min(area.width), ..area };
    text::put(buffer, begin, at, 2, course, role, theme);
    let mut end = COURSE;
    for (column, (cell, (_, width))) in cells.iter().zip(COLUMNS).enumerate() {
        if shown(column, area.width) {
            end += width;
            if end <= area.width {
                text::right(buffer, Rect { width: end, ..area }, at, cell, rest, theme);
            }
        }
    }
}

/// The table for the clipboard.
pub fn table(app: &App) -> Option<Copied> {
    let report = app.transformed()?;
    let pieces = &report.pair.pieces.pieces;
    let mut table = Table::of(&["f", "x_from", "x_to", "mass"]);
    for piece in pieces {
        let numbers = [piece.from, piece.to, piece.mass].map(|value| number(Some(value)));
        table.row(std::iter::once(words::course(piece.course).to_owned()).chain(numbers));
    }
    Some(table.copied(format!("{} pieces", pieces.len())))
}
