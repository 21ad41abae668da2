//! Reason of the gateway's own refusals, in one word: one exhaustive mapping.
//!
//! It is finer than an error's code: it distinguishes the budget of the key from that of its team,
//! and a limit of requests from one of tokens.

use ledger::{DbError, LedgerError, StoreError};
use llm_types::ProviderError;
use router_client::CallError;

use super::{ApiError, Refused};
use crate::limits::{OverLimit, What};

/// Marks an answer as a refusal of the gateway's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reason(pub(crate) &'static str);

// === impl ApiError ===

impl ApiError {
    /// The reason; `None` if it was the upstream that refused or failed: that request is in the ledger. A
    /// new variant does not compile until it has one.
    pub(crate) fn reason(&self) -> Option<Reason> {
        let word = match self {
            Self::NoKey => "no_key",
            Self::WrongKey => "wrong_key",
            Self::TooManyFailedKeys { .. } => "too_many_failed_keys",
            Self::KeyExpired => "key_expired",
            Self::KeyBlocked(_) => "key_blocked",
            Self::SessionOver | Self::TwoSessions => "session",
            Self::ReadOnly | Self::NotYours | Self::NotAdmin => "not_allowed",
            Self::WrongOrigin => "wrong_origin",
            Self::NotLocal => "not_local",
            Self::Refused(refused) => of_admission(refused),
            Self::NoApi { .. } => "api",
            Self::NotTranslated(_) => "body",
            Self::TooLarge { .. } => "body_too_large",
            Self::UnsupportedEncoding(_) | Self::NotDecoded(_) => "body_encoding",
            Self::BodyBroken(_) => "body_incomplete",
            Self::BodyTooSlow => "body_timeout",
            Self::Busy => "too_many_bodies",
            Self::TooManyReports => "too_many_reports",
            Self::WrongHost { .. } => "wrong_host",
            Self::BadPath | Self::BadField(_) | Self::BadModel(_) | Self::Taken(_) => "request",
            Self::ModelFixed(_) | Self::Credential(_) => "request",
            Self::Unsupported { .. } | Self::NoSuchPage { .. } | Self::WrongMethod { .. } => {
                "no_such_page"
            }
            Self::NoSuch { .. } | Self::NoReceipt(_) | Self::NotMade(..) => "not_found",
            Self::NoRandom => "gateway",
            Self::NoModel(_) => "model_not_found",
            Self::ModelBlocked(_) => "model_blocked",
            Self::ModelUnusable(_) => "model_unusable",
            Self::Books(LedgerError::Store(StoreError::TooManyToSort { .. })) => "request",
            Self::Books(LedgerError::Store(StoreError::Db(DbError::TooLong))) => "report_too_long",
            Self::Books(_) => "database",
            Self::Call(error) => return of_call(error).map(Reason),
        };
        Some(Reason(word))
    }
}

fn of_admission(refused: &Refused) -> &'static str {
    match refused {
        Refused::Limit(over) => of_limit(over),
        Refused::Budget(exceeded, _) => match kind(&exceeded.budget) {
            "team" => "team_budget",
            "user" => "user_budget",
            _ => "key_budget",
        },
        Refused::Unpriced { .. } => "cost_unbounded",
        Refused::Away(_) => "database",
    }
}

fn of_limit(over: &OverLimit) -> &'static str {
    match (kind(&over.whose), over.what) {
        ("team", What::Requests) => "team_requests",
        ("team", What::Tokens) => "team_tokens",
        ("team", What::Parallel) => "team_parallel",
        ("user", What::Requests) => "user_requests",
        ("user", What::Tokens) => "user_tokens",
        ("user", What::Parallel) => "user_parallel",
        (_, What::Requests) => "key_requests",
        (_, What::Tokens) => "key_tokens",
        (_, What::Parallel) => "key_parallel",
    }
}

fn of_call(error: &CallError) -> Option<&'static str> {
    match error {
        CallError::UnknownGroup { .. } => Some("model_not_found"),
        CallError::OnlyRouters { .. } => Some("router"),
        CallError::Request(_) => Some("body"),
        CallError::NotRecorded(_) => Some("spool"),
        CallError::Provider { error, .. }
        | CallError::NoApi { error, .. }
        | CallError::Unbilled { error, .. } => of_provider(error),
        CallError::BadAnswer { .. } => None,
    }
}

fn of_provider(error: &ProviderError) -> Option<&'static str> {
    match error {
        ProviderError::AtLimit { .. } => Some("deployment_limit"),
        ProviderError::NotAllowed { .. } => Some("address"),
        ProviderError::Unbounded { .. } => Some("cost_unbounded"),
        _ => None,
    }
}

/// The kind in a name: `team` in `team:blue`.
fn kind(name: &str) -> &str {
    name.split(':').next().unwrap_or_default()
}
