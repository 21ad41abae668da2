//! Request fields that keys, teams and users have in common: models, limits and a budget.
#![expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, Ref, RefOr, Schema},
};

use crate::{
    BudgetMode, CountField, DollarsField, DollarsGiven, Field, FieldError, FieldValue, Length,
    LengthField, Others, Request, Required, field::json, read,
};

/// Limits and a budget.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct GrantTerms {
    /// Requests per minute.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub rpm_limit: CountField,
    /// Tokens per minute.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub tpm_limit: CountField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub max_parallel_requests: CountField,
    /// The maximum spend per `budget_duration`, in dollars.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub max_budget: DollarsField,
    /// The length of budget windows, which end at calendar boundaries: `1d` at midnight, `7d` on
    /// Monday, `30d` and `1mo` on the 1st. Without it the budget never resets.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub budget_duration: LengthField,
    /// Further windows; at most 10, of different lengths.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub budget_limits: BudgetLimitsField,
    /// Defaults to `strict`.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub budget_mode: BudgetModeField,
}

/// One of several windows of a budget, which apply at the same time.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct BudgetLimitTerms {
    /// The length of the window; lengths must differ.
    pub budget_duration: RequiredLength,
    /// The maximum spend per window, in dollars.
    pub max_budget: RequiredDollars,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// The names of models in the terms of a key, team or user: model groups, access groups, patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ModelNames(pub Vec<String>);

/// Windows of a budget.
pub type BudgetLimitsField = Field<Vec<BudgetLimitTerms>>;
/// How strict a budget is.
pub type BudgetModeField = Field<BudgetMode>;
/// Names of models.
pub type ModelNamesField = Field<ModelNames>;
/// A length of time that must be there.
pub type RequiredLength = Required<Length>;
/// An amount that must be there.
pub type RequiredDollars = Required<DollarsGiven>;

/// A description of windows, for errors.
pub const BUDGET_LIMITS: &str = "a list of objects with `budget_duration` and `max_budget`, at most 10, each of \
    another duration";
/// What an answer shows of a window, and has no effect when it is sent back.
const SHOWN: [&str; 5] = ["reset_at", "spend", "held", "reserved", "left"];
/// The fields of a window.
const KNOWN: [&str; 2] = ["budget_duration", "max_budget"];
const MODELS: &str = "a list of model groups, of access groups, of patterns that include such as \
    `openai/*`, or one of `*`, `all-proxy-models`, `all-team-models` and `no-default-models`; what is not \
    listed is excluded";
/// The longest name of a model, in bytes.
const LONGEST: usize = 1024;

impl Request for BudgetLimitTerms {
    fn others(&mut self) -> &mut Others {
        self.others.leave_out(&SHOWN);
        &mut self.others
    }
}

impl FieldValue for Vec<BudgetLimitTerms> {
    const NAME: &'static str = "BudgetLimits";

    fn read(name: &str, list: &str) -> Result<Option<Self>, FieldError> {
        let windows: Vec<BTreeMap<String, Box<RawValue>>> = json(name, list, BUDGET_LIMITS)?;
        let window = |fields: BTreeMap<_, _>| match read::<BudgetLimitTerms>(fields.clone()) {
            Ok((window, _)) => Ok(window),
            Err(FieldError::Missing(field)) => {
                // An unknown field may be the missing one, misspelt.
                Others::beside(fields, &[&KNOWN[..], &SHOWN[..]].concat())?;
                Err(FieldError::Wrong(format!(
                    "expected `{field}` in each of `budget_limits`, found none"
                )))
            }
            Err(error) => Err(error),
        };
        windows.into_iter().map(window).collect::<Result<_, _>>().map(Some)
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name("BudgetLimitTerms")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<BudgetLimitTerms>(schemas);
    }
}

impl FieldValue for BudgetMode {
    const NAME: &'static str = "BudgetMode";

    fn read(name: &str, text: &str) -> Result<Option<Self>, FieldError> {
        Ok(match <String as FieldValue>::read(name, text)?.as_deref() {
            None => None,
            Some("strict") => Some(Self::Strict),
            Some("soft") => Some(Self::Soft),
            Some(odd) => return Err(FieldError::wrong(name, "`strict` or `soft`", odd)),
        })
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("BudgetMode").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<Self>(schemas);
    }
}

impl FieldValue for ModelNames {
    const NAME: &'static str = "ModelNames";

    /// A name or a pattern need not match a deployment yet.
    fn read(name: &str, list: &str) -> Result<Option<Self>, FieldError> {
        let names: Vec<String> = json(name, list, "a list of texts")?;
        let is_odd = |name: &&String| {
            name.trim().is_empty()
                || name.starts_with('!')
                || name.contains('\0')
                || name.len() > LONGEST
        };
        match names.iter().find(is_odd) {
            Some(odd) => Err(FieldError::wrong(name, MODELS, odd)),
            None => Ok(Some(Self(names))),
        }
    }

    fn schema() -> RefOr<Schema> {
        <Vec<String> as FieldValue>::schema()
    }
}

impl From<ModelNames> for Vec<String> {
    fn from(ModelNames(names): ModelNames) -> Self {
        names
    }
}
