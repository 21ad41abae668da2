//! Cost questions as JSON that have no answer; those that have one are among the vectors.

use cost_model::{PriceBook, Quote, QuoteRequest};
use serde_json::{Value, json};

/// The question with some of its fields changed.
fn quote(changes: &Value) -> Result<Quote, String> {
    let mut question = json!({
        "id": 7, "model": "gpt-5-mini", "date": "2026-11-22",
        "usage": { "prompt_tokens": 10, "completion_tokens": 5 },
    });
    for (key, value) in changes.as_object().unwrap() {
        question[key] = value.clone();
    }
    let request: QuoteRequest =
        serde_json::from_value(question).map_err(|error| error.to_string())?;
    request.quote(&PriceBook::builtin()).map_err(|error| error.to_string())
}

#[track_caller]
fn check(changes: &Value, json: &Value, text: &str) {
    let quote = quote(changes).unwrap();
    assert_eq!(serde_json::to_value(&quote).unwrap(), *json);
    let Quote::Error { message, .. } = quote else { panic!("expected an error") };
    assert_eq!(message, text);
}

#[test]
fn a_question_without_a_price_says_why() {
    check(
        &json!({ "model": "gpt-7" }),
        &json!({ "error": "unknown_model" }),
        "the model `gpt-7` is not in the price table",
    );
    check(
        &json!({ "model": "grok-4", "service_tier": "priority" }),
        &json!({ "error": "no_price", "canonical_model": "grok-4" }),
        "`grok-4` has no price for the service tier `priority` on global_standard",
    );
    check(
        &json!({ "router_fee": true, "model": "gpt-4.1-nano", "date": "2025-05-01" }),
        &json!({ "error": "no_fee" }),
        "no routing fee is known for global_standard on that day",
    );
    check(
        &json!({ "usage": { "prompt_tokens": 1, "completion_tokens": 1, "cached_tokens": 2 } }),
        &json!({ "error": "invalid_usage" }),
        "cached (2) and written (0) tokens exceed the prompt's 1",
    );
    check(
        &json!({ "usage": { "completion_tokens": 1 } }),
        &json!({ "error": "invalid_usage" }),
        "the usage has no `prompt_tokens`",
    );
    check(
        &json!({ "usage": { "prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": 3 } }),
        &json!({ "error": "invalid_usage" }),
        "the usage cannot be read: invalid type: integer `3`, expected struct PromptDetails",
    );
}

#[test]
fn null_details_are_no_details() {
    let usage =
        json!({ "prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": null });
    assert!(matches!(quote(&json!({ "usage": usage })), Ok(Quote::Priced(_))));
}

#[test]
fn a_question_that_makes_no_sense_is_an_error() {
    assert_eq!(
        quote(&json!({ "deployment_type": "regional" })).unwrap_err(),
        "a regional deployment needs its Azure region: add for example `region: swedencentral`"
    );
    assert!(quote(&json!({ "date": "2026-02-30" })).is_err());
    assert!(quote(&json!({ "usage": { "prompt_tokens": -1 } })).is_err());
}
