//! The control endpoints over HTTP: list requests, switch scenarios.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{scenario::Scenario, state::State, wire::reply::Reply};

/// Answers `/__requests`, `/__scenario` and `/__stats`; nothing for other addresses.
pub(crate) fn reply(state: &State, method: &Method, path: &str, body: &[u8]) -> Option<Reply> {
    Some(match (method, path) {
        (&Method::GET, "/__requests") => Reply::json(StatusCode::OK, &json!(state.log.all())),
        (&Method::DELETE, "/__requests") => {
            state.log.clear();
            Reply::json(StatusCode::OK, &json!({}))
        }
        (&Method::GET, "/__stats") => Reply::json(StatusCode::OK, &json!(state.log.counts())),
        (&Method::POST, "/__scenario") => set(state, body),
        _ => return None,
    })
}

fn set(state: &State, body: &[u8]) -> Reply {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(text) = body.get("scenario").and_then(Value::as_str) else {
        let error = "expected a body such as `{\"scenario\": \"rate-limited=7,served=grok-4\"}`";
        return Reply::json(StatusCode::BAD_REQUEST, &json!({ "error": error }));
    };
    match Scenario::parse_list(text) {
        Ok(scenarios) => {
            let now: Vec<String> = scenarios.iter().map(ToString::to_string).collect();
            state.set(scenarios);
            Reply::json(StatusCode::OK, &json!({ "scenario": now.join(",") }))
        }
        Err(error) => Reply::json(StatusCode::BAD_REQUEST, &json!({ "error": error.to_string() })),
    }
}
