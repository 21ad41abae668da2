//! Requests of the command lines of OpenAI and Anthropic, recorded from the real ones.

use api_translation::{Api, Dropped, Translation};
use serde_json::Value;

use crate::support::{chat, translate};

fn body(fixture: &str) -> Value {
    let recorded: Value = serde_json::from_str(fixture).unwrap();
    recorded["body"].clone()
}

#[track_caller]
fn dropped(api: Api, fixture: &str) -> String {
    let translated = translate(api, &body(fixture)).unwrap_or_else(|refused| panic!("{refused}"));
    let Translation { dropped, .. } = translated;
    Dropped::to_string(&dropped)
}

#[test]
fn codex_is_translated() {
    for fixture in [
        include_str!("fixtures/codex_first.json"),
        include_str!("fixtures/codex_image_and_schema.json"),
    ] {
        let _ = dropped(Api::Responses, fixture);
    }
    assert_eq!(
        dropped(Api::Responses, include_str!("fixtures/codex_tools.json")),
        "client_metadata, tools[web_search].external_web_access, input[message].id, input[reasoning], \
         input[message].status, input[function_call].id, input[function_call].status, \
         input[function_call_output].id, reasoning.summary, include[reasoning.encrypted_content]"
    );
}

#[test]
fn codex_asks_a_chat() {
    let chat = chat(Api::Responses, &body(include_str!("fixtures/codex_tools.json")));
    let roles: Vec<_> = chat["messages"].as_array().unwrap().iter().map(role).collect();
    assert_eq!(
        roles,
        [
            "system",
            "system",
            "user",
            "user",
            "assistant call_0 call_1",
            "tool call_0",
            "tool call_1",
            "assistant call_2",
            "tool call_2",
            "assistant call_3",
            "tool call_3"
        ]
    );
    let tools: Vec<_> = chat["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["function"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        tools,
        [
            "exec_command",
            "write_stdin",
            "multi_agent_v1__close_agent",
            "multi_agent_v1__resume_agent"
        ]
    );
    assert_eq!(chat["stream_options"]["include_usage"], true);
    let call = &chat["messages"][4]["tool_calls"][1]["function"];
    assert_eq!(call["arguments"], r#"{"cmd": "cat a.txt"}"#);
}

/// For models that it knows, Codex offers one custom tool, among the items.
#[test]
fn codex_with_custom_tools_asks_a_chat() {
    let chat = chat(Api::Responses, &body(include_str!("fixtures/codex_custom_tools.json")));
    let tool = &chat["tools"][0];
    assert_eq!((&tool["type"], &tool["custom"]["name"]), (&"custom".into(), &"exec".into()));
    assert_eq!(tool["custom"]["format"]["grammar"]["syntax"], "lark");
    let calls: Vec<_> = chat["messages"].as_array().unwrap().iter().map(role).collect();
    assert!(calls.contains(&"assistant call_0".to_owned()), "{calls:?}");
    assert_eq!(chat["reasoning_effort"], "low");
    assert_eq!(chat["verbosity"], "low");
}

#[test]
fn a_live_search_is_refused_by_name() {
    let request = body(include_str!("fixtures/codex_live_search.json"));
    let refused = translate(Api::Responses, &request).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`tools[3]` searches the web, which chat completions do not; leave it out \
         (Codex: `web_search = \"disabled\"`)"
    );
}

#[test]
fn claude_code_is_translated() {
    assert_eq!(
        dropped(Api::Messages, include_str!("fixtures/claude_tools.json")),
        "content[text].cache_control, content[thinking], content[tool_result].cache_control, \
         context_management.edits[clear_thinking_20251015]"
    );
    assert_eq!(dropped(Api::Messages, include_str!("fixtures/claude_title.json")), "");
}

#[test]
fn claude_code_asks_a_chat() {
    let asked = |fixture| chat(Api::Messages, &body(fixture));
    let chat = asked(include_str!("fixtures/claude_tools.json"));
    let roles: Vec<_> = chat["messages"].as_array().unwrap().iter().map(role).collect();
    assert_eq!(
        roles,
        [
            "system",
            "user",
            "system",
            "assistant toolu_0 toolu_1 toolu_2 toolu_3",
            "tool toolu_0",
            "tool toolu_1",
            "tool toolu_2",
            "tool toolu_3",
            "user"
        ]
    );
    // The image that a tool returned.
    let image = &chat["messages"][8]["content"][1]["image_url"]["url"];
    assert!(image.as_str().unwrap().starts_with("data:image/png;base64,iVBOR"), "{image}");
    assert_eq!(chat["reasoning_effort"], "high");
    assert_eq!(chat["max_completion_tokens"], 64000);
    let title = asked(include_str!("fixtures/claude_title.json"));
    assert_eq!(title["reasoning_effort"], "low");
    assert_eq!(title["response_format"]["json_schema"]["strict"], true);
    let thinking = asked(include_str!("fixtures/claude_thinking.json"));
    assert_eq!(thinking["reasoning_effort"], "high");
}

/// A message's role, with the calls that it makes or answers.
fn role(message: &Value) -> String {
    let mut role = message["role"].as_str().unwrap().to_owned();
    let calls = message["tool_calls"].as_array().into_iter().flatten().map(|call| &call["id"]);
    for id in calls.chain(message.get("tool_call_id")) {
        role.push(' ');
        role.push_str(id.as_str().unwrap());
    }
    role
}
