//! OpenAPI shapes of receipts: their types are in crates without OpenAPI. Tests check real receipts
//! against them.

use jiff::{Timestamp, civil::Date};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use crate::{CostStatus, SkuText, UsageSource, UsdText};

/// The account of one request.
#[derive(ToSchema)]
pub struct Receipt {
    /// Fareway's id of the request.
    pub id: String,
    /// The time when it was received.
    pub at: Timestamp,
    /// The API that was spoken: `chat`, `responses`, `messages` or `embeddings`; null in entries of versions that had chats only.
    pub api: Option<String>,
    /// Whether the request was sent as a chat, as no deployment of the model has the API that the client spoke.
    pub translated: bool,
    /// The model that the client named.
    pub asked: String,
    /// The deployment that answered, or was tried last.
    pub deployment: String,
    /// Its id, which distinguishes deployments of the same name.
    pub deployment_id: String,
    pub sku: SkuText,
    /// Whether a router selected the model, so that the routing fee applies.
    pub routed: bool,
    /// The model that answered; null if none did or the answer does not name it.
    pub served: Option<String>,
    /// Whether the answer was a stream.
    pub stream: bool,
    pub outcome: Outcome,
    /// The tier that was billed, as the answer names it.
    pub service_tier: Option<String>,
    /// Token counts: as reported, or as counted here.
    pub usage: Option<ReportedUsage>,
    pub usage_source: UsageSource,
    /// The usage as reported by the upstream, if it is incomplete or contradictory; `usage` was
    /// then counted by the gateway. If it is longer than 8 KiB, it is an object of
    /// `cut_from_bytes`, its length, and `beginning`, its start as text. Absent otherwise.
    #[schema(nullable = false, value_type = Option<Object>)]
    pub usage_contradictory: Option<serde_json::Value>,
    pub cost: Cost,
    /// The amount that budgets are charged for all attempts.
    pub charged: UsdText,
    /// The rule by which it was charged; null while the request is in flight.
    pub charged_by: Option<ChargeRule>,
    pub timings: Timings,
    /// The upstream's id of the answer.
    pub answer_id: Option<String>,
    /// The provider's id of the request (`apim-request-id`).
    pub provider_request_id: Option<String>,
    /// The provider's region that answered (`x-ms-region`).
    pub provider_region: Option<String>,
    /// Every call to an upstream, in order.
    pub attempts: Vec<Attempt>,
    /// The router's own report of its decision (`model_selection_details`).
    pub routing: Option<serde_json::Value>,
}

/// The outcome of a request.
#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
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
pub struct ReportedUsage {
    /// All prompt tokens, cached and written ones included.
    pub prompt_tokens: Option<u64>,
    /// Output tokens; those of grok exclude its reasoning.
    pub completion_tokens: Option<u64>,
    /// Prompt and output together.
    pub total_tokens: Option<u64>,
    #[schema(nullable = false)]
    pub prompt_tokens_details: Option<PromptDetails>,
    #[schema(nullable = false)]
    pub completion_tokens_details: Option<CompletionDetails>,
    /// How often tools of the provider were used, such as a search of the web.
    #[schema(nullable = false)]
    pub hosted_tool_calls: Option<u64>,
}

/// Parts of the prompt.
#[derive(ToSchema)]
pub struct PromptDetails {
    /// Read from the prompt cache.
    #[schema(nullable = false)]
    pub cached_tokens: Option<u64>,
    /// Written to the prompt cache.
    #[schema(nullable = false)]
    pub cache_write_tokens: Option<u64>,
    /// Written to the prompt cache for an hour.
    #[schema(nullable = false)]
    pub cache_write_1h_tokens: Option<u64>,
    /// The part of the written tokens that is kept for 12 hours, which has no price.
    #[schema(nullable = false)]
    pub cache_write_12h_tokens: Option<u64>,
    /// Audio tokens.
    #[schema(nullable = false)]
    pub audio_tokens: Option<u64>,
}

/// Parts of the output.
#[derive(ToSchema)]
pub struct CompletionDetails {
    /// Reasoning tokens.
    #[schema(nullable = false)]
    pub reasoning_tokens: Option<u64>,
    /// Audio tokens.
    #[schema(nullable = false)]
    pub audio_tokens: Option<u64>,
}

/// The cost of a request, line by line.
#[derive(ToSchema)]
pub struct Cost {
    pub status: CostStatus,
    pub currency: Currency,
    /// Model and routing fee together; null unless both are known.
    pub total: Option<UsdText>,
    /// The part that is known.
    pub known: UsdText,
    /// The maximum total. It is above the total if a billing rule that is known from evidence only
    /// says that hidden tokens are not billed. Null if there is no total.
    pub upper_bound: Option<UsdText>,
    /// Zero when the request was not routed, null when the fee has no price.
    pub routing_fee: Option<UsdText>,
    /// The lines of the total, the routing fee last.
    pub lines: Vec<CostLine>,
    /// The estimated cost of earlier attempts of the same request; absent if they cost nothing.
    #[schema(nullable = false)]
    pub earlier_attempts: Option<UsdText>,
    /// The price of the served model that was used.
    pub price: Option<PriceUsed>,
    /// The day since which this price is due for review: it was applied, but may be out of date.
    /// Null if no review was due on the request's day.
    pub price_review_due: Option<Date>,
    /// The rule that says whether hidden tokens are billed; null if there are none, or no rule.
    pub billing_rule: Option<BillingRuleUsed>,
    /// The stable id of the routing fee.
    pub fee_id: Option<String>,
    /// Why something has no price.
    pub unpriced: Option<String>,
    pub unpriced_code: Option<UnpricedCode>,
    /// The whole computation as text, to be checked by hand.
    pub explain: String,
}

/// The currency of every amount.
#[derive(ToSchema)]
#[schema(rename_all = "UPPERCASE")]
pub enum Currency {
    Usd,
}

/// Some tokens at a price.
#[derive(ToSchema)]
pub struct CostLine {
    pub item: CostItem,
    pub tokens: u64,
    pub usd_per_million: UsdText,
    /// Exactly tokens times rate.
    pub usd: UsdText,
}

/// The item of a line.
#[derive(ToSchema)]
pub enum CostItem {
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
pub struct BillingRuleUsed {
    /// Its stable id, used in `pricing.confirmed`.
    pub id: String,
    /// Its evidence, in short.
    pub basis: String,
    /// Whether it is certain: published, confirmed by the operator, or the operator's own.
    pub settled: bool,
}

/// Where a price comes from.
#[derive(ToSchema)]
pub struct PriceUsed {
    /// The price's stable id.
    pub id: String,
    /// The model's canonical name.
    pub canonical: String,
    #[schema(rename = "match")]
    pub matched: PriceMatch,
    /// The bound that the prompt exceeded; 0 in the first tier.
    pub prompt_tokens_over: u32,
    /// Where the figures come from, in short.
    pub source: String,
}

/// How a served name was found in the price table.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum PriceMatch {
    Exact,
    Normalised,
    SnapshotSuffixStripped,
    Fixed,
}

/// Machine-readable reason why something has no price.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum UnpricedCode {
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
pub struct Timings {
    /// Until the upstream's headers arrived.
    pub upstream_headers_ms: Option<u64>,
    /// Until the first event with a part of the answer; for streams only.
    pub first_content_ms: Option<u64>,
    /// Until it was settled.
    pub duration_ms: u64,
}

/// One call to an upstream.
#[derive(ToSchema)]
pub struct Attempt {
    /// The deployment that was called.
    pub deployment: String,
    /// Its id.
    pub deployment_id: String,
    /// HTTP status of the response, if there was one.
    pub status: Option<u16>,
    /// The error, if there was one.
    pub error: Option<String>,
    /// Token counts of this attempt. This and the following fields are absent for the only attempt
    /// of a request.
    #[schema(nullable = false)]
    pub usage: Option<ReportedUsage>,
    /// Its cost; absent if unknown.
    #[schema(nullable = false)]
    pub cost: Option<UsdText>,
    /// The amount that budgets are charged for it.
    #[schema(nullable = false)]
    pub charged: Option<UsdText>,
    /// The rule behind this amount.
    #[schema(nullable = false)]
    pub charged_by: Option<ChargeRule>,
}

/// The rule by which budgets were charged for a request or an attempt.
pub struct ChargeRule;

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
