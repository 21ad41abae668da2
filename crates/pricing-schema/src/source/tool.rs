//! The price of a tool that Azure runs, as it is written.

use super::{Evidence, Text, required};
use crate::money::Money;
use pricing_data::{Confidence, Day, ToolUnit};
use serde::Deserialize;

/// The price of a tool that Azure runs beside the model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolEntry {
    /// Its name, such as `code_interpreter`.
    pub tool: String,
    /// What `price` is for.
    pub unit: Text<ToolUnit>,
    /// US dollars per unit.
    pub price: Money,
    /// First day it applies; `null` where that is not known.
    #[serde(deserialize_with = "required")]
    pub from: Option<Text<Day>>,
    /// First day it no longer applies; `null` while it stands.
    #[serde(deserialize_with = "required")]
    pub until: Option<Text<Day>>,
    /// How sure it is.
    pub confidence: Option<Text<Confidence>>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Where it was read.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}
