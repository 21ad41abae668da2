//! `LiteLLM`'s management API: keys, teams, users, models and spend.

mod budget_limits;
mod fields;
mod grant;
mod key;
mod list_query;
mod model;
mod shapes;
pub(crate) mod spend;
mod team;
mod user;
mod visibility;

pub(crate) use gateway_api::Dollars;

use super::pages::{Page, also, routes};

/// All pages of it, except those about spend.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        routes!(key::generate),
        routes!(key::info),
        routes!(key::list::list),
        routes!(key::update),
        routes!(key::delete),
        routes!(key::regenerate),
        routes!(key::regenerate_named),
        routes!(key::block),
        routes!(key::unblock),
        routes!(team::new),
        routes!(team::info),
        routes!(team::list::list),
        routes!(team::list::page),
        routes!(team::list::available),
        routes!(team::update),
        routes!(team::delete),
        routes!(team::members::member_add),
        routes!(team::members::member_delete),
        routes!(team::members::member_update),
        routes!(team::block),
        routes!(team::unblock),
        routes!(user::new),
        routes!(user::info),
        routes!(user::alone),
        routes!(user::list::list),
        routes!(user::update),
        routes!(user::delete),
        routes!(model::new),
        routes!(model::update),
        routes!(model::patch),
        routes!(model::delete),
        also(routes!(model::info::info), &["/model/info"]),
        routes!(model::info::page),
        routes!(model::connection_check::test_connection),
        routes!(model::cost_estimate::estimate),
        routes!(model::cost_calculation::calculate),
        routes!(model::group::info),
    ]
}
