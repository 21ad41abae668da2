//! `fareway reprice`: applies prices that were published late to recorded requests.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

use crate::{
    client::api::ApiArguments,
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::Record,
        table::{Column, Table, dollars},
        terminal,
    },
};

/// Price requests again by today's price table; shows what would change, unless --apply
///
/// Each request is priced by the prices of its own day. Its previous cost and prices stay in the
/// ledger beside the new cost.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Store the new costs
    #[arg(long)]
    apply: bool,
    /// Requests since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Requests before then
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Requests with this status, such as `estimated`; by default `unpriced,partial`
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',')]
    status: Vec<String>,
    /// Requests that this model answered
    #[arg(long, value_name = "MODEL")]
    served: Option<String>,
    /// Only requests whose cost, status or review mark would change, of any status; those whose price id
    /// alone would change are counted
    #[arg(long)]
    stale: bool,
    /// These requests, with any status, unless --status is given
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    ids: Vec<String>,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    api: ApiArguments,
}

/// The question, as the gateway reads it.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ids: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cost_status: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    served: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stale: bool,
    dry_run: bool,
}

/// The statuses that are priced again by default.
const LACKING: [&str; 2] = ["unpriced", "partial"];

const COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::whole("id", "id"),
    Column::text("served", "served"),
    Column::whole("was", "before.status"),
    Column::dollars("known", "before.known_usd"),
    Column::whole("is", "after.status"),
    Column::dollars("cost", "after.cost_usd"),
    Column::text("by", "after.price_ids"),
];

/// With the review marks, which can be all that changes.
const STALE_COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::whole("id", "id"),
    Column::text("served", "served"),
    Column::whole("was", "before.status"),
    Column::dollars("known", "before.known_usd"),
    Column::whole("under review", "before.price_review_due"),
    Column::whole("is", "after.status"),
    Column::dollars("cost", "after.cost_usd"),
    Column::whole("under review", "after.price_review_due"),
    Column::text("by", "after.price_ids"),
];

const FIELDS: &[&str] = &[
    "id",
    "at",
    "asked",
    "served",
    "before.status",
    "before.cost_usd",
    "before.known_usd",
    "before.price_ids",
    "after.status",
    "after.cost_usd",
    "after.known_usd",
    "after.price_ids",
    "before.price_review_due",
    "after.price_review_due",
];

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let lacking = LACKING.map(str::to_owned);
    // Ids and --stale select on their own, whatever the status.
    let unsaid = arguments.status.is_empty() && arguments.ids.is_empty() && !arguments.stale;
    let body = Body {
        ids: &arguments.ids,
        from: arguments.from.as_deref(),
        to: arguments.to.as_deref(),
        cost_status: if unsaid { &lacking } else { &arguments.status },
        served: arguments.served.as_deref(),
        stale: arguments.stale,
        dry_run: !arguments.apply,
    };
    let answer = arguments.api.api()?.post("/fareway/v1/requests/reprice", &body)?;
    let format = arguments.output.format();
    if format == Format::Json {
        format::json(&answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let answer = Record::read(&answer)?;
    let changes = answer.records("changes")?;
    match format {
        Format::Csv => format::csv(FIELDS, &changes)?,
        _ => {
            if !changes.is_empty() {
                let columns = if arguments.stale { STALE_COLUMNS } else { COLUMNS };
                let mut table = Table::new(columns);
                changes.iter().for_each(|change| table.add(change));
                table.print()?;
                writeln!(io::stdout().lock())?;
            }
            writeln!(io::stdout().lock(), "{}", summary(&answer)?)?;
        }
    }
    remark(&answer, changes.len(), arguments.apply)?;
    Ok(ExitCode::SUCCESS)
}

fn summary(answer: &Record) -> Result<String, Failure> {
    let count = |field: &str| Ok::<_, Failure>(terminal::cell(&answer.required(field)?));
    let amount = |field: &str| Ok::<_, Failure>(dollars(&count(field)?));
    let ids = answer.text("price_id_only").filter(|count| count != "0");
    let ids = ids.map(|count| format!(" ({} by price id only)", terminal::cell(&count)));
    Ok(format!(
        "{} examined: {} changed, {} unchanged{}, {} still without a price; known cost {} → {}",
        count("examined")?,
        count("changed")?,
        count("unchanged")?,
        ids.unwrap_or_default(),
        count("still_unpriced")?,
        amount("before_usd")?,
        amount("after_usd")?,
    ))
}

/// The result of a run, as the gateway reports it.
fn remark(answer: &Record, shown: usize, apply: bool) -> Result<(), Failure> {
    if answer.text("truncated").as_deref() == Some("true") {
        terminal::warning(&format!("there are more changes than the {shown} shown here"));
    }
    // From the answer, not from the arguments: nobody must believe that costs were stored when they
    // were not.
    let dry = answer.required("dry_run")? == "true";
    if dry && apply {
        return Err(Failure::failed("the gateway changed nothing, though it was asked to"));
    }
    if dry {
        terminal::remark("Dry run: nothing was changed. --apply stores the new costs.");
    } else if let Some(id) = answer.text("audit_id") {
        let id = terminal::cell(&id);
        terminal::remark(&format!("Stored; the audit entry is {id}."));
    }
    Ok(())
}
