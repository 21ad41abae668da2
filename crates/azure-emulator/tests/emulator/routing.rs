//! Routing: models answer in the published shares, the same model for the same prompt, and as the
//! controls say.

use std::collections::BTreeMap;

use azure_emulator::{Mode, Scenario};
use serde_json::{Value, json};

use crate::client::{CHAT, KEY, ask, emulator, post, post_with};

const SPREAD: &str = include_str!("../samples/11_distribution_guygregory_1000prompts.csv");

#[tokio::test]
async fn a_thousand_prompts_spread_as_published_in_every_mode() {
    let azure = emulator().await;
    for (name, mode) in
        [("balanced", Mode::Balanced), ("cost", Mode::Cost), ("quality", Mode::Quality)]
    {
        azure.set(Scenario::Mode(mode));
        let mut served: BTreeMap<String, i64> = BTreeMap::new();
        for number in 0..1_000 {
            let reply = post(&azure, &ask(&format!("Prompt {number}"))).await.json();
            *served.entry(reply["model"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let rows = SPREAD.lines().filter_map(|line| line.strip_prefix(&format!("{name},")));
        let published: BTreeMap<&str, i64> = rows
            .map(|row| row.split_once(',').unwrap())
            .map(|(served, count)| (served, count.parse().unwrap()))
            .collect();
        assert!(served.keys().all(|served| published.contains_key(served.as_str())));
        for (model, expected) in published {
            let found = served.get(model).copied().unwrap_or(0);
            // Within four standard deviations of a share this size.
            let apart = (found - expected).pow(2);
            assert!(apart <= 16 * (expected + 1), "{name} {model}: {found}, not {expected}");
        }
    }
}

#[tokio::test]
async fn the_pool_can_change_while_it_runs() {
    let azure = emulator().await;
    let before = post(&azure, &ask("Hi")).await.json()["model"].clone();
    azure.set(Scenario::Pool(vec!["claude-haiku-4-5".to_owned()]));
    assert_eq!(post(&azure, &ask("Hi")).await.json()["model"], "claude-haiku-4-5");
    azure.set(Scenario::Normal);
    assert_eq!(post(&azure, &ask("Hi")).await.json()["model"], before);
}

async fn controlled(azure: &azure_emulator::Emulator, config: Value, asked: &str) -> (u16, Value) {
    let headers = format!("api-key: {KEY}\r\nFoundry-Features: ModelRouterControls=V1Preview\r\n");
    let mut body = ask("Hi");
    body["routing_config"] = config;
    body["model"] = asked.into();
    let reply = post_with(azure, CHAT, &headers, &body.to_string()).await;
    (reply.status, reply.json())
}

#[tokio::test]
async fn the_preview_header_lets_a_request_steer() {
    let azure = emulator().await;
    let config = json!({ "mode": "quality", "models": ["gpt-5.6-sol"] });
    let (status, body) = controlled(&azure, config, "auto").await;
    assert_eq!((status, body["model"].as_str()), (200, Some("gpt-5.6-sol-2026-07-09")));
    let mode = "/model_selection_details/model_router_details/mode";
    assert_eq!(body.pointer(mode), Some(&json!("quality")));
    assert_eq!(controlled(&azure, json!({ "mode": "best" }), "auto").await.0, 400);
    assert_eq!(controlled(&azure, json!({ "models": ["nobody"] }), "auto").await.0, 400);
    assert_eq!(controlled(&azure, json!({}), "gpt-5-nano").await.0, 400, "no router");
}

#[tokio::test]
async fn a_session_stays_with_its_model() {
    let azure = emulator().await;
    let place = "/model_selection_details/model_router_details/session_affinity";
    for key in ["mode", "strategy"] {
        let config = json!({ "session_affinity": { key: "sticky", "session_id": key } });
        let (_, first) = controlled(&azure, config.clone(), "model-router").await;
        assert_eq!(first.pointer(place).unwrap()["decision"], "initialize");
        azure.set(Scenario::Mode(Mode::Quality));
        let (_, second) = controlled(&azure, config, "model-router").await;
        assert_eq!(second.pointer(place).unwrap()["decision"], "retain");
        assert_eq!(first["model"], second["model"]);
    }
    let config = json!({ "session_affinity": { "mode": "sticky", "session_id": " " } });
    assert_eq!(controlled(&azure, config, "model-router").await.0, 400);
}
