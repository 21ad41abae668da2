//! Review of the price table although no rule is broken: prices whose review is due, and days that
//! no price covers.

use super::listing::interval;
use anyhow::Context;
use pricing_data::{Day, Model, Price};
use pricing_schema::Table;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many days ahead a review is announced.
const AHEAD: i64 = 14;

/// Today, UTC.
pub(super) fn today() -> anyhow::Result<Day> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a program's entry: there is no clock to be given"
    )]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    day(i64::try_from(since.as_secs() / 86_400)?)
}

/// One line for each price that must be looked at and each gap between two prices.
pub(super) fn notices(table: &Table, today: Day) -> Vec<String> {
    let mut notices = Vec::new();
    for model in &table.models {
        for price in model.prices.iter() {
            notices.extend(due(price, today));
            notices.extend(gap(model, price));
        }
    }
    notices
}

fn due(price: &Price, today: Day) -> Option<String> {
    let review_by = price.review_by?;
    let days = days(review_by) - days(today);
    let when = match days {
        ..0 => format!("{} days ago", -days),
        0 => "today".to_owned(),
        1..=AHEAD => format!("in {days} days"),
        _ => return None,
    };
    Some(format!("REVIEW `{}`: due on {review_by}, {when}", price.id))
}

/// The days between a price's end and the next one for the same selector.
fn gap(model: &Model, price: &Price) -> Option<String> {
    let until = price.until?;
    let same = |other: &&Price| {
        (other.deployment, other.zone, other.cloud, other.service_tier)
            == (price.deployment, price.zone, price.cloud, price.service_tier)
            && other.regions == price.regions
    };
    let next = model.prices.iter().filter(same).map(|other| other.from);
    let next = next.filter(|from| *from >= until).min()?;
    (next > until)
        .then(|| format!("no price at {} after `{}`", interval(until, Some(next)), price.id))
}

/// Days since 1970, of the proleptic Gregorian calendar.
fn days(Day(day): Day) -> i64 {
    let (year, month, day) =
        (i64::from(day / 10_000), i64::from(day / 100 % 100), i64::from(day % 100));
    // Years begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

/// The inverse of [`days`].
fn day(days: i64) -> anyhow::Result<Day> {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    Ok(Day(u32::try_from(year * 10_000 + month * 100 + day)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_leap_years() {
        assert_eq!(days(Day(19700101)), 0);
        assert_eq!(days(Day(20261122)), 20_779);
        for count in 0..60_000 {
            assert_eq!(days(day(count).unwrap()), count);
        }
    }

    #[test]
    fn reviews_and_gaps_are_announced() {
        let prices = r#"[
          { "for": { "deployment": "global_standard", "service_tier": "standard" },
            "from": "2026-01-01", "until": "2026-08-01", "review_by": "2026-07-15",
            "tiers": [{ "prompt_tokens_over": 0, "rates":
              { "input": "2", "cached_input": null, "cache_write": null, "output": "8" } }] },
          { "for": { "deployment": "global_standard", "service_tier": "standard" },
            "from": "2026-09-01", "until": null, "review_by": "2026-12-01",
            "tiers": [{ "prompt_tokens_over": 0, "rates":
              { "input": "1", "cached_input": null, "cache_write": null, "output": "4" } }] }
        ]"#;
        let file = format!(
            r#"{{ "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
                 "models": [{{ "id": "nova", "prices": {prices} }}] }}"#
        );
        let table = pricing_schema::read_overlay(&file, "acme.json").unwrap();
        let told = notices(&table, Day(20261116));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].ends_with("due on 2026-07-15, 124 days ago"), "{}", told[0]);
        assert!(told[1].starts_with("no price at 2026-08-01..2026-09-01 after"), "{}", told[1]);
        let told = notices(&table, Day(20261117));
        assert!(told[2].ends_with("due on 2026-12-01, in 14 days"), "{}", told[2]);
    }
}
