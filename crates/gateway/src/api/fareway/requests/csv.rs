//! `GET /fareway/v1/requests.csv`: the list of requests as CSV, streamed page by page.

use axum::{body::Body, extract::State, response::IntoResponse};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use ledger::{EntryFilter, EntryRow, Page};

use super::fields::{CSV, ListParams};
use crate::{
    api::params::Params,
    app::{App, Worker},
    auth::Caller,
    http::ApiError,
    limits::ReportTurn,
    openapi::NotRead,
};

/// Rows that are in memory at a time.
const PAGE: u32 = 500;

/// All matching requests, newest first, as CSV; a key gets its own. `limit` restricts their number.
/// Cells that look like formulas begin with an apostrophe.
#[utoipa::path(get, path = "/fareway/v1/requests.csv", tag = "requests", params(ListParams),
    responses(
        (status = 200, description = "A table with a line of names.", body = String,
            content_type = "text/csv"),
        NotRead,
    ))]
pub(crate) async fn csv(
    State(worker): State<Worker>,
    caller: Caller,
    Params(params): Params<ListParams>,
) -> Result<impl IntoResponse, ApiError> {
    let (mut filter, page) = params.page()?;
    caller.narrow(&mut filter.key_id)?;
    worker.app.books.catch_up().await;
    let left = params.limited().then_some(page.limit);
    let owner = caller.id().to_owned();
    let turn = worker.app.report_turns.take(&owner).await?;
    let rest = Rest { app: worker.app, owner, filter, before: Some(page.before), left };
    // An error of the query or the database is reported before the table begins.
    let (first, rest) = rest.next(turn).await?;
    let first = [line(CSV.iter().map(|(name, _)| (*name).to_owned())), first].concat();
    let pages = stream::try_unfold((Some(first), rest), async |(first, rest)| {
        if let Some(first) = first {
            return Ok(Some((Bytes::from(first), (None, rest))));
        }
        if rest.before.is_none() {
            return Ok(None);
        }
        // A client that reads slowly leaves the turn to others between two pages.
        let turn = rest.app.report_turns.take_next(&rest.owner).await?;
        let (text, rest) = rest.next(turn).await?;
        Ok::<_, ApiError>(Some((text.into(), (None, rest))))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"requests.csv\""),
    ];
    Ok((headers, Body::from_stream(pages)))
}

/// What is still to come.
struct Rest {
    app: std::sync::Arc<App>,
    /// Whose reports it counts among.
    owner: String,
    filter: EntryFilter,
    /// Where the next page begins, if there is one.
    before: Option<Option<String>>,
    /// How many rows there may be.
    left: Option<u32>,
}

impl Rest {
    /// The next page as text.
    async fn next(mut self, _: ReportTurn) -> Result<(String, Self), ApiError> {
        let limit = self.left.map_or(PAGE, |left| left.min(PAGE));
        let page = Page { before: self.before.take().flatten(), limit };
        let found = self.app.books.store().entries(&self.filter, &page).await?;
        let rows = u32::try_from(found.rows.len()).unwrap_or(PAGE);
        self.left = self.left.map(|left| left.saturating_sub(rows));
        let more = self.left.is_none_or(|left| left > 0);
        self.before = found.next.filter(|_| more).map(Some);
        let text = found.rows.iter().map(row_line).collect();
        Ok((text, self))
    }
}

fn row_line(row: &EntryRow<'static>) -> String {
    line(CSV.iter().map(|(_, cell)| cell(row)))
}

/// One line, by RFC 4180.
fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells() {
        let cells = ["", "a,\"b\"\nc", "", ""].map(str::to_owned);
        assert_eq!(line(cells.into_iter()), ",\"a,\"\"b\"\"\nc\",,\r\n");
    }
}
