//! The tools of a request, and the choice between them.

use serde_json::value::RawValue;

use crate::{
    json::{self, Json, object},
    names::Names,
    object::{Object, admits, elements},
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
        let fields = json::read_object(raw);
        let fields = fields.ok_or_else(|| Refused::expected(&*path, "an object"))?;
        // A tool of the client's own needs no type.
        if let Some(kind) = fields.get("type") {
            admits(&rules::TOOL, "type", kind, &path, dropped)?;
        }
        let tool = Object::read(raw, path, &rules::CUSTOM, dropped)?;
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
