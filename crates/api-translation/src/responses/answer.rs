//! A chat's answer as a response.

use crate::{
    chat::{
        finish::{Ending, Finish},
        sequence::{Block, Kind},
        usage::Usage,
    },
    context::{Context, Head, Shown},
    json::{Json, fields, object},
    names::Named,
};

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    InProgress,
    Ended(Finish),
    Failed,
}

/// The whole response, as its JSON text.
pub(crate) fn whole(
    context: &Context,
    head: &Head,
    blocks: Vec<Block>,
    ending: &Ending,
) -> Vec<u8> {
    let called = blocks.iter().any(|block| matches!(block.kind, Kind::Call { .. }));
    let finish = Finish::of(ending.finish, called);
    let count = blocks.len();
    let output = blocks.into_iter().enumerate().map(|(at, block)| {
        let whole = at + 1 < count || finish.is_complete();
        item(context, &block.kind, &item_id(&block.kind, head, at), block.text, Some(whole))
    });
    ended(context, head, finish, output.collect(), ending).to_bytes()
}

/// A response that has ended.
pub(super) fn ended<'a>(
    context: &'a Context,
    head: &'a Head,
    finish: Finish,
    output: Vec<Json<'a>>,
    ending: &'a Ending,
) -> Json<'a> {
    let mut fields = response(context, head, Status::Ended(finish), output);
    if let Some(tier) = &ending.tier {
        set(&mut fields, "service_tier", Json::from(&**tier));
    }
    fields.push(("model_selection_details", ending.routing.as_ref().into()));
    // The usage is last, where a gateway extends it.
    fields.push(("usage", ending.usage.as_ref().map_or(Json::Null, Usage::of_responses)));
    Json::Object(fields)
}

/// A response that has not ended well: it has begun, or failed with this error.
pub(super) fn unfinished<'a>(
    context: &'a Context,
    head: &'a Head,
    failed: Option<Json<'a>>,
) -> Json<'a> {
    let status = if failed.is_some() { Status::Failed } else { Status::InProgress };
    let mut fields = response(context, head, status, Vec::new());
    if let Some(error) = failed {
        set(&mut fields, "error", error);
    }
    fields.push(("usage", Json::Null));
    Json::Object(fields)
}

fn set<'a>(fields: &mut [(&'static str, Json<'a>)], key: &str, value: Json<'a>) {
    if let Some((_, old)) = fields.iter_mut().find(|(name, _)| *name == key) {
        *old = value;
    }
}

/// The fields of a response, with the settings of its request.
fn response<'a>(
    context: &'a Context,
    head: &'a Head,
    status: Status,
    output: Vec<Json<'a>>,
) -> Vec<(&'static str, Json<'a>)> {
    let of = |key, default| context.repeated(key, default);
    let text = || object! { "format": object! { "type": "text" } };
    fields! {
        "id": format!("resp_{}", head.id),
        "object": "response",
        "created_at": head.created,
        "status": status.name(),
        "background": false,
        "error": Json::Null,
        "incomplete_details": status.incomplete().map_or(Json::Null, |reason| {
            object! { "reason": reason }
        }),
        "instructions": of("instructions", Json::Null),
        "max_output_tokens": of("max_output_tokens", Json::Null),
        "metadata": of("metadata", Json::Object(Vec::new())),
        "model": &*head.model,
        "output": output,
        "parallel_tool_calls": of("parallel_tool_calls", true.into()),
        "previous_response_id": Json::Null,
        "prompt_cache_key": of("prompt_cache_key", Json::Null),
        "reasoning": of("reasoning", object! { "effort": Json::Null, "summary": Json::Null }),
        "safety_identifier": of("safety_identifier", Json::Null),
        "service_tier": of("service_tier", "auto".into()),
        "store": false,
        "temperature": of("temperature", Json::Null),
        "text": of("text", text()),
        "tool_choice": of("tool_choice", "auto".into()),
        "tools": of("tools", Json::List(Vec::new())),
        "top_p": of("top_p", Json::Null),
        "truncation": of("truncation", "disabled".into()),
        "user": of("user", Json::Null),
    }
}

/// The id of an item.
pub(super) fn item_id(kind: &Kind, head: &Head, at: usize) -> String {
    let prefix = match kind {
        Kind::Reasoning => "rs",
        Kind::Text | Kind::Refusal => "msg",
        Kind::Call { custom: false, .. } => "fc",
        Kind::Call { custom: true, .. } => "ctc",
    };
    format!("{prefix}_{}_{at}", head.id)
}

/// An item. `ended`: whether it is complete; `None`: it has only begun.
pub(super) fn item(
    context: &Context,
    kind: &Kind,
    id: &str,
    text: String,
    ended: Option<bool>,
) -> Json<'static> {
    let status = match ended {
        None => "in_progress",
        Some(true) => "completed",
        Some(false) => "incomplete",
    };
    let id = id.to_owned();
    if let Kind::Call { id: call, name, custom } = kind {
        let named = context.names.of_client(name);
        return called(id, status, call, named, *custom, text);
    }
    let none = Vec::new();
    let parts = match ended {
        None => Vec::new(),
        Some(_) => vec![part(kind, context.shown, text)],
    };
    match (kind, context.shown) {
        (Kind::Reasoning, Shown::Summary) => {
            object! { "id": id, "type": "reasoning", "summary": parts }
        }
        (Kind::Reasoning, _) => {
            object! { "id": id, "type": "reasoning", "summary": none, "content": parts }
        }
        _ => object! {
            "id": id, "type": "message", "status": status, "role": "assistant", "content": parts,
        },
    }
}

/// A call, under the client's own name for the tool.
fn called(
    id: String,
    status: &'static str,
    call: &str,
    named: Named,
    custom: bool,
    input: String,
) -> Json<'static> {
    let (kind, key) =
        if custom { ("custom_tool_call", "input") } else { ("function_call", "arguments") };
    let mut fields = fields! {
        "id": id, "type": kind, "status": status, "call_id": call.to_owned(), "name": named.name,
    };
    fields.push((key, input.into()));
    fields.extend(named.namespace.map(|namespace| ("namespace", namespace.into())));
    Json::Object(fields)
}

/// The one part of an item.
pub(super) fn part(kind: &Kind, shown: Shown, text: String) -> Json<'static> {
    let none = || Json::List(Vec::new());
    match (kind, shown) {
        (Kind::Reasoning, Shown::Summary) => object! { "type": "summary_text", "text": text },
        (Kind::Reasoning, _) => object! { "type": "reasoning_text", "text": text },
        (Kind::Refusal, _) => object! { "type": "refusal", "refusal": text },
        _ => object! {
            "type": "output_text", "text": text, "annotations": none(), "logprobs": none(),
        },
    }
}

// === impl Status ===

impl Status {
    /// The word for it, which is also that of its event.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Failed => "failed",
            Self::Ended(finish) if finish.is_complete() => "completed",
            Self::Ended(_) => "incomplete",
        }
    }

    fn incomplete(self) -> Option<&'static str> {
        match self {
            Self::Ended(Finish::Length) => Some("max_output_tokens"),
            Self::Ended(Finish::Filter) => Some("content_filter"),
            Self::InProgress | Self::Failed | Self::Ended(_) => None,
        }
    }
}
