//! OpenAPI shapes of receipts: their types are in crates without OpenAPI. Tests check real receipts
//! against them.
#![expect(dead_code, reason = "only the shapes are used")]

use jiff::{Timestamp, civil::Date};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use super::{CostStatus, SkuText, UsageSource, UsdText};

/// The account of one request.
#[derive(ToSchema)]
pub(crate) struct Receipt {
    /// Fareway's id of the request.
    id: String,
    /// The time when it was received.
    at: Timestamp,
    /// The model that the client named.
    asked: String,
    /// The deployment that answered, or was tried last.
    deployment: String,
    /// Its id, which distinguishes deployments of the same name.
    deployment_id: String,
    sku: SkuText,
    /// Whether a router selected the model, so that the routing fee applies.
    routed: bool,
    /// The model that answered; null if none did or the answer does not name it.
    served: Option<String>,
    /// Whether the answer was a stream.
    stream: bool,
    outcome: Outcome,
    /// The tier that was billed, as the answer names it.
    service_tier: Option<String>,
    /// Token counts: as reported, or as counted here.
    usage: Option<ReportedUsage>,
    usage_source: UsageSource,
    /// The usage as reported by the upstream, if it is incomplete or contradictory; `usage` was
    /// then counted by the gateway. If it is longer than 8 KiB, it is an object of
    /// `cut_from_bytes`, its length, and `beginning`, its start as text. Absent otherwise.
    #[schema(nullable = false, value_type = Option<Object>)]
    usage_contradictory: Option<serde_json::Value>,
    cost: Cost,
    /// The amount that budgets are charged for all attempts.
    charged: UsdText,
    /// The rule by which it was charged; null while the request is in flight.
    charged_by: Option<ChargeRule>,
    timings: Timings,
    /// The upstream's id of the answer.
    answer_id: Option<String>,
    /// The provider's id of the request (`apim-request-id`).
    provider_request_id: Option<String>,
    /// Every call to an upstream, in order.
    attempts: Vec<Attempt>,
    /// The router's own report of its decision (`model_selection_details`).
    routing: Option<serde_json::Value>,
}

/// The outcome of a request.
#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is in flight.
    Open,
    /// The complete answer was delivered.
    Completed,
    /// The upstream refused it.
    Refused {
        /// The upstream's HTTP status; 200 when the refusal came inside a stream.
        status: u16,
        /// The upstream's code.
        code: Option<String>,
    },
    /// The upstream failed, before or within its answer.
    Failed {
        /// The reason.
        reason: String,
    },
    /// The client disconnected before the end of the answer.
    ClientGone,
    /// The gateway stopped before the request ended.
    Interrupted,
}

/// Token counts as the upstream reported them. Absent is not zero.
#[derive(ToSchema)]
pub(crate) struct ReportedUsage {
    /// All prompt tokens, cached and written ones included.
    prompt_tokens: Option<u64>,
    /// Output tokens; those of grok exclude its reasoning.
    completion_tokens: Option<u64>,
    /// Prompt and output together.
    total_tokens: Option<u64>,
    #[schema(nullable = false)]
    prompt_tokens_details: Option<PromptDetails>,
    #[schema(nullable = false)]
    completion_tokens_details: Option<CompletionDetails>,
}

/// Parts of the prompt.
#[derive(ToSchema)]
pub(crate) struct PromptDetails {
    /// Read from the prompt cache.
    #[schema(nullable = false)]
    cached_tokens: Option<u64>,
    /// Written to the prompt cache.
    #[schema(nullable = false)]
    cache_write_tokens: Option<u64>,
    /// Written to the prompt cache for an hour.
    #[schema(nullable = false)]
    cache_write_1h_tokens: Option<u64>,
    /// Audio tokens.
    #[schema(nullable = false)]
    audio_tokens: Option<u64>,
}

/// Parts of the output.
#[derive(ToSchema)]
pub(crate) struct CompletionDetails {
    /// Reasoning tokens.
    #[schema(nullable = false)]
    reasoning_tokens: Option<u64>,
    /// Audio tokens.
    #[schema(nullable = false)]
    audio_tokens: Option<u64>,
}

/// The cost of a request, line by line.
#[derive(ToSchema)]
pub(crate) struct Cost {
    status: CostStatus,
    currency: Currency,
    /// Model and routing fee together; null unless both are known.
    total: Option<UsdText>,
    /// The part that is known.
    known: UsdText,
    /// The maximum total. It is above the total if a billing rule that is known from evidence only
    /// says that hidden tokens are not billed. Null if there is no total.
    upper_bound: Option<UsdText>,
    /// Zero when the request was not routed, null when the fee has no price.
    routing_fee: Option<UsdText>,
    /// The lines of the total, the routing fee last.
    lines: Vec<CostLine>,
    /// The estimated cost of earlier attempts of the same request; absent if they cost nothing.
    #[schema(nullable = false)]
    earlier_attempts: Option<UsdText>,
    /// The price of the served model that was used.
    price: Option<PriceUsed>,
    /// The day since which this price is due for review: it was applied, but may be out of date.
    /// Null if no review was due on the request's day.
    price_review_due: Option<Date>,
    /// The rule that says whether hidden tokens are billed; null if there are none, or no rule.
    billing_rule: Option<BillingRuleUsed>,
    /// The stable id of the routing fee.
    fee_id: Option<String>,
    /// Why something has no price.
    unpriced: Option<String>,
    unpriced_code: Option<UnpricedCode>,
    /// The whole computation as text, to be checked by hand.
    explain: String,
}

/// The currency of every amount.
#[derive(ToSchema)]
#[schema(rename_all = "UPPERCASE")]
pub(crate) enum Currency {
    Usd,
}

/// Some tokens at a price.
#[derive(ToSchema)]
pub(crate) struct CostLine {
    item: CostItem,
    tokens: u64,
    usd_per_million: UsdText,
    /// Exactly tokens times rate.
    usd: UsdText,
}

/// The item of a line.
#[derive(ToSchema)]
pub(crate) enum CostItem {
    #[schema(rename = "uncached_input")]
    UncachedInput,
    #[schema(rename = "cached_input")]
    CachedInput,
    #[schema(rename = "cache_write")]
    CacheWrite,
    #[schema(rename = "cache_write_1h")]
    CacheWrite1h,
    #[schema(rename = "output")]
    Output,
    /// Tokens that the total counts and prompt and completion do not: zero dollars where a billing rule
    /// says that they are not billed.
    #[schema(rename = "hidden_reasoning")]
    HiddenReasoning,
    #[schema(rename = "routing_fee")]
    RoutingFee,
}

/// The billing rule that was applied to hidden tokens.
#[derive(ToSchema)]
pub(crate) struct BillingRuleUsed {
    /// Its stable id, used in `pricing.confirmed`.
    id: String,
    /// Its evidence, in short.
    basis: String,
    /// Whether it is certain: published, confirmed by the operator, or the operator's own.
    settled: bool,
}

/// Where a price comes from.
#[derive(ToSchema)]
pub(crate) struct PriceUsed {
    /// The price's stable id.
    id: String,
    /// The model's canonical name.
    canonical: String,
    #[schema(rename = "match")]
    matched: PriceMatch,
    /// The bound that the prompt exceeded; 0 in the first tier.
    prompt_tokens_over: u32,
    /// Where the figures come from, in short.
    source: String,
}

/// How a served name was found in the price table.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum PriceMatch {
    Exact,
    Normalised,
    SnapshotSuffixStripped,
    Fixed,
}

/// Machine-readable reason why something has no price.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum UnpricedCode {
    UnknownModel,
    NoPrice,
    NoFee,
    InvalidUsage,
    NoUsage,
    Interrupted,
    Unknown,
}

/// Timings in milliseconds since the request was received.
#[derive(ToSchema)]
pub(crate) struct Timings {
    /// Until the upstream's headers arrived.
    upstream_headers_ms: Option<u64>,
    /// Until the first event with a part of the answer; for streams only.
    first_content_ms: Option<u64>,
    /// Until it was settled.
    duration_ms: u64,
}

/// One call to an upstream.
#[derive(ToSchema)]
pub(crate) struct Attempt {
    /// The deployment that was called.
    deployment: String,
    /// Its id.
    deployment_id: String,
    /// HTTP status of the response, if there was one.
    status: Option<u16>,
    /// The error, if there was one.
    error: Option<String>,
    /// Token counts of this attempt. This and the following fields are absent for the only attempt
    /// of a request.
    #[schema(nullable = false)]
    usage: Option<ReportedUsage>,
    /// Its cost; absent if unknown.
    #[schema(nullable = false)]
    cost: Option<UsdText>,
    /// The amount that budgets are charged for it.
    #[schema(nullable = false)]
    charged: Option<UsdText>,
    /// The rule behind this amount.
    #[schema(nullable = false)]
    charged_by: Option<ChargeRule>,
}

/// The rule by which budgets were charged for a request or an attempt.
pub(crate) struct ChargeRule;

impl ToSchema for ChargeRule {}

impl PartialSchema for ChargeRule {
    fn schema() -> RefOr<Schema> {
        let rules = cost_model::ChargeRule::ALL;
        let each = rules.map(|rule| format!("- `{}`: {}", rule.as_str(), rule.description()));
        let about = "The rule by which budgets were charged for a request or an attempt:\n\n";
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .enum_values(Some(rules.map(cost_model::ChargeRule::as_str)))
            .description(Some(format!("{about}{}", each.join("\n"))))
            .into()
    }
}
