//! `GET /key/list`: keys, page by page.

use axum::{Json, extract::State};
use gateway_api::litellm::key::KeyListParams;
use ledger::Key;
use serde::Serialize;
use utoipa::ToSchema;

use super::shown;
use crate::{
    accounting::Books,
    api::litellm::{
        fields::wrong,
        list_query::{Cut, Filters, Order, Sortable, has_letters, is},
        shapes::KeyShown,
    },
    api::params::given,
    app::Worker,
    auth::Admin,
    http::ApiError,
    openapi::NotRead,
};

/// A page of keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyList)]
pub(crate) struct List {
    keys: Vec<Listed>,
    total_count: usize,
    current_page: usize,
    total_pages: usize,
}

/// One key of a page: only its hash with `return_full_object=false`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyOrHash)]
#[serde(untagged)]
enum Listed {
    Whole(Box<KeyShown>),
    Hash(String),
}

const ORDER: Order<'_> = Order {
    columns: &[
        "created_at",
        "updated_at",
        "token",
        "key_alias",
        "expires",
        "spend",
        "max_budget",
        "budget_reset_at",
        "tpm_limit",
        "rpm_limit",
    ],
    unless: ("created_at", true),
    descending: true,
};

/// A page of keys, newest first.
#[utoipa::path(get, path = "/key/list", tag = "keys",
    params(KeyListParams),
    responses((status = 200, body = List), NotRead))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Filters(query): Filters<KeyListParams>,
) -> Result<Json<List>, ApiError> {
    let books = &worker.app.books;
    let now = books.now();
    let (state, expires) = (state(&query)?, expires(&query)?);
    let mut keys = books.store().directory().await?.keys;
    keys.retain(|key| {
        let expired = key.expires_at.is_some_and(|end| now >= end);
        let own = if key.blocked {
            "revoked"
        } else if expired {
            "expired"
        } else {
            "active"
        };
        fits(&query, key)
            && state.is_none_or(|wanted| wanted == own)
            && expires.is_none_or(|wanted| wanted == expired)
    });
    keys.sort_by(|one, other| one.id.cmp(&other.id));
    let keys =
        ORDER.sort(keys, (&query.sort_by, &query.sort_order), |key, by| value(books, key, by))?;
    let cut = Cut::of(&query.page, ("size", &query.size), 100)?;
    let total = keys.len();
    let whole = given(&query.return_full_object).is_none_or(|whole| whole != "false");
    let listed = |key: Key| match whole {
        true => Listed::Whole(Box::new(shown(books, &key))),
        false => Listed::Hash(key.id),
    };
    Ok(Json(List {
        keys: cut.of_all(keys).map(listed).collect(),
        total_count: total,
        current_page: cut.page,
        total_pages: cut.pages(total),
    }))
}

/// Whether a key has the names that a query asks for.
fn fits(query: &KeyListParams, key: &Key) -> bool {
    let part = given(&query.substring_matching).is_some_and(|part| part != "false");
    let named = |wanted, value: Option<&String>| match part {
        true => has_letters(wanted, &[value]),
        false => is(wanted, value),
    };
    is(&query.team_id, key.team_id.as_ref())
        && is(&query.key_hash, Some(&key.id))
        && named(&query.user_id, key.user_id.as_ref())
        && named(&query.key_alias, key.alias.as_ref())
        && (has_letters(&query.search, &[Some(&key.name), key.alias.as_ref()])
            || is(&query.search, Some(&key.id)))
}

fn state(query: &KeyListParams) -> Result<Option<&str>, ApiError> {
    match given(&query.status) {
        Some(odd) if !["active", "expired", "revoked"].contains(&odd) => {
            Err(wrong("status", "`active`, `expired` or `revoked`: a deleted key is not kept", odd))
        }
        known => Ok(known),
    }
}

fn expires(query: &KeyListParams) -> Result<Option<bool>, ApiError> {
    match given(&query.expires) {
        None => Ok(None),
        Some("expired") => Ok(Some(true)),
        Some("active") => Ok(Some(false)),
        Some(odd) => Err(wrong("expires", "`active` or `expired`", odd)),
    }
}

fn value(books: &Books, key: &Key, by: &str) -> Sortable {
    let standing = || books.standings("key", &key.id, &[]).whole;
    match by {
        "created_at" => Sortable::number(Some(key.created_at)),
        "updated_at" => Sortable::number(Some(key.updated_at)),
        "key_alias" => Sortable::text(key.alias.as_ref()),
        "expires" => Sortable::number(key.expires_at),
        "spend" => Sortable::number(Some(standing().spent.picos())),
        "max_budget" => Sortable::number(key.budget.max.map(|max| max.picos())),
        "budget_reset_at" => Sortable::number(standing().resets_at),
        "tpm_limit" => Sortable::number(key.limits.tpm),
        "rpm_limit" => Sortable::number(key.limits.rpm),
        _ => Sortable::text(Some(&key.id)),
    }
}
