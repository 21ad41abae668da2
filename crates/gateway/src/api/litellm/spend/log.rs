//! One request as a row of `LiteLLM`'s table `SpendLogs`, with Fareway's fields on top.

use jiff::{SignedDuration, Timestamp};
use ledger::EntryRow;
use llm_types::{Dialect, Usd};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{api::litellm::Dollars, openapi};

/// One request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SpendLog {
    request_id: String,
    litellm_call_id: String,
    call_type: &'static str,
    /// The key's hash; empty for the master key.
    api_key: String,
    /// Null if the cost is not completely known.
    spend: Option<Dollars>,
    total_tokens: Option<i64>,
    prompt_tokens: Option<i64>,
    completion_tokens: Option<i64>,
    #[serde(rename = "startTime")]
    start_time: Option<Timestamp>,
    #[serde(rename = "endTime")]
    end_time: Option<Timestamp>,
    #[serde(rename = "completionStartTime")]
    completion_start_time: Option<Timestamp>,
    /// The model that served; empty if none did.
    model: String,
    model_id: String,
    /// The model group that was asked for.
    model_group: String,
    api_base: &'static str,
    user: String,
    #[schema(value_type = Object)]
    metadata: Value,
    cache_hit: &'static str,
    cache_key: &'static str,
    request_tags: Vec<String>,
    team_id: Option<String>,
    organization_id: Option<String>,
    end_user: Option<String>,
    requester_ip_address: Option<String>,
    custom_llm_provider: String,
    /// The prompt and the answer, if they are stored, for admins; empty objects otherwise.
    pub(super) messages: Value,
    pub(super) response: Value,
    #[schema(value_type = Object)]
    proxy_server_request: Value,
    session_id: Option<String>,
    request_duration_ms: i64,
    /// `success`, `failure`, or `in_progress`.
    #[schema(value_type = openapi::LogStatus)]
    status: &'static str,
    /// From here on added by Fareway: the known cost.
    known_spend: Dollars,
    routing_fee: Option<Dollars>,
    #[schema(value_type = openapi::CostStatus)]
    cost_status: String,
    asked: String,
    served: Option<String>,
    deployment: String,
    #[schema(value_type = openapi::OutcomeKind)]
    outcome: String,
    stream: bool,
    provider_request_id: Option<String>,
}

// === impl SpendLog ===

impl SpendLog {
    pub(super) fn of(row: &EntryRow<'_>) -> Self {
        let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let usd = |picos: i64| Dollars(Usd::from_picos(picos.into()));
        let start = Timestamp::from_microsecond(row.at).ok();
        let after = |millis: i64| start?.checked_add(SignedDuration::from_millis(millis)).ok();
        let id = row.id.to_string();
        Self {
            litellm_call_id: id.clone(),
            request_id: id,
            call_type: call_type(row),
            api_key: text(&row.key_id).unwrap_or_default(),
            spend: row.cost_pico.map(usd),
            total_tokens: row
                .prompt_tokens
                .zip(row.output_tokens)
                .and_then(|(prompt, output)| prompt.checked_add(output)),
            prompt_tokens: row.prompt_tokens,
            completion_tokens: row.output_tokens,
            start_time: start,
            end_time: after(row.duration_ms),
            completion_start_time: row.first_content_ms.and_then(after),
            model: text(&row.served).unwrap_or_default(),
            model_id: row.deployment_id.to_string(),
            model_group: row.asked.to_string(),
            // Clients of LiteLLM read these fields, even where there is nothing to say.
            api_base: "",
            user: text(&row.user_id).unwrap_or_default(),
            metadata: metadata(row),
            cache_hit: "False",
            cache_key: "",
            request_tags: tags(row),
            team_id: text(&row.team_id),
            organization_id: None,
            end_user: text(&row.end_user),
            requester_ip_address: text(&row.client_ip),
            custom_llm_provider: provider(&row.deployment).to_owned(),
            messages: json!({}),
            response: json!({}),
            proxy_server_request: json!({}),
            session_id: text(&row.session_id),
            request_duration_ms: row.duration_ms,
            status: status(&row.outcome),
            known_spend: usd(row.known_pico),
            routing_fee: row.fee_pico.map(usd),
            cost_status: row.cost_status.to_string(),
            asked: row.asked.to_string(),
            served: text(&row.served),
            deployment: row.deployment.to_string(),
            outcome: row.outcome.to_string(),
            stream: row.stream,
            provider_request_id: text(&row.provider_request_id),
        }
    }
}

/// LiteLLM's name of the call. Entries without an API are of versions that had chats only.
fn call_type(row: &EntryRow<'_>) -> &'static str {
    row.api.as_deref().and_then(Dialect::named).unwrap_or_default().litellm_call()
}

/// Who provides a deployment, from its name in the configuration: `azure_ai/…`.
pub(super) fn provider(deployment: &str) -> &str {
    deployment.split_once('/').map_or("", |(provider, _)| provider)
}

fn tags(row: &EntryRow<'_>) -> Vec<String> {
    let tags = row.tags.as_deref();
    tags.map_or_else(Vec::new, |tags| serde_json::from_str(tags).unwrap_or_default())
}

fn status(outcome: &str) -> &'static str {
    match outcome {
        "completed" => "success",
        "open" => "in_progress",
        _ => "failure",
    }
}

fn metadata(row: &EntryRow<'_>) -> Value {
    let error = row.error.as_ref().or(row.status_code.is_some().then_some(&row.outcome));
    json!({
        "status": status(&row.outcome),
        "user_api_key": row.key_id,
        "user_api_key_alias": row.key_alias,
        "user_api_key_team_id": row.team_id,
        "user_api_key_user_id": row.user_id,
        "additional_usage_values": {
            "cache_read_input_tokens": row.cached_tokens,
            "cache_creation_input_tokens": row.cache_write_tokens,
        },
        "error_information": error.map(|error| json!({
            "error_code": row.status_code.map_or_else(String::new, |code| code.to_string()),
            "error_message": error,
        })),
        "requester_metadata": row.metadata.as_deref()
            .and_then(|json| serde_json::from_str::<Value>(json).ok()),
    })
}
