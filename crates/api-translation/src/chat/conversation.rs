//! The messages of a chat, built from messages, calls and results in the order of the other API.
//!
//! A chat wants the results of calls directly after the message that makes them, and only text in them.
//! Results are put there wherever they came, and their images and files follow in a `user` message.

use std::{borrow::Cow, collections::HashMap};

use crate::{
    json::{Json, object},
    refused::Refused,
};

/// A part of a message.
pub(crate) enum Part<'a> {
    Text(Cow<'a, str>),
    Refusal(Cow<'a, str>),
    /// An image or a file, which only users can send.
    Media(Json<'a>),
}

/// A call of a tool by the assistant.
pub(crate) struct Call<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) input: Cow<'a, str>,
    /// A custom tool, whose input is free text.
    pub(crate) custom: bool,
}

/// One turn of the conversation.
enum Turn<'a> {
    Said {
        role: &'static str,
        parts: Vec<Part<'a>>,
    },
    Answered {
        parts: Vec<Part<'a>>,
        calls: Vec<Call<'a>>,
        results: Vec<(Cow<'a, str>, Vec<Part<'a>>)>,
    },
}

/// The conversation so far.
#[derive(Default)]
pub(crate) struct Conversation<'a> {
    turns: Vec<Turn<'a>>,
    /// The turn of each call.
    calls: HashMap<Cow<'a, str>, usize>,
}

// === impl Conversation ===

impl<'a> Conversation<'a> {
    /// Adds a message of the system or the user.
    pub(crate) fn say(&mut self, role: &'static str, parts: Vec<Part<'a>>) {
        self.turns.push(Turn::Said { role, parts });
    }

    /// Adds text of the assistant: to the calls before it, which may have no message behind them.
    pub(crate) fn answer(&mut self, parts: Vec<Part<'a>>) {
        match self.turns.last_mut() {
            Some(Turn::Answered { parts: said, calls, results })
                if !calls.is_empty() && results.is_empty() =>
            {
                said.extend(parts);
            }
            _ => self.turns.push(Turn::Answered { parts, calls: Vec::new(), results: Vec::new() }),
        }
    }

    /// Adds a call: to the assistant's message before it, or as one without text.
    pub(crate) fn call(&mut self, call: Call<'a>) {
        let id = call.id.clone();
        match self.turns.last_mut() {
            Some(Turn::Answered { calls, results, .. }) if results.is_empty() => calls.push(call),
            _ => self.turns.push(Turn::Answered {
                parts: Vec::new(),
                calls: vec![call],
                results: Vec::new(),
            }),
        }
        self.calls.insert(id, self.turns.len() - 1);
    }

    /// Adds what a call returned. `path`: where its id is.
    ///
    /// # Errors
    /// When no call has this id.
    pub(crate) fn result(
        &mut self,
        id: Cow<'a, str>,
        parts: Vec<Part<'a>>,
        path: String,
    ) -> Result<(), Refused> {
        let turn = self.calls.get(&id).and_then(|turn| self.turns.get_mut(*turn));
        let Some(Turn::Answered { results, .. }) = turn else {
            return Err(Refused::new(path, "names a call that the conversation does not have"));
        };
        results.push((id, parts));
        Ok(())
    }

    /// The chat's messages.
    pub(crate) fn into_messages(self) -> Vec<Json<'a>> {
        let mut messages = Vec::with_capacity(self.turns.len());
        for turn in self.turns {
            match turn {
                Turn::Said { role, parts } => messages.push(said(role, parts)),
                Turn::Answered { parts, calls, results } => {
                    messages.push(answered(parts, calls));
                    returned(results, &mut messages);
                }
            }
        }
        messages
    }
}

fn said<'a>(role: &'static str, parts: Vec<Part<'a>>) -> Json<'a> {
    object! { "role": role, "content": content(parts) }
}

fn answered<'a>(parts: Vec<Part<'a>>, calls: Vec<Call<'a>>) -> Json<'a> {
    let text = if parts.is_empty() { Json::Null } else { content(parts) };
    let calls: Vec<_> = calls.into_iter().map(called).collect();
    object! {
        "role": "assistant",
        "content": text,
        "tool_calls": (!calls.is_empty()).then_some(calls),
    }
}

fn called(call: Call<'_>) -> Json<'_> {
    if call.custom {
        let custom = object! { "name": call.name, "input": call.input };
        return object! { "id": call.id, "type": "custom", "custom": custom };
    }
    let function = object! { "name": call.name, "arguments": call.input };
    object! { "id": call.id, "type": "function", "function": function }
}

/// The `tool` messages, and a `user` message with what they cannot hold.
fn returned<'a>(results: Vec<(Cow<'a, str>, Vec<Part<'a>>)>, messages: &mut Vec<Json<'a>>) {
    let mut attached = Vec::new();
    for (id, parts) in results {
        let mut count = 0;
        let texts = parts.into_iter().map(|part| match part {
            Part::Media(media) => {
                count += 1;
                let label = format!("[attachment {count} of {id}]");
                attached.push(Part::Text(label.clone().into()));
                attached.push(Part::Media(media));
                Part::Text(label.into())
            }
            part => part,
        });
        let content = content(texts.collect());
        messages.push(object! { "role": "tool", "tool_call_id": id, "content": content });
    }
    if !attached.is_empty() {
        messages.push(said("user", attached));
    }
}

/// A single text as a string, which every model takes; all else as parts.
fn content(mut parts: Vec<Part<'_>>) -> Json<'_> {
    match (parts.len(), parts.pop()) {
        (_, None) => Json::from(""),
        (1, Some(Part::Text(text))) => Json::from(text),
        (_, Some(last)) => {
            parts.push(last);
            Json::List(parts.into_iter().map(part).collect())
        }
    }
}

fn part(part: Part<'_>) -> Json<'_> {
    match part {
        Part::Text(text) => object! { "type": "text", "text": text },
        Part::Refusal(text) => object! { "type": "refusal", "refusal": text },
        Part::Media(media) => media,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn messages(conversation: Conversation<'_>) -> Value {
        serde_json::to_value(conversation.into_messages()).unwrap()
    }

    fn call(id: &'static str) -> Call<'static> {
        Call { id: id.into(), name: "f".into(), input: "{}".into(), custom: false }
    }

    fn text(text: &'static str) -> Vec<Part<'static>> {
        vec![Part::Text(text.into())]
    }

    #[test]
    fn results_follow_their_calls_wherever_they_came() {
        let mut conversation = Conversation::default();
        conversation.call(call("a"));
        conversation.answer(text("between"));
        conversation.call(call("b"));
        conversation.say("user", text("later"));
        conversation.result("b".into(), text("2"), String::new()).unwrap();
        conversation.result("a".into(), text("1"), String::new()).unwrap();
        conversation.call(call("c"));
        let function = json!({"name": "f", "arguments": "{}"});
        let called = |id| json!({"id": id, "type": "function", "function": function});
        let expect = json!([
            {"role": "assistant", "content": "between", "tool_calls": [called("a"), called("b")]},
            {"role": "tool", "tool_call_id": "b", "content": "2"},
            {"role": "tool", "tool_call_id": "a", "content": "1"},
            {"role": "user", "content": "later"},
            {"role": "assistant", "content": null, "tool_calls": [called("c")]},
        ]);
        assert_eq!(messages(conversation), expect);
    }

    #[test]
    fn a_result_without_its_call_is_refused() {
        let mut conversation = Conversation::default();
        let refused = conversation.result("a".into(), text("1"), "input[0].call_id".to_owned());
        assert_eq!(
            refused.unwrap_err().to_string(),
            "`input[0].call_id` names a call that the conversation does not have"
        );
    }

    #[test]
    fn what_a_tool_message_cannot_hold_follows_it() {
        let mut conversation = Conversation::default();
        conversation.call(call("a"));
        let image = object! { "type": "image_url", "image_url": object! { "url": "u" } };
        let parts = vec![Part::Text("seen".into()), Part::Media(image)];
        conversation.result("a".into(), parts, String::new()).unwrap();
        let found = messages(conversation);
        let label = json!({"type": "text", "text": "[attachment 1 of a]"});
        assert_eq!(found[1]["content"], json!([{"type": "text", "text": "seen"}, label]));
        let image = json!({"type": "image_url", "image_url": {"url": "u"}});
        assert_eq!(found[2], json!({"role": "user", "content": [label, image]}));
    }
}
