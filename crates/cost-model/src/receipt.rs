//! The receipt of one request: the model that answered, usage, cost, and timings.

use std::sync::Arc;

use jiff::Timestamp;
use llm_types::{Dialect, ProviderFacts, ReportedUsage, Usd};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{budget_charge::ChargeRule, cost::Cost, sku::Sku};

/// The account of one request.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// Fareway's id of the request.
    pub id: String,
    /// When it was received.
    pub at: Timestamp,
    /// The API that was spoken; `None` in receipts of versions that knew chats only.
    pub api: Option<Dialect>,
    /// Whether the request was sent as a chat, as no deployment has the API that was spoken.
    pub translated: bool,
    /// The model that the client named.
    pub asked: String,
    /// The deployment that answered, or was tried last.
    pub deployment: Arc<str>,
    /// Its id, which distinguishes deployments with the same name.
    pub deployment_id: Arc<str>,
    /// How the deployment is sold.
    pub sku: Sku,
    /// Whether a router chose the model, so that the routing fee is due.
    pub routed: bool,
    /// The model that answered; `None` when none did, or the answer does not say.
    pub served: Option<String>,
    /// Whether the answer was a stream.
    pub stream: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// The tier that was billed, as the answer names it.
    pub service_tier: Option<String>,
    /// Token counts: as reported, or as counted here.
    pub usage: Option<ReportedUsage>,
    /// Where the counts come from.
    pub usage_source: UsageSource,
    /// The usage as the upstream reported it, where it is incomplete or contradicts itself; `usage`
    /// was then counted here. One of more than 8 KiB is an object of `cut_from_bytes`, its whole length,
    /// and `beginning`, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_contradictory: Option<Box<RawValue>>,
    /// Its cost, over all attempts.
    pub cost: Cost,
    /// The amount that budgets are charged for it, over all attempts.
    pub charged: Usd,
    /// The rule for most of that; `None` while the request is in flight.
    pub charged_by: Option<ChargeRule>,
    /// How long it took.
    pub timings: Timings,
    /// The upstream's id of the answer.
    pub answer_id: Option<String>,
    /// What the provider says of its own handling of it: `provider_request_id`.
    #[serde(flatten)]
    pub provider: ProviderFacts,
    /// Every call to an upstream, the last one last.
    pub attempts: Vec<Attempt>,
    /// How the router decided, as it reported (`model_selection_details`).
    pub routing: Option<Box<RawValue>>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Outcome {
    /// It is in flight.
    Open,
    /// The whole answer was delivered.
    Completed,
    /// The upstream refused it, or nothing was sent.
    Refused {
        /// The upstream's HTTP status; 200 if the refusal was an event of a stream.
        status: u16,
        /// The upstream's code, or [`Outcome::AT_LIMIT`].
        code: Option<String>,
    },
    /// The upstream failed, before or within its answer.
    Failed {
        /// What happened.
        reason: String,
    },
    /// The client left before the answer's end.
    ClientGone,
    /// The gateway ended before the request did.
    Interrupted,
}

/// Where token counts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageSource {
    /// The upstream reported them.
    Reported,
    /// They were counted here with a tokenizer.
    Estimated,
    /// There are none.
    Missing,
}

/// Times of a request, in milliseconds since it was received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Timings {
    /// Until the upstream's headers were in.
    pub upstream_headers_ms: Option<u64>,
    /// Until the first event with a part of the answer; for streams only.
    pub first_content_ms: Option<u64>,
    /// Until it was settled.
    pub duration_ms: u64,
}

/// One call to an upstream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FlatAttempt")]
pub struct Attempt {
    /// The deployment that was called.
    pub deployment: Arc<str>,
    /// Its id.
    pub deployment_id: Arc<str>,
    /// HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// What went wrong, if anything.
    pub error: Option<String>,
    /// What it came to; `None` for the only attempt of a request, which came to what the request did.
    #[serde(flatten)]
    pub bill: Option<Box<Bill>>,
}

/// The result of one call to an upstream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// Token counts: as reported, or as counted here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ReportedUsage>,
    /// What it cost; `None` where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Usd>,
    /// What budgets are charged for it.
    pub charged: Usd,
    /// The rule that the charge follows from.
    pub charged_by: ChargeRule,
}

/// An attempt as it is written: its bill is beside the rest of it.
#[derive(Deserialize)]
struct FlatAttempt {
    deployment: Arc<str>,
    deployment_id: Arc<str>,
    status: Option<u16>,
    error: Option<String>,
    usage: Option<ReportedUsage>,
    cost: Option<Usd>,
    charged: Option<Usd>,
    charged_by: Option<ChargeRule>,
}

// === impl Attempt ===

impl From<FlatAttempt> for Attempt {
    fn from(flat: FlatAttempt) -> Self {
        let FlatAttempt { deployment, deployment_id, status, error, usage, cost, .. } = flat;
        let bill = flat.charged.zip(flat.charged_by);
        let bill =
            bill.map(|(charged, charged_by)| Box::new(Bill { usage, cost, charged, charged_by }));
        Self { deployment, deployment_id, status, error, bill }
    }
}

// === impl Outcome ===

impl Outcome {
    /// The code of a refusal by this gateway: no deployment could take the request within its limit.
    pub const AT_LIMIT: &str = "deployment_at_limit";

    /// Its kind, as it is written everywhere.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Refused { .. } => "refused",
            Self::Failed { .. } => "failed",
            Self::ClientGone => "client_gone",
            Self::Interrupted => "interrupted",
        }
    }
}

// === impl UsageSource ===

impl UsageSource {
    /// As it is written everywhere.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Estimated => "estimated",
            Self::Missing => "missing",
        }
    }

    /// Reads what [`UsageSource::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Reported, Self::Estimated, Self::Missing]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}
