//! Whether a request may go out: its model group, its limits, and room for its worst case in every
//! budget that it counts against.

use bytes::Bytes;
use cost_model::{Ceiling, Unpriced};
use jiff::Timestamp;
use ledger::{Exceeded, Reservation, ReserveError, Who};
use llm_types::{Bounds, Tokens, Usd};
use router_client::CallError;

use crate::{
    app::App,
    caller::Caller,
    deployments::{DeploymentSet, Idle},
    directory::KnownKey,
    error::ApiError,
    limits::{OverLimit, Places},
};

/// Why a request may not go out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The key is for other model groups.
    #[error("this key may not ask for the model `{0}`; `GET /v1/models` lists those that it may")]
    Group(String),
    /// Too much is asked for.
    #[error("{} may ask for {} {}, and has{}", owner(&.0.whose), .0.limit, .0.what, later(.0))]
    Limit(OverLimit),
    /// A budget has no room for it.
    #[error("{}", told(.0))]
    Budget(Box<Exceeded>),
    /// Nothing bounds what it can cost.
    #[error(
        "the cost of a request to `{group}` cannot be bounded, since {why}; a key with a strict \
         budget may not ask for it"
    )]
    Unpriced {
        group: String,
        #[source]
        why: cost_model::Unpriced,
    },
    /// The store is away, and what is leased does not suffice.
    #[error(
        "the gateway's store is away, and what is known of the budget does not suffice for this \
         request; try again"
    )]
    Away(#[source] ReserveError),
}

/// A request that may go out.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// Who asks, as the books name them.
    pub(crate) who: Who,
    /// What is set aside for it, where it counts against budgets.
    pub(crate) reservation: Option<Reservation>,
    /// Its place within limits.
    pub(crate) places: Places,
    /// The bound that is set to its answer's tokens.
    pub(crate) max_output: Option<Tokens>,
}

/// What of a request decides about it.
pub(crate) struct Request<'a> {
    pub(crate) app: &'a App,
    pub(crate) caller: &'a Caller,
    /// The model group.
    pub(crate) asked: &'a str,
    pub(crate) bounds: &'a Bounds,
    pub(crate) body: &'a Bytes,
    pub(crate) now: Timestamp,
}

/// The least that an answer is bound to, in tokens, unless the operator or the client says less.
const SHORT: u64 = 1_024;

// === impl Request ===

impl Request<'_> {
    pub(crate) async fn admit(&self) -> Result<Admitted, ApiError> {
        let set = self.app.set();
        if !set.has_group(self.asked) {
            return Err(self.nobody(&set));
        }
        if !self.caller.may_ask(self.asked) {
            return Err(Refused::Group(self.asked.to_owned()).into());
        }
        self.admit_within(|| self.app.worst_case(self.asked, self.now)).await
    }

    /// The same for a request that goes to no group, whose worst case the caller knows.
    pub(crate) async fn admit_within(
        &self,
        ceiling: impl FnOnce() -> Result<Ceiling, Unpriced>,
    ) -> Result<Admitted, ApiError> {
        let Caller::Key(known) = self.caller else {
            let (reservation, places, max_output) = (None, Places::default(), None);
            return Ok(Admitted { who: Who::default(), reservation, places, max_output });
        };
        let shared = self.app.shared.as_deref();
        let now = self.now.as_microsecond();
        let places = Places::take(&known.limits, shared, now).await.map_err(Refused::Limit)?;
        let (reservation, max_output) = self.reserve(known, ceiling).await?;
        let who = known.who.clone();
        Ok(Admitted { who, reservation: Some(reservation), places, max_output })
    }

    /// Why nobody answers, of a group that nobody serves.
    fn nobody(&self, set: &DeploymentSet) -> ApiError {
        let asked = self.asked.to_owned();
        // What a key may not ask for, it is not told of either.
        match set.idle(&asked).filter(|_| self.caller.may_ask(&asked)) {
            None => CallError::UnknownGroup { asked }.into(),
            Some(Idle::Blocked) => ApiError::ModelBlocked(asked),
            Some(Idle::Unusable) => ApiError::ModelUnusable(asked),
        }
    }

    /// Sets the worst case aside; tells the bound that this takes for granted.
    async fn reserve(
        &self,
        known: &KnownKey,
        ceiling: impl FnOnce() -> Result<Ceiling, Unpriced>,
    ) -> Result<(Reservation, Option<Tokens>), Refused> {
        if !known.accounts.iter().any(|account| account.is_strict()) {
            return Ok((self.hold(known, Usd::ZERO).await?, None));
        }
        let ceiling =
            ceiling().map_err(|why| Refused::Unpriced { group: self.asked.to_owned(), why })?;
        let cap = self.app.max_completion_tokens;
        let bounds = self.bounds;
        let bound_to = |cap| bounds.output.is_none().then_some(cap);
        let by_bytes = ceiling.of(bounds.prompt, bounds.outputs(cap));
        let mut refused = match self.hold(known, by_bytes).await {
            Ok(held) => return Ok((held, bound_to(cap))),
            Err(refused @ Refused::Budget(_)) => refused,
            Err(refused) => return Err(refused),
        };
        // The bytes are a high bound: counting takes longer, and may show that it fits.
        let prompt = bounds.prompt_of_text(self.counted().await);
        let mut tried = by_bytes;
        for cap in self.caps(cap) {
            let amount = ceiling.of(prompt, bounds.outputs(cap));
            if amount >= tried {
                continue;
            }
            tried = amount;
            match self.hold(known, amount).await {
                Ok(held) => return Ok((held, bound_to(cap))),
                Err(fuller @ Refused::Budget(_)) => refused = fuller,
                Err(away) => return Err(away),
            }
        }
        Err(refused)
    }

    /// The bounds to try for an answer, the widest first. Where the request names none, a short
    /// answer is better than none: at a router's dearest prices a bound for long ones is a dollar.
    fn caps(&self, widest: Tokens) -> Vec<Tokens> {
        let narrower =
            [widest.0 / 4, widest.0 / 16].map(|cap| Tokens(cap.max(SHORT.min(widest.0))));
        let named = self.bounds.output.is_some();
        [widest].into_iter().chain(narrower.into_iter().filter(|_| !named)).collect()
    }

    async fn hold(&self, known: &KnownKey, amount: Usd) -> Result<Reservation, Refused> {
        let budgets = self.app.books.budgets();
        budgets.reserve(&known.accounts, amount, self.now.as_microsecond()).await.map_err(|error| {
            match error {
                ReserveError::Exceeded(exceeded) => Refused::Budget(Box::new(exceeded)),
                away @ ReserveError::Away { .. } => Refused::Away(away),
            }
        })
    }

    /// The tokens of the whole body, counted off the worker: it takes milliseconds.
    async fn counted(&self) -> Tokens {
        let body = self.body.clone();
        let counted = tokio::task::spawn_blocking(move || {
            std::str::from_utf8(&body).map(router_client::text_tokens)
        });
        counted.await.ok().and_then(Result::ok).unwrap_or(Tokens(u64::MAX))
    }
}

/// Whose a limit or a budget is, for the one who asks: the key itself is not told of by its hash.
fn owner(id: &str) -> &'static str {
    match id.split_once(':') {
        Some(("team", _)) => "this key's team",
        Some(("user", _)) => "this key's user",
        _ => "this key",
    }
}

/// When to try again, unless that is in vain.
fn later(over: &OverLimit) -> String {
    match over.wait {
        _ if over.limit == 0 => String::new(),
        Some(wait) => format!("; try again in {wait} s"),
        None => "; try again when one has ended".to_owned(),
    }
}

/// What there is, what is taken, and when there is more.
fn told(exceeded: &Exceeded) -> String {
    let Exceeded { budget, max, spent, reserved, needed, resets_at } = exceeded;
    let resets = resets_at
        .and_then(|at| Timestamp::from_microsecond(at).ok())
        .map_or_else(|| "it does not reset".to_owned(), |at| format!("it resets at {at}"));
    let owner = owner(budget);
    // Under a soft budget nothing is set aside.
    if *needed == Usd::ZERO {
        return format!("the budget of {owner} is used up: ${spent} of ${max} are spent; {resets}");
    }
    let elsewhere = if *spent + *reserved + *needed <= *max {
        ", and other gateways hold what is left for their requests: try again in a few seconds"
    } else {
        ""
    };
    format!(
        "the budget of {owner} has no room for the request: ${spent} of ${max} are spent, \
         ${reserved} are set aside for requests under way, and this one can cost up to ${needed} \
         (less with a smaller `max_completion_tokens`){elsewhere}; {resets}"
    )
}
