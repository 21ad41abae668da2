//! Lookup has a result for every name, and never guesses.

use cost_model::{Day, DeploymentType, Match, PriceBook, Query, ServiceTier, Sku, Unpriced, day};
use llm_types::Tokens;
use pricing_data::{Cloud, MODELS, Model, Price};
use proptest::prelude::*;

/// Every name that the table lists.
fn listed() -> Vec<&'static str> {
    let names = |model: &'static Model| {
        [&model.id].into_iter().chain(model.snapshots.iter()).chain(model.aliases.iter())
    };
    MODELS.iter().flat_map(names).map(AsRef::as_ref).collect()
}

#[track_caller]
fn check(served: &str, expect: Result<(&str, Match), Unpriced>) {
    let book = PriceBook::builtin();
    let found = book.find(served).map(|found| (found.model.id.as_ref(), found.matched));
    assert_eq!(found, expect, "{served}");
}

#[test]
fn equality_is_exact_whatever_the_case() {
    check("gpt-5-mini", Ok(("gpt-5-mini", Match::Exact)));
    check("GPT-5-Mini-2025-08-07", Ok(("gpt-5-mini", Match::Exact)));
}

#[test]
fn blanks_and_prefixes_are_normalised() {
    check(" gpt-5-mini", Ok(("gpt-5-mini", Match::Normalised)));
    check("azure_ai/gpt-5-mini-2025-08-07", Ok(("gpt-5-mini", Match::Normalised)));
    check("azure/OpenAI/gpt-5-mini", Ok(("gpt-5-mini", Match::Normalised)));
}

#[test]
fn an_unlisted_date_is_stripped_once() {
    let stripped = Ok(("gpt-5-mini", Match::SnapshotSuffixStripped));
    check("gpt-5-mini-2099-01-01", stripped.clone());
    check("azure_ai/gpt-5-mini-20990101", stripped);
    let twice = "gpt-5-mini-2099-01-01-2099-01-01";
    check(twice, Err(Unpriced::UnknownModel(twice.to_owned())));
}

#[test]
fn a_model_whose_snapshots_differ_in_price_lends_none() {
    for model in MODELS.iter().filter(|model| !model.inherit_unlisted_snapshots) {
        let served = format!("{}-2099-01-01", model.id);
        check(&served, Err(Unpriced::UnknownModel(served.clone())));
    }
}

#[test]
fn a_longer_name_is_another_model() {
    for served in ["gpt-5-turbo-2099-01-01", "gpt-5-turbo", "gpt-5x", "my-gpt-5", "gpt", "x/gpt-5"]
    {
        check(served, Err(Unpriced::UnknownModel(served.to_owned())));
    }
    for served in ["", "  ", "azure_ai/", "azure_ai/model_router/"] {
        check(served, Err(Unpriced::NoServedModel));
    }
}

/// A SKU and a day that a price says it is for.
fn selector(price: &Price) -> (Sku, Day) {
    let gov = (price.cloud == Cloud::UsGov).then_some("us_gov");
    let zone = price.zone.map(cost_model::Zone::as_str).or(gov);
    let region = price.regions.first().map(AsRef::as_ref);
    let sku = Sku::parse(Some(price.deployment.as_str()), zone, region).unwrap();
    let since_ever = price.until.map_or(day(2026, 6, 1), |until| Day(until.0 - 1));
    (sku, if price.from == Day::UNKNOWN { since_ever } else { price.from })
}

#[test]
fn every_published_price_is_found_by_what_it_is_for() {
    let book = PriceBook::builtin();
    for model in MODELS {
        for price in model.prices.iter() {
            let (sku, day) = selector(price);
            let tier = Some(price.service_tier);
            let query = Query { tier, ..Query::new(&model.id, &sku, day) };
            // Some prices are known for long prompts only.
            let prompt = Tokens(u64::from(price.tiers[0].prompt_tokens_over) + 1);
            let card = book.card(&query, prompt).unwrap();
            assert_eq!(card.price.id, price.id, "{} for {sku} on {day}", model.id);
        }
    }
}

#[test]
fn a_missing_price_says_which_part_rules_it_out() {
    let book = PriceBook::builtin();
    let why = |served: &str, sku: &[Option<&str>; 3], tier, day| {
        let sku = Sku::parse(sku[0], sku[1], sku[2]).unwrap();
        let query = Query { tier, ..Query::new(served, &sku, day) };
        book.card(&query, Tokens(1)).unwrap_err().to_string()
    };
    let (global, today) = ([None; 3], day(2026, 11, 22));
    assert_eq!(
        why(
            "grok-4",
            &[Some("standard"), None, Some("eastus")],
            Some(ServiceTier::Standard),
            today
        ),
        "`grok-4` has no price for regional_standard eastus"
    );
    assert_eq!(
        why("grok-4", &global, Some(ServiceTier::Priority), today),
        "`grok-4` has no price for the service tier `priority` on global_standard"
    );
    assert_eq!(
        why("gpt-5-mini", &global, None, today),
        "`gpt-5-mini` has no price for the service tier `unknown` on global_standard"
    );
    assert_eq!(
        why("gpt-5.6-luna", &global, Some(ServiceTier::Standard), day(2020, 1, 1)),
        "`gpt-5.6-luna` has no price for global_standard on that day"
    );
}

#[test]
fn a_batch_sku_is_billed_at_the_batch_tier() {
    let book = PriceBook::builtin();
    let sku = Sku::parse(Some(DeploymentType::GlobalBatch.as_str()), None, None).unwrap();
    let query = Query::new("gpt-4.1-nano", &sku, day(2026, 11, 22));
    let card = book.card(&query, Tokens(1)).unwrap();
    assert_eq!(card.price.service_tier, ServiceTier::Batch);
}

proptest! {
    #[test]
    fn any_text_is_looked_up_without_a_panic(served in any::<String>()) {
        let _ = PriceBook::builtin().find(&served);
    }

    #[test]
    fn cutting_a_name_never_panics(name in prop::sample::select(listed()), at: prop::sample::Index, with in "\\PC{0,3}") {
        let at = at.index(name.len() + 1);
        let _ = PriceBook::builtin().find(&format!("{}{with}{}", &name[..at], &name[at..]));
    }

    #[test]
    fn promise_2_no_listed_name_prices_a_longer_one(
        name in prop::sample::select(listed()),
        more in "[-.a-z0-9]{1,12}",
        before: bool,
    ) {
        let served = if before { format!("{more}{name}") } else { format!("{name}{more}") };
        let is_listed = listed().iter().any(|known| known.eq_ignore_ascii_case(&served));
        let dated = more.len() >= 9 && more.starts_with("-20");
        prop_assume!(!is_listed && !dated);
        let book = PriceBook::builtin();
        let found = book.find(&served).map(|found| found.model.id.as_ref());
        prop_assert_eq!(found, Err(Unpriced::UnknownModel(served.clone())));
    }
}
