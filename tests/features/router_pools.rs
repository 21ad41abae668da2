//! `router_models`: proposed from what has served, and widened by an answer from outside until the
//! operator narrows them again, in every gateway and over restarts.

use azure_emulator::Emulator;
use harness::{
    client::{Reply, http},
    gateway::{GROUP, Setup, asking, azure, database, entry, gateway},
    keys::{ask, key},
};
use llm_types::Usd;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::reports::usd;

const SMALL: &str = "gpt-4.1-nano, gpt-5-nano";

/// A router with this id and these `router_models`.
fn router(azure: &Emulator, id: &str, patterns: &str) -> String {
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    format!("{entry}    model_info: {{id: {id}, router_models: \"{patterns}\"}}\n")
}

async fn setup(patterns: &str, sections: &str) -> Setup {
    let azure = azure().await;
    let entry = router(&azure, "r1", patterns);
    Setup::of(azure, &entry, sections).await
}

/// The same gateway after a restart, with other `router_models`.
async fn restarted(setup: Setup, entry: &str) -> Setup {
    let Setup { azure, gateway: old, http: _, folder } = setup;
    old.shutdown().await;
    let gateway = gateway(entry, "", 1, folder.path()).await;
    Setup { azure, gateway, http: http(), folder }
}

fn long() -> Value {
    let mut body = asking("Hello!");
    body["max_completion_tokens"] = 16_000.into();
    body
}

async fn pool(setup: &Setup) -> Value {
    let mut list = setup.get("/fareway/v1/deployments").await.json();
    list["deployments"][0]["router_pool"].take()
}

async fn narrow(setup: &Setup, id: &str) -> Reply {
    setup.post(&format!("/fareway/v1/deployments/{id}/narrow"), &[], "{}").await
}

async fn widened_pools(setup: &Setup) -> String {
    let page = setup.get("/metrics").await;
    let found = page.text().lines().find(|line| line.starts_with("fareway_widened_pools "));
    found.unwrap().to_owned()
}

/// Waits until a gateway shows its pool as widened, or no longer.
async fn until_widened(setup: &Setup, widened: bool) {
    for _ in 0..2_000 {
        if pool(setup).await["widened"].is_null() != widened {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the pool never was as expected: widened {widened}");
}

#[tokio::test]
async fn a_widened_pool_stays_so_until_the_operator_narrows_it() {
    let setup = setup(SMALL, "").await;
    let small = key(&setup, json!({"max_budget": 0.05})).await;
    setup.set("served=gpt-5-mini-2025-08-07");
    let outside = ask(&setup, &small, &long()).await;
    assert_eq!(outside.status, 200);
    let shown = pool(&setup).await;
    assert_eq!(shown["router_models"], json!(["gpt-4.1-nano", "gpt-5-nano"]));
    assert_eq!(shown["widened"]["served"], "gpt-5-mini-2025-08-07");
    assert_eq!(shown["widened"]["request_id"], outside.id());
    assert_eq!(widened_pools(&setup).await, "fareway_widened_pools 1");
    assert_eq!(ask(&setup, &small, &long()).await.status, 429);

    let entry = router(&setup.azure, "r1", SMALL);
    let setup = restarted(setup, &entry).await;
    assert_eq!(pool(&setup).await["widened"], shown["widened"]);
    assert_eq!(ask(&setup, &small, &long()).await.status, 429);

    let narrowed = narrow(&setup, "r1").await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.text());
    let narrowed = narrowed.json();
    assert_eq!(narrowed["router_models"], shown["router_models"]);
    assert!(narrowed["audit_id"].is_string());
    assert_eq!(pool(&setup).await["widened"], Value::Null);
    assert_eq!(widened_pools(&setup).await, "fareway_widened_pools 0");
    setup.set("served=gpt-5-nano-2025-08-07");
    assert_eq!(ask(&setup, &small, &long()).await.status, 200);
    assert_eq!(narrow(&setup, "r1").await.status, 409);
    assert_eq!(narrow(&setup, "r2").await.status, 404);

    // The next answer from outside widens it again.
    setup.set("served=gpt-5-mini-2025-08-07");
    assert_eq!(ask(&setup, &small, &long()).await.status, 200);
    until_widened(&setup, true).await;
    // Other `router_models` were contradicted by no answer.
    let entry = router(&setup.azure, "r1", "gpt-4.1-nano, gpt-5-nano, gpt-5-mini");
    let setup = restarted(setup, &entry).await;
    assert_eq!(pool(&setup).await["widened"], Value::Null);
}

#[tokio::test]
async fn a_pool_is_widened_and_narrowed_in_every_gateway() {
    let server = Postgres::start().unwrap();
    let database = database(&server);
    let (here, there) = (setup(SMALL, &database).await, setup(SMALL, &database).await);
    here.set("served=gpt-5-mini-2025-08-07");
    assert_eq!(here.chat(&long()).await.status, 200);
    until_widened(&there, true).await;
    assert_eq!(pool(&there).await["widened"], pool(&here).await["widened"]);
    assert_eq!(narrow(&there, "r1").await.status, 200);
    until_widened(&here, false).await;
    until_widened(&there, false).await;
}

#[tokio::test]
async fn router_models_are_proposed_from_what_has_served() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    let shown = pool(&setup).await;
    assert_eq!((&shown["served"], &shown["proposal"]), (&json!([]), &Value::Null));
    for _ in 0..2 {
        assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    }
    let shown = pool(&setup).await;
    assert_eq!((&shown["router_models"], &shown["widened"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["served"], json!(["gpt-5-nano"]));
    let proposal = &shown["proposal"];
    assert_eq!(proposal["router_models"], json!(["openai/*"]));
    assert_eq!(proposal["requests"], 2);
    let (now, then) = (usd(&proposal["reserves_usd"]), usd(&proposal["would_reserve_usd"]));
    assert!(Usd::ZERO < then && then < now, "{then} {now}");

    // A refusal proposes the same, with what it changes for this request.
    let small = key(&setup, json!({"max_budget": 0.01})).await;
    let refused = ask(&setup, &small, &long()).await;
    assert_eq!(refused.status, 429);
    let text = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    let (_, rest) = text.split_once(r#"`router_models: ["openai/*"]` reserves $"#).expect(&text);
    let (then, rest) = rest.split_once(" for it in place of $").unwrap();
    let now: String =
        rest.chars().take_while(|found| *found == '.' || found.is_ascii_digit()).collect();
    let needed = text.split_once("can cost up to $").unwrap().1.split(',').next().unwrap();
    assert!(then.parse::<Usd>().unwrap() < now.trim_end_matches('.').parse().unwrap(), "{text}");
    assert!(now.starts_with(needed), "{text}");

    // With the proposed models the request needs as much as was predicted.
    let entry = router(&setup.azure, "r1", "openai/*");
    let setup = restarted(setup, &entry).await;
    let refused = ask(&setup, &small, &long()).await;
    let text = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(text.contains(&format!("can cost up to ${then},")), "{then}: {text}");
}

/// The ledger knows what has served before a restart.
#[tokio::test]
async fn a_proposal_outlives_a_restart_and_names_the_fewer_vendors() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    for served in [
        "gpt-5-nano-2025-08-07",
        "grok-4",
        "DeepSeek-V3.1",
        "gpt-oss-120b",
        "Llama-4-Maverick-17B-128E-Instruct-FP8",
        "FW-GLM-5.1",
    ] {
        setup.set(&format!("served={served}"));
        assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    }
    let before = pool(&setup).await;
    assert_eq!(before["proposal"]["router_models"], json!(["!anthropic/*"]), "{before}");
    let entry = entry(GROUP, "azure_ai/azure-model-router", &setup.azure.openai_v1());
    let setup = restarted(setup, &entry).await;
    assert_eq!(pool(&setup).await, before);
    setup.set("served=claude-haiku-4-5");
    assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    assert_eq!(pool(&setup).await["proposal"], Value::Null);
}

/// Models that are added by the API take and show them, too.
#[tokio::test]
async fn base_model_and_router_models_are_kept_by_the_api() {
    let setup = Setup::new().await;
    let params = json!({"model": "azure_ai/azure-model-router", "api_base": setup.azure.openai_v1(),
        "api_key": harness::gateway::AZURE_KEY});
    let info = json!({"id": "m-1", "router_models": ["openai/*", "!gpt-4o"]});
    let terms = json!({"model_name": "two", "litellm_params": params, "model_info": info});
    harness::keys::manage(&setup, "/model/new", terms).await;
    let own = json!({"model_name": "own", "litellm_params": {"model": "azure_ai/ours",
        "api_base": setup.azure.openai_v1(), "api_key": harness::gateway::AZURE_KEY},
        "model_info": {"id": "m-2", "base_model": "gpt-4.1-nano"}});
    harness::keys::manage(&setup, "/model/new", own).await;
    let list = setup.get("/model/info").await.json();
    let info = |id: &str| {
        let all = list["data"].as_array().unwrap().iter().map(|one| &one["model_info"]);
        all.into_iter().find(|info| info["id"] == id).unwrap().clone()
    };
    assert_eq!(info("m-1")["router_models"], json!(["openai/*", "!gpt-4o"]));
    assert_eq!(info("m-1")["base_model"], Value::Null);
    assert_eq!(info("m-2")["base_model"], "gpt-4.1-nano");
    let list = setup.get("/fareway/v1/deployments").await.json();
    let all = list["deployments"].as_array().unwrap();
    let shown = |id: &str| all.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(shown("m-1")["router_pool"]["router_models"], json!(["openai/*", "!gpt-4o"]));
    assert_eq!(shown("m-2")["base_model"], "gpt-4.1-nano");
    assert_eq!(shown("m-2")["router_pool"], Value::Null);
    // An answer from outside of what the API says widens it, too.
    setup.set("served=grok-4");
    let mut body = asking("Hello!");
    body["model"] = "two".into();
    assert_eq!(setup.chat(&body).await.status, 200);
    assert_eq!(narrow(&setup, "m-1").await.status, 200);
}
