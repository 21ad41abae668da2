//! Bulk rows for one table. Their text is in one buffer, since forty allocations for each row would
//! cost more than SQLite does. Columns that equal those of the row before are stored once.

use super::value::{Value, storable};

/// Some rows of equal width.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    text: String,
    cells: Vec<Cell>,
    width: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Int(i64),
    Text { start: usize, end: usize },
}

/// One value of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellRef<'a> {
    Null,
    Int(i64),
    Text(&'a str),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number.
    Int,
    /// A whole number that is 1 for yes and 0 for no.
    Flag,
    /// Text.
    Text,
    /// Text that is JSON.
    Json,
}

/// The longest text in a column with an index, in bytes. PostgreSQL refuses an index row above
/// 2.7 kB, and a roll-up's key has seven such columns.
const NAME_MAX: usize = 256;

// === impl Kind ===

impl Kind {
    /// Whether its values are numbers in the database; otherwise they are text.
    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Flag)
    }
}

// === impl Cells ===

impl Cells {
    pub(crate) fn with_capacity(width: usize, rows: usize) -> Self {
        Self {
            text: String::with_capacity(rows * 512),
            cells: Vec::with_capacity(width * rows),
            width,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub(crate) fn int(&mut self, number: i64) {
        self.cells.push(Cell::Int(number));
    }

    pub(crate) fn text(&mut self, text: &str) {
        let text = storable(text);
        let above =
            self.cells.len().checked_sub(self.width).and_then(|above| self.cells.get(above));
        let cell = match above {
            Some(&cell) if self.value(cell) == CellRef::Text(&text) => cell,
            _ => {
                let start = self.text.len();
                self.text.push_str(&text);
                Cell::Text { start, end: self.text.len() }
            }
        };
        self.cells.push(cell);
    }

    pub(crate) fn opt_int(&mut self, number: Option<i64>) {
        self.cells.push(number.map_or(Cell::Null, Cell::Int));
    }

    pub(crate) fn opt_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.cells.push(Cell::Null),
        }
    }

    /// Text in a column with an index.
    pub(crate) fn name(&mut self, text: &str) {
        self.text(clipped(text));
    }

    /// Whether a row has in a column what the row before it has.
    pub(crate) fn is_as_above(&self, row: usize, column: usize) -> bool {
        let cell = row * self.width + column;
        cell >= self.width && self.cells.get(cell - self.width) == self.cells.get(cell)
    }

    pub(crate) fn get(&self, row: usize, column: usize) -> CellRef<'_> {
        let cell = self.cells.get(row * self.width + column);
        self.value(cell.copied().unwrap_or(Cell::Null))
    }

    /// A row as the arguments of a statement.
    pub(crate) fn values(&self, row: usize, columns: &[(&str, Kind)]) -> Vec<Value> {
        let value = |(column, (_, kind)): (usize, &(&str, Kind))| match self.get(row, column) {
            CellRef::Null if kind.is_number() => Value::Int(None),
            CellRef::Null => Value::Text(None),
            CellRef::Int(number) => number.into(),
            CellRef::Text(text) => text.into(),
        };
        columns.iter().enumerate().map(value).collect()
    }

    fn value(&self, cell: Cell) -> CellRef<'_> {
        match cell {
            Cell::Null => CellRef::Null,
            Cell::Int(number) => CellRef::Int(number),
            Cell::Text { start, end } => {
                CellRef::Text(self.text.get(start..end).unwrap_or_default())
            }
        }
    }
}

/// The beginning of a text, as much of it as a column with an index holds.
pub(crate) fn clipped(text: &str) -> &str {
    if text.len() <= NAME_MAX { text } else { &text[..text.floor_char_boundary(NAME_MAX)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_values() {
        let mut cells = Cells::with_capacity(3, 2);
        cells.int(1);
        cells.text("one\0two");
        cells.opt_int(None);
        cells.int(-2);
        cells.name(&"é".repeat(200));
        cells.text("");
        assert_eq!(cells.len(), 2);
        assert_eq!(cells.get(0, 1), CellRef::Text("one\u{FFFD}two"));
        assert_eq!(cells.get(0, 2), CellRef::Null);
        assert_eq!(cells.get(1, 0), CellRef::Int(-2));
        assert_eq!(cells.get(1, 1), CellRef::Text(&"é".repeat(128)));
        assert_eq!(cells.get(1, 2), CellRef::Text(""));
    }

    #[test]
    fn repeated_values_are_stored_once() {
        let mut cells = Cells::with_capacity(3, 2);
        for row in [("one", Some("a"), 1), ("one", None, 1), ("two", Some("a"), 1)] {
            cells.text(row.0);
            cells.opt_text(row.1);
            cells.int(row.2);
        }
        let rows = [0, 1, 2].map(|row| [0, 1].map(|column| cells.get(row, column)));
        let [one, two, a] = ["one", "two", "a"].map(CellRef::Text);
        assert_eq!(rows, [[one, a], [one, CellRef::Null], [two, a]]);
        let same = [0, 1, 2].map(|row| [0, 1, 2].map(|column| cells.is_as_above(row, column)));
        assert_eq!(same, [[false; 3], [true, false, true], [false, false, true]]);
        assert_eq!(cells.text, "oneatwoa");
    }
}
