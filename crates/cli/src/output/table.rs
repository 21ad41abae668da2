//! Tables for people. On a terminal, texts are cut with `…` to its width; numbers and ids never
//! are. Output that goes elsewhere is never cut.

use std::io::{self, IsTerminal, Write};

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table as Layout, Width,
    presets::NOTHING,
};
use jiff::Timestamp;

use crate::output::{json_record::Record, terminal};

/// A column: its title, and the field that it shows.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a> {
    title: &'a str,
    field: &'a str,
    kind: Kind,
    /// The text for an absent value.
    nothing: &'a str,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// May be cut.
    Text,
    Whole,
    /// The beginning of a hash, which is enough to name it.
    Short,
    Time,
    Number,
    Dollars,
}

/// How much of a hash is shown.
const SHORT: usize = 12;

/// Blanks between columns.
const GAP: u16 = 2;
/// No text is cut to less than this, however narrow the terminal is.
const LEAST: u16 = 8;

/// Columns with rows, the last of which may be totals.
pub(crate) struct Table<'a> {
    columns: Vec<Column<'a>>,
    rows: Vec<Vec<String>>,
}

/// Prints pairs of a name and a text, except those without a text.
pub(crate) fn print_pairs(pairs: &[(&str, Option<String>)]) -> io::Result<()> {
    let shown = pairs.iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let width = shown.clone().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut out = io::stdout().lock();
    for (name, text) in shown {
        writeln!(out, "{name:width$}  {}", terminal::cell(text))?;
    }
    Ok(())
}

// === impl Column ===

impl<'a> Column<'a> {
    /// A text, which may be cut.
    pub(crate) const fn text(title: &'a str, field: &'a str) -> Self {
        Self { title, field, kind: Kind::Text, nothing: "-" }
    }

    /// A text that is shown whole.
    pub(crate) const fn whole(title: &'a str, field: &'a str) -> Self {
        Self { kind: Kind::Whole, ..Self::text(title, field) }
    }

    /// A hash, which is shown up to its first digits.
    pub(crate) const fn short(title: &'a str, field: &'a str) -> Self {
        Self { kind: Kind::Short, ..Self::text(title, field) }
    }

    /// A time, to the second.
    pub(crate) const fn time(title: &'a str, field: &'a str) -> Self {
        Self { kind: Kind::Time, ..Self::text(title, field) }
    }

    pub(crate) const fn number(title: &'a str, field: &'a str) -> Self {
        Self { kind: Kind::Number, ..Self::text(title, field) }
    }

    pub(crate) const fn dollars(title: &'a str, field: &'a str) -> Self {
        Self { kind: Kind::Dollars, ..Self::text(title, field) }
    }

    /// The same column, with this text for an absent value.
    pub(crate) const fn or(self, nothing: &'a str) -> Self {
        Self { nothing, ..self }
    }

    /// The field that it shows.
    pub(crate) const fn field(&self) -> &'a str {
        self.field
    }

    /// This column's text for a record.
    pub(crate) fn of(&self, record: &Record) -> String {
        let Some(text) = record.text(self.field) else { return self.nothing.to_owned() };
        terminal::cell(&match self.kind {
            Kind::Text | Kind::Whole | Kind::Number => text,
            Kind::Short => text.chars().take(SHORT).collect(),
            Kind::Time => to_the_second(text),
            Kind::Dollars => dollars(&text),
        })
    }
}

/// An amount as it is shown.
pub(crate) fn dollars(amount: &str) -> String {
    match amount.strip_prefix('-') {
        Some(amount) => format!("-${amount}"),
        None => format!("${amount}"),
    }
}

/// A time of the gateway's, which is in UTC; anything else is left as it is.
fn to_the_second(text: String) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => text,
    }
}

// === impl Kind ===

impl Kind {
    /// Gives a column its shape; `longest` is the width of its widest cell.
    fn give(self, shape: &mut comfy_table::Column, longest: u16) {
        shape.set_padding((0, GAP));
        if matches!(self, Self::Number | Self::Dollars) {
            shape.set_cell_alignment(CellAlignment::Right);
        }
        shape.set_constraint(match self {
            Self::Text => ColumnConstraint::LowerBoundary(Width::Fixed(longest.min(LEAST) + GAP)),
            _ => ColumnConstraint::ContentWidth,
        });
    }
}

// === impl Table ===

impl<'a> Table<'a> {
    pub(crate) fn new(columns: &[Column<'a>]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds the record as a row.
    pub(crate) fn add(&mut self, record: &Record) {
        self.rows.push(self.columns.iter().map(|column| column.of(record)).collect());
    }

    /// A last row of sums; the first `labels` columns are those that are summed by.
    pub(crate) fn add_total(&mut self, labels: usize, sums: &Record) {
        let label = |nth: usize| if nth == 0 { "total".to_owned() } else { String::new() };
        let columns = self.columns.iter().enumerate();
        let cells = columns.map(|(nth, column)| match nth < labels {
            true => label(nth),
            false => column.of(sums),
        });
        self.rows.push(cells.collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        // Into a pipe or file nothing is cut: a program may read it.
        let width = io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| width.0);
        io::stdout().lock().write_all(self.laid_out(width).as_bytes())
    }

    /// The table in lines, within a width if there is one.
    fn laid_out(&self, width: Option<u16>) -> String {
        let mut layout = Layout::new();
        layout.load_style(NOTHING).set_truncation_indicator("…");
        layout.set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = width {
            layout.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        let mut titles = Row::from(self.columns.iter().map(|column| Cell::new(column.title)));
        // One line a row: comfy-table would wrap a long cell instead of cutting it.
        titles.max_height(1);
        layout.set_header(titles);
        for cells in &self.rows {
            let mut row = Row::from(cells.iter().map(Cell::new));
            row.max_height(1);
            layout.add_row(row);
        }
        let longest = layout.column_max_content_widths();
        let shapes = layout.column_iter_mut().zip(longest);
        for (column, (shape, longest)) in self.columns.iter().zip(shapes) {
            column.kind.give(shape, longest);
        }
        let mut text = layout.trim_fmt();
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn table() -> Table<'static> {
        let mut table = Table::new(&[
            Column::text("alias", "alias"),
            Column::short("id", "id"),
            Column::time("at", "at"),
            Column::dollars("cost", "cost"),
            Column::text("tags", "tags").or("none"),
        ]);
        for json in [
            r#"{"alias": "the key of the batch job that runs every night", "id": "0123456789abcdef",
                "at": "2026-11-22T10:00:00.123456Z", "cost": 0.000000000001, "tags": []}"#,
            r#"{"alias": "模型\n\u001b[2J", "id": "1", "at": "soon", "cost": null,
                "tags": ["one", "two"]}"#,
        ] {
            let json: Box<RawValue> = serde_json::from_str(json).unwrap();
            table.add(&Record::read(&json).unwrap());
        }
        table
    }

    #[test]
    fn nothing_is_cut_for_programs() {
        insta::assert_snapshot!(table().laid_out(None), @r"
        alias                                           id            at                              cost  tags
        the key of the batch job that runs every night  0123456789ab  2026-11-22 10:00:00  $0.000000000001  none
        模型\n\u{1b}[2J                                 1             soon                               -  one, two
        ");
    }

    #[test]
    fn texts_are_cut_on_a_terminal_and_numbers_are_not() {
        insta::assert_snapshot!(table().laid_out(Some(72)), @r"
        alias     id            at                              cost  tags
        the key…  0123456789ab  2026-11-22 10:00:00  $0.000000000001  none
        模型\n\…  1             soon                               -  one, two
        ");
    }

    #[test]
    fn something_is_left_of_a_text_on_a_narrow_terminal() {
        insta::assert_snapshot!(table().laid_out(Some(40)), @r"
        alias     id            at                              cost  tags
        the key…  0123456789ab  2026-11-22 10:00:00  $0.000000000001  none
        模型\n\…  1             soon                               -  one, two
        ");
    }
}
