//! The route of a request: the deployment it names and the model that serves it.

use http::HeaderMap;
use serde_json::Value;

use crate::{
    request::{
        chat_request::Ask,
        endpoint::{Endpoint, Form},
        refusal::Refusal,
        validation,
    },
    routing::{controls, embedding_models, model_pool},
    scenario::plan::Plan,
    state::State,
};

/// Where a request goes: the deployment asked for and the model that serves it.
pub(crate) struct Route {
    pub(crate) asked: String,
    pub(crate) served: String,
    /// Whether a router picked the model.
    pub(crate) routed: bool,
    pub(crate) details: Option<Value>,
}

/// The deployment that the request names, if there is one of that name.
pub(crate) fn asked(
    state: &State,
    endpoint: &Endpoint,
    model: Option<&str>,
) -> Result<String, Refusal> {
    let asked = endpoint.deployment.as_deref().or(model);
    let asked = asked.ok_or_else(|| validation::missing("model"))?;
    let auto = asked == "auto" && endpoint.form != Form::Versioned;
    let is_model = model_pool::direct(asked).is_some() || embedding_models::find(asked).is_some();
    let known = auto || is_router(state, asked) || is_model;
    known.then(|| asked.to_owned()).ok_or_else(Refusal::no_such_deployment)
}

// === impl Route ===

impl Route {
    /// The model that serves `ask`, and why.
    pub(crate) fn choose(
        state: &State,
        headers: &HeaderMap,
        ask: &Ask,
        plan: &Plan,
        asked: String,
    ) -> Result<Self, Refusal> {
        // A router deployment may be named like a model, and then is the router.
        let direct = model_pool::direct(&asked).filter(|_| !is_router(state, &asked));
        let controls = controls::Controls::read(headers, ask, direct.is_none())?;
        let mode = controls.mode.unwrap_or(plan.mode);
        let pool = controls.models.as_deref().or(plan.pool.as_deref());
        let picked = || match direct {
            Some(served) => served.to_owned(),
            None => model_pool::choose(state.settings.seed, &ask.prompt, mode, pool),
        };
        let picked = plan.served.clone().unwrap_or_else(picked);
        let (served, affinity) = controls.affinity(state, picked, plan.served.is_some());
        let details = (direct.is_none() && (controls.asked_for || plan.routing_details))
            .then(|| controls::selection(&served, mode, affinity, plan.routing_details));
        Ok(Self { asked, served, routed: direct.is_none(), details })
    }
}

pub(crate) fn is_router(state: &State, deployment: &str) -> bool {
    state.settings.deployments.iter().any(|known| known == deployment)
}
