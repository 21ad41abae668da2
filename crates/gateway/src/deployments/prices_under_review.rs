//! Prices under review that this gateway's deployments can be charged at, for the warning at start
//! and for `/metrics`.

use std::collections::{BTreeMap, BTreeSet};

use cost_model::{Day, PriceBook};
use jiff::Timestamp;

use super::DeploymentSet;

/// The prices in use whose day of review has come.
#[derive(Debug, Default)]
pub(crate) struct UnderReview {
    /// Model and day of review, by price id.
    prices: BTreeMap<String, (String, Day)>,
}

/// How many models the warning names.
const MOST_NAMED: usize = 10;

// === impl UnderReview ===

impl UnderReview {
    /// Those that the deployments can be charged at now.
    pub(crate) fn of(set: &DeploymentSet, book: &PriceBook, now: Timestamp) -> Self {
        let mut prices = BTreeMap::new();
        for member in &set.serving {
            let candidates = member.candidates(book);
            let query = member.query(candidates.as_candidates(), now);
            for card in book.under_review(&query) {
                let Some(day) = card.price.review_due(query.day) else { continue };
                prices.insert(card.price.id.to_string(), (card.found.model.id.to_string(), day));
            }
        }
        Self { prices }
    }

    /// How many prices.
    pub(crate) fn count(&self) -> usize {
        self.prices.len()
    }

    /// A line for the log that names their models; `None` if there are none.
    pub(crate) fn warning(&self) -> Option<String> {
        let models: BTreeSet<String> =
            self.prices.values().map(|(model, day)| format!("{model} (since {day})")).collect();
        let named: Vec<&str> = models.iter().take(MOST_NAMED).map(String::as_str).collect();
        let more = match models.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (count, named) = (self.count(), named.join(", "));
        (count > 0).then(|| {
            let prices = if count == 1 { "1 price".to_owned() } else { format!("{count} prices") };
            format!("{prices} in use due for review, and possibly outdated: {named}{more}")
        })
    }
}

#[cfg(test)]
mod tests {
    use cost_model::day;

    use super::*;

    fn warning(models: usize) -> Option<String> {
        let price =
            |nth: usize| (format!("m-{nth:02}/id"), (format!("m-{nth:02}"), day(2026, 12, 1)));
        UnderReview { prices: (0..models).map(price).collect() }.warning()
    }

    #[test]
    fn the_warning_names_ten_models_at_most() {
        assert_eq!(warning(0), None);
        assert_eq!(
            warning(1).as_deref(),
            Some("1 price in use due for review, and possibly outdated: m-00 (since 2026-12-01)")
        );
        let many = warning(12).unwrap();
        assert!(
            many.starts_with("12 prices") && many.ends_with("m-09 (since 2026-12-01) and 2 more"),
            "{many}"
        );
    }
}
