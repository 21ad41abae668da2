//! Parameters that depend on the model: refused by a reasoning model that is named directly.

use serde_json::Value;

use crate::{
    request::{chat_request::Ask, refusal::Refusal, validation},
    routing::{
        model_pool::{self, Reasoning},
        route::Route,
    },
    scenario::plan::Plan,
};

/// Checks the parameters of a request that goes to `route`. A router ignores what the model it
/// picked does not support; a model asked by its own name refuses it.
pub(crate) fn check(ask: &Ask, route: &Route, plan: &Plan) -> Result<(), Refusal> {
    if plan.strict
        && let Some(name) = ask.unknown_parameter()
    {
        return Err(validation::unknown(name));
    }
    if plan.tier.is_none() && ask.text("service_tier") == Some("flex") {
        let message = "Invalid service_tier argument: 'flex' is not supported.";
        return Err(Refusal::invalid(message, Some("service_tier"), Some("invalid_value")));
    }
    if !route.routed && model_pool::reasoning(&route.served) == Reasoning::Inside {
        return check_reasoning_model(ask, &route.served);
    }
    Ok(())
}

fn check_reasoning_model(ask: &Ask, served: &str) -> Result<(), Refusal> {
    if ask.get("max_tokens").is_some() {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                       'max_completion_tokens' instead.";
        return Err(Refusal::invalid(message, Some("max_tokens"), Some("unsupported_parameter")));
    }
    for name in ["temperature", "top_p"] {
        let Some(value) = ask.get(name).filter(|value| !is_one(value)) else { continue };
        // The o-series refuses the parameter itself, GPT-5 its value.
        if served.starts_with('o') {
            return Err(unsupported(name));
        }
        let message = format!(
            "Unsupported value: '{name}' does not support {value} with this model. Only the \
             default (1) value is supported."
        );
        return Err(Refusal::invalid(&message, Some(name), Some("unsupported_value")));
    }
    let others = ["presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "stop"];
    match others.into_iter().find(|name| ask.get(name).is_some()) {
        Some(name) => Err(unsupported(name)),
        None => Ok(()),
    }
}

fn unsupported(name: &str) -> Refusal {
    let message = format!("Unsupported parameter: '{name}' is not supported with this model.");
    Refusal::invalid(&message, Some(name), Some("unsupported_parameter"))
}

fn is_one(value: &Value) -> bool {
    matches!(value.to_string().as_str(), "1" | "1.0")
}
