//! `fareway models` against canned answers of a gateway.

use insta::assert_snapshot;
use mockito::{Matcher, Server, ServerGuard};
use serde_json::{Value, json};

use crate::run::{Run, fareway};

const AZURE_KEY: &str = "azure-key-that-nobody-may-see-9d27";
const ADD: &str = "models add azure-model-router --deployment azure_ai/model-router --api-base \
                   https://x.services.ai.azure.com/openai/v1/";

fn ask(gateway: &ServerGuard, arguments: &str) -> Run {
    fareway(arguments).env("FAREWAY_GATEWAY", &gateway.url()).env("FAREWAY_API_KEY", "sk-a-key")
}

fn model(group: &str, id: &str, added: bool, error: Value) -> Value {
    json!({
        "model_name": group,
        "litellm_params": {"model": "azure_ai/model-router", "api_base": "https://x.azure.com/"},
        "model_info": {"id": id, "db_model": added, "router": true, "zone": null, "region": null,
            "deployment_type": "global_standard", "url": "https://x.azure.com/chat", "error": error,
            "blocked": false, "routing_fee_per_token": 0.00000014},
    })
}

/// A gateway with three deployments.
fn gateway() -> ServerGuard {
    let mut gateway = Server::new();
    let list = json!({"data": [
        model("azure-model-router", "m-1", false, Value::Null),
        model("azure-model-router", "m-2", true, Value::Null),
        model("spare", "m-3", true, "the credential cannot be\nread".into()),
    ]});
    gateway.mock("GET", "/model/info").with_body(list.to_string()).create();
    gateway
}

/// A page that takes just this.
fn taking(gateway: &mut ServerGuard, path: &str, body: Value, answer: &Value) {
    gateway
        .mock("POST", path)
        .match_body(Matcher::Json(body))
        .with_body(answer.to_string())
        .create();
}

#[test]
fn deployments_are_listed() {
    let gateway = gateway();
    assert_snapshot!(ask(&gateway, "models list").run(), @r"
    --- out
    group               deployment             id   router  sold as          added  url                       error
    azure-model-router  azure_ai/model-router  m-1  true    global_standard  false  https://x.azure.com/chat  -
    azure-model-router  azure_ai/model-router  m-2  true    global_standard  true   https://x.azure.com/chat  -
    spare               azure_ai/model-router  m-3  true    global_standard  true   https://x.azure.com/chat  the credential cannot be\nread

    --- exit 0
    ");
    assert_snapshot!(ask(&gateway, "models list --csv").run(), @r#"
    --- out
    model_name,litellm_params_model,litellm_params_api_base,model_info_id,model_info_db_model,model_info_router,model_info_deployment_type,model_info_zone,model_info_region,model_info_url,model_info_blocked,model_info_error
    azure-model-router,azure_ai/model-router,https://x.azure.com/,m-1,false,true,global_standard,,,https://x.azure.com/chat,false,
    azure-model-router,azure_ai/model-router,https://x.azure.com/,m-2,true,true,global_standard,,,https://x.azure.com/chat,false,
    spare,azure_ai/model-router,https://x.azure.com/,m-3,true,true,global_standard,,,https://x.azure.com/chat,false,"the credential cannot be
    read"

    --- exit 0
    "#);
    let json: Value = serde_json::from_str(&ask(&gateway, "models list --json").run().out).unwrap();
    assert_eq!(json["data"].as_array().map(Vec::len), Some(3));
}

#[test]
fn azures_key_comes_from_a_variable_or_from_standard_input() {
    let mut gateway = gateway();
    let params = json!({"model": "azure_ai/model-router", "api_key": AZURE_KEY,
        "api_base": "https://x.services.ai.azure.com/openai/v1/",
        "deployment_type": "data_zone_standard", "zone": "eu"});
    let body = json!({"model_name": "azure-model-router", "litellm_params": params,
        "model_info": {"router": true}});
    let row = json!({"model_id": "m-4", "model_name": "azure-model-router",
        "warnings": ["the region is not told"]});
    taking(&mut gateway, "/model/new", body, &row);
    let add = format!("{ADD} --deployment-type data_zone_standard --zone eu --router true");
    let ran = ask(&gateway, &format!("{add} --api-key-env THE_KEY")).env("THE_KEY", AZURE_KEY);
    assert_snapshot!(ran.run(), @r"
    --- err
    warning: the region is not told
    The deployment m-4 serves azure-model-router from now on.
    `fareway models test m-4` sends it a small request.

    --- exit 0
    ");
    let ran = ask(&gateway, &format!("{add} --json")).with_input(&format!("{AZURE_KEY}\n"));
    assert_eq!((ran.code, ran.out), (0, format!("{row}\n")));
}

#[test]
fn nothing_is_sent_without_a_key_or_with_half_a_description() {
    let gateway = gateway();
    assert_snapshot!(ask(&gateway, ADD).run(), @r"
    --- err
    error: expected Azure's key on standard input, found nothing
      Name the variable that holds it with --api-key-env, or write `< FILE`.

    --- exit 2
    ");
    assert_snapshot!(ask(&gateway, &format!("{ADD} --api-key-env {AZURE_KEY}")).run(), @r"
    --- err
    error: the variable that --api-key-env names is not set

    --- exit 2
    ");
    assert_snapshot!(ask(&gateway, "models add group --deployment azure_ai/x").run(), @r"
    --- err
    error: a deployment needs --deployment and --api-base

    --- exit 2
    ");
    assert_snapshot!(ask(&gateway, &format!("{ADD} --deployment-type data_zone_standard")).run(), @r"
    --- err
    error: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
      Set it with --deployment-type, --zone and --region.

    --- exit 2
    ");
    assert_snapshot!(ask(&gateway, "models test").run(), @r"
    --- err
    error: no deployment to test was named
      Name one that `fareway models list` shows, or describe one with --deployment and --api-base.

    --- exit 2
    ");
}

#[test]
fn a_test_shows_who_answered_or_what_to_do() {
    let mut gateway = gateway();
    let good = json!({"status": "success", "result": {"served": "gpt-5-nano", "latency_ms": 321,
        "cost": {"status": "exact", "total": "0.000001120001"}, "request_id": "r-1",
        "url": "https://x.azure.com/chat", "warnings": []}});
    let bad = json!({"status": "error", "result": {"error": "Access denied", "http_status": 401,
        "error_code": "401", "advice": "check the key", "url": "https://x.azure.com/chat",
        "warnings": []}});
    for (id, answer) in [("m-1", &good), ("m-2", &bad), ("m-3", &good)] {
        let body = json!({"model_info": {"id": id}});
        taking(&mut gateway, "/health/test_connection", body, answer);
    }
    assert_snapshot!(ask(&gateway, "models test spare").run(), @r"
    --- out
    deployment   m-3
    answers      yes
    served       gpt-5-nano
    after        321 ms
    cost         $0.000001120001
    cost status  exact
    request      r-1
    url          https://x.azure.com/chat

    --- exit 0
    ");
    assert_snapshot!(ask(&gateway, "models test azure-model-router").run(), @r"
    --- out
    deployment   m-1
    answers      yes
    served       gpt-5-nano
    after        321 ms
    cost         $0.000001120001
    cost status  exact
    request      r-1
    url          https://x.azure.com/chat

    deployment  m-2
    answers     no
    url         https://x.azure.com/chat

    --- err
    error: `m-2` does not answer: 401 Access denied
      check the key

    --- exit 1
    ");
    let ran = ask(&gateway, "models test m-2 --json").run();
    assert_eq!((ran.code, ran.out), (1, format!("{bad}\n")));
    let params = json!({"model": "azure_ai/new", "api_base": "https://new", "api_key": AZURE_KEY});
    taking(&mut gateway, "/health/test_connection", json!({"litellm_params": params}), &good);
    let ran = ask(&gateway, "models test --deployment azure_ai/new --api-base https://new");
    assert_eq!(ran.with_input(AZURE_KEY).code, 0);
}

#[test]
fn one_deployment_is_removed_and_only_one_that_was_added() {
    let mut gateway = gateway();
    let deleted = json!({"message": "Model: m-3 deleted successfully"});
    taking(&mut gateway, "/model/delete", json!({"id": "m-3"}), &deleted);
    assert_snapshot!(ask(&gateway, "models remove spare").run(), @r"
    --- err
    Model: m-3 deleted successfully

    --- exit 0
    ");
    assert_snapshot!(ask(&gateway, "models remove azure-model-router").run(), @r"
    --- err
    error: the group `azure-model-router` has 2 deployments
      Name one of them by its id: m-1, m-2

    --- exit 2
    ");
    assert_snapshot!(ask(&gateway, "models remove m-1").run(), @r"
    --- err
    error: `m-1` is in the gateway's configuration
      Remove it from the file, and start the gateway again.

    --- exit 1
    ");
    assert_snapshot!(ask(&gateway, "models remove m-9").run(), @r"
    --- err
    error: no deployment has the id or the group `m-9`
      `fareway models list` shows the deployments.

    --- exit 1
    ");
}

#[test]
fn a_widened_pool_is_narrowed_again() {
    let mut gateway = gateway();
    let narrowed =
        json!({"id": "m-3", "router_models": ["openai/*", "!gpt-4o"], "audit_id": "audit-1"});
    taking(&mut gateway, "/fareway/v1/deployments/m-3/narrow", json!({}), &narrowed);
    assert_snapshot!(ask(&gateway, "models narrow spare").run(), @r"
    --- err
    The router m-3 counts with openai/*, !gpt-4o from now on.
    The audit entry is audit-1.

    --- exit 0
    ");
    let ran = ask(&gateway, "models narrow m-3 --json").run();
    assert_eq!((ran.code, ran.out), (0, format!("{narrowed}\n")));
    assert_snapshot!(ask(&gateway, "models narrow azure-model-router").run(), @r"
    --- err
    error: the group `azure-model-router` has 2 deployments
      Name one of them by its id: m-1, m-2

    --- exit 2
    ");
}
