//! `fareway instances`: lists the gateways that share a database, and frees the leases of a lost
//! one.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::json;

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

/// List the gateways that share a database, and free the leases of a lost one
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(List),
    Free(Free),
}

/// List the gateways, with the part of budgets that each has leased
#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    api: ApiArguments,
}

/// Release the leases of a gateway whose machine or spool is lost for good
///
/// A gateway that returns releases them itself. If it returns after this command, its spending is
/// added to the ledger, and budgets can be exceeded by the amount that was freed.
#[derive(clap::Args)]
struct Free {
    /// The gateway, as `list` shows it
    id: String,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

const COLUMNS: &[Column<'_>] = &[
    Column::whole("id", "id"),
    Column::whole("state", "state"),
    Column::time("seen (UTC)", "seen_at"),
    Column::number("in flight", "open_requests"),
    Column::dollars("leased", "leased_usd"),
];

const FIELDS: &[&str] = &["id", "this", "state", "seen_at", "open_requests", "leased_usd"];

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::List(list) => list.run()?,
        Command::Free(free) => free.run()?,
    }
    Ok(ExitCode::SUCCESS)
}

// === impl List ===

impl List {
    fn run(&self) -> Result<(), Failure> {
        let answer = self.api.api()?.get(&["fareway", "v1", "instances"], &[])?;
        let format = self.output.format();
        if format == Format::Json {
            return Ok(format::json(&answer)?);
        }
        let instances = Record::read(&answer)?.records("instances")?;
        if format == Format::Csv {
            return Ok(format::csv(FIELDS, &instances)?);
        }
        let mut table = Table::new(COLUMNS);
        instances.iter().for_each(|instance| table.add(instance));
        Ok(table.print()?)
    }
}

// === impl Free ===

impl Free {
    fn run(&self) -> Result<(), Failure> {
        let path = ["fareway", "v1", "instances", &self.id, "free"];
        let answer = self.api.api()?.post_at(&path, &json!({}))?;
        if self.json {
            return Ok(format::json(&answer)?);
        }
        let freed = Record::read(&answer)?;
        let amount = dollars(&terminal::cell(&freed.required("freed_usd")?));
        let (id, audit) = (terminal::cell(&self.id), freed.required("audit_id")?);
        writeln!(io::stdout().lock(), "{amount} leased by {id} are free")?;
        terminal::remark(&format!("The audit entry is {}.", terminal::cell(&audit)));
        Ok(())
    }
}
