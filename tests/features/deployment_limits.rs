//! Rate limits of deployments: one at its limit is passed over, and where there is no other the
//! client gets an error.

use azure_emulator::Emulator;
use harness::{
    gateway::{GROUP, Setup, asking, azure, entry, streaming},
    keys::{ask, key, manage},
};
use serde_json::{Value, json};

use crate::limits::early_in_a_minute;

/// A gateway with one deployment that has these limits.
async fn one(limits: &str) -> Setup {
    let azure = azure().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1()) + limits;
    Setup::of(azure, &entry, "").await
}

/// Two deployments; the first has these limits.
async fn two(limits: &str, sections: &str) -> (Setup, Emulator) {
    limited([limits, ""], sections).await
}

/// Two deployments with these limits.
async fn limited([of_first, of_second]: [&str; 2], sections: &str) -> (Setup, Emulator) {
    let (first, second) = (azure().await, azure().await);
    let entries = [
        entry(GROUP, "azure_ai/azure-model-router", &first.openai_v1()) + of_first,
        entry(GROUP, "azure_ai/model-router", &second.openai_v1()) + of_second,
    ];
    (Setup::of(first, &entries.concat(), sections).await, second)
}

async fn statuses(setup: &Setup, requests: usize) -> Vec<u16> {
    let mut all = Vec::new();
    for _ in 0..requests {
        all.push(setup.chat(&asking("Hi")).await.status);
    }
    all
}

#[tokio::test]
async fn one_at_its_limit_is_passed_over() {
    // Passing it over uses no retry, so this works without retries too.
    for sections in ["", "router_settings:\n  num_retries: 0\n"] {
        let (setup, second) = two("      rpm: 2\n", sections).await;
        early_in_a_minute().await;
        assert_eq!(statuses(&setup, 8).await, [200; 8], "{sections}");
        assert_eq!((setup.azure.count(), second.count()), (2, 6), "{sections}");
        let streamed = setup.chat(&streaming("Hi")).await;
        assert_eq!((streamed.status, streamed.is_done()), (200, true));
    }
}

#[tokio::test]
async fn the_receipt_names_the_deployments_passed_over() {
    let (setup, _second) = two("      rpm: 0\n", "").await;
    let receipt = setup.receipt(setup.chat(&asking("Hi")).await.id()).await;
    assert_eq!(receipt["attempts"][0]["status"], Value::Null);
    let why = "not sent: the deployment is at its limit of 0 requests per minute";
    assert_eq!(receipt["attempts"][0]["error"], why);
    assert_eq!(receipt["attempts"][1]["status"], 200);
    assert_eq!(receipt["deployment"], "azure_ai/model-router");
}

/// A request that the first deployment received may have cost something, even if the second is at
/// its limit.
#[tokio::test]
async fn an_earlier_attempt_is_not_forgotten() {
    let (setup, second) = limited(["", "      rpm: 0\n"], "").await;
    setup.set("cut");
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 502, "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["deployment"], "azure_ai/azure-model-router");
    assert_eq!(receipt["outcome"]["kind"], "failed");
    assert_eq!(receipt["cost"]["status"], "estimated");
    assert_ne!(receipt["cost"]["total"], "0");
    assert_eq!(receipt["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(second.count(), 0);
}

#[tokio::test]
async fn the_other_one_is_called_as_often_as_it_may_be() {
    let (setup, second) = two("      rpm: 0\n", "router_settings:\n  num_retries: 2\n").await;
    second.set_all(azure_emulator::Scenario::parse_list("rate-limited-times=2").unwrap());
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!((setup.azure.count(), second.count()), (0, 3));
}

/// If no deployment may be called there is nothing to wait for, and health is not affected.
#[tokio::test]
async fn all_at_their_limits_refuse_at_once() {
    let sections = "router_settings:\n  num_retries: 3\n";
    let (setup, _second) = limited(["      rpm: 0\n", "      rpm: 0\n"], sections).await;
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 429);
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["attempts"].as_array().unwrap().len(), 2);
    let all = setup.get("/fareway/v1/deployments").await.json();
    let errors = all["deployments"].as_array().unwrap().iter();
    assert!(
        errors.map(|one| &one["last_day"]["errors"]).all(|errors| *errors == json!(0)),
        "{all}"
    );
}

#[tokio::test]
async fn alone_it_refuses_and_says_how_long() {
    let setup = one("      rpm: 1\n").await;
    let key = key(&setup, json!({"max_budget": 5})).await;
    early_in_a_minute().await;
    assert_eq!(ask(&setup, &key, &asking("Hi")).await.status, 200);
    for body in [asking("Hi"), streaming("Hi")] {
        let refused = ask(&setup, &key, &body).await;
        assert_eq!(refused.status, 429, "{}", refused.text());
        let wait = refused.header("retry-after").unwrap().to_owned();
        assert!((1..=60).contains(&wait.parse::<u64>().unwrap()), "{wait}");
        let message = format!(
            "the deployment `azure_ai/azure-model-router` is at its limit of 1 requests per minute; \
             try again in {wait} s"
        );
        let error = json!({"message": message, "type": "rate_limit_error", "param": null,
            "code": "rate_limit_exceeded"});
        assert_eq!(refused.json()["error"], error);
        let receipt = setup.receipt(refused.id()).await;
        let outcome = json!({"kind": "refused", "status": 429, "code": "deployment_at_limit"});
        assert_eq!((&receipt["outcome"], &receipt["cost"]["total"]), (&outcome, &json!("0")));
    }
    assert_eq!(setup.azure.count(), 1);
    let info = setup.get(&format!("/key/info?key={key}")).await.json();
    assert_eq!(info["info"]["reserved"], 0);
}

#[tokio::test]
async fn tokens_count_once_they_are_known() {
    let setup = one("      tpm: 1\n").await;
    early_in_a_minute().await;
    assert_eq!(setup.chat(&streaming("Hi")).await.status, 200);
    let refused = setup.chat(&asking("Hi")).await;
    assert_eq!(refused.status, 429);
    assert!(
        refused.text().contains("is at its limit of 1 tokens per minute"),
        "{}",
        refused.text()
    );
}

/// They are set, shown and taken away by API, and a change does not forget what was sent.
#[tokio::test]
async fn limits_come_and_go_by_api() {
    let setup = Setup::new().await;
    let mut new = crate::models::smart(&setup.azure);
    new["litellm_params"]["rpm"] = 2.into();
    new["litellm_params"]["tpm"] = "1000000".into();
    let row = manage(&setup, "/model/new", new).await;
    assert_eq!((&row["litellm_params"]["rpm"], &row["warnings"]), (&json!(2), &json!([])));
    let mut body = asking("Hi");
    body["model"] = "smart".into();
    early_in_a_minute().await;
    for status in [200, 200, 429] {
        assert_eq!(setup.chat(&body).await.status, status);
    }
    let shown = async || {
        let all = setup.get("/fareway/v1/deployments").await.json();
        let shown = all["deployments"].as_array().unwrap().last().unwrap().clone();
        (shown["rpm"].clone(), shown["tpm"].clone())
    };
    assert_eq!(shown().await, (json!(2), json!(1_000_000)));
    let change = json!({"model_id": "m1", "litellm_params": {"rpm": 3}});
    manage(&setup, "/model/update", change).await;
    for status in [200, 429] {
        assert_eq!(setup.chat(&body).await.status, status);
    }
    let change = json!({"model_id": "m1", "litellm_params": {"rpm": null, "tpm": null}});
    manage(&setup, "/model/update", change).await;
    assert_eq!(shown().await, (Value::Null, Value::Null));
    assert_eq!(setup.chat(&body).await.status, 200);
    let wrong = json!({"model_id": "m1", "litellm_params": {"rpm": "many"}});
    let refusal = crate::models::refused(&setup, "/model/update", &wrong).await;
    assert!(refusal.contains("`litellm_params.rpm`"), "{refusal}");
}

#[tokio::test]
async fn those_of_the_configuration_are_shown() {
    let setup = one("      rpm: 60\n      tpm: 90000\n").await;
    let info = setup.get("/model/info").await.json();
    let params = &info["data"][0]["litellm_params"];
    assert_eq!((&params["rpm"], &params["tpm"]), (&json!(60), &json!(90_000)));
}
