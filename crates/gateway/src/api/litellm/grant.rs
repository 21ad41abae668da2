//! Fields that keys, teams and users have in common: limits and a budget.

use gateway_api::{BudgetMode, Field, litellm::grant::GrantTerms};
use ledger::{BudgetTerms, BudgetWindow, Limits};

use super::{budget_limits, fields::duration};
use crate::http::ApiError;

/// Changes limits and budget by the fields that are there.
pub(super) fn change(
    terms: GrantTerms,
    limits: &mut Limits,
    budget: &mut BudgetTerms,
    windows: &mut Vec<BudgetWindow>,
) -> Result<(), ApiError> {
    terms.rpm_limit.set(&mut limits.rpm);
    terms.tpm_limit.set(&mut limits.tpm);
    terms.max_parallel_requests.set(&mut limits.parallel);
    terms.max_budget.set(&mut budget.max);
    duration("budget_duration", terms.budget_duration)?.set(&mut budget.duration);
    budget_limits::change(terms.budget_limits, windows)?;
    match terms.budget_mode {
        Field::Absent => {}
        Field::Null => budget.soft = false,
        Field::Value(mode) => budget.soft = mode == BudgetMode::Soft,
    }
    Ok(())
}
