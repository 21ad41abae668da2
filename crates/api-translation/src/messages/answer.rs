//! A chat's answer as a message.

use serde_json::value::RawValue;

use crate::{
    chat::{
        answer::Broken,
        finish::{Ending, Finish},
        sequence::{Block, Kind},
        usage::Usage,
    },
    context::{Context, Head},
    json::{Json, object},
};

/// The whole message, as its JSON text.
pub(crate) fn whole(
    context: &Context,
    head: &Head,
    blocks: &[Block],
    ending: &Ending,
) -> Result<Vec<u8>, Broken> {
    let called = blocks.iter().any(|block| matches!(block.kind, Kind::Call { .. }));
    let refused = blocks.iter().any(|block| block.kind == Kind::Refusal);
    let finish = Finish::of(ending.finish, called);
    let mut content = Vec::with_capacity(blocks.len());
    for block in blocks {
        content.extend(self::block(context, block, finish)?);
    }
    let mut fields = message(head, content);
    fields.extend(stop(context, finish, refused, ending));
    fields.push(("model_selection_details", ending.routing.as_ref().into()));
    // The usage is last, where a gateway extends it.
    let mut usage = usage(ending.usage.as_ref());
    if let Json::Object(counts) = &mut usage {
        counts.insert(0, ("service_tier", tier(ending).into()));
    }
    fields.push(("usage", usage));
    Ok(Json::Object(fields).to_bytes())
}

/// The beginning of a message.
pub(super) fn message<'a>(head: &'a Head, content: Vec<Json<'a>>) -> Vec<(&'static str, Json<'a>)> {
    vec![
        ("id", format!("msg_{}", head.id).into()),
        ("type", "message".into()),
        ("role", "assistant".into()),
        ("model", Json::from(&*head.model)),
        ("content", content.into()),
    ]
}

/// Why a message stopped.
pub(super) fn stop<'a>(
    context: &Context,
    finish: Finish,
    refused: bool,
    ending: &'a Ending,
) -> Vec<(&'static str, Json<'a>)> {
    let at = ending.stopped_at.as_deref();
    let at = at.filter(|at| finish == Finish::Stop && context.stops.iter().any(|stop| stop == at));
    let reason = match finish {
        _ if refused => "refusal",
        Finish::Filter => "refusal",
        Finish::Stop if at.is_some() => "stop_sequence",
        Finish::Stop => "end_turn",
        Finish::Length => "max_tokens",
        Finish::Calls => "tool_use",
    };
    let details = (reason == "refusal").then(|| {
        object! { "type": "refusal", "category": Json::Null, "explanation": Json::Null }
    });
    vec![
        ("stop_reason", reason.into()),
        ("stop_sequence", at.map_or(Json::Null, Json::from)),
        ("stop_details", details.into()),
    ]
}

/// The usage; counts that the upstream did not report are null.
pub(super) fn usage(usage: Option<&Usage>) -> Json<'_> {
    let unknown = || object! { "input_tokens": Json::Null, "output_tokens": Json::Null };
    usage.map_or_else(unknown, Usage::of_messages)
}

fn tier(ending: &Ending) -> Option<&'static str> {
    match ending.tier.as_deref() {
        Some("default") => Some("standard"),
        Some("priority") => Some("priority"),
        _ => None,
    }
}

/// A block of the content; `None`: a call that the bound of the answer cut, which no client could make.
fn block<'a>(
    context: &Context,
    block: &'a Block,
    finish: Finish,
) -> Result<Option<Json<'a>>, Broken> {
    let text = &*block.text;
    Ok(Some(match &block.kind {
        Kind::Text | Kind::Refusal => object! { "type": "text", "text": text },
        Kind::Reasoning => object! { "type": "thinking", "thinking": text, "signature": "" },
        Kind::Call { id, name, .. } => {
            let name = context.names.of_client(name).name;
            let Some(input) = input(text) else {
                return match finish {
                    Finish::Length | Finish::Filter => Ok(None),
                    Finish::Stop | Finish::Calls => Err(Broken::Arguments(name)),
                };
            };
            object! { "type": "tool_use", "id": &**id, "name": name, "input": input }
        }
    }))
}

/// Arguments as they are written, if they are an object. A call without any has an empty one.
fn input(text: &str) -> Option<Json<'_>> {
    if text.trim_ascii().is_empty() {
        return Some(Json::Object(Vec::new()));
    }
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    crate::json::is_object(raw).then_some(Json::Raw(raw))
}
