//! The content filter's annotations in answers.

use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::content::{Answer, Said};

/// The one object whose keys Azure does not sort.
#[derive(Debug, Serialize)]
pub(crate) struct PromptFilter {
    prompt_index: u32,
    content_filter_results: Value,
}

/// An event of the asynchronous filter; its keys are in no alphabetical order either.
#[derive(Debug, Serialize)]
struct Annotation {
    id: &'static str,
    object: &'static str,
    created: u64,
    model: &'static str,
    choices: [AnnotatedChoice; 1],
    usage: Option<Value>,
}

#[derive(Debug, Serialize)]
struct AnnotatedChoice {
    index: usize,
    finish_reason: Option<&'static str>,
    content_filter_results: Value,
    content_filter_offsets: Offsets,
}

#[derive(Debug, Serialize)]
struct Offsets {
    check_offset: usize,
    start_offset: usize,
    end_offset: usize,
}

/// The verdict on a prompt that passed.
pub(crate) fn prompt() -> [PromptFilter; 1] {
    let mut results = safe();
    results["jailbreak"] = json!({ "detected": false, "filtered": false });
    [PromptFilter { prompt_index: 0, content_filter_results: results }]
}

/// The verdict on a whole answer.
pub(crate) fn completion(answer: &Answer) -> Value {
    let mut results = finish(answer);
    if results == json!({}) {
        results = safe();
    }
    results["protected_material_code"] = json!({ "detected": false, "filtered": false });
    results["protected_material_text"] = json!({ "detected": false, "filtered": false });
    results
}

/// The verdict in a stream's finish chunk: says something only where it stopped the answer.
pub(crate) fn finish(answer: &Answer) -> Value {
    if answer.finish != "content_filter" {
        return json!({});
    }
    let mut results = safe();
    results["violence"] = json!({ "filtered": true, "severity": "medium" });
    results
}

/// An event of the asynchronous filter about the first half of an answer, or the second.
pub(crate) fn annotation(index: usize, answer: &Answer, second_half: bool) -> String {
    let length = match &answer.said {
        Said::Text(text) => text.chars().count(),
        Said::ToolCall { .. } => 0,
    };
    let (start, end) = if second_half { (length / 2, length) } else { (0, length / 2) };
    let blocked = second_half && answer.finish == "content_filter";
    let results = if blocked {
        json!({ "protected_material_text": { "detected": true, "filtered": true } })
    } else {
        safe()
    };
    let choice = AnnotatedChoice {
        index,
        finish_reason: blocked.then_some("content_filter"),
        content_filter_results: results,
        content_filter_offsets: Offsets {
            check_offset: start,
            start_offset: start,
            end_offset: end,
        },
    };
    let event =
        Annotation { id: "", object: "", created: 0, model: "", choices: [choice], usage: None };
    // Strings, numbers and JSON values always serialise.
    serde_json::to_string(&event).unwrap_or_default()
}

/// The verdict on a text with nothing wrong.
pub(crate) fn safe() -> Value {
    let safe = json!({ "filtered": false, "severity": "safe" });
    json!({ "hate": safe, "self_harm": safe, "sexual": safe, "violence": safe })
}
