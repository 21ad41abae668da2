//! Admission of requests: the model group, the limits, and a reservation of the worst case in every
//! budget that applies.

use std::sync::Arc;

use bytes::Bytes;
use cost_model::{Ceiling, Unpriced};
use jiff::Timestamp;
use ledger::{Reservation, ReserveError, Who};
use llm_types::{BoundName, Bounds, RequestView, Tokens, Usd};
use router_client::CallError;

use super::budget_advice::advice;
use crate::{
    accounting::KnownKey,
    app::App,
    auth::Caller,
    deployments::{DeploymentSet, Idle, Member, Plan},
    http::{ApiError, Refused},
    limits::Places,
};

/// An admitted request.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// The caller, as recorded in the ledger.
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

/// The parts of a request that admission depends on.
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

/// How often a bound that fits the remaining budget is tried.
const CLAMPED: usize = 4;

// === impl Request ===

impl Request<'_> {
    /// `places` are those that its caller has taken.
    pub(crate) async fn admit(&self, places: Places) -> Result<Admitted, ApiError> {
        let set = self.app.set();
        // A key must not find out which groups exist besides its own.
        if !self.caller.may_ask(&set, self.asked) {
            return Err(nobody(self.caller, &set, self.asked));
        }
        let only = self.answering(&set)?;
        let ceiling = || self.app.worst_case_of(self.asked, only.as_deref(), self.now);
        let admitted = self.admit_within(places, ceiling).await?;
        Ok(Admitted { only, ..admitted })
    }

    /// The ids of the group's deployments that can get the request, where some cannot; `None`: all.
    fn answering(&self, set: &DeploymentSet) -> Result<Option<Vec<Arc<str>>>, ApiError> {
        let (dialect, asked) = (self.view.dialect(), self.asked);
        let is_routed = |member: &Member| dialect.is_routed() || !member.deployment.router;
        let answers =
            |member: &Member| is_routed(member) && member.deployment.has_api(dialect, self.now);
        if set.of_group(asked).all(|member| answers(member)) {
            return Ok(self.caller.only(set, asked));
        }
        let mut members: Vec<_> = set.of_group(asked).collect();
        members.retain(|member| self.caller.may_use(member));
        if !members.iter().any(|member| is_routed(member)) {
            return Err(CallError::OnlyRouters { asked: asked.to_owned(), dialect }.into());
        }
        members.retain(|member| answers(member));
        if members.is_empty() {
            return Err(ApiError::NoApi { asked: asked.to_owned(), dialect });
        }
        let ids = members.into_iter().map(|member| Arc::clone(&member.deployment.id));
        Ok(Some(ids.collect()))
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
            advice: Box::new(advice(self.app, self.asked, None)),
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
        if let Refused::Budget(_, text) = &mut refused {
            let fits = room.and_then(|room| plan.fitting(room));
            let bound = self.view.dialect().bound().map_or("", BoundName::key);
            **text = advice(self.app, self.asked, Some(plan)).with_fit(fits, bound);
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
        let (dialect, body) = (self.view.dialect(), self.body.clone());
        let counted = tokio::task::spawn_blocking(move || {
            let view = RequestView::parse(dialect, &body).ok()?;
            let prompt = |counted| bounds.prompt.with_text(counted, longest);
            router_client::read_tokens(&view, |counted| fits(prompt(counted))).map(prompt)
        });
        counted.await.ok().flatten()
    }
}

/// Why nobody answers, of a group that nobody serves.
pub(super) fn nobody(caller: &Caller, set: &DeploymentSet, asked: &str) -> ApiError {
    let asked = asked.to_owned();
    // A key learns nothing of groups that it may not use.
    match set.idle(&asked).filter(|_| caller.may_know(set, &asked)) {
        None => CallError::UnknownGroup { asked }.into(),
        Some(Idle::Blocked) => ApiError::ModelBlocked(asked),
        Some(Idle::Unusable) => ApiError::ModelUnusable(asked),
    }
}
