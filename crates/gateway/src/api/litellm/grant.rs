//! Fields that keys, teams and users have in common: models, limits, a budget and metadata.

use ledger::{BudgetTerms, BudgetWindow, Limits};

use super::{
    budget_limits,
    fields::{Fields, Given, wrong},
};
use crate::http::ApiError;

/// Takes the fields of limits and budget.
pub(super) fn change(
    fields: &mut Fields,
    limits: &mut Limits,
    budget: &mut BudgetTerms,
    windows: &mut Vec<BudgetWindow>,
) -> Result<(), ApiError> {
    fields.number("rpm_limit")?.set(&mut limits.rpm);
    fields.number("tpm_limit")?.set(&mut limits.tpm);
    fields.number("max_parallel_requests")?.set(&mut limits.parallel);
    fields.dollars("max_budget")?.set(&mut budget.max);
    fields.duration("budget_duration")?.set(&mut budget.duration);
    budget_limits::change(fields, windows)?;
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

/// Reads the list of models. A name or pattern need not match a deployment yet.
pub(super) fn models(fields: &mut Fields, models: &mut Vec<String>) -> Result<(), ApiError> {
    let given = fields.texts("models")?;
    if let Given::Value(names) = &given {
        let wrong_one = |name: &&String| {
            name.trim().is_empty()
                || name.starts_with('!')
                || name.contains('\0')
                || name.len() > 1024
        };
        if let Some(name) = names.iter().find(wrong_one) {
            return Err(wrong("models", MODELS, name));
        }
    }
    given.put(models);
    Ok(())
}

const MODELS: &str = "a list of model groups, of access groups, of patterns that include such as \
    `openai/*`, or one of `*`, `all-proxy-models`, `all-team-models` and `no-default-models`; what is not \
    listed is excluded";
