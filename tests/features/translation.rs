//! Translation: Messages and Responses are sent as chats where no deployment has them, and the answers
//! come back in the client's API, with their exact cost.

use harness::{
    client::Reply,
    config::ROUTER,
    gateway::{GROUP, Setup, azure, entry},
    keys::key,
};
use serde_json::{Value, json};

use crate::messages::{MESSAGES, VERSION, saying, streamed};

const RESPONSES: &str = "/v1/responses";
const CHAT_PATH: &str = "/openai/v1/chat/completions";

/// A router that only has chats.
async fn chats_only() -> Setup {
    let azure = azure().await;
    let entry = entry(GROUP, ROUTER, &azure.openai_v1()) + "      apis: [chat]\n";
    Setup::of(azure, &entry, "").await
}

async fn respond(setup: &Setup, body: &Value) -> Reply {
    setup.post(RESPONSES, &[], body.to_string()).await
}

async fn message(setup: &Setup, body: &Value) -> Reply {
    setup.post(MESSAGES, &[VERSION], body.to_string()).await
}

/// The receipt, once what it must say of a translated request was checked.
async fn receipt(setup: &Setup, reply: &Reply, api: &str) -> Value {
    let seen = setup.seen().await;
    assert_eq!(seen.target, CHAT_PATH);
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!((&receipt["api"], &receipt["translated"]), (&json!(api), &json!(true)));
    assert_eq!(receipt["cost"]["status"], "exact", "{receipt}");
    assert_eq!(receipt["served"].as_str(), seen.served.as_deref());
    // What Azure reported is what is priced.
    let usage = seen.usage.unwrap();
    assert_eq!(receipt["usage"]["prompt_tokens"], usage["prompt_tokens"]);
    assert_eq!(receipt["usage"]["completion_tokens"], usage["completion_tokens"]);
    receipt
}

#[tokio::test]
async fn a_message_to_a_router_is_answered_by_its_whole_pool() {
    let setup = Setup::new().await;
    setup.set("served=gpt-5-nano");
    let body = saying("Hello!");
    let reply = message(&setup, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = receipt(&setup, &reply, "messages").await;
    let answer = reply.json();
    assert_eq!((&answer["type"], &answer["role"]), (&json!("message"), &json!("assistant")));
    assert_eq!(answer["model"], receipt["served"]);
    assert_eq!(answer["usage"]["cost_details"]["total"], receipt["cost"]["total"]);
    assert_eq!(answer["stop_reason"], "end_turn");
    assert_eq!(reply.header("x-fareway-not-translated"), Some("none"));
    assert_eq!(reply.header("x-fareway-cost-usd"), receipt["cost"]["total"].as_str());
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert_eq!(sent["messages"], json!([{"role": "user", "content": "Hello!"}]));
}

#[tokio::test]
async fn a_streamed_message_has_its_own_events_and_the_cost_in_the_last_report() {
    let setup = Setup::new().await;
    let reply = message(&setup, &streamed(saying("Hello!"))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = receipt(&setup, &reply, "messages").await;
    let events = reply.data();
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!((kinds[0], kinds[1]), ("message_start", "content_block_start"), "{kinds:?}");
    assert_eq!(&kinds[kinds.len() - 2..], ["message_delta", "message_stop"], "{kinds:?}");
    let last = &events[events.len() - 2]["usage"];
    assert_eq!(last["cost_details"]["total"], receipt["cost"]["total"]);
    assert_eq!(last["output_tokens"], receipt["usage"]["completion_tokens"]);
    assert!(!reply.text().contains("[DONE]") && !reply.text().contains("choices"));
}

#[tokio::test]
async fn a_response_of_a_deployment_with_chats_only_is_translated() {
    let setup = chats_only().await;
    let body =
        json!({"model": GROUP, "input": "Say hi", "store": false, "reasoning": {"effort": "none"}});
    let reply = respond(&setup, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let whole = receipt(&setup, &reply, "responses").await;
    let answer = reply.json();
    assert_eq!((&answer["object"], &answer["status"]), (&json!("response"), &json!("completed")));
    assert_eq!(answer["usage"]["cost_details"]["total"], whole["cost"]["total"]);
    assert_eq!(reply.header("x-fareway-not-translated"), Some("reasoning.effort"));
    let mut body = body;
    body["stream"] = true.into();
    let reply = respond(&setup, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let streamed = receipt(&setup, &reply, "responses").await;
    let events = reply.data();
    assert_eq!(events[0]["type"], "response.created");
    let last = events.last().unwrap();
    assert_eq!(last["type"], "response.completed");
    let details = &last["response"]["usage"]["cost_details"];
    assert_eq!(details["total"], streamed["cost"]["total"]);
}

/// A tool's call goes to the client, and its result back, under the same id.
#[tokio::test]
async fn tools_are_called_and_answered() {
    let setup = Setup::new().await;
    let mut body = saying("What is the weather?");
    body["tools"] = json!([{"name": "weather", "description": "of a town",
        "input_schema": {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}}]);
    body["tool_choice"] = json!({"type": "any"});
    let reply = message(&setup, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = reply.json();
    assert_eq!(answer["stop_reason"], "tool_use", "{answer}");
    let call = answer["content"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&call["type"], &call["name"]), (&json!("tool_use"), &json!("weather")));
    assert!(call["input"]["town"].is_string(), "{call}");
    let result = json!({"type": "tool_result", "tool_use_id": call["id"], "content": "sunny"});
    let messages = body["messages"].as_array_mut().unwrap();
    messages.push(json!({"role": "assistant", "content": answer["content"]}));
    messages.push(json!({"role": "user", "content": [result]}));
    body["tool_choice"] = json!({"type": "auto"});
    assert_eq!(message(&setup, &body).await.status, 200);
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    let sent = sent["messages"].as_array().unwrap();
    assert_eq!(sent[2], json!({"role": "tool", "tool_call_id": call["id"], "content": "sunny"}));
}

/// The refusal is learned from: the request itself is sent once more, later ones as chats at once.
#[tokio::test]
async fn an_api_that_turns_out_not_to_be_had_is_stood_in_for() {
    let setup = Setup::in_scenarios("project-only").await;
    let reply = respond(&setup, &json!({"model": GROUP, "input": "Say hi"})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    receipt(&setup, &reply, "responses").await;
    let seen: Vec<_> = setup.azure.requests().iter().map(|seen| seen.target.clone()).collect();
    assert_eq!(seen, ["/openai/v1/responses", CHAT_PATH]);
    assert_eq!(respond(&setup, &json!({"model": GROUP, "input": "Again"})).await.status, 200);
    assert_eq!(setup.azure.requests().len(), 3);
}

#[tokio::test]
async fn what_a_chat_cannot_say_is_refused_by_name_before_anything_is_sent() {
    let setup = chats_only().await;
    let body = json!({"model": GROUP, "input": "Hi", "store": true});
    let reply = respond(&setup, &body).await;
    assert_eq!(reply.status, 400);
    let error = &reply.json()["error"];
    assert_eq!((&error["code"], &error["param"]), (&json!("not_translated"), &json!("store")));
    let mut body = saying("Hi");
    body["mcp_servers"] = json!([{"type": "url", "url": "https://example.com", "name": "x"}]);
    let reply = message(&setup, &body).await;
    assert_eq!((reply.status, &reply.json()["type"]), (400, &json!("error")));
    assert!(reply.text().contains("mcp_servers"), "{}", reply.text());
    assert_eq!(setup.azure.requests().len(), 0);
}

/// An upstream's refusal comes in the envelope of the client's API.
#[tokio::test]
async fn a_refusal_of_the_chat_is_one_of_the_clients_api() {
    let setup = Setup::in_scenarios("rate-limited").await;
    for body in [saying("Hi"), streamed(saying("Hi"))] {
        let reply = message(&setup, &body).await;
        assert_eq!(reply.status, 429, "{}", reply.text());
        assert_eq!(reply.json()["error"]["type"], "rate_limit_error", "{}", reply.text());
    }
}

#[tokio::test]
async fn tokens_are_counted_here_and_said_to_be_an_estimate() {
    let setup = Setup::new().await;
    let body = json!({"model": GROUP, "messages": [{"role": "user", "content": "one two three"}]});
    let path = format!("{MESSAGES}/count_tokens");
    let reply = setup.post(&path, &[VERSION], body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.json()["estimated"], true);
    assert!((3..20).contains(&reply.json()["input_tokens"].as_u64().unwrap()), "{}", reply.text());
    assert_eq!(setup.azure.requests().len(), 0);
}

/// A strict budget holds: the bound of the message bounds the chat.
#[tokio::test]
async fn a_strict_budget_bounds_the_chat() {
    let setup = Setup::new().await;
    let key = key(&setup, json!({"max_budget": 0.00001})).await;
    let shown = ("x-api-key", &*key);
    let reply = setup.post(MESSAGES, &[shown, VERSION], saying("Hi").to_string()).await;
    assert_eq!(reply.status, 429, "{}", reply.text());
    assert_eq!(reply.json()["type"], "error");
    assert_eq!(setup.azure.requests().len(), 0);
}
