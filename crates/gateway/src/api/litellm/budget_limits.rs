//! `budget_limits`: several budget windows that apply at once, in `LiteLLM`'s shape.

use gateway_api::{
    Dollars, Field, Length, Required,
    litellm::grant::{BUDGET_LIMITS, BudgetLimitTerms, BudgetLimitsField},
};
use jiff::Timestamp;
use ledger::{BudgetWindow, Standing};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    fields::{length, wrong},
    shapes::time,
};
use crate::http::ApiError;

/// The state of one of several windows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BudgetLimit {
    budget_duration: String,
    max_budget: Dollars,
    /// When the window ends.
    reset_at: Option<Timestamp>,
    spend: Dollars,
    held: Dollars,
    reserved: Dollars,
    left: Dollars,
}

/// The most windows that one key, team or user can have: a request is reserved in each of them.
const MOST: usize = 10;

/// Changes the windows, if they are there.
pub(super) fn change(
    field: BudgetLimitsField,
    windows: &mut Vec<BudgetWindow>,
) -> Result<(), ApiError> {
    match field {
        Field::Absent => {}
        Field::Null => windows.clear(),
        Field::Value(given) => {
            let read: Vec<_> = given.into_iter().map(window).collect::<Result<_, _>>()?;
            let twice = |nth: usize| read[..nth].iter().any(|w| w.duration == read[nth].duration);
            let refuse = |found: &str| wrong("budget_limits", BUDGET_LIMITS, found);
            if read.len() > MOST {
                return Err(refuse(&format!("{} of them", read.len())));
            }
            if let Some(nth) = (0..read.len()).find(|nth| twice(*nth)) {
                return Err(refuse(&format!("{} twice", read[nth].duration.as_str())));
            }
            *windows = read;
        }
    }
    Ok(())
}

fn window(terms: BudgetLimitTerms) -> Result<BudgetWindow, ApiError> {
    let BudgetLimitTerms { budget_duration: Required(Length(text)), max_budget, .. } = terms;
    Ok(BudgetWindow { duration: length("budget_duration", &text)?, max: max_budget.0.into() })
}

// === impl BudgetLimit ===

impl BudgetLimit {
    pub(super) fn new(window: &BudgetWindow, standing: &Standing) -> Self {
        Self {
            budget_duration: window.duration.as_str().to_owned(),
            max_budget: Dollars(window.max),
            reset_at: standing.resets_at.and_then(time),
            spend: Dollars(standing.spent),
            held: Dollars(standing.held),
            reserved: Dollars(standing.reserved),
            left: Dollars(standing.left_of(window.max)),
        }
    }
}
