//! Prices whose day of review has come: they still apply, and may no longer be right.

use llm_types::Tokens;
use pricing_data::ServiceTier;

use crate::{
    ceiling::CeilingQuery,
    price_book::{PriceBook, PriceCard, Query},
};

const TIERS: &[ServiceTier] = ServiceTier::ALL;

// === impl PriceBook ===

impl PriceBook {
    /// The prices under review that a request can be charged at, by candidate and service tier. One
    /// price can be there more than once. A price that the operator set for the deployment has no
    /// day of review.
    #[must_use]
    pub fn under_review(&self, query: &CeilingQuery<'_>) -> Vec<PriceCard<'_>> {
        if query.fixed.is_some() {
            return Vec::new();
        }
        let mut due = Vec::new();
        for served in self.candidates(query.candidates) {
            let question = Query::new(&served, query.sku, query.day);
            let cards = TIERS.iter().copied().filter_map(|tier| {
                let question = Query { tier: Some(tier), ..question };
                self.card(&question, Tokens(0)).ok()
            });
            due.extend(cards.filter(|card| card.price.review_due(query.day).is_some()));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use llm_types::BillableUsage;
    use pricing_data::Day;

    use super::*;
    use crate::{
        ceiling::Candidates,
        cost::Cost,
        sku::{Sku, day},
    };

    fn due(book: &PriceBook, models: &[&str], day: Day) -> BTreeSet<String> {
        let sku = Sku::global();
        let names: Vec<String> = models.iter().map(ToString::to_string).collect();
        let candidates = Candidates::Models(&names);
        let query = CeilingQuery { sku: &sku, day, routed: false, candidates, fixed: None };
        book.under_review(&query).iter().map(|card| card.price.id.to_string()).collect()
    }

    fn cost(book: &PriceBook, served: &str, day: Day) -> Cost {
        let usage = BillableUsage { prompt: Tokens(10), ..BillableUsage::default() };
        book.cost(&Query::new(served, &Sku::global(), day), &usage)
    }

    #[track_caller]
    fn check(book: &PriceBook, served: &str, day: Day, expect: Option<Day>) {
        let cost = cost(book, served, day);
        assert_eq!(cost.price_review_due(), expect);
        let mut details = Vec::new();
        cost.write_details(&mut details);
        let details: serde_json::Value = serde_json::from_slice(&details).unwrap();
        let receipt = serde_json::to_value(&cost).unwrap();
        let expect = expect.map(|day| day.to_string());
        assert_eq!(details.get("price_review_due").and_then(|day| day.as_str()), expect.as_deref());
        assert_eq!(receipt["price_review_due"].as_str(), expect.as_deref());
        let explained = cost.explain().to_string();
        assert_eq!(explained.contains("under review"), expect.is_some(), "{explained}");
        assert!(expect.is_none_or(|day| explained.contains(&day)));
    }

    /// The promotion of gpt-5.6-sol runs until 2026-11-30 at least.
    #[test]
    fn a_price_is_applied_and_marked_from_its_day_of_review_on() {
        let book = PriceBook::builtin();
        let first = day(2026, 12, 1);
        check(&book, "gpt-5.6-sol-2026-07-09", day(2026, 11, 30), None);
        check(&book, "gpt-5.6-sol-2026-07-09", first, Some(first));
        check(&book, "gpt-5.6-sol", day(2027, 3, 1), Some(first));
        check(&book, "gpt-5-nano", first, None);
        let [before, after] = [day(2026, 11, 30), first].map(|day| cost(&book, "gpt-5.6-sol", day));
        assert_eq!((before.total(), before.status), (after.total(), after.status));
        assert_eq!(due(&book, &["gpt-5.6-sol", "gpt-5-nano"], day(2026, 11, 30)), [].into());
        let names = due(&book, &["gpt-5.6-sol", "gpt-5-nano"], first);
        assert!(names.iter().all(|id| id.starts_with("gpt-5.6-sol/")), "{names:?}");
        // Standard, priority and flex.
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn an_operators_own_price_is_marked_like_a_published_one() {
        let overlay = serde_json::json!({
            "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
            "models": [{"id": "gpt-5-nano", "prices": [{
                "for": {"deployment": "global_standard", "service_tier": "standard"},
                "from": "2026-01-01", "until": null, "review_by": "2026-06-01",
                "tiers": [{"prompt_tokens_over": 0, "rates": {
                    "input": "0.04", "cached_input": null, "cache_write": null, "output": "0.3",
                }}],
            }]}],
        });
        let book = PriceBook::with_overlay(&overlay.to_string(), "ours.json").unwrap();
        check(&book, "gpt-5-nano", day(2026, 5, 31), None);
        check(&book, "gpt-5-nano", day(2026, 6, 1), Some(day(2026, 6, 1)));
        assert_eq!(due(&book, &["gpt-5-nano"], day(2026, 5, 31)).len(), 0);
        assert_eq!(due(&book, &["gpt-5-nano"], day(2026, 6, 1)).len(), 1);
    }
}
