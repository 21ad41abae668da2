//! Between a receipt and its row: what is kept in columns, and what in the JSON of `detail`.

use std::{borrow::Cow, sync::Arc};

use cost_model::{
    Attempt, CostStatus, Outcome, Receipt, Sku, StoredCost, Timings, Unpriced, UsageSource,
};
use jiff::Timestamp;
use llm_types::{ReportedUsage, Tokens, Usd};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Entry, EntryRow, Who};

/// What the books add to a receipt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Booked<'a> {
    /// The gateway that took the request.
    pub instance: &'a str,
    /// What is set aside for it while it is open.
    pub reserved: Usd,
    /// What its budgets are charged.
    pub charged: Usd,
    /// Its budgets with the beginnings of their windows, in microseconds since 1970, as JSON:
    /// `[["key:…",1767225600000000],…]`.
    pub budgets: Option<&'a str>,
}

/// What of a receipt is in no column.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Detail<'a> {
    #[serde(rename = "c", borrow)]
    cost: StoredCost<'a>,
    #[serde(rename = "k")]
    sku: Sku,
    /// Whether the routing fee is due.
    #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
    routed: bool,
    /// As reported or counted.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    usage: Option<Cow<'a, ReportedUsage>>,
    /// Unless there was one, and it went well.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    attempts: Option<Cow<'a, [Attempt]>>,
    /// As the router told it.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none", borrow)]
    routing: Option<&'a RawValue>,
}

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

/// Of a model name or an error's text, no more than so many bytes are kept in a column.
const TEXT_MAX: usize = 1024;

// === impl EntryRow ===

impl<'a> EntryRow<'a> {
    /// The row of a receipt, open or settled.
    #[must_use]
    pub fn of(receipt: &'a Receipt, who: &'a Who, booked: &Booked<'a>) -> Self {
        let timings = &receipt.timings;
        let row = Self {
            id: (&*receipt.id).into(),
            at: receipt.at.as_microsecond(),
            instance: booked.instance.into(),
            asked: clipped(&receipt.asked),
            deployment: (&*receipt.deployment).into(),
            deployment_id: (&*receipt.deployment_id).into(),
            served: receipt.served.as_deref().map(clipped),
            stream: receipt.stream,
            service_tier: receipt.service_tier.as_deref().map(clipped),
            reserved_pico: picos(booked.reserved).unwrap_or(i64::MAX),
            charged_pico: picos(booked.charged).unwrap_or(i64::MAX),
            budgets: booked.budgets.map(Cow::from),
            headers_ms: timings.upstream_headers_ms.map(millis),
            first_content_ms: timings.first_content_ms.map(millis),
            duration_ms: millis(timings.duration_ms),
            answer_id: receipt.answer_id.as_deref().map(clipped),
            provider_request_id: receipt.provider_request_id.as_deref().map(clipped),
            detail: Detail::of(receipt).to_json(),
            ..Self::default()
        };
        row.made_by(who).ended(&receipt.outcome).used(receipt).cost(receipt)
    }

    fn made_by(self, who: &'a Who) -> Self {
        Self {
            key_id: who.key_id.as_deref().map(Cow::from),
            key_alias: who.key_alias.as_deref().map(Cow::from),
            team_id: who.team_id.as_deref().map(Cow::from),
            user_id: who.user_id.as_deref().map(Cow::from),
            end_user: who.end_user.as_deref().map(Cow::from),
            session_id: who.session_id.as_deref().map(Cow::from),
            tags: (!who.tags.is_empty())
                .then(|| serde_json::to_string(&who.tags).unwrap_or_default().into()),
            metadata: who.metadata.as_deref().map(Cow::from),
            prompt: who.prompt.as_deref().map(Cow::from),
            ..self
        }
    }

    fn ended(mut self, outcome: &'a Outcome) -> Self {
        self.outcome = outcome.kind().into();
        match outcome {
            Outcome::Refused { status, code } => {
                self.status_code = Some(i64::from(*status));
                self.error = code.as_deref().map(clipped);
            }
            Outcome::Failed { reason } => self.error = Some(clipped(reason)),
            Outcome::Open | Outcome::Completed | Outcome::ClientGone | Outcome::Interrupted => {}
        }
        self
    }

    fn used(mut self, receipt: &Receipt) -> Self {
        self.usage_source = receipt.usage_source.as_str().into();
        let Some(usage) = &receipt.usage else { return self };
        let count = |tokens: Tokens| i64::try_from(tokens.0).ok();
        match usage.billable() {
            Ok(billed) => {
                self.prompt_tokens = count(billed.prompt);
                self.cached_tokens = count(billed.cached_input);
                let written = billed.cache_write.0.saturating_add(billed.cache_write_1h.0);
                self.cache_write_tokens = count(Tokens(written));
                self.output_tokens = count(billed.output);
            }
            // As far as a stream has come, or as it was reported, contradictions and all.
            Err(_) => {
                self.prompt_tokens = usage.prompt_tokens.and_then(count);
                self.output_tokens = usage.completion_tokens.and_then(count);
            }
        }
        self
    }

    fn cost(mut self, receipt: &Receipt) -> Self {
        let cost = &receipt.cost;
        self.cost_status = cost.status.as_str().into();
        self.fee_pico = cost.routing_fee().and_then(picos);
        self.cost_pico = cost.total().and_then(picos);
        match picos(cost.known()) {
            Some(known) => self.known_pico = known,
            // No request costs nine million dollars: what says so is not believed, and not hidden.
            None => self.cost_status = CostStatus::Unpriced.as_str().into(),
        }
        self
    }

    /// The same without what can be long, for when there is no room: who, what and how much stays.
    #[must_use]
    pub fn in_short(&self) -> EntryRow<'_> {
        let short = |text: &Option<Cow<'_, str>>| {
            text.as_deref().map(|text| Cow::Owned(text[..text.floor_char_boundary(200)].to_owned()))
        };
        let detail = serde_json::from_str(&self.detail).map(|detail: Detail<'_>| {
            Detail { usage: None, attempts: None, routing: None, ..detail }.to_json().into_owned()
        });
        EntryRow {
            served: short(&self.served),
            error: short(&self.error),
            end_user: short(&self.end_user),
            session_id: short(&self.session_id),
            answer_id: short(&self.answer_id),
            tags: None,
            metadata: None,
            detail: detail.unwrap_or_default().into(),
            prompt: None,
            answer: None,
            ..self.clone()
        }
    }
}

// === impl Detail ===

impl<'a> Detail<'a> {
    fn of(receipt: &'a Receipt) -> Self {
        let clean = |attempt: &Attempt| attempt.error.is_none() && attempt.status == Some(200);
        let one = matches!(&receipt.attempts[..], [attempt] if clean(attempt));
        Self {
            cost: StoredCost::from(&receipt.cost),
            sku: receipt.sku.clone(),
            routed: receipt.routed,
            usage: receipt.usage.as_ref().map(Cow::Borrowed),
            attempts: (!one).then_some(Cow::Borrowed(&receipt.attempts)),
            routing: receipt.routing.as_deref(),
        }
    }

    fn to_json(&self) -> Cow<'static, str> {
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

// === impl Entry ===

impl Entry {
    /// What a row says.
    ///
    /// # Errors
    /// When the row was not written by this program.
    pub fn of(row: &EntryRow<'_>) -> Result<Self, RowError> {
        Ok(Self {
            receipt: receipt(row)?,
            who: Who {
                key_id: row.key_id.as_deref().map(Arc::from),
                key_alias: row.key_alias.as_deref().map(Arc::from),
                team_id: row.team_id.as_deref().map(Arc::from),
                user_id: row.user_id.as_deref().map(Arc::from),
                end_user: row.end_user.as_deref().map(str::to_owned),
                session_id: row.session_id.as_deref().map(str::to_owned),
                tags: row
                    .tags
                    .as_deref()
                    .map_or_else(Vec::new, |tags| serde_json::from_str(tags).unwrap_or_default()),
                metadata: row.metadata.as_deref().map(str::to_owned),
                prompt: row.prompt.as_deref().map(Arc::from),
            },
            instance: row.instance.to_string(),
            reserved: Usd::from_picos(row.reserved_pico.into()),
            charged: Usd::from_picos(row.charged_pico.into()),
        })
    }
}

fn receipt(row: &EntryRow<'_>) -> Result<Receipt, RowError> {
    let detail: Detail<'_> = serde_json::from_str(&row.detail)
        .map_err(|source| RowError::Detail { id: row.id.to_string(), source })?;
    let mut cost = detail.cost.restore();
    // The columns have the last word: recovery and repricing write them.
    cost.status = status(row)?;
    if cost.status == CostStatus::Interrupted && cost.unpriced.is_none() {
        cost.unpriced = Some(Unpriced::NoUsage);
    }
    let (deployment, deployment_id): (Arc<str>, Arc<str>) =
        ((&*row.deployment).into(), (&*row.deployment_id).into());
    let clean = |_| {
        let (deployment, deployment_id) = (Arc::clone(&deployment), Arc::clone(&deployment_id));
        vec![Attempt { deployment, deployment_id, status: Some(200), error: None }]
    };
    let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    Ok(Receipt {
        id: row.id.to_string(),
        at: Timestamp::from_microsecond(row.at)
            .map_err(|_| wrong(row, "at", "a time", &row.at.to_string()))?,
        asked: row.asked.to_string(),
        sku: detail.sku,
        routed: detail.routed,
        served: owned(&row.served),
        stream: row.stream,
        outcome: outcome(row)?,
        service_tier: owned(&row.service_tier),
        usage: detail.usage.map(Cow::into_owned),
        usage_source: UsageSource::parse(&row.usage_source).ok_or_else(|| {
            wrong(row, "usage_source", "where counts come from", &row.usage_source)
        })?,
        cost,
        timings: timings(row),
        answer_id: owned(&row.answer_id),
        provider_request_id: owned(&row.provider_request_id),
        attempts: detail.attempts.map_or_else(|| clean(()), Cow::into_owned),
        routing: detail.routing.map(ToOwned::to_owned),
        deployment,
        deployment_id,
    })
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

/// Whole picodollars, as far as a column holds them: up to nine million dollars.
fn picos(usd: Usd) -> Option<i64> {
    i64::try_from(usd.picos()).ok()
}

fn millis(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

fn clipped(text: &str) -> Cow<'_, str> {
    text[..text.floor_char_boundary(TEXT_MAX)].into()
}

#[cfg(test)]
mod tests;
