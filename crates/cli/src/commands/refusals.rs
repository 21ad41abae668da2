//! `fareway refusals`: counts the requests that a gateway itself refused, by reason.

use std::process::ExitCode;

use crate::{
    args::key_id,
    client::api::ApiArguments,
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::{Record, unexpected},
        table::{Column, Table},
        terminal,
    },
};

/// Count the requests that a gateway itself has refused, by key and reason
///
/// They were sent nowhere, cost nothing, and are in no other report. A key sees its own.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to group by: `key`, `reason` (the default), and one of `minute`, `hour` and `day`; several are
    /// separated by commas
    #[arg(long, value_name = "FIELD,…", default_value = "reason", hide_default_value = true)]
    by: String,
    /// Since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Before then
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Of this key: its id, or the key itself
    #[arg(long)]
    key: Option<String>,
    /// For this reason, such as `team_budget`
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    api: ApiArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    // No URL holds a key.
    let key = arguments.key.as_ref().map(|key| key_id::hash(key).unwrap_or_else(|| key.clone()));
    let all = [
        ("by", Some(&arguments.by)),
        ("from", arguments.from.as_ref()),
        ("to", arguments.to.as_ref()),
        ("key", key.as_ref()),
        ("reason", arguments.reason.as_ref()),
    ];
    let query: Vec<(&str, &str)> =
        all.into_iter().filter_map(|(name, value)| Some((name, value?.as_str()))).collect();
    let answer = arguments.api.api()?.get(&["fareway", "v1", "refusals"], &query)?;
    let format = arguments.output.format();
    if format == Format::Json {
        format::json(&answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = Record::read(&answer)?;
    let (by, rows) = (report.list("by")?, report.records("rows")?);
    let mut columns = Vec::new();
    for field in &by {
        let name: String =
            serde_json::from_str(field.get()).map_err(|_| unexpected("names in `by`"))?;
        columns.push(match name.as_str() {
            "key" => Column::text("key", "key"),
            "reason" => Column::whole("reason", "reason"),
            _ => Column::time("from (UTC)", "at"),
        });
    }
    columns.push(Column::number("requests", "requests"));
    match format {
        Format::Csv => {
            let fields: Vec<&str> = columns.iter().map(Column::field).collect();
            format::csv(&fields, &rows)?;
        }
        _ if rows.is_empty() => terminal::remark("Nothing was refused."),
        _ => {
            let mut table = Table::new(&columns);
            rows.iter().for_each(|row| table.add(row));
            table.print()?;
        }
    }
    if report.text("truncated").as_deref() == Some("true") {
        terminal::warning("there are more rows; --from, --to, --key and --reason narrow them.");
    }
    Ok(ExitCode::SUCCESS)
}
