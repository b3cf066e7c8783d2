//! Tables: a header between two lines, rows, a line below; one column may take several lines.

use super::{Anchor, Canvas, Color, Fonts, Rect, Stroke, Style, Text};

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    header: Text,
    anchor: Anchor,
    share: Option<f64>,
}

impl Column {
    /// A column of words, as wide as they are.
    pub fn words(header: &str) -> Self {
        Self { header: Text::new(header), anchor: Anchor::Left, share: None }
    }

    /// A column of numbers, aligned at their right.
    pub fn numbers(header: &str) -> Self {
        Self { header: Text::new(header), anchor: Anchor::Right, share: None }
    }

    /// A column of sentences, which are broken into lines; it takes this share of what the others leave.
    pub fn sentences(header: &str, share: f64) -> Self {
        Self { header: Text::new(header), anchor: Anchor::Left, share: Some(share) }
    }
}

/// A table that is not drawn yet.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    size: f64,
}

/// A text and its colour.
type Cell = (Text, Color);

/// Space between columns, in points.
const GAP: f64 = 12.0;

/// Distance of lines relative to the size.
const LEADING: f64 = 1.3;

impl Table {
    /// An empty table with text of the given size.
    pub fn new(size: f64, columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), size }
    }

    /// Appends a row of texts with their colours.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The height that [`Table::draw`] takes in the given width.
    pub fn height(&self, fonts: &Fonts, width: f64) -> f64 {
        let widths = self.widths(fonts, width);
        let style = Style::new(self.size);
        let rows = self.rows.iter().map(|row| self.row_height(&self.lines(fonts, &widths, row, &style)));
        let header =
            self.header().map(|row| self.row_height(&self.lines(fonts, &widths, &row, &style.bold())));
        rows.sum::<f64>() + header.unwrap_or(0.0)
    }

    /// Draws the table at the top of the rectangle and returns the height that it takes.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: &Rect) -> f64 {
        let widths = self.widths(canvas.fonts(), area.width);
        let style = Style::new(self.size);
        let thick = Stroke::new(Color::INK, 0.9);
        let (left, right) = (area.x, area.right());
        let mut y = area.y;
        canvas.line((left, y), (right, y), &thick);
        if let Some(header) = self.header() {
            y += self.draw_row(canvas, (left, y), &widths, &header, &style.bold());
            canvas.line((left, y), (right, y), &Stroke::new(Color::INK, 0.5));
        }
        for row in &self.rows {
            y += self.draw_row(canvas, (left, y), &widths, row, &style);
        }
        canvas.line((left, y), (right, y), &thick);
        y - area.y
    }

    /// The names of the columns, when they have any.
    fn header(&self) -> Option<Vec<Cell>> {
        let names = self.columns.iter().map(|column| column.header.clone());
        let named = self.columns.iter().any(|column| !column.header.characters().is_empty());
        named.then(|| names.map(|name| (name, Color::INK)).collect())
    }

    fn draw_row(
        &self,
        canvas: &mut Canvas<'_>,
        (left, top): (f64, f64),
        widths: &[f64],
        cells: &[Cell],
        style: &Style,
    ) -> f64 {
        let lines = self.lines(canvas.fonts(), widths, cells, style);
        let mut x = left;
        for (((column, width), (_, color)), lines) in self.columns.iter().zip(widths).zip(cells).zip(&lines) {
            let style = Style { anchor: column.anchor, color: *color, ..*style };
            let at = if column.anchor == Anchor::Right { x + width } else { x };
            for (i, line) in lines.iter().enumerate() {
                canvas.text((at, top + self.size * LEADING * (i as f64 + 1.0)), line, &style);
            }
            x += width + GAP;
        }
        self.row_height(&lines)
    }

    /// The cells of a row, broken into lines.
    fn lines(&self, fonts: &Fonts, widths: &[f64], cells: &[Cell], style: &Style) -> Vec<Vec<Text>> {
        let cells = self.columns.iter().zip(widths).zip(cells);
        cells
            .map(|((column, width), (text, _))| match column.share {
                Some(_) => text.wrap(fonts, style, *width),
                None => vec![text.clone()],
            })
            .collect()
    }

    fn row_height(&self, lines: &[Vec<Text>]) -> f64 {
        let most = lines.iter().map(Vec::len).max().unwrap_or(0).max(1);
        self.size * (LEADING * most as f64 + 0.55)
    }

    fn widths(&self, fonts: &Fonts, total: f64) -> Vec<f64> {
        let style = Style::new(self.size);
        let natural = |i: usize, column: &Column| {
            let cells = self.rows.iter().filter_map(|row| row.get(i));
            let cells = cells.map(|(text, _)| text.width(fonts, &style));
            cells.fold(column.header.width(fonts, &style.bold()), f64::max)
        };
        let fixed: Vec<Option<f64>> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| column.share.is_none().then(|| natural(i, column)))
            .collect();
        let gaps = GAP * self.columns.len().saturating_sub(1) as f64;
        let rest = (total - gaps - fixed.iter().flatten().sum::<f64>()).max(40.0);
        let shares: f64 = self.columns.iter().filter_map(|column| column.share).sum();
        let share = |column: &Column| rest * column.share.unwrap_or(0.0) / shares.max(f64::MIN_POSITIVE);
        fixed
            .iter()
            .zip(&self.columns)
            .map(|(width, column)| width.unwrap_or_else(|| share(column)))
            .collect()
    }
}
