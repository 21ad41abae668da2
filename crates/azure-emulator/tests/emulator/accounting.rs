//! Usage: the sums of each model family, and the prompt cache.

use azure_emulator::Emulator;
use serde_json::Value;

use crate::client::{ask, emulator, post_in};

const ROWS: &str = include_str!("../samples/10_usage_rows_grok_vs_gpt.csv");

async fn usage(azure: &Emulator, served: &str, prompt: &str) -> Value {
    let reply = post_in(azure, &format!("served={served}"), &ask(prompt)).await;
    reply.json()["usage"].clone()
}

fn number(usage: &Value, pointer: &str) -> u64 {
    usage.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer}"))
}

/// Tokens in the total that are neither prompt nor completion.
fn hidden(usage: &Value) -> u64 {
    let shown = number(usage, "/prompt_tokens") + number(usage, "/completion_tokens");
    number(usage, "/total_tokens") - shown
}

#[tokio::test]
async fn reasoning_hides_where_the_recorded_rows_hide_it() {
    let azure = emulator().await;
    for row in ROWS.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let usage = usage(&azure, cells[1], row).await;
        let reasoning = number(&usage, "/completion_tokens_details/reasoning_tokens");
        assert!(reasoning > 0);
        match cells[5] {
            "0" => assert!(hidden(&usage) == 0 && number(&usage, "/completion_tokens") > reasoning),
            _ => assert_eq!(hidden(&usage), reasoning),
        }
    }
    let plain = usage(&azure, "gpt-4.1-2025-04-14", "Hi").await;
    assert_eq!(number(&plain, "/completion_tokens_details/reasoning_tokens"), 0);
}

#[tokio::test]
async fn effort_decides_how_long_it_thinks() {
    let azure = emulator().await;
    let mut spent = Vec::new();
    for effort in ["minimal", "low", "medium", "high"] {
        let mut body = ask("Think");
        body["reasoning_effort"] = effort.into();
        let reply = post_in(&azure, "served=gpt-5-2025-08-07", &body).await.json();
        spent.push(number(&reply["usage"], "/completion_tokens_details/reasoning_tokens"));
    }
    assert!(spent[0] == 0 && spent.is_sorted() && spent[1] > 0, "{spent:?}");
}

#[tokio::test]
async fn a_long_prefix_is_cached_in_steps_for_the_same_model() {
    let azure = emulator().await;
    let nano = "gpt-5-nano-2025-08-07";
    let cached = |usage: &Value| number(usage, "/prompt_tokens_details/cached_tokens");
    let long = "word ".repeat(1_500);
    assert_eq!(cached(&usage(&azure, nano, &long).await), 0);
    let again = usage(&azure, nano, &format!("{long} and a new end")).await;
    assert!(cached(&again) >= 1_024 && cached(&again) % 128 == 0);
    assert!(cached(&again) <= number(&again, "/prompt_tokens"));
    assert_eq!(cached(&usage(&azure, "gpt-4.1-2025-04-14", &long).await), 0, "another model");
    let short = "word ".repeat(500);
    usage(&azure, nano, &short).await;
    assert_eq!(cached(&usage(&azure, nano, &short).await), 0, "too short");
    assert!(again["prompt_tokens_details"].get("cache_write_tokens").is_none());
}

#[tokio::test]
async fn newer_models_count_cache_writes() {
    let azure = emulator().await;
    let luna = "gpt-5.6-luna-2026-07-09";
    let long = "word ".repeat(1_885);
    let counts = |usage: &Value| {
        let details = |name| number(usage, &format!("/prompt_tokens_details/{name}"));
        (details("cached_tokens"), details("cache_write_tokens"))
    };
    let first = usage(&azure, luna, &long).await;
    let prompt = number(&first, "/prompt_tokens");
    assert_eq!(counts(&first), (0, prompt - 3));
    assert_eq!(counts(&usage(&azure, luna, &long).await), (prompt - 3, 0));
    assert_eq!(counts(&usage(&azure, luna, "Hi").await), (0, 0));
}

#[tokio::test]
async fn the_same_prompt_is_longer_for_gpt_oss() {
    let azure = emulator().await;
    let oss = usage(&azure, "gpt-oss-120b", "Hi").await;
    let nano = usage(&azure, "gpt-5-nano-2025-08-07", "Hi").await;
    assert_eq!(number(&oss, "/prompt_tokens"), number(&nano, "/prompt_tokens") + 80);
}
