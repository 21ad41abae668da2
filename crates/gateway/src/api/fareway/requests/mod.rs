//! `GET /fareway/v1/requests` and `/fareway/v1/requests/{id}`: the ledger, newest first, and one
//! entry with its receipt.

mod csv;
mod fields;
mod query;
mod shapes;

use axum::{Json, extract::State};
use ledger::{Entries, Entry, EntryFilter, LedgerError};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::csv::{__path_csv, csv};
use self::{
    fields::{ListParams, Summary},
    shapes::{EntryShown, TextsShown},
};
use crate::{
    api::params::Params,
    app::Worker,
    auth::Caller,
    http::{ApiError, PathName},
    openapi::{BadRequest, NoBooks, NotFound, NotRead},
};

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestPage)]
pub(crate) struct List {
    requests: Vec<Summary>,
    /// `before` of the next page; null on the last. A page can have fewer requests than its limit,
    /// even none, and not be the last: a search with several filters is done in steps.
    next: Option<String>,
}

/// One request, open or settled, with all details. It is identified by its id, by the provider's id
/// (`apim-request-id`), or by its answer's id (`chatcmpl-…`); if several match, the newest.
#[utoipa::path(get, path = "/fareway/v1/requests/{id}", tag = "requests",
    params(("id" = String, Path, description = "Its id, its id at the provider, or the id of its answer.")),
    responses((status = 200, body = EntryShown), BadRequest, NoBooks, NotFound))]
pub(crate) async fn show(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(id): PathName,
) -> Result<Json<EntryShown>, ApiError> {
    let books = &worker.app.books;
    let own = |entry: &Entry| caller.may_see(entry.who.key_id.as_deref());
    let seen = match books.entry(&id).await?.filter(own) {
        Some(entry) => Some(entry),
        None => {
            let mut filter = EntryFilter::default();
            caller.narrow(&mut filter.key_id)?;
            let row = books.row_at_provider(&id, &filter).await?;
            row.as_ref().map(Entry::of).transpose().map_err(LedgerError::from)?
        }
    };
    let mut shown = EntryShown::new(seen.ok_or(ApiError::NoReceipt(id))?, &worker.app.prices());
    if caller.is_admin() {
        shown.texts = books.store().texts(shown.id()).await?.map(TextsShown::new);
    }
    Ok(Json(shown))
}

/// A page of requests; a key that is not an admin's sees its own.
#[utoipa::path(get, path = "/fareway/v1/requests", tag = "requests", params(ListParams),
    responses((status = 200, body = List), NotRead))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    caller: Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<List>, ApiError> {
    let (mut filter, page) = params.page()?;
    caller.narrow(&mut filter.key_id)?;
    let books = &worker.app.books;
    books.catch_up().await;
    let Entries { rows, next } = books.store().entries(&filter, &page).await?;
    Ok(Json(List { requests: rows.into_iter().map(Summary::of).collect(), next }))
}
