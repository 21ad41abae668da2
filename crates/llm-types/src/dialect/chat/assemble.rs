//! Chunks put together to a whole answer, and a whole answer as one chunk.

use serde_json::{Value, json};

use super::{
    ChatCompletion, ChatCompletionChunk, Choice, ChunkChoice, Content, Delta, Extra, ToolCall,
    ToolCallDelta,
};

impl ChatCompletion {
    /// Adds a chunk to what has been put together so far.
    pub fn merge(&mut self, chunk: ChatCompletionChunk) {
        merge(self, chunk);
    }
}

impl From<ChatCompletion> for ChatCompletionChunk {
    /// A whole answer as the one chunk of a stream.
    fn from(completion: ChatCompletion) -> Self {
        as_chunk(completion)
    }
}

fn merge(completion: &mut ChatCompletion, chunk: ChatCompletionChunk) {
    if !chunk.id.is_empty() {
        completion.id = chunk.id;
        completion.model = chunk.model;
        completion.created = chunk.created;
        completion.object = "chat.completion".to_owned();
    }
    completion.usage = chunk.usage.or(completion.usage.take());
    completion.service_tier = chunk.service_tier.or(completion.service_tier.take());
    for added in chunk.choices {
        let known = completion.choices.iter().position(|choice| choice.index == added.index);
        let at = known.unwrap_or_else(|| {
            completion.choices.push(Choice { index: added.index, ..Choice::default() });
            completion.choices.len() - 1
        });
        merge_choice(&mut completion.choices[at], added);
    }
}

fn merge_choice(choice: &mut Choice, added: ChunkChoice) {
    let message = &mut choice.message;
    if let Some(role) = added.delta.role {
        message.role = role;
    }
    if let Some(text) = added.delta.content {
        match &mut message.content {
            Some(Content::Text(so_far)) => so_far.push_str(&text),
            content => *content = Some(Content::Text(text)),
        }
    }
    for call in added.delta.tool_calls.into_iter().flatten() {
        merge_call(message.tool_calls.get_or_insert_default(), call);
    }
    for key in ["refusal", "reasoning_content"] {
        if let Some(text) = added.delta.extra.get(key).and_then(Value::as_str) {
            append(&mut message.extra, key, text);
        }
    }
    choice.finish_reason = added.finish_reason.or(choice.finish_reason.take());
}

/// Calls begin in the order of their indices; their pieces may alternate.
fn merge_call(calls: &mut Vec<ToolCall>, added: ToolCallDelta) {
    let index = usize::try_from(added.index).unwrap_or(usize::MAX);
    if index >= calls.len() {
        calls.push(ToolCall { kind: "function".to_owned(), ..ToolCall::default() });
    }
    let at = index.min(calls.len() - 1);
    let call = &mut calls[at];
    if let Some(id) = added.id {
        call.id = id;
    }
    let function = added.extra.get("function");
    let piece = |key: &str| function.and_then(|function| function[key].as_str()).unwrap_or("");
    call.function.name.push_str(piece("name"));
    call.function.arguments.push_str(piece("arguments"));
}

fn append(extra: &mut Extra, key: &str, text: &str) {
    match extra.get_mut(key) {
        Some(Value::String(so_far)) => so_far.push_str(text),
        _ => {
            extra.insert(key.to_owned(), text.into());
        }
    }
}

fn as_chunk(completion: ChatCompletion) -> ChatCompletionChunk {
    ChatCompletionChunk {
        id: completion.id,
        object: "chat.completion.chunk".to_owned(),
        created: completion.created,
        model: completion.model,
        choices: completion.choices.into_iter().map(as_chunk_choice).collect(),
        usage: completion.usage,
        service_tier: completion.service_tier,
        extra: completion.extra,
    }
}

fn as_chunk_choice(choice: Choice) -> ChunkChoice {
    let Choice { index, message, finish_reason, extra } = choice;
    let content = message.content.is_some().then(|| message.as_text().to_owned());
    let calls = message.tool_calls.map(|calls| (0..).zip(calls).map(as_delta).collect());
    let role = Some(message.role);
    let delta = Delta { role, content, tool_calls: calls, extra: message.extra };
    ChunkChoice { index, delta, finish_reason, extra }
}

fn as_delta((index, call): (u32, ToolCall)) -> ToolCallDelta {
    let mut extra = call.extra;
    extra.insert("type".to_owned(), call.kind.into());
    let function = json!({ "name": call.function.name, "arguments": call.function.arguments });
    extra.insert("function".to_owned(), function);
    ToolCallDelta { index, id: Some(call.id), extra }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(choices: &Value) -> ChatCompletionChunk {
        serde_json::from_value(json!({ "id": "c", "model": "m", "choices": choices })).unwrap()
    }

    #[test]
    fn alternating_calls_of_tools_come_apart() {
        let mut answer = ChatCompletion::default();
        let call = |index: u32, id: Option<&str>, name: &str, arguments: &str| {
            let function = json!({ "name": name, "arguments": arguments });
            json!([{ "index": 0, "delta": { "tool_calls": [{ "index": index, "id": id, "function": function }] } }])
        };
        for choices in [
            call(0, Some("a"), "left", ""),
            call(1, Some("b"), "right", ""),
            call(0, None, "", "{\"x\":"),
            call(1, None, "", "{}"),
            call(0, None, "", "1}"),
        ] {
            merge(&mut answer, chunk(&choices));
        }
        let calls = answer.choices[0].message.tool_calls.as_ref().unwrap();
        let said = |call: &ToolCall| {
            [call.id.clone(), call.function.name.clone(), call.function.arguments.clone()]
        };
        assert_eq!(said(&calls[0]), ["a", "left", "{\"x\":1}"]);
        assert_eq!(said(&calls[1]), ["b", "right", "{}"]);
    }

    #[test]
    fn a_whole_answer_survives_as_one_chunk() {
        let whole = json!({
            "id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [
                { "index": 0, "finish_reason": "tool_calls", "message": { "role": "assistant", "content": null,
                    "tool_calls": [{ "id": "a", "type": "function", "function": { "name": "f", "arguments": "{}" } }] } },
                { "index": 1, "finish_reason": "stop", "message": { "role": "assistant", "content": "Hi", "refusal": "no" } },
            ],
        });
        let answer: ChatCompletion = serde_json::from_value(whole.clone()).unwrap();
        let mut again = ChatCompletion::default();
        merge(&mut again, as_chunk(answer));
        assert_eq!(serde_json::to_value(&again).unwrap(), whole);
    }
}
