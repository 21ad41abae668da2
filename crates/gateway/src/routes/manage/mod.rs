//! `LiteLLM`'s management API: keys, teams and users.

mod fields;
mod grant;
mod key;
mod show;
mod team;
mod user;

use axum::{
    Router,
    routing::{get, post},
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
        .route("/team/update", post(team::update))
        .route("/team/delete", post(team::delete))
        .route("/team/member_add", post(team::member_add))
        .route("/team/member_delete", post(team::member_delete))
        .route("/team/block", post(team::block))
        .route("/team/unblock", post(team::unblock))
        .route("/user/new", post(user::new))
        .route("/user/info", get(user::info))
        .route("/user/list", get(user::list))
        .route("/user/update", post(user::update))
        .route("/user/delete", post(user::delete))
}
