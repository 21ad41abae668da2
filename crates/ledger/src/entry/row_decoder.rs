//! Decoding of a row into a receipt or an entry.

use std::{borrow::Cow, sync::Arc};

use cost_model::{Attempt, CostStatus, Outcome, Receipt, Timings, Unpriced, UsageSource};
use jiff::Timestamp;
use llm_types::{Dialect, ProviderFacts, Usd};

use super::Detail;
use crate::entry::{Entry, Original, caller::Who, row::EntryRow};

/// Why a row is no entry.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// The column `detail` holds something else.
    #[error("expected the JSON of a receipt in the column `detail` of the entry `{id}`")]
    Detail {
        /// The entry.
        id: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// Another column holds what it never should.
    #[error("expected {expected} in the column `{column}` of the entry `{id}`, found `{found}`")]
    Column {
        /// The entry.
        id: String,
        /// The column.
        column: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: String,
    },
}

// === impl Entry ===

impl Entry {
    /// What a row says.
    ///
    /// # Errors
    /// When the row was not written by this program.
    pub fn of(row: &EntryRow<'_>) -> Result<Self, RowError> {
        let mut detail: Detail<'_> = serde_json::from_str(&row.detail)
            .map_err(|source| RowError::Detail { id: row.id.to_string(), source })?;
        let mut who = Who { tags: row.own_tags(), ..Who::default() };
        who.acted_by = detail.acted_by.take().map(Arc::from);
        let original = detail.first.take().map(|first| Original {
            cost: first.cost.restore(),
            repriced_at: first.at,
            audit_id: first.audit_id.into_owned(),
        });
        let mut receipt = receipt(row, detail)?;
        row.copy_to(&mut receipt, &mut who);
        Ok(Self {
            receipt,
            original,
            who,
            instance: row.instance.to_string(),
            reserved: Usd::from_picos(row.reserved_pico.into()),
            charged: Usd::from_picos(row.charged_pico.into()),
        })
    }
}

/// The receipt without the texts that are in columns of their own.
fn receipt(row: &EntryRow<'_>, detail: Detail<'_>) -> Result<Receipt, RowError> {
    let mut cost = detail.cost.restore();
    // The columns have the last word: recovery and repricing write them.
    cost.status = status(row)?;
    if cost.status == CostStatus::Interrupted && cost.unpriced.is_none() {
        // Recovery writes the columns alone, so the detail has no reason.
        cost.unpriced = Some(Unpriced::Interrupted);
    }
    Ok(Receipt {
        id: row.id.to_string(),
        at: Timestamp::from_microsecond(row.at)
            .map_err(|_| wrong(row, "at", "a time", &row.at.to_string()))?,
        // One that only a later version knows is none here.
        api: row.api.as_deref().and_then(Dialect::named),
        asked: row.asked.to_string(),
        sku: detail.sku,
        routed: detail.routed,
        translated: detail.translated,
        served: None,
        stream: row.stream,
        outcome: outcome(row)?,
        service_tier: None,
        usage: detail.usage.map(Cow::into_owned),
        usage_source: UsageSource::parse(&row.usage_source).ok_or_else(|| {
            wrong(row, "usage_source", "where counts come from", &row.usage_source)
        })?,
        usage_contradictory: detail.contradictory.map(ToOwned::to_owned),
        charged: Usd::from_picos(row.charged_pico.into()),
        charged_by: detail.charged_by.or_else(|| row.charged_by()),
        cost,
        timings: timings(row),
        answer_id: None,
        provider: ProviderFacts::default(),
        // A request that went well at once has no list of attempts, see `Detail::of`.
        attempts: detail.attempts.map_or_else(|| vec![clean(row)], Cow::into_owned),
        routing: detail.routing.map(ToOwned::to_owned),
        deployment: (&*row.deployment).into(),
        deployment_id: (&*row.deployment_id).into(),
    })
}

/// The one attempt of a request that went well at once.
fn clean(row: &EntryRow<'_>) -> Attempt {
    let (deployment, deployment_id) = ((&*row.deployment).into(), (&*row.deployment_id).into());
    Attempt { deployment, deployment_id, status: Some(200), error: None, bill: None }
}

fn status(row: &EntryRow<'_>) -> Result<CostStatus, RowError> {
    CostStatus::parse(&row.cost_status)
        .ok_or_else(|| wrong(row, "cost_status", "how sure a cost is", &row.cost_status))
}

fn outcome(row: &EntryRow<'_>) -> Result<Outcome, RowError> {
    let text = || row.error.as_deref().map(str::to_owned);
    let status = row.status_code.and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
    Ok(match &*row.outcome {
        "open" => Outcome::Open,
        "completed" => Outcome::Completed,
        "refused" => Outcome::Refused { status, code: text() },
        "failed" => Outcome::Failed { reason: text().unwrap_or_default() },
        "client_gone" => Outcome::ClientGone,
        "interrupted" => Outcome::Interrupted,
        found => return Err(wrong(row, "outcome", "how a request ended", found)),
    })
}

fn timings(row: &EntryRow<'_>) -> Timings {
    let millis = |millis: i64| u64::try_from(millis).unwrap_or(0);
    Timings {
        upstream_headers_ms: row.headers_ms.map(millis),
        first_content_ms: row.first_content_ms.map(millis),
        duration_ms: millis(row.duration_ms),
    }
}

fn wrong(
    row: &EntryRow<'_>,
    column: &'static str,
    expected: &'static str,
    found: &str,
) -> RowError {
    RowError::Column { id: row.id.to_string(), column, expected, found: found.to_owned() }
}
