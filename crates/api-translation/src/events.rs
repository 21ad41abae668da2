//! A chat's stream, event by event, as a stream of the client's API.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;

use crate::{
    chat::{
        answer::{Broken, Said},
        finish::{Ending, Finish},
        sequence::{Sequence, Step},
    },
    context::{Context, Head},
    messages, responses,
    rules::Api,
};

/// The data of the event that ends a chat's stream.
const DONE: &[u8] = b"[DONE]";

/// Translates the events of one stream.
///
/// Its events are balanced and in sequence, however those of the chat are mixed, and the last one is the
/// API's own end, or an error.
#[derive(Debug)]
pub struct EventTranslator {
    context: Arc<Context>,
    sequence: Sequence,
    writer: Writer,
    /// What the first events name.
    id: Option<String>,
    model: Option<String>,
    /// There once the answer has begun.
    head: Option<Head>,
    ending: Ending,
    ended: bool,
}

/// The events of one API.
#[derive(Debug)]
enum Writer {
    Responses(responses::events::Events),
    Messages(messages::events::Events),
}

// === impl EventTranslator ===

impl EventTranslator {
    pub(crate) fn new(context: Arc<Context>) -> Self {
        let writer = match context.api {
            Api::Responses => Writer::Responses(responses::events::Events::default()),
            Api::Messages => Writer::Messages(messages::events::Events::default()),
        };
        Self {
            context,
            sequence: Sequence::default(),
            writer,
            id: None,
            model: None,
            head: None,
            ending: Ending::default(),
            ended: false,
        }
    }

    /// Translates the data of one event into none, one or more whole events. A whole answer is translated as
    /// an event with all of it.
    pub fn push(&mut self, data: &[u8]) -> Bytes {
        let mut out = Vec::new();
        if self.ended {
            return Bytes::new();
        }
        let done = data.trim_ascii() == DONE;
        let pushed = if done { self.end(&mut out) } else { self.add(data, &mut out) };
        if let Err(broken) = pushed {
            self.fail(&broken, &mut out);
        }
        out.into()
    }

    /// Ends the stream: with the API's own end if the answer had finished, else with an error. Nothing, if
    /// it has ended already.
    pub fn finish(&mut self) -> Bytes {
        let mut out = Vec::new();
        if self.ended {
            return Bytes::new();
        }
        let finished =
            if self.ending.finish.is_some() { self.end(&mut out) } else { Err(Broken::Cut) };
        if let Err(broken) = finished {
            self.fail(&broken, &mut out);
        }
        out.into()
    }

    /// Ends the stream with an error in these words.
    pub fn interrupt(&mut self, kind: &str, message: &str) -> Bytes {
        let mut out = Vec::new();
        if !self.ended {
            let (kind, message) = (kind.to_owned(), message.to_owned());
            self.fail(&Broken::Upstream { kind, message }, &mut out);
        }
        out.into()
    }

    /// Whether the last event was written.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    fn add(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), Broken> {
        let said = Said::read(data)?;
        if self.head.is_none() {
            self.begin(&said, out);
        }
        self.ending.add(&said)?;
        let mut steps = Vec::new();
        let pieces = said.pieces().into_iter().filter(|piece| self.context.shows(piece));
        let mut pushed = Ok(());
        for piece in pieces {
            pushed = pushed.and_then(|()| self.sequence.push(piece, &mut steps));
        }
        // What is open can end at once: there is no more of it.
        if said.finish()?.is_some() {
            pushed = pushed.and_then(|()| self.close(&mut steps));
        }
        self.write(steps, out);
        pushed
    }

    /// Begins the answer with the first event that has some of it. Azure's first one names nothing.
    fn begin(&mut self, said: &Said<'_>, out: &mut Vec<u8>) {
        self.id = self.id.take().or_else(|| said.top("id").map(Cow::into_owned));
        self.model = self.model.take().or_else(|| said.top("model").map(Cow::into_owned));
        if !said.has_choice() {
            return;
        }
        let (id, model) = (self.id.take().map(Cow::from), self.model.take().map(Cow::from));
        let head = self.context.head(id, model, said.raw("created"));
        self.writer.begin(&self.context, &head, out);
        self.head = Some(head);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), Broken> {
        let mut steps = Vec::new();
        self.close(&mut steps)?;
        self.write(steps, out);
        let head = self.head.as_ref().ok_or(Broken::NotAnAnswer)?;
        let finish = Finish::of(self.ending.finish, self.sequence.called());
        self.writer.end(&self.context, head, finish, &self.ending, out);
        self.ended = true;
        Ok(())
    }

    fn close(&mut self, steps: &mut Vec<Step>) -> Result<(), Broken> {
        let id = self.head.as_ref().map_or("", |head| &*head.id);
        self.sequence.end(id, steps)
    }

    fn write(&mut self, steps: Vec<Step>, out: &mut Vec<u8>) {
        let Some(head) = &self.head else { return };
        let whole = self.ending.finish.is_none_or(Finish::is_complete);
        for step in steps {
            self.writer.step(&self.context, head, step, whole, out);
        }
    }

    fn fail(&mut self, broken: &Broken, out: &mut Vec<u8>) {
        self.ended = true;
        match &mut self.writer {
            Writer::Responses(events) => {
                events.fail(&self.context, self.head.as_ref(), broken, out);
            }
            Writer::Messages(_) => messages::events::Events::fail(broken, out),
        }
    }
}

// === impl Writer ===

impl Writer {
    fn begin(&mut self, context: &Context, head: &Head, out: &mut Vec<u8>) {
        match self {
            Self::Responses(events) => events.begin(context, head, out),
            Self::Messages(events) => events.begin(head, out),
        }
    }

    fn step(&mut self, context: &Context, head: &Head, step: Step, whole: bool, out: &mut Vec<u8>) {
        match self {
            Self::Responses(events) => events.step(context, head, step, whole, out),
            Self::Messages(events) => events.step(context, step, out),
        }
    }

    fn end(
        &mut self,
        context: &Context,
        head: &Head,
        finish: Finish,
        ending: &Ending,
        out: &mut Vec<u8>,
    ) {
        match self {
            Self::Responses(events) => events.end(context, head, finish, ending, out),
            Self::Messages(events) => events.end(context, finish, ending, out),
        }
    }
}
