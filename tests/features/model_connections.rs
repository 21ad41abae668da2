//! Connections are tested by a request that is billed and recorded.

use harness::{
    gateway::{AZURE_KEY, Setup},
    keys::{key, manage},
    prices::{expected, usd},
};
use serde_json::json;

use crate::models::{params, smart, summary};

#[tokio::test]
async fn a_connection_is_tested_by_a_recorded_request() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    let test = json!({"mode": "chat", "litellm_params": params(&setup.azure)});
    let tested = manage(&setup, "/health/test_connection", test).await;
    assert_eq!(tested["status"], "success", "{tested}");
    let result = &tested["result"];
    assert_eq!(result["served"], "gpt-5-nano-2025-08-07");
    let total = expected("gpt-5-nano-2025-08-07", &result["usage"]).total();
    assert_eq!(result["cost"]["total"], usd(total));
    assert_eq!(result["cost"]["status"], "exact");
    assert!(!tested.to_string().contains(AZURE_KEY));
    let curl = result["curl"].as_str().unwrap().replace(&setup.azure.url(), "AZURE");
    insta::assert_snapshot!(curl, @r#"
    curl -X POST 'AZURE/openai/v1/chat/completions' \
      -H 'content-type: application/json' \
      -H "api-key: $AZURE_API_KEY" \
      -d '{"max_completion_tokens":16,"messages":[{"content":"test","role":"user"}],"model":"azure-model-router"}'
    "#);
    let entry = setup.receipt(result["request_id"].as_str().unwrap()).await;
    assert_eq!(entry["who"]["tags"], json!(["fareway:test-connection"]));
    assert_eq!(entry["cost"]["total"], usd(total));
    assert_eq!(entry["asked"], "azure_ai/azure-model-router");
    assert_eq!(setup.azure.count(), 1);

    // A model that exists already, by its id; also one that is blocked.
    let mut blocked = smart(&setup.azure);
    blocked["blocked"] = true.into();
    manage(&setup, "/model/new", blocked).await;
    let info = setup.get("/model/info").await.json();
    let fixed = info["data"][0]["model_info"]["id"].clone();
    for id in [json!("m1"), fixed] {
        let by_id = json!({"litellm_params": {}, "model_info": {"id": id}});
        let tested = manage(&setup, "/health/test_connection", by_id).await;
        assert_eq!(tested["status"], "success", "{tested}");
    }
    assert_eq!(setup.azure.count(), 3);
    // An admin's key pays like any other.
    let admin = key(&setup, json!({"admin": true, "max_budget": 0.000000000001})).await;
    let bearer = format!("Bearer {admin}");
    let by_id = json!({"model_info": {"id": "m1"}}).to_string();
    let reply = setup.post("/health/test_connection", &[("authorization", &bearer)], by_id).await;
    assert!(summary(&reply).starts_with("429 budget_exceeded"), "{}", reply.text());
}

#[tokio::test]
async fn a_test_that_fails_says_what_to_do() {
    let setup = Setup::new().await;
    let azure = &setup.azure;
    let url = azure.url();
    let deployments =
        format!("{url}/openai/deployments/nobody/chat/completions?api-version=2024-10-21");
    let nowhere = harness::gateway::azure().await;
    let closed = nowhere.openai_v1();
    nowhere.shutdown().await;
    let cases = [
        ("wrong key", "normal", "api_key", "another-key"),
        ("no such deployment", "normal", "model", "azure_ai/model_router/nobody"),
        ("no such deployment in the URL", "normal", "api_base", &deployments),
        ("nobody listens", "normal", "api_base", &closed),
        ("quota", "rate-limited=7", "api_version", "v1"),
        ("role", "permission-denied", "api_version", "v1"),
        ("trouble", "unavailable-html", "api_version", "v1"),
        ("garbage", "garbage", "api_version", "v1"),
        ("hung up", "no-answer", "api_version", "v1"),
    ];
    let mut all = Vec::new();
    for (name, scenario, key, value) in cases {
        setup.set(scenario);
        let mut test = json!({"litellm_params": params(azure)});
        test["litellm_params"][key] = value.into();
        let tested = manage(&setup, "/health/test_connection", test).await;
        assert_eq!(tested["status"], "error", "{name}: {tested}");
        let result = &tested["result"];
        assert!(
            !tested.to_string().contains(AZURE_KEY) && !tested.to_string().contains("another-key")
        );
        let entry = setup.receipt(result["request_id"].as_str().unwrap()).await;
        assert_ne!(entry["outcome"]["kind"], "completed");
        let text = |name: &str| result[name].as_str().unwrap_or("-").to_owned();
        all.push(format!(
            "{name}: {} {}: {} => {}",
            result["http_status"],
            text("error_code"),
            text("error")
                .replace(&url, "AZURE")
                .replace(closed.trim_end_matches("/openai/v1/"), "CLOSED"),
            text("advice")
        ));
    }
    insta::assert_snapshot!(all.join("\n"), @r"
    wrong key: 401 401: Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource. => check that the key is one of the resource that `api_base` names, and that neither was renewed since
    no such deployment: 404 DeploymentNotFound: The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again. => there is no deployment `nobody` at this endpoint: check the name behind `azure_ai/`, or in the URL; a new one needs a few minutes to work
    no such deployment in the URL: 404 DeploymentNotFound: The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again. => there is no deployment `nobody` at this endpoint: check the name behind `azure_ai/`, or in the URL; a new one needs a few minutes to work
    nobody listens: null upstream_unreachable: could not connect to CLOSED: tcp connect error: Connection refused (os error 111) => check the host in `api_base`, and whether this machine may reach it: DNS, firewall, private endpoint
    quota: 429 429: Your requests to gpt-5-nano for azure-model-router in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version v1. Please retry after 7 seconds. => the connection works, but the deployment's quota is used up for now; try again later, or raise its quota
    role: 401 PermissionDenied: The principal `<guid>` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation. => give the identity the role `Cognitive Services User` (or `Azure AI User`) on the resource; it needs a few minutes to take effect
    trouble: 503 -: <html> <head><title>503 Service Temporarily Unavailable</title></head> <body> <center><h1>503 Service Temporarily Unavailable</h1></center> </body> </html> => Azure has trouble of its own; try again
    garbage: null upstream_bad_answer: it answered with something that is not JSON => what answers there does not send a chat completion; check `api_base`
    hung up: null upstream_interrupted: the connection to the upstream broke: connection closed before message completed => try again
    ");
}
