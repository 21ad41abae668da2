//! The error for a model without a price. Other names and SKUs are suggested, and never used.

use std::collections::BTreeMap;

use cost_model::{Model, Unpriced};

use super::Question;
use crate::output::command_error::Failure;

/// More suggestions than this are no help.
const SUGGESTIONS: usize = 6;

/// The failure to find a price, with what there is instead.
pub(super) fn failure(question: &Question, asked: &str, why: Unpriced) -> Failure {
    let advice = match question.book.find(asked) {
        Err(_) => similar(question, asked),
        Ok(found) => sold_as(question, found.model),
    };
    Failure::failed(why).advise(advice)
}

/// Names that have something in common with the given one.
fn similar(question: &Question, asked: &str) -> String {
    let asked = asked.trim().to_ascii_lowercase();
    let name = asked.rsplit('/').next().unwrap_or_default();
    let mut names: Vec<&str> = question.book.models().map(|model| &*model.id).collect();
    names.sort_unstable();
    names.dedup();
    // The whole name first, then with more and more of its end removed. What remains at last, such as
    // `gpt`, says too little.
    let mut part = name;
    while part == name || part.contains('-') {
        let near: Vec<&str> = names.iter().copied().filter(|known| known.contains(part)).collect();
        if !near.is_empty() {
            let more = if near.len() > SUGGESTIONS { ", …" } else { "" };
            let near: Vec<&str> = near.into_iter().take(SUGGESTIONS).collect();
            return format!("Similar names in the price table: {}{more}", near.join(", "));
        }
        let Some(end) = part.rfind(['-', '.']) else { break };
        part = &part[..end];
    }
    "`fareway price --list` shows the names in the price table.".to_owned()
}

/// The ways in which the model is sold on that day.
fn sold_as(question: &Question, model: &Model) -> String {
    let mut ways: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for price in model.prices.iter().filter(|price| price.applies_on(question.day)) {
        let mut way = price.deployment.to_string();
        if let Some(zone) = price.zone {
            way.push_str(&format!(" {zone}"));
        }
        if let Some(region) = price.regions.first() {
            let more = price.regions.len() - 1;
            way.push_str(&format!(" {region}"));
            if more > 0 {
                way.push_str(&format!(" and {more} more regions"));
            }
        }
        let tiers = ways.entry(way).or_default();
        if !tiers.contains(&price.service_tier.as_str()) {
            tiers.push(price.service_tier.as_str());
        }
    }
    if ways.is_empty() {
        return format!("On {} it is not sold in any way that is known.", question.day);
    }
    let ways: Vec<String> =
        ways.into_iter().map(|(way, tiers)| format!("{way} ({})", tiers.join(", "))).collect();
    format!("On {} it has a price for: {}", question.day, ways.join("; "))
}
