//! The items of a request's input.

use serde_json::value::RawValue;

use super::tools::{Tools, admit};
use crate::{
    chat::{
        conversation::{Call, Conversation, Part},
        parts,
    },
    json,
    object::{Object, elements, join, kind},
    refused::Refused,
    rules::{Dropped, responses_input as rules},
};

/// Adds the tools that stand among the items.
pub(super) fn tools<'a>(
    input: &'a RawValue,
    tools: &mut Tools<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    if json::is_text(input) {
        return Ok(());
    }
    for (item, path) in elements(input, "input")? {
        if kind(item, &path)?.as_deref() == Some("additional_tools") {
            let item = Object::read(item, path, &rules::ADDITIONAL, dropped)?;
            tools.add(item.required("tools")?, &item.at("tools"), dropped)?;
        }
    }
    Ok(())
}

/// Adds the items to the conversation.
pub(super) fn items<'a>(
    input: &'a RawValue,
    tools: &Tools<'a>,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    if json::is_text(input) {
        talk.say("user", parts_of(input, "input", dropped)?);
        return Ok(());
    }
    for (item, path) in elements(input, "input")? {
        let Some(kind) = kind(item, &path)? else {
            // The type of a message may be left out.
            message(item, path, talk, dropped)?;
            continue;
        };
        if !admit(&rules::ITEM, item, &path, dropped)? {
            continue;
        }
        item_of(&kind, item, path, tools, talk, dropped)?;
    }
    Ok(())
}

/// Adds an item of a kind that is carried.
fn item_of<'a>(
    kind: &str,
    raw: &'a RawValue,
    path: String,
    tools: &Tools<'a>,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    match kind {
        "message" => message(raw, path, talk, dropped)?,
        "function_call" => talk.call(call(raw, path, false, tools, dropped)?),
        "custom_tool_call" => talk.call(call(raw, path, true, tools, dropped)?),
        "function_call_output" | "custom_tool_call_output" => output(raw, path, talk, dropped)?,
        // Its tools are there already.
        _ => {}
    }
    Ok(())
}

fn message<'a>(
    raw: &'a RawValue,
    path: String,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let item = Object::read(raw, path, &rules::MESSAGE, dropped)?;
    let parts = parts_of(item.required("content")?, &item.at("content"), dropped)?;
    let role = item.required_text("role")?;
    let media = parts.iter().any(|part| matches!(part, Part::Media(_)));
    if media && role != "user" {
        let reason = "has an image or a file, which only a user can send in a chat";
        return Err(Refused::new(item.path, reason));
    }
    match &*role {
        "user" => talk.say("user", parts),
        "system" | "developer" => talk.say("system", parts),
        "assistant" => talk.answer(parts),
        _ => return Err(Refused::new(item.at("role"), "is not known here")),
    }
    Ok(())
}

fn call<'a>(
    raw: &'a RawValue,
    path: String,
    custom: bool,
    tools: &Tools<'a>,
    dropped: &mut Dropped,
) -> Result<Call<'a>, Refused> {
    let (place, input) =
        if custom { (&rules::CUSTOM_CALL, "input") } else { (&rules::CALL, "arguments") };
    let item = Object::read(raw, path, place, dropped)?;
    caller(&item, dropped)?;
    let namespace = item.text("namespace")?;
    Ok(Call {
        id: item.required_text("call_id")?,
        name: tools.names.in_chat(namespace.as_deref(), item.required_text("name")?),
        input: item.required_text(input)?,
        custom,
    })
}

fn output<'a>(
    raw: &'a RawValue,
    path: String,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let item = Object::read(raw, path, &rules::OUTPUT, dropped)?;
    caller(&item, dropped)?;
    let parts = parts_of(item.required("output")?, &item.at("output"), dropped)?;
    talk.result(item.required_text("call_id")?, parts, item.at("call_id"))
}

fn caller(item: &Object<'_>, dropped: &mut Dropped) -> Result<(), Refused> {
    let Some(raw) = item.object("caller")? else { return Ok(()) };
    admit(&rules::CALLER, raw, &item.at("caller"), dropped).map(drop)
}

/// Content is a string or a list of parts.
fn parts_of<'a>(
    raw: &'a RawValue,
    path: &str,
    dropped: &mut Dropped,
) -> Result<Vec<Part<'a>>, Refused> {
    if json::is_text(raw) {
        let text = json::text(raw).ok_or_else(|| Refused::expected(path, "a string"))?;
        return Ok(vec![Part::Text(text)]);
    }
    elements(raw, path)?.map(|(raw, path)| part(raw, path, dropped)).collect()
}

fn part<'a>(raw: &'a RawValue, path: String, dropped: &mut Dropped) -> Result<Part<'a>, Refused> {
    let kind = kind(raw, &path)?.ok_or_else(|| Refused::missing(join(&path, "type")))?;
    admit(&rules::PART, raw, &path, dropped)?;
    let mut read = |place| Object::read(raw, path.clone(), place, dropped);
    Ok(match &*kind {
        "input_text" => Part::Text(read(&rules::TEXT)?.required_text("text")?),
        "output_text" => Part::Text(read(&rules::OUT_TEXT)?.required_text("text")?),
        "refusal" => Part::Refusal(read(&rules::REFUSAL)?.required_text("refusal")?),
        "input_image" => {
            let image = read(&rules::IMAGE)?;
            parts::image(image.required_text("image_url")?, image.raw("detail"))
        }
        _ => {
            let file = read(&rules::FILE)?;
            let (data, id) = (file.text("file_data")?, file.text("file_id")?);
            if data.is_none() && id.is_none() {
                return Err(Refused::missing(file.at("file_data")));
            }
            parts::file(file.text("filename")?, data, id)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn translated(input: &Value) -> Result<Value, Refused> {
        let raw = serde_json::value::to_raw_value(input).unwrap();
        let (mut tools_found, mut talk) = (Tools::default(), Conversation::default());
        let mut dropped = Dropped::default();
        tools(&raw, &mut tools_found, &mut dropped)?;
        items(&raw, &tools_found, &mut talk, &mut dropped)?;
        Ok(serde_json::to_value(talk.into_messages()).unwrap())
    }

    #[test]
    fn input_can_be_a_string() {
        assert_eq!(
            translated(&json!("a\u{0}b")).unwrap(),
            json!([{"role": "user", "content": "a\u{0}b"}])
        );
    }

    #[test]
    fn a_message_needs_no_type() {
        let input = json!([{"role": "developer", "content": "be kind"}]);
        assert_eq!(translated(&input).unwrap(), json!([{"role": "system", "content": "be kind"}]));
    }

    #[test]
    fn only_users_send_images() {
        let image = json!({"type": "input_image", "image_url": "https://a/b.png", "detail": "low"});
        let message = |role| json!([{"role": role, "content": [image]}]);
        assert_eq!(
            translated(&message("user")).unwrap()[0]["content"],
            json!([{"type": "image_url", "image_url": {"url": "https://a/b.png", "detail": "low"}}])
        );
        assert_eq!(translated(&message("assistant")).unwrap_err().parameter, "input[0]");
    }
}
