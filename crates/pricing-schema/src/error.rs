//! Errors in a price file: the place, the rule that is broken, and the remedy.

use std::fmt;

/// One thing that is wrong with a price file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SchemaError {
    /// The file.
    pub file: String,
    /// The model, where the error is inside of one.
    pub model: Option<String>,
    /// The path of the field, from the model where there is one, else from the file's top.
    pub field: String,
    /// The rule that it breaks.
    pub rule: Rule,
    /// What was expected and what was found.
    pub problem: String,
}

/// The rules for price files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The file is JSON with the fields of the format, no others, and money in strings of at most
    /// six decimals.
    Shape,
    /// `from` is the first day and `until` the first day no longer; for one selector no two prices
    /// hold on the same day.
    Interval,
    /// Tiers start at 0 and ascend, with the same rates in each, or a note that says why not. Only
    /// the first or the last may have none.
    Tiers,
    /// A data zone has a zone, a regional price its regions, a batch SKU the batch tier, and what
    /// is sold to the US government its cloud.
    Selector,
    /// A chat model has a price for each kind of token, or `null`: there is no such meter.
    Rates,
    /// Each rate cites meters of its own kind and of the price's service tier, and no two rates cite
    /// the same meter.
    Meters,
    /// A cached price is not above the input's, an output not below it, a zone's not far from
    /// Global's, unless the price has a note. Not for overlays.
    Plausible,
    /// Each rate says where it was read, and is no surer than that place.
    Evidence,
    /// Ids, snapshots and aliases, lower-cased, name one thing each, over all files.
    Names,
    /// A review comes after the price begins.
    Review,
    /// A price ends only where another follows, the model is retired, or its note says why.
    Closing,
    /// The router is described once, and its pools hold models of the table.
    Router,
    /// A billing rule has an id of its own, a basis, and families of the table, one rule a family
    /// and day.
    Billing,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if let Some(model) = &self.model {
            write!(f, "model `{model}`: ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}
