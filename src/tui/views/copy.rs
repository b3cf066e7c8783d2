//! What goes to the clipboard: the numbers under the cursor, or the table of the tab, as tab-separated values with all
//! their digits.

use crate::show::Picture;
use crate::tui::state::App;
use crate::tui::state::overlay::{Open, Overlay, Subject};
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::{pictures, tabs};

/// What the cursor of the tab, or of the open picture, stands on.
pub fn selection(app: &App) -> Option<Copied> {
    if let Some(Overlay::Picture(open)) = &app.overlay {
        return pixel(app, open);
    }
    let numbers = (tabs::spec(app.tab).numbers)(app);
    numbers.or_else(|| picture(app, tabs::selected(app)?))
}

/// The table of the tab.
pub fn table(app: &App) -> Option<Copied> {
    (tabs::spec(app.tab).table)(app)
}

/// A picture, a row of pixels a line.
fn picture(app: &App, subject: Subject) -> Option<Copied> {
    let subject = match subject {
        // D x D values are too many for most clipboards.
        Subject::Covariance(component) => Subject::Mean(component),
        other => other,
    };
    let (width, height) = pictures::size(app, subject)?;
    let values = values(&pictures::part(app, subject, (0, 0), width, height)?);
    Some(values.copied(format!("{}, {width} × {height} values", pictures::title(app, subject))))
}

fn values(picture: &Picture) -> Table {
    let mut table = Table::default();
    for y in 0..picture.height {
        table.row((0..picture.width).map(|x| number(picture.value(x, y))));
    }
    table
}

fn pixel(app: &App, open: &Open) -> Option<Copied> {
    pictures::size(app, open.subject)?;
    let mut table = Table::of(&["row", "column", "value"]);
    let value = pictures::value(app, open.subject, open.x, open.y);
    table.row([open.y.to_string(), open.x.to_string(), number(value)]);
    let title = pictures::title(app, open.subject);
    Some(table.copied(format!("row {}, column {} of the {title}", open.y, open.x)))
}

#[cfg(test)]
mod tests;
