//! Admission of requests: the model group, the limits, and room for the worst case in every budget
//! that applies.

use std::sync::Arc;

use bytes::Bytes;
use cost_model::{Ceiling, Unpriced};
use jiff::Timestamp;
use ledger::{BudgetName, Exceeded, Reservation, ReserveError, Who};
use llm_types::{Bounds, RequestView, Tokens, Usd};
use router_client::CallError;

use super::budget_advice::Ways;
use crate::{
    accounting::KnownKey,
    app::App,
    auth::Caller,
    deployments::{DeploymentSet, Idle, Plan},
    http::ApiError,
    limits::{OverLimit, Places},
};

/// Why a request may not go out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// Too much is asked for.
    #[error("{} may ask for {} {}, and has{}", owner(&.0.whose), .0.limit, .0.what, later(.0))]
    Limit(OverLimit),
    /// A budget has no room for it.
    #[error("{}{}", exceeded(.0), .1)]
    Budget(Box<Exceeded>, Box<Ways>),
    /// Nothing bounds what it can cost.
    #[error(
        "the cost of a request to `{group}` cannot be bounded, because {why}; a key with a strict \
         budget cannot use it{ways}"
    )]
    Unpriced {
        group: String,
        #[source]
        why: cost_model::Unpriced,
        ways: Box<Ways>,
    },
    /// The database is unreachable, and what is leased is too small.
    #[error(
        "the database is unreachable and the locally leased budget is too small for this request; \
         try again later"
    )]
    Away(#[source] ReserveError),
}

/// A request that may go out.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// Who asks, as the books name them.
    pub(crate) who: Who,
    /// What is reserved for it, where it counts against budgets.
    pub(crate) reservation: Option<Reservation>,
    /// Its place within limits.
    pub(crate) places: Places,
    /// The bound that is set to its answer's tokens.
    pub(crate) max_output: Option<Tokens>,
    /// How many tokens it can come to, where a strict budget bounds its cost.
    pub(crate) bounds: Option<Bounds>,
    /// The deployments that it may go to, where the group has others.
    pub(crate) only: Option<Vec<Arc<str>>>,
}

/// What of a request decides about it.
pub(crate) struct Request<'a> {
    pub(crate) app: &'a App,
    pub(crate) caller: &'a Caller,
    /// The model group.
    pub(crate) asked: &'a str,
    pub(crate) view: &'a RequestView<'a>,
    /// The bound on each answer where the request names none; `None`: that of the configuration.
    pub(crate) longest: Option<Tokens>,
    pub(crate) body: &'a Bytes,
    pub(crate) now: Timestamp,
}

/// How often a bound is sought that fits what is left.
const CLAMPED: usize = 4;

// === impl Refused ===

impl Refused {
    /// What is left of the budget that has no room.
    fn room(&self) -> Option<Usd> {
        let Self::Budget(exceeded, _) = self else { return None };
        let taken = (exceeded.spent + exceeded.held + exceeded.reserved).picos();
        let left = exceeded.max.picos().saturating_sub(taken);
        (left > 0).then(|| Usd::from_picos(left))
    }
}

// === impl Request ===

impl Request<'_> {
    /// `places` are those that its caller has taken.
    pub(crate) async fn admit(&self, places: Places) -> Result<Admitted, ApiError> {
        let set = self.app.set();
        // Which groups there are beside its own is not for a key to find out.
        if !self.caller.may_ask(&set, self.asked) {
            return Err(self.nobody(&set));
        }
        let only = self.caller.only(&set, self.asked);
        let admitted =
            self.admit_within(places, || self.app.worst_case(self.asked, self.now)).await?;
        Ok(Admitted { only, ..admitted })
    }

    /// The same for a request that goes to no group, whose worst case the caller knows.
    pub(crate) async fn admit_within(
        &self,
        mut places: Places,
        ceiling: impl FnOnce() -> Result<Ceiling, Unpriced>,
    ) -> Result<Admitted, ApiError> {
        let Caller::Key(known) = self.caller else {
            return Ok(Admitted {
                who: Who::default(),
                reservation: None,
                places,
                max_output: None,
                bounds: None,
                only: None,
            });
        };
        let shared = self.app.shared.as_deref();
        let now = self.now.as_microsecond();
        places.count(&known.limits, shared, now).await.map_err(Refused::Limit)?;
        let strict = known.accounts.iter().any(|account| account.is_strict());
        let bounds = strict.then(|| self.bounds());
        let (reservation, max_output) = self.reserve(known, bounds.as_ref(), ceiling).await?;
        let who = known.who.clone();
        let reservation = Some(reservation);
        Ok(Admitted { who, reservation, places, max_output, bounds, only: None })
    }

    /// Why nobody answers, of a group that nobody serves.
    fn nobody(&self, set: &DeploymentSet) -> ApiError {
        let asked = self.asked.to_owned();
        // A key learns nothing of groups that it may not use.
        match set.idle(&asked).filter(|_| self.caller.may_know(set, &asked)) {
            None => CallError::UnknownGroup { asked }.into(),
            Some(Idle::Blocked) => ApiError::ModelBlocked(asked),
            Some(Idle::Unusable) => ApiError::ModelUnusable(asked),
        }
    }

    fn bounds(&self) -> Bounds {
        let bounds = self.view.bounds();
        Bounds { output: bounds.output.or(self.longest), ..bounds }
    }

    /// Reserves the worst case, where a strict budget needs the bounds of it; returns the bound on each
    /// answer that this takes for granted.
    async fn reserve(
        &self,
        known: &KnownKey,
        bounds: Option<&Bounds>,
        ceiling: impl FnOnce() -> Result<Ceiling, Unpriced>,
    ) -> Result<(Reservation, Option<Tokens>), Refused> {
        let Some(bounds) = bounds else {
            return Ok((self.hold(known, Usd::ZERO).await?, None));
        };
        let group = || self.asked.to_owned();
        let ceiling = ceiling().map_err(|why| Refused::Unpriced {
            group: group(),
            why,
            ways: Box::new(Ways::of(self.app, self.asked, None)),
        })?;
        let mut plan = Plan::new(ceiling, bounds, self.app.max_completion_tokens);
        let mut refused = match self.hold(known, plan.worst()).await {
            Ok(held) => return Ok((held, plan.added(plan.widest))),
            Err(refused @ Refused::Budget(..)) => refused,
            Err(refused) => return Err(refused),
        };
        // The bytes are a high bound: counting takes longer, and may show that it fits.
        if let Some(room) = refused.room()
            && let Some(prompt) = self.counted(&plan, room).await
        {
            plan.prompt = plan.prompt.min(prompt);
            for bound in plan.narrower() {
                match self.hold(known, plan.amount(bound)).await {
                    Ok(held) => return Ok((held, plan.added(bound))),
                    Err(fuller @ Refused::Budget(..)) => refused = fuller,
                    Err(away) => return Err(away),
                }
            }
        }
        self.clamped(known, &plan, refused).await
    }

    /// Bounds the answer to what is left, where the operator allows that; else says what would fit.
    async fn clamped(
        &self,
        known: &KnownKey,
        plan: &Plan<'_>,
        mut refused: Refused,
    ) -> Result<(Reservation, Option<Tokens>), Refused> {
        // Each refusal is of another budget, or of what another request took in the meantime.
        for _ in 0..CLAMPED {
            let fits = refused.room().and_then(|room| plan.fitting(room));
            let Some(bound) = fits.filter(|_| self.app.clamp) else { break };
            match self.hold(known, plan.amount(bound)).await {
                Ok(held) => return Ok((held, Some(bound))),
                Err(fuller @ Refused::Budget(..)) => refused = fuller,
                Err(away) => return Err(away),
            }
        }
        let room = refused.room();
        if let Refused::Budget(_, ways) = &mut refused {
            let fits = room.and_then(|room| plan.fitting(room));
            **ways = Ways::of(self.app, self.asked, Some(plan)).with_fit(fits);
        }
        Err(refused)
    }

    async fn hold(&self, known: &KnownKey, amount: Usd) -> Result<Reservation, Refused> {
        let budgets = self.app.books.budgets();
        budgets.reserve(&known.accounts, amount, self.now.as_microsecond()).await.map_err(|error| {
            match error {
                ReserveError::Exceeded(exceeded) => {
                    Refused::Budget(Box::new(exceeded), Box::default())
                }
                away @ ReserveError::Away { .. } => Refused::Away(away),
            }
        })
    }

    /// The most that the prompt can be by its counted text, off the worker: it takes milliseconds.
    /// `None` where that shows no room. What cannot fit is not counted, and counting stops as soon as
    /// it does not.
    async fn counted(&self, plan: &Plan<'_>, room: Usd) -> Option<Tokens> {
        let (ceiling, bounds, shortest) = (plan.ceiling.clone(), *plan.bounds, plan.shortest());
        let (by_bytes, longest) = (plan.prompt, ceiling.longest);
        let fits = move |prompt: Tokens| {
            prompt < by_bytes && ceiling.of(prompt, bounds.outputs_of(shortest)) <= room
        };
        if !fits(bounds.prompt.with_least_text(longest)) {
            return None;
        }
        let body = self.body.clone();
        let counted = tokio::task::spawn_blocking(move || {
            let view = RequestView::parse(&body).ok()?;
            let prompt = |counted| bounds.prompt.with_text(counted, longest);
            router_client::read_tokens(&view, |counted| fits(prompt(counted))).map(prompt)
        });
        counted.await.ok().flatten()
    }
}

/// The owner of a limit or a budget, for the client: its own key is not named by its hash.
fn owner(id: &str) -> &'static str {
    match BudgetName::parse(id).map(|name| name.kind) {
        Some("team") => "this key's team",
        Some("user") => "this key's user",
        _ => "this key",
    }
}

/// A budget, and whose it is: which window, where there are several.
fn budget_of(id: &str) -> String {
    let window = BudgetName::parse(id).and_then(|name| name.window);
    let window = window.map(|length| format!("{length} ")).unwrap_or_default();
    format!("{window}budget of {}", owner(id))
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
fn exceeded(exceeded: &Exceeded) -> String {
    let Exceeded { budget, max, spent, held, reserved, needed, resets_at } = exceeded;
    let resets = resets_at
        .and_then(|at| Timestamp::from_microsecond(at).ok())
        .map_or_else(|| "it does not reset".to_owned(), |at| format!("it resets at {at}"));
    let budget = budget_of(budget);
    let taken = *spent + *held + *reserved + *needed;
    let held = match *held {
        Usd::ZERO => String::new(),
        held => format!(
            ", ${held} are held for requests whose cost is not fully known (`GET \
             /fareway/v1/requests?held=true`)"
        ),
    };
    // Under a soft budget nothing is reserved.
    if *needed == Usd::ZERO {
        return format!("the {budget} is used up: ${spent} of ${max} are spent{held}; {resets}");
    }
    let elsewhere = if taken <= *max {
        ", while other gateways hold the rest for their requests: try again in a few seconds"
    } else {
        ""
    };
    format!(
        "the {budget} is too small for this request: ${spent} of ${max} are spent{held}, \
         ${reserved} are reserved for requests in flight, and this one can cost up to ${needed}, \
         which is reserved before it is sent{elsewhere}; {resets}"
    )
}
