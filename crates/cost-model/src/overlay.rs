//! An operator's own prices: read from a price file, and found by name.

use std::fmt;

use pricing_data::{BillingRule, Model, RoutingFee};
use pricing_schema::SchemaError;

use crate::model_index::Models;

/// The content of an operator's price file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    models: Models,
    fees: Vec<RoutingFee>,
    rules: Vec<BillingRule>,
}

/// Why an operator's price file, or a price table, was not taken: everything that is wrong with it, one a line, with
/// the file, the model and the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayError {
    problems: Vec<SchemaError>,
}

// === impl Overlay ===

impl Overlay {
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, OverlayError> {
        let table = pricing_schema::read_overlay(text, file).map_err(OverlayError::new)?;
        let fees = table.router.map(|router| router.fees.into_owned()).unwrap_or_default();
        Ok(Self { models: Models::new(table.models), fees, rules: table.billing_rules })
    }

    /// The model that has this id, snapshot or alias, ASCII case ignored.
    pub(crate) fn named(&self, name: &str) -> Option<&Model> {
        self.models.named(name)
    }

    /// The model that has this id, ASCII case ignored.
    pub(crate) fn of_id(&self, id: &str) -> Option<&Model> {
        // A text that is an alias of another model is not its id.
        self.named(id).filter(|model| model.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn models(&self) -> &[Model] {
        self.models.all()
    }

    pub(crate) fn rules(&self) -> &[BillingRule] {
        &self.rules
    }

    pub(crate) fn fees(&self) -> &[RoutingFee] {
        &self.fees
    }
}

// === impl OverlayError ===

impl OverlayError {
    pub(crate) fn new(problems: Vec<SchemaError>) -> Self {
        Self { problems }
    }

    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> &[SchemaError] {
        &self.problems
    }
}

impl fmt::Display for OverlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, problem) in self.problems.iter().enumerate() {
            let line_end = if nth == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for OverlayError {}
