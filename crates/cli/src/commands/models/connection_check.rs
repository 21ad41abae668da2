//! `fareway models test`: sends a small request to deployments and reports whether they answer.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{
    deployment::{Body, DeploymentArguments},
    named, warn,
};
use crate::{
    client::api::{Api, ApiArguments},
    output::{
        command_error::{FAILED, Failure},
        format,
        json_record::Record,
        table::{dollars, print_pairs},
    },
};

/// Send a small request to a deployment, which Azure charges for
///
/// --deployment and --api-base describe a deployment that is not added yet; its key is read as for
/// `fareway models add`. The exit code is 1 when a deployment does not answer.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The deployment's id, or a model group, of which all are tested
    #[arg(conflicts_with_all = ["deployment", "api_base", "api_key_env"])]
    name: Option<String>,
    #[command(flatten)]
    deployment: DeploymentArguments,
    /// Print JSON as the gateway sent it, a line for each deployment
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut bodies = Vec::new();
    let api = arguments.api.api()?;
    match &arguments.name {
        None if arguments.deployment.is_empty() => {
            return Err(Failure::usage("no deployment to test was named").advise(
                "Name one that `fareway models list` shows, or describe one with --deployment and \
                 --api-base.",
            ));
        }
        None => bodies.push((None, arguments.deployment.body()?)),
        Some(name) => {
            for model in named(&api, name)? {
                let id = model.required("model_info.id")?;
                bodies.push((Some(id.clone()), Body::known(&id)));
            }
        }
    }
    let mut all_answer = true;
    for (nth, (id, body)) in bodies.into_iter().enumerate() {
        if nth > 0 && !arguments.json {
            writeln!(io::stdout().lock())?;
        }
        all_answer &= test(&api, id, &body, arguments.json)?;
    }
    Ok(if all_answer { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Tests one; whether it answers.
fn test(api: &Api, id: Option<String>, body: &Body, json: bool) -> Result<bool, Failure> {
    let answer = api.post("/health/test_connection", body)?;
    if json {
        format::json(&answer)?;
    }
    let answer = Record::read(&answer)?;
    let answers = answer.required("status")? == "success";
    let result = answer.record("result").unwrap_or_default();
    warn(&result);
    let text = |field: &str| result.text(field);
    if !json {
        print_pairs(&[
            ("deployment", id.clone()),
            ("answers", Some(if answers { "yes" } else { "no" }.to_owned())),
            ("served", text("served")),
            ("after", text("latency_ms").map(|ms| format!("{ms} ms"))),
            ("cost", text("cost.total").map(|cost| dollars(&cost))),
            ("cost status", text("cost.status")),
            ("request", text("request_id")),
            ("url", text("url")),
        ])?;
    }
    if !answers {
        let what = id.map_or_else(|| "the deployment".to_owned(), |id| format!("`{id}`"));
        let why = text("error").unwrap_or_else(|| "no reason was given".to_owned());
        let status = text("http_status");
        let code = text("error_code").filter(|code| Some(code) != status.as_ref());
        let codes = [status, code.map(|code| format!("`{code}`"))];
        let codes: Vec<String> = codes.into_iter().flatten().chain([why]).collect();
        let failure = Failure::failed(format!("{what} does not answer: {}", codes.join(" ")));
        // The others are tested all the same.
        match text("advice") {
            Some(advice) => failure.advise(advice).report(),
            None => failure.report(),
        };
    }
    Ok(answers)
}
