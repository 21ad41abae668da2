//! Fields of a request as the commands show them: filters, columns of lists, lines of a receipt.

use crate::output::{
    json_record::Record,
    table::{Column, dollars},
};

/// Filters that only the list has.
#[derive(clap::Args)]
#[command(next_help_heading = "Which requests")]
pub(super) struct MoreFilters {
    /// For which budgets were charged more than the known cost
    #[arg(long)]
    held: bool,
    /// That were charged by this rule, as `charged_by` of a receipt names it
    #[arg(long, value_name = "RULE")]
    charged_by: Option<String>,
    /// That came from this IP address
    #[arg(long, value_name = "IP")]
    client_ip: Option<String>,
    /// That this region of the provider answered, such as `East US 2`
    #[arg(long, value_name = "REGION")]
    provider_region: Option<String>,
    /// Of this API: `chat`, `responses`, `messages` or `embeddings`
    #[arg(long)]
    api: Option<String>,
}

const COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::whole("id", "id"),
    Column::text("key", "key_alias"),
    Column::text("asked", "asked"),
    Column::text("served", "served"),
    Column::number("in", "prompt_tokens"),
    Column::number("cached", "cached_tokens"),
    Column::number("out", "output_tokens"),
    Column::dollars("cost", "cost"),
    Column::whole("status", "cost_status"),
    Column::whole("outcome", "outcome"),
    Column::number("ms", "duration_ms"),
];

/// With what budgets were charged, and why.
const CHARGED_COLUMNS: &[Column<'_>] = &[
    Column::time("at (UTC)", "at"),
    Column::whole("id", "id"),
    Column::text("key", "key_alias"),
    Column::text("asked", "asked"),
    Column::text("served", "served"),
    Column::dollars("cost", "cost"),
    Column::whole("status", "cost_status"),
    Column::whole("outcome", "outcome"),
    Column::dollars("charged", "charged"),
    Column::dollars("held", "held"),
    Column::whole("by", "charged_by"),
];

/// The columns of a list as CSV. A new one comes last, so that programs find the others where they were.
pub(super) const CSV: &[&str] = &[
    "id",
    "at",
    "asked",
    "served",
    "deployment",
    "stream",
    "outcome",
    "status",
    "error",
    "service_tier",
    "prompt_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
    "usage_source",
    "cost_status",
    "cost",
    "known",
    "routing_fee",
    "reserved",
    "charged",
    "held",
    "charged_by",
    "first_content_ms",
    "duration_ms",
    "provider_request_id",
    "key_id",
    "key_alias",
    "team_id",
    "user_id",
    "end_user",
    "session_id",
    "tags",
    "metadata",
    "client_ip",
    "provider_region",
    "api",
];

// === impl MoreFilters ===

impl MoreFilters {
    /// As the names and values of a query.
    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("held", self.held.then(|| "true".to_owned())),
            ("charged_by", self.charged_by.clone()),
            ("client_ip", self.client_ip.clone()),
            ("provider_region", self.provider_region.clone()),
            ("api", self.api.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The columns of the table.
    pub(super) fn columns(&self) -> &'static [Column<'static>] {
        if self.held || self.charged_by.is_some() { CHARGED_COLUMNS } else { COLUMNS }
    }
}

/// The lines of a receipt: names and values, those that are absent left out when they are printed.
pub(super) fn receipt_lines(receipt: &Record) -> Vec<(&'static str, Option<String>)> {
    let text = |field: &str| receipt.text(field);
    let amount = |field: &str| text(field).map(|amount| dollars(&amount));
    let outcome = text("outcome.kind").map(|kind| {
        let more = [text("outcome.status"), text("outcome.code"), text("outcome.reason")];
        let more: Vec<String> = more.into_iter().flatten().collect();
        if more.is_empty() { kind } else { format!("{kind}: {}", more.join(" ")) }
    });
    let cost = amount("cost.total").unwrap_or_else(|| "unknown".to_owned());
    vec![
        ("id", text("id")),
        ("at", text("at")),
        ("API", text("api")),
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
        ("provider region", text("provider_region")),
        ("gateway", text("instance")),
    ]
}
