//! Properties of charges, over generated facts.

use llm_types::BillableUsage;
use proptest::prelude::*;

use super::*;
use crate::{
    ceiling::{Candidates, CeilingQuery},
    price_book::{PriceBook, Query},
    sku::{Sku, day},
};

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// The worst case of a router's whole pool.
fn pool() -> Ceiling {
    let sku = Sku::global();
    let day = day(2026, 11, 22);
    let candidates = Candidates::Pool;
    let query = CeilingQuery { sku: &sku, day, routed: true, candidates, fixed: None };
    PriceBook::builtin().ceiling(&query).unwrap()
}

fn cost_of(served: &str, prompt: u64, output: u64) -> Cost {
    let usage = BillableUsage {
        prompt: Tokens(prompt),
        output: Tokens(output),
        ..BillableUsage::default()
    };
    let sku = Sku::global();
    PriceBook::builtin().cost(&Query::new(served, &sku, day(2026, 11, 22)).routed(), &usage)
}

fn facts<'a>(ceiling: &'a Ceiling, cost: &'a Cost) -> Facts<'a> {
    Facts {
        reached: Reached::Answer,
        served: false,
        counts: Counts::Counted,
        prompt: Tokens(1_000),
        output: Tokens(10),
        elapsed: Duration::from_millis(2_000),
        answers: 1,
        ceiling: Some(ceiling),
        reserved: Some(usd("1.5")),
        cost,
    }
}

#[track_caller]
fn check(facts: &Facts<'_>, rule: ChargeRule, amount: Usd) {
    assert_eq!(charge(facts), Charged { amount, rule });
}

#[test]
fn no_more_is_charged_than_can_have_been_spent() {
    let (ceiling, fee) = (pool(), cost_of("", 1_000, 0));
    let known = facts(&ceiling, &fee);
    let at = |reached| Facts { reached, ..known };
    let nothing = Cost::nothing();
    let free = |reached| Facts { reached, cost: &nothing, ..known };
    check(&free(Reached::Nothing), ChargeRule::NothingSent, Usd::ZERO);
    check(&free(Reached::Door), ChargeRule::RefusedUnread, Usd::ZERO);
    let prompt = ceiling.of_counted(Tokens(1_000), Tokens(0));
    check(&at(Reached::Prompt), ChargeRule::PromptOnly, prompt);
    let elapsed = ceiling.of_counted(Tokens(1_000), Tokens(2_000));
    check(&at(Reached::MaybeOutput), ChargeRule::PromptAndElapsedOutput, elapsed);
    let twice = ceiling.of_counted(Tokens(1_000), Tokens(4_000));
    let two = Facts { answers: 2, ..at(Reached::MaybeOutput) };
    check(&two, ChargeRule::PromptAndElapsedOutput, twice);
    check(&at(Reached::Answer), ChargeRule::Reservation, usd("1.5"));
    let soft = Facts { reserved: None, ..known };
    let counted = ceiling.of_counted(Tokens(1_000), Tokens(10));
    check(&soft, ChargeRule::KnownTokensAtWorstRates, counted);
    let long = Facts { elapsed: Duration::from_secs(3_600), ..at(Reached::MaybeOutput) };
    check(&long, ChargeRule::PromptAndElapsedOutput, usd("1.5"));
}

#[test]
fn a_known_cost_is_charged_unchanged() {
    let (ceiling, cost) = (pool(), cost_of("gpt-5-nano", 1_000, 10));
    let known = Facts { served: true, counts: Counts::Reported, ..facts(&ceiling, &cost) };
    check(&known, ChargeRule::Cost, cost.total().unwrap());
    let counted = cost.clone().estimated();
    let known = Facts { counts: Counts::Counted, cost: &counted, ..known };
    check(&known, ChargeRule::Estimated, cost.total().unwrap());
    // A model without a price, whose tokens are known.
    let unknown = cost_of("gpt-99", 1_000, 10);
    let known = Facts { counts: Counts::Reported, cost: &unknown, ..known };
    let worst = ceiling.of(Tokens(1_000), Tokens(10));
    check(&known, ChargeRule::KnownTokensAtWorstRates, worst);
    check(&Facts { ceiling: None, ..known }, ChargeRule::Reservation, usd("1.5"));
    let unbounded = Facts { ceiling: None, reserved: None, ..known };
    check(&unbounded, ChargeRule::KnownPart, unknown.known());
}

#[test]
fn a_rule_is_read_back_by_its_name() {
    for rule in ChargeRule::ALL {
        assert_eq!(ChargeRule::parse(rule.as_str()), Some(rule));
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
    }
}

const REACHED: [Reached; 5] =
    [Reached::Nothing, Reached::Door, Reached::Prompt, Reached::MaybeOutput, Reached::Answer];

/// A call of which not all is known, and the tokens that it really took.
#[derive(Clone, Debug)]
struct Call {
    reached: Reached,
    prompt: u64,
    output: u64,
    /// What is reserved beyond the worst case of these tokens; `None`: no strict budget.
    spare: Option<u64>,
    millis: u64,
    model: prop::sample::Index,
}

fn call() -> impl Strategy<Value = Call> {
    let tokens = prop_oneof![0_u64..2_000, 250_000_u64..300_000];
    let spare = prop::option::of(0_u64..10_000_000_000_000);
    let fields =
        (0..5_usize, tokens, 0_u64..50_000, spare, 0_u64..100_000, any::<prop::sample::Index>());
    fields.prop_map(|(reached, prompt, output, spare, millis, model)| {
        let reached = REACHED[reached];
        let output = if reached == Reached::Answer { output } else { 0 };
        let prompt = if reached <= Reached::Door { 0 } else { prompt };
        Call { reached, prompt, output, spare, millis, model }
    })
}

impl Call {
    /// Its charge where the model and the usage are known, or not.
    fn charge(
        &self,
        ceiling: &Ceiling,
        reserved: Option<Usd>,
        served: bool,
        reported: bool,
    ) -> (Charged, Usd) {
        let book = PriceBook::builtin();
        let models: Vec<_> =
            book.models().filter(|model| !model.router_versions.is_empty()).collect();
        let name = if served { &*self.model.get(&models).id } else { "" };
        let cost = match self.reached {
            Reached::Nothing | Reached::Door => Cost::nothing(),
            _ if reported => cost_of(name, self.prompt, self.output),
            _ => cost_of(name, self.prompt, self.output).estimated(),
        };
        let counts = if reported { Counts::Reported } else { Counts::Counted };
        let facts = Facts {
            reached: self.reached,
            served,
            counts,
            prompt: Tokens(self.prompt),
            output: Tokens(self.output),
            elapsed: Duration::from_millis(self.millis),
            answers: 1,
            ceiling: Some(ceiling),
            reserved,
            cost: &cost,
        };
        (charge(&facts), cost.known())
    }

    fn reserved(&self, ceiling: &Ceiling) -> Option<Usd> {
        let worst = ceiling.of(Tokens(self.prompt), Tokens(self.output));
        self.spare.map(|spare| worst + Usd::from_picos(spare.into()))
    }
}

proptest! {
    #[test]
    fn no_less_than_the_known_tokens_and_no_more_than_the_reservation(
        call in call(), served: bool, reported: bool,
    ) {
        let ceiling = pool();
        let reserved = call.reserved(&ceiling);
        let (charged, known) = call.charge(&ceiling, reserved, served, reported);
        prop_assert!(charged.amount >= known, "{charged:?} {known}");
        if let Some(reserved) = reserved {
            prop_assert!(charged.amount <= reserved.max(known), "{charged:?} {reserved}");
        }
    }

    /// Of two calls about which the same is known, the one that got further is charged no less.
    #[test]
    fn a_call_that_got_further_is_charged_no_less(
        call in call(), more in (0_usize..5, 0_u64..1_000, 0_u64..1_000, 0_u64..10_000),
        served: bool, reported: bool,
    ) {
        let ceiling = pool();
        let further = Call {
            reached: call.reached.max(REACHED[more.0]),
            prompt: call.prompt + more.1,
            output: call.output + more.2,
            millis: call.millis + more.3,
            ..call.clone()
        };
        // A total is known for answers only: what is known must be the same of both.
        prop_assume!(!served || further.reached != Reached::Answer || call.reached == Reached::Answer);
        // Without a reservation only its tokens bound the cost of an unknown model's answer.
        prop_assume!(call.spare.is_some() || further.reached != Reached::Answer || call.reached != Reached::MaybeOutput);
        prop_assume!(!reported || further.reached != Reached::Answer || call.reached == Reached::Answer);
        let reserved = further.reserved(&ceiling);
        let (less, _) = call.charge(&ceiling, reserved, served, reported);
        let (more, _) = further.charge(&ceiling, reserved, served, reported);
        prop_assert!(more.amount >= less.amount, "{less:?} {more:?}");
    }

    #[test]
    fn learning_the_model_or_the_usage_never_raises_it(call in call(), served: bool, reported: bool) {
        let ceiling = pool();
        let reserved = call.reserved(&ceiling);
        let (known, _) = call.charge(&ceiling, reserved, served, reported);
        for (served, reported) in [(false, reported), (served, false), (false, false)] {
            let (unknown, _) = call.charge(&ceiling, reserved, served, reported);
            prop_assert!(known.amount <= unknown.amount, "{known:?} {unknown:?}");
        }
    }
}
