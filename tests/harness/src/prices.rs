//! The expected cost of requests, computed here from list prices in whole picodollars, without the
//! code under test.

use serde_json::Value;

/// Global Standard, in microdollars per million tokens, which is picodollars per token:
/// input, cached input, cache write, output.
const PRICES: &[(&str, [u128; 4])] = &[
    ("gpt-5-nano-2025-08-07", [50_000, 5_000, 50_000, 400_000]),
    ("gpt-5-mini-2025-08-07", [250_000, 25_000, 250_000, 2_000_000]),
    ("gpt-5-2025-08-07", [1_250_000, 125_000, 1_250_000, 10_000_000]),
    ("gpt-5-chat-2025-08-07", [1_250_000, 125_000, 1_250_000, 10_000_000]),
    ("gpt-oss-120b", [150_000, 150_000, 150_000, 600_000]),
    ("gpt-4.1-2025-04-14", [2_000_000, 500_000, 2_000_000, 8_000_000]),
    ("gpt-4.1-mini-2025-04-14", [400_000, 100_000, 400_000, 1_600_000]),
    ("gpt-4.1-nano-2025-04-14", [100_000, 25_000, 100_000, 400_000]),
    ("gpt-4o-mini-2024-07-18", [150_000, 75_000, 150_000, 600_000]),
    ("o4-mini-2025-04-16", [1_100_000, 275_000, 1_100_000, 4_400_000]),
    ("DeepSeek-V3.1", [1_230_000, 1_230_000, 1_230_000, 4_940_000]),
    ("DeepSeek-V3.2", [580_000, 580_000, 580_000, 1_680_000]),
    ("grok-4", [3_000_000, 3_000_000, 3_000_000, 15_000_000]),
    ("grok-4-fast-reasoning", [200_000, 200_000, 200_000, 500_000]),
    ("Llama-4-Maverick-17B-128E-Instruct-FP8", [250_000, 250_000, 250_000, 1_000_000]),
    ("claude-sonnet-4-5", [3_000_000, 300_000, 3_750_000, 15_000_000]),
    ("gpt-5.6-luna-2026-07-09", [200_000, 20_000, 250_000, 1_200_000]),
    ("text-embedding-3-small", [20_000, 20_000, 20_000, 0]),
    ("gpt-5.6-sol-2026-07-09", [4_000_000, 400_000, 5_000_000, 20_000_000]),
];

/// Picodollars for routing one prompt token.
const ROUTING_FEE: u128 = 140_000;

/// The cost of each part of a request, in picodollars.
#[derive(Debug)]
pub struct Expected {
    pub uncached_input: u128,
    pub cached_input: u128,
    pub cache_write: u128,
    pub output: u128,
    pub routing_fee: u128,
    /// Whether the total counts tokens that the completion does not: Azure does not bill grok's.
    pub hides: bool,
}

/// Azure's bill for `usage` if its router picks `served`.
pub fn expected(served: &str, usage: &Value) -> Expected {
    let (_, [input, cached, write, output]) =
        PRICES.iter().find(|(name, _)| *name == served).unwrap_or_else(|| panic!("{served}"));
    let count = |pointer: &str| u128::from(usage.pointer(pointer).unwrap().as_u64().unwrap());
    let prompt = count("/prompt_tokens");
    let read = count("/prompt_tokens_details/cached_tokens");
    let written = usage.pointer("/prompt_tokens_details/cache_write_tokens");
    let written = written.map_or(0, |count| u128::from(count.as_u64().unwrap()));
    Expected {
        uncached_input: (prompt - read - written) * input,
        cached_input: read * cached,
        cache_write: written * write,
        output: count("/completion_tokens") * output,
        routing_fee: prompt * ROUTING_FEE,
        hides: count("/total_tokens") > prompt + count("/completion_tokens"),
    }
}

/// Whole picodollars as a decimal text in dollars.
pub fn usd(picodollars: u128) -> String {
    let (whole, part) = (picodollars / 1_000_000_000_000, picodollars % 1_000_000_000_000);
    let text = format!("{whole}.{part:012}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A decimal text in dollars as whole picodollars.
pub fn picodollars(usd: &str) -> u128 {
    let (whole, part) = usd.split_once('.').unwrap_or((usd, ""));
    assert!(part.len() <= 12, "more digits than a price can have: {usd}");
    format!("{whole}{part:0<12}").parse().unwrap_or_else(|_| panic!("no decimal: {usd}"))
}

// === impl Expected ===

impl Expected {
    pub fn status(&self) -> &'static str {
        if self.hides { "inferred" } else { "exact" }
    }

    pub fn total(&self) -> u128 {
        self.uncached_input + self.cached_input + self.cache_write + self.output + self.routing_fee
    }
}
