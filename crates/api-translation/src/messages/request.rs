//! A Messages request as a chat request.

use serde_json::value::RawValue;

use super::{content, tools};
use crate::{
    chat::{conversation::Conversation, effort},
    context::{Context, Shown, Target},
    json::{self, Json, object},
    names::Names,
    object::{Object, Typed, elements},
    refused::Refused,
    rules::{Api, Dropped, messages as rules},
    translated::Translated,
};

/// The most stop sequences that a chat takes.
const STOPS: usize = 4;

/// Keys that a chat has too.
const SAME: [&str; 3] = ["temperature", "top_p", "routing_config"];

type Chat<'a> = Vec<(&'static str, Json<'a>)>;

/// Translates a request. `counted`: only its tokens are to be counted, so that it needs no bound.
pub(crate) fn translate(
    raw: &RawValue,
    target: &Target<'_>,
    counted: bool,
) -> Result<Translated, Refused> {
    let mut dropped = Dropped::default();
    let top = Object::read(raw, "", &rules::TOP, &mut dropped)?;
    let mut names = Names::default();
    let tools = match top.raw("tools") {
        None => Vec::new(),
        Some(raw) => tools::tools(raw, &mut names, &mut dropped)?,
    };
    let mut talk = Conversation::default();
    if let Some(system) = top.raw("system") {
        content::system(system, &mut talk, &mut dropped)?;
    }
    content::messages(top.required("messages")?, &names, &mut talk, &mut dropped)?;
    let mut chat = target.head(talk, top.flag("stream")?.unwrap_or(false));
    if !counted {
        top.required("max_tokens")?;
    }
    chat.push((target.bound.key(), top.count("max_tokens")?.into()));
    chat.extend(SAME.iter().map(|key| (*key, top.raw(key).into())));
    let stops = stops(&top, &mut chat)?;
    settings(&top, &mut chat, &mut dropped)?;
    let shown = output(&top, &mut chat, &mut dropped)?;
    tools::choice(&top, tools, &names, &mut chat, &mut dropped)?;
    let context = Context { shown, names, stops, ..Context::new(Api::Messages, target) };
    Ok(Translated::new(&Json::Object(chat), dropped, context))
}

fn stops<'a>(top: &Object<'a>, chat: &mut Chat<'a>) -> Result<Vec<String>, Refused> {
    const KEY: &str = "stop_sequences";
    let Some(raw) = top.raw(KEY) else { return Ok(Vec::new()) };
    let stops: Result<Vec<String>, Refused> = elements(raw, KEY)?
        .map(|(raw, path)| {
            let text = json::text(raw).ok_or_else(|| Refused::expected(path, "a string"))?;
            Ok(text.into_owned())
        })
        .collect();
    let stops = stops?;
    if stops.len() > STOPS {
        return Err(Refused::new(KEY, "has more than the four sequences that a chat takes"));
    }
    if !stops.is_empty() {
        chat.push(("stop", raw.into()));
    }
    Ok(stops)
}

fn settings<'a>(
    top: &Object<'a>,
    chat: &mut Chat<'a>,
    dropped: &mut Dropped,
) -> Result<(), Refused> {
    if let Some(raw) = top.object("metadata")? {
        let metadata = Object::read(raw, "metadata", &rules::METADATA, dropped)?;
        chat.push(("user", metadata.text("user_id")?.into()));
    }
    let tier = match top.text("service_tier")?.as_deref() {
        Some("standard_only") => Some("default"),
        Some(_) => Some("auto"),
        None => None,
    };
    chat.push(("service_tier", tier.into()));
    let Some(raw) = top.object("context_management")? else { return Ok(()) };
    let path = "context_management";
    let edits = Object::read(raw, path, &rules::CONTEXT_MANAGEMENT, dropped)?;
    let Some(raw) = edits.raw("edits") else { return Ok(()) };
    for (raw, path) in elements(raw, &edits.at("edits"))? {
        Typed::read(raw, path, &rules::EDITS, dropped)?;
    }
    Ok(())
}

/// Adds the effort and the format, and finds out whether thinking is shown.
fn output<'a>(
    top: &Object<'a>,
    chat: &mut Chat<'a>,
    dropped: &mut Dropped,
) -> Result<Shown, Refused> {
    let mut effort = None;
    let mut format = top.object("output_format")?.map(|raw| (raw, "output_format".to_owned()));
    if let Some(raw) = top.object("output_config")? {
        let output = Object::read(raw, "output_config", &rules::OUTPUT, dropped)?;
        if let Some(asked) = output.text("effort")? {
            let (path, name) = (output.at("effort"), "output_config.effort");
            effort = Some(effort::nearest(&asked, &path, name, dropped)?);
        }
        let own = output.object("format")?.map(|raw| (raw, output.at("format")));
        format = own.or(format);
    }
    let (thought, shown) = thinking(top, dropped)?;
    chat.push(("reasoning_effort", thought.or(effort).into()));
    if let Some((raw, path)) = format {
        chat.push(("response_format", schema(&Object::read(raw, path, &rules::FORMAT, dropped)?)?));
    }
    Ok(shown)
}

/// The effort that `thinking` asks for, and whether it is shown.
fn thinking(
    top: &Object<'_>,
    dropped: &mut Dropped,
) -> Result<(Option<&'static str>, Shown), Refused> {
    let Some(raw) = top.object("thinking")? else { return Ok((None, Shown::No)) };
    let thinking = Object::read(raw, "thinking", &rules::THINKING, dropped)?;
    let hidden = thinking.text("display")?.as_deref() == Some("omitted");
    let shown = if hidden { Shown::No } else { Shown::Content };
    Ok(match &*thinking.required_text("type")? {
        "disabled" => (Some("low"), Shown::No),
        "enabled" => {
            let budget = thinking.count("budget_tokens")?;
            let budget = budget.ok_or_else(|| Refused::missing("thinking.budget_tokens"))?;
            (Some(effort::of_budget(budget)), shown)
        }
        _ => (None, shown),
    })
}

/// Messages promise an answer of this format, as chats do with a strict schema.
fn schema<'a>(format: &Object<'a>) -> Result<Json<'a>, Refused> {
    format.required("type")?;
    let schema = format.required("schema")?;
    let schema = object! { "name": "output", "schema": schema, "strict": true };
    Ok(object! { "type": "json_schema", "json_schema": schema })
}
