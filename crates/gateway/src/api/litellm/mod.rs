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

use super::pages::{Pages, page};

/// Every page of it.
pub(crate) fn all<P: Pages>(pages: P) -> P {
    let pages = pages
        .page(page!(key::generate), &[])
        .page(page!(key::info), &[])
        .page(page!(key::list::list), &[])
        .page(page!(key::update), &[])
        .page(page!(key::delete), &[])
        .page(page!(key::regenerate), &[])
        .page(page!(key::regenerate_named), &[])
        .page(page!(key::block), &[])
        .page(page!(key::unblock), &[])
        .page(page!(team::new), &[])
        .page(page!(team::info), &[])
        .page(page!(team::list::list), &[])
        .page(page!(team::list::page), &[])
        .page(page!(team::list::available), &[])
        .page(page!(team::update), &[])
        .page(page!(team::delete), &[])
        .page(page!(team::members::member_add), &[])
        .page(page!(team::members::member_delete), &[])
        .page(page!(team::members::member_update), &[])
        .page(page!(team::block), &[])
        .page(page!(team::unblock), &[])
        .page(page!(user::new), &[])
        .page(page!(user::info), &[])
        .page(page!(user::alone), &[])
        .page(page!(user::list::list), &[])
        .page(page!(user::update), &[])
        .page(page!(user::delete), &[]);
    models(pages)
}

/// Deployments, and what requests to them cost.
fn models<P: Pages>(pages: P) -> P {
    pages
        .page(page!(model::new), &[])
        .page(page!(model::update), &[])
        .page(page!(model::patch), &[])
        .page(page!(model::delete), &[])
        .page(page!(model::info::info), &["/model/info"])
        .page(page!(model::info::page), &[])
        .page(page!(model::connection_check::test_connection), &[])
        .page(page!(model::cost_estimate::estimate), &[])
        .page(page!(model::cost_calculation::calculate), &[])
        .page(page!(model::group::info), &[])
}
