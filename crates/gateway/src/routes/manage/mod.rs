//! `LiteLLM`'s management API: keys, teams, users and models.

mod fields;
mod grant;
mod key;
mod model;
mod model_calculate;
mod model_change;
mod model_costs;
mod model_estimate;
mod model_group;
mod model_info;
mod model_offer;
mod model_price;
mod model_row;
mod model_test;
mod model_tested;
mod show;
mod team;
mod user;

use axum::{
    Router,
    routing::{get, patch, post},
};

pub(super) use self::show::Dollars;
use crate::app::Worker;

/// Every page of it.
pub(super) fn all() -> Router<Worker> {
    Router::new()
        .route("/key/generate", post(key::generate))
        .route("/key/info", get(key::info))
        .route("/key/list", get(key::list))
        .route("/key/update", post(key::update))
        .route("/key/delete", post(key::delete))
        .route("/key/regenerate", post(key::regenerate))
        .route("/key/{key}/regenerate", post(key::regenerate_named))
        .route("/key/block", post(key::block))
        .route("/key/unblock", post(key::unblock))
        .route("/team/new", post(team::new))
        .route("/team/info", get(team::info))
        .route("/team/list", get(team::list))
        .route("/v2/team/list", get(team::page))
        .route("/team/available", get(team::available))
        .route("/team/update", post(team::update))
        .route("/team/delete", post(team::delete))
        .route("/team/member_add", post(team::member_add))
        .route("/team/member_delete", post(team::member_delete))
        .route("/team/block", post(team::block))
        .route("/team/unblock", post(team::unblock))
        .merge(models())
        .route("/user/new", post(user::new))
        .route("/user/info", get(user::info))
        .route("/v2/user/info", get(user::alone))
        .route("/user/list", get(user::list))
        .route("/user/update", post(user::update))
        .route("/user/delete", post(user::delete))
}

/// Deployments, and what requests to them cost.
fn models() -> Router<Worker> {
    Router::new()
        .route("/model/new", post(model::new))
        .route("/model/update", post(model::update))
        .route("/model/{id}/update", patch(model::patch))
        .route("/model/delete", post(model::delete))
        .route("/model/info", get(model_info::info))
        .route("/v1/model/info", get(model_info::info))
        .route("/v2/model/info", get(model_info::page))
        .route("/health/test_connection", post(model_test::test_connection))
        .route("/cost/estimate", post(model_estimate::estimate))
        .route("/spend/calculate", post(model_calculate::calculate))
        .route("/model_group/info", get(model_group::info))
}
