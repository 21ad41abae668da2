//! A Markdown table with aligned columns, so that it reads well on a terminal too.

use std::fmt;

/// A table; its first column is text, the others are figures.
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.head]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        line(f, &self.head, &widths)?;
        for (column, &width) in widths.iter().enumerate() {
            let dashes = "-".repeat(width);
            write!(
                f,
                "|{}",
                if column == 0 { format!("{dashes}--") } else { format!("{dashes}-:") }
            )?;
        }
        writeln!(f, "|")?;
        self.rows.iter().try_for_each(|row| line(f, row, &widths))
    }
}

fn line(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        if column == 0 {
            write!(f, "| {cell:<width$} ")?;
        } else {
            write!(f, "| {cell:>width$} ")?;
        }
    }
    writeln!(f, "|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let table = Table { head: row(["target", "µs"]), rows: vec![row(["nginx", "40"])] };
        assert_eq!(table.to_string(), "| target |  µs |\n|--------|----:|\n| nginx  |  40 |\n");
    }
}
