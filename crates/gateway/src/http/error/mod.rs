//! Errors that a client can receive: their texts are here, their status and code in `kind`, their
//! response in `response`.
//!
//! An error's own text says what to do. Causes that do not concern the client are logged.

mod budget_advice;
mod kind;
mod reason;
mod refused;
mod response;

use std::{error::Error, sync::Arc};

use cost_model::Receipt;
use gateway_api::FieldError;
use ledger::{LedgerError, StoreError};
use llm_types::Dialect;
use router_client::CallError;

pub(crate) use self::{
    budget_advice::BudgetAdvice, reason::Reason, refused::Refused, response::put_into_envelope,
};
use super::unsupported_paths::Unsupported;
use crate::{config::ConfigError, limits::TooManyReports};

/// What a request can go on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotMade {
    /// An earlier response.
    Response,
    /// A conversation, none of which is made here.
    Conversation,
}

// === impl NotMade ===

impl NotMade {
    fn called(self) -> &'static str {
        match self {
            Self::Response => "Previous response",
            Self::Conversation => "Conversation",
        }
    }

    /// The parameter that names it.
    fn parameter(self) -> &'static str {
        match self {
            Self::Response => "previous_response_id",
            Self::Conversation => "conversation",
        }
    }
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No key at all.
    #[error("no API key was given; send it as `Authorization: Bearer <key>` or `api-key: <key>`")]
    NoKey,
    /// A key that is not known.
    #[error("the API key is not valid here; check that it is the gateway's key and not Azure's")]
    WrongKey,
    /// Too many keys that are not known, from one address.
    #[error(
        "too many requests with invalid keys came from this address; check the key, and try \
         again in {wait} s"
    )]
    TooManyFailedKeys {
        /// In seconds.
        wait: i64,
    },
    /// A key that has expired.
    #[error("this API key has expired; request a new one")]
    KeyExpired,
    /// A blocked key, or one of a blocked team.
    #[error("this {0} is blocked; ask the operator of the gateway")]
    KeyBlocked(&'static str),
    /// A key without the right to manage the gateway.
    #[error("this key may not manage the gateway; use the master key or an admin key")]
    NotAdmin,
    /// A key that requests the data of another one.
    #[error("this key can only see its own requests; use the master key or an admin key")]
    NotYours,
    /// A session that has ended, or never existed.
    #[error("this session has ended; sign in again")]
    SessionOver,
    /// Two cookies, of which one was set by another site or program.
    #[error(
        "the browser sent two session cookies, one of which is not this gateway's; delete this \
         site's cookies in the browser, and sign in again"
    )]
    TwoSessions,
    /// A page that is not the gateway's own, and uses its session or its being on this machine.
    #[error(
        "the request's `Origin` is not the gateway's own address: in a browser, only the gateway's \
         own pages may make changes; programs send a key"
    )]
    WrongOrigin,
    /// A change by a read-only session.
    #[error(
        "this session is read-only: it was started with a virtual key, which can see its own \
         requests and budget here; send the key as `Authorization: Bearer <key>` to make requests"
    )]
    ReadOnly,
    /// No deployment of the group has the API: the operator names others, or it was refused lately.
    #[error(
        "no deployment of the model `{asked}` answers with {}: their `apis` name other APIs, or they \
         have refused this one within the last hour", dialect.answer()
    )]
    NoApi {
        /// As asked.
        asked: String,
        /// The API of the request.
        dialect: Dialect,
    },
    /// The deployments of the group only have chat completions, which cannot stand in for this request.
    #[error(
        "{0}; the request has to be translated to a chat, as no deployment of this model has its API"
    )]
    NotTranslated(api_translation::Refused),
    /// The request may not go out.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// A page of another site, or a name that only pretends to be this machine.
    #[error(
        "a gateway without a master key answers only to programs on its own machine; set \
         `general_settings.master_key` to use it from elsewhere"
    )]
    NotLocal,
    /// A host that is not this machine, of a gateway whose master key anybody could know.
    #[error(
        "{weakness}, so this gateway answers requests to `localhost` and loopback addresses only, \
         and not to `{host}`; set a long random master key, or list the host in \
         `general_settings.allowed_hosts`"
    )]
    WrongHost {
        /// As the request names it.
        host: String,
        /// What is wrong with the key.
        weakness: &'static str,
    },
    /// Too many reports of one key wait for their turn.
    #[error(
        "too many reports of this key are waiting already; request fewer at a time, and try \
         again in a few seconds"
    )]
    TooManyReports,
    /// A body that is too large.
    #[error("the request body is larger than {}", at_most(*.limit))]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// A body that does not arrive in time.
    #[error(
        "the request body did not arrive in time; send it faster, or raise \
         `connections.body_timeout`"
    )]
    BodyTooSlow,
    /// Too many large bodies at a time.
    #[error(
        "the gateway is receiving or holding too many large request bodies at the moment; try again \
         in a few seconds"
    )]
    Busy,
    /// A `Content-Encoding` that is not implemented.
    #[error(
        "unsupported `Content-Encoding: {0}`; send the body uncompressed, or use `gzip` or `zstd`"
    )]
    UnsupportedEncoding(String),
    /// A body that is not valid in the encoding that its header names.
    #[error(
        "the request body cannot be decompressed; check that it is what `Content-Encoding` says, \
         and complete"
    )]
    NotDecoded(#[source] std::io::Error),
    /// The client stopped sending.
    #[error("the request body is incomplete")]
    BodyBroken(#[source] axum::Error),
    /// A path that names nothing.
    #[error("the name in the path is not valid UTF-8")]
    BadPath,
    /// A page that does not exist.
    #[error("no such page: `{method} {path}`; chat requests go to `POST /v1/chat/completions`")]
    NoSuchPage {
        /// As requested.
        method: String,
        /// As requested.
        path: String,
    },
    /// A page of `LiteLLM` or OpenAI that is not supported.
    #[error("`{path}` ({}) is not supported; {}", .what.what, .what.instead)]
    Unsupported {
        /// As requested.
        path: String,
        /// The feature of this path.
        what: &'static Unsupported,
    },
    /// A page that does not support the method.
    #[error("method `{method}` is not allowed here")]
    WrongMethod {
        /// As requested.
        method: String,
    },
    /// A field of a management request that is not as it should be.
    #[error("{0}")]
    BadField(String),
    /// A key, team or user that does not exist.
    #[error("{what} not found: there is no {what} `{id}`")]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// Under which name.
        id: String,
    },
    /// What a request goes on with, and its key has not made.
    #[error("{} with id '{}' not found", .0.called(), .1)]
    NotMade(NotMade, String),
    /// Something else has that name, or is in the way.
    #[error("{0}")]
    Taken(String),
    /// No key can be made.
    #[error("the system provides no random numbers, so no key can be created")]
    NoRandom,
    /// A receipt that is not there (any more).
    #[error("no request with the id `{0}` is in the ledger")]
    NoReceipt(String),
    /// The books cannot be read now.
    #[error(
        "the gateway's ledger cannot be read or changed at the moment; try again; the gateway's \
         log has the cause"
    )]
    Books(#[source] LedgerError),
    /// A model group that is not there.
    #[error("the model `{0}` does not exist here; `GET /v1/models` lists those that do")]
    NoModel(String),
    /// A model group that was taken out of use for now.
    #[error("the model `{0}` is blocked for now; ask the operator of the gateway")]
    ModelBlocked(String),
    /// A model group whose deployments were added by API and cannot be used.
    #[error("the model `{0}` cannot be used at the moment; the gateway's log has the cause")]
    ModelUnusable(String),
    /// A model of the configuration file.
    #[error(
        "the model `{0}` is in the gateway's configuration file and cannot be changed by API; \
         change it there, and restart the gateway"
    )]
    ModelFixed(String),
    /// A deployment whose description cannot be used.
    #[error("{}", .0.message())]
    BadModel(Box<ConfigError>),
    /// A credential that cannot be encrypted, or decrypted.
    #[error("{0}")]
    Credential(String),
    /// The call has no answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// The largest body of a page, and what to do about it.
fn at_most(limit: usize) -> String {
    match limit >> 20 {
        0 => format!("{} KiB, which is the limit of this page; send less", limit >> 10),
        mib => {
            format!("{mib} MiB; send less, or raise `general_settings.max_request_size_mb`")
        }
    }
}

// === impl ApiError ===

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        Self::Books(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Books(error.into())
    }
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        Self::BadField(error.to_string())
    }
}

impl From<TooManyReports> for ApiError {
    fn from(_: TooManyReports) -> Self {
        Self::TooManyReports
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}

impl From<ConfigError> for ApiError {
    fn from(error: ConfigError) -> Self {
        Self::BadModel(Box::new(error))
    }
}

impl ApiError {
    fn receipt(&self) -> Option<&Arc<Receipt>> {
        match self {
            Self::Call(error) => error.receipt(),
            _ => None,
        }
    }

    /// Logs the error with its causes, which the client does not get. An invalid request is logged by its
    /// code only: the text may quote the prompt.
    pub(crate) fn log(&self) {
        let kind = self.kind();
        let (status, code) = (kind.status.as_u16(), kind.code.unwrap_or("-"));
        let id = self.receipt().map_or("", |receipt| receipt.id.as_str());
        // Only the operator can mend a credential that Azure refuses.
        let refused = matches!(status, 401 | 403) && matches!(self, Self::Call(_));
        if status >= 500 || refused {
            tracing::warn!(status, code, request = id, "{}", self.chain());
        } else if matches!(self, Self::Call(CallError::Request(_))) {
            tracing::debug!(status, code, "the request is not valid");
        } else {
            tracing::debug!(status, code, request = id, "{}", self.chain());
        }
    }

    /// The error with its causes, each once, in one line.
    fn chain(&self) -> String {
        let mut all = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors of libraries repeat their source in their own text.
            if !all.ends_with(&text) {
                all.push_str(": ");
                all.push_str(&text);
            }
            cause = error.source();
        }
        // What clients and upstreams wrote must not look like lines of the log's own.
        all.replace(char::is_control, " ")
    }
}

#[cfg(test)]
mod tests {
    use llm_types::{Dialect, ProviderError, RequestView};

    use super::*;

    #[test]
    fn a_log_line_names_every_cause_once_and_stays_one_line() {
        let body = RequestView::parse(Dialect::Chat, b"{\"messages\":\"a\\nb\"}").unwrap_err();
        let error = ApiError::from(CallError::from(body));
        assert_eq!(error.chain().matches("expected `messages`").count(), 1);
        let forged = ApiError::NoModel("x\nWARN all is lost".to_owned());
        assert_eq!(forged.chain().lines().count(), 1);
        let broken = ProviderError::Interrupted("reset by peer".into());
        assert_eq!(broken.to_string(), "the connection to the upstream broke");
    }
}
