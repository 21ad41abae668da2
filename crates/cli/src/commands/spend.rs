//! `fareway spend report`: sums up costs by day, key, model and other groups.

use std::process::ExitCode;

use crate::{
    args::request_filter::FilterArguments,
    client::api::ApiArguments,
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::{Record, unexpected},
        table::{Column, Table},
        terminal,
    },
};

/// See what a gateway's requests cost
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Report(Report),
}

/// Sum up what was spent: by served model, key, team, tag, day …
///
/// `cost` is the total of requests with a complete price; `known` adds the known part of the others.
/// All amounts are US dollars, and exact.
#[derive(clap::Args)]
struct Report {
    /// What to sum by: `served` (the default), `asked`, `deployment`, `key`, `team`, `user`, `tag`, `day`,
    /// `outcome` or `cost_status`; several are separated by commas
    #[arg(long, value_name = "FIELD,…", default_value = "served", hide_default_value = true)]
    by: String,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    filter: FilterArguments,
    #[command(flatten)]
    api: ApiArguments,
}

const SUMS: &[Column<'_>] = &[
    Column::number("requests", "requests"),
    Column::number("unpriced", "unpriced_requests"),
    Column::number("in", "prompt_tokens"),
    Column::number("cached", "cached_tokens"),
    Column::number("written", "cache_write_tokens"),
    Column::number("out", "output_tokens"),
    Column::dollars("cost", "cost_usd"),
    Column::dollars("known", "known_usd"),
    Column::dollars("fee", "routing_fee_usd"),
    Column::dollars("charged", "charged_usd"),
];

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Command::Report(report) = &arguments.command;
    let mut query = report.filter.query();
    query.push(("by", report.by.clone()));
    let query: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = report.api.api()?.get(&["fareway", "v1", "reports", "spend"], &query)?;
    let format = report.output.format();
    if format == Format::Json {
        format::json(&answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let answer = Record::read(&answer)?;
    let (by, rows) = (answer.list("by")?, answer.records("rows")?);
    let by: Vec<String> = by
        .iter()
        .map(|field| serde_json::from_str(field.get()).map_err(|_| unexpected("names in `by`")))
        .collect::<Result<_, _>>()?;
    let total = answer.record("total").ok_or_else(|| unexpected("an object in `total`"))?;
    match format {
        Format::Csv => {
            let fields: Vec<&str> =
                by.iter().map(String::as_str).chain(SUMS.iter().map(Column::field)).collect();
            format::csv(&fields, &rows)?;
        }
        _ if rows.is_empty() => terminal::remark("No requests match."),
        _ => print(&by, &rows, &total)?,
    }
    remark_tokens(&total);
    remark_unpriced(&total, &report.filter.span());
    Ok(ExitCode::SUCCESS)
}

fn print(by: &[String], rows: &[Record], total: &Record) -> std::io::Result<()> {
    let fields = by.iter().map(|field| Column::text(field, field));
    let mut table = Table::new(&fields.chain(SUMS.iter().copied()).collect::<Vec<_>>());
    rows.iter().for_each(|row| table.add(row));
    table.add_total(by.len(), total);
    table.print()
}

/// Sums of tokens that the gateway cannot hold.
fn remark_tokens(total: &Record) {
    if total.text("tokens_at_least").as_deref() == Some("true") {
        terminal::warning(
            "a sum of tokens is more than the gateway can hold.\n  It reads 9223372036854775807 and is at \
             least that. An entry with a count that no request can have is the likely cause: `fareway \
             requests list` shows the counts.",
        );
    }
}

/// Warns about requests that the sums leave out, and says how to price them.
fn remark_unpriced(total: &Record, span: &str) {
    let Some(count) = total.text("unpriced_requests").filter(|count| count != "0") else { return };
    let requests = if count == "1" { "request has" } else { "requests have" };
    terminal::warning(&format!(
        "{} {requests} no price or only part of one, so the cost is incomplete.\n  `fareway requests \
         list` with `--status unpriced` or `--status partial` shows them; once the price table knows their models, `fareway \
         reprice{}` shows what they cost, and with --apply writes it down.",
        terminal::cell(&count),
        terminal::cell(span),
    ));
}
