//! A cost as the ledger stores it: in few bytes, with all that explains it, and read back
//! unchanged.

use std::borrow::Cow;

use llm_types::{PerMillion, Tokens, Usd};
use pricing_data::Day;
use serde::{Deserialize, Serialize};

use crate::{
    cost::{
        Cost, CostStatus, FeeCost, Line, ModelCost, PriceUsed,
        hidden_reasoning::{HiddenCost, RuleUsed},
    },
    price_book::{FixedPrice, Match, PriceBook},
    unpriced::Unpriced,
};

/// A [`Cost`] in JSON that can be read back: `serde`'s form of a `Cost` itself is for people.
///
/// Lines are pairs of tokens and microdollars per million. Where a price comes from is not kept:
/// its id shows, see [`StoredCost::restore`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCost<'a> {
    #[serde(rename = "s")]
    status: CostStatus,
    /// Uncached input, cached input, cache write, cache write for an hour, output.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    lines: Option<[(u64, u64); 5]>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none", borrow)]
    price: Option<StoredPrice<'a>>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none", borrow)]
    fee: Option<StoredFee<'a>>,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none", borrow)]
    unpriced: Option<(Cow<'a, str>, Cow<'a, str>)>,
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none", borrow)]
    hidden: Option<StoredHidden<'a>>,
    /// Of earlier attempts, in dollars.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    earlier: Option<Usd>,
    /// The day since which the price is under review, `yyyymmdd`.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    review_due: Option<u32>,
}

/// Id, canonical model, how it was found, and the bound that the prompt was over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredPrice<'a>(#[serde(borrow)] Cow<'a, str>, #[serde(borrow)] Cow<'a, str>, Match, u32);

/// Tokens, microdollars per million, id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredFee<'a>(u64, u64, #[serde(borrow)] Option<Cow<'a, str>>);

/// Tokens, microdollars per million as charged, the same if they are billed, the rule's id, and whether
/// it leaves no doubt. Absent in entries of before 2026-11-30, whose output includes such tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredHidden<'a>(u64, u64, u64, #[serde(borrow)] Option<Cow<'a, str>>, bool);

impl<'a> From<&'a Cost> for StoredCost<'a> {
    fn from(cost: &'a Cost) -> Self {
        let line = |line: Line| (line.tokens.0, line.rate.micros());
        let price = cost.model.as_ref().map(|model| &model.price);
        Self {
            status: cost.status,
            lines: cost.model.as_ref().map(|model| {
                [
                    line(model.uncached_input),
                    line(model.cached_input),
                    line(model.cache_write),
                    line(model.cache_write_1h),
                    line(model.output),
                ]
            }),
            price: price.map(|price| {
                let (id, canonical) = (Cow::from(&*price.id), Cow::from(&*price.canonical));
                StoredPrice(id, canonical, price.matched, price.over)
            }),
            fee: cost.fee.as_ref().map(|fee| {
                let (tokens, rate) = line(fee.line);
                StoredFee(tokens, rate, fee.id.as_deref().map(Cow::from))
            }),
            unpriced: cost.unpriced.as_ref().map(|why| (why.code().into(), why.to_string().into())),
            hidden: cost.model.as_ref().and_then(|model| model.hidden.as_ref()).map(|hidden| {
                let rule = hidden.rule.as_ref();
                StoredHidden(
                    hidden.line.tokens.0,
                    hidden.line.rate.micros(),
                    hidden.if_billed.micros(),
                    rule.map(|rule| Cow::from(&*rule.id)),
                    rule.is_some_and(|rule| rule.settled),
                )
            }),
            earlier: (cost.earlier != Usd::ZERO).then_some(cost.earlier),
            review_due: cost.price_review_due().map(|day| day.0),
        }
    }
}

impl StoredCost<'_> {
    /// The cost as it was.
    #[must_use]
    pub fn restore(self) -> Cost {
        let line =
            |(tokens, rate)| Line { tokens: Tokens(tokens), rate: PerMillion::from_micros(rate) };
        // Both are written or neither: a model without a price has no lines.
        let model = self.lines.zip(self.price).map(|(lines, price)| {
            let [uncached_input, cached_input, cache_write, cache_write_1h, output] =
                lines.map(line);
            let (mut price, hidden) = (price.restore(), self.hidden.map(StoredHidden::restore));
            price.review_due = self.review_due.map(Day);
            ModelCost {
                uncached_input,
                cached_input,
                cache_write,
                cache_write_1h,
                output,
                hidden,
                price,
            }
        });
        let fee = self.fee.map(|StoredFee(tokens, rate, id)| FeeCost {
            line: line((tokens, rate)),
            id: id.map(|id| id.into_owned().into()),
        });
        let unpriced = self.unpriced.map(|(code, text)| Unpriced::noted(&code, text.into_owned()));
        let earlier = self.earlier.unwrap_or_default();
        Cost { status: self.status, model, fee, unpriced, earlier }
    }
}

// === impl Cost ===

impl Cost {
    /// The same with where its price, and the rule for hidden tokens, come from, as a book has them: of
    /// a cost that was read back only what is built in is known.
    #[must_use]
    pub fn sourced_by(mut self, book: &PriceBook) -> Self {
        let Some(model) = &mut self.model else { return self };
        if let Some(price) = book.price_of_id(&model.price.canonical, &model.price.id) {
            model.price.source = price.source.clone();
        }
        if let Some(rule) = model.hidden.as_mut().and_then(|hidden| hidden.rule.as_mut())
            && let Some((known, own)) = book.billing_rules().find(|(known, _)| known.id == rule.id)
        {
            rule.basis = if own { known.source.clone() } else { known.basis.clone() };
        }
        self
    }
}

impl StoredHidden<'_> {
    fn restore(self) -> HiddenCost {
        let Self(tokens, rate, if_billed, rule, settled) = self;
        HiddenCost {
            line: Line { tokens: Tokens(tokens), rate: PerMillion::from_micros(rate) },
            if_billed: PerMillion::from_micros(if_billed),
            rule: rule.map(|id| RuleUsed::restore(id.into_owned(), settled)),
        }
    }
}

impl StoredPrice<'_> {
    fn restore(self) -> PriceUsed {
        let Self(id, canonical, matched, over) = self;
        // A price that was read from a file is looked up again by `sourced_by`.
        let prices = pricing_data::find(&canonical).map_or(&[][..], |model| &model.prices);
        let source = match prices.iter().find(|price| price.id == id) {
            Some(price) => price.source.clone(),
            None if matched == Match::Fixed => FixedPrice::SOURCE.into(),
            None => "a price that was in force then".into(),
        };
        let (id, canonical) = (id.into_owned().into(), canonical.into_owned().into());
        PriceUsed { id, canonical, matched, over, source, review_due: None }
    }
}

#[cfg(test)]
mod tests {
    use llm_types::BillableUsage;

    use super::*;
    use crate::{
        price_book::Query,
        sku::{Sku, day},
    };

    #[track_caller]
    fn check(cost: &Cost) {
        let text = serde_json::to_string(&StoredCost::from(cost)).unwrap();
        let read: StoredCost<'_> = serde_json::from_str(&text).unwrap();
        let read = read.restore();
        assert_eq!(read.explain().to_string(), cost.explain().to_string(), "{text}");
        assert_eq!((read.status, &read.model, &read.fee), (cost.status, &cost.model, &cost.fee));
        assert_eq!(read.unpriced.map(|why| why.code()), cost.unpriced.as_ref().map(Unpriced::code));
    }

    #[test]
    fn a_cost_is_read_back_as_it_was() {
        let usage = BillableUsage {
            prompt: Tokens(300_000),
            cached_input: Tokens(2_000),
            cache_write: Tokens(10),
            output: Tokens(50),
            ..BillableUsage::default()
        };
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        for served in ["gpt-5-nano-2025-08-07", "gpt-5.4", "claude-opus-4-6", "gpt-9", "GROK-4", ""]
        {
            let query = Query::new(served, &sku, day(2026, 11, 22));
            check(&book.cost(&query, &usage));
            check(&book.cost(&query.routed(), &usage).estimated());
            let usage = BillableUsage { hidden: Tokens(700), ..usage };
            check(&book.cost(&query, &usage));
        }
        let confirmed = book.clone().confirming(vec!["xai-reasoning".to_owned()]).unwrap();
        let usage = BillableUsage { hidden: Tokens(700), ..usage };
        check(&confirmed.cost(&Query::new("grok-4", &sku, day(2026, 11, 22)), &usage));
        let rates = pricing_data::find("gpt-5").unwrap().prices[0].tiers[0].rates;
        let own = FixedPrice { id: "config:1".to_owned(), rates };
        let query = Query::new("gpt-5", &sku, day(2026, 11, 22));
        check(&book.cost(&Query { fixed: Some(&own), ..query }, &usage));
        // Its price is under review from the day before on.
        let query = Query::new("gpt-5.6-sol", &sku, day(2026, 12, 2));
        let cost = book.cost(&query, &usage);
        assert_eq!(cost.price_review_due(), Some(day(2026, 12, 1)));
        check(&cost);
        check(&Cost::nothing());
        check(&Cost::open());
    }
}
