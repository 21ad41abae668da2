//! A group of two deployments: what the first cannot answer the second does, up to the first
//! content of an answer.

use azure_emulator::{Emulator, Scenario};
use harness::{
    client::Reply,
    gateway::{GROUP, Setup, asking, azure, entry, streaming},
    prices::{expected, usd},
};
use serde_json::{Value, json};

/// Two deployments in one group; it is the first one's turn.
async fn two(sections: &str) -> (Setup, Emulator) {
    let (first, second) = (azure().await, azure().await);
    let entries = [
        entry(GROUP, "azure_ai/azure-model-router", &first.openai_v1()),
        entry(GROUP, "azure_ai/model-router", &second.openai_v1()),
    ];
    (Setup::of(first, &entries.concat(), sections).await, second)
}

/// The first deployment is in this trouble; the second answers.
async fn check(trouble: &str, body: &Value, status: Option<u16>) -> Reply {
    let (setup, second) = two("").await;
    setup.set(trouble);
    let reply = setup.chat(body).await;
    assert_eq!(reply.status, 200, "{trouble}: {}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    let attempts = receipt["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2, "{trouble}");
    assert_eq!(attempts[0]["deployment"], "azure_ai/azure-model-router");
    assert_eq!(attempts[0]["status"], json!(status), "{trouble}");
    assert!(attempts[0]["error"].is_string());
    assert_ne!(attempts[0]["deployment_id"], attempts[1]["deployment_id"]);
    let id = &receipt["deployment_id"];
    let model = "azure_ai/model-router";
    let answered = json!({"deployment": model, "deployment_id": id, "status": 200, "error": null});
    for (key, value) in answered.as_object().unwrap() {
        assert_eq!(&attempts[1][key], value, "{trouble}");
    }
    assert_eq!(receipt["deployment"], "azure_ai/model-router");
    second.settled().await;
    let seen = second.requests().pop().unwrap();
    let total = expected(&seen.served.unwrap(), &seen.usage.unwrap()).total();
    assert_eq!(attempts[1]["cost"], usd(total), "{trouble}");
    let money = harness::budgets::usd;
    let sum = |value: &Value| money(value.as_str().unwrap_or("0"));
    let earlier = sum(&receipt["cost"]["earlier_attempts"]);
    assert_eq!(sum(&receipt["cost"]["total"]), money(&usd(total)) + earlier, "{trouble}");
    reply
}

#[tokio::test]
async fn the_second_answers_when_the_first_refuses() {
    for (trouble, status) in [
        ("rate-limited", 429),
        ("server-error", 500),
        ("unavailable", 503),
        ("unavailable-html", 503),
    ] {
        for body in [asking("Hi"), streaming("Hi")] {
            let reply = check(trouble, &body, Some(status)).await;
            if body["stream"].is_null() {
                assert_eq!(reply.header("x-litellm-attempted-retries"), Some("1"));
            }
        }
    }
}

#[tokio::test]
async fn the_second_answers_when_the_first_breaks_off_before_its_answer() {
    check("no-answer", &asking("Hi"), None).await;
    check("cut", &asking("Hi"), Some(200)).await;
    check("cut=1", &streaming("Hi"), Some(200)).await;
    check("garbage", &streaming("Hi"), Some(200)).await;
}

/// Azure sends some refusals only after a status of 200.
#[tokio::test]
async fn the_second_answers_when_the_firsts_stream_begins_with_an_error() {
    let reply = check("stream-error-first", &streaming("Hi"), Some(429)).await;
    assert!(reply.is_done() && !reply.text().contains("rate limit"));
    check("stream-error", &streaming("Hi"), Some(502)).await;
}

/// After the first content there is no way back.
#[tokio::test]
async fn a_stream_that_breaks_late_is_not_restarted() {
    let (setup, second) = two("").await;
    setup.set("stream-error-late");
    let reply = setup.chat(&streaming("Hi")).await;
    assert!(reply.error_event().is_some());
    assert_eq!(second.count(), 0);
}

#[tokio::test]
async fn the_second_answers_when_nobody_listens_at_the_first() {
    let second = azure().await;
    // A port that was free a moment ago; nobody listens there now.
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let entries = [
        entry(GROUP, "azure_ai/azure-model-router", &format!("http://{nobody}/openai/v1")),
        entry(GROUP, "azure_ai/model-router", &second.openai_v1()),
    ];
    let setup = Setup::of(second, &entries.concat(), "").await;
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 200);
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["attempts"][0]["status"], Value::Null);
}

/// A request that one deployment refuses permanently would be refused by another too.
#[tokio::test]
async fn a_permanent_refusal_is_not_retried() {
    for (trouble, status) in
        [("not-found", 404), ("content-filter-prompt", 400), ("unauthorized", 401)]
    {
        let (setup, second) = two("").await;
        setup.set(trouble);
        assert_eq!(setup.chat(&asking("Hi")).await.status, status);
        assert_eq!(second.count(), 0, "{trouble}");
    }
}

/// The client receives the last error.
#[tokio::test]
async fn when_all_refuse_the_client_gets_the_last_refusal() {
    let (setup, second) = two("").await;
    setup.set("server-error");
    second.set(Scenario::RateLimited { seconds: 9 });
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("retry-after"), Some("9"));
    assert_eq!(setup.receipt(reply.id()).await["attempts"].as_array().unwrap().len(), 2);
}

/// The deployments take turns.
#[tokio::test]
async fn the_deployments_share_the_requests() {
    let (setup, second) = two("").await;
    for _ in 0..10 {
        assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
    }
    assert_eq!((setup.azure.count(), second.count()), (5, 5));
}

/// A single deployment is retried as often as configured, and when its answer says so.
#[tokio::test]
async fn one_deployment_is_asked_again() {
    let setup = Setup::with("router_settings:\n  num_retries: 2\n").await;
    setup.set("rate-limited-times=2");
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(setup.azure.count(), 3);
    assert_eq!(reply.header("x-litellm-attempted-retries"), Some("2"));
    let setup = Setup::with("router_settings:\n  num_retries: 1\n").await;
    setup.set("rate-limited-times=2");
    assert_eq!(setup.chat(&asking("Hi")).await.status, 429);
    assert_eq!(setup.azure.count(), 2);
}
