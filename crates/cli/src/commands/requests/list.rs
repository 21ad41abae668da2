//! `fareway requests list`: lists requests newest first, one page or all of them.

use std::io::{self, Write};

use serde_json::value::RawValue;

use crate::{
    args::request_filter::FilterArguments,
    client::api::{Api, ApiArguments},
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::Record,
        table::{Column, Table},
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
    /// For which budgets were charged more than the known cost
    #[arg(long, help_heading = "Which requests")]
    held: bool,
    /// That were charged by this rule, as `charged_by` of a receipt names it
    #[arg(long, value_name = "RULE", help_heading = "Which requests")]
    charged_by: Option<String>,
    /// That came from this IP address
    #[arg(long, value_name = "IP", help_heading = "Which requests")]
    client_ip: Option<String>,
    #[command(flatten)]
    api: ApiArguments,
}

const COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::whole("id", "id"),
    Column::text("key", "key_alias"),
    Column::text("asked", "asked"),
    Column::text("served", "served"),
    Column::number("in", "prompt_tokens"),
    Column::number("cached", "cached_tokens"),
    Column::number("out", "output_tokens"),
    Column::dollars("cost", "cost"),
    Column::whole("status", "cost_status"),
    Column::whole("outcome", "outcome"),
    Column::number("ms", "duration_ms"),
];

/// With what budgets were charged, and why.
const CHARGED_COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::whole("id", "id"),
    Column::text("key", "key_alias"),
    Column::text("asked", "asked"),
    Column::text("served", "served"),
    Column::dollars("cost", "cost"),
    Column::whole("status", "cost_status"),
    Column::whole("outcome", "outcome"),
    Column::dollars("charged", "charged"),
    Column::dollars("held", "held"),
    Column::whole("by", "charged_by"),
];

const FIELDS: &[&str] = &[
    "id",
    "at",
    "asked",
    "served",
    "deployment",
    "stream",
    "outcome",
    "status",
    "error",
    "service_tier",
    "prompt_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
    "usage_source",
    "cost_status",
    "cost",
    "known",
    "routing_fee",
    "reserved",
    "charged",
    "held",
    "charged_by",
    "first_content_ms",
    "duration_ms",
    "provider_request_id",
    "key_id",
    "key_alias",
    "team_id",
    "user_id",
    "end_user",
    "session_id",
    "tags",
    "metadata",
    "client_ip",
];

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
    query.extend(arguments.held.then(|| ("held", "true".to_owned())));
    query.extend(arguments.charged_by.clone().map(|rule| ("charged_by", rule)));
    query.extend(arguments.client_ip.clone().map(|address| ("client_ip", address)));
    query.extend(before.map(|before| ("before", before.to_owned())));
    let query: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Record::read(&api.get(&["fareway", "v1", "requests"], &query)?)
}

// === impl Listing ===

impl Listing {
    fn begin(arguments: &Arguments) -> io::Result<Self> {
        let charged = arguments.held || arguments.charged_by.is_some();
        Ok(match arguments.output.format() {
            Format::Table => {
                Self::Table(Table::new(if charged { CHARGED_COLUMNS } else { COLUMNS }))
            }
            Format::Json => {
                write!(io::stdout().lock(), "{{\"requests\":[")?;
                Self::Json { any: false }
            }
            Format::Csv => {
                format::csv_header(FIELDS)?;
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
            _ => format::csv_rows(FIELDS, &records)?,
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
