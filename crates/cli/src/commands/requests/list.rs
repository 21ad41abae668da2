//! `fareway requests list`: lists requests newest first, one page or all of them.

use std::io::{self, Write};

use serde_json::value::RawValue;

use super::fields::{CSV, MoreFilters};
use crate::{
    args::request_filter::FilterArguments,
    client::api::{Api, ApiArguments},
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::Record,
        table::Table,
        terminal,
    },
};

/// List requests, newest first
///
/// Costs are in US dollars. A key sees its own requests, the master key and keys of admins see all.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many requests at most (default: 50); with --all, how many are fetched at a time
    #[arg(long, value_name = "N", default_value_t = 50, hide_default_value = true,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only those older than this request
    #[arg(long, value_name = "ID")]
    before: Option<String>,
    /// All requests, page after page
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    filter: FilterArguments,
    #[command(flatten)]
    more: MoreFilters,
    #[command(flatten)]
    api: ApiArguments,
}

/// What is printed as the pages come.
enum Listing {
    /// Only whole does it know how wide it is.
    Table(Table<'static>),
    Json {
        any: bool,
    },
    Csv,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let api = arguments.api.api()?;
    let mut listing: Option<Listing> = None;
    let mut before = arguments.before.clone();
    let next = loop {
        let page = page(&api, arguments, before.as_deref())?;
        // Nothing is printed before there is something to print.
        let listing = match &mut listing {
            Some(listing) => listing,
            none => none.insert(Listing::begin(arguments)?),
        };
        listing.add(&page.list("requests")?)?;
        before = page.text("next");
        if before.is_none() || !arguments.all {
            break before;
        }
    };
    if let Some(listing) = listing {
        listing.end(next.as_deref())?;
    }
    if let Some(next) = next {
        terminal::remark(&format!(
            "There are more: --all lists all, `--before {}` continues from here.",
            terminal::cell(&next)
        ));
    }
    Ok(())
}

fn page(api: &Api, arguments: &Arguments, before: Option<&str>) -> Result<Record, Failure> {
    let mut query = arguments.filter.query();
    query.push(("limit", arguments.limit.to_string()));
    query.extend(arguments.more.query());
    query.extend(before.map(|before| ("before", before.to_owned())));
    let query: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Record::read(&api.get(&["fareway", "v1", "requests"], &query)?)
}

// === impl Listing ===

impl Listing {
    fn begin(arguments: &Arguments) -> io::Result<Self> {
        Ok(match arguments.output.format() {
            Format::Table => Self::Table(Table::new(arguments.more.columns())),
            Format::Json => {
                write!(io::stdout().lock(), "{{\"requests\":[")?;
                Self::Json { any: false }
            }
            Format::Csv => {
                format::csv_header(CSV)?;
                Self::Csv
            }
        })
    }

    fn add(&mut self, requests: &[Box<RawValue>]) -> Result<(), Failure> {
        if let Self::Json { any } = self {
            let mut out = io::stdout().lock();
            for request in requests {
                let comma = if *any { "," } else { "" };
                write!(out, "{comma}{}", terminal::printable(request.get()))?;
                *any = true;
            }
            return Ok(());
        }
        let records = requests.iter().map(|request| Record::read(request));
        let records = records.collect::<Result<Vec<_>, _>>()?;
        match self {
            Self::Table(table) => records.iter().for_each(|record| table.add(record)),
            _ => format::csv_rows(CSV, &records)?,
        }
        Ok(())
    }

    fn end(self, next: Option<&str>) -> io::Result<()> {
        match self {
            Self::Table(table) if table.is_empty() => {
                terminal::remark("No requests match.");
                Ok(())
            }
            Self::Table(table) => table.print(),
            Self::Json { .. } => {
                let next = serde_json::to_string(&next)?;
                writeln!(io::stdout().lock(), "],\"next\":{next}}}")
            }
            Self::Csv => Ok(()),
        }
    }
}
