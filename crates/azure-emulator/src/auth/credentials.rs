//! Authentication by API key or Entra token, as strict as each form of the endpoint is.

use http::{HeaderMap, header::AUTHORIZATION};

use crate::{
    request::{endpoint::Form, refusal::Refusal},
    state::{
        State,
        request_log::{Auth, lock},
    },
};

/// The audience of classic Azure OpenAI tokens.
pub(crate) const COGNITIVE: &str = "https://cognitiveservices.azure.com";
/// The audience of Foundry tokens, the only one that project endpoints take.
pub(crate) const FOUNDRY: &str = "https://ai.azure.com";

/// The kind of credential in a request, whether it is right or not.
pub(crate) fn kind(headers: &HeaderMap) -> Auth {
    match (headers.contains_key("api-key"), bearer(headers)) {
        (true, _) => Auth::ApiKey,
        (false, Some(token)) if looks_like_a_token(token) => Auth::BearerToken,
        (false, Some(_)) => Auth::BearerKey,
        (false, None) => Auth::None,
    }
}

/// Checks the credential of a request to an endpoint of this form.
pub(crate) fn check(state: &State, headers: &HeaderMap, form: Form) -> Result<(), Refusal> {
    match kind(headers) {
        _ if form == Form::Project => check_project(state, headers),
        Auth::ApiKey => {
            let right =
                headers.get("api-key").is_some_and(|key| key == state.settings.key.as_str());
            right.then_some(()).ok_or_else(Refusal::wrong_key)
        }
        Auth::BearerKey => {
            let right = form == Form::V1 && bearer(headers) == Some(&state.settings.key);
            right.then_some(()).ok_or_else(Refusal::wrong_key)
        }
        Auth::BearerToken => {
            let audience = bearer(headers).and_then(|token| audience(state, token));
            // A token that was not issued here is accepted: tests may bring their own.
            let wrong =
                audience.is_some_and(|audience| audience != COGNITIVE && audience != FOUNDRY);
            (!wrong).then_some(()).ok_or_else(Refusal::wrong_token)
        }
        Auth::None => Err(Refusal::wrong_key()),
    }
}

/// Projects know no keys, and only tokens for Foundry.
fn check_project(state: &State, headers: &HeaderMap) -> Result<(), Refusal> {
    let audience = bearer(headers).and_then(|token| audience(state, token));
    let right = audience.as_deref() == Some(FOUNDRY);
    right.then_some(()).ok_or_else(Refusal::wrong_project_token)
}

/// The audience of a token that this emulator handed out.
fn audience(state: &State, token: &str) -> Option<String> {
    lock(&state.tokens).get(token).cloned()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Entra tokens are JWTs: three parts, the first of which starts as `{"` does in base64.
fn looks_like_a_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.split('.').count() == 3
}
