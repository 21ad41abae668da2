//! Golden chat requests, and what is refused for its combination.

use api_translation::Api::{self, Messages, Responses};
use serde_json::{Value, json};

use crate::support::{TARGET, chat, translate};

#[track_caller]
fn refused(api: Api, request: Value, expect: &str) {
    assert_eq!(translate(api, &request).unwrap_err().to_string(), expect);
}

#[test]
fn a_response_request() {
    let request = json!({
        "model": "m", "instructions": "Be kind.", "stream": true, "max_output_tokens": 90,
        "temperature": 0.5, "user": "u", "prompt_cache_key": "k", "service_tier": "priority",
        "reasoning": {"effort": "minimal", "summary": "auto"},
        "text": {"verbosity": "low", "format": {
            "type": "json_schema", "name": "n", "strict": true, "schema": {"type": "object"}}},
        "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": true}],
        "tool_choice": {"type": "function", "name": "f"}, "parallel_tool_calls": false,
        "input": [
            {"role": "user", "content": [
                {"type": "input_text", "text": "See"},
                {"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "low"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"}]},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{ \"a\" : 1.0 }"},
            {"type": "function_call_output", "call_id": "c", "output": "r"},
        ],
    });
    insta::assert_json_snapshot!(chat(Responses, &request), @r#"
    {
      "max_completion_tokens": 90,
      "messages": [
        {
          "content": "Be kind.",
          "role": "system"
        },
        {
          "content": [
            {
              "text": "See",
              "type": "text"
            },
            {
              "image_url": {
                "detail": "low",
                "url": "data:image/png;base64,AA"
              },
              "type": "image_url"
            },
            {
              "file": {
                "file_data": "data:application/pdf;base64,AA",
                "filename": "a.pdf"
              },
              "type": "file"
            }
          ],
          "role": "user"
        },
        {
          "content": null,
          "role": "assistant",
          "tool_calls": [
            {
              "function": {
                "arguments": "{ \"a\" : 1.0 }",
                "name": "f"
              },
              "id": "c",
              "type": "function"
            }
          ]
        },
        {
          "content": "r",
          "role": "tool",
          "tool_call_id": "c"
        }
      ],
      "model": "router",
      "parallel_tool_calls": false,
      "prompt_cache_key": "k",
      "reasoning_effort": "low",
      "response_format": {
        "json_schema": {
          "name": "n",
          "schema": {
            "type": "object"
          },
          "strict": true
        },
        "type": "json_schema"
      },
      "service_tier": "priority",
      "stream": true,
      "stream_options": {
        "include_usage": true
      },
      "temperature": 0.5,
      "tool_choice": {
        "function": {
          "name": "f"
        },
        "type": "function"
      },
      "tools": [
        {
          "function": {
            "name": "f",
            "parameters": {
              "type": "object"
            },
            "strict": true
          },
          "type": "function"
        }
      ],
      "user": "u",
      "verbosity": "low"
    }
    "#);
    let dropped = translate(Responses, &request).unwrap().dropped.to_string();
    assert_eq!(dropped, "reasoning.summary, reasoning.effort");
}

#[test]
fn a_messages_request() {
    let request = json!({
        "model": "m", "max_tokens": 90, "stop_sequences": ["END"], "temperature": 1.0,
        "metadata": {"user_id": "u"}, "service_tier": "standard_only",
        "system": [{"type": "text", "text": "Be kind."}, {"type": "text", "text": "Be short."}],
        "thinking": {"type": "enabled", "budget_tokens": 2048},
        "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "any", "disable_parallel_tool_use": true},
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "See"},
                {"type": "image", "source": {"type": "url", "url": "https://a/b.png"}},
                {"type": "document", "title": "a.pdf", "source":
                    {"type": "base64", "media_type": "application/pdf", "data": "AA"}}]},
            {"role": "assistant", "content": [
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t", "is_error": true, "content": "no"},
                {"type": "text", "text": "Again."}]},
        ],
    });
    insta::assert_json_snapshot!(chat(Messages, &request), @r#"
    {
      "max_completion_tokens": 90,
      "messages": [
        {
          "content": [
            {
              "text": "Be kind.",
              "type": "text"
            },
            {
              "text": "Be short.",
              "type": "text"
            }
          ],
          "role": "system"
        },
        {
          "content": [
            {
              "text": "See",
              "type": "text"
            },
            {
              "image_url": {
                "url": "https://a/b.png"
              },
              "type": "image_url"
            },
            {
              "file": {
                "file_data": "data:application/pdf;base64,AA",
                "filename": "a.pdf"
              },
              "type": "file"
            }
          ],
          "role": "user"
        },
        {
          "content": "I look.",
          "role": "assistant",
          "tool_calls": [
            {
              "function": {
                "arguments": "{\"a\":1}",
                "name": "f"
              },
              "id": "t",
              "type": "function"
            }
          ]
        },
        {
          "content": [
            {
              "text": "[error]",
              "type": "text"
            },
            {
              "text": "no",
              "type": "text"
            }
          ],
          "role": "tool",
          "tool_call_id": "t"
        },
        {
          "content": "Again.",
          "role": "user"
        }
      ],
      "model": "router",
      "parallel_tool_calls": false,
      "reasoning_effort": "medium",
      "service_tier": "default",
      "stop": [
        "END"
      ],
      "temperature": 1.0,
      "tool_choice": "required",
      "tools": [
        {
          "function": {
            "description": "d",
            "name": "f",
            "parameters": {
              "type": "object"
            }
          },
          "type": "function"
        }
      ],
      "user": "u"
    }
    "#);
}

/// Numbers keep their digits, and objects the order of their keys.
#[test]
fn values_pass_as_they_are_written() {
    let request = br#"{"max_tokens":9,"temperature":1.00,"tools":[{"name":"f","input_schema":{"z":1e400,"a": "\u00e9"}}],
        "messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"z" : 1.10,"a":2}}]}]}"#;
    let there = api_translation::Translation::request(Messages, request, &TARGET).unwrap();
    let text = String::from_utf8(there.body.to_vec()).unwrap();
    assert!(text.contains(r#""temperature":1.00"#), "{text}");
    assert!(text.contains(r#""parameters":{"z":1e400,"a": "\u00e9"}"#), "{text}");
    assert!(text.contains(r#""arguments":"{\"z\" : 1.10,\"a\":2}""#), "{text}");
}

/// LiteLLM's bounds.
#[test]
fn a_budget_becomes_an_effort() {
    for (budget, effort) in [
        (1024, "low"),
        (2047, "low"),
        (2048, "medium"),
        (4095, "medium"),
        (4096, "high"),
        (31999, "high"),
    ] {
        let request = json!({"max_tokens": 9, "messages": [],
            "thinking": {"type": "enabled", "budget_tokens": budget}});
        assert_eq!(chat(Messages, &request)["reasoning_effort"], effort, "{budget}");
    }
}

#[test]
fn an_effort_is_one_that_a_router_takes() {
    for (asked, effort, changed) in [
        ("none", "low", true),
        ("minimal", "low", true),
        ("low", "low", false),
        ("medium", "medium", false),
        ("high", "high", false),
        ("xhigh", "high", true),
        ("max", "high", true),
    ] {
        let request = json!({"input": "a", "reasoning": {"effort": asked}});
        assert_eq!(chat(Responses, &request)["reasoning_effort"], effort);
        let dropped = translate(Responses, &request).unwrap().dropped;
        assert_eq!(dropped.names().any(|name| name == "reasoning.effort"), changed, "{asked}");
    }
    refused(
        Responses,
        json!({"input": "a", "reasoning": {"effort": "huge"}}),
        "`reasoning.effort` is not known here",
    );
}

#[test]
fn a_choice_needs_tools() {
    let request = json!({"input": "a", "tool_choice": "auto", "parallel_tool_calls": true});
    let chat = chat(Responses, &request);
    assert_eq!((chat.get("tool_choice"), chat.get("parallel_tool_calls")), (None, None));
    let reason = "`tool_choice` chooses a tool, and the request has none";
    refused(Responses, json!({"input": "a", "tool_choice": "required"}), reason);
    let messages = json!([{"role": "user", "content": "a"}]);
    let request = json!({"max_tokens": 1, "messages": messages, "tool_choice": {"type": "any"}});
    refused(Messages, request, reason);
}

#[test]
fn what_is_missing_is_named() {
    refused(Responses, json!({}), "`input` is missing");
    refused(Messages, json!({"max_tokens": 1}), "`messages` is missing");
    refused(Messages, json!({"messages": []}), "`max_tokens` is missing");
    refused(Messages, json!([1]), "`body` is not an object");
    let image = json!([{"role": "user", "content": [{"type": "input_image", "detail": "auto"}]}]);
    refused(Responses, json!({"input": image}), "`input[0].content[0].image_url` is missing");
    let stops =
        json!({"max_tokens": 1, "messages": [], "stop_sequences": ["a", "b", "c", "d", "e"]});
    refused(Messages, stops, "`stop_sequences` has more than the four sequences that a chat takes");
    let twice = br#"{"input":"a","input":"b"}"#;
    let twice = api_translation::Translation::request(Responses, twice, &TARGET);
    assert_eq!(twice.unwrap_err().to_string(), "`input` is there twice");
}

/// A request to `count_tokens` has no bound, and its prompt is that of the request.
#[test]
fn tokens_are_counted_of_the_same_prompt() {
    let mut request =
        json!({"model": "m", "system": "s", "messages": [{"role": "user", "content": "hi"}]});
    let body = request.to_string();
    let counted = api_translation::Translation::count_tokens(body.as_bytes(), &TARGET).unwrap();
    let counted: Value = serde_json::from_slice(&counted.body).unwrap();
    request["max_tokens"] = json!(9);
    assert_eq!(counted["messages"], chat(Messages, &request)["messages"]);
    let answer: Value = serde_json::from_slice(&api_translation::counted_tokens(7)).unwrap();
    assert_eq!(answer, json!({"input_tokens": 7, "estimated": true}));
}

/// Work is in proportion to the request: this is quick, or takes minutes.
#[test]
fn many_calls_and_tools_take_no_longer_each() {
    let many = 20_000;
    let name = "x".repeat(70);
    let tools: Vec<_> = (0..many).map(|_| json!({"type": "function", "name": name})).collect();
    let call = |at: usize| json!({"type": "function_call", "call_id": at.to_string(), "name": name, "arguments": ""});
    let output = |at: usize| json!({"type": "function_call_output", "call_id": at.to_string(), "output": ""});
    let input: Vec<_> = (0..many).map(call).chain((0..many).map(output)).collect();
    let chat = chat(Responses, &json!({"input": input, "tools": tools}));
    assert_eq!(chat["messages"].as_array().unwrap().len(), many + 1);
    assert_eq!(chat["tools"].as_array().unwrap().len(), many);
    // However deep it is.
    let deep = "[".repeat(1 << 20);
    for body in [format!(r#"{{"input":{deep}"#), format!(r#"{{"max_tokens":1,"messages":{deep}"#)] {
        assert!(api_translation::Translation::request(Messages, body.as_bytes(), &TARGET).is_err());
    }
    let deep = format!("{deep}{}", "]".repeat(1 << 20));
    let body = format!(
        r#"{{"input":"a","tools":[{{"type":"function","name":"f","parameters":{deep}}}]}}"#
    );
    assert!(api_translation::Translation::request(Responses, body.as_bytes(), &TARGET).is_ok());
}
