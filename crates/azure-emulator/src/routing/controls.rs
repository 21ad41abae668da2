//! The preview of per-request routing: controls in the request, the decision in the answer.

use http::HeaderMap;
use serde_json::{Value, json};

use crate::{
    request::{chat_request::Ask, refusal::Refusal},
    routing::model_pool,
    scenario::mode::Mode,
    state::{State, request_log::lock},
};

/// The routing controls of a request, in the form of the preview.
#[derive(Debug, Default)]
pub(crate) struct Controls {
    /// The preview header is there.
    pub(crate) asked_for: bool,
    pub(crate) mode: Option<Mode>,
    pub(crate) models: Option<Vec<String>>,
    session: Option<Session>,
}

#[derive(Debug)]
struct Session {
    id: String,
    strategy: String,
    source: &'static str,
}

// === impl Controls ===

impl Controls {
    /// Reads the controls. Without the header `Foundry-Features` they are ignored.
    pub(crate) fn read(headers: &HeaderMap, ask: &Ask, router: bool) -> Result<Self, Refusal> {
        let features = headers.get("foundry-features").and_then(|value| value.to_str().ok());
        let on = |features: &str| {
            features.split(',').any(|one| one.trim() == "ModelRouterControls=V1Preview")
        };
        if !features.is_some_and(on) {
            return Ok(Self::default());
        }
        if !router {
            return Err(invalid("Model router controls need a model router deployment."));
        }
        let config = ask.get("routing_config");
        let mode = config.and_then(|config| config.get("mode")).map(read_mode).transpose()?;
        let models = config.and_then(|config| config.get("models")).map(read_models).transpose()?;
        let session = Session::read(headers, config)?;
        Ok(Self { asked_for: true, mode, models, session })
    }

    /// The model for this session and how that was decided: the one it had, unless there is none
    /// yet or `picked` was `forced`.
    pub(crate) fn affinity(
        &self,
        state: &State,
        picked: String,
        forced: bool,
    ) -> (String, Option<Value>) {
        let Some(session) = &self.session else { return (picked, None) };
        if session.strategy == "none" {
            return (picked, Some(json!({ "mode": "none" })));
        }
        // Held until the choice is stored: two first requests of a session must agree on a model.
        let mut sessions = lock(&state.sessions);
        let (served, decision) = match sessions.get(&session.id) {
            None => (picked, "initialize"),
            Some(before) if forced && *before != picked => (picked, "switch"),
            Some(before) => (before.clone(), "retain"),
        };
        sessions.insert(session.id.clone(), served.clone());
        let affinity = json!({
            "decision": decision, "mode": session.strategy, "source": session.source,
        });
        (served, Some(affinity))
    }
}

// === impl Session ===

impl Session {
    fn read(headers: &HeaderMap, config: Option<&Value>) -> Result<Option<Self>, Refusal> {
        let affinity = config.and_then(|config| config.get("session_affinity"));
        let text = |name| affinity.and_then(|affinity| affinity.get(name)).and_then(Value::as_str);
        // The two published forms disagree on the name.
        let strategy = text("strategy").or_else(|| text("mode")).unwrap_or("adaptive");
        if !["adaptive", "sticky", "none"].contains(&strategy) {
            return Err(invalid("Invalid session affinity: expected adaptive, sticky or none."));
        }
        let header = headers.get("x-ms-session-id").and_then(|value| value.to_str().ok());
        let id = text("session_id").map(|id| (id, "session_id_payload"));
        let Some((id, source)) = id.or(header.map(|id| (id, "session_id_header"))) else {
            return Ok(None);
        };
        if id.trim().is_empty() || id.chars().count() > 256 {
            return Err(invalid("Invalid session id: expected 1 to 256 characters."));
        }
        Ok(Some(Self { id: id.to_owned(), strategy: strategy.to_owned(), source }))
    }
}

/// `model_selection_details` for an answer by `served`; `failed` adds an attempt that failed.
pub(crate) fn selection(served: &str, mode: Mode, affinity: Option<Value>, failed: bool) -> Value {
    let name = model_pool::undated(served);
    let mut attempts = vec![json!({ "model": name, "result": { "status": 200 } })];
    if failed {
        let other = if name == "gpt-5-mini" { "gpt-5-nano" } else { "gpt-5-mini" };
        let error = json!({ "code": "429", "message": "The request failed." });
        let headers = json!({ "retry-after": 5, "x-ratelimit-limit-requests": "250" });
        let result = json!({ "error": error, "headers": headers, "status": 429 });
        attempts.insert(0, json!({ "model": other, "result": result }));
    }
    let mut details = json!({
        "mode": mode.name(),
        "routing_trace": [{ "attempts": attempts, "latency_ms": 19 }],
    });
    if let Some(affinity) = affinity {
        details["session_affinity"] = affinity;
    }
    json!({ "model_router_details": details })
}

fn read_mode(mode: &Value) -> Result<Mode, Refusal> {
    let known = mode.as_str().and_then(|mode| mode.parse().ok());
    known.ok_or_else(|| invalid("Invalid routing mode: expected balanced, cost or quality."))
}

fn read_models(models: &Value) -> Result<Vec<String>, Refusal> {
    let name =
        |model: &Value| model.as_str().or_else(|| model.get("name")?.as_str()).map(str::to_owned);
    let names: Option<Vec<String>> =
        models.as_array().map(|all| all.iter().map(name).collect()).unwrap_or_default();
    names
        .filter(|names| {
            !names.is_empty() && names.iter().all(|name| model_pool::direct(name).is_some())
        })
        .ok_or_else(|| invalid("Invalid models: expected one or more models of the router's pool."))
}

fn invalid(message: &str) -> Refusal {
    Refusal::invalid(message, Some("routing_config"), Some("invalid_routing_config"))
}
