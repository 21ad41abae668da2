//! Text and arguments survive the way there and back byte for byte, and no bytes make it panic.

use api_translation::{
    Api::{Messages, Responses},
    Translation,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{TARGET, answers, chat};

/// Any JSON, with the words of both APIs in it.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "type",
        "role",
        "content",
        "text",
        "input_text",
        "message",
        "function_call",
        "call_id",
        "name",
        "arguments",
        "input",
        "messages",
        "tools",
        "function",
        "user",
        "assistant",
        "tool_use",
        "tool_result",
        "tool_use_id",
        "id",
        "source",
        "base64",
        "data",
        "max_tokens",
        "choices",
        "delta",
        "index",
        "finish_reason",
        "tool_calls",
        "usage",
        "prompt_tokens",
        "thinking",
        "reasoning",
        "effort",
        "namespace",
        "custom",
        "format",
        "novel",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((words.clone(), inner), 0..6).prop_map(|fields| {
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(request in any_json(), field in any_json(), answer in any_json()) {
        let bodies = [request.clone(), field.clone(), json!({"input": field}),
            json!({"max_tokens": 1, "messages": field}), json!({"input": "a", "tools": field})];
        for body in bodies {
            let body = body.to_string();
            for api in [Responses, Messages] {
                if let Ok(there) = Translation::request(api, body.as_bytes(), &TARGET) {
                    let again: Value = serde_json::from_slice(&there.body).unwrap();
                    prop_assert_eq!(&again["model"], "router");
                }
            }
        }
        for answer in [answer.clone(), json!({"choices": answer}), json!({"choices": [{"delta": answer}]})] {
            let answer = answer.to_string();
            for api in [Responses, Messages] {
                let answers = answers(api, json!({}));
                let _ = answers.whole(answer.as_bytes());
                let mut events = answers.events();
                let _ = (events.push(answer.as_bytes()), events.finish());
                prop_assert!(events.has_ended());
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        for api in [Responses, Messages] {
            let _ = Translation::request(api, &bytes, &TARGET);
            let answers = answers(api, json!({}));
            let _ = (answers.whole(&bytes), answers.events().push(&bytes));
        }
    }

    /// What a client sends as the conversation so far is what the chat is asked; what the chat answers is
    /// what the client reads.
    #[test]
    fn text_and_arguments_survive(text: String, arguments in any_json()) {
        prop_assume!(!text.is_empty());
        let arguments = json!({"a": arguments});
        let written = serde_json::to_string_pretty(&arguments).unwrap();
        let asked = json!({"input": [
            {"role": "user", "content": text},
            {"type": "function_call", "call_id": text, "name": "f", "arguments": written},
        ]});
        let found = chat(Responses, &asked);
        prop_assert_eq!(&found["messages"][0]["content"], &json!(text));
        let call = &found["messages"][1]["tool_calls"][0];
        prop_assert_eq!(&call["id"], &json!(text));
        prop_assert_eq!(&call["function"]["arguments"], &json!(written));
        let body = format!(
            r#"{{"max_tokens":1,"messages":[{{"role":"user","content":{}}},{{"role":"assistant",
                "content":[{{"type":"tool_use","id":"t","name":"f","input":{written}}}]}}]}}"#,
            json!(text)
        );
        let there = Translation::request(Messages, body.as_bytes(), &TARGET).unwrap();
        let found: Value = serde_json::from_slice(&there.body).unwrap();
        prop_assert_eq!(&found["messages"][0]["content"], &json!(text));
        let call = &found["messages"][1]["tool_calls"][0]["function"];
        prop_assert_eq!(&call["arguments"], &json!(written));

        let answer = json!({"id": "c", "choices": [{"message": {"content": text, "tool_calls": [
            {"id": "t", "type": "function", "function": {"name": "f", "arguments": written}}]},
            "finish_reason": "tool_calls"}]}).to_string();
        let message = there.answers.whole(answer.as_bytes()).unwrap();
        let read: Value = serde_json::from_slice(&message).unwrap();
        prop_assert_eq!(&read["content"][0]["text"], &json!(text));
        // The bytes themselves, with their spaces.
        prop_assert!(String::from_utf8(message.to_vec()).unwrap().contains(&written));
        let response = answers(Responses, json!({})).whole(answer.as_bytes()).unwrap();
        let read: Value = serde_json::from_slice(&response).unwrap();
        prop_assert_eq!(&read["output"][0]["content"][0]["text"], &json!(text));
        prop_assert_eq!(&read["output"][1]["arguments"], &json!(written));
    }
}
