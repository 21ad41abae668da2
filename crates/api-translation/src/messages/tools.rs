//! The tools of a request, and the choice between them.

use serde_json::value::RawValue;

use crate::{
    json::{Json, object},
    names::Names,
    object::{Object, Typed, elements},
    refused::Refused,
    rules::{Dropped, messages as rules},
};

/// The tools of a chat. Their names are noted, because a chat's are shorter.
pub(super) fn tools<'a>(
    raw: &'a RawValue,
    names: &mut Names,
    dropped: &mut Dropped,
) -> Result<Vec<Json<'a>>, Refused> {
    let mut tools = Vec::new();
    for (raw, path) in elements(raw, "tools")? {
        // A tool of the client's own needs no type.
        let tool = Typed::read_or(raw, path, Some("custom"), &rules::TOOL, dropped)?;
        let Some(tool) = tool else { continue };
        let tool = tool.object(&rules::CUSTOM, dropped)?;
        let function = object! {
            "name": names.declare(None, &tool.required_text("name")?),
            "description": tool.text("description")?,
            "parameters": tool.object("input_schema")?,
            "strict": tool.raw("strict"),
        };
        tools.push(object! { "type": "function", "function": function });
    }
    Ok(tools)
}

/// Adds the tools and the choice between them. A chat takes no choice where it has no tools.
pub(super) fn choice<'a>(
    top: &Object<'a>,
    tools: Vec<Json<'a>>,
    names: &Names,
    chat: &mut Vec<(&'static str, Json<'a>)>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let choice = match top.object("tool_choice")? {
        None => None,
        Some(raw) => Some(Object::read(raw, "tool_choice", &rules::CHOICE, dropped)?),
    };
    let kind = choice.as_ref().map(|choice| choice.required_text("type")).transpose()?;
    if tools.is_empty() {
        return match kind.as_deref() {
            Some("any" | "tool") => {
                Err(Refused::new("tool_choice", "chooses a tool, and the request has none"))
            }
            _ => Ok(()),
        };
    }
    chat.push(("tools", tools.into()));
    let chosen = choice.as_ref().map(|choice| chosen(choice, names)).transpose()?;
    chat.push(("tool_choice", chosen.into()));
    let single = choice.map(|choice| choice.flag("disable_parallel_tool_use")).transpose()?;
    // Where nothing is said, both APIs allow several calls.
    let parallel = single.flatten().filter(|single| *single).map(|single| !single);
    chat.push(("parallel_tool_calls", parallel.into()));
    Ok(())
}

/// The chat's word for a choice.
fn chosen<'a>(choice: &Object<'a>, names: &Names) -> Result<Json<'a>, Refused> {
    Ok(match &*choice.required_text("type")? {
        "any" => Json::from("required"),
        "none" => Json::from("none"),
        "tool" => {
            let named = object! { "name": names.chosen(choice.required_text("name")?) };
            object! { "type": "function", "function": named }
        }
        _ => Json::from("auto"),
    })
}
