//! A chat's stream as the events of a message.

use super::{
    answer::{message, stop, usage},
    error,
};
use crate::{
    chat::{
        answer::Broken,
        finish::{Ending, Finish},
        sequence::{Kind, Step},
    },
    context::{Context, Head},
    json::{Json, object},
    sse::event,
};

/// Writes events, one block after the other.
#[derive(Debug, Default)]
pub(crate) struct Events {
    index: u64,
    /// What is being written.
    open: Option<Kind>,
    refused: bool,
}

// === impl Events ===

impl Events {
    /// A chat reports its usage at the end: the counts here are those of an answer that has not begun.
    pub(crate) fn begin(&mut self, head: &Head, out: &mut Vec<u8>) {
        let mut fields = message(head, Vec::new());
        fields.push(("stop_reason", Json::Null));
        fields.push(("stop_sequence", Json::Null));
        fields.push((
            "usage",
            object! {
                "input_tokens": 0,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": 0,
            },
        ));
        let start = object! { "type": "message_start", "message": Json::Object(fields) };
        event("message_start", &start, out);
    }

    pub(crate) fn step(&mut self, context: &Context, step: Step, out: &mut Vec<u8>) {
        match step {
            Step::Open(kind) => {
                let block = begun(context, &kind);
                self.refused |= kind == Kind::Refusal;
                self.write("content_block_start", "content_block", block, out);
                self.open = Some(kind);
            }
            Step::More(text) => {
                let Some(kind) = &self.open else { return };
                self.write("content_block_delta", "delta", more(kind, text), out);
            }
            Step::Close => {
                self.write("content_block_stop", "", Json::Absent, out);
                self.open = None;
                self.index += 1;
            }
        }
    }

    pub(crate) fn end(
        &mut self,
        context: &Context,
        finish: Finish,
        ending: &Ending,
        out: &mut Vec<u8>,
    ) {
        let delta = object! {
            "type": "message_delta",
            "delta": Json::Object(stop(context, finish, self.refused, ending)),
            "model_selection_details": ending.routing.as_ref(),
            // Last, where a gateway extends it.
            "usage": usage(ending.usage.as_ref()),
        };
        event("message_delta", &delta, out);
        event("message_stop", &object! { "type": "message_stop" }, out);
    }

    pub(crate) fn fail(broken: &Broken, out: &mut Vec<u8>) {
        let kind = match broken {
            Broken::Upstream { kind, .. } => error::kind_of(kind),
            _ => error::INTERNAL,
        };
        event("error", &error::envelope(kind, &broken.to_string()), out);
    }

    fn write(&self, name: &'static str, key: &'static str, value: Json<'_>, out: &mut Vec<u8>) {
        let mut fields = vec![("type", Json::from(name)), ("index", self.index.into())];
        fields.push((key, value));
        event(name, &Json::Object(fields), out);
    }
}

/// A block before its first delta.
fn begun<'a>(context: &Context, kind: &'a Kind) -> Json<'a> {
    match kind {
        Kind::Text | Kind::Refusal => object! { "type": "text", "text": "" },
        Kind::Reasoning => object! { "type": "thinking", "thinking": "", "signature": "" },
        Kind::Call { id, name, .. } => object! {
            "type": "tool_use",
            "id": &**id,
            "name": context.names.of_client(name).name,
            "input": Json::Object(Vec::new()),
        },
    }
}

fn more(kind: &Kind, text: String) -> Json<'static> {
    match kind {
        Kind::Text | Kind::Refusal => object! { "type": "text_delta", "text": text },
        Kind::Reasoning => object! { "type": "thinking_delta", "thinking": text },
        Kind::Call { .. } => object! { "type": "input_json_delta", "partial_json": text },
    }
}
