//! Cases that operators of gateways have reported, in which a budget was charged or reserved too much.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use harness::{
    budgets::usd,
    gateway::{GROUP, Setup, asking, azure, entry, streaming},
    keys::{ask, key},
    scripted::{Gate, Script, Scripted, Stage},
};
use llm_types::Usd;
use serde_json::{Value, json};

fn money(value: &Value) -> Usd {
    usd(value.as_str().unwrap_or_else(|| panic!("expected dollars, found {value}")))
}

fn bounded(mut body: Value, tokens: u64) -> Value {
    body["max_completion_tokens"] = tokens.into();
    body
}

fn message(reply: &harness::client::Reply) -> String {
    reply.json()["error"]["message"].as_str().unwrap().to_owned()
}

fn answer(model: &str, usage: Value) -> Script {
    let answer = json!({"id": "chatcmpl-1", "object": "chat.completion", "model": model,
        "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hello there"}}],
        "usage": usage});
    Script::json(200, answer.to_string())
}

/// The gateway's own time limit: the prompt, and what can have been generated in that time.
#[tokio::test]
async fn a_request_that_times_out_here_is_charged_for_its_time() {
    let stage = Stage::with([Script::silence()], "router_settings:\n  timeout: 1\n").await;
    let reply = stage.chat(&bounded(asking("hi"), 2_000)).await;
    assert_eq!(reply.status, 504, "{}", reply.text());
    let receipt = stage.receipt(&reply).await;
    assert_eq!(receipt["charged_by"], "prompt_and_elapsed_output");
    // At least a second, of which 1,000 tokens at $75 per million; and never above the reservation.
    let (charged, reserved) = (money(&receipt["charged"]), money(&receipt["reserved"]));
    assert!(usd("0.075") <= charged && charged <= reserved, "{charged} of {reserved}");
}

/// A refusal at the door within a 200 that is not streamed costs nothing, and the next one answers.
#[tokio::test]
async fn a_refusal_with_a_status_of_200_is_free() {
    let refusal = || Script::json(200, r#"{"error":{"code":"429","message":"slow down"}}"#);
    let stage = Stage::of([refusal()]).await;
    let reply = stage.chat(&asking("hi")).await;
    assert_eq!(reply.status, 429);
    let receipt = stage.receipt(&reply).await;
    assert_eq!(
        (&receipt["charged_by"], &receipt["charged"]),
        (&json!("refused_unread"), &json!("0"))
    );
    let usage = json!({"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10});
    let stage = Stage::of_two([refusal()], [answer("gpt-5-nano", usage)], "").await;
    let reply = stage.chat(&asking("hi")).await;
    assert_eq!(reply.status, 200);
    let receipt = stage.receipt(&reply).await;
    assert_eq!(
        (&receipt["cost"]["status"], &receipt["charged_by"]),
        (&json!("exact"), &json!("cost"))
    );
    assert_eq!(receipt["attempts"][0]["charged"], "0");
}

/// A gateway whose deployment has a name of its own, and a strict key of $5.
async fn own_name(upstream: &Scripted) -> (Setup, String) {
    let entry = entry(GROUP, "azure_ai/our-deployment", &upstream.openai_v1());
    let setup = Setup::of(azure().await, &entry, "").await;
    let key = key(&setup, json!({"max_budget": 5})).await;
    (setup, key)
}

/// Its 1,100 tokens are known: they cost no more than the most expensive model would take for them.
#[tokio::test]
async fn a_deployment_without_a_price_is_charged_for_its_tokens() {
    let usage = json!({"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100});
    let upstream = Scripted::start([answer("our-deployment", usage)]).await;
    let (setup, key) = own_name(&upstream).await;
    let reply = ask(&setup, &key, &bounded(asking("hi"), 100)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["charged_by"], "known_tokens_at_worst_rates");
    assert_eq!(receipt["cost"]["status"], "unpriced");
    let (charged, reserved) = (money(&receipt["charged"]), money(&receipt["reserved"]));
    assert!(usd("0.01") < charged && charged <= reserved, "{charged} of {reserved}");
    // The same without a bound of the client's: where it is refused, the way out is named.
    let reply = ask(&setup, &key, &bounded(asking("hi"), 128_000)).await;
    assert_eq!(reply.status, 429);
    assert!(
        message(&reply).contains("set `base_model` to the one that it serves"),
        "{}",
        message(&reply)
    );
}

/// A request that does not fit is refused with every remedy and its figures.
#[tokio::test]
async fn a_request_that_never_fits_is_refused_with_every_way_out() {
    let stage = Stage::of([Script::silence()]).await;
    let reply = stage.chat(&bounded(asking("hi"), 128_000)).await;
    assert_eq!(reply.status, 429);
    let text = message(&reply);
    for way in [
        "set `max_completion_tokens` to ",
        "`router_models`",
        "`budgets.clamp: true`",
        "`budget_mode: soft`",
    ] {
        assert!(text.contains(way), "{way}: {text}");
    }
    assert_eq!(stage.upstream().count(), 0);
    // The bound that the refusal names is one that the model allows.
    let (_, rest) = text.split_once("set `max_completion_tokens` to ").unwrap();
    let fits: u64 = rest.split(' ').next().unwrap().parse().unwrap();
    assert!((50_000..128_000).contains(&fits), "{fits}");
}

/// Six at once of 16,384 tokens on $5: four fit, and two are refused with a bound that fits what is left.
#[tokio::test]
async fn of_six_at_once_as_many_are_sent_as_fit() {
    let more = Gate::default();
    let usage = json!({"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10});
    let whole = answer("gpt-5-nano", usage);
    let stage = Stage::of([Script::default().wait(&more).and(whole)]).await;
    let body = bounded(asking("hi"), 16_384);
    let refusals = AtomicUsize::new(0);
    let all = futures_util::future::join_all((0..6).map(|_| async {
        let reply = stage.chat(&body).await;
        // Those that are sent wait until the others are refused.
        if reply.status == 429 && refusals.fetch_add(1, Relaxed) == 1 {
            more.open();
        }
        reply
    }));
    let replies = all.await;
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert_eq!((refused.len(), stage.upstream().count()), (2, 4));
    for reply in refused {
        assert!(message(reply).contains("set `max_completion_tokens` to "), "{}", message(reply));
    }
}

/// 225 kB of base64 are one image, and no text.
#[tokio::test]
async fn an_image_fits_a_small_budget() {
    let usage = json!({"prompt_tokens": 800, "completion_tokens": 2, "total_tokens": 802});
    let stage = Stage::of([answer("gpt-5-nano", usage)]).await;
    let url = format!("data:image/png;base64,{}", "A".repeat(300_000));
    let mut body = asking("hi");
    body["messages"][0]["content"] = json!([{"type": "image_url", "image_url": {"url": url}}]);
    let reply = stage.chat(&body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = stage.receipt(&reply).await;
    assert!(money(&receipt["reserved"]) < usd("5"));
    assert_eq!(receipt["charged_by"], "cost");
}

/// Also where the model is known, and the stream breaks at its first event.
#[tokio::test]
async fn a_stream_that_breaks_after_its_role_is_estimated_by_its_model() {
    let role = crate::scripted_examples::ROLE;
    let stage = Stage::of([Script::events().data(role).close()]).await;
    let reply = stage.chat(&streaming("hi")).await;
    let receipt = stage.receipt(&reply).await;
    assert_eq!(receipt["charged_by"], "estimated", "{receipt}");
    // 8 tokens at $0.05 and $0.14.
    assert_eq!(money(&receipt["charged"]), Usd::from_picos(8 * 190_000));
}
