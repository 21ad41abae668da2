//! `LiteLLM`'s management API: keys, teams, users and models.

mod budget_limits;
mod fields;
mod grant;
mod key;
mod key_list;
mod key_terms;
mod lists;
mod members;
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
mod model_terms;
mod model_test;
mod model_tested;
mod own;
mod show;
mod team;
mod team_list;
mod team_terms;
mod unknown_fields;
mod user;
mod user_list;

pub(super) use self::show::Dollars;
use super::pages::{Pages, page};

/// Every page of it.
pub(super) fn all<P: Pages>(pages: P) -> P {
    let pages = pages
        .page(page!(key::generate), &[])
        .page(page!(key::info), &[])
        .page(page!(key_list::list), &[])
        .page(page!(key::update), &[])
        .page(page!(key::delete), &[])
        .page(page!(key::regenerate), &[])
        .page(page!(key::regenerate_named), &[])
        .page(page!(key::block), &[])
        .page(page!(key::unblock), &[])
        .page(page!(team::new), &[])
        .page(page!(team::info), &[])
        .page(page!(team_list::list), &[])
        .page(page!(team_list::page), &[])
        .page(page!(team_list::available), &[])
        .page(page!(team::update), &[])
        .page(page!(team::delete), &[])
        .page(page!(members::member_add), &[])
        .page(page!(members::member_delete), &[])
        .page(page!(members::member_update), &[])
        .page(page!(team::block), &[])
        .page(page!(team::unblock), &[])
        .page(page!(user::new), &[])
        .page(page!(user::info), &[])
        .page(page!(user::alone), &[])
        .page(page!(user_list::list), &[])
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
        .page(page!(model_info::info), &["/model/info"])
        .page(page!(model_info::page), &[])
        .page(page!(model_test::test_connection), &[])
        .page(page!(model_estimate::estimate), &[])
        .page(page!(model_calculate::calculate), &[])
        .page(page!(model_group::info), &[])
}
