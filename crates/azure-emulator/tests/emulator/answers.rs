//! Valid requests: the answers in every form that a client can ask for, and the same each time.

use azure_emulator::{Emulator, Scenario};
use serde_json::{Value, json};

use crate::client::{KEY, Reply, ask, ask_stream, emulator, post, post_in};

fn streamed_text(reply: &Reply) -> String {
    let events = reply.events();
    let content =
        |event: &Value| Some(event["choices"][0]["delta"]["content"].as_str()?.to_owned());
    events.iter().filter_map(content).collect()
}

#[tokio::test]
async fn a_question_is_answered_with_usage() {
    let azure = emulator().await;
    let reply = post(&azure, &ask("What is a model router?")).await;
    assert_eq!((reply.status, reply.complete), (200, true));
    let body = reply.json();
    assert!(body["choices"][0]["message"]["content"].as_str().unwrap().contains("model router"));
    let seen = &azure.requests()[0];
    assert_eq!(seen.sent, reply.body);
    assert_eq!(seen.served.as_deref(), body["model"].as_str());
    assert_eq!(seen.usage.as_ref().unwrap()["total_tokens"], body["usage"]["total_tokens"]);
    assert_eq!(reply.header("x-ms-served-model"), body["model"].as_str());
}

#[tokio::test]
async fn a_stream_says_the_same_as_a_whole_answer() {
    let azure = emulator().await;
    let whole = post(&azure, &ask("Why stream?")).await.json();
    let stream = post(&azure, &ask_stream("Why stream?", true)).await;
    assert!(stream.done());
    let events = stream.events();
    assert_eq!(whole["choices"][0]["message"]["content"], streamed_text(&stream));
    assert_eq!(events[events.len() - 2]["usage"]["total_tokens"], whole["usage"]["total_tokens"]);
}

#[tokio::test]
async fn usage_comes_in_a_stream_only_when_asked_for() {
    let azure = emulator().await;
    let without = post(&azure, &ask_stream("Hi", false)).await;
    assert!(!without.text().contains("usage"));
    let with = post(&azure, &ask_stream("Hi", true)).await.events();
    let (first, chunks) = with[..with.len() - 2].split_first().unwrap();
    assert!(first.get("usage").is_none());
    assert!(chunks.iter().all(|chunk| chunk.get("usage") == Some(&Value::Null)));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let (one, two) = (emulator().await, emulator().await);
    let body = ask_stream("Say it again", true);
    assert_eq!(post(&one, &body).await.text(), post(&two, &body).await.text());
    let other = Emulator::builder().seed(8).key(KEY).date(1_795_000_000).start().await.unwrap();
    assert_ne!(post(&other, &body).await.text(), post(&one, &body).await.text());
}

#[tokio::test]
async fn obfuscation_can_be_declined() {
    let azure = emulator().await;
    assert!(post(&azure, &ask_stream("Hi", false)).await.text().contains("obfuscation"));
    let mut body = ask_stream("Hi", false);
    body["stream_options"] = json!({ "include_obfuscation": false });
    assert!(!post(&azure, &body).await.text().contains("obfuscation"));
    let switched = post_in(&azure, "no-obfuscation", &ask_stream("Hi", false)).await;
    assert!(!switched.text().contains("obfuscation"));
}

fn weather() -> Value {
    json!([{ "type": "function", "function": { "name": "weather", "parameters": {
        "type": "object",
        "properties": { "city": { "type": "string" }, "unit": { "enum": ["c", "f"] } },
        "required": ["city"],
    }}}])
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_answered() {
    let azure = emulator().await;
    let mut body = ask("Is it warm in Oslo?");
    body["tools"] = weather();
    let choice = post(&azure, &body).await.json()["choices"][0].clone();
    assert_eq!(choice["finish_reason"], "tool_calls");
    let call = &choice["message"]["tool_calls"][0];
    assert_eq!(call["function"]["name"], "weather");
    let arguments: Value =
        serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
    assert!(arguments["city"].is_string());
    let messages = body["messages"].as_array_mut().unwrap();
    messages.push(choice["message"].clone());
    messages.push(json!({ "role": "tool", "tool_call_id": call["id"], "content": "21 °C" }));
    let answer = post(&azure, &body).await.json();
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");
}

#[tokio::test]
async fn a_tool_call_streams_as_fragments() {
    let azure = emulator().await;
    let mut body = ask_stream("Is it warm in Oslo?", false);
    body["tools"] = weather();
    let events = post(&azure, &body).await.events();
    let calls: Vec<&Value> =
        events.iter().filter_map(|event| event.pointer("/choices/0/delta/tool_calls/0")).collect();
    assert!(calls[0]["id"].as_str().unwrap().starts_with("call_"));
    let arguments: String =
        calls.iter().map(|call| call["function"]["arguments"].as_str().unwrap()).collect();
    assert!(serde_json::from_str::<Value>(&arguments).unwrap()["city"].is_string());
    let finish = &events[events.len() - 2]["choices"][0]["finish_reason"];
    assert_eq!(finish, "tool_calls");
    body["tool_choice"] = "none".into();
    assert!(!post(&azure, &body).await.text().contains("tool_calls"));
}

#[tokio::test]
async fn json_for_a_schema_fits_it() {
    let azure = emulator().await;
    let mut body = ask("Name a colour");
    body["response_format"] = json!({ "type": "json_schema", "json_schema": {
        "name": "colour", "strict": true, "schema": {
            "type": "object", "required": ["name", "rgb"], "additionalProperties": false,
            "properties": {
                "name": { "type": "string" },
                "rgb": { "type": "array", "items": { "type": "integer" }, "minItems": 3 },
            },
        },
    }});
    let content = |reply: Reply| -> Value {
        let text = reply.json()["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
        serde_json::from_str(&text).unwrap()
    };
    let colour = content(post(&azure, &body).await);
    assert!(colour["name"].is_string() && colour["rgb"].as_array().unwrap().len() == 3);
    body["response_format"] = json!({ "type": "json_object" });
    assert!(content(post(&azure, &body).await).is_object());
}

#[tokio::test]
async fn several_choices_and_pictures_are_taken() {
    let azure = emulator().await;
    let mut body = ask("");
    body["n"] = 3.into();
    body["messages"][0]["content"] = json!([
        { "type": "text", "text": "What is on this?" },
        { "type": "image_url", "image_url": { "url": "data:image/png;base64,AAAA" } },
    ]);
    let whole = post(&azure, &body).await.json();
    assert_eq!(whole["choices"].as_array().unwrap().len(), 3);
    assert!(whole["usage"]["prompt_tokens"].as_u64().unwrap() > 255);
    body["stream"] = true.into();
    let events = post(&azure, &body).await.events();
    let finished = events.iter().filter(|event| event["choices"][0]["finish_reason"] == "stop");
    let indexes: Vec<_> = finished.map(|event| event["choices"][0]["index"].as_u64()).collect();
    assert_eq!(indexes, [Some(0), Some(1), Some(2)]);
}

#[tokio::test]
async fn a_small_cap_leaves_a_reasoning_model_speechless() {
    let azure = emulator().await;
    let mut body = ask("Think hard");
    body["max_tokens"] = 16.into();
    azure.set(Scenario::served("gpt-5-nano-2025-08-07"));
    let reply = post(&azure, &body).await.json();
    let choice = &reply["choices"][0];
    assert_eq!(
        (&choice["message"]["content"], &choice["finish_reason"]),
        (&json!(""), &json!("length"))
    );
    assert_eq!(reply["usage"]["completion_tokens"], 16);
    assert_eq!(reply["usage"]["completion_tokens_details"]["reasoning_tokens"], 16);
    azure.set(Scenario::served("gpt-4.1-2025-04-14"));
    body["max_tokens"] = 5.into();
    let reply = post(&azure, &body).await.json();
    assert_eq!(reply["choices"][0]["finish_reason"], "length");
    assert_eq!(reply["usage"]["completion_tokens"], 5);
}

#[tokio::test]
async fn headers_are_azures() {
    let azure = emulator().await;
    let reply = post_in(&azure, "served=gpt-5.4-nano-2026-03-17", &ask("Hi")).await;
    let names = [
        "apim-request-id",
        "x-request-id",
        "x-ms-client-request-id",
        "x-ms-region",
        "x-ms-deployment-name",
        "azureml-model-session",
        "x-ms-rai-invoked",
        "x-accel-buffering",
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-tokens",
        "x-envoy-upstream-service-time",
        "strict-transport-security",
    ];
    for name in names {
        assert!(reply.header(name).is_some(), "{name}");
    }
    assert_eq!(reply.header("x-ms-served-model"), Some("gpt-5.4-nano-2026-03-17"));
    assert_eq!(reply.header("x-ratelimit-key"), Some("gpt-5.4-nano"));
    assert_eq!(reply.header("x-ms-deployment-name"), Some("azure-model-router"));
}
