//! A router whose name does not show it is recognised by its answers.

use harness::gateway::{GROUP, Setup, asking, azure, entry};
use serde_json::{Value, json};

async fn setup(info: &str) -> Setup {
    let azure = azure_emulator::Emulator::builder().seed(7).key(harness::gateway::AZURE_KEY);
    let azure = azure.deployment("prod-chat").start().await.unwrap();
    let one = entry(GROUP, "azure_ai/prod-chat", &azure.openai_v1());
    Setup::of(azure, &format!("{one}    model_info: {info}\n"), "").await
}

/// The possible routers on three pages: deployments, settings and readiness.
async fn reported(setup: &Setup) -> (Value, usize, Value) {
    let all = setup.get("/fareway/v1/deployments").await.json();
    let settings = setup.get("/fareway/v1/settings").await.json();
    let warnings = settings["warnings"].as_array().unwrap();
    let named = warnings.iter().filter(|one| one.as_str().unwrap().contains("model_info.router"));
    let ready = setup.get("/health/readiness").await.json();
    let possible = all["deployments"][0]["possible_router"].clone();
    (possible, named.count(), ready["possible_routers"].clone())
}

async fn answered_by(setup: &Setup, served: &str) {
    setup.set(&format!("served={served}"));
    assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
}

#[tokio::test]
async fn answers_of_several_models_are_reported() {
    let setup = setup("{id: p}").await;
    assert_eq!(reported(&setup).await, (json!([]), 0, json!(0)));
    answered_by(&setup, "gpt-4.1-nano-2025-04-14").await;
    assert_eq!(reported(&setup).await, (json!([]), 0, json!(0)));
    answered_by(&setup, "gpt-5-mini-2025-08-07").await;
    assert_eq!(reported(&setup).await, (json!(["gpt-4.1-nano", "gpt-5-mini"]), 1, json!(1)));
}

#[tokio::test]
async fn a_declared_kind_of_deployment_causes_no_warning() {
    for info in ["{router: true}", "{router: false}"] {
        let setup = setup(info).await;
        answered_by(&setup, "gpt-4.1-nano-2025-04-14").await;
        answered_by(&setup, "gpt-5-mini-2025-08-07").await;
        assert_eq!(reported(&setup).await, (json!([]), 0, json!(0)), "{info}");
    }
    // A router whose name says so.
    let azure = azure().await;
    let one = entry(GROUP, "azure_ai/model-router", &azure.openai_v1());
    let setup = Setup::of(azure, &one, "").await;
    answered_by(&setup, "gpt-4.1-nano-2025-04-14").await;
    answered_by(&setup, "gpt-5-mini-2025-08-07").await;
    assert_eq!(reported(&setup).await, (json!([]), 0, json!(0)));
}
