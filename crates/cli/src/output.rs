//! How lists are printed: a table for people, JSON and CSV for programs.

use std::io::{self, Write};

use serde_json::value::RawValue;

use crate::{record::Record, terminal};

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
    write_csv(
        records.iter().map(|record| {
            fields.iter().map(|field| record.text(field).unwrap_or_default()).collect()
        }),
    )
}

fn write_csv(lines: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(&line)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    let text = String::from_utf8_lossy(&bytes);
    io::stdout().lock().write_all(terminal::printable(&text).as_bytes())
}
