//! `fareway requests show` and `fareway explain`: one request's receipt, and the derivation of its
//! cost.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::value::RawValue;

use crate::{
    client::api::ApiArguments,
    output::{
        command_error::Failure,
        format,
        json_record::Record,
        table::{dollars, print_pairs},
        terminal,
    },
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
    print_receipt(&receipt)?;
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

fn print_receipt(receipt: &Record) -> io::Result<()> {
    let text = |field: &str| receipt.text(field);
    let amount = |field: &str| text(field).map(|amount| dollars(&amount));
    let outcome = text("outcome.kind").map(|kind| {
        let more = [text("outcome.status"), text("outcome.code"), text("outcome.reason")];
        let more: Vec<String> = more.into_iter().flatten().collect();
        if more.is_empty() { kind } else { format!("{kind}: {}", more.join(" ")) }
    });
    let cost = amount("cost.total").unwrap_or_else(|| "unknown".to_owned());
    print_pairs(&[
        ("id", text("id")),
        ("at", text("at")),
        ("asked", text("asked")),
        ("served", Some(text("served").unwrap_or_else(|| "unknown".to_owned()))),
        ("deployment", text("deployment")),
        ("outcome", outcome),
        ("service tier", text("service_tier")),
        ("prompt tokens", text("usage.prompt_tokens")),
        ("completion tokens", text("usage.completion_tokens")),
        ("usage", text("usage_source")),
        ("cost", Some(cost)),
        ("cost status", text("cost.status")),
        ("known cost", amount("cost.known")),
        ("routing fee", amount("cost.routing_fee")),
        ("price", text("cost.price.id")),
        ("price under review", text("cost.price_review_due").map(|day| format!("since {day}"))),
        ("fee", text("cost.fee_id")),
        ("reserved", amount("reserved")),
        ("charged", amount("charged")),
        ("key", text("who.key_alias").or_else(|| text("who.key_id"))),
        ("team", text("who.team_id")),
        ("user", text("who.user_id")),
        ("end user", text("who.end_user")),
        ("session", text("who.session_id")),
        ("client IP", text("who.client_ip")),
        ("tags", text("who.tags")),
        ("metadata", text("who.metadata")),
        ("duration", text("timings.duration_ms").map(|ms| format!("{ms} ms"))),
        ("first content", text("timings.first_content_ms").map(|ms| format!("{ms} ms"))),
        ("provider request", text("provider_request_id")),
        ("gateway", text("instance")),
    ])
}
