//! Formats of lists: a table for people, JSON and CSV for programs.

use std::io::{self, Write};

use serde_json::value::RawValue;

use crate::output::{json_record::Record, terminal};

/// For people or for programs.
#[derive(clap::Args)]
pub(crate) struct OutputArguments {
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    /// Print CSV, its first line the names of the fields
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// How to print.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

// === impl OutputArguments ===

impl OutputArguments {
    pub(crate) fn format(&self) -> Format {
        match (self.json, self.csv) {
            (true, _) => Format::Json,
            (_, true) => Format::Csv,
            _ => Format::Table,
        }
    }
}

/// Prints an answer as it came.
pub(crate) fn json(answer: &RawValue) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{}", terminal::printable(answer.get()))
}

/// Prints values as they came, as a list.
pub(crate) fn json_list(values: &[Box<RawValue>]) -> io::Result<()> {
    let values: Vec<&str> = values.iter().map(|value| value.get()).collect();
    writeln!(io::stdout().lock(), "[{}]", terminal::printable(&values.join(",")))
}

/// Prints these fields of each record, a line each, after a line of their names.
pub(crate) fn csv(fields: &[&str], records: &[Record]) -> io::Result<()> {
    csv_header(fields)?;
    csv_rows(fields, records)
}

/// Prints the names alone: of `a.b` that is `a_b`.
pub(crate) fn csv_header(fields: &[&str]) -> io::Result<()> {
    write_csv(std::iter::once(fields.iter().map(|field| field.replace('.', "_")).collect()))
}

/// Prints the records without the names.
pub(crate) fn csv_rows(fields: &[&str], records: &[Record]) -> io::Result<()> {
    write_csv(records.iter().map(|record| {
        let cell = |field: &&str| safe(record.text(field).unwrap_or_default());
        fields.iter().map(cell).collect()
    }))
}

/// Text that a client chose must not be a formula where the table is opened: what a spreadsheet would
/// take for one begins with an apostrophe. Numbers stay numbers, those below zero as well.
fn safe(cell: String) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if risky && !is_number(&cell) { format!("'{cell}") } else { cell }
}

/// Whether it is a plain decimal number, as the gateway writes counts and money.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, rest].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn write_csv(lines: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    // Into memory first: what is printed to a terminal must be cleaned as text.
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(&line)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    let text = String::from_utf8_lossy(&bytes);
    io::stdout().lock().write_all(terminal::printable(&text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_stay_numbers() {
        for formula in
            ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-", "-.", "-1e5", "-1."]
        {
            assert_eq!(safe(formula.to_owned()), format!("'{formula}"));
        }
        for plain in ["gpt-5", "", "-1", "-0.000000000001", "12", "'=1", "a=1"] {
            assert_eq!(safe(plain.to_owned()), plain);
        }
    }
}
