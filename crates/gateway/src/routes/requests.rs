//! `GET /fareway/v1/requests` and one of them: the books, newest first.

mod query;
mod shown;

use axum::{Json, extract::State};
use ledger::Page;
use serde::Serialize;

use self::{
    query::Query,
    shown::{EntryShown, Summary},
};
use crate::{app::Worker, caller::Caller, error::ApiError, named::Named};

/// A page of requests.
#[derive(Debug, Serialize)]
pub(super) struct List {
    requests: Vec<Summary>,
    /// `before` of the next page; null on the last.
    next: Option<String>,
}

/// One request, open or settled, with all that is known of it.
pub(super) async fn show(
    State(worker): State<Worker>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<EntryShown>, ApiError> {
    let entry = worker.app.books.entry(&id).await?;
    let seen = entry.filter(|entry| caller.may_see(entry.who.key_id.as_deref()));
    seen.map(|entry| Json(EntryShown::new(entry))).ok_or(ApiError::NoReceipt(id))
}

/// A page of them; a key sees its own.
pub(super) async fn list(
    State(worker): State<Worker>,
    caller: Caller,
    query: Query,
) -> Result<Json<List>, ApiError> {
    let Query { mut filter, page } = query;
    if let Caller::Key(known) = &caller
        && !known.key.admin
    {
        filter.key_id = Some(known.key.id.clone());
    }
    let books = &worker.app.books;
    books.catch_up().await;
    // One more tells whether there is another page.
    let more = Page { limit: page.limit + 1, ..page };
    let mut rows = books.store().entries(&filter, &more).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let next = (rows.len() > limit).then(|| rows[limit - 1].id.to_string());
    rows.truncate(limit);
    Ok(Json(List { requests: rows.into_iter().map(Summary::of).collect(), next }))
}
