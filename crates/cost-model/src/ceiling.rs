//! The worst case: the most that a request can cost before anybody knows which model will answer.

use llm_types::{PerMillion, PromptParts, Tokens, Usd};
use pricing_data::{Day, Kind, Model, Rates, ServiceTier};

use crate::{FixedPrice, PriceBook, Query, Sku, Unpriced};

/// What a worst case is asked for.
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
    /// The model with the dearest output.
    pub dearest: String,
    /// The longest prompt that any of the models takes, in tokens.
    pub longest: Tokens,
}

/// The dearest rates of all candidates for prompts over a length, each for itself.
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
const TIERS: [ServiceTier; 3] = [ServiceTier::Standard, ServiceTier::Priority, ServiceTier::Flex];

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
        let (steps, dearest, longest) = (Vec::new(), String::new(), Tokens(0));
        let mut ceiling = Ceiling { steps, dearest, longest };
        if let Some(fixed) = query.fixed {
            ceiling.longest = PromptParts::LONGEST;
            ceiling.add(0, &fixed.rates, fee, &fixed.id);
            return Ok(ceiling);
        }
        // Of a pool not every model is sold in every way; of those that are named any may answer.
        let all_count = matches!(query.candidates, Candidates::Models(_));
        let mut why = Unpriced::NoServedModel;
        let mut names = self.candidates(query.candidates);
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
        for tier in TIERS {
            let question = Query { tier: Some(tier), ..Query::new(served, query.sku, query.day) };
            match self.card(&question, Tokens(0)) {
                Ok(card) => {
                    let model = card.found.model;
                    let longest = model.max_input.or(model.context_window).map(u64::from);
                    let longest = longest.map_or(PromptParts::LONGEST, Tokens);
                    ceiling.longest = ceiling.longest.max(longest);
                    for tier in &*card.price.tiers {
                        ceiling.add(tier.prompt_tokens_over, &tier.rates, fee, served);
                    }
                    found = Ok(());
                }
                Err(why) if found.is_err() => found = Err(why),
                Err(_) => {}
            }
        }
        found
    }
}

// === impl Ceiling ===

impl Ceiling {
    /// The most that a prompt and an answer of no more than so many tokens can cost.
    #[must_use]
    pub fn of(&self, prompt: Tokens, output: Tokens) -> Usd {
        let reached = self.steps.iter().filter(|step| u64::from(step.over) < prompt.0.max(1));
        let (mut dearest_prompt, mut dearest_output) = (Usd::ZERO, Usd::ZERO);
        for step in reached {
            dearest_prompt = dearest_prompt.max(step.prompt.cost(prompt));
            dearest_output = dearest_output.max(step.output.cost(output));
        }
        dearest_prompt + dearest_output
    }

    /// The dearest of two: for a group whose deployments differ.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        for step in &other.steps {
            self.raise(*step, &other.dearest);
        }
        self.longest = self.longest.max(other.longest);
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
        let write = rates.cache_write.unwrap_or(rates.input);
        let all = [Some(rates.input), rates.cached_input, Some(write), rates.cache_write_1h];
        let prompt = all.into_iter().flatten().max().unwrap_or(rates.input);
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

    fn raise(&mut self, step: Step, served: &str) {
        if self.steps.iter().all(|known| step.output > known.output) {
            served.clone_into(&mut self.dearest);
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

#[cfg(test)]
mod tests {
    use llm_types::BillableUsage;
    use proptest::prelude::*;

    use super::*;
    use crate::day;

    fn pool(sku: &Sku) -> CeilingQuery<'_> {
        let candidates = Candidates::Pool;
        CeilingQuery { sku, day: day(2026, 11, 22), routed: true, candidates, fixed: None }
    }

    #[test]
    fn a_pool_without_prices_has_no_worst_case() {
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        let names = ["gpt-9".to_owned()];
        let query = CeilingQuery { candidates: Candidates::Models(&names), ..pool(&sku) };
        assert_eq!(book.ceiling(&query), Err(Unpriced::UnknownModel("gpt-9".to_owned())));
        let some = ["gpt-5-nano", "gpt-9"].map(str::to_owned);
        let query = CeilingQuery { candidates: Candidates::Models(&some), ..pool(&sku) };
        assert_eq!(book.ceiling(&query), Err(Unpriced::UnknownModel("gpt-9".to_owned())));
        let before = CeilingQuery { day: day(2020, 1, 1), ..pool(&sku) };
        assert!(book.ceiling(&before).is_err());
    }

    #[test]
    fn one_model_costs_what_it_costs() {
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        let names = ["gpt-4.1-nano".to_owned()];
        let query =
            CeilingQuery { candidates: Candidates::Models(&names), routed: false, ..pool(&sku) };
        let ceiling = book.ceiling(&query).unwrap();
        // $0.10 and $0.40 per million at the standard tier, more at the priority tier.
        assert!(ceiling.of(Tokens(1_000_000), Tokens(0)) >= "0.1".parse().unwrap());
        assert!(ceiling.of(Tokens(1_000_000), Tokens(0)) < "0.3".parse().unwrap());
        assert_eq!(ceiling.dearest, "gpt-4.1-nano");
    }

    proptest! {
        /// Whoever answers, at whatever tier: no request costs more than its worst case.
        #[test]
        fn nothing_costs_more_than_the_worst_case(
            which: prop::sample::Index,
            tier in 0_usize..3,
            prompt in prop_oneof![0_u64..2_000, 190_000_u64..210_000, 260_000_u64..1_000_000],
            spare in 0_u64..1_000,
            parts in (0_u64..=100, 0_u64..=100),
            output in 0_u64..100_000,
        ) {
            let (book, sku) = (PriceBook::builtin(), Sku::global());
            let ceiling = book.ceiling(&pool(&sku)).unwrap();
            let pool: Vec<&Model> =
                book.models().filter(|model| !model.router_versions.is_empty()).collect();
            let model = which.get(&pool);
            let cached = prompt * parts.0 / 100;
            let written = (prompt - cached) * parts.1 / 100;
            let usage = BillableUsage {
                prompt: Tokens(prompt),
                cached_input: Tokens(cached),
                cache_write: Tokens(written / 2),
                cache_write_1h: Tokens(written - written / 2),
                output: Tokens(output),
                ..BillableUsage::default()
            };
            let query = Query {
                tier: Some(TIERS[tier]),
                ..Query::new(&model.id, &sku, day(2026, 11, 22)).routed()
            };
            let known = book.cost(&query, &usage).known();
            prop_assert!(known <= ceiling.of(Tokens(prompt + spare), Tokens(output + spare)));
        }
    }
}
