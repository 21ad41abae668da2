//! Promise 6: Azure's bytes reach the client and the client's bytes reach Azure, except for the few
//! documented edits, at any chunking.

use harness::{
    client::Reply,
    gateway::{AZURE_KEY, CHAT, GROUP, Setup, streaming},
};
use serde_json::Value;

/// How Azure may cut its bytes on the wire; 0 leaves them uncut.
const CHUNKINGS: [usize; 6] = [0, 1, 3, 7, 50, 1000];

fn scenarios(chunking: usize, more: &str) -> String {
    match chunking {
        0 => more.to_owned(),
        bytes => format!("chunking={bytes},{more}"),
    }
}

/// The body without the cost that was put into its usage object. That the cost stands at the end
/// of the object is part of what is checked.
fn without_cost(body: &str) -> String {
    let Some((before, rest)) = body.split_once(",\"cost\":") else { return body.to_owned() };
    let (cost, rest) = rest.split_once(",\"cost_details\":").expect("both or none");
    assert!(cost == "null" || serde_json::from_str::<Value>(cost).unwrap().is_number());
    let mut details = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    assert!(details.next().unwrap().unwrap().is_object());
    let after = &rest[details.byte_offset()..];
    assert!(after.starts_with('}'), "the end of the usage object: {after}");
    format!("{before}{after}")
}

/// A stream without the event that only reports the usage.
fn without_usage_event(stream: &str) -> String {
    let tells_usage =
        |event: &&str| event.contains("\"choices\":[]") && event.contains("\"usage\":{");
    assert_eq!(stream.split_inclusive("\n\n").filter(tells_usage).count(), 1);
    stream.split_inclusive("\n\n").filter(|event| !tells_usage(event)).collect()
}

async fn upstream(setup: &Setup) -> String {
    String::from_utf8(setup.seen().await.sent).unwrap()
}

/// Scenarios with shapes of their own.
const SHAPES: [&str; 7] = [
    "served=gpt-5-nano-2025-08-07",
    "served=gpt-4o-mini-2024-07-18",
    "served=grok-4",
    "async-filter",
    "content-filter-answer",
    "routing-details",
    "filter-failed,no-obfuscation",
];

#[tokio::test]
async fn a_whole_answer_is_azures_but_for_its_cost() {
    let setup = Setup::new().await;
    for shape in SHAPES {
        for chunking in CHUNKINGS {
            setup.set(&scenarios(chunking, shape));
            let reply = setup.chat(&harness::gateway::asking("Hello! Schöne Grüße 👋")).await;
            assert!(reply.usage_cost().is_some());
            assert_eq!(without_cost(reply.text()), upstream(&setup).await, "{shape} {chunking}");
        }
    }
}

#[tokio::test]
async fn a_stream_is_azures_but_for_its_cost() {
    let setup = Setup::new().await;
    for shape in SHAPES {
        for chunking in CHUNKINGS {
            setup.set(&scenarios(chunking, shape));
            let reply = setup.chat(&streaming("Hello! Schöne Grüße 👋")).await;
            assert!(reply.is_done() && reply.usage_cost().is_some());
            assert_eq!(without_cost(reply.text()), upstream(&setup).await, "{shape} {chunking}");
        }
    }
}

/// Azure is always asked for the usage; who did not ask is not shown it.
#[tokio::test]
async fn a_stream_whose_usage_was_not_asked_for_lacks_that_event_only() {
    let setup = Setup::new().await;
    for options in ["", r#","stream_options":{}"#, r#","stream_options":{"include_usage":false}"#] {
        for chunking in CHUNKINGS {
            setup.set(&scenarios(chunking, "served=gpt-5-nano-2025-08-07"));
            let body = format!(
                r#"{{"model":"{GROUP}","stream":true{options},"messages":[{{"role":"user","content":"Hi"}}]}}"#
            );
            let reply = setup.post(CHAT, &[], body).await;
            let upstream = upstream(&setup).await;
            assert_eq!(reply.text(), without_usage_event(&upstream), "{options} {chunking}");
        }
    }
}

#[tokio::test]
async fn without_costs_in_answers_every_byte_is_azures() {
    let setup = Setup::with("answers:\n  usage_cost: false\n").await;
    for chunking in CHUNKINGS {
        for body in [harness::gateway::asking("Hi"), streaming("Hi")] {
            setup.set(&scenarios(chunking, "served=gpt-5-nano-2025-08-07"));
            let reply = setup.chat(&body).await;
            assert_eq!(reply.text(), upstream(&setup).await);
            assert_eq!(setup.receipt(reply.id()).await["cost"]["status"], "exact");
        }
    }
}

/// A mark within the details of the cost is no edit of its own.
#[tokio::test]
async fn a_price_under_review_changes_no_other_byte() {
    let (setup, _clock) = Setup::at("2026-12-02T00:00:00Z", "").await;
    setup.set("served=gpt-5.6-sol-2026-07-09");
    for body in [harness::gateway::asking("Hi"), streaming("Hi")] {
        let reply = setup.chat(&body).await;
        assert_eq!(reply.cost_details()["price_review_due"], "2026-12-01");
        assert_eq!(without_cost(reply.text()), upstream(&setup).await);
    }
}

#[tokio::test]
async fn refusals_are_azures_bytes() {
    let setup = Setup::new().await;
    for scenario in
        ["rate-limited", "server-error", "not-found", "unavailable", "content-filter-prompt"]
    {
        for chunking in CHUNKINGS {
            setup.set(&scenarios(chunking, scenario));
            let reply = setup.chat(&streaming("Hi")).await;
            assert_eq!(reply.text(), upstream(&setup).await, "{scenario}");
        }
    }
}

/// Sends a body and checks what of it Azure received.
async fn check_request(setup: &Setup, body: &str, expect: &str) {
    let reply = setup.post(CHAT, &[], body.to_owned()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(String::from_utf8(setup.seen().await.body).unwrap(), expect);
}

#[tokio::test]
async fn a_request_is_the_clients_but_for_model_and_usage() {
    let azure = harness::gateway::azure().await;
    let entry =
        harness::gateway::entry("grüppe", "azure_ai/azure-model-router", &azure.openai_v1());
    let setup = Setup::of(azure, &entry, "").await;
    let messages = r#""messages" : [ {"role":"user","content":"caf\u00e9 1.0e-0 👋","name":"x"} ]"#;
    check_request(
        &setup,
        &format!("\n {{ \"seed\":7 , \"model\" :\t\"grüppe\",{messages},\"user\":\"a\\/b\"}}\r\n"),
        &format!("\n {{ \"seed\":7 , \"model\" :\t\"azure-model-router\",{messages},\"user\":\"a\\/b\"}}\r\n"),
    )
    .await;
    check_request(
        &setup,
        &format!(r#"{{"model":"gr\u00fcppe",{messages},"stream":true,"stream_options":{{"include_obfuscation":false}}}}"#),
        &format!(r#"{{"model":"azure-model-router",{messages},"stream":true,"stream_options":{{"include_usage":true,"include_obfuscation":false}}}}"#),
    )
    .await;
}

/// Azure's SDKs put the name into the path, and no `model` into the body.
#[tokio::test]
async fn the_path_can_name_the_group() {
    let setup = Setup::new().await;
    let path = format!("/openai/deployments/{GROUP}/chat/completions?api-version=2024-10-21");
    let body = r#"{"messages":[{"role":"user","content":"Hi"}]}"#;
    let reply = setup.post(&path, &[("api-key", harness::gateway::KEY)], body).await;
    assert_eq!(reply.status, 200);
    let sent = String::from_utf8(setup.seen().await.body).unwrap();
    assert_eq!(
        sent,
        r#"{"model":"azure-model-router","messages":[{"role":"user","content":"Hi"}]}"#
    );
}

/// Azure's headers come down, but those of the connection; the client's go up only where Azure
/// has a use for them.
#[tokio::test]
async fn headers_go_through_where_they_mean_something() {
    let setup = Setup::new().await;
    let headers = [
        ("x-ms-client-request-id", "mine"),
        ("cookie", "a=b"),
        ("x-forwarded-for", "::1"),
        ("x-ms-spillover-deployment", "another"),
    ];
    let body = harness::gateway::asking("Hi").to_string();
    let reply = setup.post(CHAT, &headers, body).await;
    let seen = setup.seen().await;
    assert_eq!(seen.header("x-ms-client-request-id"), Some("mine"));
    assert_eq!(seen.header("cookie"), None);
    assert_eq!(seen.header("x-ms-spillover-deployment"), None);
    assert_eq!(seen.header("x-forwarded-for"), None);
    assert_eq!(reply.header("x-ms-client-request-id"), Some("mine"));
    assert!(reply.header("apim-request-id").is_some());
    assert_eq!(reply.header("x-ratelimit-limit-requests"), Some("4500"));
    assert_eq!(reply.header("strict-transport-security"), None);
    never_shows_the_key(&reply);
}

#[track_caller]
fn never_shows_the_key(reply: &Reply) {
    assert!(!format!("{:?}{}", reply.headers, reply.text()).contains(AZURE_KEY));
}
