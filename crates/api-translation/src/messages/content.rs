//! The messages of a request: what is said, called and returned.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::blocks::{block, blocks, text};
use crate::{
    chat::conversation::{Call, Conversation, Part},
    json,
    names::Names,
    object::{Object, Typed, elements},
    refused::Refused,
    rules::{Dropped, messages_content as rules},
};

/// The system prompt: a string, or blocks of text.
pub(super) fn system<'a>(
    raw: &'a RawValue,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let parts = blocks(raw, "system", &rules::SYSTEM, dropped)?;
    talk.say("system", parts);
    Ok(())
}

/// Adds the messages to the conversation.
pub(super) fn messages<'a>(
    raw: &'a RawValue,
    names: &Names,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    for (raw, path) in elements(raw, "messages")? {
        let message = Object::read(raw, path, &rules::MESSAGE, dropped)?;
        let (content, path) = (message.required("content")?, message.at("content"));
        match &*message.required_text("role")? {
            "user" => user(content, &path, talk, dropped)?,
            "assistant" => assistant(content, &path, names, talk, dropped)?,
            "system" => talk.say("system", blocks(content, &path, &rules::SYSTEM, dropped)?),
            _ => return Err(Refused::new(message.at("role"), "is not known here")),
        }
    }
    Ok(())
}

/// What a user says, and what tools returned, which a chat puts after their calls.
fn user<'a>(
    content: &'a RawValue,
    path: &str,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    if json::is_text(content) {
        talk.say("user", vec![text(content, path)?]);
        return Ok(());
    }
    let (mut parts, mut results) = (Vec::new(), false);
    for (raw, path) in elements(content, path)? {
        let Some(found) = Typed::read(raw, path, &rules::BLOCK, dropped)? else { continue };
        match &*found.kind {
            "tool_result" => {
                result(found, talk, dropped)?;
                results = true;
            }
            "tool_use" => {
                return Err(Refused::new(found.path, "is a call, which only models make"));
            }
            _ => parts.extend(block(found, dropped)?),
        }
    }
    if !parts.is_empty() || !results {
        talk.say("user", parts);
    }
    Ok(())
}

fn assistant<'a>(
    content: &'a RawValue,
    path: &str,
    names: &Names,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    if json::is_text(content) {
        talk.answer(vec![text(content, path)?]);
        return Ok(());
    }
    let (mut parts, mut calls) = (Vec::new(), Vec::new());
    for (raw, path) in elements(content, path)? {
        let Some(found) = Typed::read(raw, path, &rules::BLOCK, dropped)? else { continue };
        match &*found.kind {
            "tool_use" => calls.push(call(found, names, dropped)?),
            "text" => parts.extend(block(found, dropped)?),
            _ => return Err(Refused::new(found.path, "is a block that only users send")),
        }
    }
    if !parts.is_empty() {
        talk.answer(parts);
    }
    calls.into_iter().for_each(|call| talk.call(call));
    Ok(())
}

fn call<'a>(block: Typed<'a>, names: &Names, dropped: &mut Dropped) -> Result<Call<'a>, Refused> {
    let call = block.object(&rules::TOOL_USE, dropped)?;
    if let Some(caller) = call.object("caller")? {
        Typed::read(caller, call.at("caller"), &rules::CALLER, dropped)?;
    }
    let input = call.object("input")?.ok_or_else(|| Refused::missing(call.at("input")))?;
    Ok(Call {
        id: call.required_text("id")?,
        name: names.in_chat(None, call.required_text("name")?),
        input: Cow::Borrowed(input.get()),
        custom: false,
    })
}

fn result<'a>(
    block: Typed<'a>,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let result = block.object(&rules::TOOL_RESULT, dropped)?;
    let mut parts = match result.raw("content") {
        None => Vec::new(),
        Some(content) => blocks(content, &result.at("content"), &rules::RESULT_BLOCK, dropped)?,
    };
    // A chat has no mark for it.
    if result.flag("is_error")? == Some(true) {
        parts.insert(0, Part::Text("[error]".into()));
    }
    talk.result(result.required_text("tool_use_id")?, parts, result.at("tool_use_id"))
}
