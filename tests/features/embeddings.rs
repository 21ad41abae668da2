//! Embeddings: their paths, bytes, costs and budgets, and the groups that have none.

use harness::{
    client::Reply,
    gateway::{AZURE_KEY, GROUP, KEY, Setup, azure, entry},
    keys::{key, manage},
};
use serde_json::{Value, json};

pub(crate) const EMBEDDINGS: &str = "/v1/embeddings";
const SMALL: &str = "text-embedding-3-small";

/// Picodollars for a token of the small model, Global Standard.
const RATE: u64 = 20_000;

/// A deployment of the small model, and a router.
async fn setup() -> Setup {
    setup_with("").await
}

async fn setup_with(sections: &str) -> Setup {
    let azure = azure().await;
    let base = azure.openai_v1();
    let entries = [
        entry(SMALL, "azure_ai/text-embedding-3-small", &base),
        entry(GROUP, "azure_ai/azure-model-router", &base),
        entry("ada", "azure_ai/text-embedding-ada-002", &base),
        entry("mixed", "azure_ai/azure-model-router", &base),
        entry("mixed", "azure_ai/text-embedding-3-small", &base),
    ];
    Setup::of(azure, &entries.concat(), sections).await
}

fn embedding(input: Value) -> Value {
    json!({"model": SMALL, "input": input})
}

async fn embed(setup: &Setup, body: &Value) -> Reply {
    setup.post(EMBEDDINGS, &[], body.to_string()).await
}

/// The text of so many picodollars.
fn usd(picodollars: u64) -> String {
    let text =
        format!("{}.{:012}", picodollars / 1_000_000_000_000, picodollars % 1_000_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn error_of(reply: &Reply) -> String {
    reply.json()["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_cost_is_exact_and_only_it_is_added() {
    let setup = setup().await;
    let body = r#" {"input" :["Hello, world","caf\u00e9"], "model":"text-embedding-3-small","user":"ann", "dimensions":8}"#;
    let reply = setup.post(EMBEDDINGS, &[], body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let seen = setup.seen().await;
    assert_eq!(seen.body, body.as_bytes());
    let tokens = seen.usage.unwrap()["prompt_tokens"].as_u64().unwrap();
    let cost = usd(tokens * RATE);
    assert_eq!(reply.usage_cost(), Some(&*cost));
    // Without the cost the answer is Azure's, byte for byte.
    let (before, rest) = reply.text().split_once(",\"cost\":").unwrap();
    assert_eq!(format!("{before}}}}}").as_bytes(), seen.sent, "{rest}");
    let details = reply.cost_details();
    assert_eq!((&details["status"], &details["total"]), (&json!("exact"), &json!(cost)));
    assert_eq!(reply.header("x-fareway-cost-usd"), Some(&*cost));
    assert_eq!(reply.header("x-fareway-served-model"), Some(SMALL));
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!((&receipt["served"], &receipt["routed"]), (&json!(SMALL), &json!(false)));
    assert_eq!(
        (&receipt["cost"]["total"], &receipt["cost"]["status"]),
        (&json!(cost), &json!("exact"))
    );
    assert_eq!(receipt["who"]["end_user"], "ann");
}

#[tokio::test]
async fn every_path_and_every_form_of_input_passes() {
    let setup = setup().await;
    let paths = [
        EMBEDDINGS,
        "/embeddings",
        "/models/embeddings",
        "/openai/v1/embeddings",
        "/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21",
    ];
    let inputs = [
        (json!("Hello"), 1, None),
        (json!(["Hello", "world"]), 2, None),
        (json!([9906, 1917]), 1, Some(2)),
        (json!([[9906], [1917, 0, 5]]), 2, Some(4)),
    ];
    for path in paths {
        for (input, count, tokens) in &inputs {
            let body = json!({"model": SMALL, "input": input, "encoding_format": "base64"});
            let reply = setup.post(path, &[], body.to_string()).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            let answer = reply.json();
            assert_eq!(answer["data"].as_array().unwrap().len(), *count);
            // 1,536 floats of four bytes, as Azure wrote them.
            assert_eq!(answer["data"][0]["embedding"].as_str().unwrap().len(), 8_192);
            if let Some(tokens) = tokens {
                assert_eq!(reply.usage_cost(), Some(&*usd(tokens * RATE)), "{input}");
            }
        }
    }
    assert!(setup.seen().await.target.starts_with("/openai/v1/embeddings"));
}

/// Azure's portal shows the URL of a deployment with the path of its API.
#[tokio::test]
async fn a_url_as_the_portal_shows_it_is_understood() {
    let azure = azure().await;
    let base =
        format!("{}/openai/deployments/{SMALL}/embeddings?api-version=2023-05-15", azure.url());
    let setup = Setup::of(azure, &entry("own", "azure_ai/text-embedding-3-small", &base), "").await;
    let reply = embed(&setup, &json!({"model": "own", "input": "a"})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(
        setup.seen().await.target,
        format!("/openai/deployments/{SMALL}/embeddings?api-version=2023-05-15")
    );
}

#[tokio::test]
async fn a_router_is_refused_before_anything_is_sent() {
    let setup = setup().await;
    let reply = embed(&setup, &json!({"model": GROUP, "input": "a"})).await;
    insta::assert_snapshot!(format!("{} {}", reply.status, reply.text()), @r#"400 {"error":{"message":"the model `azure-model-router` is a router, and no router answers with a list of embeddings; add a deployment of a model that does, such as `azure_ai/text-embedding-3-small`, under a name of its own, and request that name","type":"invalid_request_error","param":"model","code":"router_not_supported"}}"#);
    assert_eq!(setup.azure.count(), 0);
    // In a group with others, those answer, and only they count for the worst case.
    let tight = key(&setup, json!({"max_budget": 0.000_000_2})).await;
    let bearer = format!("Bearer {tight}");
    for _ in 0..2 {
        let body = json!({"model": "mixed", "input": [1, 2, 3, 4, 5]}).to_string();
        let reply = setup.post(EMBEDDINGS, &[("authorization", &bearer)], body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(setup.seen().await.asked.as_deref(), Some(SMALL));
    }
}

#[tokio::test]
async fn a_strict_budget_reserves_the_tokens_and_no_answer() {
    let setup = setup().await;
    // 100 tokens, and not one more.
    let exact = key(&setup, json!({"max_budget": 0.000_002})).await;
    let bearer = format!("Bearer {exact}");
    let tokens = |count: usize| embedding(json!([vec![7; count / 2], vec![7; count / 2]]));
    let ask = async |body: &Value| {
        setup.post(EMBEDDINGS, &[("authorization", &bearer)], body.to_string()).await
    };
    let refused = ask(&tokens(102)).await;
    assert_eq!(refused.status, 429);
    insta::assert_snapshot!(error_of(&refused), @"the budget of this key is too small for this request: $0 of $0.000002 are spent, $0 are reserved for requests in flight, and this one can cost up to $0.00000204, which is reserved before it is sent; it does not reset. Its prompt alone does not fit. A budget with `budget_mode: soft` reserves nothing");
    assert_eq!(setup.azure.count(), 0);
    let reply = ask(&tokens(100)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("x-fareway-max-output"), None);
    assert_eq!(ask(&tokens(2)).await.status, 429);
    // The bytes of a text bound it too high; counting it shows that it fits.
    let words = key(&setup, json!({"max_budget": 0.000_05})).await;
    let bearer = format!("Bearer {words}");
    let body = embedding("wonderful ".repeat(1_000).into()).to_string();
    let reply = setup.post(EMBEDDINGS, &[("authorization", &bearer)], body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn an_answer_without_usage_is_estimated_and_tokens_are_exact_also_then() {
    let setup = setup().await;
    setup.set("no-usage");
    let reply = embed(&setup, &embedding(json!([[1, 2, 3], [4]]))).await;
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(
        (&receipt["cost"]["status"], &receipt["cost"]["total"]),
        (&json!("estimated"), &json!(usd(4 * RATE)))
    );
    setup.set("contradiction");
    let reply = embed(&setup, &embedding(json!("Hello"))).await;
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(
        (&receipt["cost"]["status"], &receipt["cost"]["total"]),
        (&json!("estimated"), &json!(usd(RATE)))
    );
    assert_eq!(receipt["usage_contradictory"], json!({"prompt_tokens": 1, "total_tokens": 0}));
}

#[tokio::test]
async fn each_name_that_azure_answers_with_is_priced() {
    let setup = setup().await;
    for (served, status) in [
        ("text-embedding-ada-002", "exact"),
        ("text-embedding-ada-002-v2", "exact"),
        ("text-embedding-ada-002-2024-01-25", "inferred"),
        ("Text-Embedding-Ada-002", "exact"),
    ] {
        setup.set(&format!("served={served}"));
        let reply = embed(&setup, &json!({"model": "ada", "input": [1, 2]})).await;
        assert_eq!(reply.usage_cost(), Some("0.0000002"), "{served}");
        assert_eq!(reply.cost_details()["status"], status, "{served}");
    }
    setup.set("unknown-model=text-embedding-4");
    let reply = embed(&setup, &json!({"model": "ada", "input": [1, 2]})).await;
    assert_eq!(reply.usage_cost(), Some("null"));
}

#[tokio::test]
async fn the_body_of_another_api_names_its_path() {
    let setup = setup().await;
    let chat = json!({"model": SMALL, "messages": [], "temperature": 1});
    let reply = embed(&setup, &chat).await;
    insta::assert_snapshot!(format!("{} {}", reply.status, reply.text()), @r#"400 {"error":{"message":"missing required parameter: `input`; this is the body of `POST /v1/chat/completions` or `POST /v1/messages`","type":"invalid_request_error","param":"input","code":"missing_required_parameter"}}"#);
    let body = json!({"model": GROUP, "input": "a", "encoding_format": "float"});
    let reply = setup.chat(&body).await;
    insta::assert_snapshot!(format!("{} {}", reply.status, reply.text()), @r#"400 {"error":{"message":"missing required parameter: `messages`; this is the body of `POST /v1/embeddings`","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}}"#);
    assert_eq!(setup.azure.count(), 0);
}

/// The API has no `stream`: the deployment says so, or ignores it.
#[tokio::test]
async fn a_stream_is_for_the_deployment_to_refuse() {
    let setup = setup().await;
    let mut body = embedding(json!([1]));
    body["stream"] = true.into();
    let reply = embed(&setup, &body).await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.usage_cost(), Some(&*usd(RATE)));
    setup.set("strict-parameters");
    let reply = embed(&setup, &body).await;
    assert_eq!(reply.status, 400);
    assert!(error_of(&reply).contains("'stream'"), "{}", reply.text());
}

#[tokio::test]
async fn labels_are_for_the_ledger_alone() {
    let setup = setup().await;
    let mut body = embedding(json!([1]));
    body["metadata"] = json!({"job": "nightly"});
    body["tags"] = json!(["rag"]);
    let reply = embed(&setup, &body).await;
    assert_eq!(reply.status, 200);
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert_eq!(sent, embedding(json!([1])));
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["who"]["tags"], json!(["rag"]));
    assert_eq!(receipt["who"]["metadata"], json!({"job": "nightly"}));
}

#[tokio::test]
async fn another_deployment_takes_over() {
    let azure = azure().await;
    let closed = harness::gateway::azure().await;
    let nowhere = closed.openai_v1();
    closed.shutdown().await;
    let model = "azure_ai/text-embedding-3-small";
    let entries = [entry(SMALL, model, &nowhere), entry(SMALL, model, &azure.openai_v1())];
    let setup = Setup::of(azure, &entries.concat(), "").await;
    for _ in 0..3 {
        assert_eq!(embed(&setup, &embedding(json!("a"))).await.status, 200);
    }
}

#[tokio::test]
async fn refusals_and_broken_answers_are_no_vectors() {
    let setup = setup().await;
    setup.set("rate-limited");
    let reply = embed(&setup, &embedding(json!("a"))).await;
    assert_eq!(reply.status, 429);
    assert!(error_of(&reply).contains("Embeddings_Create"), "{}", reply.text());
    setup.set("garbage");
    assert_eq!(embed(&setup, &embedding(json!("a"))).await.status, 502);
    setup.set("cut");
    assert_eq!(embed(&setup, &embedding(json!("a"))).await.status, 502);
}

#[tokio::test]
async fn litellms_pages_know_the_mode() {
    let setup = setup().await;
    let modes = async |path: &str, of: &str| -> Vec<Value> {
        let models = setup.get(path).await.json()["data"].clone();
        models.as_array().unwrap().iter().map(|one| one.pointer(of).unwrap().clone()).collect()
    };
    let info = modes("/model/info", "/model_info/mode").await;
    assert_eq!(info, ["embedding", "chat", "embedding", "chat", "embedding"]);
    let groups = modes("/model_group/info", "/mode").await;
    assert_eq!(groups, ["embedding", "chat", "embedding", "chat"]);
}

#[tokio::test]
async fn a_connection_is_tested_with_an_embedding() {
    let setup = setup().await;
    let params = json!({
        "model": "azure_ai/text-embedding-3-small", "api_base": setup.azure.openai_v1(),
        "api_key": AZURE_KEY,
    });
    for mode in [json!(null), json!("embedding")] {
        let test = json!({"mode": mode, "litellm_params": params});
        let tested = manage(&setup, "/health/test_connection", test).await;
        assert_eq!(tested["status"], "success", "{tested}");
        assert_eq!(tested["result"]["cost"]["status"], "exact");
        let curl = tested["result"]["curl"].as_str().unwrap().replace(&setup.azure.url(), "AZURE");
        insta::allow_duplicates!(insta::assert_snapshot!(curl, @r#"
        curl -X POST 'AZURE/openai/v1/embeddings' \
          -H 'content-type: application/json' \
          -H "api-key: $AZURE_API_KEY" \
          -d '{"input":"test","model":"text-embedding-3-small"}'
        "#));
    }
    let test = json!({"mode": "chat", "litellm_params": params});
    let tested = manage(&setup, "/health/test_connection", test).await;
    assert_eq!(tested["result"]["error_code"], "OperationNotSupported", "{tested}");
    let test = json!({"mode": "image", "litellm_params": params}).to_string();
    let reply = setup.post("/health/test_connection", &[("x-api-key", KEY)], test).await;
    assert!(reply.text().contains("`embedding`"), "{}", reply.text());
}

#[tokio::test]
async fn an_entry_has_its_api() {
    let setup = setup().await;
    let chat = setup.chat(&harness::gateway::asking("Hi")).await.id().to_owned();
    let vectors = embed(&setup, &embedding(json!("Hi"))).await.id().to_owned();
    for (id, api, call) in [(&chat, "chat", "acompletion"), (&vectors, "embeddings", "aembedding")]
    {
        assert_eq!(setup.receipt(id).await["api"], api);
        let log = setup.get(&format!("/spend/logs?request_id={id}")).await.json();
        assert_eq!(log[0]["call_type"], call, "{log}");
        let list = setup.get(&format!("/fareway/v1/requests?api={api}")).await.json();
        let ids: Vec<_> =
            list["requests"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [&json!(id)], "{list}");
        assert_eq!(list["requests"][0]["api"], api);
        let table = setup.get(&format!("/fareway/v1/requests.csv?api={api}")).await;
        let lines: Vec<&str> = table.text().lines().collect();
        assert!(lines[0].ends_with(",api") && lines[1].ends_with(&format!(",{api}")), "{lines:?}");
        assert_eq!(lines.len(), 2);
    }
}
