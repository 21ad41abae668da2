//! The handler of Anthropic's Messages: reads a request, refuses or routes it, answers, counts, and sends.

use http::{HeaderMap, Response};
use serde_json::{Value, json};

use super::chat::paced;
use crate::{
    answer::{
        message_events,
        message_prompt::Counted,
        messages::{Message, Said},
    },
    auth::credentials,
    random::Dice,
    request::{
        endpoint::Form,
        messages_request::{MessagesAsk, refusal},
        refusal::Refusal,
    },
    routing::{controls, model_pool, route},
    scenario::{Scenario, plan::Plan},
    state::{
        State,
        request_log::{Auth, Ticket, lock},
    },
    wire::{
        body::WireBody,
        headers::{self, About},
        reply::Reply,
    },
};

/// Where messages are made.
pub(crate) const PATH: &str = "/anthropic/v1/messages";
/// Where their tokens are counted.
pub(crate) const COUNT_PATH: &str = "/anthropic/v1/messages/count_tokens";

/// A request on its way.
struct Messages<'a> {
    state: &'a State,
    headers: &'a HeaderMap,
    ticket: &'a Ticket,
    about: About,
}

/// The model that serves a request.
struct Served {
    name: String,
    routed: bool,
}

/// Answers one request.
pub(crate) fn reply(
    state: &State,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
    ticket: &Ticket,
) -> Reply {
    let about = About::new(state, ticket.number(), headers);
    let mut messages = Messages { state, headers, ticket, about };
    let served = messages.serve(path, body);
    served.unwrap_or_else(|refusal| Reply::now(headers::refused(&refusal, &messages.about)))
}

// === impl Messages ===

impl Messages<'_> {
    fn serve(&mut self, path: &str, body: &[u8]) -> Result<Reply, Refusal> {
        self.authenticate()?;
        if !self.headers.contains_key("anthropic-version") {
            return Err(refusal(
                400,
                "invalid_request_error",
                "anthropic-version: header is required",
            ));
        }
        let ask = MessagesAsk::read(body, path == COUNT_PATH)?;
        let asked = ask.text("model").unwrap_or_default().to_owned();
        let known = route::is_router(self.state, &asked) || asked == "auto";
        if !known && model_pool::direct(&asked).is_none() {
            return Err(Refusal::no_such_deployment());
        }
        self.about.deployment.clone_from(&asked);
        let plan = self.plan(&ask, &asked)?;
        if plan.no_answer {
            return Ok(Reply { wait: plan.first_byte, response: None });
        }
        let response = self.respond(&ask, &plan, (&asked, path));
        let response = response.unwrap_or_else(|refusal| headers::refused(&refusal, &self.about));
        Ok(Reply { wait: plan.first_byte, response: Some(response) })
    }

    /// The key in any of three headers, or a token.
    fn authenticate(&self) -> Result<(), Refusal> {
        let Some(key) = self.headers.get("x-api-key") else {
            self.ticket.note(|seen| seen.auth = credentials::kind(self.headers));
            return credentials::check(self.state, self.headers, Form::V1);
        };
        self.ticket.note(|seen| seen.auth = Auth::ApiKey);
        let right = key == self.state.settings.key.as_str();
        right.then_some(()).ok_or_else(Refusal::wrong_key)
    }

    fn plan(&self, ask: &MessagesAsk, asked: &str) -> Result<Plan, Refusal> {
        let header = self.headers.get("x-emulator-scenario").and_then(|value| value.to_str().ok());
        let scenarios = self.state.scenarios((&ask.prompt, &ask.markers), header)?;
        self.ticket.note(|seen| {
            seen.asked = Some(asked.to_owned());
            seen.scenarios = scenarios.iter().map(ToString::to_string).collect();
        });
        Ok(Plan::of(&scenarios))
    }

    fn respond(
        &mut self,
        ask: &MessagesAsk,
        plan: &Plan,
        (asked, path): (&str, &str),
    ) -> Result<Response<WireBody>, Refusal> {
        let served = self.route(ask, plan, asked)?;
        self.refuse(ask, plan)?;
        let counted = Counted::of(ask);
        if counted.tokens > model_pool::context(&served.name) {
            let message = format!("prompt is too long: {} tokens", counted.tokens);
            return Err(refusal(400, "invalid_request_error", &message));
        }
        self.about.served.clone_from(&served.name);
        if path == COUNT_PATH {
            let count = json!({ "input_tokens": counted.tokens }).to_string();
            return Ok(headers::answered(WireBody::whole(count), false, &self.about));
        }
        let (cached, _) = lock(&self.state.cache).read_and_write(&served.name, &counted.prefixes);
        let said = Said::compose(ask, self.state.settings.seed, plan);
        let usage = said.usage(ask, &counted, cached, plan);
        self.ticket.note(|seen| {
            seen.served = Some(served.name.clone());
            seen.usage = Some(usage.clone());
        });
        let message = self.message(said, usage, served, plan);
        let body = if plan.garbage {
            WireBody::whole("<<not json>>\n")
        } else if ask.stream() {
            WireBody::events(message_events::frames(&message, plan))
        } else {
            WireBody::whole(message.whole())
        };
        Ok(headers::answered(paced(body, plan), ask.stream(), &self.about))
    }

    /// The model that answers: a router has only Claude here, and only Claude answers directly.
    fn route(&self, ask: &MessagesAsk, plan: &Plan, asked: &str) -> Result<Served, Refusal> {
        let routed = route::is_router(self.state, asked) || asked == "auto";
        let direct = model_pool::direct(asked).filter(|_| !routed);
        if direct.is_some_and(|served| !model_pool::speaks_messages(served)) {
            let message = "Requested API is currently not supported";
            return Err(Refusal::front(400, "api_not_supported", message));
        }
        let pool = || {
            let named = plan.pool.clone().unwrap_or_default();
            let all = if named.is_empty() {
                model_pool::known().map(str::to_owned).collect()
            } else {
                named
            };
            all.into_iter().filter(|name| model_pool::speaks_messages(name)).collect::<Vec<_>>()
        };
        let picked = || match direct {
            Some(served) => served.to_owned(),
            None => {
                model_pool::choose(self.state.settings.seed, &ask.prompt, plan.mode, Some(&pool()))
            }
        };
        Ok(Served { name: plan.served.clone().unwrap_or_else(picked), routed })
    }

    /// The refusal that the scenario asks for: Azure's own layer has its own envelope.
    fn refuse(&self, ask: &MessagesAsk, plan: &Plan) -> Result<(), Refusal> {
        let limited = |milliseconds| Refusal {
            retry_after: Some(milliseconds),
            ..refusal(429, "rate_limit_error", "This request would exceed your rate limit.")
        };
        Err(match &plan.refuse {
            Some(Scenario::Unauthorized) => Refusal::wrong_key(),
            Some(Scenario::PermissionDenied) => Refusal::permission_denied(),
            Some(Scenario::NotFound) => Refusal::no_such_deployment(),
            Some(Scenario::RateLimited { seconds }) => limited(u64::from(*seconds) * 1_000),
            Some(Scenario::RateLimitedTimes(times))
                if self.state.refuse_again(&ask.prompt, *times) =>
            {
                limited(10)
            }
            Some(Scenario::ServerError) => refusal(500, "api_error", "Internal server error"),
            Some(Scenario::Unavailable) => refusal(529, "overloaded_error", "Overloaded"),
            Some(Scenario::UnavailableHtml) => Refusal::unavailable_html(),
            Some(Scenario::ContentFilterPrompt) => {
                refusal(400, "invalid_request_error", "Output blocked by content filtering policy")
            }
            _ => return Ok(()),
        })
    }

    fn message(&self, said: Said, mut usage: Value, served: Served, plan: &Plan) -> Message {
        let number = self.ticket.number();
        let mut dice = Dice::new(self.state.settings.seed, &format!("message {number}"));
        if plan.contradiction {
            // Only what is shown is wrong: the log keeps the true usage.
            let output = usage["output_tokens"].as_u64().unwrap_or_default();
            usage["output_tokens_details"]["thinking_tokens"] = (output + 1).into();
        }
        let selection = (served.routed && plan.routing_details)
            .then(|| controls::selection(&served.name, plan.mode, None, true));
        Message {
            id: format!("msg_{}", dice.letters(24)),
            model: if plan.empty_model { String::new() } else { served.name },
            blocks: said.blocks,
            stop: said.stop,
            usage: (!plan.no_usage).then_some(usage),
            selection,
        }
    }
}
