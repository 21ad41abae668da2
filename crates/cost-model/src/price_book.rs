//! The price book: finds the one price that applies to an answer, or says why there is none.
//!
//! Looking up never guesses: no prefix or substring match, no nearest date, no other SKU.

use llm_types::Tokens;
use pricing_data::{BillingRule, Day, Model, Pool, Price, Rates, RoutingFee, ServiceTier, Tier};
use serde::{Deserialize, Serialize};

use crate::{
    name::{bare, undated},
    overlay::{Overlay, OverlayError},
    published_table::Published,
    sku::Sku,
    unpriced::Unpriced,
};

/// Published prices, and the operator's own over them.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    published: Published,
    overlay: Overlay,
    /// Ids of billing rules that the operator's own bills confirm.
    confirmed: Vec<String>,
}

/// A confirmation of a billing rule that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no billing rule is named `{id}`; expected one of `{}`", .known.join("`, `"))]
pub struct UnknownRule {
    /// As it was written.
    pub id: String,
    /// Those that there are.
    pub known: Vec<String>,
}

/// The question that the price book answers.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The model that answered, as the answer spells it.
    pub served: &'a str,
    /// The deployment's SKU.
    pub sku: &'a Sku,
    /// The tier that answered; `None` for one that nobody has a price for.
    pub tier: Option<ServiceTier>,
    /// The day of the request, UTC.
    pub day: Day,
    /// Whether a router chose the model, so that its fee is due.
    pub routed: bool,
    /// A price that the operator set for the deployment whatever it serves.
    pub fixed: Option<&'a FixedPrice>,
}

/// A price that the operator set for one deployment, as `LiteLLM`'s `input_cost_per_token` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedPrice {
    /// Names the price in receipts.
    pub id: String,
    /// What a token costs.
    pub rates: Rates,
}

/// How a served name was found in the price table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The table has the name itself.
    Exact,
    /// The table has the name without blanks or a provider's prefix.
    Normalised,
    /// The table has the name without its date, and the model's prices are used.
    SnapshotSuffixStripped,
    /// The operator set the deployment's price.
    Fixed,
}

/// A model of the table and how it was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The model.
    pub model: &'a Model,
    /// How it was found.
    pub matched: Match,
}

/// The one price that applies.
#[derive(Clone, Copy, Debug)]
pub struct PriceCard<'a> {
    /// The model and how it was found.
    pub found: Found<'a>,
    /// The price.
    pub price: &'a Price,
    /// Its tier for the prompt's length.
    pub tier: &'a Tier,
}

// === impl PriceBook ===

impl PriceBook {
    /// The published prices alone.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The published prices with an operator's own over them: a price file in the format of
    /// `pricing-data/sources`, which need not prove its figures. `file` is its name in messages and
    /// in the costs that it prices.
    ///
    /// A price of the overlay wins over a published one for the same model, SKU, tier and day, and
    /// a routing fee of the overlay over a published one; the others stay in force.
    ///
    /// # Errors
    /// When the file breaks rules of the format; the error lists them all.
    pub fn with_overlay(text: &str, file: &str) -> Result<Self, OverlayError> {
        Ok(Self { overlay: Overlay::read(text, file)?, ..Self::default() })
    }

    /// The same prices of the operator's own over another published table: one file as
    /// `cargo xtask pricing --bundle` writes it, with all models, fees, pools and rules. It takes the
    /// place of the table that is built in. `file` is its name in messages.
    ///
    /// # Errors
    /// When the file breaks rules of the format; the error lists them all.
    pub fn with_table(&self, text: &str, file: &str) -> Result<Self, OverlayError> {
        Ok(Self { published: Published::read(text, file)?, ..self.clone() })
    }

    /// The version of the published table: the day of its content, a `+`, and a hash of it.
    #[must_use]
    pub fn table_version(&self) -> &str {
        self.published.version()
    }

    /// The day on which the published table got its content, UTC.
    #[must_use]
    pub fn table_date(&self) -> Day {
        self.published.date()
    }

    /// The known pools of the router.
    #[must_use]
    pub fn pools(&self) -> &[Pool] {
        self.published.pools()
    }

    /// The first confirmed id that names no billing rule of the table.
    #[must_use]
    pub fn unknown_rule(&self) -> Option<UnknownRule> {
        let known = |id: &String| self.billing_rules().any(|(rule, _)| rule.id == *id);
        let id = self.confirmed.iter().find(|id| !known(id))?.clone();
        let known = self.billing_rules().map(|(rule, _)| rule.id.to_string()).collect();
        Some(UnknownRule { id, known })
    }

    /// The same with billing rules that the operator has compared with bills: their figure is the
    /// cost, and no other reading is kept open.
    ///
    /// # Errors
    /// The first id that names no rule.
    pub fn confirming(mut self, ids: Vec<String>) -> Result<Self, UnknownRule> {
        self.confirmed = ids;
        match self.unknown_rule() {
            Some(unknown) => Err(unknown),
            None => Ok(self),
        }
    }

    /// The billing rules, and whether each is the operator's own; of two that apply the first counts.
    pub fn billing_rules(&self) -> impl Iterator<Item = (&BillingRule, bool)> {
        let own = self.overlay.rules().iter().map(|rule| (rule, true));
        own.chain(self.published.rules().iter().map(|rule| (rule, false)))
    }

    /// Whether the operator has confirmed a billing rule.
    #[must_use]
    pub fn is_confirmed(&self, rule: &str) -> bool {
        self.confirmed.iter().any(|id| id == rule)
    }

    /// The vendor of a model; an overlay that only names prices leaves that as it is published.
    pub(crate) fn vendor(&self, id: &str) -> Option<&str> {
        let [own, published] = [self.overlay.of_id(id), self.published.find(id)];
        let vendors = [own, published].into_iter().flatten().map(|model| &*model.vendor);
        vendors.into_iter().find(|vendor| !vendor.is_empty())
    }

    /// Every model that has a price. One with prices of the operator's own and published ones is
    /// there twice, the operator's first.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.overlay.models().iter().chain(self.published.models())
    }

    /// The model that a served name means.
    ///
    /// # Errors
    /// When the table does not hold it.
    pub fn find(&self, served: &str) -> Result<Found<'_>, Unpriced> {
        if let Some(model) = self.named(served) {
            return Ok(Found { model, matched: Match::Exact });
        }
        let name = bare(served);
        if name.is_empty() {
            return Err(Unpriced::NoServedModel);
        }
        if let Some(model) = self.named(name) {
            return Ok(Found { model, matched: Match::Normalised });
        }
        // Last, as a dated name that is listed has prices of its own.
        undated(name)
            .and_then(|base| self.named(base))
            .filter(|model| self.inherits(model))
            .map(|model| Found { model, matched: Match::SnapshotSuffixStripped })
            .ok_or_else(|| Unpriced::UnknownModel(served.to_owned()))
    }

    /// The one price that applies to a prompt of this length.
    ///
    /// # Errors
    /// When none does; [`Unpriced`] says why.
    pub fn card(&self, query: &Query<'_>, prompt: Tokens) -> Result<PriceCard<'_>, Unpriced> {
        let found = self.find(query.served)?;
        if query.tier == Some(ServiceTier::Fast)
            && let Some(fast) = self.fast(found.model)
        {
            let query = Query { served: fast, tier: Some(ServiceTier::Standard), ..*query };
            return self.card(&query, prompt);
        }
        let model = found.model;
        // Batch deployments answer without a tier, and have a price list of their own.
        let tier = if query.sku.is_batch() { Some(ServiceTier::Batch) } else { query.tier };
        let [own, published] = self.prices(model);
        // The operator's price wins even where a published one is nearer to the region.
        let price = nearest(own, query, tier)
            .or_else(|| nearest(published, query, tier))
            .ok_or_else(|| self.why_none(model, tier, query.sku))?;
        let tier = price
            .tier(prompt.0)
            .ok_or_else(|| Unpriced::NoLength { model: model.id.clone(), tokens: prompt })?;
        Ok(PriceCard { found, price, tier })
    }

    /// The model under whose name the prices of another one's fast mode are published, if they are.
    fn fast(&self, model: &Model) -> Option<&str> {
        let [own, published] = self.prices(model);
        let listed =
            own.iter().chain(published).any(|price| price.service_tier == ServiceTier::Fast);
        let fast = self.named(&format!("{}-fast", model.id)).filter(|_| !listed)?;
        Some(&fast.id)
    }

    /// The routing fee that applies.
    ///
    /// # Errors
    /// When none is known for the SKU and day. That is not the same as free.
    pub fn routing_fee(&self, sku: &Sku, day: Day) -> Result<&RoutingFee, Unpriced> {
        // The operator's come first, so that the first that applies is the one.
        self.fees()
            .find(|fee| {
                fee.deployment.is_none_or(|deployment| deployment == sku.deployment)
                    && fee.from <= day
                    && fee.until.is_none_or(|until| day < until)
            })
            .ok_or_else(|| Unpriced::NoFee(sku.to_string()))
    }

    /// The prices that are in force on a day, model by model, and whether each is the operator's own.
    /// Published ones that the operator's own take the place of are left out.
    pub fn in_force(&self, day: Day) -> impl Iterator<Item = (&Model, &Price, bool)> {
        let own = self.overlay.models().iter().map(|model| (model, true));
        let all = own.chain(self.published.models().iter().map(|model| (model, false)));
        let prices =
            all.flat_map(|(model, own)| model.prices.iter().map(move |price| (model, price, own)));
        prices.filter(move |(model, price, own)| {
            price.applies_on(day) && (*own || !self.is_replaced(model, price, day))
        })
    }

    /// Whether the operator has set another price for the same.
    fn is_replaced(&self, model: &Model, price: &Price, day: Day) -> bool {
        let own = self.overlay.of_id(&model.id).map_or(&[][..], |own| &own.prices);
        own.iter().any(|own| {
            own.applies_on(day)
                && own.deployment == price.deployment
                && own.zone == price.zone
                && own.cloud == price.cloud
                && own.service_tier == price.service_tier
                // Without regions of its own it applies to all of them.
                && (own.regions.is_empty() || own.regions == price.regions)
        })
    }

    /// Every routing fee, past and present: the operator's own, then the published ones.
    pub fn fees(&self) -> impl Iterator<Item = &RoutingFee> {
        self.overlay.fees().iter().chain(self.published.fees())
    }

    /// The routing fees that are in force on a day: the first that fits a SKU is the one.
    pub fn fees_in_force(&self, day: Day) -> impl Iterator<Item = &RoutingFee> {
        self.fees().filter(move |fee| fee.from <= day && fee.until.is_none_or(|until| day < until))
    }

    fn named(&self, name: &str) -> Option<&Model> {
        self.overlay.named(name).or_else(|| self.published.find(name))
    }

    /// Whether a dated id that is not listed takes the model's prices. An overlay that only names
    /// prices leaves that as it is published.
    fn inherits(&self, model: &Model) -> bool {
        let published = || self.published.find(&model.id);
        model.inherit_unlisted_snapshots
            || published().is_some_and(|published| published.inherit_unlisted_snapshots)
    }

    /// The model's prices: the operator's own, and the published ones.
    fn prices<'a>(&'a self, model: &'a Model) -> [&'a [Price]; 2] {
        let own = self.overlay.of_id(&model.id).map_or(&[][..], |own| &own.prices);
        [own, self.published.prices(&model.id)]
    }

    /// The price of this id, of the model that has this id.
    pub(crate) fn price_of_id(&self, model: &str, id: &str) -> Option<&Price> {
        let own = self.overlay.of_id(model).map_or(&[][..], |own| &own.prices);
        own.iter().chain(self.published.prices(model)).find(|price| price.id == id)
    }

    /// Why no price of the model applies: the first of SKU, tier, day that rules all out.
    fn why_none(&self, model: &Model, tier: Option<ServiceTier>, sku: &Sku) -> Unpriced {
        let prices = self.prices(model).into_iter().flatten();
        let mut for_sku = prices.filter(|price| nearness(price, sku).is_some()).peekable();
        let (model, sku) = (model.id.clone(), sku.to_string());
        if for_sku.peek().is_none() {
            return Unpriced::NoSku { model, sku };
        }
        // SKU and tier fit, so only the day can have ruled them out.
        if for_sku.any(|price| Some(price.service_tier) == tier) {
            return Unpriced::NoDay { model, sku };
        }
        let tier = tier.map_or("unknown", ServiceTier::as_str).to_owned();
        Unpriced::NoTier { model, tier, sku }
    }
}

/// The price in force for the query's SKU.
fn nearest<'a>(
    prices: &'a [Price],
    query: &Query<'_>,
    tier: Option<ServiceTier>,
) -> Option<&'a Price> {
    prices
        .iter()
        .filter(|price| Some(price.service_tier) == tier && price.applies_on(query.day))
        .filter_map(|price| Some((nearness(price, query.sku)?, price)))
        .max_by_key(|(nearness, _)| *nearness)
        .map(|(_, price)| price)
}

/// Whether a price is for the SKU; higher is nearer: a region's own row before its zone's.
fn nearness(price: &Price, sku: &Sku) -> Option<u8> {
    let same =
        price.deployment == sku.deployment && price.zone == sku.zone && price.cloud == sku.cloud;
    if !same {
        return None;
    }
    if price.regions.is_empty() {
        return Some(0);
    }
    let region = sku.region.as_deref()?;
    price.regions.iter().any(|name| name == region).then_some(1)
}

// === impl Query ===

impl<'a> Query<'a> {
    /// An answer at the standard tier that was not routed.
    #[must_use]
    pub const fn new(served: &'a str, sku: &'a Sku, day: Day) -> Self {
        Self { served, sku, tier: Some(ServiceTier::Standard), day, routed: false, fixed: None }
    }

    /// The same, chosen by a router.
    #[must_use]
    pub const fn routed(mut self) -> Self {
        self.routed = true;
        self
    }
}
