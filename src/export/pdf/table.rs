//! Tables: a header between two lines, rows, a line below; one column may take several lines.

use super::{Anchor, Canvas, Color, Rect, Stroke, Style, Text};

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

/// A table under description.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<(Text, Color)>>,
    size: f64,
}

const GAP: f64 = 14.0;

impl Table {
    /// An empty table with text of the given size.
    pub fn new(size: f64, columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), size }
    }

    /// Appends a row of texts with their colours.
    pub fn row(&mut self, cells: Vec<(Text, Color)>) {
        self.rows.push(cells);
    }

    /// Draws the table at the top of the rectangle and returns the height that it takes.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: &Rect) -> f64 {
        let widths = self.widths(canvas, area.width);
        let style = Style::new(self.size);
        let leading = self.size * 1.32;
        let thick = Stroke::new(Color::INK, 0.9);
        let (left, right) = (area.x, area.right());
        let mut y = area.y;
        canvas.line((left, y), (right, y), &thick);
        if self.columns.iter().any(|column| !column.header.characters().is_empty()) {
            let headers = self.columns.iter().map(|column| (column.header.clone(), Color::INK));
            let headers: Vec<_> = headers.collect();
            y += self.draw_row(canvas, (left, y), &widths, &headers, &style.bold(), leading);
            canvas.line((left, y), (right, y), &Stroke::new(Color::INK, 0.5));
        }
        for row in &self.rows {
            y += self.draw_row(canvas, (left, y), &widths, row, &style, leading);
        }
        canvas.line((left, y), (right, y), &thick);
        y - area.y
    }

    fn draw_row(
        &self,
        canvas: &mut Canvas<'_>,
        (left, top): (f64, f64),
        widths: &[f64],
        cells: &[(Text, Color)],
        style: &Style,
        leading: f64,
    ) -> f64 {
        let mut x = left;
        let mut most = 1;
        for ((column, width), (text, color)) in self.columns.iter().zip(widths).zip(cells) {
            let style = Style { anchor: column.anchor, color: *color, ..*style };
            let at = if column.anchor == Anchor::Right { x + width } else { x };
            let lines = match column.share {
                Some(_) => text.wrap(canvas.fonts(), &style, *width),
                None => vec![text.clone()],
            };
            for (i, line) in lines.iter().enumerate() {
                canvas.text((at, top + leading * (i as f64 + 1.0)), line, &style);
            }
            most = most.max(lines.len());
            x += width + GAP;
        }
        leading * most as f64 + self.size * 0.55
    }

    fn widths(&self, canvas: &Canvas<'_>, total: f64) -> Vec<f64> {
        let style = Style::new(self.size);
        let natural = |i: usize, column: &Column| {
            let cells = self.rows.iter().filter_map(|row| row.get(i));
            let cells = cells.map(|(text, _)| text.width(canvas.fonts(), &style));
            cells.fold(column.header.width(canvas.fonts(), &style.bold()), f64::max)
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
