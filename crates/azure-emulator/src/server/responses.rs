//! The handler of pages below that of responses: stored ones, compaction, and counts.

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    answer::usage::Prompt,
    auth::credentials,
    random::Dice,
    request::{endpoint::Endpoint, refusal::Refusal, responses_request::ResponsesAsk},
    routing::route,
    state::{
        State,
        request_log::{Ticket, lock},
    },
    wire::{
        headers::{self, About},
        reply::Reply,
    },
};

/// A request for a page below that of responses.
pub(crate) struct Below<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) method: &'a Method,
    /// The path below that of responses, without the slash at its beginning.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

// === impl Below ===

impl Below<'_> {
    /// Answers it.
    pub(crate) fn reply(&self, state: &State, ticket: &Ticket) -> Reply {
        ticket.note(|seen| seen.auth = credentials::kind(self.headers));
        match self.answer(state, ticket) {
            Ok(body) => Reply::json(StatusCode::OK, &body),
            Err(refusal) => {
                let about = About::new(state, ticket.number(), self.headers);
                Reply::now(headers::refused(&refusal, &about))
            }
        }
    }

    fn answer(&self, state: &State, ticket: &Ticket) -> Result<Value, Refusal> {
        credentials::check(state, self.headers, self.endpoint.form)?;
        let (id, page) = self.path.split_once('/').unwrap_or((self.path, ""));
        let stored = || lock(&state.responses).get(id).ok_or_else(|| no_such_response(id));
        match (self.method, id, page) {
            (&Method::POST, "compact", "") => self.compacted(state, ticket),
            (&Method::POST, "input_tokens", "") => self.counted(state),
            (&Method::GET, _, "") => stored().map(|stored| stored.response),
            (&Method::GET, _, "input_items") => {
                let items = stored()?.input;
                Ok(json!({ "object": "list", "data": items, "has_more": false }))
            }
            (&Method::POST, _, "cancel") => {
                stored()?;
                let message = "Cannot cancel a synchronous response.";
                Err(Refusal::invalid(message, None, None))
            }
            (&Method::DELETE, _, "") => match lock(&state.responses).delete(id) {
                true => Ok(json!({ "id": id, "object": "response.deleted", "deleted": true })),
                false => Err(no_such_response(id)),
            },
            _ => Err(Refusal::no_such_resource()),
        }
    }

    fn read(&self, state: &State) -> Result<(ResponsesAsk, Prompt, String), Refusal> {
        let earlier = |id: &str| Some(lock(&state.responses).get(id)?.messages);
        let read = ResponsesAsk::read(self.body, earlier)?;
        let asked = route::asked(state, self.endpoint, read.ask.text("model"))?;
        let prompt = Prompt::of(&read.ask, &asked);
        Ok((read, prompt, asked))
    }

    /// A compaction, whose answer names no model.
    fn compacted(&self, state: &State, ticket: &Ticket) -> Result<Value, Refusal> {
        let (read, prompt, asked) = self.read(state)?;
        if read.body.contains_key("max_output_tokens") {
            let message = "Unknown parameter: 'max_output_tokens'.";
            let code = Some("unknown_parameter");
            return Err(Refusal::invalid(message, Some("max_output_tokens"), code));
        }
        let usage = json!({
            "input_tokens": prompt.tokens, "input_tokens_details": { "cached_tokens": 0 },
            "output_tokens": 40, "output_tokens_details": { "reasoning_tokens": 0 },
            "total_tokens": prompt.tokens + 40,
        });
        ticket.note(|seen| (seen.asked, seen.usage) = (Some(asked), Some(usage.clone())));
        let mut dice = Dice::new(state.settings.seed, &format!("turn {}", ticket.number()));
        let item =
            json!({ "id": "cmp_1", "type": "compaction", "encrypted_content": dice.letters(60) });
        Ok(json!({
            "id": format!("resp_{}", dice.letters(29)), "object": "response.compaction",
            "created_at": state.now(), "output": [item], "usage": usage,
        }))
    }

    fn counted(&self, state: &State) -> Result<Value, Refusal> {
        let (_, prompt, _) = self.read(state)?;
        Ok(json!({ "object": "response.input_tokens", "input_tokens": prompt.tokens }))
    }
}

fn no_such_response(id: &str) -> Refusal {
    Refusal::missing(&format!("Response with id '{id}' not found."))
}
