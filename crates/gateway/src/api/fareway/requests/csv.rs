//! `GET /fareway/v1/requests.csv`: the list of requests as CSV, streamed page by page.

use axum::{body::Body, extract::State, response::IntoResponse};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use ledger::{EntryFilter, EntryRow, Page};
use llm_types::Usd;

use super::query::ListParams;
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

const COLUMNS: [&str; 31] = [
    "id",
    "at",
    "asked",
    "served",
    "deployment",
    "stream",
    "outcome",
    "status",
    "error",
    "service_tier",
    "prompt_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
    "usage_source",
    "cost_status",
    "cost_usd",
    "known_usd",
    "routing_fee_usd",
    "charged_usd",
    "first_content_ms",
    "duration_ms",
    "provider_request_id",
    "key_id",
    "key_alias",
    "team_id",
    "user_id",
    "end_user",
    "session_id",
    "tags",
    "client_ip",
];

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
    let first = [line(&COLUMNS.map(str::to_owned)), first].concat();
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
        let text = found.rows.iter().map(|row| line(&cells(row))).collect();
        Ok((text, self))
    }
}

fn cells(row: &EntryRow<'_>) -> [String; 31] {
    let usd = |picos: i64| Usd::from_picos(picos.into()).to_string();
    let count = |count: Option<i64>| count.map(|count| count.to_string()).unwrap_or_default();
    let text =
        |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(safe).unwrap_or_default();
    let at = jiff::Timestamp::from_microsecond(row.at);
    [
        safe(&row.id),
        at.map(|at| at.to_string()).unwrap_or_default(),
        safe(&row.asked),
        text(&row.served),
        safe(&row.deployment),
        row.stream.to_string(),
        safe(&row.outcome),
        count(row.status_code),
        text(&row.error),
        text(&row.service_tier),
        count(row.prompt_tokens),
        count(row.cached_tokens),
        count(row.cache_write_tokens),
        count(row.output_tokens),
        safe(&row.usage_source),
        safe(&row.cost_status),
        row.cost_pico.map(usd).unwrap_or_default(),
        usd(row.known_pico),
        row.fee_pico.map(usd).unwrap_or_default(),
        usd(row.charged_pico),
        count(row.first_content_ms),
        row.duration_ms.to_string(),
        text(&row.provider_request_id),
        text(&row.key_id),
        text(&row.key_alias),
        text(&row.team_id),
        text(&row.user_id),
        text(&row.end_user),
        text(&row.session_id),
        text(&row.tags),
        text(&row.client_ip),
    ]
}

/// Text that a client chose must not be a formula where the table is opened.
fn safe(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if risky { format!("'{text}") } else { text.to_owned() }
}

/// One line, by RFC 4180.
fn line(cells: &[String; 31]) -> String {
    let quoted = cells.iter().map(|cell| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        assert_eq!(safe("gpt-5"), "gpt-5");
    }

    #[test]
    fn cells_stay_cells() {
        let mut cells = COLUMNS.map(|_| String::new());
        cells[1] = "a,\"b\"\nc".to_owned();
        assert!(line(&cells).starts_with(",\"a,\"\"b\"\"\nc\",,"));
    }
}
