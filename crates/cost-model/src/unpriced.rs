//! Reasons for a missing price, each with its text for people and its code for programs.

use std::borrow::Cow;

use llm_types::{Tokens, UsageError};

/// Why a request, or a part of its cost, has no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpriced {
    /// The answer named no model.
    #[error("the answer does not say which model served it")]
    NoServedModel,
    /// A model that the price table does not hold.
    #[error("the model `{0}` is not in the price table")]
    UnknownModel(String),
    /// The model has no price for this SKU at all.
    #[error("`{model}` has no price for {sku}")]
    NoSku {
        /// Canonical name.
        model: Cow<'static, str>,
        /// As configured.
        sku: String,
    },
    /// The model has no price for this service tier.
    #[error("`{model}` has no price for the service tier `{tier}` on {sku}")]
    NoTier {
        /// Canonical name.
        model: Cow<'static, str>,
        /// As answered.
        tier: String,
        /// As configured.
        sku: String,
    },
    /// The model has no price on this day.
    #[error("`{model}` has no price for {sku} on that day")]
    NoDay {
        /// Canonical name.
        model: Cow<'static, str>,
        /// As configured.
        sku: String,
    },
    /// No price is published for prompts of this length.
    #[error("`{model}` has no price for a prompt of {tokens} tokens at this service tier")]
    NoLength {
        /// Canonical name.
        model: Cow<'static, str>,
        /// The prompt's length.
        tokens: Tokens,
    },
    /// The model has no price for answers in tokens.
    #[error("`{0}` has no price for output tokens")]
    NoOutput(Cow<'static, str>),
    /// Audio tokens, which have prices of their own that the usage does not separate well enough.
    #[error("`{0}` was used with audio tokens, which are not priced here")]
    Audio(Cow<'static, str>),
    /// Tokens that the prompt cache keeps for 12 hours, for which no price is published.
    #[error("`{0}` was used with a prompt cache of 12 hours, for which no price is known")]
    LongCache(Cow<'static, str>),
    /// Tools of the upstream's, such as a search of the web, which are billed beside the tokens.
    #[error("tools of the provider were used {0} times, which are not priced here")]
    Tools(Tokens),
    /// No routing fee is known for this SKU or day.
    #[error("no routing fee is known for {0} on that day")]
    NoFee(String),
    /// The usage contradicts itself.
    #[error(transparent)]
    InvalidUsage(#[from] UsageError),
    /// There is no usage, and nothing to estimate it from.
    #[error("the answer has no usage")]
    NoUsage,
    /// The gateway ended first.
    #[error("the gateway ended before the answer did")]
    Interrupted,
    /// A reason as the ledger stored it.
    #[error("{text}")]
    Noted {
        /// Its code.
        code: &'static str,
        /// Its text.
        text: String,
    },
}

// === impl Unpriced ===

impl Unpriced {
    /// A reason that was noted with its code and text.
    #[must_use]
    pub fn noted(code: &str, text: String) -> Self {
        let known = [
            "unknown_model",
            "no_price",
            "no_tool_price",
            "no_fee",
            "invalid_usage",
            "no_usage",
            "interrupted",
        ];
        // As codes are `&'static str`: one of a newer version cannot be kept.
        let code = known.into_iter().find(|known| *known == code).unwrap_or("unknown");
        Self::Noted { code, text }
    }

    /// A short code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoServedModel | Self::UnknownModel(_) => "unknown_model",
            Self::NoSku { .. }
            | Self::NoTier { .. }
            | Self::NoDay { .. }
            | Self::NoLength { .. }
            | Self::NoOutput(_)
            | Self::Audio(_)
            | Self::LongCache(_) => "no_price",
            Self::Tools(_) => "no_tool_price",
            Self::NoFee(_) => "no_fee",
            Self::InvalidUsage(_) => "invalid_usage",
            Self::NoUsage => "no_usage",
            Self::Interrupted => "interrupted",
            Self::Noted { code, .. } => code,
        }
    }
}
