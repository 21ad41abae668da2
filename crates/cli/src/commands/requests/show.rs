//! `fareway requests show` and `fareway explain`: one request's receipt, and the derivation of its
//! cost.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::value::RawValue;

use super::fields::receipt_lines;
use crate::{
    client::api::ApiArguments,
    output::{command_error::Failure, format, json_record::Record, table::print_pairs, terminal},
};

/// Show a request: its receipt, its caller, and where its cost comes from
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The request's id, in the answer's header `x-fareway-request-id`, or the answer's own (`chatcmpl-…`)
    id: String,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

/// Explain a request's cost, line by line, so that it can be checked by hand
#[derive(clap::Args)]
pub(crate) struct Explain {
    /// The request's id, in the answer's header `x-fareway-request-id`, or the answer's own (`chatcmpl-…`)
    id: String,
    #[command(flatten)]
    api: ApiArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let answer = receipt(&arguments.api, &arguments.id)?;
    if arguments.json {
        return Ok(format::json(&answer)?);
    }
    let receipt = Record::read(&answer)?;
    print_pairs(&receipt_lines(&receipt))?;
    if let Some(lines) = explanation(&receipt) {
        writeln!(io::stdout().lock(), "\n{lines}")?;
    }
    Ok(())
}

pub(crate) fn explain(arguments: &Explain) -> Result<ExitCode, Failure> {
    let receipt = Record::read(&receipt(&arguments.api, &arguments.id)?)?;
    let lines = explanation(&receipt).ok_or_else(|| {
        Failure::failed("the gateway's receipt has no `explain`").advise(
            "The gateway is older than this command; `fareway requests show` shows the sums.",
        )
    })?;
    writeln!(io::stdout().lock(), "{lines}")?;
    Ok(ExitCode::SUCCESS)
}

fn receipt(api: &ApiArguments, id: &str) -> Result<Box<RawValue>, Failure> {
    if id.trim().is_empty() {
        return Err(Failure::usage("expected the id of a request, found nothing"));
    }
    api.api()?.get(&["fareway", "v1", "requests", id], &[])
}

/// The gateway's explanation, its lines kept.
fn explanation(receipt: &Record) -> Option<String> {
    let text = receipt.text("explain").or_else(|| receipt.text("cost.explain"))?;
    let lines: Vec<String> = text.trim_end().lines().map(terminal::cell).collect();
    Some(lines.join("\n"))
}
