//! Ids of prices: a readable start, and a hash of all that decides a cost, so that a stored
//! id shows whether the price has changed since.

use pricing_data::{Cloud, Day, Price, RoutingFee, ToolPrice, Zone};
use std::fmt::Write;

/// Such as `gpt-4.1/data_zone_standard/eu/standard/2025-04-01#6cd3f0a9c1b2`.
pub(crate) fn of_price(model: &str, price: &Price) -> String {
    let mut id = format!("{model}/{}/", price.deployment);
    let place = price.zone.map(|zone| zone.as_str());
    // The first region represents all; the hash covers the others.
    for part in place.into_iter().chain(price.regions.first().map(AsRef::as_ref)) {
        id.push_str(part);
        id.push('/');
    }
    if price.cloud == Cloud::UsGov && price.zone.is_none() {
        id.push_str("us_gov/");
    }
    let hash = hash(&said(model, price));
    format!("{id}{}/{}#{hash}", price.service_tier, since(price.from))
}

/// Such as `model-router/global_standard/2025-11-01#0a1b2c3d4e5f`.
pub(crate) fn of_fee(fee: &RoutingFee) -> String {
    let sku = fee.deployment.map_or("any", |deployment| deployment.as_str());
    let id = format!("model-router/{sku}/{}", fee.from);
    let said = format!("{id}|{:?}|{}", fee.until, fee.per_million_prompt_tokens);
    format!("{id}#{}", hash(&said))
}

/// Such as `code_interpreter/session/2026-01-01#0a1b2c3d4e5f`.
pub(crate) fn of_tool(tool: &ToolPrice) -> String {
    let id = format!("{}/{}/{}", tool.tool, tool.unit, since(tool.from));
    let said = format!("{id}|{:?}|{}", tool.until, tool.per_unit);
    format!("{id}#{}", hash(&said))
}

/// All that decides what a request costs, in a fixed spelling. How sure it is, and where it was
/// read, may change without the price being another.
fn said(model: &str, price: &Price) -> String {
    let mut said = format!(
        "{model} {} {:?} {} {} {} {}",
        price.deployment,
        price.zone.map(Zone::as_str),
        price.regions.join("+"),
        price.cloud,
        price.service_tier,
        since(price.from),
    );
    if let Some(until) = price.until {
        let _ = write!(said, " until {until}");
    }
    if let Some(max) = price.max_prompt_tokens {
        let _ = write!(said, " up to {max}");
    }
    // The wrong rates that a correction replaced stay out: a corrected price must have another id,
    // and its rates see to that.
    for tier in price.tiers.iter() {
        let _ = write!(said, " over {}", tier.prompt_tokens_over);
        for (name, rate) in tier.rates.named() {
            let _ = write!(said, " {name} {rate}");
        }
    }
    said
}

fn since(from: Day) -> String {
    if from == Day::UNKNOWN { "unknown".to_owned() } else { from.to_string() }
}

/// Twelve hexadecimal digits that differ when a text does: names a state of the price table.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    hash(text)
}

/// Twelve hexadecimal digits of FNV-1a, 128 bits folded to 48.
fn hash(text: &str) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash =
        text.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    // Every bit takes part, as the low bits of FNV-1a alone mix worst.
    let folded = (hash ^ (hash >> 48) ^ (hash >> 96)) & 0xffff_ffff_ffff;
    format!("{folded:012x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_same_on_every_machine() {
        insta::assert_snapshot!(hash(""), @"26ce0fb5801b");
        insta::assert_snapshot!(hash("gpt-4.1"), @"8b7d942d2961");
    }

    /// The id of the price in an overlay of one.
    fn id(from: &str, until: &str, input: &str, review_by: &str) -> String {
        let text = format!(
            r#"{{ "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
              "models": [{{ "id": "nova", "prices": [{{
                "for": {{ "deployment": "global_standard", "service_tier": "standard" }},
                "from": {from}, "until": {until}, "review_by": {review_by},
                "tiers": [{{ "prompt_tokens_over": 0, "rates": {{
                  "input": "{input}", "cached_input": null, "cache_write": null, "output": "8"
                }} }}]
              }}] }}] }}"#
        );
        let table = crate::read_overlay(&text, "acme.json").unwrap();
        table.models[0].prices[0].id.clone().into_owned()
    }

    #[test]
    fn an_id_changes_with_what_the_price_says_and_with_nothing_else() {
        let price = id(r#""2026-01-01""#, "null", "2", "null");
        assert!(price.starts_with("nova/global_standard/standard/2026-01-01#"), "{price}");
        assert_eq!(price, id(r#""2026-01-01""#, "null", "2.00", r#""2026-12-01""#));
        assert_ne!(price, id(r#""2026-01-01""#, "null", "2.000001", "null"));
        assert_ne!(price, id(r#""2026-01-01""#, r#""2026-12-01""#, "2", "null"));
        assert!(
            id("null", "null", "2", "null").starts_with("nova/global_standard/standard/unknown#")
        );
    }
}
