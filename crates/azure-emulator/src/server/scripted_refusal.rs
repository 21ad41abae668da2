//! The refusal that a scenario asks for, whatever API the request is of.

use crate::{
    request::refusal::Refusal,
    scenario::{Scenario, plan::Plan},
    state::State,
};

/// Refuses a request where the plan says so. `limited` makes the refusal of a limit, from milliseconds to
/// wait.
pub(super) fn check(
    state: &State,
    plan: &Plan,
    prompt: &str,
    limited: impl Fn(u64) -> Refusal,
) -> Result<(), Refusal> {
    Err(match &plan.refuse {
        Some(Scenario::Unauthorized) => Refusal::wrong_key(),
        Some(Scenario::PermissionDenied) => Refusal::permission_denied(),
        Some(Scenario::NotFound) => Refusal::no_such_deployment(),
        Some(Scenario::RateLimited { seconds }) => limited(u64::from(*seconds) * 1_000),
        Some(Scenario::RateLimitedTimes(times)) if state.refuse_again(prompt, *times) => {
            limited(10)
        }
        Some(Scenario::ServerError) => Refusal::server_error(),
        Some(Scenario::Unavailable) => Refusal::unavailable(),
        Some(Scenario::UnavailableHtml) => Refusal::unavailable_html(),
        Some(Scenario::ContentFilterPrompt) => Refusal::filtered_prompt(),
        _ => return Ok(()),
    })
}
