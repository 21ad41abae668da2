//! An emulated Microsoft Entra: token endpoints for client credentials, workload identity and managed
//! identity. The chat endpoints accept the tokens that it issues.

use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::{
    auth::credentials::{COGNITIVE, FOUNDRY},
    random::Dice,
    request::endpoint::query_value,
    state::{
        State,
        request_log::{Ticket, lock},
    },
    wire::reply::Reply,
};

/// Seconds that a token is valid, as in Entra's own answers.
const LIFETIME: u64 = 3_599;

/// `POST /{tenant}/oauth2/v2.0/token`.
pub(crate) fn client_credentials(state: &State, form: &[u8], ticket: &Ticket) -> Reply {
    let form = String::from_utf8_lossy(form);
    let field = |name| query_value(Some(&form), name).filter(|value| !value.is_empty());
    if field("grant_type").as_deref() != Some("client_credentials") {
        return refused(
            "unsupported_grant_type",
            "AADSTS70003: The app requested an unsupported grant type.",
        );
    }
    let proof = field("client_secret").or_else(|| field("client_assertion"));
    if field("client_id").is_none() || proof.is_none() {
        return refused(
            "invalid_client",
            "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
        );
    }
    let scope = field("scope").unwrap_or_default();
    let Some(audience) = known_audience(scope.strip_suffix("/.default").unwrap_or("")) else {
        return refused(
            "invalid_scope",
            "AADSTS70011: The provided value for the input parameter 'scope' is not valid.",
        );
    };
    let token = issue(state, audience, ticket.number());
    let body = json!({
        "token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME,
        "access_token": token,
    });
    Reply::json(StatusCode::OK, &body)
}

/// `GET /metadata/identity/oauth2/token`, where every number is a string.
pub(crate) fn managed_identity(
    state: &State,
    headers: &HeaderMap,
    query: Option<&str>,
    ticket: &Ticket,
) -> Reply {
    if headers.get("metadata").is_none_or(|value| value != "true") {
        return refused("invalid_request", "Required metadata header not specified");
    }
    let resource = query_value(query, "resource").unwrap_or_default();
    if query_value(query, "api-version").is_none() {
        return refused("invalid_request", "Required parameter 'api-version' not specified");
    }
    let Some(audience) = known_audience(&resource) else {
        return refused(
            "invalid_resource",
            "AADSTS500011: The resource principal was not found in the tenant.",
        );
    };
    let now = state.now();
    let body = json!({
        "access_token": issue(state, audience, ticket.number()),
        "client_id": query_value(query, "client_id").unwrap_or_default(),
        "expires_in": LIFETIME.to_string(),
        "expires_on": (now + LIFETIME).to_string(),
        "ext_expires_in": LIFETIME.to_string(),
        "not_before": now.to_string(),
        "resource": audience,
        "token_type": "Bearer",
    });
    Reply::json(StatusCode::OK, &body)
}

/// A new token for `audience`: not a real JWT, but it looks like one.
fn issue(state: &State, audience: &str, number: u64) -> String {
    let mut dice = Dice::new(state.settings.seed, &format!("token {number}"));
    let token = format!("eyJ0eXAiOiJKV1QifQ.{}.{}", dice.letters(64), dice.letters(43));
    lock(&state.tokens).insert(token.clone(), audience.to_owned());
    token
}

fn known_audience(resource: &str) -> Option<&'static str> {
    [COGNITIVE, FOUNDRY].into_iter().find(|known| *known == resource.trim_end_matches('/'))
}

fn refused(error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description });
    let status =
        if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    Reply::json(status, &body)
}
