//! `POST /fareway/v1/requests/reprice`: computes costs again with current prices.
//!
//! The difference is charged to, or returned to, the budget windows that are still open.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use cost_model::CostStatus;
use jiff::{Timestamp, civil::Date};
use ledger::{Change, EntryFilter, Priced, Repriced, Repricing, Selection};
use llm_types::{Usd, chat::ErrorDetail};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::prices::date;
use crate::{
    api::params::{self, Posted, given, wrong},
    app::Worker,
    auth::Admin,
    http::ApiError,
    openapi::{self, NotDone, UsdText},
};

/// Which requests to reprice, and whether to write the result.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RepriceRequest {
    /// Only report what would change; defaults to true.
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
    /// Only requests whose cost, status or review mark would change, of any cost status. A request
    /// of which only the price ids would change stays unchanged and is counted in `price_id_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<bool>,
    /// These requests, whatever their cost status.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
    /// Cost statuses; defaults to `partial` and `unpriced`, with `stale` to all.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_status: Option<OneOrMany>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// A key, or its hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    served: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<String>,
}

/// A text separated by commas, or a list.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = TextOrTexts)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// The changes that were or would be made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RepriceAnswer {
    /// Why it was not finished. The reported changes were made; run it again for the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = openapi::ErrorDetail, required = false)]
    error: Option<ErrorDetail>,
    dry_run: bool,
    /// The number of examined requests, changed or not.
    examined: u64,
    changed: u64,
    unchanged: u64,
    /// Unchanged requests of which only the price ids would change; only with `stale`.
    price_id_only: u64,
    /// Examined requests whose cost is still not completely known.
    still_unpriced: u64,
    /// The known cost of the changed requests before.
    #[schema(value_type = UsdText)]
    before_usd: Usd,
    /// The known cost now.
    #[schema(value_type = UsdText)]
    after_usd: Usd,
    changes: Vec<ChangeShown>,
    /// Whether there are more changes than are listed.
    truncated: bool,
    /// Ids of requests that do not exist.
    not_found: Vec<String>,
    /// The id of the audit entry; null if nothing was changed.
    audit_id: Option<String>,
}

/// One request's change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RepricedRequest)]
struct ChangeShown {
    id: String,
    at: Option<Timestamp>,
    asked: String,
    served: Option<String>,
    before: PricedShown,
    after: PricedShown,
}

/// A cost in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CostInShort)]
struct PricedShown {
    #[schema(value_type = openapi::CostStatus)]
    status: CostStatus,
    /// Null if it is not completely known.
    #[schema(value_type = Option<UsdText>)]
    cost_usd: Option<Usd>,
    #[schema(value_type = UsdText)]
    known_usd: Usd,
    /// Ids of the model's price and of the routing fee.
    price_ids: Vec<String>,
    /// The day since which the model's price was due for review on the request's day.
    price_review_due: Option<Date>,
}

/// The most changes that are listed.
const MOST_CHANGES: usize = 1_000;
/// The most ids of one request.
const MOST_IDS: usize = 10_000;
/// What can be priced anew; requests that are open or were interrupted have no usage to price.
const PRICEABLE: [&str; 5] = ["partial", "unpriced", "inferred", "estimated", "exact"];

/// Reprices requests; for admins.
#[utoipa::path(post, path = "/fareway/v1/requests/reprice", tag = "requests", request_body = RepriceRequest,
    responses((status = 200, body = RepriceAnswer), NotDone))]
pub(crate) async fn reprice(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Posted(mut request): Posted<RepriceRequest>,
) -> Result<Response, ApiError> {
    // The audit contains the hash of a key, not the key.
    request.key = params::key(&request.key);
    let selection = request.selection()?;
    let dry_run = request.dry_run.unwrap_or(true);
    let app = &worker.app;
    // Entries that are still in the spool would be missed otherwise.
    app.books.catch_up().await;
    let by = actor.change();
    let as_sent = serde_json::to_string(&request).unwrap_or_default();
    let repricing = Repricing {
        selection: &selection,
        book: &app.prices(),
        deployment: &|deployment_id| app.deployment_price(deployment_id),
        stale: request.stale.unwrap_or(false),
        dry_run,
        by: &by,
        request: &as_sent,
        most_changes: MOST_CHANGES,
    };
    let done = app.books.store().reprice(&repricing).await;
    if !dry_run && done.changed > 0 {
        // Budgets in memory do not know the new charges yet.
        app.books.corrected().await;
        tracing::info!(changed = done.changed, audit = by.audit_id, "requests were repriced");
    }
    Ok(answer(done, dry_run, by.audit_id))
}

fn answer(done: Repriced, dry_run: bool, audit_id: String) -> Response {
    let mut shown = RepriceAnswer::new(done.changed, dry_run, audit_id);
    shown.examined = done.examined;
    shown.unchanged = done.examined - done.changed;
    shown.price_id_only = done.price_id_only;
    shown.still_unpriced = done.still_unpriced;
    (shown.before_usd, shown.after_usd) = (done.before, done.after);
    shown.truncated =
        u64::try_from(done.changes.len()).is_ok_and(|returned| returned < done.changed);
    shown.changes = done.changes.into_iter().map(ChangeShown::new).collect();
    shown.not_found = done.missing;
    match done.failed {
        None => Json(shown).into_response(),
        // The changes made so far stay, so the answer has both the error and the changes.
        Some(error) => {
            let error = ApiError::from(error);
            error.log();
            let status = error.status();
            shown.error = Some(error.detail());
            (status, Json(shown)).into_response()
        }
    }
}

// === impl RepriceRequest ===

impl RepriceRequest {
    fn selection(&self) -> Result<Selection, ApiError> {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        let filter = EntryFilter {
            from: params::from("from", &self.from)?,
            to: params::to("to", &self.to)?,
            key_id: params::key(&self.key),
            team_id: text(&self.team),
            user_id: text(&self.user),
            tag: text(&self.tag),
            asked: text(&self.asked),
            served: text(&self.served),
            deployment: text(&self.deployment),
            ..EntryFilter::default()
        };
        let alone = filter == EntryFilter::default() && self.cost_status.is_none();
        if !self.ids.is_empty() && !alone {
            let text = "expected either `ids` or a filter, found both".to_owned();
            return Err(ApiError::BadField(text));
        }
        if self.ids.len() > MOST_IDS {
            let expected = format!("at most {MOST_IDS} ids");
            return Err(wrong("ids", &expected, &self.ids.len().to_string()));
        }
        Ok(Selection { ids: self.ids.clone(), filter, cost_statuses: self.statuses()? })
    }

    fn statuses(&self) -> Result<Vec<String>, ApiError> {
        let given: Vec<&str> = match &self.cost_status {
            None if self.stale == Some(true) => PRICEABLE.to_vec(),
            None => vec!["partial", "unpriced"],
            Some(OneOrMany::One(text)) => text.split(',').map(str::trim).collect(),
            Some(OneOrMany::Many(all)) => all.iter().map(String::as_str).collect(),
        };
        if let Some(wrong_one) = given.iter().find(|status| !PRICEABLE.contains(status)) {
            let expected = format!("one or more of {}", PRICEABLE.join(", "));
            return Err(wrong("cost_status", &expected, wrong_one));
        }
        // In this order, each once.
        let statuses = PRICEABLE.into_iter().filter(|status| given.contains(status));
        Ok(statuses.map(str::to_owned).collect())
    }
}

// === impl RepriceAnswer ===

impl RepriceAnswer {
    fn new(changed: u64, dry_run: bool, audit_id: String) -> Self {
        Self {
            error: None,
            dry_run,
            examined: 0,
            changed,
            unchanged: 0,
            price_id_only: 0,
            still_unpriced: 0,
            before_usd: Usd::ZERO,
            after_usd: Usd::ZERO,
            changes: Vec::new(),
            truncated: false,
            not_found: Vec::new(),
            audit_id: (!dry_run && changed > 0).then_some(audit_id),
        }
    }
}

// === impl ChangeShown ===

impl ChangeShown {
    fn new(change: Change) -> Self {
        let Change { id, at, asked, served, before, after } = change;
        let at = Timestamp::from_microsecond(at).ok();
        let (before, after) = (PricedShown::new(before), PricedShown::new(after));
        Self { id, at, asked, served, before, after }
    }
}

// === impl PricedShown ===

impl PricedShown {
    fn new(priced: Priced) -> Self {
        let Priced { status, cost, known, price_ids, price_review_due } = priced;
        let price_review_due = price_review_due.and_then(date);
        Self { status, cost_usd: cost, known_usd: known, price_ids, price_review_due }
    }
}
