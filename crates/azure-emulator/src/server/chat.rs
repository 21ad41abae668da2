//! The handler of chats and responses: reads a request, refuses or routes it, answers, counts, and sends.

use http::{HeaderMap, Response};
use serde_json::{Map, Value};

use super::scripted_refusal;
use crate::{
    answer::{
        chat_objects::Turn,
        content::Answer,
        events, response_events,
        response_objects::{self, ResponseTurn},
        usage::{self, Prompt, Usage},
    },
    auth::credentials,
    random::Dice,
    request::{
        chat_request::Ask,
        endpoint::{Endpoint, Form},
        refusal::Refusal,
        responses_request::{self, ResponsesAsk},
    },
    routing::{
        embedding_models, model_parameters, model_pool,
        route::{self, Route},
    },
    scenario::plan::Plan,
    state::{
        State,
        request_log::{Ticket, lock},
        responses::Stored,
    },
    wire::{
        body::WireBody,
        headers::{self, About},
        reply::Reply,
    },
};

/// The API of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Chat,
    Responses,
}

/// A chat request, or one for a response, on its way.
struct Chat<'a> {
    state: &'a State,
    /// A Responses request as it was sent.
    responses: Option<Map<String, Value>>,
    endpoint: &'a Endpoint,
    headers: &'a HeaderMap,
    ticket: &'a Ticket,
    about: About,
}

/// Answers one request.
pub(crate) fn reply(
    state: &State,
    (api, endpoint): (Api, &Endpoint),
    headers: &HeaderMap,
    body: &[u8],
    ticket: &Ticket,
) -> Reply {
    let about = About::new(state, ticket.number(), headers);
    let mut chat = Chat { state, responses: None, endpoint, headers, ticket, about };
    let served = chat.serve(api, body);
    served.unwrap_or_else(|refusal| Reply::now(headers::refused(&refusal, &chat.about)))
}

// === impl Chat ===

impl Chat<'_> {
    fn serve(&mut self, api: Api, body: &[u8]) -> Result<Reply, Refusal> {
        self.ticket.note(|seen| seen.auth = credentials::kind(self.headers));
        // Azure's order: the credential, the body, the deployment, then the model's own rules.
        credentials::check(self.state, self.headers, self.endpoint.form)?;
        let ask = self.read(api, body)?;
        let asked = route::asked(self.state, self.endpoint, ask.text("model"))?;
        if embedding_models::find(&asked).is_some() {
            let operation = if api == Api::Chat { "chatCompletion" } else { "responses" };
            return Err(Refusal::wrong_operation(operation, &asked));
        }
        self.about.deployment.clone_from(&asked);
        let plan = self.plan(&ask, &asked)?;
        if plan.no_answer {
            return Ok(Reply { wait: plan.first_byte, response: None });
        }
        let response = self.respond(&ask, asked, &plan);
        let response = response.unwrap_or_else(|refusal| headers::refused(&refusal, &self.about));
        Ok(Reply { wait: plan.first_byte, response: Some(response) })
    }

    fn read(&mut self, api: Api, body: &[u8]) -> Result<Ask, Refusal> {
        if api == Api::Chat {
            return Ask::read(body);
        }
        let ResponsesAsk { ask, body } =
            ResponsesAsk::read(body, |id| Some(lock(&self.state.responses).get(id)?.messages))?;
        self.responses = Some(body);
        Ok(ask)
    }

    fn plan(&self, ask: &Ask, asked: &str) -> Result<Plan, Refusal> {
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
        ask: &Ask,
        asked: String,
        plan: &Plan,
    ) -> Result<Response<WireBody>, Refusal> {
        // Routed before it is refused, as some refusals name the served model.
        let route = Route::choose(self.state, self.headers, ask, plan, asked)?;
        if plan.project_only && self.responses.is_some() && self.endpoint.form != Form::Project {
            return Err(Refusal::unsupported_operation());
        }
        self.refuse(ask, plan, &route)?;
        model_parameters::check(ask, &route, plan)?;
        let prompt = Prompt::of(ask, &route.served);
        let context = model_pool::context(&route.served);
        if prompt.tokens > context {
            return Err(Refusal::too_long(prompt.tokens, context));
        }
        let answers = self.answers(ask, plan, &route);
        let usage = self.count(&route, &prompt, &answers);
        self.about.served.clone_from(&route.served);
        if let Some(request) = self.responses.take() {
            let body = self.response_body(ask, plan, route, (&usage, &answers), request);
            return Ok(headers::answered(paced(body, plan), ask.stream(), &self.about));
        }
        let mut turn = self.turn(ask, plan, route, &usage);
        let body = if plan.garbage {
            WireBody::whole("<<not json>>\n")
        } else if ask.stream() {
            WireBody::events(events::frames(&mut turn, &answers, plan))
        } else {
            WireBody::whole(turn.completion(&answers))
        };
        Ok(headers::answered(paced(body, plan), ask.stream(), &self.about))
    }

    /// The refusal that the scenario asks for.
    fn refuse(&self, ask: &Ask, plan: &Plan, route: &Route) -> Result<(), Refusal> {
        let version = self.endpoint.version.as_deref().unwrap_or("v1");
        let served = model_pool::undated(&route.served);
        scripted_refusal::check(self.state, plan, &ask.prompt, |milliseconds| {
            let operation = ("ChatCompletions_Create", version);
            Refusal::rate_limited(served, &route.asked, operation, milliseconds)
        })
    }

    fn answers(&self, ask: &Ask, plan: &Plan, route: &Route) -> Vec<Answer> {
        (0..ask.choices())
            .map(|choice| Answer::compose(ask, &route.served, self.state.settings.seed, choice))
            .map(|answer| if plan.filtered_answer { answer.filtered() } else { answer })
            .collect()
    }

    fn count(&self, route: &Route, prompt: &Prompt, answers: &[Answer]) -> Usage {
        let cache = lock(&self.state.cache).read_and_write(&route.served, &prompt.prefixes);
        let visible = answers.iter().map(Answer::visible).sum();
        let reasoning = answers.iter().map(|answer| answer.reasoning).sum();
        let usage = usage::usage(&route.served, prompt, cache, visible, reasoning);
        self.ticket.note(|seen| {
            seen.served = Some(route.served.clone());
            seen.usage = Some(usage.to_json());
        });
        usage
    }

    /// The body of a response, whole or as a stream.
    fn response_body(
        &self,
        ask: &Ask,
        plan: &Plan,
        route: Route,
        (usage, answers): (&Usage, &[Answer]),
        request: Map<String, Value>,
    ) -> WireBody {
        let Some(answer) = answers.first().filter(|_| !plan.garbage) else {
            return WireBody::whole("<<not json>>\n");
        };
        let number = self.ticket.number();
        let mut dice = Dice::new(self.state.settings.seed, &format!("turn {number}"));
        let wanted = ask.text("service_tier").unwrap_or("auto").to_owned();
        let billed = plan.tier.clone().unwrap_or_else(|| wanted.clone());
        let billed = if billed == "auto" { "default".to_owned() } else { billed };
        let stores = request.get("store") != Some(&Value::Bool(false));
        let mut turn = ResponseTurn {
            id: format!("resp_{}", dice.letters(29)),
            created: self.state.now(),
            model: if plan.empty_model { String::new() } else { route.served },
            tiers: (wanted, billed),
            obfuscation: !plan.no_obfuscation
                && ask.stream_option("include_obfuscation") != Some(false),
            usage: (!plan.no_usage).then(|| response_objects::usage(usage, plan)),
            selection: route.details,
            request,
            dice,
        };
        if stores {
            self.store(&turn, answer, ask);
        }
        if ask.stream() {
            return WireBody::events(response_events::frames(&mut turn, answer, plan));
        }
        let response = if plan.failed {
            turn.failed(&response_events::server_error(), plan.failed_usage)
        } else {
            turn.ended(answer)
        };
        WireBody::whole(response.to_string())
    }

    /// Keeps a response, as Azure does unless it is told not to.
    fn store(&self, turn: &ResponseTurn, answer: &Answer, ask: &Ask) {
        let response = turn.ended(answer);
        let input = match turn.request.get("input") {
            Some(Value::Array(items)) => items.clone(),
            Some(text) => {
                vec![serde_json::json!({ "type": "message", "role": "user", "content": text })]
            }
            None => Vec::new(),
        };
        let said = turn.items(answer);
        let said = said.iter().map(responses_request::message);
        let messages = ask.messages().iter().cloned().chain(said).collect();
        lock(&self.state.responses).put(&turn.id, Stored { response, input, messages });
    }

    fn turn(&self, ask: &Ask, plan: &Plan, route: Route, usage: &Usage) -> Turn {
        let number = self.ticket.number();
        // By number instead of prompt: two answers to one prompt need different ids.
        let mut dice = Dice::new(self.state.settings.seed, &format!("turn {number}"));
        let mut shown = usage.to_json();
        if plan.contradiction {
            // Only what is shown is wrong: the log keeps the true usage.
            shown["prompt_tokens_details"]["cached_tokens"] = (usage.prompt + 1).into();
        }
        let classic = route.served.starts_with("gpt-4");
        let tier = plan.tier.as_deref().or_else(|| ask.text("service_tier"));
        let declined = ask.stream_option("include_obfuscation") == Some(false);
        Turn {
            id: format!("chatcmpl-{}", dice.letters(29)),
            created: self.state.now(),
            model: if plan.empty_model { String::new() } else { route.served },
            tier: tier.filter(|tier| *tier != "auto").unwrap_or("default").to_owned(),
            // Azure sends it for the GPT-4 family only.
            fingerprint: classic.then(|| format!("fp_{:010x}", dice.roll() >> 24)),
            obfuscation: !plan.no_obfuscation && !declined,
            include_usage: ask.stream_option("include_usage") == Some(true),
            usage: (!plan.no_usage).then_some(shown),
            selection: route.details,
            filter: plan.filter,
            dice,
        }
    }
}

pub(crate) fn paced(body: WireBody, plan: &Plan) -> WireBody {
    let body = body.slowly(plan.between);
    let body = match plan.cut {
        Some(events) => body.cut(events),
        None => body,
    };
    match plan.chunking {
        Some(bytes) => body.in_pieces(bytes),
        None => body,
    }
}
