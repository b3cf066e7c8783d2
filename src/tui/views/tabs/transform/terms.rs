//! The line of every preimage of z, and its term p_X / |f′| of the sum.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::At;
use crate::density::Term;
use crate::show::{fixed, significant};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::text;

/// Terms that the line names; the table of pieces has all of them.
const MOST: usize = 6;

/// A number in four decimals, or in four digits where those say little.
fn short(value: f64) -> String {
    let plain = value == 0.0 || (0.01..1e4).contains(&value.abs());
    if plain { fixed(value, 4) } else { significant(value, 4) }
}

/// Draws the line, in full where there is room.
pub fn draw(app: &App, at: &At, buffer: &mut Buffer, line: Rect) {
    let terms = &at.terms[..at.terms.len().min(MOST)];
    let more = at.terms.len() - terms.len();
    let list = |value: &dyn Fn(&Term) -> String, join: &str| {
        let mut words: Vec<String> = terms.iter().map(value).collect();
        if more > 0 {
            words.push(format!("… {more} more"));
        }
        words.join(join)
    };
    if at.terms.is_empty() {
        let z = significant(at.z, 6);
        let pieces = [
            ("z = ", Role::Dim),
            (&*z, Role::Cursor),
            ("  has no preimage: p_Z(z) = ", Role::Dim),
            ("0", Role::Accent),
        ];
        text::pieces(buffer, line, 0, &pieces, app.theme);
        return;
    }
    let xs = list(&|term| short(term.x), ", ");
    let fractions = list(&|term| format!("{}/{}", short(term.density), short(term.derivative.abs())), " + ");
    let values = list(&|term| short(term.contribution), " + ");
    let (z, sum) =
        (if at.z.abs() < 100.0 { fixed(at.z, 3) } else { significant(at.z, 6) }, short(at.density()));
    let pieces = |shown: bool| {
        let (long, middle) = if shown { (fractions.as_str(), " = ") } else { ("", "") };
        [
            ("z = ", Role::Dim),
            (&*z, Role::Cursor),
            ("  x = ", Role::Dim),
            (&*xs, Role::Text),
            ("  p_X/|f′| = ", Role::Dim),
            (long, Role::Text),
            (middle, Role::Dim),
            (&*values, Role::Text),
            ("  p_Z(z) = ", Role::Dim),
            (&*sum, Role::Accent),
        ]
        .map(|(text, role)| (text.to_owned(), role))
    };
    let width =
        |pieces: &[(String, Role)]| pieces.iter().map(|(text, _)| text::width(text, app.theme)).sum::<u16>();
    let long = pieces(true);
    let chosen = if width(&long) <= line.width { long } else { pieces(false) };
    let chosen: Vec<(&str, Role)> = chosen.iter().map(|(text, role)| (text.as_str(), *role)).collect();
    text::pieces(buffer, line, 0, &chosen, app.theme);
}
