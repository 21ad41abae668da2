//! The handler of embeddings: reads a request, refuses it or answers with vectors, and counts.

use http::{HeaderMap, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::{chat::paced, scripted_refusal};
use crate::{
    answer::{tokenizer, vectors::Vector},
    auth::credentials,
    request::{embedding_request::EmbeddingAsk, endpoint::Endpoint, refusal::Refusal, validation},
    routing::{
        embedding_models::{self, EmbeddingModel},
        route,
    },
    scenario::plan::Plan,
    state::{State, request_log::Ticket},
    wire::{
        body::WireBody,
        headers::{self, About},
        reply::Reply,
    },
};

/// An embedding request on its way.
struct Embeddings<'a> {
    state: &'a State,
    endpoint: &'a Endpoint,
    headers: &'a HeaderMap,
    ticket: &'a Ticket,
    about: About,
}

/// The answer, its keys in OpenAI's order.
#[derive(Serialize)]
struct List {
    object: &'static str,
    data: Vec<Item>,
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Value>,
}

#[derive(Serialize)]
struct Item {
    object: &'static str,
    index: usize,
    embedding: Value,
}

/// Answers one embedding request.
pub(crate) fn reply(
    state: &State,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: &[u8],
    ticket: &Ticket,
) -> Reply {
    let about = About::new(state, ticket.number(), headers);
    let mut embeddings = Embeddings { state, endpoint, headers, ticket, about };
    let served = embeddings.serve(body);
    served.unwrap_or_else(|refusal| Reply::now(headers::refused(&refusal, &embeddings.about)))
}

// === impl Embeddings ===

impl Embeddings<'_> {
    fn serve(&mut self, body: &[u8]) -> Result<Reply, Refusal> {
        self.ticket.note(|seen| seen.auth = credentials::kind(self.headers));
        credentials::check(self.state, self.headers, self.endpoint.form)?;
        let ask = EmbeddingAsk::read(body, tokenizer::count)?;
        let asked = route::asked(self.state, self.endpoint, ask.text("model"))?;
        self.about.deployment.clone_from(&asked);
        let model = embedding_models::find(&asked)
            .ok_or_else(|| Refusal::wrong_operation("embeddings", &asked))?;
        let plan = self.plan(&ask, &asked)?;
        if plan.no_answer {
            return Ok(Reply { wait: plan.first_byte, response: None });
        }
        let response = self.respond(&ask, model, &plan);
        let response = response.unwrap_or_else(|refusal| headers::refused(&refusal, &self.about));
        Ok(Reply { wait: plan.first_byte, response: Some(response) })
    }

    fn plan(&self, ask: &EmbeddingAsk, asked: &str) -> Result<Plan, Refusal> {
        let header = self.headers.get("x-emulator-scenario").and_then(|value| value.to_str().ok());
        let scenarios = self.state.scenarios((&ask.prompt, &ask.markers), header)?;
        self.ticket.note(|seen| {
            seen.asked = Some(asked.to_owned());
            seen.scenarios = scenarios.iter().map(ToString::to_string).collect();
        });
        Ok(Plan::of(&scenarios))
    }

    /// The response to a request that is let in.
    fn respond(
        &mut self,
        ask: &EmbeddingAsk,
        model: &EmbeddingModel,
        plan: &Plan,
    ) -> Result<Response<WireBody>, Refusal> {
        let version = self.endpoint.version.as_deref().unwrap_or("v1");
        scripted_refusal::check(self.state, plan, &ask.prompt, |milliseconds| {
            let operation = ("Embeddings_Create", version);
            Refusal::rate_limited(model.name, model.name, operation, milliseconds)
        })?;
        if let Some(unknown) = ask.unknown_parameter().filter(|_| plan.strict) {
            return Err(validation::unknown(unknown));
        }
        let (base64, dimensions) =
            (ask.base64()?, ask.dimensions(model.dimensions, model.shortens)?);
        ask.check_length()?;
        let served = plan.served.clone().unwrap_or_else(|| model.name.to_owned());
        let usage = json!({"prompt_tokens": ask.tokens(), "total_tokens": ask.tokens()});
        self.ticket.note(|seen| {
            seen.served = Some(served.clone());
            seen.usage = Some(usage.clone());
        });
        self.about.served.clone_from(&served);
        let list = self.list(ask, (model, dimensions, base64), (served, usage), plan);
        let body = match serde_json::to_vec(&list) {
            Ok(body) if !plan.garbage => WireBody::whole(body),
            _ => WireBody::whole("<<not json>>\n"),
        };
        Ok(headers::answered(paced(body, plan), false, &self.about))
    }

    fn list(
        &self,
        ask: &EmbeddingAsk,
        (model, dimensions, base64): (&EmbeddingModel, usize, bool),
        (served, mut usage): (String, Value),
        plan: &Plan,
    ) -> List {
        let seed = self.state.settings.seed;
        let item = |(index, text): (usize, &str)| {
            let vector = Vector::of(seed, model.name, text, dimensions);
            let embedding = if base64 { vector.base64() } else { vector.numbers() };
            Item { object: "embedding", index, embedding }
        };
        let texts = ask.inputs.iter().map(|input| input.text.as_str());
        let data = texts.enumerate().map(item).collect();
        if plan.contradiction {
            // Only what is shown is wrong: the log keeps the true usage.
            usage["total_tokens"] = 0.into();
        }
        let model = if plan.empty_model { String::new() } else { served };
        List { object: "list", data, model, usage: (!plan.no_usage).then_some(usage) }
    }
}
