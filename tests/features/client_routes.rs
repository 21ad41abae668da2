//! Paths, names and numbers as clients of OpenAI, Azure and `LiteLLM` write them.

use harness::{
    client::Reply,
    gateway::{CHAT, GROUP, Setup, asking, azure, entry},
    keys::{ask, key, manage},
    scripted::{Script, Stage},
};
use serde_json::{Value, json};

async fn get_as(setup: &Setup, path: &str, key: &str) -> Reply {
    setup.get_as(path, &format!("Bearer {key}")).await
}

#[tokio::test]
async fn models_are_listed_under_each_of_their_names() {
    let setup = Setup::new().await;
    let key = key(&setup, json!({})).await;
    let list = get_as(&setup, "/v1/models", &key).await.json();
    let one = get_as(&setup, &format!("/v1/models/{GROUP}"), &key).await.json();
    assert_eq!((&list["data"][0], &one["id"]), (&one, &json!(GROUP)));
    for prefix in ["/v1", "", "/openai", "/openai/v1"] {
        for query in ["", "/", "?api-version=2024-10-21", "/?api-version=2024-10-21"] {
            let path = format!("{prefix}/models{query}");
            assert_eq!(get_as(&setup, &path, &key).await.json(), list, "{path}");
        }
        let path = format!("{prefix}/models/{GROUP}");
        assert_eq!(get_as(&setup, &path, &key).await.json(), one, "{path}");
        assert_eq!(get_as(&setup, &format!("{prefix}/models/none"), &key).await.status, 404);
    }
}

#[tokio::test]
async fn chat_is_answered_under_each_of_its_names() {
    let setup = Setup::new().await;
    let key = key(&setup, json!({})).await;
    let by_path = format!("/openai/deployments/{GROUP}/chat/completions");
    for path in [
        CHAT,
        "/chat/completions",
        "/openai/v1/chat/completions",
        "/models/chat/completions",
        &by_path,
    ] {
        for rest in ["", "/", "?api-version=2024-05-01-preview", "/?api-version=2024-10-21"] {
            let (path, bearer) = (format!("{path}{rest}"), ("api-key", &*key));
            let reply = setup.post(&path, &[bearer], asking("Hello!").to_string()).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        }
    }
    // Management calls as well, and what is no page stays none.
    let made = setup.post("/key/generate/", &[], "{}").await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(setup.get("/health/readiness/").await.status, 200);
    assert_eq!(setup.get("/nothing/").await.status, 404);
}

#[tokio::test]
async fn an_answers_id_finds_its_entry() {
    let answer = |id: &str| {
        let body = json!({"id": id, "model": "gpt-5-nano-2025-08-07", "choices": [{"index": 0,
            "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 19, "completion_tokens": 5, "total_tokens": 24}});
        Script::json(200, body.to_string())
    };
    let stage = Stage::of(["chatcmpl-A", "chatcmpl-B", "chatcmpl-A", ""].map(answer)).await;
    let setup = &stage.setup;
    let other = key(setup, json!({})).await;
    let first = stage.chat(&asking("1")).await.id().to_owned();
    let second = stage.chat(&asking("2")).await.id().to_owned();
    let others = ask(setup, &other, &asking("3")).await.id().to_owned();
    let nameless = stage.chat(&asking("4")).await.id().to_owned();
    let found = async |id: &str, key: &str| {
        let entry = get_as(setup, &format!("/fareway/v1/requests/{id}"), key).await;
        let logs = get_as(setup, &format!("/spend/logs?request_id={id}"), key).await.json();
        let paged = get_as(setup, &format!("/spend/logs/v2?request_id={id}"), key).await.json();
        let alone = get_as(setup, &format!("/spend/logs/ui/{id}"), key).await;
        let found = if entry.status == 200 { entry.json()["id"].clone() } else { Value::default() };
        assert_eq!(logs[0]["request_id"], found, "{id}");
        assert_eq!(paged["data"][0]["request_id"], found, "{id}");
        assert_eq!((alone.status, &alone.json()["request_id"]), (entry.status, &found), "{id}");
        found
    };
    let master = harness::gateway::KEY;
    assert_eq!(found("chatcmpl-B", master).await, second);
    // If there are several, the newest; each key finds its own.
    assert_eq!(found("chatcmpl-A", master).await, others);
    assert_eq!(found("chatcmpl-A", &stage.key).await, first);
    assert_eq!(found("chatcmpl-A", &other).await, others);
    assert_eq!(found("chatcmpl-B", &other).await, Value::Null);
    assert_eq!(found("chatcmpl-C", master).await, Value::Null);
    assert_eq!(setup.receipt(&nameless).await["answer_id"], Value::Null);
    // The list has all of them.
    let page = setup.get("/fareway/v1/requests?answer_id=chatcmpl-A").await.json();
    let ids: Vec<_> =
        page["requests"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [others, first]);
}

#[tokio::test]
async fn a_key_reads_what_is_known_of_its_own_models() {
    let azure = azure().await;
    let url = azure.openai_v1();
    let described = "    model_info:\n      id: plain\n      supports_vision: false\n      \
                     supports_reasoning: true\n      max_input_tokens: 1000.0\n      mode: chat\n      \
                     description: \"5\"\n";
    let entries = [
        entry(GROUP, "azure_ai/azure-model-router", &url),
        entry("plain", "azure_ai/gpt-4o", &url) + described,
    ];
    let setup = Setup::of(azure, &entries.concat(), "").await;
    let own = key(&setup, json!({"models": ["plain"]})).await;
    for path in ["/v1/model/info", "/model/info", "//v1/model/info"] {
        let shown = get_as(&setup, path, &own).await.json();
        assert_eq!(shown["data"].as_array().unwrap().len(), 1, "{path}");
        let one = &shown["data"][0];
        assert_eq!(one["model_name"], "plain");
        assert_eq!(one["litellm_params"], json!({"model": "azure_ai/gpt-4o"}));
        let info = &one["model_info"];
        for (key, expect) in [
            ("supports_vision", json!(false)),
            ("supports_reasoning", json!(true)),
            ("max_input_tokens", json!(1_000)),
            ("max_output_tokens", json!(16_384)),
            ("description", json!("5")),
            ("mode", json!("chat")),
            ("url", json!(null)),
        ] {
            assert_eq!(info[key], expect, "{key}: {info}");
        }
        assert!(info["input_cost_per_token"].is_number(), "{info}");
    }
    let hidden = get_as(&setup, "/v1/model/info?litellm_model_id=x", &own).await;
    assert_eq!(hidden.status, 404);
    // An operator sees both, with their addresses; a router tells what each model of its pool takes.
    let all = setup.get("/v1/model/info").await.json();
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
    let router = &all["data"][0]["model_info"];
    assert!(router["url"].is_string());
    let limits = [&router["max_input_tokens"], &router["max_output_tokens"]];
    assert!(
        limits.iter().all(|limit| limit.as_u64().is_some_and(|limit| limit > 4_000)),
        "{router}"
    );
    assert_eq!([&router["supports_vision"], &router["supports_function_calling"]], [true, true]);
    // The pages of operators stay theirs.
    assert_eq!(get_as(&setup, "/v2/model/info", &own).await.status, 403);
}

#[tokio::test]
async fn numbers_are_read_as_untyped_languages_write_them() {
    let setup = Setup::new().await;
    let body = r#"{"max_budget": 0.30000000000000004, "rpm_limit": 60.0, "tpm_limit": "6e4",
        "max_parallel_requests": "5"}"#;
    let made = setup.post("/key/generate", &[], body).await;
    let shown = made.json();
    assert_eq!(made.status, 200, "{shown}");
    assert_eq!(shown["max_budget"].to_string(), "0.3");
    let limits =
        ["rpm_limit", "tpm_limit", "max_parallel_requests"].map(|name| shown[name].clone());
    assert_eq!(limits, [60, 60_000, 5]);
    for (path, body) in [
        ("/team/new", json!({"team_id": "t", "rpm_limit": 60.0})),
        ("/user/new", json!({"user_id": "u", "tpm_limit": 1e3})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1e3, "output_tokens": 10.0})),
    ] {
        manage(&setup, path, body).await;
    }
    for (field, value) in
        [("rpm_limit", json!(60.5)), ("tpm_limit", json!("many")), ("max_budget", json!("x"))]
    {
        let reply = setup.post("/key/generate", &[], json!({field: value}).to_string()).await;
        assert_eq!(reply.status, 400);
        assert!(reply.text().contains(&format!("expected `{field}` to be")), "{}", reply.text());
    }
    // In a chat request a bound with a point is a bound.
    let key = shown["key"].as_str().unwrap();
    let mut body = asking("Hello!");
    body["n"] = json!(1.0);
    body["max_tokens"] = json!(50.0);
    ask(&setup, key, &body).await;
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert_eq!((&sent["max_tokens"], sent.get("max_completion_tokens")), (&json!(50.0), None));
}
