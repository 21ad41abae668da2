//! The worst case of each model group, computed once a day and whenever deployments change.

use std::sync::{Mutex, PoisonError};

use cost_model::{Candidates, Ceiling, CeilingQuery, PriceBook, Unpriced, day_of};
use foldhash::HashMap;
use jiff::Timestamp;

use crate::{config::Configured, deployments::DeploymentSet};

/// Ceilings by model group.
#[derive(Debug, Default)]
pub(crate) struct WorstCases(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The day (since 1970) and the set of deployments for which they hold.
    of: (i64, u64),
    /// The worst case, or why nothing bounds it.
    ceilings: HashMap<String, Result<Ceiling, Unpriced>>,
}

impl WorstCases {
    /// The most that a request to a group can cost, whichever of its deployments takes it.
    pub(crate) fn of(
        &self,
        group: &str,
        deployments: &DeploymentSet,
        book: &PriceBook,
        now: Timestamp,
    ) -> Result<Ceiling, Unpriced> {
        let of = (now.as_second().div_euclid(86_400), deployments.number);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.of != of {
            *known = Known { of, ceilings: HashMap::default() };
        }
        if let Some(ceiling) = known.ceilings.get(group) {
            return ceiling.clone();
        }
        let ceilings = deployments.of_group(group).map(|member| ceiling(member, book, now));
        let dearest = |one: Ceiling, other: Ceiling| Ok(one.or(&other));
        let all = ceilings.reduce(|one, other| dearest(one?, other?));
        let all = all.unwrap_or(Err(Unpriced::NoServedModel));
        known.ceilings.insert(group.to_owned(), all.clone());
        all
    }
}

/// The most that a request to one deployment can cost.
pub(crate) fn ceiling(
    member: &Configured,
    book: &PriceBook,
    now: Timestamp,
) -> Result<Ceiling, Unpriced> {
    let candidates = member.candidates(book);
    book.ceiling(&member.query(candidates.as_candidates(), now))
}

/// Who may answer the requests to a deployment.
#[derive(Clone, Debug)]
pub(crate) enum WhoAnswers {
    /// Whichever model its router picks.
    Pool,
    /// One of these: the model of its name, or those that its router is told to choose from.
    Named(Vec<String>),
    /// Its name is the operator's own: it may be any model.
    Any,
}

// === impl WhoAnswers ===

impl WhoAnswers {
    pub(crate) fn as_candidates(&self) -> Candidates<'_> {
        match self {
            Self::Pool => Candidates::Pool,
            Self::Named(name) => Candidates::Models(name),
            Self::Any => Candidates::Any,
        }
    }
}

// === impl Configured ===

impl Configured {
    pub(crate) fn candidates(&self, book: &PriceBook) -> WhoAnswers {
        let deployment = &self.deployment;
        if deployment.router {
            self.subset.clone().map_or(WhoAnswers::Pool, WhoAnswers::Named)
        } else if book.find(&deployment.upstream_model).is_ok() {
            WhoAnswers::Named(vec![deployment.upstream_model.clone()])
        } else {
            WhoAnswers::Any
        }
    }

    /// What its prices are asked for.
    pub(crate) fn query<'a>(
        &'a self,
        candidates: Candidates<'a>,
        now: Timestamp,
    ) -> CeilingQuery<'a> {
        let deployment = &self.deployment;
        CeilingQuery {
            sku: &deployment.sku,
            day: day_of(now),
            routed: deployment.router,
            candidates,
            fixed: deployment.fixed_price.as_ref(),
        }
    }
}
