//! `fareway models narrow`: restricts a router's pool again after an answer has widened it.

use serde_json::json;

use super::only;
use crate::{
    client::api::ApiArguments,
    output::{command_error::Failure, format, json_record::Record, terminal},
};

/// Narrow a router's pool after an answer from outside its router_models widened it
///
/// Strict budgets in every gateway then reserve by its router_models again.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The deployment's id, or its model group if that has only this one
    name: String,
    /// Print JSON as the gateway sent it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    api: ApiArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let api = arguments.api.api()?;
    let id = only(&api, &arguments.name)?.required("model_info.id")?;
    let path = ["fareway", "v1", "deployments", &id, "narrow"];
    let answer = api.post_at(&path, &json!({}))?;
    if arguments.json {
        return Ok(format::json(&answer)?);
    }
    let narrowed = Record::read(&answer)?;
    let patterns = narrowed.list("router_models").unwrap_or_default();
    let patterns: Vec<_> = patterns
        .iter()
        .filter_map(|pattern| serde_json::from_str::<String>(pattern.get()).ok())
        .collect();
    let (id, patterns) = (terminal::cell(&id), terminal::cell(&patterns.join(", ")));
    terminal::remark(&format!("The router {id} counts with {patterns} from now on."));
    let audit = narrowed.required("audit_id")?;
    terminal::remark(&format!("The audit entry is {}.", terminal::cell(&audit)));
    Ok(())
}
