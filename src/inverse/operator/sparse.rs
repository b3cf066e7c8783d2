//! Operators by their entries that are not zero: those that make a value of few pixels.

/// A matrix of `columns` columns, row by row: of each the places and values of entries that are not zero.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::inverse) struct Sparse {
    columns: usize,
    /// Where rows begin among the entries, and where the last one ends.
    starts: Vec<usize>,
    places: Vec<u32>,
    values: Vec<f64>,
}

impl Sparse {
    /// From entries (row, column, value) in any order, each place at most once; `visit` is called twice, and gives the same
    /// entries to what it is called with. Entries outside are left out.
    pub fn new(rows: usize, columns: usize, visit: impl Fn(&mut dyn FnMut(usize, usize, f64))) -> Self {
        let mut starts = vec![0; rows + 1];
        let is_entry = |row: usize, column: usize, value: f64| row < rows && column < columns && value != 0.0;
        visit(&mut |row, column, value| {
            if is_entry(row, column, value) {
                starts[row + 1] += 1;
            }
        });
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let (mut places, mut values) = (vec![0; starts[rows]], vec![0.0; starts[rows]]);
        visit(&mut |row, column, value| {
            if is_entry(row, column, value) {
                places[next[row]] = column as u32;
                values[next[row]] = value;
                next[row] += 1;
            }
        });
        Self { columns, starts, places, values }
    }

    /// The matrix that takes these columns, of `columns`, in their order.
    pub fn selection(pixels: &[usize], columns: usize) -> Self {
        Self::new(pixels.len(), columns, |entry| {
            pixels.iter().enumerate().for_each(|(row, &pixel)| entry(row, pixel, 1.0));
        })
    }

    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The entries of a row: column and value.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + Clone {
        let range = self.starts[row]..self.starts[row + 1];
        self.places[range.clone()].iter().map(|&place| place as usize).zip(self.values[range].iter().copied())
    }

    /// Every entry: row, column and value.
    fn visit(&self, entry: &mut dyn FnMut(usize, usize, f64)) {
        for row in 0..self.rows() {
            self.row(row).for_each(|(column, value)| entry(row, column, value));
        }
    }

    pub fn transpose(&self) -> Self {
        Self::new(self.columns, self.rows(), |entry| {
            self.visit(&mut |row, column, value| entry(column, row, value));
        })
    }

    /// This matrix times `first`.
    pub fn after(&self, first: &Self) -> Self {
        let mut sums = vec![0.0; first.columns];
        let mut is_touched = vec![false; first.columns];
        let mut out =
            Self { columns: first.columns, starts: vec![0], places: Vec::new(), values: Vec::new() };
        for row in 0..self.rows() {
            let from = out.places.len();
            for (inner, weight) in self.row(row) {
                for (column, value) in first.row(inner) {
                    sums[column] += weight * value;
                    if !std::mem::replace(&mut is_touched[column], true) {
                        out.places.push(column as u32);
                    }
                }
            }
            for &column in &out.places[from..] {
                let column = column as usize;
                out.values.push(std::mem::take(&mut sums[column]));
                is_touched[column] = false;
            }
            out.starts.push(out.places.len());
        }
        out
    }

    /// Multiplies row i by `scales`[i].
    pub fn scale_rows(&mut self, scales: impl IntoIterator<Item = f64>) {
        for (ends, scale) in self.starts.windows(2).zip(scales) {
            self.values[ends[0]..ends[1]].iter_mut().for_each(|value| *value *= scale);
        }
    }

    /// The rows at these places, in their order.
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        Self::selection(rows, self.rows()).after(self)
    }

    /// The largest difference of two columns that have an entry in the same row.
    pub fn spread(&self) -> usize {
        let of_row = |ends: &[usize]| {
            let places = &self.places[ends[0]..ends[1]];
            let (least, most) = (places.iter().min(), places.iter().max());
            least.zip(most).map_or(0, |(least, most)| (most - least) as usize)
        };
        self.starts.windows(2).map(of_row).max().unwrap_or(0)
    }

    /// Adds this matrix times `x`, one column of values, to `out`.
    pub fn add_product(&self, out: &mut [f64], x: &[f64]) {
        for (row, out) in out.iter_mut().enumerate().take(self.rows()) {
            *out += self.row(row).map(|(column, value)| value * x[column]).sum::<f64>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(matrix: &Sparse) -> Vec<Vec<f64>> {
        let mut rows = vec![vec![0.0; matrix.columns]; matrix.rows()];
        matrix.visit(&mut |row, column, value| rows[row][column] = value);
        rows
    }

    #[test]
    fn products_transposes_and_rows_are_those_of_dense_matrices() {
        let entries = [(0, 2, 1.5), (2, 0, -1.0), (0, 0, 2.0), (2, 3, 0.0), (2, 2, 4.0)];
        let matrix =
            Sparse::new(3, 4, |entry| entries.iter().for_each(|&(row, column, v)| entry(row, column, v)));
        let rows = vec![vec![2.0, 0.0, 1.5, 0.0], vec![0.0; 4], vec![-1.0, 0.0, 4.0, 0.0]];
        assert_eq!(dense(&matrix), rows);
        assert_eq!(dense(&matrix.transpose())[2], [1.5, 0.0, 4.0]);
        assert_eq!((matrix.spread(), matrix.transpose().spread()), (2, 2));
        assert_eq!(dense(&matrix.select_rows(&[2, 0])), [rows[2].clone(), rows[0].clone()]);
        let gram = dense(&matrix.after(&matrix.transpose()));
        assert_eq!(gram, [[6.25, 0.0, 4.0], [0.0; 3], [4.0, 0.0, 17.0]]);
        let mut scaled = matrix;
        scaled.scale_rows([2.0, 1.0, -1.0]);
        let mut out = vec![1.0; 3];
        scaled.add_product(&mut out, &[1.0, 5.0, 2.0, 7.0]);
        assert_eq!(out, [1.0 + 4.0 + 6.0, 1.0, 1.0 + 1.0 - 8.0]);
    }
}
