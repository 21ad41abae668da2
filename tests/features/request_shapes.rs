//! Additions to requests: only parameters that the deployment accepts, by its kind and by what it
//! refuses.

use std::sync::Arc;

use harness::{
    client::{Reply, http},
    gateway::{CHAT, GROUP, Setup, azure, entry, gateway_at},
    keys::key,
    scripted::{Script, Scripted},
};
use llm_types::{Clock, ManualClock};
use serde_json::{Value, json};

use crate::scripted_examples::{HELLO, ROLE, STOP};

const ANSWER: &str = r#"{"id":"chatcmpl-1","model":"gpt-4o-2024-11-20","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}"#;
/// The cost of [`ANSWER`]: $2.50 a million in, $10 out.
const ANSWER_COST: &str = "0.0035";
const COMPLETION_REFUSED: &str = r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens","type":"invalid_request_error","param":null,"code":null}}"#;
const TOKENS_REFUSED: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;
const OPTIONS_REFUSED: &str = r#"{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null,"code":null}}"#;

/// A gateway in front of one scripted upstream, at a time that the test sets.
struct Shop {
    setup: Setup,
    upstream: Scripted,
    clock: Arc<ManualClock>,
}

impl Shop {
    /// A deployment of `model`, whose URL ends so.
    async fn of(model: &str, url: &str, scripts: impl IntoIterator<Item = Script>) -> Self {
        let upstream = Scripted::start(scripts).await;
        let name = model.rsplit('/').next().unwrap_or_default();
        let url = url.replace("deployments/d?", &format!("deployments/{name}?"));
        let base = upstream.openai_v1().replace("/openai/v1", &url);
        let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
        let clock = Arc::new(ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap()));
        let shown = Arc::clone(&clock) as Arc<dyn Clock>;
        let entries = entry(GROUP, model, &base);
        let gateway = gateway_at(&entries, "", 1, folder.path(), shown).await;
        Self { setup: Setup { azure, gateway, http: http(), folder }, upstream, clock }
    }

    /// gpt-4o behind an API without versions.
    async fn gpt(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::of("azure_ai/gpt-4o", "/openai/v1", scripts).await
    }

    async fn strict(&self) -> String {
        key(&self.setup, json!({"max_budget": 5})).await
    }

    async fn soft(&self) -> String {
        key(&self.setup, json!({"max_budget": 5, "budget_mode": "soft"})).await
    }

    /// Asks with further keys in the body.
    async fn ask(&self, key: &str, also: Value) -> Reply {
        let mut body = json!({"model": GROUP, "messages": [{"role": "user", "content": "hi"}]});
        body.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
        let bearer = format!("Bearer {key}");
        self.setup.post(CHAT, &[("authorization", &bearer)], body.to_string()).await
    }

    /// The additions to each request that the upstream saw.
    fn added(&self) -> Vec<String> {
        let keys = ["max_completion_tokens", "max_tokens", "stream_options"];
        let of = |body: Value| keys.into_iter().filter(|key| body.get(key).is_some()).collect();
        self.upstream
            .requests()
            .iter()
            .map(|seen| of(seen.json()))
            .map(|keys: Vec<_>| keys.join(" "))
            .collect()
    }

    async fn spent(&self, key: &str) -> String {
        self.setup.get(&format!("/key/info?key={key}")).await.json()["info"]["spend"].to_string()
    }
}

fn answer() -> Script {
    Script::json(200, ANSWER)
}

/// A stream of one that was not asked for its usage.
fn events_without_usage() -> Script {
    Script::events().all([ROLE, HELLO, STOP]).done().end()
}

#[tokio::test]
async fn each_version_form_and_family_gets_what_it_takes() {
    let old = "/openai/deployments/d?api-version=2024-06-01";
    let new = "/openai/deployments/d?api-version=2024-10-21";
    for (model, url, expect) in [
        ("azure_ai/gpt-4o", old, ["max_tokens", "max_tokens"]),
        ("azure_ai/gpt-4o", new, ["max_completion_tokens", "max_completion_tokens stream_options"]),
        (
            "azure_ai/gpt-4o",
            "/openai/v1",
            ["max_completion_tokens", "max_completion_tokens stream_options"],
        ),
        ("azure_ai/azure-model-router", old, ["max_tokens", "max_tokens"]),
        ("azure_ai/Mistral-Large-3", "/models", ["max_tokens", "max_tokens"]),
        ("azure_ai/DeepSeek-V3.2", "/openai/v1", ["max_tokens", "max_tokens stream_options"]),
    ] {
        let shop = Shop::of(model, url, [answer(), events_without_usage()]).await;
        let (strict, soft) = (shop.strict().await, shop.soft().await);
        let reply = shop.ask(&strict, json!({})).await;
        assert_eq!(reply.status, 200, "{model} {url}: {}", reply.text());
        let reply = shop.ask(&strict, json!({"stream": true})).await;
        assert!(reply.is_done(), "{model} {url}: {}", reply.text());
        assert_eq!(shop.added(), expect, "{model} {url}");
        // Without a strict budget nothing is bounded.
        assert!(shop.ask(&soft, json!({"stream": true})).await.is_done());
        assert!(!shop.added()[2].contains("max_"), "{model} {url}");
    }
}

/// A stream that does not report its usage is estimated, and charged for.
#[tokio::test]
async fn a_stream_of_an_old_version_is_estimated() {
    let url = "/openai/deployments/d?api-version=2024-02-01";
    let shop = Shop::of("azure_ai/gpt-5-nano", url, [events_without_usage()]).await;
    let strict = shop.strict().await;
    let reply = shop.ask(&strict, json!({"stream": true})).await;
    let receipt = shop.setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["status"], "estimated");
    assert_ne!(shop.spent(&strict).await, "0");
}

/// "Azure OpenAI On Your Data" takes neither the usage option nor the newer name.
#[tokio::test]
async fn a_request_with_data_sources_is_not_given_the_usage_option() {
    let shop = Shop::gpt([events_without_usage(), events_without_usage(), answer()]).await;
    let strict = shop.strict().await;
    let sources = json!([{"type": "azure_search", "parameters": {}}]);
    assert!(shop.ask(&strict, json!({"stream": true, "data_sources": sources})).await.is_done());
    assert!(shop.ask(&strict, json!({"stream": true, "data_sources": null})).await.is_done());
    assert_eq!(shop.added(), ["max_tokens", "max_completion_tokens stream_options"]);
}

/// Each wording of a refusal of the bound: the request is sent again under the other name, which the
/// next one has at once; an hour later the first name is tried again.
#[tokio::test]
async fn a_refused_bound_goes_up_under_its_other_name_for_an_hour() {
    for (status, refusal) in [
        (400, COMPLETION_REFUSED),
        (
            400,
            r#"{"error":{"message":"Unknown parameter: 'max_completion_tokens'.","type":"invalid_request_error","param":"max_completion_tokens","code":"unknown_parameter"}}"#,
        ),
        (
            422,
            r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":16384}]},"type":"invalid_request_error","param":null,"code":null}"#,
        ),
        (
            422,
            r#"{"error":{"code":"Invalid input","message":"{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":16384}]}","status":422}}"#,
        ),
    ] {
        let shop = Shop::gpt([Script::json(status, refusal), answer()]).await;
        let strict = shop.strict().await;
        let reply = shop.ask(&strict, json!({})).await;
        assert_eq!(reply.status, 200, "{refusal}: {}", reply.text());
        assert_eq!(reply.header("x-fareway-max-output"), Some("16384"));
        let receipt = shop.setup.receipt(reply.id()).await;
        assert_eq!(receipt["cost"]["status"], "exact", "{receipt}");
        assert_eq!(receipt["cost"]["total"], ANSWER_COST);
        let attempts = receipt["attempts"].as_array().unwrap();
        assert_eq!([&attempts[0]["status"], &attempts[1]["status"]], [status, 200]);
        assert_eq!(shop.spent(&strict).await, ANSWER_COST);
        assert_eq!(shop.ask(&strict, json!({})).await.status, 200);
        shop.clock.set("2026-11-22T12:59:59Z".parse().unwrap());
        assert_eq!(shop.ask(&strict, json!({})).await.status, 200);
        shop.clock.set("2026-11-22T13:00:00Z".parse().unwrap());
        assert_eq!(shop.ask(&strict, json!({})).await.status, 200);
        let expect = [
            "max_completion_tokens",
            "max_tokens",
            "max_tokens",
            "max_tokens",
            "max_completion_tokens",
        ];
        assert_eq!(shop.added(), expect, "{refusal}");
    }
}

#[tokio::test]
async fn a_refused_usage_option_is_left_out_for_an_hour() {
    for (status, refusal) in [
        (400, OPTIONS_REFUSED),
        (
            400,
            r#"{"error":{"message":"Validation error at #/stream_options: Extra inputs are not permitted"}}"#,
        ),
        (
            422,
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted","input":true}]}"#,
        ),
    ] {
        for strict in [false, true] {
            let shop = Shop::gpt([Script::json(status, refusal), events_without_usage()]).await;
            let key = if strict { shop.strict().await } else { shop.soft().await };
            let reply = shop.ask(&key, json!({"stream": true})).await;
            assert!(reply.is_done(), "{refusal}: {}", reply.text());
            let receipt = shop.setup.receipt(reply.id()).await;
            assert_eq!(receipt["cost"]["status"], "estimated");
            assert!(shop.ask(&key, json!({"stream": true})).await.is_done());
            let bound = if strict { "max_completion_tokens" } else { "" };
            let first = format!("{bound} stream_options");
            assert_eq!(shop.added(), [first.trim(), bound, bound], "{refusal}");
        }
    }
}

/// A refusal can come as the first event of a stream, and names both.
#[tokio::test]
async fn both_are_refused_at_once_in_an_event() {
    let both = r#"{"error":{"message":"Unrecognized request arguments supplied: max_completion_tokens, stream_options","type":"invalid_request_error","param":null,"code":null}}"#;
    let refusal = Script::events().data(both).end();
    let shop = Shop::gpt([refusal, events_without_usage()]).await;
    let strict = shop.strict().await;
    let reply = shop.ask(&strict, json!({"stream": true})).await;
    assert!(reply.is_done(), "{}", reply.text());
    assert_eq!(shop.added(), ["max_completion_tokens stream_options", "max_tokens"]);
}

/// A refusal of the client's own parameter goes to the client, and nothing is learned from it.
#[tokio::test]
async fn the_clients_own_parameters_are_not_removed() {
    for (body, refusal) in [
        (json!({"max_completion_tokens": 50}), COMPLETION_REFUSED),
        (json!({"max_tokens": 50}), TOKENS_REFUSED),
        (json!({"stream": true, "stream_options": {"include_usage": true}}), OPTIONS_REFUSED),
        (json!({"stream": true, "stream_options": {"x": 1}}), OPTIONS_REFUSED),
        (
            json!({"temperature": 2}),
            r#"{"error":{"message":"Unsupported value: 'temperature'","param":"temperature","code":"unsupported_value"}}"#,
        ),
        (
            json!({}),
            r#"{"error":{"message":"no max_completion_tokens here","code":"content_filter"}}"#,
        ),
    ] {
        let shop = Shop::gpt([Script::json(400, refusal)]).await;
        let strict = shop.strict().await;
        let reply = shop.ask(&strict, body.clone()).await;
        assert_eq!((reply.status, reply.text()), (400, refusal), "{body}");
        assert_eq!(shop.upstream.count(), 1, "{body}");
        let again = shop.ask(&strict, json!({})).await;
        assert_eq!(again.status, 400);
        assert!(shop.added()[1].starts_with("max_completion_tokens"), "{body}");
    }
}

/// No request is sent more than twice; one that is refused again for the same reason teaches nothing.
#[tokio::test]
async fn a_request_is_sent_again_once() {
    let shop = Shop::gpt([Script::json(400, COMPLETION_REFUSED)]).await;
    let strict = shop.strict().await;
    let reply = shop.ask(&strict, json!({})).await;
    assert_eq!((reply.status, reply.text()), (400, COMPLETION_REFUSED));
    assert_eq!(shop.spent(&strict).await, "0");
    assert_eq!(shop.ask(&strict, json!({})).await.status, 400);
    let pair = ["max_completion_tokens", "max_tokens"];
    assert_eq!(shop.added(), [pair, pair].concat());
}

/// If neither name is accepted, the longest answer of the model is reserved, or the request is refused.
#[tokio::test]
async fn without_any_bound_the_longest_answer_is_reserved() {
    let (first, second) =
        (Script::json(400, COMPLETION_REFUSED), Script::json(400, TOKENS_REFUSED));
    let shop = Shop::gpt([first, second.clone(), second, answer()]).await;
    let strict = shop.strict().await;
    assert_eq!(shop.ask(&strict, json!({})).await.status, 400);
    let reply = shop.ask(&strict, json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("x-fareway-max-output"), None);
    let receipt = shop.setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["total"], ANSWER_COST);
    assert_eq!(shop.spent(&strict).await, ANSWER_COST);
    // 16,384 tokens at $10 a million are $0.16.
    let poor = key(&shop.setup, json!({"max_budget": 0.05})).await;
    let reply = shop.ask(&poor, json!({})).await;
    let error = &reply.json()["error"];
    assert_eq!((reply.status, &error["code"]), (429, &json!("cost_unbounded")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("does not accept a bound"), "{error}");
    assert_eq!(shop.spent(&poor).await, "0");
    assert_eq!(shop.ask(&strict, json!({})).await.status, 200);
    assert_eq!(shop.added(), ["max_completion_tokens", "max_tokens", "max_tokens", "", ""]);
}

/// A bound beyond what the model can give is lowered to what it says.
#[tokio::test]
async fn a_bound_that_is_too_large_is_lowered() {
    let refusal = r#"{"error":{"message":"max_completion_tokens is too large: 16384. This model supports at most 4096 completion tokens, whereas you provided 16384.","type":"invalid_request_error","param":"max_completion_tokens","code":"invalid_value"}}"#;
    let shop = Shop::gpt([Script::json(400, refusal), answer()]).await;
    let strict = shop.strict().await;
    let reply = shop.ask(&strict, json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("x-fareway-max-output"), Some("4096"));
    assert_eq!(shop.ask(&strict, json!({})).await.status, 200);
    let sent = shop.upstream.requests();
    let bounds: Vec<_> =
        sent.iter().map(|seen| seen.json()["max_completion_tokens"].clone()).collect();
    assert_eq!(bounds, [16_384, 4_096, 4_096]);
}

/// A test of a connection is bounded under the name that the deployment takes.
#[tokio::test]
async fn a_connection_is_tested_under_the_name_that_it_takes() {
    for (url, expect) in [
        ("/openai/deployments/d?api-version=2024-06-01", "max_tokens"),
        ("/openai/v1", "max_completion_tokens"),
    ] {
        let shop = Shop::of("azure_ai/gpt-4o", url, [answer()]).await;
        let id =
            shop.setup.get("/v1/model/info").await.json()["data"][0]["model_info"]["id"].clone();
        let body = json!({"litellm_params": {}, "model_info": {"id": id}});
        let reply = shop.setup.post("/health/test_connection", &[], body.to_string()).await;
        let shown = &reply.json()["result"]["raw_request_typed_dict"]["raw_request_body"];
        assert_eq!((reply.status, &shown[expect]), (200, &json!(16)), "{}", reply.text());
        assert_eq!(shop.added(), [expect]);
    }
}
