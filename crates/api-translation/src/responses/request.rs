//! A Responses request as a chat request.

use serde_json::value::RawValue;

use super::{input, tools::Tools};
use crate::{
    chat::{
        conversation::{Conversation, Part},
        effort,
    },
    context::{Context, Shown, Target},
    json::{Json, object, read_object},
    object::{Object, admits, elements},
    refused::Refused,
    rules::{Api, Dropped, responses as rules},
    translated::Translated,
};

/// What an answer repeats of its request.
const REPEATED: [&str; 16] = [
    "instructions",
    "max_output_tokens",
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_key",
    "reasoning",
    "routing_config",
    "safety_identifier",
    "service_tier",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_p",
    "truncation",
    "user",
];

/// Keys that a chat has too.
const SAME: [&str; 7] = [
    "temperature",
    "top_p",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "service_tier",
    "routing_config",
];

pub(crate) fn translate(raw: &RawValue, target: &Target<'_>) -> Result<Translated, Refused> {
    let mut dropped = Dropped::default();
    let top = Object::read(raw, "", &rules::TOP, &mut dropped)?;
    let mut tools = Tools::default();
    if let Some(list) = top.raw("tools") {
        tools.add(list, "tools", &mut dropped)?;
    }
    let input = top.required("input")?;
    input::tools(input, &mut tools, &mut dropped)?;
    let mut talk = Conversation::default();
    if let Some(instructions) = top.text("instructions")? {
        talk.say("system", vec![Part::Text(instructions)]);
    }
    input::items(input, &tools, &mut talk, &mut dropped)?;
    let mut chat = target.head(talk, top.flag("stream")?.unwrap_or(false));
    chat.push((target.bound.key(), top.count("max_output_tokens")?.into()));
    chat.extend(SAME.iter().map(|key| (*key, top.raw(key).into())));
    let shown = reasoning(&top, &mut chat, &mut dropped)?;
    text(&top, &mut chat, &mut dropped)?;
    options(&top, &mut dropped)?;
    choice(&top, &tools, &mut chat, &mut dropped)?;
    let (names, repeated) = (tools.names, repeated(raw));
    let context = Context { shown, names, repeated, ..Context::new(Api::Responses, target) };
    Ok(Translated::new(&Json::Object(chat), dropped, context))
}

/// The values that the answer repeats, whatever their rules.
fn repeated(raw: &RawValue) -> Vec<(&'static str, Box<RawValue>)> {
    let whole = read_object(raw);
    let of = |key| whole.as_ref().and_then(|whole| whole.get(key)).map(ToOwned::to_owned);
    REPEATED.iter().filter_map(|key| Some((*key, of(key)?))).collect()
}

/// Adds the effort, and finds out where reasoning is shown.
fn reasoning<'a>(
    top: &Object<'a>,
    chat: &mut Vec<(&'static str, Json<'a>)>,
    dropped: &mut Dropped,
) -> Result<Shown, Refused> {
    let Some(raw) = top.object("reasoning")? else { return Ok(Shown::Content) };
    let reasoning = Object::read(raw, "reasoning", &rules::REASONING, dropped)?;
    if let Some(asked) = reasoning.text("effort")? {
        let (path, name) = (reasoning.at("effort"), "reasoning.effort");
        chat.push(("reasoning_effort", effort::nearest(&asked, &path, name, dropped)?.into()));
    }
    let whole = read_object(raw);
    let has = |key| whole.as_ref().is_some_and(|whole| whole.get(key).is_some());
    let asked = has("summary") || has("generate_summary");
    Ok(if asked { Shown::Summary } else { Shown::Content })
}

/// Adds the format of the answer's text.
fn text<'a>(
    top: &Object<'a>,
    chat: &mut Vec<(&'static str, Json<'a>)>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let Some(raw) = top.object("text")? else { return Ok(()) };
    let text = Object::read(raw, "text", &rules::TEXT, dropped)?;
    chat.push(("verbosity", text.raw("verbosity").into()));
    let Some(raw) = text.object("format")? else { return Ok(()) };
    let format = Object::read(raw, "text.format", &rules::FORMAT, dropped)?;
    let format = match &*format.required_text("type")? {
        "text" => return Ok(()),
        "json_object" => object! { "type": "json_object" },
        _ => {
            let schema = object! {
                "name": format.required("name")?,
                "description": format.raw("description"),
                "schema": format.required("schema")?,
                "strict": format.raw("strict"),
            };
            object! { "type": "json_schema", "json_schema": schema }
        }
    };
    chat.push(("response_format", format));
    Ok(())
}

/// Checks what has no place in a chat.
fn options(top: &Object<'_>, dropped: &mut Dropped) -> Result<(), Refused> {
    if let Some(include) = top.raw("include") {
        for (name, path) in elements(include, "include")? {
            admits(&rules::INCLUDE, "", name, || path, dropped)?;
        }
    }
    if let Some(raw) = top.object("stream_options")? {
        Object::read(raw, "stream_options", &rules::STREAM_OPTIONS, dropped)?;
    }
    Ok(())
}

/// Adds the tools and the choice between them. A chat takes no choice where it has no tools.
fn choice<'a>(
    top: &Object<'a>,
    tools: &Tools<'a>,
    chat: &mut Vec<(&'static str, Json<'a>)>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    let choice = match top.raw("tool_choice") {
        None => Json::Absent,
        Some(raw) => tools.choice(raw, "tool_choice", dropped)?,
    };
    if tools.list.is_empty() {
        let free = ["\"auto\"", "\"none\""];
        return match top.raw("tool_choice") {
            Some(raw) if !free.contains(&raw.get()) => {
                Err(Refused::new("tool_choice", "chooses a tool, and the request has none"))
            }
            _ => Ok(()),
        };
    }
    chat.push(("tools", tools.list.clone().into()));
    chat.push(("tool_choice", choice));
    let parallel = top.flag("parallel_tool_calls")?;
    chat.push(("parallel_tool_calls", parallel.into()));
    Ok(())
}
