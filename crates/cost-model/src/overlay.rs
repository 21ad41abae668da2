//! An operator's own prices: read from a price file, and found by name.

use std::{cmp::Ordering, fmt};

use pricing_data::{BillingRule, Model, RoutingFee};
use pricing_schema::SchemaError;

/// What an operator's price file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    /// Sorted by lower-case id.
    models: Vec<Model>,
    /// Lower-case ids, snapshots and aliases, sorted, with the model's place in `models`.
    names: Vec<(String, usize)>,
    fees: Vec<RoutingFee>,
    rules: Vec<BillingRule>,
}

/// Why an operator's price file was not taken: everything that is wrong with it, one a line, with
/// the file, the model and the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayError {
    problems: Vec<SchemaError>,
}

// === impl Overlay ===

impl Overlay {
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, OverlayError> {
        let table = pricing_schema::read_overlay(text, file)
            .map_err(|problems| OverlayError { problems })?;
        let mut names: Vec<_> = table
            .models
            .iter()
            .enumerate()
            .flat_map(|(index, model)| spellings(model).map(move |name| (name, index)))
            .collect();
        names.sort_unstable();
        let fees = table.router.map(|router| router.fees.into_owned()).unwrap_or_default();
        Ok(Self { models: table.models, names, fees, rules: table.billing_rules })
    }

    /// The model that has this id, snapshot or alias, ASCII case ignored.
    pub(crate) fn named(&self, name: &str) -> Option<&Model> {
        let at = self.names.binary_search_by(|(known, _)| compare(known, name)).ok()?;
        self.models.get(self.names[at].1)
    }

    /// The model that has this id, ASCII case ignored.
    pub(crate) fn of_id(&self, id: &str) -> Option<&Model> {
        self.named(id).filter(|model| model.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn models(&self) -> &[Model] {
        &self.models
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

fn spellings(model: &Model) -> impl Iterator<Item = String> {
    [&model.id]
        .into_iter()
        .chain(model.snapshots.iter())
        .chain(model.aliases.iter())
        .map(|name| name.to_ascii_lowercase())
}

/// Compares a lower-case name with one of any case, without allocating.
fn compare(known: &str, name: &str) -> Ordering {
    known.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}
