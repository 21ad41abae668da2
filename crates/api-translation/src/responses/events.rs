//! A chat's stream as the events of a response.

use super::answer::{Status, ended, item, item_id, part, unfinished};
use crate::{
    chat::{
        answer::Broken,
        finish::{Ending, Finish},
        sequence::{Kind, Step},
    },
    context::{Context, Head, Shown},
    json::{Json, object},
    sse::event,
};

/// Writes events with increasing numbers, and keeps the items for the last one.
#[derive(Debug, Default)]
pub(crate) struct Events {
    number: u64,
    items: Vec<Json<'static>>,
    open: Option<Open>,
}

/// The item that is being written.
#[derive(Debug)]
struct Open {
    kind: Kind,
    id: String,
    text: String,
}

/// The words for the text of an item.
struct Words {
    /// The beginning of its events' names.
    name: &'static str,
    /// The key of the whole text.
    whole: &'static str,
    /// The name of its part's events, and the key of the part's index.
    part: Option<(&'static str, &'static str)>,
}

// === impl Events ===

impl Events {
    pub(crate) fn begin(&mut self, context: &Context, head: &Head, out: &mut Vec<u8>) {
        for name in ["response.created", "response.in_progress"] {
            let response = unfinished(context, head, None);
            self.write(name, vec![("response", response)], out);
        }
    }

    /// Writes a step. `whole`: whether a block that ends now is all of it.
    pub(crate) fn step(
        &mut self,
        context: &Context,
        head: &Head,
        step: Step,
        whole: bool,
        out: &mut Vec<u8>,
    ) {
        match step {
            Step::Open(kind) => self.begin_item(context, head, kind, out),
            Step::More(text) => self.more(context, text, out),
            Step::Close => self.end_item(context, whole, out),
        }
    }

    pub(crate) fn end(
        &mut self,
        context: &Context,
        head: &Head,
        finish: Finish,
        ending: &Ending,
        out: &mut Vec<u8>,
    ) {
        let response = ended(context, head, finish, std::mem::take(&mut self.items), ending);
        let name = format!("response.{}", Status::Ended(finish).name());
        self.write(&name, vec![("response", response)], out);
    }

    /// An error of the upstream's ends the response; any other one is an error of the stream.
    pub(crate) fn fail(
        &mut self,
        context: &Context,
        head: Option<&Head>,
        broken: &Broken,
        out: &mut Vec<u8>,
    ) {
        let (code, message) = (code(broken), broken.to_string());
        match (broken, head) {
            (Broken::Upstream { .. }, Some(head)) => {
                let error = object! { "code": code, "message": message };
                let response = unfinished(context, head, Some(error));
                self.write("response.failed", vec![("response", response)], out);
            }
            _ => {
                let error =
                    vec![("code", code.into()), ("message", message.into()), ("param", Json::Null)];
                self.write("error", error, out);
            }
        }
    }

    fn begin_item(&mut self, context: &Context, head: &Head, kind: Kind, out: &mut Vec<u8>) {
        let id = item_id(&kind, head, self.items.len());
        let begun = item(context, &kind, &id, String::new(), None);
        let fields = vec![("output_index", self.index()), ("item", begun)];
        self.write("response.output_item.added", fields, out);
        let words = Words::of(&kind, context.shown);
        if let Some((name, index)) = words.part {
            let part = part(&kind, context.shown, String::new());
            let fields = [self.place(&id, Some(index)), vec![("part", part)]].concat();
            self.write(&format!("{name}.added"), fields, out);
        }
        self.open = Some(Open { kind, id, text: String::new() });
    }

    fn more(&mut self, context: &Context, text: String, out: &mut Vec<u8>) {
        let Some(mut open) = self.open.take() else { return };
        open.text.push_str(&text);
        let words = Words::of(&open.kind, context.shown);
        let mut fields = self.place(&open.id, words.part.map(|(_, index)| index));
        fields.push(("delta", text.into()));
        if open.kind == Kind::Text {
            fields.push(("logprobs", Json::List(Vec::new())));
        }
        self.write(&format!("{}.delta", words.name), fields, out);
        self.open = Some(open);
    }

    fn end_item(&mut self, context: &Context, whole: bool, out: &mut Vec<u8>) {
        let Some(Open { kind, id, text }) = self.open.take() else { return };
        let words = Words::of(&kind, context.shown);
        let mut fields = self.place(&id, words.part.map(|(_, index)| index));
        fields.push((words.whole, text.clone().into()));
        if kind == Kind::Text {
            fields.push(("logprobs", Json::List(Vec::new())));
        }
        self.write(&format!("{}.done", words.name), fields, out);
        if let Some((name, index)) = words.part {
            let part = part(&kind, context.shown, text.clone());
            let fields = [self.place(&id, Some(index)), vec![("part", part)]].concat();
            self.write(&format!("{name}.done"), fields, out);
        }
        let item = item(context, &kind, &id, text, Some(whole));
        let fields = vec![("output_index", self.index()), ("item", item.clone())];
        self.write("response.output_item.done", fields, out);
        self.items.push(item);
    }

    /// Where an item's text is.
    fn place(&self, id: &str, part: Option<&'static str>) -> Vec<(&'static str, Json<'static>)> {
        let mut fields =
            vec![("item_id", Json::from(id.to_owned())), ("output_index", self.index())];
        fields.extend(part.map(|index| (index, Json::Count(0))));
        fields
    }

    fn index(&self) -> Json<'static> {
        Json::Count(u64::try_from(self.items.len()).unwrap_or(u64::MAX))
    }

    fn write(&mut self, name: &str, fields: Vec<(&'static str, Json<'_>)>, out: &mut Vec<u8>) {
        let mut all =
            vec![("type", Json::from(name)), ("sequence_number", Json::Count(self.number))];
        all.extend(fields);
        self.number += 1;
        event(name, &Json::Object(all), out);
    }
}

/// The code of an error, from the API's list.
fn code(broken: &Broken) -> &'static str {
    match broken {
        Broken::Upstream { kind, .. } if kind.contains("rate_limit") || kind == "429" => {
            "rate_limit_exceeded"
        }
        _ => "server_error",
    }
}

// === impl Words ===

impl Words {
    fn of(kind: &Kind, shown: Shown) -> Self {
        const CONTENT: Option<(&str, &str)> = Some(("response.content_part", "content_index"));
        const SUMMARY: Option<(&str, &str)> =
            Some(("response.reasoning_summary_part", "summary_index"));
        let (name, whole, part) = match kind {
            Kind::Text => ("response.output_text", "text", CONTENT),
            Kind::Refusal => ("response.refusal", "refusal", CONTENT),
            Kind::Reasoning if shown == Shown::Summary => {
                ("response.reasoning_summary_text", "text", SUMMARY)
            }
            Kind::Reasoning => ("response.reasoning_text", "text", CONTENT),
            Kind::Call { custom: false, .. } => {
                ("response.function_call_arguments", "arguments", None)
            }
            Kind::Call { custom: true, .. } => ("response.custom_tool_call_input", "input", None),
        };
        Self { name, whole, part }
    }
}
