//! The price book: finds the one price that applies to an answer, or says why there is none.
//!
//! Looking up never guesses: no prefix or substring match, no nearest date, no other SKU.

use std::{borrow::Cow, collections::HashMap};

use llm_types::{BillableUsage, PerMillion, Tokens};
use pricing_data::{Day, Model, Price, Rates, RoutingFee, ServiceTier, Tier};
use serde::{Deserialize, Serialize};

use crate::{
    Cost, CostStatus, FeeCost, Line, ModelCost, PriceUsed, Sku, Unpriced,
    name::{bare, undated},
};

/// Published prices, and the operator's own over them.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    overlay: Vec<Model>,
    /// Lower-case names of the overlay's models.
    names: HashMap<String, usize>,
}

/// What a cost is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The model that answered, as the answer spells it.
    pub served: &'a str,
    /// The deployment's SKU.
    pub sku: &'a Sku,
    /// The tier that answered; `None` for one that nobody has a price for.
    pub tier: Option<ServiceTier>,
    /// The day of the request, UTC.
    pub day: Day,
    /// Whether a router chose the model, so that its fee is due.
    pub routed: bool,
    /// A price that the operator set for the deployment whatever it serves.
    pub fixed: Option<&'a FixedPrice>,
}

/// A price that the operator set for one deployment, as `LiteLLM`'s `input_cost_per_token` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedPrice {
    /// Names the price in receipts.
    pub id: String,
    /// What a token costs.
    pub rates: Rates,
}

/// How a served name was found in the price table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// It stands there.
    Exact,
    /// Without blanks or a provider's prefix it stands there.
    Normalised,
    /// Without its date it stands there, and the model's prices are taken.
    SnapshotSuffixStripped,
    /// The operator set the deployment's price.
    Fixed,
}

/// A model of the table and how it was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The model.
    pub model: &'a Model,
    /// How it was found.
    pub matched: Match,
}

/// The one price that applies.
#[derive(Clone, Copy, Debug)]
pub struct PriceCard<'a> {
    /// The model and how it was found.
    pub found: Found<'a>,
    /// The price.
    pub price: &'a Price,
    /// Its tier for the prompt's length.
    pub tier: &'a Tier,
}

/// Why an operator's price file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    /// It breaks rules of the format; one line each.
    #[error("{0}")]
    Invalid(String),
}

// === impl PriceBook ===

impl PriceBook {
    /// The published prices alone.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The published prices with an operator's models over them. A price of the overlay wins over
    /// a published one of the same model, SKU, tier and day; the others stay in force.
    #[must_use]
    pub fn with_models(overlay: Vec<Model>) -> Self {
        let names = overlay
            .iter()
            .enumerate()
            .flat_map(|(index, model)| spellings(model).map(move |name| (name, index)))
            .collect();
        Self { overlay, names }
    }

    /// The model that a served name means.
    ///
    /// # Errors
    /// When the table does not hold it.
    pub fn find(&self, served: &str) -> Result<Found<'_>, Unpriced> {
        let name = bare(served);
        if name.is_empty() {
            return Err(Unpriced::NoServedModel);
        }
        if let Some(model) = self.named(served).or_else(|| self.named(name)) {
            let matched =
                if self.named(served).is_some() { Match::Exact } else { Match::Normalised };
            return Ok(Found { model, matched });
        }
        undated(name)
            .and_then(|base| self.named(base))
            .filter(|model| model.inherit_unlisted_snapshots)
            .map(|model| Found { model, matched: Match::SnapshotSuffixStripped })
            .ok_or_else(|| Unpriced::UnknownModel(served.to_owned()))
    }

    /// The one price that applies to a prompt of so many tokens.
    ///
    /// # Errors
    /// When none does; [`Unpriced`] says why.
    pub fn card(&self, query: &Query<'_>, prompt: Tokens) -> Result<PriceCard<'_>, Unpriced> {
        let found = self.find(query.served)?;
        let model = found.model;
        let tier = if query.sku.is_batch() { Some(ServiceTier::Batch) } else { query.tier };
        let price = self
            .prices(model)
            .filter(|price| Some(price.service_tier) == tier && price.applies_on(query.day))
            .filter_map(|price| Some((nearness(price, query.sku)?, price)))
            .max_by_key(|(nearness, _)| *nearness)
            .map(|(_, price)| price)
            .ok_or_else(|| self.why_none(model, tier, query))?;
        let tier = price
            .tier(prompt.0)
            .ok_or_else(|| Unpriced::NoLength { model: model.id.clone(), tokens: prompt })?;
        Ok(PriceCard { found, price, tier })
    }

    /// The routing fee that applies.
    ///
    /// # Errors
    /// When none is known for the SKU and day. That is not the same as free.
    pub fn routing_fee(&self, sku: &Sku, day: Day) -> Result<&'static RoutingFee, Unpriced> {
        pricing_data::ROUTER
            .fees
            .iter()
            .find(|fee| {
                fee.deployment.is_none_or(|deployment| deployment == sku.deployment)
                    && fee.from <= day
                    && fee.until.is_none_or(|until| day < until)
            })
            .ok_or_else(|| Unpriced::NoFee(sku.to_string()))
    }

    /// What a request cost. Total: what has no price is part of the answer, not an error.
    #[must_use]
    pub fn cost(&self, query: &Query<'_>, usage: &BillableUsage) -> Cost {
        let model = self.model_cost(query, usage);
        let fee = self.fee_cost(query, usage);
        let status = match (&model, &fee) {
            (Ok(model), Ok(_)) if model.price.matched == Match::SnapshotSuffixStripped => {
                CostStatus::Inferred
            }
            (Ok(_), Ok(_)) => CostStatus::Exact,
            (Err(_), Ok(_)) if query.routed => CostStatus::Partial,
            (Ok(_), Err(_)) => CostStatus::Partial,
            (Err(_), _) => CostStatus::Unpriced,
        };
        let unpriced = model.as_ref().err().or(fee.as_ref().err()).cloned();
        let fee = if status == CostStatus::Unpriced { None } else { fee.ok() };
        Cost { status, model: model.ok(), fee, unpriced }
    }

    fn model_cost(&self, query: &Query<'_>, usage: &BillableUsage) -> Result<ModelCost, Unpriced> {
        let (rates, price) = match query.fixed {
            Some(fixed) => (fixed.rates, fixed.used(query.served)),
            None => self.card(query, usage.prompt)?.used(),
        };
        if usage.audio != Tokens(0) && rates.audio_input.or(rates.audio_output).is_some() {
            return Err(Unpriced::Audio(price.canonical));
        }
        // Azure has no output meter for embeddings, and they have no output.
        let output = match rates.output {
            None if usage.output != Tokens(0) => return Err(Unpriced::NoOutput(price.canonical)),
            rate => rate.unwrap_or_default(),
        };
        let line = |tokens, rate| Line { tokens, rate: PerMillion::from_micros(rate) };
        // No meter means that Azure bills such tokens as input.
        let write = rates.cache_write.unwrap_or(rates.input);
        Ok(ModelCost {
            uncached_input: line(usage.uncached_input(), rates.input),
            cached_input: line(usage.cached_input, rates.cached_input.unwrap_or(rates.input)),
            cache_write: line(usage.cache_write, write),
            cache_write_1h: line(usage.cache_write_1h, rates.cache_write_1h.unwrap_or(write)),
            output: line(usage.output, output),
            price,
        })
    }

    fn fee_cost(&self, query: &Query<'_>, usage: &BillableUsage) -> Result<FeeCost, Unpriced> {
        if !query.routed {
            return Ok(FeeCost { line: Line::default(), id: None });
        }
        let fee = self.routing_fee(query.sku, query.day)?;
        let rate = PerMillion::from_micros(fee.per_million_prompt_tokens);
        Ok(FeeCost { line: Line { tokens: usage.prompt, rate }, id: Some(fee.id.clone()) })
    }

    fn named(&self, name: &str) -> Option<&Model> {
        if !self.names.is_empty()
            && let Some(index) = self.names.get(&name.to_ascii_lowercase())
        {
            return Some(&self.overlay[*index]);
        }
        pricing_data::find(name)
    }

    /// The model's prices, the overlay's first.
    fn prices<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = &'a Price> {
        let published = pricing_data::find(&model.id).map_or(&[][..], |model| &model.prices);
        let own = self.overlay.iter().filter(|own| own.id.eq_ignore_ascii_case(&model.id));
        // `max_by_key` takes the last of equals, so what wins comes last.
        published.iter().chain(own.flat_map(|own| own.prices.iter()))
    }

    /// Why no price of the model applies: the first of SKU, tier, day that rules all out.
    fn why_none(&self, model: &Model, tier: Option<ServiceTier>, query: &Query<'_>) -> Unpriced {
        let (model_id, sku) = (model.id.clone(), query.sku.to_string());
        let mut for_sku = self.prices(model).filter(|price| nearness(price, query.sku).is_some());
        let Some(first) = for_sku.next() else {
            return Unpriced::NoSku { model: model_id, sku };
        };
        let has_tier = |price: &Price| Some(price.service_tier) == tier;
        if has_tier(first) || for_sku.any(has_tier) {
            return Unpriced::NoDay { model: model_id, sku };
        }
        let tier = tier.map_or("unknown", tier_name).to_owned();
        Unpriced::NoTier { model: model_id, tier, sku }
    }
}

/// Whether a price is for the SKU; higher is nearer: a region's own row before its zone's.
fn nearness(price: &Price, sku: &Sku) -> Option<u8> {
    let same =
        price.deployment == sku.deployment && price.zone == sku.zone && price.cloud == sku.cloud;
    if !same {
        return None;
    }
    if price.regions.is_empty() {
        return Some(0);
    }
    let region = sku.region.as_deref()?;
    price.regions.iter().any(|name| name == region).then_some(1)
}

fn spellings(model: &Model) -> impl Iterator<Item = String> {
    [&model.id]
        .into_iter()
        .chain(model.snapshots.iter())
        .chain(model.aliases.iter())
        .map(|name| name.to_ascii_lowercase())
}

const fn tier_name(tier: ServiceTier) -> &'static str {
    match tier {
        ServiceTier::Standard => "default",
        ServiceTier::Priority => "priority",
        ServiceTier::Flex => "flex",
        ServiceTier::Batch => "batch",
    }
}

// === impl PriceCard ===

impl PriceCard<'_> {
    fn used(&self) -> (Rates, PriceUsed) {
        let used = PriceUsed {
            id: self.price.id.clone(),
            canonical: self.found.model.id.clone(),
            matched: self.found.matched,
            over: self.tier.prompt_tokens_over,
            source: self.price.source.clone(),
        };
        (self.tier.rates, used)
    }
}

// === impl FixedPrice ===

impl FixedPrice {
    fn used(&self, served: &str) -> PriceUsed {
        PriceUsed {
            id: Cow::Owned(self.id.clone()),
            canonical: Cow::Owned(bare(served).to_owned()),
            matched: Match::Fixed,
            over: 0,
            source: Cow::Borrowed("the deployment's configuration"),
        }
    }
}

// === impl Query ===

impl<'a> Query<'a> {
    /// An answer at the standard tier that was not routed.
    #[must_use]
    pub const fn new(served: &'a str, sku: &'a Sku, day: Day) -> Self {
        Self { served, sku, tier: Some(ServiceTier::Standard), day, routed: false, fixed: None }
    }

    /// The same, chosen by a router.
    #[must_use]
    pub const fn routed(mut self) -> Self {
        self.routed = true;
        self
    }
}
