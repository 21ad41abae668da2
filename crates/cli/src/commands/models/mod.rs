//! `fareway models`: manages a gateway's deployments. Azure's key comes from a variable or standard
//! input, never from the command line, where other users could read it.

mod connection_check;
mod deployment;
mod narrow;

use std::process::ExitCode;

use serde_json::json;

use self::deployment::DeploymentArguments;
use crate::{
    client::api::{Api, ApiArguments},
    output::{
        command_error::Failure,
        format::{self, Format, OutputArguments},
        json_record::Record,
        table::{Column, Table},
        terminal,
    },
};

/// Add deployments to a gateway, test them, and see which there are
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(List),
    Add(Box<Add>),
    Test(Box<connection_check::Arguments>),
    Narrow(narrow::Arguments),
    Remove(Remove),
}

/// List the deployments of every model group
#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    api: ApiArguments,
}

const ADD: &str = "\
Add a deployment to a model group; requests use it from now on

Without --api-key-env Azure's key is read from standard input:

  fareway models add azure-model-router --deployment azure_ai/model-router \\
    --api-base https://RESOURCE.services.ai.azure.com/openai/v1/ < key.txt";

/// Add a deployment to a model group; requests use it from now on
#[derive(clap::Args)]
#[command(verbatim_doc_comment, long_about = ADD)]
struct Add {
    /// The model group: the name that clients ask for
    group: String,
    #[command(flatten)]
    deployment: DeploymentArguments,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

/// Remove a deployment that was added here or by the API
#[derive(clap::Args)]
struct Remove {
    /// The deployment's id, or its model group if that has only this one
    name: String,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

const COLUMNS: &[Column<'_>] = &[
    Column::text("group", "model_name"),
    Column::text("deployment", "litellm_params.model"),
    Column::whole("id", "model_info.id"),
    Column::whole("router", "model_info.router"),
    Column::whole("sold as", "model_info.deployment_type"),
    Column::whole("added", "model_info.db_model"),
    Column::text("url", "model_info.url"),
    Column::text("error", "model_info.error"),
];

const FIELDS: &[&str] = &[
    "model_name",
    "litellm_params.model",
    "litellm_params.api_base",
    "model_info.id",
    "model_info.db_model",
    "model_info.router",
    "model_info.deployment_type",
    "model_info.zone",
    "model_info.region",
    "model_info.url",
    "model_info.blocked",
    "model_info.error",
];

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::List(list) => list.run()?,
        Command::Add(add) => add.run()?,
        Command::Test(test) => return connection_check::run(&test),
        Command::Narrow(narrow) => narrow::run(&narrow)?,
        Command::Remove(remove) => remove.run()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The deployments that a name means: one by its id, or all of a model group.
fn named(api: &Api, name: &str) -> Result<Vec<Record>, Failure> {
    let all = Record::read(&api.get(&["model", "info"], &[])?)?.records("data")?;
    let (by_id, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|model| model.text("model_info.id").as_deref() == Some(name));
    // An id first: a group may have the id of a deployment as its name.
    if !by_id.is_empty() {
        return Ok(by_id);
    }
    let group =
        others.into_iter().filter(|model| model.text("model_name").as_deref() == Some(name));
    let group: Vec<Record> = group.collect();
    if group.is_empty() {
        return Err(Failure::failed(format!("no deployment has the id or the group `{name}`"))
            .advise("`fareway models list` shows the deployments."));
    }
    Ok(group)
}

/// The only deployment that a name means.
fn only(api: &Api, name: &str) -> Result<Record, Failure> {
    let mut found = named(api, name)?;
    match (found.pop(), found.len()) {
        (Some(model), 0) => Ok(model),
        (last, others) => {
            let all = found.iter().chain(&last);
            let ids: Vec<_> = all.filter_map(|model| model.text("model_info.id")).collect();
            Err(Failure::usage(format!("the group `{name}` has {} deployments", others + 1))
                .advise(format!("Name one of them by its id: {}", ids.join(", "))))
        }
    }
}

fn warn(answer: &Record) {
    for warning in answer.list("warnings").unwrap_or_default() {
        if let Ok(text) = serde_json::from_str::<String>(warning.get()) {
            terminal::warning(&terminal::cell(&text));
        }
    }
}

// === impl List ===

impl List {
    fn run(self) -> Result<(), Failure> {
        let answer = self.api.api()?.get(&["model", "info"], &[])?;
        let format = self.output.format();
        if format == Format::Json {
            return Ok(format::json(&answer)?);
        }
        let models = Record::read(&answer)?.records("data")?;
        match format {
            Format::Csv => format::csv(FIELDS, &models)?,
            _ if models.is_empty() => terminal::remark("There are no deployments."),
            _ => {
                let mut table = Table::new(COLUMNS);
                models.iter().for_each(|model| table.add(model));
                table.print()?;
            }
        }
        Ok(())
    }
}

// === impl Add ===

impl Add {
    fn run(self) -> Result<(), Failure> {
        let api = self.api.api()?;
        let mut body = self.deployment.body()?;
        body.group(&self.group);
        let answer = api.post("/model/new", &body)?;
        if self.json {
            format::json(&answer)?;
        }
        let record = Record::read(&answer)?;
        let id = record.required("model_id")?;
        warn(&record);
        let (group, id) = (terminal::cell(&self.group), terminal::cell(&id));
        terminal::remark(&format!("The deployment {id} serves {group} from now on."));
        if !self.json {
            terminal::remark(&format!("`fareway models test {id}` sends it a small request."));
        }
        Ok(())
    }
}

// === impl Remove ===

impl Remove {
    fn run(self) -> Result<(), Failure> {
        let api = self.api.api()?;
        let (model, name) = (only(&api, &self.name)?, &self.name);
        if model.text("model_info.db_model").as_deref() == Some("false") {
            return Err(Failure::failed(format!("`{name}` is in the gateway's configuration"))
                .advise("Remove it from the file, and start the gateway again."));
        }
        let id = model.required("model_info.id")?;
        let answer = api.post("/model/delete", &json!({"id": id}))?;
        if self.json {
            format::json(&answer)?;
        }
        let message = Record::read(&answer)?.required("message")?;
        terminal::remark(&terminal::cell(&message));
        Ok(())
    }
}
