//! The cache of one scope's token: reused while it is valid, and renewed before it expires by one
//! request at a time.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use llm_types::Clock;
use tokio::sync::{Mutex, MutexGuard};

use super::{CredentialError, answer::Fetched, source::Source};
use crate::Transport;

/// Tokens that live this long are renewed at half their life, as Azure's own libraries do.
const LONG_LIFE: SignedDuration = SignedDuration::from_hours(2);
/// Others are renewed so long before they expire, or at four fifths of a short life.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// Without a token the only choice is to try. A failure is then repeated to all who ask in the
/// next second, so that a thousand waiting requests do not each try in turn.
const FIRST: Patience = Patience { attempts: 4, pause: SignedDuration::from_secs(1) };
/// While a token is still valid, no request should wait long.
const RENEWAL: Patience = Patience { attempts: 1, pause: SignedDuration::from_secs(30) };

/// The token for one scope.
pub(crate) struct TokenCache {
    source: Arc<Source>,
    scope: String,
    clock: Arc<dyn Clock>,
    /// Read by every request and written once an hour, never held while waiting.
    current: RwLock<Option<Arc<Token>>>,
    /// Held while a token is being fetched; remembers how the last attempt failed.
    fetching: Mutex<Option<Failure>>,
}

struct Token {
    header: HeaderValue,
    renew_at: Timestamp,
    expires_at: Timestamp,
}

/// The number of attempts and the pause between them.
struct Patience {
    attempts: u32,
    /// After a failure.
    pause: SignedDuration,
}

struct Failure {
    error: CredentialError,
    until: Timestamp,
}

// === impl TokenCache ===

impl TokenCache {
    pub(super) fn new(source: Arc<Source>, scope: String, clock: Arc<dyn Clock>) -> Self {
        Self { source, scope, clock, current: RwLock::default(), fetching: Mutex::default() }
    }

    /// The `authorization` header of a token that is good now.
    ///
    /// When it is time to renew, the first request to notice does so and waits; the others
    /// use the old token for as long as it is valid.
    pub(crate) async fn bearer(&self, over: &Transport) -> Result<HeaderValue, CredentialError> {
        let now = self.clock.now();
        let good = self.current().filter(|token| now < token.expires_at);
        let Some(token) = good else {
            // All wait here for one fetch; each then finds the token that it brought.
            let turn = self.fetching.lock().await;
            // On the heap: it is rare, and would make the future of every request larger.
            return Box::pin(self.fetch(turn, over, FIRST)).await;
        };
        if now >= token.renew_at
            && let Ok(turn) = self.fetching.try_lock()
            && let Ok(renewed) = Box::pin(self.fetch(turn, over, RENEWAL)).await
        {
            return Ok(renewed);
        }
        Ok(token.header.clone())
    }

    /// Forgets a token that the upstream would not take, unless another is here already.
    pub(crate) fn reject(&self, header: &HeaderValue) {
        // The token is replaced as a whole, so that a panic elsewhere cannot leave half of one.
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|token| token.header == *header) {
            *current = None;
        }
    }

    fn current(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gets a token, unless somebody did while this one waited for its turn.
    async fn fetch(
        &self,
        mut last_failure: MutexGuard<'_, Option<Failure>>,
        over: &Transport,
        patience: Patience,
    ) -> Result<HeaderValue, CredentialError> {
        let now = self.clock.now();
        if let Some(token) = self.current().filter(|token| now < token.renew_at) {
            return Ok(token.header.clone());
        }
        if let Some(failure) = last_failure.as_ref().filter(|failure| now < failure.until) {
            return Err(failure.error.clone());
        }
        match self.source.fetch(&self.scope, patience.attempts, over, now).await {
            Ok(fetched) => {
                let token = Arc::new(Token::new(fetched, now));
                let header = token.header.clone();
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(token);
                *last_failure = None;
                Ok(header)
            }
            Err(error) => {
                tracing::warn!(scope = self.scope, %error, "no token");
                // From now on, as the attempts themselves may have taken longer than the pause.
                let until = later(self.clock.now(), patience.pause);
                *last_failure = Some(Failure { error: error.clone(), until });
                Err(error)
            }
        }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("scope", &self.scope).finish_non_exhaustive()
    }
}

// === impl Token ===

impl Token {
    fn new(Fetched { header, lifetime }: Fetched, now: Timestamp) -> Self {
        // Below 25 minutes a fifth of the life is less than the margin.
        let renew_in =
            if lifetime >= LONG_LIFE { lifetime / 2 } else { lifetime - MARGIN.min(lifetime / 5) };
        Self { header, renew_at: later(now, renew_in), expires_at: later(now, lifetime) }
    }
}

/// A lifetime beyond the end of time ends there.
fn later(now: Timestamp, after: SignedDuration) -> Timestamp {
    now.checked_add(after).unwrap_or(Timestamp::MAX)
}
