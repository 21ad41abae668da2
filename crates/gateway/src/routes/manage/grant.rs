//! What keys, teams and users have in common: models, limits, a budget, metadata.

use ledger::{BudgetTerms, Limits};

use super::fields::{Fields, Given, wrong};
use crate::error::ApiError;

/// Takes the fields of limits and budget.
pub(super) fn change(
    fields: &mut Fields,
    limits: &mut Limits,
    budget: &mut BudgetTerms,
) -> Result<(), ApiError> {
    fields.number("rpm_limit")?.set(&mut limits.rpm);
    fields.number("tpm_limit")?.set(&mut limits.tpm);
    fields.number("max_parallel_requests")?.set(&mut limits.parallel);
    fields.dollars("max_budget")?.set(&mut budget.max);
    fields.duration("budget_duration")?.set(&mut budget.duration);
    match fields.text("budget_mode")? {
        Given::Absent => {}
        Given::Null => budget.soft = false,
        Given::Value(mode) => {
            budget.soft = match mode.as_str() {
                "strict" => false,
                "soft" => true,
                _ => return Err(wrong("budget_mode", "`strict` or `soft`", &mode)),
            };
        }
    }
    Ok(())
}
