//! Fields of a request in lists: the parameters that filter by them, and what a line has of them as JSON
//! and as CSV.

use std::borrow::Cow;

use cost_model::ChargeRule;
use jiff::Timestamp;
use ledger::{EntryFilter, EntryRow};
use llm_types::Usd;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::WhoShown;
use crate::{api::params::given, openapi};

/// Which requests, and which part of them. All that is given must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListParams {
    /// The start: a time, or a day in UTC.
    pub(super) from: Option<String>,
    /// The end: a time, or a day in UTC, which is included.
    pub(super) to: Option<String>,
    /// A key, or its hash.
    pub(super) key: Option<String>,
    pub(super) key_alias: Option<String>,
    pub(super) team: Option<String>,
    pub(super) user: Option<String>,
    pub(super) end_user: Option<String>,
    /// The client's IP address.
    pub(super) client_ip: Option<String>,
    pub(super) session: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) asked: Option<String>,
    pub(super) served: Option<String>,
    pub(super) deployment: Option<String>,
    /// `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`.
    pub(super) outcome: Option<String>,
    /// The same.
    pub(super) status: Option<String>,
    /// `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or `interrupted`.
    pub(super) cost_status: Option<String>,
    pub(super) provider_request_id: Option<String>,
    /// The provider's region that answered, such as `East US 2`.
    pub(super) provider_region: Option<String>,
    /// The API: `chat`, `responses`, `messages` or `embeddings`. Entries of versions that had chats only have none.
    pub(super) api: Option<String>,
    /// The id of the answer: `chatcmpl-…`.
    pub(super) answer_id: Option<String>,
    /// `true`: only requests that were charged beyond their known cost.
    pub(super) held: Option<String>,
    /// The charging rule, such as `prompt_only` or `reservation`.
    pub(super) charged_by: Option<String>,
    /// `next` of the page before.
    pub(super) before: Option<String>,
    /// From 1 to 1000; defaults to 50.
    pub(super) limit: Option<String>,
}

/// One line of a page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestSummary)]
pub(crate) struct Summary {
    id: String,
    at: Option<Timestamp>,
    asked: String,
    served: Option<String>,
    deployment: String,
    stream: bool,
    #[schema(value_type = openapi::OutcomeKind)]
    outcome: String,
    status: Option<i64>,
    error: Option<String>,
    service_tier: Option<String>,
    prompt_tokens: Option<i64>,
    cached_tokens: Option<i64>,
    cache_write_tokens: Option<i64>,
    output_tokens: Option<i64>,
    #[schema(value_type = openapi::UsageSource)]
    usage_source: String,
    #[schema(value_type = openapi::CostStatus)]
    cost_status: String,
    /// Null if unknown.
    #[schema(value_type = Option<openapi::UsdText>)]
    cost: Option<Usd>,
    /// The known part of it.
    #[schema(value_type = openapi::UsdText)]
    known: Usd,
    #[schema(value_type = Option<openapi::UsdText>)]
    routing_fee: Option<Usd>,
    #[schema(value_type = openapi::UsdText)]
    reserved: Usd,
    #[schema(value_type = openapi::UsdText)]
    charged: Usd,
    /// The amount charged beyond the known cost.
    #[schema(value_type = openapi::UsdText)]
    held: Usd,
    /// The rule by which it was charged; null while the request is in flight.
    #[schema(value_type = Option<openapi::ChargeRule>)]
    charged_by: Option<&'static str>,
    first_content_ms: Option<i64>,
    duration_ms: i64,
    provider_request_id: Option<String>,
    /// The provider's region that answered.
    provider_region: Option<String>,
    /// The API that was spoken; null in entries of versions that had chats only.
    api: Option<String>,
    #[serde(flatten)]
    who: WhoShown,
}

/// The cell of a request in a column.
type Cell = fn(&EntryRow<'_>) -> String;

/// The columns of the table as CSV. A new one comes last, so that programs find the others where they were.
pub(super) const CSV: &[(&str, Cell)] = &[
    ("id", |row| safe(&row.id)),
    ("at", |row| time(row.at)),
    ("asked", |row| safe(&row.asked)),
    ("served", |row| opt_text(&row.served)),
    ("deployment", |row| safe(&row.deployment)),
    ("stream", |row| row.stream.to_string()),
    ("outcome", |row| safe(&row.outcome)),
    ("status", |row| opt_count(row.status_code)),
    ("error", |row| opt_text(&row.error)),
    ("service_tier", |row| opt_text(&row.service_tier)),
    ("prompt_tokens", |row| opt_count(row.prompt_tokens)),
    ("cached_tokens", |row| opt_count(row.cached_tokens)),
    ("cache_write_tokens", |row| opt_count(row.cache_write_tokens)),
    ("output_tokens", |row| opt_count(row.output_tokens)),
    ("usage_source", |row| safe(&row.usage_source)),
    ("cost_status", |row| safe(&row.cost_status)),
    ("cost_usd", |row| opt_usd(row.cost_pico)),
    ("known_usd", |row| usd(row.known_pico)),
    ("routing_fee_usd", |row| opt_usd(row.fee_pico)),
    ("charged_usd", |row| usd(row.charged_pico)),
    ("first_content_ms", |row| opt_count(row.first_content_ms)),
    ("duration_ms", |row| row.duration_ms.to_string()),
    ("provider_request_id", |row| opt_text(&row.provider_request_id)),
    ("key_id", |row| opt_text(&row.key_id)),
    ("key_alias", |row| opt_text(&row.key_alias)),
    ("team_id", |row| opt_text(&row.team_id)),
    ("user_id", |row| opt_text(&row.user_id)),
    ("end_user", |row| opt_text(&row.end_user)),
    ("session_id", |row| opt_text(&row.session_id)),
    ("tags", |row| opt_text(&row.tags)),
    ("client_ip", |row| opt_text(&row.client_ip)),
    ("provider_region", |row| opt_text(&row.provider_region)),
    ("api", |row| opt_text(&row.api)),
];

// === impl ListParams ===

impl ListParams {
    /// The filters that are texts as they are given.
    pub(super) fn texts(&self) -> EntryFilter {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        EntryFilter {
            key_alias: text(&self.key_alias),
            team_id: text(&self.team),
            user_id: text(&self.user),
            end_user: text(&self.end_user),
            session_id: text(&self.session),
            tag: text(&self.tag),
            asked: text(&self.asked),
            served: text(&self.served),
            deployment: text(&self.deployment),
            cost_status: text(&self.cost_status),
            provider_request_id: text(&self.provider_request_id),
            provider_region: text(&self.provider_region),
            api: text(&self.api),
            answer_id: text(&self.answer_id),
            ..EntryFilter::default()
        }
    }
}

// === impl Summary ===

impl Summary {
    pub(super) fn of(mut row: EntryRow<'static>) -> Self {
        let who = WhoShown::of(&mut row);
        let (held, charged_by) = (row.held(), row.charged_by().map(ChargeRule::as_str));
        let usd = |picos: i64| Usd::from_picos(picos.into());
        let text = |text: Option<Cow<'static, str>>| text.map(String::from);
        Self {
            id: row.id.into(),
            at: Timestamp::from_microsecond(row.at).ok(),
            asked: row.asked.into(),
            served: text(row.served),
            deployment: row.deployment.into(),
            stream: row.stream,
            outcome: row.outcome.into(),
            status: row.status_code,
            error: text(row.error),
            service_tier: text(row.service_tier),
            prompt_tokens: row.prompt_tokens,
            cached_tokens: row.cached_tokens,
            cache_write_tokens: row.cache_write_tokens,
            output_tokens: row.output_tokens,
            usage_source: row.usage_source.into(),
            cost_status: row.cost_status.into(),
            cost: row.cost_pico.map(usd),
            known: usd(row.known_pico),
            routing_fee: row.fee_pico.map(usd),
            reserved: usd(row.reserved_pico),
            charged: usd(row.charged_pico),
            held,
            charged_by,
            first_content_ms: row.first_content_ms,
            duration_ms: row.duration_ms,
            provider_request_id: text(row.provider_request_id),
            provider_region: text(row.provider_region),
            api: text(row.api),
            who,
        }
    }
}

fn usd(picos: i64) -> String {
    Usd::from_picos(picos.into()).to_string()
}

fn opt_usd(picos: Option<i64>) -> String {
    picos.map(usd).unwrap_or_default()
}

fn opt_count(count: Option<i64>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

fn time(at: i64) -> String {
    Timestamp::from_microsecond(at).map(|at| at.to_string()).unwrap_or_default()
}

fn opt_text(text: &Option<Cow<'_, str>>) -> String {
    text.as_deref().map(safe).unwrap_or_default()
}

/// Text that a client chose must not be a formula where the table is opened.
fn safe(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if risky { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        assert_eq!(safe("gpt-5"), "gpt-5");
    }

    /// A column has the name of its field; money says its currency.
    #[test]
    fn every_field_is_a_column() {
        let line = serde_json::to_value(Summary::of(EntryRow::default())).unwrap();
        let fields = line.as_object().unwrap().keys();
        let left_out = ["reserved", "held", "charged_by", "metadata"];
        let mut missing: Vec<&String> = fields
            .filter(|field| !left_out.contains(&field.as_str()))
            .filter(|field| {
                let is_column = |(name, _): &(&str, Cell)| {
                    *name == field.as_str() || name.strip_suffix("_usd") == Some(field.as_str())
                };
                !CSV.iter().any(is_column)
            })
            .collect();
        missing.sort_unstable();
        assert_eq!(missing, [""; 0]);
    }
}
