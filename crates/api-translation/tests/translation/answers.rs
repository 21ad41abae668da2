//! Golden whole answers.

use api_translation::{
    Api::{Messages, Responses},
    Broken,
};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::support::answers;

/// A chat's answer with this message.
fn chat(message: Value, finish: &str) -> String {
    json!({
        "id": "c1", "object": "chat.completion", "created": 7, "model": "gpt-5.6-luna-2026-07-09",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "service_tier": "default", "prompt_filter_results": [],
        "model_selection_details": {"mode": "balanced"},
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17,
            "prompt_tokens_details": {"cached_tokens": 8}},
    })
    .to_string()
}

fn calls() -> Value {
    json!({"role": "assistant", "content": "I look.", "reasoning_content": "Hm.", "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{ \"x\" : 1.0}"}},
        {"id": "b", "type": "function", "function": {"name": "g", "arguments": ""}}]})
}

fn whole(answers: &api_translation::Answers, chat: &str) -> Value {
    serde_json::from_slice(&answers.whole(chat.as_bytes()).unwrap()).unwrap()
}

#[test]
fn a_response() {
    let more = json!({"reasoning": {"summary": "auto"}, "metadata": {"a": "b"}, "tools": [
        {"type": "namespace", "name": "n", "description": "", "tools": [
            {"type": "function", "name": "f", "parameters": {}}]}]});
    let mut message = calls();
    message["tool_calls"][0]["function"]["name"] = json!("n__f");
    let response = whole(&answers(Responses, more), &chat(message, "tool_calls"));
    insta::assert_json_snapshot!(response, @r#"
    {
      "background": false,
      "created_at": 7,
      "error": null,
      "id": "resp_c1",
      "incomplete_details": null,
      "instructions": null,
      "max_output_tokens": null,
      "metadata": {
        "a": "b"
      },
      "model": "gpt-5.6-luna-2026-07-09",
      "model_selection_details": {
        "mode": "balanced"
      },
      "object": "response",
      "output": [
        {
          "id": "rs_c1_0",
          "summary": [
            {
              "text": "Hm.",
              "type": "summary_text"
            }
          ],
          "type": "reasoning"
        },
        {
          "content": [
            {
              "annotations": [],
              "logprobs": [],
              "text": "I look.",
              "type": "output_text"
            }
          ],
          "id": "msg_c1_1",
          "role": "assistant",
          "status": "completed",
          "type": "message"
        },
        {
          "arguments": "{ \"x\" : 1.0}",
          "call_id": "a",
          "id": "fc_c1_2",
          "name": "f",
          "namespace": "n",
          "status": "completed",
          "type": "function_call"
        },
        {
          "arguments": "",
          "call_id": "b",
          "id": "fc_c1_3",
          "name": "g",
          "status": "completed",
          "type": "function_call"
        }
      ],
      "parallel_tool_calls": true,
      "previous_response_id": null,
      "prompt_cache_key": null,
      "reasoning": {
        "summary": "auto"
      },
      "safety_identifier": null,
      "service_tier": "default",
      "status": "completed",
      "store": false,
      "temperature": null,
      "text": {
        "format": {
          "type": "text"
        }
      },
      "tool_choice": "auto",
      "tools": [
        {
          "description": "",
          "name": "n",
          "tools": [
            {
              "name": "f",
              "parameters": {},
              "type": "function"
            }
          ],
          "type": "namespace"
        }
      ],
      "top_p": null,
      "truncation": "disabled",
      "usage": {
        "input_tokens": 12,
        "input_tokens_details": {
          "cache_write_tokens": 0,
          "cached_tokens": 8
        },
        "output_tokens": 5,
        "output_tokens_details": {
          "reasoning_tokens": 0
        },
        "total_tokens": 17
      },
      "user": null
    }
    "#);
}

#[test]
fn a_message() {
    let more = json!({"thinking": {"type": "adaptive"}});
    let message = whole(&answers(Messages, more), &chat(calls(), "tool_calls"));
    insta::assert_json_snapshot!(message, @r#"
    {
      "content": [
        {
          "signature": "",
          "thinking": "Hm.",
          "type": "thinking"
        },
        {
          "text": "I look.",
          "type": "text"
        },
        {
          "id": "a",
          "input": {
            "x": 1.0
          },
          "name": "f",
          "type": "tool_use"
        },
        {
          "id": "b",
          "input": {},
          "name": "g",
          "type": "tool_use"
        }
      ],
      "id": "msg_c1",
      "model": "gpt-5.6-luna-2026-07-09",
      "model_selection_details": {
        "mode": "balanced"
      },
      "role": "assistant",
      "stop_reason": "tool_use",
      "stop_sequence": null,
      "type": "message",
      "usage": {
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 8,
        "input_tokens": 4,
        "output_tokens": 5,
        "output_tokens_details": {
          "thinking_tokens": 0
        },
        "service_tier": "standard"
      }
    }
    "#);
}

/// Who did not ask for thinking finds the text first.
#[test]
fn thinking_is_shown_to_who_asked_for_it() {
    let chat = chat(json!({"content": "a", "reasoning_content": "hm"}), "stop");
    let kinds = |more| {
        let message = whole(&answers(Messages, more), &chat);
        let blocks = message["content"].as_array().unwrap().clone();
        blocks.iter().map(|block| block["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(json!({})), ["text"]);
    assert_eq!(kinds(json!({"thinking": {"type": "disabled"}})), ["text"]);
    let hidden = json!({"type": "adaptive", "display": "omitted"});
    assert_eq!(kinds(json!({"thinking": hidden})), ["text"]);
    assert_eq!(kinds(json!({"thinking": {"type": "adaptive"}})), ["thinking", "text"]);
}

#[test]
fn answers_say_why_they_ended() {
    let reason = |finish: &str, message: Value| {
        let chat = chat(message, finish);
        let message = whole(&answers(Messages, json!({})), &chat);
        let response = whole(&answers(Responses, json!({})), &chat);
        let of = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        (
            of(&message["stop_reason"]),
            of(&response["status"]),
            of(&response["incomplete_details"]["reason"]),
        )
    };
    let text = || json!({"content": "a"});
    for (finish, message, expect) in [
        ("stop", text(), ("end_turn", "completed", "-")),
        ("length", text(), ("max_tokens", "incomplete", "max_output_tokens")),
        ("content_filter", text(), ("refusal", "incomplete", "content_filter")),
        ("tool_calls", calls(), ("tool_use", "completed", "-")),
        ("stop", calls(), ("tool_use", "completed", "-")),
        ("", calls(), ("tool_use", "completed", "-")),
        ("stop", json!({"refusal": "no"}), ("refusal", "completed", "-")),
    ] {
        let (stop, status, why) = reason(finish, message);
        assert_eq!((&*stop, &*status, &*why), expect, "{finish}");
    }
}

#[test]
fn a_stop_sequence_is_named_where_the_upstream_does() {
    let answers = answers(Messages, json!({"stop_sequences": ["END"]}));
    let answer = |at: Value| {
        let message = json!({"content": "a"});
        let choice = json!({"message": message, "finish_reason": "stop", "stop_reason": at});
        whole(&answers, &json!({"id": "c", "choices": [choice]}).to_string())
    };
    let named = answer(json!("END"));
    assert_eq!(
        (&named["stop_reason"], &named["stop_sequence"]),
        (&json!("stop_sequence"), &json!("END"))
    );
    for other in [json!("other"), json!(7), Value::Null] {
        assert_eq!(answer(other)["stop_reason"], "end_turn");
    }
}

#[test]
fn counts_that_are_not_reported_are_not_zero() {
    let chat =
        json!({"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}).to_string();
    assert_eq!(whole(&answers(Responses, json!({})), &chat)["usage"], Value::Null);
    let message = whole(&answers(Messages, json!({})), &chat);
    assert_eq!(message["usage"], json!({"input_tokens": null, "output_tokens": null}));
    // Nor is an answer without a name.
    assert_eq!(message["id"], "msg_fallback");
}

#[test]
fn a_call_that_a_bound_cut_is_not_made() {
    let message = json!({"content": "a", "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x"}}]});
    let answers = answers(Messages, json!({}));
    let cut = whole(&answers, &chat(message.clone(), "length"));
    assert_eq!(cut["content"], json!([{"type": "text", "text": "a"}]));
    assert_eq!(cut["stop_reason"], "max_tokens");
    let broken = answers.whole(chat(message, "tool_calls").as_bytes()).unwrap_err();
    assert_eq!(broken, Broken::Arguments("f".to_owned()));
}

/// As some servers send them (Ollama).
#[test]
fn arguments_can_be_an_object() {
    let message = json!({"tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]});
    let message = whole(&answers(Messages, json!({})), &chat(message, "stop"));
    let call = json!({"type": "tool_use", "id": "call_c1_0", "name": "f", "input": {"a": 1}});
    assert_eq!(message["content"], json!([call]));
}

#[test]
fn what_is_no_answer_is_an_error() {
    let answers = answers(Responses, json!({}));
    let broken = |chat: Value| answers.whole(chat.to_string().as_bytes()).unwrap_err().to_string();
    assert_eq!(broken(json!([])), "the answer is not a chat completion");
    assert_eq!(broken(json!({"choices": []})), "the answer is not a chat completion");
    assert_eq!(broken(json!({"error": {"message": "no"}})), "no");
    assert_eq!(
        broken(json!({"choices": [{"message": {}, "finish_reason": "eaten"}]})),
        "the answer ended with the unknown `finish_reason` `eaten`"
    );
    let usage = json!({"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 1});
    assert_eq!(
        broken(json!({"choices": [{"message": {}}], "usage": usage})),
        "the usage cannot be translated"
    );
}

#[test]
fn refusals_are_in_the_clients_envelope() {
    let body = Bytes::from_static(
        br#"{"error":{"message":"Too fast.","type":"x","param":null,"code":"429"}}"#,
    );
    assert_eq!(answers(Responses, json!({})).error(429, &body), body);
    let of = |status, body: &'static [u8]| -> Value {
        let error = answers(Messages, json!({})).error(status, &Bytes::from_static(body));
        serde_json::from_slice(&error).unwrap()
    };
    let expect =
        json!({"type": "error", "error": {"type": "rate_limit_error", "message": "Too fast."}});
    assert_eq!(of(429, br#"{"error":{"message":"Too fast."}}"#), expect);
    assert_eq!(of(500, b"<html>")["error"]["message"], "the upstream answered with status 500");
    assert_eq!(
        of(400, br#"{"error":"odd"}"#)["error"],
        json!({"type": "invalid_request_error", "message": "odd"})
    );
}
