//! Refusals of admission: a limit, a budget, or a cost without a bound, with their texts.

use jiff::Timestamp;
use ledger::{BudgetName, Exceeded, ReserveError};
use llm_types::Usd;

use super::BudgetAdvice;
use crate::limits::OverLimit;

/// Why a request is not admitted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// A limit is reached.
    #[error("{} has reached its limit of {} {}{}", owner(&.0.whose), .0.limit, .0.what, later(.0))]
    Limit(OverLimit),
    /// A budget has no room for it.
    #[error("{}{}", exceeded(.0), .1)]
    Budget(Box<Exceeded>, Box<BudgetAdvice>),
    /// Nothing bounds what it can cost.
    #[error(
        "the cost of a request to `{group}` cannot be bounded, because {why}; a key with a strict \
         budget cannot use it{advice}"
    )]
    Unpriced {
        group: String,
        #[source]
        why: cost_model::Unpriced,
        advice: Box<BudgetAdvice>,
    },
    /// The database is unreachable, and what is leased is too small.
    #[error(
        "the database is unreachable and the locally leased budget is too small for this request; \
         try again later"
    )]
    Away(#[source] ReserveError),
}

// === impl Refused ===

impl Refused {
    /// The rest of the exceeded budget.
    pub(crate) fn room(&self) -> Option<Usd> {
        let Self::Budget(exceeded, _) = self else { return None };
        let taken = (exceeded.spent + exceeded.held + exceeded.reserved).picos();
        let left = exceeded.max.picos().saturating_sub(taken);
        (left > 0).then(|| Usd::from_picos(left))
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

/// A budget, and whose it is: which window, if there are several.
fn budget_of(id: &str) -> String {
    let window = BudgetName::parse(id).and_then(|name| name.window);
    let window = window.map(|length| format!("{length} ")).unwrap_or_default();
    format!("{window}budget of {}", owner(id))
}

/// When to try again, if ever.
fn later(over: &OverLimit) -> String {
    match over.wait {
        _ if over.limit == 0 => String::new(),
        Some(wait) => format!("; try again in {wait} s"),
        None => "; try again when one has ended".to_owned(),
    }
}

/// The budget's maximum, what is used of it, and when it resets.
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
    // By the figures here it would fit, so other gateways have leased the rest.
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
