//! Estimates of a request's cost with each model that may answer it, cheapest first.

use llm_types::{BillableUsage, Usd};
use pricing_data::{Day, ServiceTier};

use crate::{
    ceiling::{Candidates, CeilingQuery},
    cost::Cost,
    price_book::{PriceBook, Query},
    unpriced::Unpriced,
};

/// The cost of one request with each of its candidates.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    /// Those with a price, the cheapest first.
    pub priced: Vec<Candidate>,
    /// Those without, each with the reason.
    pub unpriced: Vec<(String, Unpriced)>,
}

/// The cost of one request with one of its candidates.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The model that would answer, or the id of the operator's own price.
    pub served: String,
    /// Model and routing fee together.
    pub total: Usd,
    /// The same, line by line.
    pub cost: Cost,
}

// === impl PriceBook ===

impl PriceBook {
    /// What a request of known size would cost at one service tier, with each model that may
    /// answer. A model that is priced by the operator's file and by the published table is there
    /// once, at the operator's price; one that is retired by then no longer answers.
    #[must_use]
    pub fn spread(
        &self,
        query: &CeilingQuery<'_>,
        tier: Option<ServiceTier>,
        usage: &BillableUsage,
    ) -> Spread {
        let mut spread = Spread::default();
        let names = match query.fixed {
            Some(fixed) => vec![fixed.id.clone()],
            None => self.candidates(query.candidates),
        };
        let answers = |served: &String| {
            let retired = self.find(served).ok().and_then(|found| found.model.retired_on);
            query.fixed.is_some() || retired.is_none_or(|retired| query.day < retired)
        };
        let names: Vec<String> = match query.candidates {
            // Named models stay whatever their date: the operator says that they answer.
            Candidates::Models(_) => names,
            Candidates::Pool | Candidates::Any => names.into_iter().filter(answers).collect(),
        };
        for served in names {
            let CeilingQuery { sku, day, routed, fixed, .. } = *query;
            // `self.candidates` may name a model twice, the operator's price first; `add` keeps the
            // first.
            let question = Query { served: &served, sku, tier, day, routed, fixed };
            spread.add(self.cost(&question, usage), served);
        }
        spread.priced.sort_by(|one, other| {
            // By name as well, so that the order of equal ones is always the same.
            one.total.cmp(&other.total).then_with(|| one.served.cmp(&other.served))
        });
        spread
    }
}

impl PriceBook {
    /// The candidates that are retired on a day: they no longer answer, and still have prices.
    #[must_use]
    pub fn retired(&self, candidates: Candidates<'_>, day: Day) -> Vec<String> {
        let mut names = self.candidates(candidates);
        names.retain(|name| {
            let model = self.find(name).ok().map(|found| found.model);
            model.and_then(|model| model.retired_on).is_some_and(|retired| retired <= day)
        });
        names.sort_unstable();
        // An overlay and the published table may both have a model.
        names.dedup();
        names
    }
}

// === impl Spread ===

impl Spread {
    /// The candidate that would cost least.
    #[must_use]
    pub fn cheapest(&self) -> Option<&Candidate> {
        self.priced.first()
    }

    /// The candidate that would cost most.
    #[must_use]
    pub fn dearest(&self) -> Option<&Candidate> {
        self.priced.last()
    }

    /// The cost, if it is the same whichever model answers; `None` when candidates differ, or one of them
    /// has no price.
    #[must_use]
    pub fn only(&self) -> Option<&Candidate> {
        let [first, rest @ ..] = &self.priced[..] else { return None };
        let same = rest.iter().all(|other| other.cost == first.cost);
        (same && self.unpriced.is_empty()).then_some(first)
    }

    /// Both together: for a group whose deployments differ.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for candidate in other.priced {
            let same = |known: &Candidate| {
                known.served == candidate.served && known.cost == candidate.cost
            };
            if !self.priced.iter().any(same) {
                self.priced.push(candidate);
            }
        }
        self.priced.sort_by_key(|candidate| candidate.total);
        for (served, why) in other.unpriced {
            if !self.unpriced.iter().any(|(known, _)| *known == served) {
                self.unpriced.push((served, why));
            }
        }
        self
    }

    fn add(&mut self, cost: Cost, served: String) {
        let known = self.priced.iter().any(|known| known.served == served);
        match (cost.total(), cost.unpriced.clone()) {
            _ if known => {}
            (Some(total), _) => self.priced.push(Candidate { served, total, cost }),
            (None, why) => {
                let why = why.unwrap_or(Unpriced::NoServedModel);
                if !self.unpriced.iter().any(|(known, _)| *known == served) {
                    self.unpriced.push((served, why));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use llm_types::Tokens;
    use proptest::prelude::*;

    use super::*;
    use crate::sku::{Sku, day};

    const STANDARD: Option<ServiceTier> = Some(ServiceTier::Standard);

    fn query<'a>(sku: &'a Sku, candidates: Candidates<'a>, routed: bool) -> CeilingQuery<'a> {
        CeilingQuery { sku, day: day(2026, 11, 22), routed, candidates, fixed: None }
    }

    fn usage(prompt: u64, output: u64) -> BillableUsage {
        let (prompt, output) = (Tokens(prompt), Tokens(output));
        BillableUsage { prompt, output, ..BillableUsage::default() }
    }

    #[test]
    fn one_model_has_one_cost() {
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        let names = ["gpt-4.1-nano".to_owned()];
        let query = query(&sku, Candidates::Models(&names), true);
        let spread = book.spread(&query, STANDARD, &usage(1_000, 100));
        // $0.10 and $0.40 per million, and a fee of $0.14 per million prompt tokens.
        assert_eq!(spread.only().unwrap().total.to_string(), "0.00028");
    }

    #[test]
    fn a_pool_reaches_from_its_cheapest_to_its_most_expensive_model() {
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        let spread =
            book.spread(&query(&sku, Candidates::Pool, true), STANDARD, &usage(1_000, 100));
        let (cheapest, dearest) = (spread.cheapest().unwrap(), spread.dearest().unwrap());
        assert!(cheapest.total < dearest.total, "{spread:?}");
        assert!(spread.only().is_none());
        // The fee is the same, whichever model answers.
        for candidate in &spread.priced {
            assert_eq!(candidate.cost.routing_fee().unwrap().to_string(), "0.00014");
        }
    }

    #[test]
    fn a_model_without_a_price_is_named_and_never_the_cheapest() {
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        let names = ["gpt-9".to_owned(), "gpt-4.1-nano".to_owned()];
        let spread =
            book.spread(&query(&sku, Candidates::Models(&names), false), STANDARD, &usage(10, 10));
        assert_eq!(spread.cheapest().unwrap().served, "gpt-4.1-nano");
        assert_eq!(spread.unpriced[0].0, "gpt-9");
        assert!(spread.only().is_none());
    }

    #[test]
    fn deployments_that_are_sold_alike_are_one() {
        let (book, global) = (PriceBook::builtin(), Sku::global());
        let names = ["gpt-4.1-nano".to_owned()];
        let spread = |routed| {
            let query = query(&global, Candidates::Models(&names), routed);
            book.spread(&query, STANDARD, &usage(1_000, 100))
        };
        assert_eq!(spread(true).or(spread(true)).priced.len(), 1);
        let both = spread(true).or(spread(false));
        assert_eq!((both.priced.len(), both.only().is_none()), (2, true));
        assert!(both.priced[0].total < both.priced[1].total);
    }

    #[test]
    fn a_pool_names_its_retired_models() {
        let book = PriceBook::builtin();
        let retired = |day| book.retired(Candidates::Pool, day);
        let day_before = retired(day(2026, 11, 29));
        assert!(!day_before.contains(&"claude-sonnet-4-5".to_owned()), "{day_before:?}");
        let today = retired(day(2026, 11, 30));
        for name in ["claude-haiku-4-5", "o4-mini", "claude-sonnet-4-5"] {
            assert!(today.contains(&name.to_owned()), "{today:?}");
        }
        let named = ["gpt-5-nano".to_owned(), "o4-mini".to_owned()];
        assert_eq!(book.retired(Candidates::Models(&named), day(2026, 11, 30)), ["o4-mini"]);
    }

    proptest! {
        /// The worst case is never below the most expensive candidate.
        #[test]
        fn the_ceiling_is_above(prompt in 1_u64..400_000, output in 0_u64..100_000) {
            let (book, sku) = (PriceBook::builtin(), Sku::global());
            let query = query(&sku, Candidates::Pool, true);
            let spread = book.spread(&query, STANDARD, &usage(prompt, output));
            let ceiling = book.ceiling(&query).unwrap();
            let dearest = spread.dearest().unwrap().total;
            prop_assert!(dearest <= ceiling.of(Tokens(prompt), Tokens(output)));
        }
    }
}
