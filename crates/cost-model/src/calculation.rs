//! The calculation of a cost: billed tokens times the rates of the one price that applies, line by
//! line.

use std::borrow::Cow;

use llm_types::{BillableUsage, PerMillion, Tokens, Usd};
use pricing_data::{Day, Rates};

use crate::{
    cost::{Cost, CostStatus, FeeCost, Line, ModelCost, PriceUsed},
    name::bare,
    price_book::{FixedPrice, Match, PriceBook, PriceCard, Query},
    unpriced::Unpriced,
};

// === impl PriceBook ===

impl PriceBook {
    /// What a request cost. Total: what has no price is part of the answer, not an error.
    #[must_use]
    pub fn cost(&self, query: &Query<'_>, usage: &BillableUsage) -> Cost {
        let model = self.model_cost(query, usage);
        let fee = self.fee_cost(query, usage);
        let tools = usage.hosted_tool_calls != Tokens(0);
        let status = match (&model, &fee) {
            (Ok(_), Ok(_)) if tools => CostStatus::Partial,
            (Ok(model), Ok(_)) => model.status(),
            // Without a router the fee is zero. That is known, but says nothing about the model.
            (Err(_), Ok(_)) if query.routed => CostStatus::Partial,
            (Ok(_), Err(_)) => CostStatus::Partial,
            (Err(_), _) => CostStatus::Unpriced,
        };
        let unpriced = model.as_ref().err().or(fee.as_ref().err()).cloned();
        let unpriced =
            unpriced.or_else(|| tools.then_some(Unpriced::Tools(usage.hosted_tool_calls)));
        // A fee of zero tokens beside no price would look like a free request.
        let fee = if status == CostStatus::Unpriced { None } else { fee.ok() };
        Cost { status, model: model.ok(), fee, unpriced, earlier: Usd::ZERO }
    }

    fn model_cost(&self, query: &Query<'_>, usage: &BillableUsage) -> Result<ModelCost, Unpriced> {
        let (rates, price) = match query.fixed {
            Some(fixed) => (fixed.rates, fixed.used(query.served)),
            None => self.card(query, usage.prompt)?.used(query.day),
        };
        // Azure has no meter for it, and it is no cheaper than other writing.
        if usage.cache_write_12h != Tokens(0) && query.fixed.is_none() {
            return Err(Unpriced::LongCache(price.canonical));
        }
        // Usage does not say how much of the audio is input, so that a model with rates for it has
        // no exact cost.
        if usage.audio != Tokens(0) && rates.audio_input.or(rates.audio_output).is_some() {
            return Err(Unpriced::Audio(price.canonical));
        }
        // Azure has no output meter for embeddings, and they have no output.
        let output = match rates.output {
            None if usage.generated() != Tokens(0) => {
                return Err(Unpriced::NoOutput(price.canonical));
            }
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
            hidden: self.hidden(query, usage.hidden, PerMillion::from_micros(output)),
            price,
        })
    }

    fn fee_cost(&self, query: &Query<'_>, usage: &BillableUsage) -> Result<FeeCost, Unpriced> {
        if !query.routed {
            return Ok(FeeCost { line: Line::default(), id: None });
        }
        let fee = self.routing_fee(query.sku, query.day)?;
        // Azure's bills show the fee on all prompt tokens, cached ones included.
        let rate = PerMillion::from_micros(fee.per_million_prompt_tokens);
        Ok(FeeCost { line: Line { tokens: usage.prompt, rate }, id: Some(fee.id.clone()) })
    }
}

// === impl ModelCost ===

impl ModelCost {
    /// How sure it is, by its price and by the rule for hidden tokens.
    fn status(&self) -> CostStatus {
        let rule = self.hidden.as_ref().map(|hidden| hidden.rule.as_ref());
        match rule {
            Some(None) => CostStatus::Estimated,
            Some(Some(rule)) if !rule.settled => CostStatus::Inferred,
            _ if self.price.matched == Match::SnapshotSuffixStripped => CostStatus::Inferred,
            _ => CostStatus::Exact,
        }
    }
}

// === impl PriceCard ===

impl PriceCard<'_> {
    fn used(&self, day: Day) -> (Rates, PriceUsed) {
        let used = PriceUsed {
            id: self.price.id.clone(),
            canonical: self.found.model.id.clone(),
            matched: self.found.matched,
            over: self.tier.prompt_tokens_over,
            source: self.price.source.clone(),
            review_due: self.price.review_due(day),
        };
        (self.tier.rates, used)
    }
}

// === impl FixedPrice ===

impl FixedPrice {
    /// Where such prices come from.
    pub(crate) const SOURCE: &str = "the deployment's configuration";

    fn used(&self, served: &str) -> PriceUsed {
        PriceUsed {
            id: Cow::Owned(self.id.clone()),
            canonical: Cow::Owned(bare(served).to_owned()),
            matched: Match::Fixed,
            over: 0,
            source: Cow::Borrowed(Self::SOURCE),
            review_due: None,
        }
    }
}
