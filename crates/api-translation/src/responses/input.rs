//! The items of a request's input.

use serde_json::value::RawValue;

use super::tools::Tools;
use crate::{
    chat::{
        conversation::{Call, Conversation, Part},
        parts,
    },
    json,
    object::{Object, Typed, elements},
    refused::Refused,
    rules::{Dropped, responses_input as rules},
};

/// The kind of items with tools.
const ADDITIONAL: &str = "additional_tools";

/// Adds the tools that stand among the items.
pub(super) fn tools<'a>(
    input: &'a RawValue,
    tools: &mut Tools<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    // They are rare, and reading all items twice is not cheap.
    if json::is_text(input) || !input.get().contains(ADDITIONAL) {
        return Ok(());
    }
    for (item, path) in elements(input, "input")? {
        let fields = json::read_object(item);
        let kind = fields.and_then(|fields| fields.text("type"));
        if kind.as_deref() == Some(ADDITIONAL) {
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
        // The type of a message may be left out.
        let default = Some("message");
        let Some(item) = Typed::read_or(item, path, default, &rules::ITEM, dropped)? else {
            continue;
        };
        match &*item.kind {
            "message" => message(item, talk, dropped)?,
            "function_call" => talk.call(call(item, false, tools, dropped)?),
            "custom_tool_call" => talk.call(call(item, true, tools, dropped)?),
            "function_call_output" | "custom_tool_call_output" => output(item, talk, dropped)?,
            // Its tools are there already.
            _ => {}
        }
    }
    Ok(())
}

fn message<'a>(
    item: Typed<'a>,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let item = item.object(&rules::MESSAGE, dropped)?;
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
    item: Typed<'a>,
    custom: bool,
    tools: &Tools<'a>,
    dropped: &mut Dropped,
) -> Result<Call<'a>, Refused> {
    let (place, input) =
        if custom { (&rules::CUSTOM_CALL, "input") } else { (&rules::CALL, "arguments") };
    let item = item.object(place, dropped)?;
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
    item: Typed<'a>,
    talk: &mut Conversation<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let item = item.object(&rules::OUTPUT, dropped)?;
    caller(&item, dropped)?;
    let parts = parts_of(item.required("output")?, &item.at("output"), dropped)?;
    talk.result(item.required_text("call_id")?, parts, item.at("call_id"))
}

fn caller(item: &Object<'_>, dropped: &mut Dropped) -> Result<(), Refused> {
    let Some(raw) = item.object("caller")? else { return Ok(()) };
    Typed::read(raw, item.at("caller"), &rules::CALLER, dropped).map(drop)
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
    let mut parts = Vec::new();
    for (raw, path) in elements(raw, path)? {
        if let Some(found) = Typed::read(raw, path, &rules::PART, dropped)? {
            parts.push(part(found, dropped)?);
        }
    }
    Ok(parts)
}

fn part<'a>(part: Typed<'a>, dropped: &mut Dropped) -> Result<Part<'a>, Refused> {
    let kind = part.kind.clone();
    let read = |place| part.object(place, dropped);
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
