//! One chat request from its bytes to its response: read, refuse or route, answer, count, send.

use std::time::Duration;

use http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

use crate::{
    answer::Answer,
    ask::Ask,
    auth, details,
    dice::Dice,
    endpoint::{Endpoint, Form},
    headers::{self, About},
    parameters,
    plan::Plan,
    pool,
    refusal::Refusal,
    scenario::Scenario,
    seen::{Ticket, lock},
    shapes::Turn,
    state::State,
    stream,
    usage::{self, Prompt, Usage},
    wire::WireBody,
};

/// What to send, and after which pause; no response means that the connection just closes.
pub(crate) struct Reply {
    pub(crate) wait: Duration,
    pub(crate) response: Option<Response<WireBody>>,
}

/// Where a request goes: the deployment asked for and the model that serves it.
pub(crate) struct Route {
    pub(crate) asked: String,
    pub(crate) served: String,
    /// Whether a router picked the model.
    pub(crate) routed: bool,
    pub(crate) details: Option<Value>,
}

/// Answers one chat request.
pub(crate) fn reply(
    state: &State,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: &[u8],
    ticket: &Ticket,
) -> Reply {
    let mut about = About::new(state, ticket.number(), headers);
    let served = serve(state, endpoint, headers, body, ticket, &mut about);
    served.unwrap_or_else(|refusal| Reply::now(headers::refused(&refusal, &about)))
}

fn serve(
    state: &State,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: &[u8],
    ticket: &Ticket,
    about: &mut About,
) -> Result<Reply, Refusal> {
    ticket.note(|seen| seen.auth = auth::kind(headers));
    auth::check(state, headers, endpoint.form)?;
    let ask = Ask::read(body)?;
    let asked = asked(state, endpoint, &ask)?;
    about.deployment.clone_from(&asked);
    let header = headers.get("x-emulator-scenario").and_then(|value| value.to_str().ok());
    let scenarios = state.scenarios(&ask, header)?;
    ticket.note(|seen| {
        seen.asked = Some(asked.clone());
        seen.scenarios = scenarios.iter().map(ToString::to_string).collect();
    });
    let plan = Plan::of(&scenarios);
    if plan.no_answer {
        return Ok(Reply { wait: plan.first_byte, response: None });
    }
    let response = match respond(state, endpoint, headers, (&ask, asked), &plan, ticket, about) {
        Ok(response) => response,
        Err(refusal) => headers::refused(&refusal, about),
    };
    Ok(Reply { wait: plan.first_byte, response: Some(response) })
}

/// The response to a request that is let in.
fn respond(
    state: &State,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    (ask, asked): (&Ask, String),
    plan: &Plan,
    ticket: &Ticket,
    about: &mut About,
) -> Result<Response<WireBody>, Refusal> {
    let route = route(state, headers, ask, plan, asked)?;
    refuse(state, endpoint, ask, plan, &route)?;
    parameters::check(ask, &route, plan)?;
    let prompt = Prompt::of(ask, &route.served);
    let context = pool::context(&route.served);
    if prompt.tokens > context {
        return Err(Refusal::too_long(prompt.tokens, context));
    }
    let answers = answers(state, ask, plan, &route);
    let usage = count(state, &route, &prompt, &answers);
    ticket.note(|seen| {
        seen.served = Some(route.served.clone());
        seen.usage = Some(usage.to_json());
    });
    about.served.clone_from(&route.served);
    let mut turn = turn(state, ask, plan, route, &usage, ticket.number());
    let body = if plan.garbage {
        WireBody::whole("<<not json>>\n")
    } else if ask.stream() {
        WireBody::events(stream::frames(&mut turn, &answers, plan))
    } else {
        WireBody::whole(turn.completion(&answers))
    };
    Ok(headers::answered(paced(body, plan), ask.stream(), about))
}

/// The deployment that the request names, if there is one of that name.
fn asked(state: &State, endpoint: &Endpoint, ask: &Ask) -> Result<String, Refusal> {
    let asked = endpoint.deployment.as_deref().or_else(|| ask.text("model"));
    let asked = asked.ok_or_else(|| {
        let message = "Missing required parameter: 'model'.";
        Refusal::invalid(message, Some("model"), Some("missing_required_parameter"))
    })?;
    let auto = asked == "auto" && endpoint.form != Form::Versioned;
    let known = auto || is_router(state, asked) || pool::direct(asked).is_some();
    known.then(|| asked.to_owned()).ok_or_else(Refusal::no_such_deployment)
}

fn is_router(state: &State, deployment: &str) -> bool {
    state.settings.deployments.iter().any(|known| known == deployment)
}

fn route(
    state: &State,
    headers: &HeaderMap,
    ask: &Ask,
    plan: &Plan,
    asked: String,
) -> Result<Route, Refusal> {
    let direct = pool::direct(&asked).filter(|_| !is_router(state, &asked));
    let controls = details::Controls::read(headers, ask, direct.is_none())?;
    let mode = controls.mode.unwrap_or(plan.mode);
    let pool = controls.models.as_deref().or(plan.pool.as_deref());
    let picked = || match direct {
        Some(served) => served.to_owned(),
        None => pool::choose(state.settings.seed, &ask.prompt, mode, pool),
    };
    let picked = plan.served.clone().unwrap_or_else(picked);
    let (served, affinity) = controls.affinity(state, picked, plan.served.is_some());
    let details = (direct.is_none() && (controls.asked_for || plan.routing_details))
        .then(|| details::selection(&served, mode, affinity, plan.routing_details));
    Ok(Route { asked, served, routed: direct.is_none(), details })
}

/// The refusal that the scenario asks for.
fn refuse(
    state: &State,
    endpoint: &Endpoint,
    ask: &Ask,
    plan: &Plan,
    route: &Route,
) -> Result<(), Refusal> {
    let limited = |milliseconds| {
        let version = endpoint.version.as_deref().unwrap_or("v1");
        Refusal::rate_limited(pool::undated(&route.served), &route.asked, version, milliseconds)
    };
    Err(match &plan.refuse {
        Some(Scenario::Unauthorized) => Refusal::wrong_key(),
        Some(Scenario::PermissionDenied) => Refusal::permission_denied(),
        Some(Scenario::NotFound) => Refusal::no_such_deployment(),
        Some(Scenario::RateLimited { seconds }) => limited(u64::from(*seconds) * 1_000),
        Some(Scenario::RateLimitedTimes(times)) if state.refuse_again(ask, *times) => limited(10),
        Some(Scenario::ServerError) => Refusal::server_error(),
        Some(Scenario::Unavailable) => Refusal::unavailable(),
        Some(Scenario::UnavailableHtml) => Refusal::unavailable_html(),
        Some(Scenario::ContentFilterPrompt) => Refusal::filtered_prompt(),
        _ => return Ok(()),
    })
}

fn answers(state: &State, ask: &Ask, plan: &Plan, route: &Route) -> Vec<Answer> {
    (0..ask.choices())
        .map(|choice| Answer::compose(ask, &route.served, state.settings.seed, choice))
        .map(|answer| if plan.filtered_answer { answer.filtered() } else { answer })
        .collect()
}

fn count(state: &State, route: &Route, prompt: &Prompt, answers: &[Answer]) -> Usage {
    let cache = lock(&state.cache).read_and_write(&route.served, prompt);
    let visible = answers.iter().map(Answer::visible).sum();
    let reasoning = answers.iter().map(|answer| answer.reasoning).sum();
    usage::usage(&route.served, prompt, cache, visible, reasoning)
}

fn turn(state: &State, ask: &Ask, plan: &Plan, route: Route, usage: &Usage, number: u64) -> Turn {
    let mut dice = Dice::new(state.settings.seed, &format!("turn {number}"));
    let mut shown = usage.to_json();
    if plan.contradiction {
        shown["prompt_tokens_details"]["cached_tokens"] = (usage.prompt + 1).into();
    }
    let classic = route.served.starts_with("gpt-4");
    let tier = plan.tier.as_deref().or_else(|| ask.text("service_tier"));
    Turn {
        id: format!("chatcmpl-{}", dice.letters(29)),
        created: state.now(),
        model: if plan.empty_model { String::new() } else { route.served },
        tier: tier.filter(|tier| *tier != "auto").unwrap_or("default").to_owned(),
        fingerprint: classic.then(|| format!("fp_{:010x}", dice.roll() >> 24)),
        obfuscation: !plan.no_obfuscation
            && ask.stream_option("include_obfuscation") != Some(false),
        include_usage: ask.stream_option("include_usage") == Some(true),
        usage: (!plan.no_usage).then_some(shown),
        selection: route.details,
        filter: plan.filter,
        dice,
    }
}

fn paced(body: WireBody, plan: &Plan) -> WireBody {
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

// === impl Reply ===

impl Reply {
    /// At once.
    pub(crate) fn now(response: Response<WireBody>) -> Self {
        Self { wait: Duration::ZERO, response: Some(response) }
    }

    /// A JSON body beside the chat API.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        let mut response = Response::new(WireBody::whole(body.to_string()));
        *response.status_mut() = status;
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        Self::now(response)
    }
}
