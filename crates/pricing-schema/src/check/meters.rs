//! The meters that a price cites: of each rate's own kind, of the price's own service tier, and
//! none for two rates.
//!
//! Azure's meter names follow no grammar, but the words for what is cached, written, sold by batch,
//! with priority or as flex are few, see [`Anatomy::of`].

use super::Findings;
use crate::error::Rule;
use crate::source::{Evidence, PriceEntry, TierEntry};
use pricing_data::ServiceTier;
use std::collections::BTreeMap;

/// The tokens that a meter counts, according to its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Anatomy {
    cached: bool,
    write: bool,
    direction: Option<Direction>,
    /// The service tier that it names; a name that says nothing is of the standard tier.
    tier: Option<ServiceTier>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

pub(super) fn check(price: &PriceEntry, at: &str, findings: &mut Findings<'_>) {
    let mut cited = BTreeMap::new();
    for (index, tier) in price.tiers.iter().enumerate() {
        for (rate, evidence) in citations(tier) {
            let Some(meter) = evidence.meter.as_deref() else { continue };
            let place = format!("tiers[{index}].evidence.{rate}");
            if let Some(problem) = problem(rate, price.selector.service_tier.0, meter) {
                findings.add(Rule::Meters, format!("{at}.{place}"), problem);
            }
            // Two entries for one rate may cite the same meter, from different sources.
            if let Some(other) = cited.insert(meter, place.clone()).filter(|other| *other != place)
            {
                let problem = format!(
                    "expected a meter for one rate only, but `{meter}` is cited by {other}"
                );
                findings.add(Rule::Meters, format!("{at}.{place}"), problem);
            }
        }
    }
}

/// Each piece of evidence with the rate that it is for; what is given for all rates is for each.
fn citations(tier: &TierEntry) -> impl Iterator<Item = (&str, &Evidence)> {
    let rates: Vec<&str> =
        tier.rates.as_ref().map_or_else(Vec::new, |rates| rates.priced().collect());
    tier.evidence.iter().flat_map(move |(key, list)| {
        let keys = if key == "*" { rates.clone() } else { vec![key.as_str()] };
        keys.into_iter().flat_map(move |rate| list.iter().map(move |evidence| (rate, evidence)))
    })
}

/// The error in citing `meter` for `rate` of a price of this service tier, if any.
fn problem(rate: &str, tier: ServiceTier, meter: &str) -> Option<String> {
    let found = Anatomy::of(meter);
    let named = found.tier.unwrap_or(ServiceTier::Standard);
    if named != tier {
        return Some(format!("expected a meter of tier `{tier}`, found `{meter}`, of `{named}`"));
    }
    let fits = match rate {
        "input" => !found.cached && !found.write && found.direction != Some(Direction::Output),
        "output" => !found.cached && !found.write && found.direction != Some(Direction::Input),
        "cached_input" => found.cached && !found.write,
        "cache_write" | "cache_write_1h" | "cache_write_12h" => found.write,
        _ => true,
    };
    (!fits).then(|| {
        let kind = found.kind();
        format!("expected a meter for `{rate}`, found `{meter}`, which counts {kind}")
    })
}

/// The words of a meter's name, in lower case: `BatchOutp` and `gpt-5-out` are two and three.
fn words(meter: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    for letter in meter.chars() {
        let new = !letter.is_ascii_alphanumeric()
            || (previous.is_ascii_lowercase() && letter.is_ascii_uppercase());
        if new {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
        previous = letter;
    }
    words
}

// === impl Anatomy ===

impl Anatomy {
    fn of(meter: &str) -> Self {
        let mut found = Self::default();
        for word in words(meter) {
            match word.as_str() {
                "cd" | "cchd" | "ccchd" | "cached" | "cache" | "ch" => found.cached = true,
                "wr" | "write" => found.write = true,
                "inp" | "inpt" | "ipt" | "in" | "input" => {
                    found.direction = Some(Direction::Input);
                }
                "opt" | "outp" | "outpt" | "out" | "output" => {
                    found.direction = Some(Direction::Output);
                }
                "batch" | "btch" => found.tier = Some(ServiceTier::Batch),
                "pp" | "prty" | "priority" => found.tier = Some(ServiceTier::Priority),
                "fl" | "flex" => found.tier = Some(ServiceTier::Flex),
                _ => {}
            }
        }
        found
    }

    fn kind(self) -> &'static str {
        match self {
            Self { write: true, .. } => "cache writes",
            Self { cached: true, .. } => "cached input",
            Self { direction: Some(Direction::Output), .. } => "output",
            Self { direction: Some(Direction::Input), .. } => "input",
            Self { direction: None, .. } => "tokens of no kind that it names",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_counts() {
        for (meter, kind, tier) in [
            ("gpt-5-codex-ccchd-inp-glbl Tokens", "cached input", None),
            ("gpt-5-codex-inp-glbl Tokens", "input", None),
            ("GPT 5 Batch Inpt cchd Glbl 1M Tokens", "cached input", Some(ServiceTier::Batch)),
            ("gpt 4o mini0718 BatchOutp DataZone Tokens", "output", Some(ServiceTier::Batch)),
            ("5.6 luna LongCo Cd Wr Std DZ 1M Tokens", "cache writes", None),
            ("5.6 sol ShortCo Opt PP Gl 1M Tokens", "output", Some(ServiceTier::Priority)),
            ("56sol ShCo Inp Fl Gl", "input", Some(ServiceTier::Flex)),
            ("54 mini Inp Flex Gl", "input", Some(ServiceTier::Flex)),
            ("FW DeepSeek-V4-Pro Ch Inp DZ Tokens", "cached input", None),
            ("V4 Flash Outp DZ Tokens", "output", None),
            ("5.3 chat opt Gl 1M Tokens", "output", None),
            ("embedding-ada-glbl Tokens", "tokens of no kind that it names", None),
        ] {
            let found = Anatomy::of(meter);
            assert_eq!((found.kind(), found.tier), (kind, tier), "{meter}");
        }
    }
}
