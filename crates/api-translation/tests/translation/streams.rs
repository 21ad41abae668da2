//! Golden event sequences, and the rules that every sequence keeps.

use api_translation::{
    Answers,
    Api::{Messages, Responses},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use crate::support::{Event, answers, chunk, events, finish, lines, preamble, pushed, usage};

const RESPONSE_KEYS: [&str; 9] = [
    "/sequence_number",
    "/output_index",
    "/item_id",
    "/delta",
    "/text",
    "/arguments",
    "/refusal",
    "/item/type",
    "/response/status",
];
const MESSAGE_KEYS: [&str; 8] = [
    "/index",
    "/content_block/type",
    "/content_block/name",
    "/delta/text",
    "/delta/thinking",
    "/delta/partial_json",
    "/delta/stop_reason",
    "/usage/output_tokens",
];

fn responses(more: Value, chunks: &[Value]) -> String {
    lines(&pushed(&mut answers(Responses, more).events(), chunks), &RESPONSE_KEYS)
}

fn messages(more: Value, chunks: &[Value]) -> String {
    lines(&pushed(&mut answers(Messages, more).events(), chunks), &MESSAGE_KEYS)
}

fn call(index: u64, id: Option<&str>, arguments: &str) -> Value {
    let named = id
        .map_or(json!({"arguments": arguments}), |id| json!({"name": id, "arguments": arguments}));
    let mut call = json!({"index": index, "function": named});
    if let Some(id) = id {
        call["id"] = json!(id);
        call["type"] = json!("function");
    }
    chunk(json!({"tool_calls": [call]}))
}

fn text() -> Vec<Value> {
    vec![
        preamble(),
        chunk(json!({"role": "assistant", "content": ""})),
        chunk(json!({"content": "Hel"})),
        chunk(json!({"content": "lo"})),
        finish("stop"),
        usage(),
    ]
}

fn two_calls() -> Vec<Value> {
    vec![
        chunk(json!({"reasoning_content": "Hm."})),
        call(0, Some("a"), ""),
        call(1, Some("b"), "{"),
        call(0, None, "{\"x\":1"),
        call(1, None, "}"),
        call(0, None, "}"),
        finish("tool_calls"),
        usage(),
    ]
}

#[test]
fn text_is_a_message() {
    insta::assert_snapshot!(responses(json!({}), &text()), @r#"
    response.created sequence_number=0 response/status="in_progress"
    response.in_progress sequence_number=1 response/status="in_progress"
    response.output_item.added sequence_number=2 output_index=0 item/type="message"
    response.content_part.added sequence_number=3 output_index=0 item_id="msg_c1_0"
    response.output_text.delta sequence_number=4 output_index=0 item_id="msg_c1_0" delta="Hel"
    response.output_text.delta sequence_number=5 output_index=0 item_id="msg_c1_0" delta="lo"
    response.output_text.done sequence_number=6 output_index=0 item_id="msg_c1_0" text="Hello"
    response.content_part.done sequence_number=7 output_index=0 item_id="msg_c1_0"
    response.output_item.done sequence_number=8 output_index=0 item/type="message"
    response.completed sequence_number=9 response/status="completed"
    "#);
    insta::assert_snapshot!(messages(json!({}), &text()), @r#"
    message_start
    content_block_start index=0 content_block/type="text"
    content_block_delta index=0 delta/text="Hel"
    content_block_delta index=0 delta/text="lo"
    content_block_stop index=0
    message_delta delta/stop_reason="end_turn" usage/output_tokens=5
    message_stop
    "#);
}

#[test]
fn two_parallel_calls_come_one_after_the_other() {
    insta::assert_snapshot!(responses(json!({"reasoning": {"summary": "auto"}}), &two_calls()), @r#"
    response.created sequence_number=0 response/status="in_progress"
    response.in_progress sequence_number=1 response/status="in_progress"
    response.output_item.added sequence_number=2 output_index=0 item/type="reasoning"
    response.reasoning_summary_part.added sequence_number=3 output_index=0 item_id="rs_c1_0"
    response.reasoning_summary_text.delta sequence_number=4 output_index=0 item_id="rs_c1_0" delta="Hm."
    response.reasoning_summary_text.done sequence_number=5 output_index=0 item_id="rs_c1_0" text="Hm."
    response.reasoning_summary_part.done sequence_number=6 output_index=0 item_id="rs_c1_0"
    response.output_item.done sequence_number=7 output_index=0 item/type="reasoning"
    response.output_item.added sequence_number=8 output_index=1 item/type="function_call"
    response.function_call_arguments.delta sequence_number=9 output_index=1 item_id="fc_c1_1" delta="{\"x\":1"
    response.function_call_arguments.delta sequence_number=10 output_index=1 item_id="fc_c1_1" delta="}"
    response.function_call_arguments.done sequence_number=11 output_index=1 item_id="fc_c1_1" arguments="{\"x\":1}"
    response.output_item.done sequence_number=12 output_index=1 item/type="function_call"
    response.output_item.added sequence_number=13 output_index=2 item/type="function_call"
    response.function_call_arguments.delta sequence_number=14 output_index=2 item_id="fc_c1_2" delta="{}"
    response.function_call_arguments.done sequence_number=15 output_index=2 item_id="fc_c1_2" arguments="{}"
    response.output_item.done sequence_number=16 output_index=2 item/type="function_call"
    response.completed sequence_number=17 response/status="completed"
    "#);
    insta::assert_snapshot!(messages(json!({"thinking": {"type": "adaptive"}}), &two_calls()), @r#"
    message_start
    content_block_start index=0 content_block/type="thinking"
    content_block_delta index=0 delta/thinking="Hm."
    content_block_stop index=0
    content_block_start index=1 content_block/type="tool_use" content_block/name="a"
    content_block_delta index=1 delta/partial_json="{\"x\":1"
    content_block_delta index=1 delta/partial_json="}"
    content_block_stop index=1
    content_block_start index=2 content_block/type="tool_use" content_block/name="b"
    content_block_delta index=2 delta/partial_json="{}"
    content_block_stop index=2
    message_delta delta/stop_reason="tool_use" usage/output_tokens=5
    message_stop
    "#);
}

#[test]
fn a_refusal_is_said() {
    let chunks =
        [chunk(json!({"refusal": "I can"})), chunk(json!({"refusal": "not."})), finish("stop")];
    insta::assert_snapshot!(responses(json!({}), &chunks), @r#"
    response.created sequence_number=0 response/status="in_progress"
    response.in_progress sequence_number=1 response/status="in_progress"
    response.output_item.added sequence_number=2 output_index=0 item/type="message"
    response.content_part.added sequence_number=3 output_index=0 item_id="msg_c1_0"
    response.refusal.delta sequence_number=4 output_index=0 item_id="msg_c1_0" delta="I can"
    response.refusal.delta sequence_number=5 output_index=0 item_id="msg_c1_0" delta="not."
    response.refusal.done sequence_number=6 output_index=0 item_id="msg_c1_0" refusal="I cannot."
    response.content_part.done sequence_number=7 output_index=0 item_id="msg_c1_0"
    response.output_item.done sequence_number=8 output_index=0 item/type="message"
    response.completed sequence_number=9 response/status="completed"
    "#);
    insta::assert_snapshot!(messages(json!({}), &chunks), @r#"
    message_start
    content_block_start index=0 content_block/type="text"
    content_block_delta index=0 delta/text="I can"
    content_block_delta index=0 delta/text="not."
    content_block_stop index=0
    message_delta delta/stop_reason="refusal"
    message_stop
    "#);
}

#[test]
fn a_bound_makes_it_incomplete() {
    let chunks = [chunk(json!({"content": "Hel"})), finish("length"), usage()];
    insta::assert_snapshot!(responses(json!({}), &chunks), @r#"
    response.created sequence_number=0 response/status="in_progress"
    response.in_progress sequence_number=1 response/status="in_progress"
    response.output_item.added sequence_number=2 output_index=0 item/type="message"
    response.content_part.added sequence_number=3 output_index=0 item_id="msg_c1_0"
    response.output_text.delta sequence_number=4 output_index=0 item_id="msg_c1_0" delta="Hel"
    response.output_text.done sequence_number=5 output_index=0 item_id="msg_c1_0" text="Hel"
    response.content_part.done sequence_number=6 output_index=0 item_id="msg_c1_0"
    response.output_item.done sequence_number=7 output_index=0 item/type="message"
    response.incomplete sequence_number=8 response/status="incomplete"
    "#);
    insta::assert_snapshot!(messages(json!({}), &chunks), @r#"
    message_start
    content_block_start index=0 content_block/type="text"
    content_block_delta index=0 delta/text="Hel"
    content_block_stop index=0
    message_delta delta/stop_reason="max_tokens" usage/output_tokens=5
    message_stop
    "#);
}

#[test]
fn a_cut_stream_ends_with_an_error() {
    let last = |answers: Answers| {
        let mut translator = answers.events();
        let mut bytes =
            translator.push(chunk(json!({"content": "Hel"})).to_string().as_bytes()).to_vec();
        bytes.extend_from_slice(&translator.finish());
        assert!(translator.has_ended() && translator.finish().is_empty());
        assert!(translator.push(b"[DONE]").is_empty());
        events(&bytes).pop().unwrap().data
    };
    let message = "the upstream's stream was interrupted; the answer is incomplete";
    assert_eq!(
        last(answers(Responses, json!({}))),
        json!({"type": "error", "sequence_number": 5, "code": "server_error", "message": message, "param": null})
    );
    assert_eq!(
        last(answers(Messages, json!({}))),
        json!({"type": "error", "error": {"type": "api_error", "message": message}})
    );
}

/// Some servers close the stream without its last event.
#[test]
fn an_answer_that_finished_is_whole() {
    let mut translator = answers(Messages, json!({})).events();
    let mut bytes = Vec::new();
    for chunk in [chunk(json!({"content": "a"})), finish("stop"), usage()] {
        bytes.extend_from_slice(&translator.push(chunk.to_string().as_bytes()));
    }
    bytes.extend_from_slice(&translator.finish());
    assert_eq!(events(&bytes).pop().unwrap().name, "message_stop");
}

#[test]
fn an_error_of_the_upstreams_ends_the_stream() {
    let error = json!({"error": {"message": "Too fast.", "code": "rate_limit_exceeded"}});
    let chunks = [chunk(json!({"content": "a"})), error];
    let failed = pushed(&mut answers(Responses, json!({})).events(), &chunks).pop().unwrap();
    assert_eq!(failed.name, "response.failed");
    assert_eq!(
        failed.data["response"]["error"],
        json!({"code": "rate_limit_exceeded", "message": "Too fast."})
    );
    let failed = pushed(&mut answers(Messages, json!({})).events(), &chunks).pop().unwrap();
    assert_eq!(failed.data["error"], json!({"type": "rate_limit_error", "message": "Too fast."}));
    // Before the answer began.
    let failed = pushed(&mut answers(Responses, json!({})).events(), &chunks[1..]);
    assert_eq!(lines(&failed, &["/code"]), r#"error code="rate_limit_exceeded""#);
}

#[test]
fn counts_that_contradict_each_other_are_an_error() {
    let mut counts = usage();
    counts["usage"]["prompt_tokens_details"] = json!({"cached_tokens": 13});
    let chunks = [chunk(json!({"content": "a"})), finish("stop"), counts];
    let failed = pushed(&mut answers(Messages, json!({})).events(), &chunks).pop().unwrap();
    assert_eq!(failed.data["error"]["message"], "the usage cannot be translated");
}

#[test]
fn the_usage_is_the_last_field_where_a_cost_can_be_added() {
    let last = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let all = |answers: Answers| {
        let mut translator = answers.events();
        let mut bytes = Vec::new();
        for chunk in text() {
            bytes.extend_from_slice(&translator.push(chunk.to_string().as_bytes()));
        }
        bytes.extend_from_slice(&translator.push(b"[DONE]"));
        last(bytes)
    };
    let stream = all(answers(Responses, json!({})));
    assert!(
        stream.ends_with(
            "\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":17}}}\n\n"
        ),
        "{stream}"
    );
    let stream = all(answers(Messages, json!({})));
    let end = "\"output_tokens_details\":{\"thinking_tokens\":0}}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    assert!(stream.ends_with(end), "{stream}");
}

/// A whole answer for a client whose stream has begun.
#[test]
fn a_whole_answer_can_be_an_event() {
    let answer = json!({"id": "c1", "model": "m", "choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "Hello"}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}});
    let events = pushed(&mut answers(Messages, json!({})).events(), &[answer]);
    assert_eq!(
        lines(&events, &MESSAGE_KEYS[3..4]),
        "message_start\ncontent_block_start text=\"\"\ncontent_block_delta delta/text=\"Hello\"\n\
         content_block_stop\nmessage_delta\nmessage_stop"
            .replace(" text=\"\"", "")
    );
}

// === any stream ===

/// What one event of a chat adds.
fn piece() -> impl Strategy<Value = Value> {
    let texts = select(vec!["a", "\u{e9}\n", "\"", ""]);
    let arguments = select(vec!["{", "}", "\"k\"", ":", "[1]", "\\", "", "{}"]);
    prop_oneof![
        texts.clone().prop_map(|text| chunk(json!({"content": text}))),
        texts.clone().prop_map(|text| chunk(json!({"reasoning_content": text}))),
        texts.prop_map(|text| chunk(json!({"refusal": text}))),
        (0_u64..3, any::<bool>(), arguments).prop_map(|(index, named, arguments)| {
            let id = format!("t{index}");
            call(index, named.then_some(&*id), arguments)
        }),
        Just(preamble()),
        Just(usage()),
        select(vec!["stop", "length", "tool_calls", "content_filter", ""]).prop_map(finish),
    ]
}

/// Blocks are opened, continued and closed one after the other, with their indexes.
fn check_message(events: &[Event]) -> Result<(), TestCaseError> {
    let names: Vec<&str> = events.iter().map(|event| &*event.name).collect();
    let failed = names.last() == Some(&"error");
    if names == ["error"] {
        return Ok(());
    }
    prop_assert_eq!(names[0], "message_start");
    let (mut open, mut next) = (false, 0);
    let ends = if failed { 1 } else { 2 };
    for event in &events[1..events.len() - ends] {
        prop_assert_eq!(&event.data["index"], &json!(next));
        let opens = event.name == "content_block_start";
        prop_assert_eq!(open, !opens, "{:?}", names);
        open = event.name != "content_block_stop";
        next += u64::from(!open);
    }
    if !failed {
        prop_assert!(!open);
        prop_assert_eq!(&names[names.len() - 2..], &["message_delta", "message_stop"]);
    }
    Ok(())
}

/// Numbers increase by one, items come one after the other, and the last event has all of them.
fn check_response(events: &[Event]) -> Result<(), TestCaseError> {
    for (number, event) in events.iter().enumerate() {
        prop_assert_eq!(&event.data["sequence_number"], &json!(number));
    }
    let (mut items, mut text) = (Vec::new(), String::new());
    for event in events {
        if event.name.starts_with("response.output_item") {
            prop_assert_eq!(&event.data["output_index"], &json!(items.len()));
        }
        match &*event.name {
            "response.output_item.added" => text.clear(),
            "response.output_item.done" => items.push(event.data["item"].clone()),
            name if name.ends_with(".delta") => {
                text.push_str(event.data["delta"].as_str().unwrap());
            }
            name if name.ends_with(".done") && !name.contains("part") => {
                let whole =
                    ["text", "arguments", "refusal"].iter().find_map(|key| event.data.get(key));
                prop_assert_eq!(whole.unwrap(), &json!(text));
            }
            _ => {}
        }
    }
    let last = events.last().unwrap();
    match &*last.name {
        "response.completed" | "response.incomplete" => {
            prop_assert_eq!(&last.data["response"]["output"], &json!(items));
        }
        name => prop_assert_eq!(name, "error"),
    }
    Ok(())
}

/// All that a client reads of one kind, joined.
fn said(events: &[Event], name: &str, key: &str) -> String {
    let of = events.iter().filter(|event| event.name == name);
    of.filter_map(|event| event.data.pointer(key)?.as_str()).collect()
}

proptest! {
    #[test]
    fn any_stream_is_in_sequence(chunks in vec(piece(), 0..12)) {
        let more = json!({"thinking": {"type": "adaptive"}});
        let message = pushed(&mut answers(Messages, more).events(), &chunks);
        check_message(&message)?;
        let response = pushed(&mut answers(Responses, json!({})).events(), &chunks);
        check_response(&response)?;
        // No text is lost, and none comes twice.
        let asked: String = chunks.iter()
            .filter_map(|chunk| chunk.pointer("/choices/0/delta/content")?.as_str())
            .collect();
        let failed = response.last().unwrap().name == "error";
        let found = said(&response, "response.output_text.delta", "/delta");
        prop_assert!(if failed { asked.starts_with(&found) } else { asked == found }, "{asked} {found}");
        let arguments = |events: &[Event], name: &str, key: &str| -> usize {
            said(events, name, key).len()
        };
        prop_assert_eq!(
            arguments(&message, "content_block_delta", "/delta/partial_json"),
            arguments(&response, "response.function_call_arguments.delta", "/delta")
        );
    }
}
