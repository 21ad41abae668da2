//! `GET /model_group/info`: the model groups that a key may use, and their token prices.

use std::sync::Arc;

use axum::{Json, extract::State};
use gateway_api::{Dollars, litellm::model::ModelGroupParams};
use llm_types::Dialect;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    info::provider,
    price::{PoolRange, Prices},
};
use crate::{
    api::litellm::list_query::Asked,
    app::{App, Worker},
    auth::Caller,
    deployments::Member,
    openapi::NoAccess,
};

/// The groups.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelGroupList)]
pub(crate) struct GroupList {
    data: Vec<GroupShown>,
}

/// One group. A value that differs between its deployments is null.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelGroupInfo)]
struct GroupShown {
    model_group: String,
    providers: Vec<&'static str>,
    mode: &'static str,
    /// The number of its deployments.
    deployments: usize,
    router: Option<bool>,
    input_cost_per_token: Option<Dollars>,
    output_cost_per_token: Option<Dollars>,
    routing_fee_per_token: Option<Dollars>,
    max_input_tokens: Option<u32>,
    max_output_tokens: Option<u32>,
    pool_price_range: Option<PoolRange>,
}

/// The model groups that the key can use, with their prices.
#[utoipa::path(get, path = "/model_group/info", tag = "models",
    params(ModelGroupParams),
    responses((status = 200, body = GroupList), NoAccess))]
pub(crate) async fn info(
    State(worker): State<Worker>,
    caller: Caller,
    Asked(query): Asked<ModelGroupParams>,
) -> Json<GroupList> {
    let app = &worker.app;
    let set = app.set();
    let wanted = |group: &&String| {
        let named = query.model_group.as_ref().is_none_or(|named| named == *group);
        named && caller.may_ask(&set, group)
    };
    let shown = |group: &String| {
        GroupShown::new(app, group, set.of_group(group).filter(|member| caller.may_use(member)))
    };
    Json(GroupList { data: set.groups.iter().filter(wanted).map(shown).collect() })
}

// === impl GroupShown ===

impl GroupShown {
    fn new<'a>(app: &App, group: &str, members: impl Iterator<Item = &'a Arc<Member>>) -> Self {
        let now = app.now();
        let members: Vec<_> = members.collect();
        let prices = members.iter().map(|member| Prices::of(member, &app.prices(), now));
        let prices = prices.reduce(Prices::agreed).unwrap_or_default();
        let book = app.prices();
        // A group whose deployments differ can do at least what its first one does.
        let first = members.first().map_or(Dialect::Chat, |member| member.dialect(&book));
        let mode = first.litellm_mode();
        let mut providers: Vec<_> = members.iter().map(|member| provider(member)).collect();
        providers.sort_unstable();
        providers.dedup();
        Self {
            model_group: group.to_owned(),
            providers,
            mode,
            deployments: members.len(),
            router: prices.router,
            input_cost_per_token: prices.input_cost_per_token,
            output_cost_per_token: prices.output_cost_per_token,
            routing_fee_per_token: prices.routing_fee_per_token,
            max_input_tokens: prices.max_input_tokens,
            max_output_tokens: prices.max_output_tokens,
            pool_price_range: prices.pool_price_range,
        }
    }
}
