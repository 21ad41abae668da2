//! OpenAI and compatible servers beside Azure: requests, costs, quirks of servers, and what the pages
//! show of them.

use azure_emulator::Auth;
use harness::{
    gateway::{AZURE_KEY, Setup, azure},
    keys::{ask, key, manage},
    scripted::{Script, Scripted},
};
use serde_json::{Value, json};

/// Sells a prompt token for a microdollar, and one of an answer for two.
const PRICES: &str = "    model_info:\n      input_cost_per_token: 0.000001\n      \
                      output_cost_per_token: 0.000002\n";

fn entry(model: &str, api_base: &str, rest: &str) -> String {
    format!(
        "  - model_name: own\n    litellm_params:\n      model: {model}\n      api_base: {api_base}\n{rest}"
    )
}

fn with_key(prices: &str) -> String {
    format!("      api_key: os.environ/AZURE_KEY\n{prices}")
}

fn asking() -> Value {
    json!({"model": "own", "messages": [{"role": "user", "content": "hi"}]})
}

/// One server of the emulator's, as `openai/gpt-5-mini`.
async fn setup() -> Setup {
    let azure = azure().await;
    let entry = entry("openai/gpt-5-mini", &azure.openai_v1(), &with_key(PRICES));
    Setup::of(azure, &entry, "").await
}

/// The cost of a usage at [`PRICES`], in dollars.
fn cost_of(usage: &Value) -> String {
    let tokens = |key: &str| usage[key].as_u64().unwrap();
    let micros = tokens("prompt_tokens") + 2 * tokens("completion_tokens");
    format!("0.{micros:06}").trim_end_matches('0').to_owned()
}

#[track_caller]
fn costs(receipt: &Value, usage: &Value) {
    let cost = &receipt["cost"];
    assert_eq!((&cost["status"], &cost["total"]), (&json!("exact"), &json!(cost_of(usage))));
    assert_eq!((&receipt["sku"], &receipt["routed"]), (&json!("external"), &json!(false)));
}

#[tokio::test]
async fn whole_answers_are_priced_as_the_operator_says() {
    let setup = setup().await;
    let reply = setup.chat(&asking()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let usage = reply.json()["usage"].clone();
    costs(&setup.receipt(reply.id()).await, &usage);
    assert_eq!(reply.header("x-fareway-routing-fee-usd"), Some("0"));
    assert_eq!(reply.header("x-litellm-model-name"), Some("openai/gpt-5-mini"));
    assert_eq!(reply.header("apim-request-id"), None);
    assert_eq!(setup.seen().await.auth, Auth::BearerKey);
}

#[tokio::test]
async fn a_stream_reports_its_usage_also_where_nobody_asked() {
    let setup = setup().await;
    let mut body = asking();
    body["stream"] = true.into();
    let reply = setup.chat(&body).await;
    assert!(reply.is_done() && !reply.text().contains("prompt_tokens"), "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    costs(&receipt, &receipt["usage"]);
    assert_eq!(receipt["usage_source"], "reported");
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert_eq!(sent["stream_options"], json!({"include_usage": true}));
}

/// The published prices are Azure's: without a price of the operator's there is none.
#[tokio::test]
async fn without_a_price_there_is_none() {
    let setup = Setup::new().await;
    let model = json!({"model_name": "own", "litellm_params": {"model": "hosted_vllm/gpt-5-mini",
        "api_base": setup.azure.openai_v1(), "api_key": AZURE_KEY}});
    manage(&setup, "/model/new", model).await;
    let reply = setup.chat(&asking()).await;
    assert_eq!(reply.header("x-fareway-cost-status"), Some("unpriced"), "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["total"], Value::Null);
    let shown = setup.get("/model/info").await.json();
    let shown = shown["data"].as_array().unwrap().iter().find(|one| one["model_name"] == "own");
    let info = &shown.unwrap()["model_info"];
    let said =
        ["litellm_provider", "deployment_type", "input_cost_per_token"].map(|key| &info[key]);
    assert_eq!(said, [&json!("hosted_vllm"), &json!("external"), &Value::Null]);
    assert!(!shown.unwrap().to_string().contains(AZURE_KEY));
    let strict = key(&setup, json!({"max_budget": 1})).await;
    let refused = ask(&setup, &strict, &asking()).await;
    assert_eq!(refused.json()["error"]["code"], "cost_unbounded", "{}", refused.text());
}

#[tokio::test]
async fn a_price_file_prices_what_is_not_on_azure() {
    let folder = tempfile::tempdir().unwrap();
    let rates = json!({"input": "1", "cached_input": null, "cache_write": null, "output": "2"});
    let price = json!({"for": {"deployment": "external", "service_tier": "standard"},
        "from": "2020-01-01", "until": null,
        "tiers": [{"prompt_tokens_over": 0, "rates": rates}]});
    let file = json!({"format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": [{"id": "gpt-5-mini", "prices": [price]}]});
    let path = folder.path().join("own.json");
    std::fs::write(&path, file.to_string()).unwrap();
    let azure = azure().await;
    let entry = entry("openai/gpt-5-mini", &azure.openai_v1(), &with_key(""));
    let setup =
        Setup::of(azure, &entry, &format!("pricing:\n  overlay: {}\n", path.display())).await;
    let reply = setup.chat(&asking()).await;
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["total"], cost_of(&reply.json()["usage"]), "{receipt}");
}

/// Things that self-hosted servers send and Azure does not: reasoning under another name, an empty reason
/// with each event, and a usage that grows with the answer.
fn quirky() -> Script {
    let event = |delta: &str, reason: &str, output: u64| {
        let total = 11 + output;
        format!(
            r#"{{"id":"chatcmpl-7","object":"chat.completion.chunk","created":1,"model":"qwen3:8b","system_fingerprint":"fp_ollama","choices":[{{"index":0,"delta":{delta},"finish_reason":{reason}}}],"usage":{{"prompt_tokens":11,"completion_tokens":{output},"total_tokens":{total}}}}}"#
        )
    };
    let all = [
        event(r#"{"role":"assistant","content":"","reasoning":"Hm"}"#, r#""""#, 1),
        event(r#"{"role":"assistant","content":"","reasoning":"m."}"#, r#""""#, 2),
        event(r#"{"role":"assistant","content":"Hi"}"#, r#""""#, 3),
        event(r#"{"role":"assistant","content":""}"#, r#""stop""#, 4),
    ];
    Script::events().all(all.iter().map(String::as_str)).done().end()
}

async fn of_scripts(scripts: Vec<Script>) -> (Setup, Scripted) {
    let server = Scripted::start(scripts).await;
    let entry = entry("openai/qwen3:8b", &server.openai_v1(), PRICES);
    (Setup::of(azure().await, &entry, "").await, server)
}

#[tokio::test]
async fn quirks_of_other_servers_change_no_byte_and_no_cost() {
    let (setup, server) = of_scripts(vec![quirky()]).await;
    let mut body = asking();
    body["stream"] = true.into();
    body["stream_options"] = json!({"include_usage": true});
    let reply = setup.chat(&body).await;
    assert!(reply.is_done(), "{}", reply.text());
    let texts = reply.data();
    let deltas: Vec<_> = texts.iter().map(|event| event["choices"][0]["delta"].clone()).collect();
    assert_eq!(deltas[0]["reasoning"], "Hm");
    assert_eq!((deltas.len(), &deltas[2]["content"]), (4, &json!("Hi")));
    assert_eq!(texts[0]["choices"][0]["finish_reason"], "");
    let receipt = setup.receipt(reply.id()).await;
    let usage = json!({"prompt_tokens": 11, "completion_tokens": 4});
    costs(&receipt, &usage);
    assert_eq!(receipt["outcome"]["kind"], "completed");
    assert_eq!(receipt["served"], "qwen3:8b");
    // It was sent no credential.
    assert!(!server.seen().await.head.to_lowercase().contains("authorization"));
}

#[tokio::test]
async fn a_stream_that_ends_without_done_and_reason_is_incomplete() {
    let cut = r#"{"id":"c","model":"qwen3:8b","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":""}]}"#;
    let (setup, _server) = of_scripts(vec![Script::events().data(cut).end()]).await;
    let mut body = asking();
    body["stream"] = true.into();
    let reply = setup.chat(&body).await;
    assert_eq!(reply.error_event().unwrap()["code"], "upstream_interrupted");
    assert_eq!(setup.receipt(reply.id()).await["cost"]["status"], "estimated");
}

#[tokio::test]
async fn models_that_are_added_go_to_allowed_addresses_only() {
    let setup = Setup::with("upstreams:\n  allowed_hosts: [gpu.example.com]\n").await;
    let add = async |model: &str, api_base: &str, rest: Value| {
        let mut params = json!({"model": model, "api_base": api_base});
        params.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let body = json!({"model_name": "own", "litellm_params": params});
        let reply = setup.post("/model/new", &[], body.to_string()).await;
        let message = reply.json()["error"]["message"].as_str().unwrap_or("taken").to_owned();
        format!("{} {message}", reply.status)
    };
    let told = [
        add("hosted_vllm/x", "http://127.0.0.1:8000/v1", json!({})).await,
        add("hosted_vllm/x", "http://gpu.example.com:8000/v1", json!({})).await,
        add("hosted_vllm/x", "http://gpu.example.com:8000/v1", json!({"allow_http": true})).await,
        add("hosted_vllm/x", "", json!({})).await,
        add("openai/x", "", json!({})).await,
        add("openai/x", "https://h.example.com/v1?key=word", json!({"api_key": "k"})).await,
        add("bedrock/x", "https://h.example.com", json!({"api_key": "k"})).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    400 `litellm_params.api_base`: `127.0.0.1` is the gateway's own machine: requests of models that are added by API may not go there; add the host to `upstreams.allowed_hosts` of the gateway's configuration, or write the model into its configuration file
    400 `litellm_params.api_base`: `http://gpu.example.com:8000` would carry prompts and the key unencrypted; write `https://gpu.example.com:8000`, or set `allow_http: true`
    200 taken
    400 `litellm_params.api_base`: `api_base` is missing; write the server's address, such as `http://127.0.0.1:8000/v1`
    400 `litellm_params`: OpenAI requires a key; add `api_key`
    400 `litellm_params.api_base`: `api_base` has a `?` or `#` in it; write the URL without what follows it
    400 `litellm_params.model`: expected a model such as `azure_ai/<deployment>`, `azure/<deployment>`, `openai/<model>` or `hosted_vllm/<model>`, found `bedrock/x`
    ");
}

#[tokio::test]
async fn a_test_of_the_connection_says_what_is_wrong() {
    let setup = Setup::new().await;
    let test = async |model: &str, key: &str| {
        let params = json!({"model": model, "api_base": setup.azure.openai_v1(), "api_key": key});
        manage(&setup, "/health/test_connection", json!({"litellm_params": params})).await
    };
    let good = test("openai/gpt-5-mini", AZURE_KEY).await;
    assert_eq!(good["status"], "success", "{good}");
    assert_eq!(good["result"]["cost"]["status"], "unpriced");
    let curl = good["result"]["curl"].as_str().unwrap();
    assert!(curl.contains("authorization: Bearer $OPENAI_API_KEY"), "{curl}");
    let wrong = test("openai/gpt-5-mini", "wrong").await;
    assert_eq!((&wrong["status"], &wrong["result"]["http_status"]), (&json!("error"), &json!(401)));
    let advice = "check `api_key`: it must be a key of the server that `api_base` names";
    assert_eq!(wrong["result"]["advice"], advice);
}

#[tokio::test]
async fn the_pages_show_them_as_they_are() {
    let setup = setup().await;
    let typed = async |body: Value| {
        let reply = setup.post("/ui/api/endpoint", &[], body.to_string()).await;
        let told = reply.json();
        ["url", "form", "deployment", "model_error", "api_base_error"]
            .map(|key| told[key].as_str().unwrap_or("-").to_owned())
            .join(" · ")
    };
    let told = [
        typed(json!({"model": "openai/gpt-5-mini"})).await,
        typed(json!({"model": "openai/model-router", "api_base": "https://h.example.com"})).await,
        typed(json!({"model": "hosted_vllm/a/b"})).await,
        typed(json!({"model": "hosted_vllm/a/b", "api_base": "http://127.0.0.1:8000"})).await,
        typed(json!({"model": "bedrock/x"})).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    https://api.openai.com/v1/chat/completions · /chat/completions · gpt-5-mini · - · -
    https://h.example.com/v1/chat/completions · /chat/completions · model-router · - · -
    - · - · a/b · - · `api_base` is missing; write the server's address, such as `http://127.0.0.1:8000/v1`
    http://127.0.0.1:8000/v1/chat/completions · /chat/completions · a/b · - · -
    - · - · - · expected a model such as `azure_ai/<deployment>`, `azure/<deployment>`, `openai/<model>` or `hosted_vllm/<model>`, found `bedrock/x` · -
    ");
    let listed = setup.get("/v1/models/own").await.json();
    assert_eq!(listed["owned_by"], "openai");
}
