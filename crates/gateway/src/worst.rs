//! The worst case of each model group, computed once a day.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use cost_model::{Candidates, Ceiling, CeilingQuery, PriceBook, Unpriced, day_of};
use jiff::Timestamp;

use crate::config::Configured;

/// Ceilings by model group.
#[derive(Debug, Default)]
pub(crate) struct WorstCases(Mutex<HashMap<String, OfDay>>);

/// The worst case of one day (since 1970), or why nothing bounds it.
type OfDay = (i64, Result<Ceiling, Unpriced>);

impl WorstCases {
    /// The most that a request to a group can cost, whichever of its deployments takes it.
    pub(crate) fn of(
        &self,
        group: &str,
        deployments: &[Configured],
        book: &PriceBook,
        now: Timestamp,
    ) -> Result<Ceiling, Unpriced> {
        let day = now.as_second().div_euclid(86_400);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, ceiling)) = known.get(group)
            && *of == day
        {
            return ceiling.clone();
        }
        let members = deployments.iter().filter(|member| member.group == group);
        let ceilings = members.map(|member| ceiling(member, book, now));
        let dearest = |one: Ceiling, other: Ceiling| Ok(one.or(&other));
        let all = ceilings.reduce(|one, other| dearest(one?, other?));
        let all = all.unwrap_or(Err(Unpriced::NoServedModel));
        known.insert(group.to_owned(), (day, all.clone()));
        all
    }
}

fn ceiling(member: &Configured, book: &PriceBook, now: Timestamp) -> Result<Ceiling, Unpriced> {
    let deployment = &member.deployment;
    let named = [deployment.upstream_model.clone()];
    let candidates = if deployment.router {
        Candidates::Pool
    } else if book.find(&named[0]).is_ok() {
        Candidates::Models(&named)
    } else {
        // A name of the operator's own: it may be any model.
        Candidates::Any
    };
    book.ceiling(&CeilingQuery {
        sku: &deployment.sku,
        day: day_of(now),
        routed: deployment.router,
        candidates,
        fixed: deployment.fixed_price.as_ref(),
    })
}
