//! The models behind the router: the share of prompts that each one gets, and how it counts tokens.

use crate::{random::Dice, scenario::mode::Mode};

/// How a model's reasoning shows in its usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reasoning {
    /// It does not reason.
    None,
    /// Counted inside the completion tokens.
    Inside,
    /// Counted in the total only (xAI).
    Hidden,
}

/// How many of 1,000 prompts went to each model, published for version 2025-11-18.
const BALANCED: &[(&str, usize)] = &[
    ("gpt-5-nano-2025-08-07", 504),
    ("gpt-5-mini-2025-08-07", 269),
    ("gpt-oss-120b", 96),
    ("gpt-4.1-mini-2025-04-14", 36),
    ("gpt-5-2025-08-07", 20),
    ("DeepSeek-V3.1", 16),
    ("gpt-4o-mini-2024-07-18", 14),
    ("gpt-4.1-nano-2025-04-14", 14),
    ("gpt-5-chat-2025-08-07", 11),
    ("o4-mini-2025-04-16", 9),
    ("grok-4-fast-reasoning", 6),
    ("gpt-4.1-2025-04-14", 3),
    ("Llama-4-Maverick-17B-128E-Instruct-FP8", 1),
    ("grok-4", 1),
];
const COST: &[(&str, usize)] = &[
    ("gpt-5-nano-2025-08-07", 772),
    ("gpt-4.1-nano-2025-04-14", 171),
    ("gpt-oss-120b", 22),
    ("gpt-5-mini-2025-08-07", 18),
    ("gpt-4o-mini-2024-07-18", 8),
    ("gpt-4.1-mini-2025-04-14", 6),
    ("gpt-5-chat-2025-08-07", 2),
    ("DeepSeek-V3.1", 1),
];
const QUALITY: &[(&str, usize)] = &[
    ("gpt-5-2025-08-07", 501),
    ("gpt-5-mini-2025-08-07", 239),
    ("gpt-5-chat-2025-08-07", 73),
    ("gpt-5-nano-2025-08-07", 55),
    ("o4-mini-2025-04-16", 53),
    ("DeepSeek-V3.1", 30),
    ("gpt-4.1-2025-04-14", 19),
    ("gpt-4.1-mini-2025-04-14", 12),
    ("gpt-oss-120b", 10),
    ("gpt-4o-2024-11-20", 6),
    ("grok-4", 1),
    ("gpt-4.1-nano-2025-04-14", 1),
];

/// Pool models of 2026: never picked by the shares above, but known as direct deployments, and as
/// members of a pool that a test or an operator sets.
const NEWER: &[&str] = &[
    "gpt-6-astra-2026-09-03",
    "gpt-5.6-sol-2026-07-09",
    "gpt-5.6-terra-2026-07-09",
    "gpt-5.6-luna-2026-07-09",
    "gpt-5.5-2026-04-24",
    "gpt-5.4-2026-03-05",
    "gpt-5.4-mini-2026-03-17",
    "gpt-5.4-nano-2026-03-17",
    "gpt-5.2-2025-12-11",
    "claude-fable-5-1",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "claude-opus-5",
    "claude-sonnet-5",
    "claude-opus-4-8",
    "claude-opus-4-7",
    "claude-opus-4-6",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "grok-4.6",
    "grok-4-1-fast-reasoning",
    "FW-GLM-5.3",
    "FW-GLM-5.3-Flash",
    "FW-Kimi-K3",
    "DeepSeek-V3.2",
];

/// A share for a pool model that the published counts do not know.
const SHARE_OF_A_NEW_MODEL: usize = 50;

/// The model that answers this prompt: the same for the same seed, prompt, mode and pool.
pub(crate) fn choose(seed: u64, prompt: &str, mode: Mode, pool: Option<&[String]>) -> String {
    let published = shares(mode);
    let shares: Vec<(&str, usize)> = match pool {
        None => published.to_vec(),
        Some(pool) => pool.iter().map(|name| (name.as_str(), share(published, name))).collect(),
    };
    let total = shares.iter().map(|(_, share)| share).sum();
    let mut left = Dice::new(seed, prompt).below(total);
    for (name, share) in &shares {
        match left.checked_sub(*share) {
            Some(rest) => left = rest,
            None => return dated(name),
        }
    }
    // Not reached: `below` returns less than the total.
    dated(published[0].0)
}

/// Every model that also answers as a deployment of its own, by the name it serves under.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    let published = [BALANCED, QUALITY].into_iter().flatten().map(|(name, _)| *name);
    published.chain(NEWER.iter().copied())
}

/// Whether a model answers Messages.
pub(crate) fn speaks_messages(served: &str) -> bool {
    served.starts_with("claude-")
}

/// The served name of a model deployment, when there is such a model: `gpt-5-nano` serves as
/// `gpt-5-nano-2025-08-07`.
pub(crate) fn direct(deployment: &str) -> Option<&'static str> {
    known().find(|served| *served == deployment || undated(served) == deployment)
}

/// `served` without the date at its end.
pub(crate) fn undated(served: &str) -> &str {
    let date = |tail: &str| {
        tail.len() == 11
            && tail.bytes().enumerate().all(|(place, byte)| match place {
                0 | 5 | 8 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    let cut = served.len().saturating_sub(11);
    match served.split_at_checked(cut) {
        Some((name, tail)) if date(tail) => name,
        _ => served,
    }
}

pub(crate) fn reasoning(served: &str) -> Reasoning {
    let chat = undated(served).ends_with("-chat");
    let inside = ["gpt-5", "gpt-6", "gpt-7", "o1", "o3", "o4", "gpt-oss"];
    if served.starts_with("grok-") {
        Reasoning::Hidden
    } else if !chat && inside.iter().any(|family| served.starts_with(family)) {
        Reasoning::Inside
    } else {
        Reasoning::None
    }
}

/// The most prompt tokens that the model takes.
pub(crate) fn context(served: &str) -> u64 {
    let families = [
        ("claude", 1_000_000),
        ("gpt-4.1", 1_047_576),
        ("gpt-5", 272_000),
        ("gpt-6", 1_050_000),
        ("o", 200_000),
    ];
    let found = families.into_iter().find(|(family, _)| served.starts_with(family));
    found.map_or(128_000, |(_, tokens)| tokens)
}

/// Whether the model reports (and bills) writes to the prompt cache: GPT-5.6 and later.
pub(crate) fn writes_cache(served: &str) -> bool {
    ["gpt-5.6", "gpt-5.7", "gpt-6", "gpt-7"].iter().any(|family| served.starts_with(family))
}

fn shares(mode: Mode) -> &'static [(&'static str, usize)] {
    match mode {
        Mode::Balanced => BALANCED,
        Mode::Cost => COST,
        Mode::Quality => QUALITY,
    }
}

fn share(published: &[(&str, usize)], name: &str) -> usize {
    let found = published.iter().find(|(known, _)| *known == name || undated(known) == name);
    found.map_or(SHARE_OF_A_NEW_MODEL, |(_, share)| *share)
}

/// The served form of a pool member's name; a name nobody knows stays as it is.
fn dated(name: &str) -> String {
    direct(name).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_published_mode_counts_a_thousand_prompts() {
        for mode in [Mode::Balanced, Mode::Cost, Mode::Quality] {
            let total: usize = shares(mode).iter().map(|(_, share)| share).sum();
            assert_eq!(total, 1_000, "{}", mode.name());
        }
    }

    #[test]
    fn a_thousand_prompts_spread_as_published() {
        let served: Vec<String> = (0..1_000)
            .map(|number| choose(7, &format!("prompt number {number}"), Mode::Balanced, None))
            .collect();
        let count = |name: &str| served.iter().filter(|served| *served == name).count();
        assert!((454..=554).contains(&count("gpt-5-nano-2025-08-07")));
        assert!((224..=314).contains(&count("gpt-5-mini-2025-08-07")));
        assert!((66..=126).contains(&count("gpt-oss-120b")));
    }

    #[test]
    fn a_pool_limits_the_choice_and_takes_undated_names() {
        let pool = ["gpt-5.6-sol".to_owned(), "gpt-5.6-luna".to_owned()];
        for number in 0..50 {
            let served = choose(1, &number.to_string(), Mode::Balanced, Some(&pool));
            assert!(served.starts_with("gpt-5.6-") && served.ends_with("-2026-07-09"), "{served}");
        }
    }

    #[test]
    fn a_date_is_eleven_bytes_at_the_end() {
        assert_eq!(undated("o4-mini-2025-04-16"), "o4-mini");
        assert_eq!(undated("gpt-oss-120b"), "gpt-oss-120b");
        assert_eq!(undated("é"), "é");
        assert_eq!(direct("gpt-4.1-nano"), Some("gpt-4.1-nano-2025-04-14"));
        assert_eq!(direct("gpt-4.1-pico"), None);
    }
}
