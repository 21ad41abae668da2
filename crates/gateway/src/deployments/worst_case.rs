//! Worst-case cost of each model group, computed once a day and whenever deployments or prices
//! change.

use std::sync::{Arc, Mutex, PoisonError};

use cost_model::{Candidates, Ceiling, CeilingQuery, Kind, PriceBook, Unpriced, day_of};
use foldhash::HashMap;
use jiff::Timestamp;
use llm_types::{Bounds, Dialect, Tokens, Usd};

use super::{
    DeploymentSet, Member,
    proposal::{Effect, Proposal},
};

/// Ceilings by model group.
#[derive(Debug, Default)]
pub(crate) struct WorstCases(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The day (since 1970), the set of deployments, and which of them have widened pools.
    of: (i64, u64, u64),
    /// The prices: others make other ceilings.
    book: Option<Arc<PriceBook>>,
    /// The worst case, or why nothing bounds it.
    ceilings: HashMap<String, Result<Ceiling, Unpriced>>,
}

impl WorstCases {
    /// The most that a request to a group can cost, whichever of its deployments takes it.
    pub(crate) fn of(
        &self,
        group: &str,
        deployments: &DeploymentSet,
        book: Arc<PriceBook>,
        now: Timestamp,
    ) -> Result<Ceiling, Unpriced> {
        // By the day, as prices begin and end at midnight in UTC.
        let of = (now.as_second().div_euclid(86_400), deployments.number, deployments.widened());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Compared by pointer: a reloaded table is another book even where its version is the same.
        let same_book = known.book.as_ref().is_some_and(|known| Arc::ptr_eq(known, &book));
        if known.of != of || !same_book {
            let book = Some(Arc::clone(&book));
            *known = Known { of, book, ceilings: HashMap::default() };
        }
        if let Some(ceiling) = known.ceilings.get(group) {
            return ceiling.clone();
        }
        // Under the lock: other requests of the group would compute the same meanwhile.
        let all = highest(deployments.of_group(group), &book, now);
        known.ceilings.insert(group.to_owned(), all.clone());
        all
    }
}

/// The most that a request can cost, whichever of these deployments takes it.
pub(crate) fn highest<'a>(
    members: impl Iterator<Item = &'a Arc<Member>>,
    book: &PriceBook,
    now: Timestamp,
) -> Result<Ceiling, Unpriced> {
    let ceilings = members.map(|member| ceiling(member, book, now));
    ceilings.reduce(|one, other| Ok(one?.or(&other?))).unwrap_or(Err(Unpriced::NoServedModel))
}

/// The most that a request to one deployment can cost.
pub(crate) fn ceiling(
    member: &Member,
    book: &PriceBook,
    now: Timestamp,
) -> Result<Ceiling, Unpriced> {
    let candidates = member.candidates(book);
    book.ceiling(&member.query(candidates.as_candidates(), now))
}

/// The cost that a request can reach, from its bounds and the rates of its group.
pub(crate) struct Plan<'a> {
    pub(crate) ceiling: Ceiling,
    pub(crate) bounds: &'a Bounds,
    /// The most that the prompt can be, in tokens.
    pub(crate) prompt: Tokens,
    /// The bound on each answer: the client's own, or the widest that is set to it.
    pub(crate) widest: Tokens,
}

/// The shortest bound that is set to an answer, in tokens, unless the operator says less.
const SHORT: u64 = 1_024;

/// An answer of fewer tokens is of no use: a budget with less room refuses the request.
const LEAST_ANSWER: u64 = 16;

// === impl Plan ===

impl<'a> Plan<'a> {
    /// `widest`: the bound that is set to an answer where the request names none.
    pub(crate) fn new(ceiling: Ceiling, bounds: &'a Bounds, widest: Tokens) -> Self {
        let ceiling = if bounds.speech { ceiling.of_speech() } else { ceiling };
        let prompt = bounds.prompt.bound(ceiling.longest).upper;
        // A bound beyond what the model can give would be refused.
        let widest = ceiling.longest_answer.map_or(widest, |longest| widest.min(longest));
        Self { ceiling, bounds, prompt, widest: bounds.output.unwrap_or(widest) }
    }

    /// The amount to reserve where no tokens are counted and no answer is shortened.
    pub(crate) fn worst(&self) -> Usd {
        self.amount(self.widest)
    }

    /// The most that it costs if each answer has at most `answer` tokens.
    pub(crate) fn amount(&self, answer: Tokens) -> Usd {
        self.ceiling.of(self.prompt, self.bounds.outputs_of(answer))
    }

    /// The effect of a proposal on the request.
    pub(crate) fn effect(&self, proposal: Proposal) -> Option<Effect> {
        proposal.effect(self.prompt, self.bounds.outputs_of(self.widest))
    }

    /// The bound to add to the request, where it names none.
    pub(crate) fn added(&self, bound: Tokens) -> Option<Tokens> {
        self.bounds.output.is_none().then_some(bound)
    }

    /// The bounds to try, the widest first. Where the request names none, a short answer is better than
    /// none: at the highest prices of a router's pool a bound for long ones is a dollar.
    pub(crate) fn narrower(&self) -> Vec<Tokens> {
        // Not below `SHORT`, unless the operator's own bound is.
        let short = |part: u64| Tokens((self.widest.0 / part).max(SHORT.min(self.widest.0)));
        let mut all = vec![self.widest];
        if self.bounds.output.is_none() {
            all.extend([short(4), short(16)]);
            all.dedup();
        }
        all
    }

    /// The shortest answer that can be of use.
    pub(crate) fn shortest(&self) -> Tokens {
        Tokens(LEAST_ANSWER.min(self.widest.0))
    }

    /// The longest answers, in tokens each, that cost no more than `room` with the prompt.
    pub(crate) fn fitting(&self, room: Usd) -> Option<Tokens> {
        let (mut fits, mut above) = (self.shortest().0, self.widest.0.saturating_add(1));
        if self.amount(Tokens(fits)) > room {
            return None;
        }
        // By bisection: rates rise in steps, so no formula gives the length from the cost.
        while above - fits > 1 {
            let middle = fits + (above - fits) / 2;
            if self.amount(Tokens(middle)) <= room { fits = middle } else { above = middle }
        }
        Some(Tokens(fits))
    }
}

/// The models that may answer the requests to a deployment.
#[derive(Clone, Debug)]
pub(crate) enum WhoAnswers {
    /// Whichever model its router picks.
    Pool,
    /// One of these: the model of its name, or those that its router is restricted to.
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

// === impl Member ===

impl Member {
    pub(crate) fn candidates(&self, book: &PriceBook) -> WhoAnswers {
        let deployment = &self.deployment;
        if deployment.router {
            match &self.subset {
                Some(pool) if !self.is_widened() => WhoAnswers::Named(pool.resolve(book)),
                _ => WhoAnswers::Pool,
            }
        } else if let Some(base) = &deployment.base_model {
            WhoAnswers::Named(vec![base.clone()])
        // A model string of another provider names the model. An Azure deployment can have any
        // name.
        } else if deployment.sku.is_external() || book.find(&deployment.upstream_model).is_ok() {
            WhoAnswers::Named(vec![deployment.upstream_model.clone()])
        } else {
            WhoAnswers::Any
        }
    }

    /// The API that it answers: embeddings, where the model of its name has vectors.
    pub(crate) fn dialect(&self, book: &PriceBook) -> Dialect {
        let embeds =
            |name: &String| book.find(name).is_ok_and(|found| found.model.kind == Kind::Embedding);
        match self.candidates(book) {
            WhoAnswers::Named(names) if names.iter().any(embeds) => Dialect::Embeddings,
            _ => Dialect::Chat,
        }
    }

    /// The query for the worst case of these candidates.
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
