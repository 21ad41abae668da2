//! Every failure that the emulated Azure can simulate: what the client sees, and what the receipt
//! says.

use azure_emulator::SCENARIOS;
use harness::{
    client::Reply,
    gateway::{CHAT, Setup, asking, streaming},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::responses::RESPONSES;

/// An API: its path, a request, and how its answers are recognised.
struct Api {
    path: &'static str,
    body: fn(bool) -> Value,
    is_answer: fn(&Value) -> bool,
    /// The end of a stream in order.
    end: &'static str,
    is_done: fn(&Reply) -> bool,
}

const OF_CHAT: Api = Api {
    path: CHAT,
    body: |stream| if stream { streaming("Hello!") } else { asking("Hello!") },
    is_answer: |answer| answer["choices"][0]["message"].is_object(),
    end: "[DONE]",
    is_done: Reply::is_done,
};

const OF_RESPONSES: Api = Api {
    path: RESPONSES,
    body: |stream| json!({"model": "azure-model-router", "input": "Hello!", "stream": stream}),
    is_answer: |answer| answer["output"].is_array(),
    end: "its end",
    is_done: |reply| {
        let last = reply.data().pop().unwrap();
        ["response.completed", "response.incomplete"].contains(&last["type"].as_str().unwrap())
    },
};

/// One row of the table. No stream ends without its end or an error, and no work is free.
async fn row(api: &Api, scenario: &str, stream: bool) -> String {
    let setup = Setup::in_scenarios(scenario).await;
    let reply = setup.post(api.path, &[], (api.body)(stream).to_string()).await;
    assert!(reply.complete, "{scenario}: the gateway ends what it begins");
    let receipt = setup.receipt(reply.id()).await;
    // What Azure refuses for the client's sake, also within a stream, costs nothing; where its own
    // server fails after it has accepted a request, it may have worked.
    let outcome = &receipt["outcome"];
    let status = outcome["status"].as_u64().unwrap_or_default();
    let refused = outcome["kind"] == "refused" && (400..500).contains(&status);
    let worked = setup.seen().await.usage.is_some() && !refused;
    assert!(!worked || receipt["cost"]["total"] != "0", "{scenario}: work that is free");
    let how = if stream { "stream" } else { "whole" };
    format!("{scenario:<25} {how:<6} │ {:<38} │ {}\n", seen(api, &reply), summary(&receipt))
}

/// The answer in a few words, as the client sees it.
fn seen(api: &Api, reply: &Reply) -> String {
    let stream = reply.header("content-type") == Some("text/event-stream");
    let ending = match reply.error_event() {
        _ if !stream && reply.status == 200 => {
            assert!((api.is_answer)(&reply.json()));
            "answer".to_owned()
        }
        _ if !stream => format!("error {}", text(&reply.json()["error"]["code"])),
        Some(error) => format!("events, error {}", text(&error["code"])),
        None => {
            assert!((api.is_done)(reply), "neither an error nor an end: {}", reply.text());
            format!("events, {}", api.end)
        }
    };
    let wait = reply.header("retry-after").map(|wait| format!(", retry after {wait}"));
    format!("{} {ending}{}", reply.status, wait.unwrap_or_default())
}

/// The receipt in a few words.
fn summary(receipt: &Value) -> String {
    let [outcome, cost] = [&receipt["outcome"], &receipt["cost"]];
    let kind = match text(&outcome["kind"]) {
        kind if kind == "refused" => format!("{kind} {}", outcome["status"]),
        kind => kind,
    };
    let amount = match cost["total"].as_str() {
        Some("0") => "free",
        Some(_) => "a total",
        None => "no total",
    };
    let (source, status) = (text(&receipt["usage_source"]), text(&cost["status"]));
    format!("{kind}, usage {source}, {status}, {amount}")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn table(api: &Api) -> String {
    let mut table = String::new();
    for (name, argument, _) in SCENARIOS {
        let argument = match *argument {
            "=N" => "=2",
            "=MS" => "=20",
            "=BYTES" => "=3",
            "=TIER" => "=priority",
            "=NAME" => "=gpt-4.1-2025-04-14",
            "=MODE" => "=quality",
            "=FORM" => "=nested",
            "=A+B+…" => "=grok-4+gpt-5-nano",
            _ => "",
        };
        for stream in [false, true] {
            table += &row(api, &format!("{name}{argument}"), stream).await;
        }
    }
    table
}

#[tokio::test]
async fn every_scenario_of_responses() {
    assert_snapshot!(table(&OF_RESPONSES).await, @"
    normal                    whole  │ 200 answer                             │ completed, usage reported, exact, a total
    normal                    stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    unauthorized              whole  │ 401 error 401                          │ refused 401, usage missing, exact, free
    unauthorized              stream │ 401 error 401                          │ refused 401, usage missing, exact, free
    permission-denied         whole  │ 401 error PermissionDenied             │ refused 401, usage missing, exact, free
    permission-denied         stream │ 401 error PermissionDenied             │ refused 401, usage missing, exact, free
    not-found                 whole  │ 404 error DeploymentNotFound           │ refused 404, usage missing, exact, free
    not-found                 stream │ 404 error DeploymentNotFound           │ refused 404, usage missing, exact, free
    rate-limited              whole  │ 429 error 429, retry after 7           │ refused 429, usage missing, exact, free
    rate-limited              stream │ 429 error 429, retry after 7           │ refused 429, usage missing, exact, free
    rate-limited-times=2      whole  │ 429 error 429, retry after 1           │ refused 429, usage missing, exact, free
    rate-limited-times=2      stream │ 429 error 429, retry after 1           │ refused 429, usage missing, exact, free
    server-error              whole  │ 500 error server_error                 │ refused 500, usage missing, exact, free
    server-error              stream │ 500 error server_error                 │ refused 500, usage missing, exact, free
    unavailable               whole  │ 503 error InternalServerError          │ refused 503, usage missing, exact, free
    unavailable               stream │ 503 error InternalServerError          │ refused 503, usage missing, exact, free
    unavailable-html          whole  │ 503 error null                         │ refused 503, usage missing, exact, free
    unavailable-html          stream │ 503 error null                         │ refused 503, usage missing, exact, free
    content-filter-prompt     whole  │ 400 error content_filter               │ refused 400, usage estimated, partial, no total
    content-filter-prompt     stream │ 400 error content_filter               │ refused 400, usage estimated, partial, no total
    content-filter-answer     whole  │ 200 answer                             │ completed, usage reported, exact, a total
    content-filter-answer     stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    stream-error-first        whole  │ 200 answer                             │ completed, usage reported, exact, a total
    stream-error-first        stream │ 429 error rate_limit_exceeded          │ refused 429, usage missing, exact, free
    stream-error              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    stream-error              stream │ 502 error server_error                 │ refused 502, usage estimated, estimated, a total
    stream-error-late         whole  │ 200 answer                             │ completed, usage reported, exact, a total
    stream-error-late         stream │ 200 events, error server_error         │ refused 200, usage estimated, estimated, a total
    cut                       whole  │ 502 error upstream_interrupted         │ failed, usage estimated, estimated, a total
    cut                       stream │ 200 events, error upstream_interrupted │ failed, usage estimated, estimated, a total
    no-answer                 whole  │ 502 error upstream_interrupted         │ failed, usage estimated, partial, no total
    no-answer                 stream │ 502 error upstream_interrupted         │ failed, usage estimated, partial, no total
    no-usage                  whole  │ 200 answer                             │ completed, usage estimated, estimated, a total
    no-usage                  stream │ 200 events, its end                    │ completed, usage estimated, estimated, a total
    no-done                   whole  │ 200 answer                             │ completed, usage reported, exact, a total
    no-done                   stream │ 200 events, error upstream_interrupted │ failed, usage estimated, estimated, a total
    async-filter              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    async-filter              stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    filter-failed             whole  │ 200 answer                             │ completed, usage reported, exact, a total
    filter-failed             stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    slow-first-byte=20        whole  │ 200 answer                             │ completed, usage reported, exact, a total
    slow-first-byte=20        stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    slow-chunks=20            whole  │ 200 answer                             │ completed, usage reported, exact, a total
    slow-chunks=20            stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    routing-details           whole  │ 200 answer                             │ completed, usage reported, exact, a total
    routing-details           stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    unknown-model             whole  │ 200 answer                             │ completed, usage reported, partial, no total
    unknown-model             stream │ 200 events, its end                    │ completed, usage reported, partial, no total
    empty-model               whole  │ 200 answer                             │ completed, usage reported, exact, a total
    empty-model               stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    garbage                   whole  │ 502 error upstream_bad_answer          │ failed, usage estimated, estimated, a total
    garbage                   stream │ 502 error upstream_interrupted         │ failed, usage estimated, estimated, a total
    contradiction             whole  │ 200 answer                             │ completed, usage estimated, estimated, a total
    contradiction             stream │ 200 events, its end                    │ completed, usage estimated, estimated, a total
    chunking=3                whole  │ 200 answer                             │ completed, usage reported, exact, a total
    chunking=3                stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    service-tier=priority     whole  │ 200 answer                             │ completed, usage reported, partial, no total
    service-tier=priority     stream │ 200 events, its end                    │ completed, usage reported, partial, no total
    served=gpt-4.1-2025-04-14 whole  │ 200 answer                             │ completed, usage reported, exact, a total
    served=gpt-4.1-2025-04-14 stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    mode=quality              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    mode=quality              stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    pool=grok-4+gpt-5-nano    whole  │ 200 answer                             │ completed, usage reported, exact, a total
    pool=grok-4+gpt-5-nano    stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    no-obfuscation            whole  │ 200 answer                             │ completed, usage reported, exact, a total
    no-obfuscation            stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    strict-parameters         whole  │ 200 answer                             │ completed, usage reported, exact, a total
    strict-parameters         stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    failed                    whole  │ 502 error server_error                 │ refused 502, usage estimated, estimated, a total
    failed                    stream │ 502 error server_error                 │ refused 502, usage estimated, estimated, a total
    failed-usage              whole  │ 502 error server_error                 │ refused 502, usage reported, exact, a total
    failed-usage              stream │ 502 error server_error                 │ refused 502, usage reported, exact, a total
    error-envelope=nested     whole  │ 200 answer                             │ completed, usage reported, exact, a total
    error-envelope=nested     stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    project-only              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    project-only              stream │ 200 events, its end                    │ completed, usage reported, exact, a total
    long-cache                whole  │ 200 answer                             │ completed, usage reported, partial, no total
    long-cache                stream │ 200 events, its end                    │ completed, usage reported, partial, no total
    ");
}

#[tokio::test]
async fn every_scenario() {
    assert_snapshot!(table(&OF_CHAT).await, @"
    normal                    whole  │ 200 answer                             │ completed, usage reported, exact, a total
    normal                    stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    unauthorized              whole  │ 401 error 401                          │ refused 401, usage missing, exact, free
    unauthorized              stream │ 401 error 401                          │ refused 401, usage missing, exact, free
    permission-denied         whole  │ 401 error PermissionDenied             │ refused 401, usage missing, exact, free
    permission-denied         stream │ 401 error PermissionDenied             │ refused 401, usage missing, exact, free
    not-found                 whole  │ 404 error DeploymentNotFound           │ refused 404, usage missing, exact, free
    not-found                 stream │ 404 error DeploymentNotFound           │ refused 404, usage missing, exact, free
    rate-limited              whole  │ 429 error 429, retry after 7           │ refused 429, usage missing, exact, free
    rate-limited              stream │ 429 error 429, retry after 7           │ refused 429, usage missing, exact, free
    rate-limited-times=2      whole  │ 429 error 429, retry after 1           │ refused 429, usage missing, exact, free
    rate-limited-times=2      stream │ 429 error 429, retry after 1           │ refused 429, usage missing, exact, free
    server-error              whole  │ 500 error server_error                 │ refused 500, usage missing, exact, free
    server-error              stream │ 500 error server_error                 │ refused 500, usage missing, exact, free
    unavailable               whole  │ 503 error InternalServerError          │ refused 503, usage missing, exact, free
    unavailable               stream │ 503 error InternalServerError          │ refused 503, usage missing, exact, free
    unavailable-html          whole  │ 503 error null                         │ refused 503, usage missing, exact, free
    unavailable-html          stream │ 503 error null                         │ refused 503, usage missing, exact, free
    content-filter-prompt     whole  │ 400 error content_filter               │ refused 400, usage estimated, partial, no total
    content-filter-prompt     stream │ 400 error content_filter               │ refused 400, usage estimated, partial, no total
    content-filter-answer     whole  │ 200 answer                             │ completed, usage reported, exact, a total
    content-filter-answer     stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    stream-error-first        whole  │ 200 answer                             │ completed, usage reported, exact, a total
    stream-error-first        stream │ 429 error 429                          │ refused 429, usage missing, exact, free
    stream-error              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    stream-error              stream │ 502 error server_error                 │ refused 502, usage estimated, estimated, a total
    stream-error-late         whole  │ 200 answer                             │ completed, usage reported, exact, a total
    stream-error-late         stream │ 200 events, error server_error         │ refused 200, usage estimated, estimated, a total
    cut                       whole  │ 502 error upstream_interrupted         │ failed, usage estimated, estimated, a total
    cut                       stream │ 200 events, error upstream_interrupted │ failed, usage estimated, estimated, a total
    no-answer                 whole  │ 502 error upstream_interrupted         │ failed, usage estimated, partial, no total
    no-answer                 stream │ 502 error upstream_interrupted         │ failed, usage estimated, partial, no total
    no-usage                  whole  │ 200 answer                             │ completed, usage estimated, estimated, a total
    no-usage                  stream │ 200 events, [DONE]                     │ completed, usage estimated, estimated, a total
    no-done                   whole  │ 200 answer                             │ completed, usage reported, exact, a total
    no-done                   stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    async-filter              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    async-filter              stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    filter-failed             whole  │ 200 answer                             │ completed, usage reported, exact, a total
    filter-failed             stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    slow-first-byte=20        whole  │ 200 answer                             │ completed, usage reported, exact, a total
    slow-first-byte=20        stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    slow-chunks=20            whole  │ 200 answer                             │ completed, usage reported, exact, a total
    slow-chunks=20            stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    routing-details           whole  │ 200 answer                             │ completed, usage reported, exact, a total
    routing-details           stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    unknown-model             whole  │ 200 answer                             │ completed, usage reported, partial, no total
    unknown-model             stream │ 200 events, [DONE]                     │ completed, usage reported, partial, no total
    empty-model               whole  │ 200 answer                             │ completed, usage reported, exact, a total
    empty-model               stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    garbage                   whole  │ 502 error upstream_bad_answer          │ failed, usage estimated, estimated, a total
    garbage                   stream │ 502 error upstream_interrupted         │ failed, usage estimated, estimated, a total
    contradiction             whole  │ 200 answer                             │ completed, usage estimated, estimated, a total
    contradiction             stream │ 200 events, [DONE]                     │ completed, usage estimated, estimated, a total
    chunking=3                whole  │ 200 answer                             │ completed, usage reported, exact, a total
    chunking=3                stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    service-tier=priority     whole  │ 200 answer                             │ completed, usage reported, partial, no total
    service-tier=priority     stream │ 200 events, [DONE]                     │ completed, usage reported, partial, no total
    served=gpt-4.1-2025-04-14 whole  │ 200 answer                             │ completed, usage reported, exact, a total
    served=gpt-4.1-2025-04-14 stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    mode=quality              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    mode=quality              stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    pool=grok-4+gpt-5-nano    whole  │ 200 answer                             │ completed, usage reported, exact, a total
    pool=grok-4+gpt-5-nano    stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    no-obfuscation            whole  │ 200 answer                             │ completed, usage reported, exact, a total
    no-obfuscation            stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    strict-parameters         whole  │ 200 answer                             │ completed, usage reported, exact, a total
    strict-parameters         stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    failed                    whole  │ 200 answer                             │ completed, usage reported, exact, a total
    failed                    stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    failed-usage              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    failed-usage              stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    error-envelope=nested     whole  │ 200 answer                             │ completed, usage reported, exact, a total
    error-envelope=nested     stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    project-only              whole  │ 200 answer                             │ completed, usage reported, exact, a total
    project-only              stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    long-cache                whole  │ 200 answer                             │ completed, usage reported, exact, a total
    long-cache                stream │ 200 events, [DONE]                     │ completed, usage reported, exact, a total
    ");
}
