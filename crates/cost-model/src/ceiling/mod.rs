//! The worst case: the most that a request can cost before anybody knows which model will answer.

use llm_types::{PerMillion, PromptParts, Tokens, Usd};
use pricing_data::{Day, Kind, Model, Rates, ServiceTier};

use crate::{
    price_book::{FixedPrice, PriceBook, Query},
    sku::Sku,
    unpriced::Unpriced,
};

/// The parameters of a worst case.
#[derive(Clone, Copy, Debug)]
pub struct CeilingQuery<'a> {
    /// The deployment's SKU.
    pub sku: &'a Sku,
    /// The day of the request, UTC.
    pub day: Day,
    /// Whether a router chooses the model, so that its fee is due.
    pub routed: bool,
    /// Who may answer.
    pub candidates: Candidates<'a>,
    /// A price that the operator set for the deployment whatever it serves.
    pub fixed: Option<&'a FixedPrice>,
}

/// Who may answer.
#[derive(Clone, Copy, Debug)]
pub enum Candidates<'a> {
    /// Any model that a router of whatever version chooses from.
    Pool,
    /// One of these, as an answer spells them.
    Models(&'a [String]),
    /// Any chat model at all.
    Any,
}

/// The most that tokens can cost. Computed once for a deployment and a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// By the length that a prompt must be over, the shortest first.
    steps: Vec<Step>,
    /// The model with the most expensive output.
    pub most_expensive: String,
    /// The longest prompt that any of the models takes, in tokens.
    pub longest: Tokens,
    /// The longest answer that any of the models gives, in tokens; `None` if that is not known of
    /// one of them.
    pub longest_answer: Option<Tokens>,
    /// The most that a preamble of a chat template costs.
    preamble: Usd,
}

/// The most tokens that the chat template of an open model adds to a prompt. That of gpt-oss
/// has the longest that is known: a system message of some 60 tokens.
const PREAMBLE: Tokens = Tokens(64);

/// The vendors whose own models add none: their prompts of one line are billed as 8 to 15 tokens.
const NO_PREAMBLE: [&str; 3] = ["OpenAI", "Anthropic", "xAI"];

/// The highest rates of all candidates for prompts over a length, each for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    over: u32,
    prompt: PerMillion,
    output: PerMillion,
    /// The same where some of it is speech.
    heard: PerMillion,
    spoken: PerMillion,
}

/// Whichever of them an answer names: a project's default can be another than a request's.
const TIERS: [ServiceTier; 4] =
    [ServiceTier::Standard, ServiceTier::Priority, ServiceTier::Flex, ServiceTier::Fast];

// === impl PriceBook ===

impl PriceBook {
    /// The most that a request can cost.
    ///
    /// # Errors
    /// When no candidate has a price, or one that is named has none, or the routing fee has none: then
    /// nothing bounds the cost.
    pub fn ceiling(&self, query: &CeilingQuery<'_>) -> Result<Ceiling, Unpriced> {
        let fee = match query.routed {
            true => self.routing_fee(query.sku, query.day)?.per_million_prompt_tokens,
            false => 0,
        };
        let (steps, most_expensive, longest) = (Vec::new(), String::new(), Tokens(0));
        let longest_answer = Some(Tokens(0));
        let mut ceiling =
            Ceiling { steps, most_expensive, longest, longest_answer, preamble: Usd::ZERO };
        if let Some(fixed) = query.fixed {
            ceiling.longest_answer = self.longest_answer(query.candidates);
            // The operator's price names no model, so that no published limit applies.
            ceiling.longest = PromptParts::LONGEST;
            ceiling.add(0, &fixed.rates, fee, &fixed.id);
            ceiling.add_preamble(&fixed.rates, fee);
            return Ok(ceiling);
        }
        // Not every model of a pool is sold in every way; any of those that are named may answer.
        let all_count = matches!(query.candidates, Candidates::Models(_));
        let mut why = Unpriced::NoServedModel;
        let mut names = self.candidates(query.candidates);
        // Any model may be one that speaks, and `of_speech` needs its rates.
        if matches!(query.candidates, Candidates::Any) {
            let speaking = self.models().filter(|model| model.kind == Kind::AudioChat);
            names.extend(speaking.map(|model| model.id.to_string()));
        }
        for name in names {
            match self.add(&mut ceiling, query, &name, fee) {
                Err(none) if all_count => return Err(none),
                Err(none) => why = none,
                Ok(()) => {}
            }
        }
        if ceiling.steps.is_empty() { Err(why) } else { Ok(ceiling) }
    }

    /// The longest answer of models that are named, in tokens.
    fn longest_answer(&self, candidates: Candidates<'_>) -> Option<Tokens> {
        let Candidates::Models(names) = candidates else { return None };
        let longest = names.iter().map(|name| longest_of(self.find(name).ok()?.model));
        // One unknown length makes the whole unknown.
        longest.reduce(both).flatten()
    }

    pub(crate) fn candidates(&self, candidates: Candidates<'_>) -> Vec<String> {
        let names = |keep: fn(&Model) -> bool| {
            self.models().filter(|model| keep(model)).map(|model| model.id.to_string()).collect()
        };
        match candidates {
            Candidates::Pool => names(|model| !model.router_versions.is_empty()),
            Candidates::Any => names(|model| model.kind == Kind::Chat),
            Candidates::Models(models) => models.to_vec(),
        }
    }

    /// Adds all prices that one model can have that day.
    fn add(
        &self,
        ceiling: &mut Ceiling,
        query: &CeilingQuery<'_>,
        served: &str,
        fee: u64,
    ) -> Result<(), Unpriced> {
        let mut found = Err(Unpriced::UnknownModel(served.to_owned()));
        // For a batch SKU, `card` answers each of these with the price of the batch tier.
        for tier in TIERS {
            let question = Query { tier: Some(tier), ..Query::new(served, query.sku, query.day) };
            // Whatever the length: all tiers of the card are added below.
            match self.card(&question, Tokens(0)) {
                Ok(card) => {
                    // Its fast mode has prices under another name, and the same limits.
                    let model = self.find(served).map_or(card.found.model, |found| found.model);
                    let longest = model.max_input.or(model.context_window).map(u64::from);
                    // An unknown limit counts as the longest prompt that any model takes.
                    let longest = longest.map_or(PromptParts::LONGEST, Tokens);
                    ceiling.longest = ceiling.longest.max(longest);
                    // As of several models, `None` of one of them stays `None`.
                    ceiling.longest_answer = both(ceiling.longest_answer, longest_of(model));
                    for tier in &*card.price.tiers {
                        ceiling.add(tier.prompt_tokens_over, &tier.rates, fee, served);
                        if has_preamble(model) {
                            ceiling.add_preamble(&tier.rates, fee);
                        }
                    }
                    found = Ok(());
                }
                // A tier without a price does not matter where another has one.
                Err(why) if found.is_err() => found = Err(why),
                Err(_) => {}
            }
        }
        found
    }
}

// === impl Ceiling ===

impl Ceiling {
    /// The most that a prompt and an answer of at most these token counts can cost.
    #[must_use]
    pub fn of(&self, prompt: Tokens, output: Tokens) -> Usd {
        // Steps of different models need not rise with the length: each rate has its own maximum.
        // At least 1, so that an empty prompt reaches the first step, which is over 0.
        let reached = self.steps.iter().filter(|step| u64::from(step.over) < prompt.0.max(1));
        let (mut highest_prompt, mut highest_output) = (Usd::ZERO, Usd::ZERO);
        for step in reached {
            highest_prompt = highest_prompt.max(step.prompt.cost(prompt));
            highest_output = highest_output.max(step.output.cost(output));
        }
        highest_prompt + highest_output
    }

    /// The same if the prompt was counted here: with an allowance for the chat template.
    #[must_use]
    pub fn of_counted(&self, prompt: Tokens, output: Tokens) -> Usd {
        self.of(prompt, output) + self.preamble
    }

    /// The more expensive of two: for a group whose deployments differ.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        for step in &other.steps {
            self.raise(*step, &other.most_expensive);
        }
        self.longest = self.longest.max(other.longest);
        self.longest_answer = both(self.longest_answer, other.longest_answer);
        self.preamble = self.preamble.max(other.preamble);
        self
    }

    /// The same for requests with speech, which has rates of its own.
    #[must_use]
    pub fn of_speech(mut self) -> Self {
        for step in &mut self.steps {
            (step.prompt, step.output) = (step.heard, step.spoken);
        }
        self
    }

    fn add(&mut self, over: u32, rates: &Rates, fee: u64, served: &str) {
        let prompt = prompt_rate(rates);
        let output = rates.output.unwrap_or(0);
        let heard = rates.audio_input.unwrap_or(0).max(prompt);
        let spoken = rates.audio_output.unwrap_or(0).max(output);
        let step = Step {
            over,
            prompt: PerMillion::from_micros(prompt + fee),
            output: PerMillion::from_micros(output),
            heard: PerMillion::from_micros(heard + fee),
            spoken: PerMillion::from_micros(spoken),
        };
        self.raise(step, served);
    }

    fn add_preamble(&mut self, rates: &Rates, fee: u64) {
        let rate = PerMillion::from_micros(prompt_rate(rates) + fee);
        self.preamble = self.preamble.max(rate.cost(PREAMBLE));
    }

    fn raise(&mut self, step: Step, served: &str) {
        // The name is only shown; output rates differ more than those of prompts.
        if self.steps.iter().all(|known| step.output > known.output) {
            served.clone_into(&mut self.most_expensive);
        }
        match self.steps.iter_mut().find(|known| known.over == step.over) {
            Some(known) => {
                known.prompt = known.prompt.max(step.prompt);
                known.output = known.output.max(step.output);
                known.heard = known.heard.max(step.heard);
                known.spoken = known.spoken.max(step.spoken);
            }
            None => self.steps.push(step),
        }
    }
}

/// The longer of two answers, if both are known.
fn both(one: Option<Tokens>, other: Option<Tokens>) -> Option<Tokens> {
    Some(one?.max(other?))
}

/// The longest answer of a model, in tokens. None is longer than all that the model can hold.
fn longest_of(model: &Model) -> Option<Tokens> {
    model.max_output.or(model.context_window).map(|most| Tokens(most.into()))
}

/// The highest rate that a prompt token can have, in microdollars per million.
fn prompt_rate(rates: &Rates) -> u64 {
    // How much of a prompt will be cached is not known before; writing can cost more than input.
    let all = [Some(rates.input), rates.cached_input, rates.cache_write, rates.cache_write_1h];
    all.into_iter().flatten().max().unwrap_or(rates.input)
}

/// Whether the chat template of a model adds to every prompt.
fn has_preamble(model: &Model) -> bool {
    !NO_PREAMBLE.contains(&&*model.vendor) || model.id.starts_with("gpt-oss")
}

#[cfg(test)]
mod tests;
