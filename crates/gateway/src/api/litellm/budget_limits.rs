//! `budget_limits`: several budget windows that apply at once, in `LiteLLM`'s shape.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ledger::{BudgetWindow, Standing};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    fields::{Fields, Given, wrong},
    shapes::{Dollars, time},
};
use crate::{
    http::ApiError,
    openapi::{DollarsGiven, Length},
};

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

/// One of several windows of a budget, which apply at the same time.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields are taken one by one, see `fields.rs`")]
pub(super) struct BudgetLimitTerms {
    /// The length of the window; lengths must differ.
    budget_duration: Length,
    /// The maximum spend per window, in dollars.
    max_budget: DollarsGiven,
}

/// The most windows that one key, team or user can have: a request is reserved in each of them.
const MOST: usize = 10;
/// What is shown of a window, and has no effect when it is sent back.
const SHOWN: [&str; 5] = ["reset_at", "spend", "held", "reserved", "left"];
const EXPECTED: &str = "a list of objects with `budget_duration` and `max_budget`, at most 10, each of \
    another duration";

/// Takes the windows, if they are there.
pub(super) fn change(fields: &mut Fields, windows: &mut Vec<BudgetWindow>) -> Result<(), ApiError> {
    match fields.take::<Vec<BTreeMap<String, Box<RawValue>>>>("budget_limits", EXPECTED)? {
        Given::Absent => {}
        Given::Null => windows.clear(),
        Given::Value(given) => {
            let read: Vec<_> = given.into_iter().map(window).collect::<Result<_, _>>()?;
            let twice = |nth: usize| read[..nth].iter().any(|w| w.duration == read[nth].duration);
            if read.len() > MOST {
                return Err(wrong("budget_limits", EXPECTED, &format!("{} of them", read.len())));
            }
            if let Some(nth) = (0..read.len()).find(|nth| twice(*nth)) {
                let twice = format!("{} twice", read[nth].duration.as_str());
                return Err(wrong("budget_limits", EXPECTED, &twice));
            }
            *windows = read;
        }
    }
    Ok(())
}

fn window(given: BTreeMap<String, Box<RawValue>>) -> Result<BudgetWindow, ApiError> {
    let mut fields = Fields::of(given);
    fields.leave_out(&SHOWN);
    let missing = |name: &str| {
        ApiError::BadField(format!("expected `{name}` in each of `budget_limits`, found none"))
    };
    let duration = fields.duration("budget_duration")?.value();
    let max = fields.dollars("max_budget")?.value();
    fields.finish()?;
    Ok(BudgetWindow {
        duration: duration.ok_or_else(|| missing("budget_duration"))?,
        max: max.ok_or_else(|| missing("max_budget"))?,
    })
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
