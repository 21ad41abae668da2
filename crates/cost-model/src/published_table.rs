//! The published price table: the one that is built in, or another one that was read from a file.

use std::sync::Arc;

use pricing_data::{BillingRule, Day, Model, Pool, Price, RoutingFee};

use crate::{model_index::Models, overlay::OverlayError};

/// The published prices.
#[derive(Clone, Debug, Default)]
pub(crate) enum Published {
    /// Those of `pricing-data`.
    #[default]
    BuiltIn,
    /// Those of a file.
    Read(Arc<Read>),
}

/// A table that was read.
#[derive(Debug)]
pub(crate) struct Read {
    models: Models,
    published: pricing_schema::Published,
}

// === impl Published ===

impl Published {
    /// The table that `text` is; `file` is its name in messages.
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, OverlayError> {
        let mut published =
            pricing_schema::read_published(text, file).map_err(OverlayError::new)?;
        // The models move into the index; the rest of the table is kept without them.
        let models = Models::new(std::mem::take(&mut published.table.models));
        Ok(Self::Read(Arc::new(Read { models, published })))
    }

    /// The model that has this id, snapshot or alias, ASCII case ignored.
    pub(crate) fn find(&self, name: &str) -> Option<&Model> {
        match self {
            Self::BuiltIn => pricing_data::find(name),
            Self::Read(read) => read.models.named(name),
        }
    }

    pub(crate) fn models(&self) -> &[Model] {
        match self {
            Self::BuiltIn => pricing_data::MODELS,
            Self::Read(read) => read.models.all(),
        }
    }

    pub(crate) fn fees(&self) -> &[RoutingFee] {
        match self {
            Self::BuiltIn => &pricing_data::ROUTER.fees,
            Self::Read(read) => &read.published.router.fees,
        }
    }

    pub(crate) fn pools(&self) -> &[Pool] {
        match self {
            Self::BuiltIn => &pricing_data::ROUTER.pools,
            Self::Read(read) => &read.published.router.pools,
        }
    }

    pub(crate) fn rules(&self) -> &[BillingRule] {
        match self {
            Self::BuiltIn => pricing_data::BILLING_RULES,
            Self::Read(read) => &read.published.table.billing_rules,
        }
    }

    pub(crate) fn version(&self) -> &str {
        match self {
            Self::BuiltIn => pricing_data::VERSION,
            Self::Read(read) => &read.published.version,
        }
    }

    pub(crate) fn date(&self) -> Day {
        match self {
            Self::BuiltIn => pricing_data::DATE,
            Self::Read(read) => read.published.date,
        }
    }

    /// The prices of the model that has this id.
    pub(crate) fn prices(&self, id: &str) -> &[Price] {
        self.find(id).map_or(&[][..], |model| &model.prices)
    }
}
