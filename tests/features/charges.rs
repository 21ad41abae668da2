//! Charges to budgets when the true cost is not fully known: everything that can have been spent,
//! and no more.

use harness::{
    budgets::{short, usd},
    client::Reply,
    gateway::{asking, streaming},
    keys::{ask, key},
    scripted::{Script, Stage},
};
use llm_types::Usd;
use serde_json::{Value, json};

const ROLE: &str = r#"{"id":"chatcmpl-1","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#;

/// A whole answer of two tokens, with this usage.
fn answer(model: &str, usage: &str) -> Script {
    Script::json(
        200,
        format!(
            r#"{{"id":"chatcmpl-1","object":"chat.completion","model":"{model}","choices":[{{"index":0,"message":{{"role":"assistant","content":"Hello there"}},"finish_reason":"stop"}}],"usage":{usage}}}"#
        ),
    )
}

fn refusal(status: u16, code: &str) -> Script {
    let error = json!({"error": {"code": code, "message": "no", "type": null, "param": null}});
    Script::json(status, error.to_string())
}

pub(crate) fn money(value: &Value) -> Usd {
    usd(value.as_str().unwrap_or_else(|| panic!("expected dollars, found {value}")))
}

/// The strict key's spending, and the held part of its budget.
pub(crate) async fn standing(stage: &Stage) -> (Usd, Usd) {
    let info = stage.setup.get(&format!("/key/info?key={}", stage.key)).await;
    let info = info.text();
    // As text: a JSON value would turn it into a float.
    let amount = |key: &str| {
        let (_, after) = info.split_once(&format!("\"{key}\":")).unwrap();
        usd(after.split([',', '}']).next().unwrap())
    };
    assert_eq!(amount("reserved"), Usd::ZERO, "nothing is in flight");
    let left = usd("5").picos() - amount("spend").picos() - amount("held").picos();
    assert_eq!(amount("left").picos(), left);
    (amount("spend"), amount("held"))
}

async fn receipt(stage: &Stage, reply: &Reply) -> Value {
    let receipt = stage.receipt(reply).await;
    let (charged, known) = (money(&receipt["charged"]), money(&receipt["cost"]["known"]));
    assert_eq!(money(&receipt["held"]).picos(), charged.picos() - known.picos(), "{receipt}");
    receipt
}

/// The charge of a filtered `hi`: 8 tokens and half of them at the highest rate of the pool, $30 per
/// million (written to the cache of claude-opus-4-1 for an hour), and the 64 tokens that the template
/// of an open model adds at most, at $3 (FW-Kimi-K3); each with $0.14 for the routing.
const FILTERED: Usd = Usd::from_picos(12 * 30_140_000 + 64 * 3_140_000);

#[tokio::test]
async fn a_filtered_prompt_is_charged_as_a_prompt() {
    let stage = Stage::of([refusal(400, "content_filter")]).await;
    let mut sum = Usd::ZERO;
    for _ in 0..5 {
        let reply = stage.chat(&asking("hi")).await;
        assert_eq!(reply.status, 400);
        let receipt = receipt(&stage, &reply).await;
        assert_eq!(receipt["charged_by"], "prompt_only");
        // 8 tokens as OpenAI counts them, of which only the price of routing is known.
        assert_eq!(receipt["usage"]["prompt_tokens"], 8);
        assert_eq!(money(&receipt["cost"]["known"]), Usd::from_picos(8 * 140_000));
        assert_eq!(money(&receipt["charged"]), FILTERED);
        sum = sum + FILTERED;
    }
    let (spent, held) = standing(&stage).await;
    assert_eq!(spent + held, sum);
}

/// A failure of the upstream, and the rule by which it is charged.
async fn check(script: Script, rule: &str) -> Value {
    let stage = Stage::of([script]).await;
    let reply = stage.chat(&asking("hi")).await;
    let receipt = receipt(&stage, &reply).await;
    assert_eq!(receipt["charged_by"], rule, "{receipt}");
    let (charged, reserved) = (money(&receipt["charged"]), money(&receipt["reserved"]));
    assert!(charged < reserved, "{charged} of {reserved}");
    let free = matches!(rule, "refused_unread" | "nothing_sent");
    assert_eq!(charged == Usd::ZERO, free, "{receipt}");
    let (spent, held) = standing(&stage).await;
    assert_eq!(spent + held, charged);
    receipt
}

#[tokio::test]
async fn a_request_that_generated_nothing_is_charged_for_its_prompt() {
    check(Script::answer(200, "application/json", ""), "prompt_only").await;
    check(Script::answer(200, "text/html", "<html>Welcome</html>"), "prompt_only").await;
    check(Script::answer(204, "application/json", ""), "prompt_only").await;
    check(refusal(400, "context_length_exceeded"), "prompt_only").await;
}

/// Before it failed it can have generated only as much as the time allows.
#[tokio::test]
async fn a_request_that_may_have_generated_something_is_charged_for_its_time() {
    check(Script::raw("").close(), "prompt_and_elapsed_output").await;
    check(refusal(504, "timeout"), "prompt_and_elapsed_output").await;
    check(refusal(408, "timeout"), "prompt_and_elapsed_output").await;
    check(Script::events().close(), "prompt_and_elapsed_output").await;
}

#[tokio::test]
async fn a_request_that_is_refused_at_once_is_free() {
    for (status, code) in [(401, "401"), (404, "DeploymentNotFound"), (429, "429"), (500, "500")] {
        check(refusal(status, code), "refused_unread").await;
    }
}

#[tokio::test]
async fn contradictory_usage_is_kept_and_estimated() {
    let cached = r#"{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":9}}"#;
    for usage in ["{}", cached, r#"{"prompt_tokens":8,"completion_tokens":9,"total_tokens":2}"#] {
        let receipt = check(answer("gpt-5-nano-2025-08-07", usage), "estimated").await;
        let kept: Value = serde_json::from_str(usage).unwrap();
        assert_eq!(receipt["usage_contradictory"], kept);
        assert_eq!(receipt["cost"]["status"], "estimated");
        assert_eq!(receipt["usage_source"], "estimated");
        assert_eq!(receipt["cost"]["total"], receipt["charged"]);
        assert_eq!(receipt["usage"]["completion_tokens"], 2);
    }
    let whole = r#"{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}"#;
    let receipt = check(answer("gpt-5-nano-2025-08-07", whole), "cost").await;
    assert_eq!(receipt.get("usage_contradictory"), None);
}

/// Whatever an upstream sends as its usage, an entry stays small, and says what was cut.
#[tokio::test]
async fn usage_without_end_is_cut() {
    let filler = "x".repeat(100_000);
    let usage = format!(r#"{{"prompt_tokens":8,"completion_tokens":-1,"filler":"{filler}"}}"#);
    let receipt = check(answer("gpt-5-nano-2025-08-07", &usage), "estimated").await;
    let kept = &receipt["usage_contradictory"];
    assert_eq!(kept["cut_from_bytes"], usage.len());
    let beginning = kept["beginning"].as_str().unwrap();
    assert_eq!((beginning.len(), usage.starts_with(beginning)), (8192, true));
    assert!(receipt.to_string().len() < 16_000);
}

/// The model is known, and what was generated was delivered.
#[tokio::test]
async fn an_answer_that_breaks_after_its_model_was_named_is_estimated() {
    let stage = Stage::of([Script::events().data(ROLE).close()]).await;
    let reply = stage.chat(&streaming("hi")).await;
    let receipt = receipt(&stage, &reply).await;
    assert_eq!(receipt["charged_by"], "estimated", "{receipt}");
    assert_eq!(receipt["served"], "gpt-5-nano-2025-08-07");
    assert_eq!(receipt["cost"]["total"], receipt["charged"]);
}

/// Its tokens are known: they cost no more than the most expensive model would.
#[tokio::test]
async fn a_model_without_a_price_is_charged_for_its_tokens() {
    let usage = r#"{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}"#;
    let stage = Stage::of([answer("gpt-99", usage)]).await;
    let reply = stage.chat(&asking("hi")).await;
    let receipt = receipt(&stage, &reply).await;
    assert_eq!(receipt["charged_by"], "known_tokens_at_worst_rates");
    assert_eq!(receipt["cost"]["status"], "partial");
    let charged = money(&receipt["charged"]);
    assert!(usd("0.001") < charged && charged < usd("0.1"), "{charged}");
    let (spent, held) = standing(&stage).await;
    assert_eq!((spent, spent + held), (money(&receipt["cost"]["known"]), charged));
    // Requests with a held amount can be found.
    for (filter, found) in [
        ("held=true", 1),
        ("charged_by=known_tokens_at_worst_rates", 1),
        ("held=true&charged_by=known_tokens_at_worst_rates", 1),
        ("charged_by=reservation", 0),
        ("charged_by=cost", 0),
    ] {
        let path = format!("/fareway/v1/requests?{filter}");
        let page = stage.setup.get(&path).await.json();
        let rows = page["requests"].as_array().unwrap_or_else(|| panic!("{page}"));
        assert_eq!(rows.len(), found, "{filter}");
        for row in rows {
            assert_eq!(
                (&row["held"], &row["charged_by"]),
                (&receipt["held"], &receipt["charged_by"])
            );
        }
    }
    let wrong = stage.setup.get("/fareway/v1/requests?charged_by=guess").await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn an_attempt_that_failed_is_part_of_the_sum() {
    let usage = r#"{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}"#;
    let good = [answer("gpt-5-nano-2025-08-07", usage)];
    let stage = Stage::of_two([refusal(504, "timeout")], good, "").await;
    let reply = stage.chat(&asking("hi")).await;
    assert_eq!(reply.status, 200);
    let receipt = receipt(&stage, &reply).await;
    let attempts = receipt["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2, "{receipt}");
    assert_eq!(attempts[0]["charged_by"], "prompt_and_elapsed_output");
    assert_eq!(attempts[1]["charged_by"], "cost");
    let charged = attempts.iter().map(|attempt| money(&attempt["charged"])).sum::<Usd>();
    assert_eq!(money(&receipt["charged"]), charged);
    assert_eq!(receipt["cost"]["status"], "estimated");
    let earlier = money(&receipt["cost"]["earlier_attempts"]);
    assert!(earlier > Usd::ZERO, "{receipt}");
    assert_eq!(money(&receipt["cost"]["total"]), earlier + money(&attempts[1]["cost"]));
    assert_eq!(
        reply.json()["usage"]["cost_details"]["earlier_attempts"],
        receipt["cost"]["earlier_attempts"]
    );
    let (spent, held) = standing(&stage).await;
    assert_eq!(spent + held, charged);
}

#[tokio::test]
async fn promise_5_no_further_attempt_without_room() {
    let usage = r#"{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}"#;
    let first = || [refusal(504, "timeout")];
    let good = || [answer("gpt-5-nano-2025-08-07", usage)];
    let stage = Stage::of_two(first(), good(), "").await;
    let body = short("hi", false);
    let reply = stage.chat(&body).await;
    let receipt = receipt(&stage, &reply).await;
    // Enough for one call while the first is charged nothing.
    let needed =
        money(&receipt["reserved"]).picos() - money(&receipt["attempts"][0]["charged"]).picos();
    let stage = Stage::of_two(first(), good(), "").await;
    let budget: Value = serde_json::from_str(&Usd::from_picos(needed).to_string()).unwrap();
    let small = key(&stage.setup, json!({"max_budget": budget})).await;
    let reply = ask(&stage.setup, &small, &body).await;
    assert_eq!(reply.status, 504, "{}", reply.text());
    let receipt = stage.receipt(&reply).await;
    assert_eq!(receipt["attempts"].as_array().unwrap().len(), 1, "{receipt}");
    assert_eq!((stage.upstreams[0].count(), stage.upstreams[1].count()), (1, 0));
    assert!(money(&receipt["charged"]).picos() <= needed, "{receipt}");
}
