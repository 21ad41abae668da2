//! A cost question as one JSON object, and its answer: the form of the CLI's `cost` and of the
//! cost vectors that this crate is tested with.

use llm_types::{PerMillion, ReportedUsage, Tokens, UsageError, Usd};
use pricing_data::Day;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    cost::{Cost, ModelCost},
    price_book::{Match, PriceBook, Query},
    sku::{Sku, SkuError, service_tier},
    unpriced::Unpriced,
};

/// A question for the cost of a request: a served model, a SKU, a day and token counts.
#[derive(Clone, Debug, Deserialize)]
pub struct QuoteRequest {
    /// Given back with the answer, whatever it is.
    #[serde(default)]
    pub id: Value,
    /// The model that served.
    pub model: String,
    /// `global_standard` when absent.
    pub deployment_type: Option<String>,
    /// A zone, or `commercial` or `regions`, which say no more than the deployment type does.
    #[serde(alias = "zone")]
    pub scope: Option<String>,
    /// An Azure region.
    pub region: Option<String>,
    /// The tier that answered.
    pub service_tier: Option<String>,
    /// `2026-11-22`, UTC.
    pub date: jiff::civil::Date,
    /// Token counts, their details flat or nested as in an answer.
    pub usage: QuoteUsage,
    /// Whether a router chose the model.
    #[serde(default)]
    pub router_fee: bool,
}

/// Token counts, flat or as an answer reports them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct QuoteUsage {
    prompt_tokens: Option<Tokens>,
    completion_tokens: Option<Tokens>,
    total_tokens: Option<Tokens>,
    cached_tokens: Option<Tokens>,
    cache_write_tokens: Option<Tokens>,
    cache_write_1h_tokens: Option<Tokens>,
    reasoning_tokens: Option<Tokens>,
    prompt_tokens_details: Option<Value>,
    completion_tokens_details: Option<Value>,
}

/// The answer to a [`QuoteRequest`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Quote {
    /// Everything is priced.
    Priced(Box<Priced>),
    /// Something is not.
    Error {
        /// `unknown_model`, `no_price`, `no_fee`, `invalid_usage`.
        error: &'static str,
        /// The model's canonical name, when only its price is missing.
        #[serde(skip_serializing_if = "Option::is_none")]
        canonical_model: Option<String>,
        /// For people.
        #[serde(skip)]
        message: String,
    },
}

/// A cost with its parts, in dollars.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Priced {
    canonical_model: String,
    #[serde(rename = "match")]
    matched: Match,
    context: &'static str,
    unit_prices: UnitPrices,
    uncached_input: Usd,
    cached_input: Usd,
    cache_write: Usd,
    output: Usd,
    router_fee: Usd,
    total: Usd,
}

/// Dollars per million tokens.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct UnitPrices {
    input: PerMillion,
    cached_input: PerMillion,
    cache_write: PerMillion,
    output: PerMillion,
}

// === impl QuoteRequest ===

impl QuoteRequest {
    /// The cost.
    ///
    /// # Errors
    /// When the SKU makes no sense. What has no price is a [`Quote::Error`].
    pub fn quote(&self, book: &PriceBook) -> Result<Quote, SkuError> {
        let sku = self.sku()?;
        Ok(match self.priced(book, &sku) {
            Ok(priced) => Quote::Priced(Box::new(priced)),
            Err(why) => self.refused(book, &why),
        })
    }

    /// The same as a [`Cost`], which can explain itself.
    ///
    /// # Errors
    /// When the SKU makes no sense.
    pub fn cost(&self, book: &PriceBook) -> Result<Cost, SkuError> {
        let sku = self.sku()?;
        Ok(self.costed(book, &sku).unwrap_or_else(|why| Cost::unknown(why.into())))
    }

    fn sku(&self) -> Result<Sku, SkuError> {
        let zone =
            self.scope.as_deref().filter(|scope| !matches!(*scope, "commercial" | "regions"));
        Sku::parse(self.deployment_type.as_deref(), zone, self.region.as_deref())
    }

    fn costed(&self, book: &PriceBook, sku: &Sku) -> Result<Cost, UsageError> {
        let usage = self.usage.reported()?.billable()?;
        let tier = service_tier(self.service_tier.as_deref());
        let day = Day(self.day());
        let query =
            Query { served: &self.model, sku, tier, day, routed: self.router_fee, fixed: None };
        Ok(book.cost(&query, &usage))
    }

    fn priced(&self, book: &PriceBook, sku: &Sku) -> Result<Priced, Unpriced> {
        let cost = self.costed(book, sku)?;
        match (cost.total(), &cost.model, cost.unpriced.clone()) {
            (Some(total), Some(model), None) => {
                Ok(Priced::new(model, cost.routing_fee().unwrap_or_default(), total))
            }
            (_, _, why) => Err(why.unwrap_or(Unpriced::NoUsage)),
        }
    }

    fn refused(&self, book: &PriceBook, why: &Unpriced) -> Quote {
        let error = why.code();
        // An unknown model has no canonical name, and other errors are not about the model.
        let known = book.find(&self.model).ok().filter(|_| error == "no_price");
        let canonical_model = known.map(|found| found.model.id.clone().into_owned());
        Quote::Error { error, canonical_model, message: why.to_string() }
    }

    fn day(&self) -> u32 {
        crate::sku::civil_day(self.date).0
    }
}

// === impl QuoteUsage ===

impl QuoteUsage {
    fn reported(&self) -> Result<ReportedUsage, UsageError> {
        let read = |details: &Option<Value>| {
            details.clone().unwrap_or_else(|| Value::Object(Default::default()))
        };
        // Malformed details are a contradiction in the usage, not a bad request: the answer keeps
        // its `id`.
        let malformed = |error: serde_json::Error| UsageError::Malformed(error.to_string());
        let mut prompt: llm_types::PromptDetails =
            serde_json::from_value(read(&self.prompt_tokens_details)).map_err(malformed)?;
        let mut completion: llm_types::CompletionDetails =
            serde_json::from_value(read(&self.completion_tokens_details)).map_err(malformed)?;
        prompt.cached_tokens = self.cached_tokens.or(prompt.cached_tokens);
        prompt.cache_write_tokens = self.cache_write_tokens.or(prompt.cache_write_tokens);
        prompt.cache_write_1h_tokens = self.cache_write_1h_tokens.or(prompt.cache_write_1h_tokens);
        completion.reasoning_tokens = self.reasoning_tokens.or(completion.reasoning_tokens);
        Ok(ReportedUsage {
            prompt_tokens: self.prompt_tokens,
            completion_tokens: self.completion_tokens,
            total_tokens: self.total_tokens,
            prompt_tokens_details: Some(prompt),
            completion_tokens_details: Some(completion),
            hosted_tool_calls: None,
        })
    }
}

// === impl Priced ===

impl Priced {
    fn new(model: &ModelCost, router_fee: Usd, total: Usd) -> Self {
        Self {
            canonical_model: model.price.canonical.clone().into_owned(),
            matched: model.price.matched,
            context: if model.price.over > 0 { "long" } else { "short" },
            unit_prices: UnitPrices {
                input: model.uncached_input.rate,
                cached_input: model.cached_input.rate,
                cache_write: model.cache_write.rate,
                output: model.output.rate,
            },
            uncached_input: model.uncached_input.amount(),
            cached_input: model.cached_input.amount(),
            cache_write: model.cache_write.amount() + model.cache_write_1h.amount(),
            // Hidden tokens are billed as output, and this form has no line of their own.
            output: model.output.amount()
                + model.hidden.as_ref().map_or(Usd::ZERO, |hidden| hidden.line.amount()),
            router_fee,
            total,
        }
    }
}
