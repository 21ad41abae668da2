//! The amount that budgets are charged for one call to an upstream, from what is known of the call.
//!
//! A call whose cost has a total is charged that total, or its upper bound. For any other call the
//! charge is the most that may have been spent, and no more: nothing if nothing was sent, the prompt if
//! the upstream can have read it, output only as far as output can have been generated, and the
//! whole reservation only if an answer began and neither its model nor its usage is known.

use std::time::Duration;

use llm_types::{Tokens, Usd};
use serde::{Deserialize, Serialize};

use crate::{
    ceiling::Ceiling,
    cost::{Cost, CostStatus},
};

/// The fastest output that is assumed of any model, in tokens per second for each answer. It bounds
/// what an upstream can have generated in the time before it failed. The fastest that was measured of a
/// model that Azure sells is gpt-oss-120b by Fireworks, 683 tokens per second (Artificial Analysis, May
/// 2026; gpt-5 on Azure: 155). Azure publishes no figure.
pub const FASTEST_OUTPUT: u64 = 1_000;

/// The stage that a call reached, as far as that can be known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// Nothing was sent: no connection, no credential, a limit of this gateway.
    Nothing,
    /// It was refused before the prompt was evaluated: 401, 404, 429, an error of the upstream.
    Door,
    /// The upstream evaluated the prompt and generated nothing, such as for `content_filter`; or its
    /// answer was whole and held no output.
    Prompt,
    /// The upstream had the prompt, and can have generated output until it failed or timed out.
    MaybeOutput,
    /// Its answer began.
    Answer,
}

/// Where the counts of a call come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// The upstream reported them, free of contradictions.
    Reported,
    /// The prompt and what was delivered were counted here.
    Counted,
}

/// The known facts about a call that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The stage that it reached.
    pub reached: Reached,
    /// Whether the answer named its model.
    pub served: bool,
    /// Where `prompt` and `output` come from.
    pub counts: Counts,
    /// The prompt's tokens; where they were counted here, the most that they can be.
    pub prompt: Tokens,
    /// The output's tokens, as reported or as delivered; zero where no answer began.
    pub output: Tokens,
    /// How long the upstream had the request.
    pub elapsed: Duration,
    /// How many answers were requested (`n`), at least 1.
    pub answers: u64,
    /// The highest rates of what can have served it; `None` if nothing bounds them.
    pub ceiling: Option<&'a Ceiling>,
    /// The amount reserved for this call; `None` if no strict budget applies.
    pub reserved: Option<Usd>,
    /// Its cost, as far as that is known.
    pub cost: &'a Cost,
}

/// An amount with the rule that it follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charged {
    /// The amount that budgets are charged.
    pub amount: Usd,
    /// The rule that the amount follows from.
    pub rule: ChargeRule,
}

/// The rule by which a call was charged. The names are stable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeRule {
    /// Nothing was sent.
    #[default]
    NothingSent,
    /// Refused before the prompt was evaluated.
    RefusedUnread,
    /// The prompt at the highest rates.
    PromptOnly,
    /// The prompt, and output for the elapsed time, at the highest rates.
    PromptAndElapsedOutput,
    /// The cost.
    Cost,
    /// The cost with what a billing rule leaves out.
    UpperBound,
    /// The cost of counted tokens.
    Estimated,
    /// Known tokens at the highest rates.
    KnownTokensAtWorstRates,
    /// The reservation.
    Reservation,
    /// The known part of the cost.
    KnownPart,
    /// The reservation of a request that the gateway did not outlive.
    Interrupted,
}

/// The charge for a call, and the rule that it follows from.
#[must_use]
pub fn charge(facts: &Facts<'_>) -> Charged {
    let (rule, amount) = match facts.reached {
        Reached::Nothing => (ChargeRule::NothingSent, Usd::ZERO),
        Reached::Door => (ChargeRule::RefusedUnread, Usd::ZERO),
        Reached::Prompt => facts.at_worst(ChargeRule::PromptOnly, Tokens(0)),
        Reached::MaybeOutput => {
            facts.at_worst(ChargeRule::PromptAndElapsedOutput, facts.elapsed_output())
        }
        Reached::Answer => facts.answered(),
    };
    Charged { amount: facts.within(amount), rule }
}

// === impl Facts ===

impl Facts<'_> {
    /// Whether the charge follows from the cost alone, without ceiling and reservation.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let certain = self.cost.total().is_some_and(|total| self.upper_bound() == Some(total));
        self.reached <= Reached::Door || self.reached == Reached::Answer && certain
    }

    fn upper_bound(&self) -> Option<Usd> {
        self.cost.upper_bound()
    }

    /// The charge for an answer that began.
    fn answered(&self) -> (ChargeRule, Usd) {
        if let Some(total) = self.cost.total() {
            let bound = self.upper_bound().unwrap_or(total);
            return match self.cost.status {
                // A billing rule that is not confirmed may be wrong, so budgets are charged the
                // higher reading.
                _ if bound > total => (ChargeRule::UpperBound, bound),
                CostStatus::Estimated => (ChargeRule::Estimated, total),
                _ => (ChargeRule::Cost, total),
            };
        }
        // Neither model nor usage is known: what was delivered bounds nothing, as there may be
        // hidden tokens.
        if let (Counts::Counted, false, Some(reserved)) = (self.counts, self.served, self.reserved)
        {
            return (ChargeRule::Reservation, reserved);
        }
        self.at_worst(ChargeRule::KnownTokensAtWorstRates, self.output)
    }

    /// The prompt and this much output at the highest rates, if these are known.
    fn at_worst(&self, rule: ChargeRule, output: Tokens) -> (ChargeRule, Usd) {
        match (self.ceiling, self.reserved) {
            (Some(ceiling), _) if self.counts == Counts::Counted => {
                (rule, ceiling.of_counted(self.prompt, output))
            }
            (Some(ceiling), _) => (rule, ceiling.of(self.prompt, output)),
            (None, Some(reserved)) => (ChargeRule::Reservation, reserved),
            (None, None) => (ChargeRule::KnownPart, self.cost.known()),
        }
    }

    /// No less than what is known to be spent; no more than the larger of that and the reservation.
    fn within(&self, amount: Usd) -> Usd {
        let known = self.cost.known();
        let most = self.reserved.map_or(amount, |reserved| reserved.max(known));
        // `known` last: known spending is charged even beyond the reservation.
        amount.min(most).max(known)
    }

    /// The output of all answers that can have been generated.
    fn elapsed_output(&self) -> Tokens {
        // Too long for a `u64` or a product: saturated, as a bound must not wrap around to little.
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        let tokens = millis.saturating_mul(FASTEST_OUTPUT) / 1_000;
        Tokens(tokens.saturating_mul(self.answers.max(1)))
    }
}

// === impl ChargeRule ===

impl ChargeRule {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::NothingSent,
        Self::RefusedUnread,
        Self::PromptOnly,
        Self::PromptAndElapsedOutput,
        Self::Cost,
        Self::UpperBound,
        Self::Estimated,
        Self::KnownTokensAtWorstRates,
        Self::Reservation,
        Self::KnownPart,
        Self::Interrupted,
    ];

    /// As it is written everywhere.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingSent => "nothing_sent",
            Self::RefusedUnread => "refused_unread",
            Self::PromptOnly => "prompt_only",
            Self::PromptAndElapsedOutput => "prompt_and_elapsed_output",
            Self::Cost => "cost",
            Self::UpperBound => "upper_bound",
            Self::Estimated => "estimated",
            Self::KnownTokensAtWorstRates => "known_tokens_at_worst_rates",
            Self::Reservation => "reservation",
            Self::KnownPart => "known_part",
            Self::Interrupted => "interrupted",
        }
    }

    /// The rule in one sentence for users: the charge, and its reason.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::NothingSent => "Nothing was sent, so nothing is charged.",
            Self::RefusedUnread => {
                "The upstream refused it before the prompt was evaluated, so nothing is charged."
            }
            Self::PromptOnly => {
                "The prompt at the highest rates of the models that can have served it: its tokens as \
                 counted here, and half of them added, as tokenizers differ by less. No output was \
                 generated."
            }
            Self::PromptAndElapsedOutput => {
                "The prompt as in `prompt_only`, and the output that can have been generated until the \
                 upstream failed or timed out (1,000 tokens per second), at the highest rates of the \
                 models that can have served it."
            }
            Self::Cost => "The cost, from reported usage at a known price.",
            Self::UpperBound => {
                "The cost if the tokens that a billing rule leaves out were billed as well."
            }
            Self::Estimated => "The cost, from tokens that were counted here at a known price.",
            Self::KnownTokensAtWorstRates => {
                "The tokens that are known at the highest rates of the models that can have served it: \
                 the model is not known, or has no price."
            }
            Self::Reservation => {
                "The whole reservation: an answer began, and neither its model nor its usage is known."
            }
            Self::KnownPart => "The known part of the cost: nothing bounds the rest.",
            Self::Interrupted => "The whole reservation: the gateway ended before the request did.",
        }
    }

    /// Reads what [`ChargeRule::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }
}

#[cfg(test)]
mod tests;
