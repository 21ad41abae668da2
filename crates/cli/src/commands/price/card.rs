//! One model's price card, for people and as JSON.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    io::{self, Write as _},
};

use cost_model::{Day, Match, Price, PriceCard, Rates, RoutingFee};
use llm_types::PerMillion;
use serde::{Serialize, Serializer};

use super::Question;
use crate::commands::price::missing_price;
use crate::output::{command_error::Failure, terminal};

/// The card as JSON. Rates are dollars per million tokens.
#[derive(Serialize)]
struct Json<'a> {
    asked: &'a str,
    canonical_model: &'a str,
    vendor: &'a str,
    #[serde(rename = "match")]
    matched: Match,
    sku: String,
    #[serde(serialize_with = "as_text")]
    service_tier: cost_model::ServiceTier,
    #[serde(serialize_with = "as_text")]
    date: Day,
    price_id: &'a str,
    #[serde(serialize_with = "as_optional_text")]
    from: Option<Day>,
    #[serde(serialize_with = "as_optional_text")]
    until: Option<Day>,
    #[serde(serialize_with = "as_optional_text")]
    review_by: Option<Day>,
    review_due: bool,
    /// The day of review, where the requested day is that day or a later one.
    #[serde(serialize_with = "as_optional_text")]
    price_review_due: Option<Day>,
    max_prompt_tokens: Option<u32>,
    currency: &'static str,
    unit: &'static str,
    tiers: Vec<JsonTier>,
    routing_fee: Option<JsonFee<'a>>,
    #[serde(serialize_with = "as_text")]
    confidence: &'a dyn fmt::Display,
    source: &'a str,
}

#[derive(Serialize)]
struct JsonTier {
    prompt_tokens_over: u32,
    rates: BTreeMap<&'static str, PerMillion>,
}

#[derive(Serialize)]
struct JsonFee<'a> {
    id: &'a str,
    usd_per_million_prompt_tokens: PerMillion,
    source: &'a str,
}

/// Prints the card of the model that `asked` means.
pub(super) fn print(question: &Question, asked: &str, json: bool) -> Result<(), Failure> {
    let card = question.card(asked).map_err(|why| missing_price::failure(question, asked, why))?;
    let fee = question.book.routing_fee(&question.sku, question.day).ok();
    let mut out = anstream::stdout();
    if json {
        serde_json::to_writer(&mut out, &as_json(question, asked, &card, fee))
            .map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", as_text_card(question, asked, &card, fee))?;
    }
    Ok(())
}

fn as_json<'a>(
    question: &Question,
    asked: &'a str,
    card: &PriceCard<'a>,
    fee: Option<&'a RoutingFee>,
) -> Json<'a> {
    let (model, price) = (card.found.model, card.price);
    let tiers = price.tiers.iter().map(|tier| JsonTier {
        prompt_tokens_over: tier.prompt_tokens_over,
        rates: rates(&tier.rates).collect(),
    });
    Json {
        asked,
        canonical_model: &model.id,
        vendor: &model.vendor,
        matched: card.found.matched,
        sku: question.sku.to_string(),
        service_tier: price.service_tier,
        date: question.day,
        price_id: &price.id,
        from: since(price),
        until: price.until,
        review_by: price.review_by,
        review_due: review(price, question).is_some(),
        price_review_due: price.review_due(question.day),
        max_prompt_tokens: price.max_prompt_tokens,
        currency: "USD",
        unit: "per_1M_tokens",
        tiers: tiers.collect(),
        routing_fee: fee.map(|fee| JsonFee {
            id: &fee.id,
            usd_per_million_prompt_tokens: fee_rate(fee),
            source: &fee.source,
        }),
        confidence: &price.confidence,
        source: &price.source,
    }
}

fn as_text_card(
    question: &Question,
    asked: &str,
    card: &PriceCard<'_>,
    fee: Option<&RoutingFee>,
) -> String {
    let (model, price) = (card.found.model, card.price);
    let mut text = String::new();
    if let Some(review) = review(price, question) {
        text = format!("{}\n\n", terminal::loud(&review));
    }
    let how = match card.found.matched {
        Match::Exact | Match::Fixed => String::new(),
        Match::Normalised => format!(", found as `{asked}` without its prefix"),
        Match::SnapshotSuffixStripped => {
            format!(", inferred for `{asked}`: this snapshot is not listed")
        }
    };
    let tier = price.service_tier;
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{label:16}{value}");
    };
    line("model", &format!("{} by {}{how}", model.id, model.vendor));
    line("sold as", &format!("{}, service tier {tier}, on {}", question.sku, question.day));
    line("price", &format!("{}, {}", price.id, interval(price)));
    for (name, value) in rate_rows(price) {
        line(&name, &value);
    }
    line(
        "routing fee",
        &fee.map_or_else(
            || "not known for this SKU and day".to_owned(),
            |fee| {
                format!("${} for every prompt token, where a router chose the model", fee_rate(fee))
            },
        ),
    );
    line("unit", "US dollars per 1M tokens");
    line("source", &format!("{} (confidence {})", price.source, price.confidence));
    text
}

/// The rates of all tiers, one column each; the first row has their bounds.
fn rate_rows(price: &Price) -> Vec<(String, String)> {
    let mut bounds: Vec<String> =
        price.tiers.iter().map(|tier| format!("over {}", tier.prompt_tokens_over)).collect();
    // There is a first tier: the rules of price files demand one.
    bounds[0] = match (price.tiers.get(1), price.max_prompt_tokens) {
        (Some(next), _) => format!("up to {}", next.prompt_tokens_over),
        (None, Some(max)) => format!("up to {max} tokens, not sold for longer ones"),
        (None, None) => "any length".to_owned(),
    };
    let mut rows = vec![("prompt".to_owned(), columns(bounds))];
    for name in NAMES {
        let cells: Vec<Option<PerMillion>> = price
            .tiers
            .iter()
            .map(|tier| rates(&tier.rates).find(|(found, _)| *found == name).map(|(_, rate)| rate))
            .collect();
        // Where Azure has no meter for cached or written tokens it bills them as input.
        let billed_as_input = matches!(name, "cached_input" | "cache_write");
        if billed_as_input || cells.iter().any(Option::is_some) {
            let cell = |rate: &Option<PerMillion>| {
                rate.map_or_else(|| "as input".to_owned(), |rate| format!("${rate}"))
            };
            let label = format!("  {}", name.replace('_', " "));
            rows.push((label, columns(cells.iter().map(cell).collect())));
        }
    }
    rows
}

const NAMES: [&str; 7] = [
    "input",
    "cached_input",
    "cache_write",
    "cache_write_1h",
    "output",
    "audio_input",
    "audio_output",
];

fn columns(cells: Vec<String>) -> String {
    let padded: Vec<String> = cells.into_iter().map(|cell| format!("{cell:16}")).collect();
    padded.concat().trim_end().to_owned()
}

fn rates(rates: &Rates) -> impl Iterator<Item = (&'static str, PerMillion)> {
    rates.named().map(|(name, micros)| (name, PerMillion::from_micros(micros)))
}

fn fee_rate(fee: &RoutingFee) -> PerMillion {
    PerMillion::from_micros(fee.per_million_prompt_tokens)
}

/// The first day of a price, where it is known.
fn since(price: &Price) -> Option<Day> {
    Some(price.from).filter(|from| *from != Day::UNKNOWN)
}

fn interval(price: &Price) -> String {
    let since = since(price)
        .map_or_else(|| "since a day that is not known".to_owned(), |from| format!("since {from}"));
    match price.until {
        Some(until) => format!("{since}, before {until}"),
        None => since,
    }
}

/// The warning about a price that must be reviewed, if it is due on the requested day or today.
fn review(price: &Price, question: &Question) -> Option<String> {
    let day = question.day.max(question.today);
    // A price that has ended needs no review today, only on its own days.
    let ended = price.until.is_some_and(|until| until <= question.today);
    let by = price.review_by.filter(|by| *by <= question.day || !ended)?;
    if by <= day {
        return Some(format!(
            "ATTENTION: this price is under review since {by}; it may no longer be right"
        ));
    }
    (by <= question.soon)
        .then(|| format!("ATTENTION: this price is to be checked by {by}; it may change then"))
}

fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_optional_text<S: Serializer>(day: &Option<Day>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => serializer.collect_str(day),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use cost_model::{PriceBook, ServiceTier, Sku, day};

    use super::*;

    #[track_caller]
    fn check(review_by: Option<Day>, until: Option<Day>, expect: Option<&str>) {
        let question = Question {
            book: PriceBook::builtin(),
            sku: Sku::global(),
            tier: ServiceTier::Standard,
            day: day(2026, 11, 22),
            soon: day(2026, 12, 6),
            today: day(2026, 11, 22),
        };
        let price = Price { review_by, until, ..question.card("gpt-5").unwrap().price.clone() };
        assert_eq!(review(&price, &question).as_deref(), expect);
    }

    #[test]
    fn a_review_is_announced_two_weeks_ahead() {
        check(None, None, None);
        check(Some(day(2026, 12, 7)), None, None);
        check(
            Some(day(2026, 12, 6)),
            None,
            Some("ATTENTION: this price is to be checked by 2026-12-06; it may change then"),
        );
        check(
            Some(day(2026, 11, 23)),
            None,
            Some("ATTENTION: this price is to be checked by 2026-11-23; it may change then"),
        );
        for by in [day(2026, 11, 21), day(2026, 11, 22)] {
            let expect = format!(
                "ATTENTION: this price is under review since {by}; it may no longer be right"
            );
            check(Some(by), None, Some(&expect));
        }
        check(Some(day(2026, 11, 23)), Some(day(2026, 11, 1)), None);
    }
}
