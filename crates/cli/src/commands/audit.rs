//! `fareway audit`: lists a gateway's administrative changes and sign-ins.

use std::process::ExitCode;

use crate::{
    args::key_id,
    client::api::ApiArguments,
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::Record,
        table::{Column, Table},
        terminal,
    },
};

/// List changes of keys, teams, users, models and prices on a gateway, and sign-ins
///
/// Newest first; for the master key and keys of admins. --json shows what was different before and after.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many entries at most (default: 50)
    #[arg(long, value_name = "N", default_value_t = 50, hide_default_value = true,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only those older than this entry
    #[arg(long, value_name = "ID")]
    before: Option<String>,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    api: ApiArguments,
}

/// An entry must fit all of them.
#[derive(clap::Args)]
#[command(next_help_heading = "Which entries")]
struct Filter {
    /// Since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Before then
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// By whom: `operator`, `gateway`, `nobody`, or a key's alias, its id, or the key itself
    #[arg(long)]
    actor: Option<String>,
    /// What was done, such as `update_key` or `refuse_sign_in`
    #[arg(long)]
    action: Option<String>,
    /// To what kind of thing: `key`, `team`, `user`, `model`, `session`, `prices` …
    #[arg(long)]
    kind: Option<String>,
    /// To which: its id; of a key also the key itself
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// From this client address
    #[arg(long)]
    ip: Option<String>,
}

const COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::text("by", "by"),
    Column::whole("from", "ip"),
    Column::whole("action", "action"),
    Column::text("subject", "subject"),
    Column::text("before", "before"),
    Column::text("after", "after"),
];

const FIELDS: &[&str] = &[
    "id",
    "at",
    "actor",
    "key_id",
    "key_alias",
    "session",
    "ip",
    "action",
    "kind",
    "subject",
    "before",
    "after",
];

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let limit = arguments.limit.to_string();
    let query = arguments.filter.query();
    let mut query: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    query.push(("limit", &limit));
    query.extend(arguments.before.as_deref().map(|before| ("before", before)));
    let answer = arguments.api.api()?.get(&["fareway", "v1", "audit"], &query)?;
    let format = arguments.output.format();
    if format == Format::Json {
        format::json(&answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let page = Record::read(&answer)?;
    let entries = page.records("entries")?;
    match format {
        Format::Csv => format::csv(FIELDS, &entries)?,
        _ if entries.is_empty() => terminal::remark("No entries match."),
        _ => {
            let mut table = Table::new(COLUMNS);
            entries.iter().for_each(|entry| table.add(&entry.with("by", &by(entry))));
            table.print()?;
        }
    }
    if let Some(next) = page.text("next") {
        let next = terminal::cell(&next);
        terminal::remark(&format!("There are more: `--before {next}` continues from here."));
    }
    Ok(ExitCode::SUCCESS)
}

/// The actor in a word: the key's alias, or the beginning of its id.
fn by(entry: &Record) -> String {
    let short = |id: String| id.chars().take(12).collect::<String>();
    let key = entry.text("key_alias").or_else(|| entry.text("key_id").map(short));
    let session = entry.text("session").as_deref() == Some("true");
    let name = key.or_else(|| entry.text("actor")).unwrap_or_default();
    if session { format!("{name} (session)") } else { name }
}

// === impl Filter ===

impl Filter {
    /// As the names and values of a query. A key is hashed: no URL holds it.
    fn query(&self) -> Vec<(&'static str, String)> {
        let hashed = |text: &Option<String>| {
            text.as_ref().map(|text| key_id::hash(text).unwrap_or_else(|| text.clone()))
        };
        let all = [
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("actor", hashed(&self.actor)),
            ("action", self.action.clone()),
            ("kind", self.kind.clone()),
            ("subject", hashed(&self.subject)),
            ("ip", self.ip.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
