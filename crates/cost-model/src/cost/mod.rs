//! The cost of a request, line by line, and its status.

pub(crate) mod hidden_reasoning;

use std::borrow::Cow;

use llm_types::{PerMillion, Tokens, Usd};
use pricing_data::Day;
use serde::{Deserialize, Serialize};

use crate::{cost::hidden_reasoning::HiddenCost, price_book::Match, unpriced::Unpriced};

/// How sure a cost is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostStatus {
    /// Reported usage at published prices.
    Exact,
    /// The price is inherited from the undated model, or a billing rule counts that is known from
    /// evidence and not published.
    Inferred,
    /// The usage was counted here, as the upstream did not report it; or it has hidden tokens of a
    /// model without a billing rule, which count as output.
    Estimated,
    /// Of the routing fee, the model and the tools that were used, something is priced, not all.
    Partial,
    /// Neither is priced. Never the same as free.
    Unpriced,
    /// The request is in flight.
    Open,
    /// The gateway ended before the request did.
    Interrupted,
}

/// The cost of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// How sure it is.
    pub status: CostStatus,
    /// The served model's own cost; `None` when it has no price.
    pub model: Option<ModelCost>,
    /// The routing fee. `None` when it has no price; a request that was not routed has a fee of
    /// zero tokens.
    pub fee: Option<FeeCost>,
    /// Why something is not priced.
    pub unpriced: Option<Unpriced>,
    /// What earlier attempts of the same request cost, as an estimate: they gave no answer, and can
    /// have been charged for all the same.
    pub earlier: Usd,
}

/// Some tokens at a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// How many.
    pub tokens: Tokens,
    /// What a million of them cost.
    pub rate: PerMillion,
}

/// The served model's cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCost {
    /// Prompt tokens neither read from nor written to the cache.
    pub uncached_input: Line,
    /// Prompt tokens read from the cache.
    pub cached_input: Line,
    /// Prompt tokens written to the cache.
    pub cache_write: Line,
    /// Prompt tokens written to the cache for an hour.
    pub cache_write_1h: Line,
    /// The completion.
    pub output: Line,
    /// Tokens generated outside of the completion's count, if any.
    pub hidden: Option<HiddenCost>,
    /// The price that was used.
    pub price: PriceUsed,
}

/// Where a price comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceUsed {
    /// The price's stable id.
    pub id: Cow<'static, str>,
    /// The model's canonical name.
    pub canonical: Cow<'static, str>,
    /// How the served name was found.
    pub matched: Match,
    /// The bound that the prompt's length was over; 0 in the first tier.
    pub over: u32,
    /// Where the figures come from, in short.
    pub source: Cow<'static, str>,
    /// The price's day of review, if the request was received on that day or later.
    pub review_due: Option<Day>,
}

/// The routing fee of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeCost {
    /// All prompt tokens, cached ones included; none when the request was not routed.
    pub line: Line,
    /// The fee's stable id; `None` when the request was not routed.
    pub id: Option<Cow<'static, str>>,
}

// === impl Cost ===

impl Cost {
    /// A request that the upstream did no work for, such as one that it refused at once.
    #[must_use]
    pub const fn nothing() -> Self {
        let fee = FeeCost { line: Line::NONE, id: None };
        Self {
            status: CostStatus::Exact,
            model: None,
            fee: Some(fee),
            unpriced: None,
            earlier: Usd::ZERO,
        }
    }

    /// A request that is still in flight.
    #[must_use]
    pub const fn open() -> Self {
        Self {
            status: CostStatus::Open,
            model: None,
            fee: None,
            unpriced: None,
            earlier: Usd::ZERO,
        }
    }

    /// A request without any known cost.
    #[must_use]
    pub const fn unknown(why: Unpriced) -> Self {
        Self {
            status: CostStatus::Unpriced,
            model: None,
            fee: None,
            unpriced: Some(why),
            earlier: Usd::ZERO,
        }
    }

    /// The same, from counts that were made here rather than reported.
    #[must_use]
    pub fn estimated(mut self) -> Self {
        // A missing price is the graver doubt and stays.
        if matches!(self.status, CostStatus::Exact | CostStatus::Inferred) {
            self.status = CostStatus::Estimated;
        }
        self
    }

    /// The same with what earlier attempts of the request cost, which was not reported.
    #[must_use]
    pub fn after(mut self, earlier: Usd) -> Self {
        self.earlier = earlier;
        if earlier == Usd::ZERO { self } else { self.estimated() }
    }

    /// Model and fee together, with earlier attempts; `None` unless both are known.
    #[must_use]
    pub fn total(&self) -> Option<Usd> {
        match self.status {
            CostStatus::Exact | CostStatus::Inferred | CostStatus::Estimated => Some(self.known()),
            CostStatus::Partial
            | CostStatus::Unpriced
            | CostStatus::Open
            | CostStatus::Interrupted => None,
        }
    }

    /// The part that is known: the total, or less than it where something is not priced.
    #[must_use]
    pub fn known(&self) -> Usd {
        self.model.as_ref().map_or(Usd::ZERO, ModelCost::total)
            + self.routing_fee().unwrap_or_default()
            + self.earlier
    }

    /// The most that the total can be: with hidden tokens at the rate of output, where the rule by
    /// which they are not billed is known from evidence only. `None` if there is no total.
    #[must_use]
    pub fn upper_bound(&self) -> Option<Usd> {
        let hidden = self.model.as_ref().and_then(|model| model.hidden.as_ref());
        Some(self.total()? + hidden.map_or(Usd::ZERO, HiddenCost::in_doubt))
    }

    /// Whether it is as sure as another cost, of the same amounts, line by line, and under review since
    /// the same day. By which prices is not compared.
    #[must_use]
    pub fn amounts_to(&self, other: &Self) -> bool {
        let amounts = |cost: &Self| -> Vec<(&'static str, Usd)> {
            let lines = cost.lines().map(|(name, line)| (name, line.amount()));
            // A line of zero is the same as none: older entries have fewer lines.
            lines.filter(|(_, amount)| *amount != Usd::ZERO).collect()
        };
        let whole = |cost: &Self| (cost.status, cost.upper_bound(), cost.earlier);
        whole(self) == whole(other)
            && amounts(self) == amounts(other)
            && self.routing_fee() == other.routing_fee()
            && self.price_review_due() == other.price_review_due()
    }

    /// The stable ids of the prices that were used: the model's, and the routing fee's.
    pub fn price_ids(&self) -> impl Iterator<Item = &str> {
        let model = self.model.iter().map(|model| &*model.price.id);
        model.chain(self.fee.iter().filter_map(|fee| fee.id.as_deref()))
    }

    /// The day since which the model's price is under review, where the request came in on that day
    /// or later: the price was applied, and may no longer be right.
    #[must_use]
    pub fn price_review_due(&self) -> Option<Day> {
        self.model.as_ref()?.price.review_due
    }

    /// The routing fee; zero when the request was not routed, `None` when it has no price.
    #[must_use]
    pub fn routing_fee(&self) -> Option<Usd> {
        self.fee.as_ref().map(|fee| fee.line.amount())
    }
}

// === impl Line ===

impl Line {
    const NONE: Self = Self { tokens: Tokens(0), rate: PerMillion::from_micros(0) };

    /// Exactly tokens times rate.
    #[must_use]
    pub fn amount(&self) -> Usd {
        self.rate.cost(self.tokens)
    }
}

// === impl ModelCost ===

impl ModelCost {
    /// All lines together.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.lines().map(|(_, line)| line.amount()).sum()
    }

    /// The lines with their names.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, Line)> {
        let hidden = self.hidden.as_ref().map(|hidden| ("hidden_reasoning", hidden.line));
        let lines = [
            ("uncached_input", self.uncached_input),
            ("cached_input", self.cached_input),
            ("cache_write", self.cache_write),
            ("cache_write_1h", self.cache_write_1h),
            ("output", self.output),
        ];
        lines.into_iter().chain(hidden)
    }
}

// === impl CostStatus ===

impl CostStatus {
    const ALL: [Self; 7] = [
        Self::Exact,
        Self::Inferred,
        Self::Estimated,
        Self::Partial,
        Self::Unpriced,
        Self::Open,
        Self::Interrupted,
    ];

    /// Reads what [`CostStatus::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// As it is written everywhere.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Inferred => "inferred",
            Self::Estimated => "estimated",
            Self::Partial => "partial",
            Self::Unpriced => "unpriced",
            Self::Open => "open",
            Self::Interrupted => "interrupted",
        }
    }
}
