//! The messages of a request and their blocks.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::{
    chat::{
        conversation::{Call, Conversation, Part},
        parts,
    },
    json,
    names::Names,
    object::{Object, admits, elements, join, kind},
    refused::Refused,
    rules::{Dropped, Place, messages_content as rules},
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
        let (kind, carried) = admit(&rules::BLOCK, raw, &path, dropped)?;
        match &*kind {
            _ if !carried => {}
            "tool_result" => {
                result(raw, path, talk, dropped)?;
                results = true;
            }
            "tool_use" => return Err(Refused::new(path, "is a call, which only models make")),
            _ => parts.extend(block(&kind, raw, path, dropped)?),
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
        let (kind, carried) = admit(&rules::BLOCK, raw, &path, dropped)?;
        match &*kind {
            _ if !carried => {}
            "tool_use" => calls.push(call(raw, path, names, dropped)?),
            "text" => parts.extend(block(&kind, raw, path, dropped)?),
            _ => return Err(Refused::new(path, "is a block that only users send")),
        }
    }
    if !parts.is_empty() {
        talk.answer(parts);
    }
    calls.into_iter().for_each(|call| talk.call(call));
    Ok(())
}

fn call<'a>(
    raw: &'a RawValue,
    path: String,
    names: &Names,
    dropped: &mut Dropped,
) -> Result<Call<'a>, Refused> {
    let call = Object::read(raw, path, &rules::TOOL_USE, dropped)?;
    if let Some(caller) = call.object("caller")? {
        admit(&rules::CALLER, caller, &call.at("caller"), dropped)?;
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
    raw: &'a RawValue,
    path: String,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let result = Object::read(raw, path, &rules::TOOL_RESULT, dropped)?;
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

/// Content that is a string, or blocks of the kinds of this place.
fn blocks<'a>(
    raw: &'a RawValue,
    path: &str,
    place: &Place,
    dropped: &mut Dropped,
) -> Result<Vec<Part<'a>>, Refused> {
    if json::is_text(raw) {
        return Ok(vec![text(raw, path)?]);
    }
    let mut parts = Vec::new();
    for (raw, path) in elements(raw, path)? {
        let (kind, carried) = admit(place, raw, &path, dropped)?;
        if carried {
            parts.extend(block(&kind, raw, path, dropped)?);
        }
    }
    Ok(parts)
}

/// The parts of a block that was admitted.
fn block<'a>(
    kind: &str,
    raw: &'a RawValue,
    path: String,
    dropped: &mut Dropped,
) -> Result<Vec<Part<'a>>, Refused> {
    Ok(match kind {
        "image" => vec![image(raw, path, dropped)?],
        "document" => document(raw, path, dropped)?,
        "search_result" => search_result(raw, path, dropped)?,
        _ => {
            let text = Object::read(raw, path, &rules::TEXT, dropped)?;
            vec![Part::Text(text.required_text("text")?)]
        }
    })
}

fn image<'a>(raw: &'a RawValue, path: String, dropped: &mut Dropped) -> Result<Part<'a>, Refused> {
    let image = Object::read(raw, path, &rules::IMAGE, dropped)?;
    let raw = image.required("source")?;
    let source = Object::read(raw, image.at("source"), &rules::IMAGE_SOURCE, dropped)?;
    let url = match &*source.required_text("type")? {
        "url" => source.required_text("url")?,
        _ => data_url(&source)?.into(),
    };
    Ok(parts::image(url, None))
}

fn document<'a>(
    raw: &'a RawValue,
    path: String,
    dropped: &mut Dropped,
) -> Result<Vec<Part<'a>>, Refused> {
    let document = Object::read(raw, path, &rules::DOCUMENT, dropped)?;
    citations(&document, dropped)?;
    let raw = document.required("source")?;
    let source = Object::read(raw, document.at("source"), &rules::DOCUMENT_SOURCE, dropped)?;
    let (title, context) = (document.text("title")?, document.text("context")?);
    let mut parts: Vec<Part<'a>> = context.map(Part::Text).into_iter().collect();
    match &*source.required_text("type")? {
        "base64" => {
            // Azure takes no file without a name.
            let name = title.unwrap_or(Cow::Borrowed("document.pdf"));
            parts.push(parts::file(Some(name), Some(data_url(&source)?.into()), None));
        }
        kind => {
            parts.splice(0..0, title.map(Part::Text));
            let key = if kind == "text" { "data" } else { "content" };
            let (raw, path) = (source.required(key)?, source.at(key));
            parts.extend(blocks(raw, &path, &rules::SOURCE_BLOCK, dropped)?);
        }
    }
    Ok(parts)
}

fn search_result<'a>(
    raw: &'a RawValue,
    path: String,
    dropped: &mut Dropped,
) -> Result<Vec<Part<'a>>, Refused> {
    let found = Object::read(raw, path, &rules::SEARCH_RESULT, dropped)?;
    citations(&found, dropped)?;
    let mut parts =
        vec![Part::Text(found.required_text("title")?), Part::Text(found.required_text("source")?)];
    let content = found.required("content")?;
    parts.extend(blocks(content, &found.at("content"), &rules::SYSTEM, dropped)?);
    Ok(parts)
}

fn citations(block: &Object<'_>, dropped: &mut Dropped) -> Result<(), Refused> {
    let Some(raw) = block.object("citations")? else { return Ok(()) };
    Object::read(raw, block.at("citations"), &rules::CITATIONS, dropped).map(drop)
}

fn data_url(source: &Object<'_>) -> Result<String, Refused> {
    Ok(parts::data_url(&source.required_text("media_type")?, &source.required_text("data")?))
}

fn text<'a>(raw: &'a RawValue, path: &str) -> Result<Part<'a>, Refused> {
    json::text(raw).map(Part::Text).ok_or_else(|| Refused::expected(path, "a string"))
}

/// The kind of an object, and whether it is carried.
fn admit<'a>(
    place: &Place,
    raw: &'a RawValue,
    path: &str,
    dropped: &mut Dropped,
) -> Result<(Cow<'a, str>, bool), Refused> {
    let kind = kind(raw, path)?.ok_or_else(|| Refused::missing(join(path, "type")))?;
    let fields = json::read_object(raw);
    let value = fields.and_then(|fields| fields.get("type")).unwrap_or(RawValue::NULL);
    Ok((kind, admits(place, "type", value, path, dropped)?))
}
