//! Rules for the days of a model's prices: no two apply at once, and none ends without a successor.

use super::{Findings, Strictness};
use crate::error::Rule;
use crate::source::{ModelEntry, PriceEntry, Selector};
use pricing_data::{Cloud, Day};

pub(super) fn check(strictness: Strictness, model: &ModelEntry, findings: &mut Findings<'_>) {
    for (index, price) in model.prices.iter().enumerate() {
        let at = format!("prices[{index}]");
        check_order(price.from.map(|day| day.0), price.until.map(|day| day.0), &at, findings);
        // Only those before it, so that each pair is reported once.
        let earlier = model.prices[..index].iter().enumerate();
        for (other, _) in earlier.filter(|(_, other)| overlap(other, price)) {
            let problem = format!(
                "expected one price per selector and day, but `prices[{other}]` holds on `{}` too",
                first_day(price).max(first_day(&model.prices[other])),
            );
            findings.add(Rule::Interval, format!("{at}.from"), problem);
        }
        if strictness == Strictness::Published
            && model.retired_on.is_none()
            && price.note.is_none()
            && let Some(until) = price.until
            && !model.prices.iter().any(|other| follows(other, price, until.0))
        {
            let problem = format!(
                "expected a price that follows on `{}`, the model's `retired_on`, or a `note` \
                 that says why, found none",
                until.0
            );
            findings.add(Rule::Closing, format!("{at}.until"), problem);
        }
    }
}

/// An interval must hold at least a day.
pub(super) fn check_order(
    from: Option<Day>,
    until: Option<Day>,
    at: &str,
    findings: &mut Findings<'_>,
) {
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let problem = format!("expected a day after `{from}`, found `{until}`");
        findings.add(Rule::Interval, format!("{at}.until"), problem);
    }
}

/// Whether two half-open intervals share a day.
pub(super) fn share_a_day(a: (Day, Option<Day>), b: (Day, Option<Day>)) -> bool {
    a.1.is_none_or(|until| b.0 < until) && b.1.is_none_or(|until| a.0 < until)
}

fn overlap(a: &PriceEntry, b: &PriceEntry) -> bool {
    let ends = |price: &PriceEntry| price.until.map(|day| day.0);
    // A region's own price and its zone's do not overlap: the nearer one applies.
    let same_place = a.selector.regions.is_empty() && b.selector.regions.is_empty()
        || a.selector.regions.iter().any(|region| b.selector.regions.contains(region));
    same_sku(&a.selector, &b.selector)
        && same_place
        && share_a_day((first_day(a), ends(a)), (first_day(b), ends(b)))
}

/// Whether `other` prices what `closed` did, from the day it ends or later. What ends in a region
/// of a data zone falls back to the zone's own price.
fn follows(other: &PriceEntry, closed: &PriceEntry, until: Day) -> bool {
    let (theirs, ours) = (&other.selector.regions, &closed.selector.regions);
    let covers = theirs.is_empty() || ours.iter().all(|region| theirs.contains(region));
    let stands = other.until.is_none_or(|end| end.0 > until);
    same_sku(&other.selector, &closed.selector)
        && covers
        && stands
        // By address: two entries may be equal in every field.
        && !std::ptr::eq(other, closed)
        && (first_day(other) >= until || (theirs.is_empty() && !ours.is_empty()))
}

fn same_sku(a: &Selector, b: &Selector) -> bool {
    let cloud = |selector: &Selector| selector.cloud.map_or(Cloud::Public, |cloud| cloud.0);
    (a.deployment, a.zone, a.service_tier, cloud(a))
        == (b.deployment, b.zone, b.service_tier, cloud(b))
}

fn first_day(price: &PriceEntry) -> Day {
    price.from.map_or(Day::UNKNOWN, |day| day.0)
}
