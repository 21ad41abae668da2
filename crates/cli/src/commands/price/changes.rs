//! The prices that began or ended on or after a day, with the figures of before and after.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use cost_model::{Correction, Day, Model, Price, PriceBook, Rates, RoutingFee, Tier};
use llm_types::PerMillion;
use serde::Serialize;

use crate::output::command_error::Failure;

/// By name, dollars per million tokens.
type Figures = BTreeMap<&'static str, PerMillion>;

/// Everything that changed, as JSON.
#[derive(Serialize)]
struct Json<'a> {
    since: String,
    /// The version of the published price table.
    table: &'a str,
    currency: &'static str,
    unit: &'static str,
    changes: &'a [Change<'a>],
}

/// One price that began or ended.
#[derive(Serialize)]
struct Change<'a> {
    /// The first day of the new price, or the first day without one; of a correction, the day on which
    /// the table got the right figures.
    date: String,
    /// `changed`, `listed`, `ended` or `corrected`.
    change: &'static str,
    model: &'a str,
    deployment_type: Option<&'static str>,
    zone: Option<&'static str>,
    regions: Vec<&'a str>,
    cloud: &'static str,
    service_tier: Option<&'static str>,
    /// The price that began or, where none did, the one that ended.
    price_id: &'a str,
    tiers: Vec<Length>,
}

/// The change for one length of prompt.
#[derive(Serialize)]
struct Length {
    prompt_tokens_over: u32,
    /// `null`: there was no price.
    old: Option<Figures>,
    /// `null`: there is none any more.
    new: Option<Figures>,
}

/// Prints what changed since `since`, of the models with `part` in their name.
pub(super) fn print(book: &PriceBook, since: Day, part: &str, json: bool) -> Result<(), Failure> {
    let part = part.to_ascii_lowercase();
    let mut changes: Vec<Change<'_>> =
        book.models().flat_map(|model| of_model(model, since)).collect();
    let fees: Vec<&RoutingFee> = book.fees().collect();
    changes.extend(fees.iter().filter_map(|fee| of_fee(fee, &fees, since)));
    changes.extend(fees.iter().filter_map(|fee| corrected_fee(fee, since)));
    changes.retain(|change| change.model.to_ascii_lowercase().contains(&part));
    changes.sort_by_cached_key(|change| (change.date.clone(), change.model.to_ascii_lowercase()));
    let mut out = io::stdout().lock();
    if json {
        let all = Json {
            since: since.to_string(),
            table: book.table_version(),
            currency: "USD",
            unit: "per_1M_tokens",
            changes: &changes,
        };
        serde_json::to_writer(&mut out, &all).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    if changes.is_empty() {
        writeln!(out, "no price changed on or after {since}")?;
        return Ok(());
    }
    for change in &changes {
        for length in &change.tiers {
            writeln!(out, "{}", line(change, length))?;
        }
    }
    writeln!(out, "\nUS dollars per 1M tokens; dates are the first day of the change, UTC")?;
    Ok(())
}

fn of_model(model: &Model, since: Day) -> impl Iterator<Item = Change<'_>> {
    model.prices.iter().flat_map(move |price| {
        // A price without a known first day did not begin on any day.
        let began = (price.from >= since && price.from != Day::UNKNOWN).then(|| {
            let before = model
                .prices
                .iter()
                .find(|other| same_sale(other, price) && other.until == Some(price.from));
            change(model, price, price.from, before, Some(price))
        });
        let ended = price.until.filter(|until| *until >= since).and_then(|until| {
            let follows = |other: &Price| same_sale(other, price) && other.from == until;
            // Where another price follows, the change is listed as its beginning.
            (!model.prices.iter().any(follows))
                .then(|| change(model, price, until, Some(price), None))
        });
        let corrected = price.tiers.iter().filter_map(move |tier| correction(model, price, tier));
        let corrected = corrected.filter(move |(on, _)| *on >= since).map(|(_, change)| change);
        began.into_iter().chain(ended).filter(|change| !change.tiers.is_empty()).chain(corrected)
    })
}

/// Figures that took the place of wrong ones, and when.
fn correction<'a>(model: &'a Model, price: &'a Price, tier: &Tier) -> Option<(Day, Change<'a>)> {
    let Correction { on, was } = tier.corrected?;
    let length = Length {
        prompt_tokens_over: tier.prompt_tokens_over,
        old: was.as_ref().map(figures),
        new: Some(figures(&tier.rates)),
    };
    let change = change(model, price, on, None, None);
    Some((on, Change { change: CORRECTED, tiers: vec![length], ..change }))
}

const CORRECTED: &str = "corrected";

fn figures(rates: &Rates) -> Figures {
    rates.named().map(|(name, rate)| (name, PerMillion::from_micros(rate))).collect()
}

fn same_sale(a: &Price, b: &Price) -> bool {
    (a.deployment, a.zone, a.cloud, a.service_tier)
        == (b.deployment, b.zone, b.cloud, b.service_tier)
        && a.regions == b.regions
}

fn change<'a>(
    model: &'a Model,
    price: &'a Price,
    date: Day,
    old: Option<&Price>,
    new: Option<&Price>,
) -> Change<'a> {
    Change {
        date: date.to_string(),
        change: kind(old.is_some(), new.is_some()),
        model: &model.id,
        deployment_type: Some(price.deployment.as_str()),
        zone: price.zone.map(|zone| zone.as_str()),
        regions: price.regions.iter().map(AsRef::as_ref).collect(),
        cloud: price.cloud.as_str(),
        service_tier: Some(price.service_tier.as_str()),
        price_id: &price.id,
        tiers: lengths(old, new),
    }
}

const fn kind(old: bool, new: bool) -> &'static str {
    match (old, new) {
        (true, true) => "changed",
        (false, _) => "listed",
        (true, false) => "ended",
    }
}

/// The prompt lengths at which anything differs.
fn lengths(old: Option<&Price>, new: Option<&Price>) -> Vec<Length> {
    let tiers = [old, new].into_iter().flatten().flat_map(|price| price.tiers.iter());
    let bounds: BTreeSet<u32> = tiers.map(|tier| tier.prompt_tokens_over).collect();
    let figures = |price: Option<&Price>, over: u32| -> Option<Figures> {
        // One token more than the bound, since a tier holds for prompts that are longer than it.
        Some(self::figures(&price?.tier(u64::from(over) + 1)?.rates))
    };
    let lengths = bounds.into_iter().map(|over| Length {
        prompt_tokens_over: over,
        old: figures(old, over),
        new: figures(new, over),
    });
    lengths.filter(|length| length.old != length.new).collect()
}

fn of_fee<'a>(fee: &'a RoutingFee, all: &[&RoutingFee], since: Day) -> Option<Change<'a>> {
    if fee.from < since {
        return None;
    }
    // A fee for all SKUs counts as the one before a fee for one of them.
    let before = all.iter().find(|other| {
        other.until == Some(fee.from)
            && (other.deployment.is_none() || other.deployment == fee.deployment)
    });
    let of = |fee: &RoutingFee| prompt_rate(fee.per_million_prompt_tokens);
    let (old, new) = (before.map(|fee| of(fee)), Some(of(fee)));
    let change = kind(old.is_some(), true);
    (old != new).then(|| fee_change(fee, fee.from, change, old))
}

/// The fee that took the place of a wrong one.
fn corrected_fee(fee: &RoutingFee, since: Day) -> Option<Change<'_>> {
    let Correction { on, was } = fee.corrected.filter(|corrected| corrected.on >= since)?;
    Some(fee_change(fee, on, CORRECTED, was.map(prompt_rate)))
}

fn prompt_rate(micros: u64) -> Figures {
    Figures::from([("prompt", PerMillion::from_micros(micros))])
}

fn fee_change<'a>(
    fee: &'a RoutingFee,
    date: Day,
    change: &'static str,
    old: Option<Figures>,
) -> Change<'a> {
    let new = Some(prompt_rate(fee.per_million_prompt_tokens));
    Change {
        date: date.to_string(),
        change,
        model: "model-router",
        deployment_type: fee.deployment.map(|sku| sku.as_str()),
        zone: None,
        regions: Vec::new(),
        cloud: "public",
        service_tier: None,
        price_id: &fee.id,
        tiers: vec![Length { prompt_tokens_over: 0, old, new }],
    }
}

/// Such as `2026-09-01  gpt-5.6-sol  global_standard, standard: input $5 → $4, output $30 → $20`.
fn line(change: &Change<'_>, length: &Length) -> String {
    let mut sold = change.deployment_type.unwrap_or("any SKU").to_owned();
    for part in change.zone.into_iter().chain(change.regions.iter().copied()) {
        sold.push_str(&format!(" {part}"));
    }
    if change.cloud != "public" && change.zone.is_none() {
        sold.push_str(&format!(" {}", change.cloud));
    }
    let tier = change.service_tier.map_or_else(|| ", routing fee".to_owned(), |t| format!(", {t}"));
    let over = match length.prompt_tokens_over {
        0 => String::new(),
        over => format!(", prompts over {over} tokens"),
    };
    let said = match (&length.old, &length.new) {
        (Some(old), Some(new)) if change.change == CORRECTED => {
            format!("corrected, {}", moved(old, new))
        }
        (None, Some(new)) if change.change == CORRECTED => {
            format!("corrected, no price → {}", all(new))
        }
        (Some(old), Some(new)) => moved(old, new),
        (None, Some(new)) => format!("listed at {}", all(new)),
        (old, None) => format!("ended, was {}", old.as_ref().map_or_else(String::new, all)),
    };
    format!("{}  {}  {sold}{tier}{over}: {said}", change.date, change.model)
}

fn all(figures: &Figures) -> String {
    let figures = figures.iter().map(|(name, rate)| format!("{} ${rate}", spelled(name)));
    figures.collect::<Vec<_>>().join(", ")
}

/// The figures that differ.
fn moved(old: &Figures, new: &Figures) -> String {
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let dollars = |rate: Option<&PerMillion>| {
        rate.map_or_else(|| "no meter".to_owned(), |rate| format!("${rate}"))
    };
    let moves = names.into_iter().filter(|name| old.get(name) != new.get(name)).map(|name| {
        let (old, new) = (dollars(old.get(name)), dollars(new.get(name)));
        format!("{} {old} → {new}", spelled(name))
    });
    moves.collect::<Vec<_>>().join(", ")
}

fn spelled(name: &str) -> String {
    name.replace('_', " ")
}
