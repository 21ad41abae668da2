//! One test per rule: each breaks a minimal valid file and reads the message.

#[cfg(test)]
pub(crate) mod meters;

use crate::{check, error::SchemaError, parse, read_overlay, shared::Strictness};
use serde_json::{Value, json};

/// The smallest file that keeps every rule.
pub(super) fn file() -> Value {
    json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "sources": {
            "retail": { "kind": "retail_meter", "title": "Meters", "retrieved": "2026-08-11" },
            "dataset": { "kind": "third_party_dataset", "title": "Data set", "retrieved": "2026-11-22" },
            "derived": { "kind": "derived", "title": "Derived", "retrieved": "2026-11-22" },
        },
        "zones": { "eu": ["polandcentral", "swedencentral"] },
        "models": [{
            "id": "nova", "vendor": "Acme", "kind": "chat",
            "match": { "snapshots": ["nova-2026-05-01"], "aliases": [], "unlisted_snapshots": "reject" },
            "prices": [price()],
        }],
    })
}

pub(super) fn price() -> Value {
    json!({
        "for": { "deployment": "global_standard", "service_tier": "standard" },
        "from": "2026-01-01", "until": null,
        "tiers": [tier(0)],
    })
}

pub(super) fn tier(over: u32) -> Value {
    json!({
        "prompt_tokens_over": over,
        "rates": { "input": "2", "cached_input": "0.5", "cache_write": null, "output": "8" },
        "confidence": "high",
        "evidence": { "*": [{ "source": "retail" }] },
    })
}

fn router() -> Value {
    json!({
        "aliases": ["model-router"],
        "fees": [{
            "deployment": "global_standard", "from": "2025-11-01", "until": null,
            "per_1m_prompt_tokens": "0.14", "confidence": "high", "evidence": [{ "source": "retail" }],
        }],
        "pools": [{
            "version": "2026-01-01", "as_of": "2026-01-01", "size": 1, "complete": true,
            "models": ["nova"], "evidence": [{ "source": "retail" }],
        }],
    })
}

/// All that the rules say to the minimal file after `change`, one line each.
pub(super) fn broken(change: impl FnOnce(&mut Value)) -> String {
    broken_under(Strictness::Published, change)
}

pub(super) fn broken_under(strictness: Strictness, change: impl FnOnce(&mut Value)) -> String {
    let mut file = file();
    change(&mut file);
    let errors = match parse(&file.to_string(), "acme.json") {
        Ok(file) => check(&[file], strictness).err().unwrap_or_default(),
        Err(error) => vec![error],
    };
    errors.iter().map(SchemaError::to_string).collect::<Vec<_>>().join("\n")
}

/// The first price of the first model.
pub(super) fn first(file: &mut Value) -> &mut Value {
    &mut file["models"][0]["prices"][0]
}

#[test]
fn the_minimal_file_keeps_every_rule() {
    assert_eq!(broken(|_| {}), "");
    assert_eq!(broken(|file| file["router"] = router()), "");
}

#[test]
fn shape_names_file_model_and_field() {
    insta::assert_snapshot!(broken(|file| first(file)["form"] = json!("2026-01-01")), @"acme.json: model `nova`: prices[0].form: unknown field `form`, expected one of `for`, `from`, `until`, `review_by`, `note`, `tiers` at line 1 column 248");
    insta::assert_snapshot!(broken(|file| first(file)["from"] = json!("2026-02-30")), @"acme.json: model `nova`: prices[0].from: expected a day such as `2026-08-01`, found `2026-02-30` at line 1 column 261");
    insta::assert_snapshot!(broken(|file| first(file)["for"]["deployment"] = json!("global")), @"acme.json: model `nova`: prices[0].for.deployment: expected one of `global_standard`, `data_zone_standard`, `regional_standard`, `global_batch`, `data_zone_batch`, `external`, found `global` at line 1 column 205");
    insta::assert_snapshot!(broken(|file| file["currency"] = json!("EUR")), @"acme.json: currency: unknown variant `EUR`, expected `USD` at line 1 column 17");
    insta::assert_snapshot!(broken(|file| drop(first(file).as_object_mut().unwrap().remove("until"))), @"acme.json: model `nova`: prices[0]: missing field `until` at line 1 column 431");
    insta::assert_snapshot!(broken(|file| drop(file["models"][0].as_object_mut().unwrap().remove("match"))), @"acme.json: model `nova`: match: expected a value, found nothing");
    insta::assert_snapshot!(parse("{", "acme.json").unwrap_err(), @"acme.json: EOF while parsing an object at line 1 column 1");
}

#[test]
fn rule_1_money_is_a_string_of_at_most_six_decimals() {
    let set = |rate: Value| broken(|file| first(file)["tiers"][0]["rates"]["input"] = rate);
    insta::assert_snapshot!(set(json!(0.25)), @r#"acme.json: model `nova`: prices[0].tiers[0].rates.input: money is a string, so that it stays exact: expected `"0.25"`, found `0.25` at line 1 column 415"#);
    insta::assert_snapshot!(set(json!(2)), @r#"acme.json: model `nova`: prices[0].tiers[0].rates.input: money is a string, so that it stays exact: expected `"2"`, found `2` at line 1 column 412"#);
    insta::assert_snapshot!(set(json!("0.0000001")), @"acme.json: model `nova`: prices[0].tiers[0].rates.input: expected US dollars per million tokens such as `0.25`, with at most six digits before and after the point, found `0.0000001` at line 1 column 422");
    insta::assert_snapshot!(set(json!("$2")), @"acme.json: model `nova`: prices[0].tiers[0].rates.input: expected US dollars per million tokens such as `0.25`, with at most six digits before and after the point, found `$2` at line 1 column 415");
}

#[test]
fn rule_2_intervals_hold_a_day_and_do_not_overlap() {
    insta::assert_snapshot!(broken(|file| {
        first(file)["until"] = json!("2026-01-01");
        file["models"][0]["retired_on"] = json!("2026-01-01");
    }), @"acme.json: model `nova`: prices[0].until: expected a day after `2026-01-01`, found `2026-01-01`");
    insta::assert_snapshot!(broken(|file| {
        let mut second = price();
        second["from"] = json!("2026-08-01");
        file["models"][0]["prices"].as_array_mut().unwrap().push(second);
    }), @"acme.json: model `nova`: prices[1].from: expected one price per selector and day, but `prices[0]` holds on `2026-08-01` too");
    insta::assert_snapshot!(broken(|file| {
        let mut second = price();
        second["from"] = Value::Null;
        second["until"] = json!("2026-01-01");
        file["models"][0]["prices"].as_array_mut().unwrap().push(second);
    }), @"");
}

#[test]
fn rule_3_tiers_start_at_0_ascend_and_have_the_same_meters() {
    insta::assert_snapshot!(broken(|file| first(file)["tiers"] = json!([tier(5)])), @"acme.json: model `nova`: prices[0].tiers[0].prompt_tokens_over: expected the first to be `0`, found `5`");
    insta::assert_snapshot!(broken(|file| first(file)["tiers"] = json!([tier(0), tier(0)])), @"acme.json: model `nova`: prices[0].tiers[1].prompt_tokens_over: expected more than `0`, found `0`");
    insta::assert_snapshot!(broken(|file| {
        let mut long = tier(272_000);
        long["rates"]["cached_input"] = Value::Null;
        first(file)["tiers"] = json!([tier(0), long]);
    }), @"acme.json: model `nova`: prices[0].tiers[1].rates: expected the same meters in all tiers, `input` `cached_input` `output`, or a `note` that says why not, found `input` `output`");
    let none = |over| json!({ "prompt_tokens_over": over, "rates": null });
    insta::assert_snapshot!(broken(|file| first(file)["tiers"] = json!([none(0)])), @"acme.json: model `nova`: prices[0].tiers: expected at least one tier with rates, found only `null`");
    insta::assert_snapshot!(broken(|file| first(file)["tiers"] = json!([tier(0), none(1), tier(2)])), @"acme.json: model `nova`: prices[0].tiers[1].rates: expected rates in a tier between others, found `null`");
    insta::assert_snapshot!(broken(|file| first(file)["tiers"] = json!([])), @"acme.json: model `nova`: prices[0].tiers: expected at least one tier, found none");
    assert_eq!(broken(|file| first(file)["tiers"] = json!([none(0), tier(5), none(9)])), "");
}

#[test]
fn rule_4_zones_regions_and_clouds_fit_the_deployment() {
    let with = |selector: Value| broken(|file| first(file)["for"] = selector);
    let standard = |mut selector: Value| {
        selector["service_tier"] = json!("standard");
        with(selector)
    };
    insta::assert_snapshot!(standard(json!({ "deployment": "data_zone_standard" })), @"acme.json: model `nova`: prices[0].for.zone: expected the zone of a `data_zone_standard` price, found nothing");
    insta::assert_snapshot!(standard(json!({ "deployment": "global_standard", "zone": "eu" })), @"acme.json: model `nova`: prices[0].for.zone: expected no zone for `global_standard`, found `eu`");
    insta::assert_snapshot!(standard(json!({ "deployment": "regional_standard" })), @"acme.json: model `nova`: prices[0].for.regions: expected regions for `regional_standard`, found none");
    insta::assert_snapshot!(standard(json!({ "deployment": "global_standard", "regions": ["eastus"] })), @"acme.json: model `nova`: prices[0].for.regions: expected no regions for `global_standard`, found some");
    insta::assert_snapshot!(standard(json!({ "deployment": "data_zone_standard", "zone": "eu", "regions": ["eastus"] })), @"acme.json: model `nova`: prices[0].for.regions[0]: expected a region of zone `eu`, found `eastus`");
    insta::assert_snapshot!(standard(json!({ "deployment": "regional_standard", "regions": ["East US", "eastus", "eastus"] })), @r"
    acme.json: model `nova`: prices[0].for.regions[0]: expected a region such as `eastus2`, found `East US`
    acme.json: model `nova`: prices[0].for.regions[2]: expected each region once, found `eastus` again
    ");
    insta::assert_snapshot!(standard(json!({ "deployment": "regional_standard", "regions": ["usgovvirginia"] })), @"acme.json: model `nova`: prices[0].for.cloud: expected the cloud of region `usgovvirginia`, found `public`");
    insta::assert_snapshot!(standard(json!({ "deployment": "data_zone_standard", "zone": "us_gov" })), @"acme.json: model `nova`: prices[0].for.cloud: expected the cloud of zone `us_gov`, found `public`");
    insta::assert_snapshot!(standard(json!({ "deployment": "global_batch" })), @"acme.json: model `nova`: prices[0].for.service_tier: expected `batch` for batch SKUs only, found `standard` for `global_batch`");
}

#[test]
fn rule_4_regional_prices_do_not_share_a_region() {
    let regional = |regions: Value| {
        let mut price = price();
        price["for"] = json!({
            "deployment": "regional_standard", "service_tier": "standard", "regions": regions,
        });
        price
    };
    insta::assert_snapshot!(broken(|file| {
        file["models"][0]["prices"] =
            json!([regional(json!(["eastus", "westus"])), regional(json!(["westus"]))]);
    }), @"acme.json: model `nova`: prices[1].from: expected one price per selector and day, but `prices[0]` holds on `2026-01-01` too");
    assert_eq!(
        broken(|file| {
            file["models"][0]["prices"] =
                json!([regional(json!(["eastus"])), regional(json!(["westus"]))]);
        }),
        ""
    );
}

#[test]
fn rule_5_a_chat_model_says_what_cached_tokens_cost() {
    insta::assert_snapshot!(broken(|file| {
        let rates = first(file)["tiers"][0]["rates"].as_object_mut().unwrap();
        rates.remove("cached_input");
        rates.remove("cache_write");
        rates.remove("output");
    }), @r"
    acme.json: model `nova`: prices[0].tiers[0].rates.cached_input: expected an amount, or `null` if there is no such meter and the tokens cost `input`, found nothing
    acme.json: model `nova`: prices[0].tiers[0].rates.cache_write: expected an amount, or `null` if there is no such meter and the tokens cost `input`, found nothing
    acme.json: model `nova`: prices[0].tiers[0].rates.output: expected an amount, found nothing
    ");
    assert_eq!(
        broken(|file| {
            file["models"][0]["kind"] = json!("embedding");
            first(file)["tiers"][0]["rates"] = json!({ "input": "0.13" });
        }),
        ""
    );
}

#[test]
fn rule_6_every_rate_has_evidence_that_bears_its_confidence() {
    let set = |confidence: &str, evidence: Value| {
        broken(|file| {
            first(file)["tiers"][0]["confidence"] = json!(confidence);
            first(file)["tiers"][0]["evidence"] = evidence;
        })
    };
    insta::assert_snapshot!(set("high", json!({ "input": [{ "source": "retail" }] })), @r"
    acme.json: model `nova`: prices[0].tiers[0].evidence.cached_input: expected evidence for `cached_input`, or for all as `*`, found none
    acme.json: model `nova`: prices[0].tiers[0].evidence.output: expected evidence for `output`, or for all as `*`, found none
    ");
    insta::assert_snapshot!(set("high", json!({ "*": [{ "source": "retial" }] })), @r"
    acme.json: model `nova`: prices[0].tiers[0].evidence.*[0].source: expected a key of `sources`, found `retial`
    acme.json: model `nova`: prices[0].tiers[0].confidence: expected a meter, or a page, blog or docs of the vendor as evidence for `high`, found none
    ");
    insta::assert_snapshot!(set("high", json!({ "*": [{ "source": "dataset" }] })), @"acme.json: model `nova`: prices[0].tiers[0].confidence: expected a meter, or a page, blog or docs of the vendor as evidence for `high`, found none");
    insta::assert_snapshot!(set("high", json!({ "*": [{ "source": "retail" }, { "source": "derived" }] })), @"acme.json: model `nova`: prices[0].tiers[0].confidence: expected `medium` at most for what is derived, found `high`");
    insta::assert_snapshot!(set("low", json!({ "*": [], "inptu": [{ "source": "retail" }] })), @r"
    acme.json: model `nova`: prices[0].tiers[0].evidence: expected one of `*`, `input`, `cached_input`, `cache_write`, `cache_write_1h`, `cache_write_12h`, `output`, `audio_input`, `audio_output`, found `inptu`
    acme.json: model `nova`: prices[0].tiers[0].evidence.*: expected at least one source, found none
    ");
    assert_eq!(set("medium", json!({ "*": [{ "source": "derived" }] })), "");
}

#[test]
fn rule_7_names_are_unique_whatever_their_case() {
    let named = |id: &str, snapshots: Value, aliases: Value| {
        json!({
            "id": id, "vendor": "Acme", "kind": "chat", "prices": [price()],
            "match": { "snapshots": snapshots, "aliases": aliases, "unlisted_snapshots": "reject" },
        })
    };
    let add = |model: Value| broken(|file| file["models"].as_array_mut().unwrap().push(model));
    insta::assert_snapshot!(add(named("Nova", json!([]), json!([]))), @"acme.json: model `Nova`: id: expected a name of its own, but `Nova` also names `nova` of acme.json");
    insta::assert_snapshot!(add(named("stella", json!([]), json!(["STELLA", "NOVA-2026-05-01"]))), @r"
    acme.json: model `stella`: match.aliases[0]: expected a name of its own, but `STELLA` also names `stella` of acme.json
    acme.json: model `stella`: match.aliases[1]: expected no dated id of model `nova`, found `NOVA-2026-05-01`
    acme.json: model `stella`: match.aliases[1]: expected a name of its own, but `NOVA-2026-05-01` also names `nova` of acme.json
    ");
    insta::assert_snapshot!(add(named("stella", json!([]), json!(["nova-20260601"]))), @"acme.json: model `stella`: match.aliases[0]: expected no dated id of model `nova`, found `nova-20260601`");
    insta::assert_snapshot!(add(named("stella 2", json!([]), json!([]))), @"acme.json: model `stella 2`: id: expected letters, digits, `.`, `_` and `-` only, found `stella 2`");
    insta::assert_snapshot!(broken(|file| {
        file["router"] = router();
        file["models"][0]["match"]["aliases"] = json!(["Model-Router"]);
    }), @"acme.json: model `nova`: match.aliases[0]: expected a name of its own, but `Model-Router` also names the router");
    assert_eq!(
        add(named("nova-2026-06-01", json!([]), json!([]))),
        "",
        "an id of its own may be dated"
    );
}

#[test]
fn rule_8_a_review_comes_after_the_price_begins() {
    insta::assert_snapshot!(broken(|file| first(file)["review_by"] = json!("2025-12-31")), @"acme.json: model `nova`: prices[0].review_by: expected a day after `2026-01-01`, found `2025-12-31`");
    assert_eq!(broken(|file| first(file)["review_by"] = json!("2026-12-01")), "");
}

#[test]
fn a_correction_says_what_was_wrong() {
    let correct = |was: serde_json::Value| {
        broken(move |file| {
            first(file)["tiers"][0]["corrected"] = json!({"on": "2026-11-30", "was": was});
        })
    };
    assert_eq!(correct(json!(null)), "");
    let mut rates = tier(0)["rates"].clone();
    insta::assert_snapshot!(correct(rates.clone()), @"acme.json: model `nova`: prices[0].tiers[0].corrected.was: expected the wrong figures that these replaced, found the same ones");
    rates["input"] = json!("0.2");
    assert_eq!(correct(rates), "");
    let fee = |was: &str| {
        broken(|file| {
            file["router"] = router();
            file["router"]["fees"][0]["corrected"] = json!({"on": "2026-11-30", "was": was});
        })
    };
    assert_eq!(fee("0.1"), "");
    insta::assert_snapshot!(fee("0.14"), @"acme.json: router.fees[0].corrected.was: expected the wrong fee that this one replaced, found the same one");
}

#[test]
fn rule_9_a_price_ends_only_where_another_follows() {
    insta::assert_snapshot!(broken(|file| first(file)["until"] = json!("2026-08-01")), @"acme.json: model `nova`: prices[0].until: expected a price that follows on `2026-08-01`, the model's `retired_on`, or a `note` that says why, found none");
    let follows = |day: &str| {
        broken(|file| {
            first(file)["until"] = json!("2026-08-01");
            let mut next = price();
            next["from"] = json!(day);
            file["models"][0]["prices"].as_array_mut().unwrap().push(next);
        })
    };
    assert_eq!(follows("2026-08-01"), "");
    assert_eq!(follows("2026-09-01"), "", "gaps are allowed, and listed elsewhere");
    let retired = |file: &mut Value| {
        first(file)["until"] = json!("2026-08-01");
        file["models"][0]["retired_on"] = json!("2026-08-01");
    };
    assert_eq!(broken(retired), "");
}

#[test]
fn rule_9_a_region_falls_back_to_its_zone() {
    let zone = |regions: Value, until: Value| {
        let mut price = price();
        price["for"] = json!({
            "deployment": "data_zone_standard", "zone": "eu", "service_tier": "standard",
        });
        if !regions.is_null() {
            price["for"]["regions"] = regions;
        }
        price["until"] = until;
        price
    };
    let exception = zone(json!(["polandcentral"]), json!("2026-08-01"));
    let prices = json!([zone(Value::Null, Value::Null), exception]);
    assert_eq!(broken(|file| file["models"][0]["prices"] = prices), "");
}

#[test]
fn the_router_has_one_fee_at_a_time_and_pools_of_known_models() {
    let with = |change: &dyn Fn(&mut Value)| {
        broken(|file| {
            file["router"] = router();
            change(&mut file["router"]);
        })
    };
    insta::assert_snapshot!(with(&|router| {
        let mut any = router["fees"][0].clone();
        any["deployment"] = Value::Null;
        router["fees"].as_array_mut().unwrap().push(any);
    }), @"acme.json: router.fees[1].from: expected one fee per SKU and day, but `fees[0]` holds too");
    insta::assert_snapshot!(with(&|router| router["fees"][0]["evidence"] = json!([])), @r"
    acme.json: router.fees[0].evidence: expected at least one source, found none
    acme.json: router.fees[0].confidence: expected a meter, or a page, blog or docs of the vendor as evidence for `high`, found none
    ");
    insta::assert_snapshot!(with(&|router| router["pools"][0]["models"] = json!(["nowa"])), @"acme.json: router.pools[0].models[0]: expected the id of a model in the table, found `nowa`");
    insta::assert_snapshot!(with(&|router| router["pools"][0]["size"] = json!(2)), @"acme.json: router.pools[0].models: expected `2` models, all of them known, in a complete pool, found `1` and `0` inferred");
    insta::assert_snapshot!(with(&|router| {
        router["pools"][0]["complete"] = json!(false);
        router["pools"][0]["inferred"] = json!(["nova"]);
    }), @"acme.json: router.pools[0].models: expected at most `1` models, found `2`");
}

#[test]
fn files_are_checked_together() {
    let mut second = file();
    second["router"] = router();
    let files: Vec<_> = [("a.json", file()), ("b.json", second.clone()), ("c.json", second)]
        .iter()
        .map(|(name, file)| parse(&file.to_string(), name).unwrap())
        .collect();
    let errors = check(&files, Strictness::Published).unwrap_err();
    let text = errors.iter().map(SchemaError::to_string).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(text, @r"
    b.json: model `nova`: id: expected a name of its own, but `nova` also names `nova` of a.json
    b.json: model `nova`: match.snapshots[0]: expected a name of its own, but `nova-2026-05-01` also names `nova` of a.json
    c.json: model `nova`: id: expected a name of its own, but `nova` also names `nova` of b.json
    c.json: model `nova`: match.snapshots[0]: expected a name of its own, but `nova-2026-05-01` also names `nova` of b.json
    c.json: router: expected one description of the router, found one in `b.json` too
    ");
}

#[test]
fn an_overlay_proves_nothing_but_is_exact_all_the_same() {
    let bare = |change: &dyn Fn(&mut Value)| {
        broken_under(Strictness::Overlay, |file| {
            let mut price = price();
            price["tiers"][0]
                .as_object_mut()
                .unwrap()
                .retain(|key, _| key != "confidence" && key != "evidence");
            *file = json!({
                "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
                "models": [{ "id": "nova", "prices": [price] }],
            });
            change(file);
        })
    };
    assert_eq!(bare(&|_| {}), "");
    assert_eq!(
        bare(&|file| first(file)["until"] = json!("2026-12-31")),
        "",
        "then the list price holds"
    );
    insta::assert_snapshot!(bare(&|file| first(file)["tiers"][0]["rates"]["output"] = json!(8)), @r#"acme.json: model `nova`: prices[0].tiers[0].rates.output: money is a string, so that it stays exact: expected `"8"`, found `8` at line 1 column 267"#);
    insta::assert_snapshot!(bare(&|file| first(file)["tiers"][0]["rates"] = json!({ "input": "1", "output": "2" })), @r"
    acme.json: model `nova`: prices[0].tiers[0].rates.cached_input: expected an amount, or `null` if there is no such meter and the tokens cost `input`, found nothing
    acme.json: model `nova`: prices[0].tiers[0].rates.cache_write: expected an amount, or `null` if there is no such meter and the tokens cost `input`, found nothing
    ");
}

#[test]
fn an_overlay_is_its_own_source() {
    let mut overlay = file();
    overlay["models"][0]["prices"][0]["tiers"][0]["evidence"] = json!({});
    let table = read_overlay(&overlay.to_string(), "our-prices.json").unwrap();
    assert_eq!(table.models[0].prices[0].source, "our-prices.json");
    assert!(table.router.is_none());
}

fn rule() -> Value {
    json!({
        "id": "acme-reasoning", "families": ["Acme"], "provider": "azure",
        "reasoning_outside_completion": "not_billed", "from": null, "until": null,
        "basis": "one bill", "confidence": "medium", "evidence": [{ "source": "dataset" }],
    })
}

#[test]
fn billing_rules_are_named_sourced_and_one_at_a_time() {
    let with = |change: &dyn Fn(&mut Value)| {
        broken(|file| {
            file["billing_rules"] = json!([rule()]);
            change(&mut file["billing_rules"]);
        })
    };
    assert_eq!(with(&|_| {}), "");
    let second = |rules: &mut Value, change: &dyn Fn(&mut Value)| {
        let mut second = rule();
        second["id"] = json!("second");
        change(&mut second);
        rules.as_array_mut().unwrap().push(second);
    };
    assert_eq!(
        with(&|rules| {
            rules[0]["until"] = json!("2026-05-01");
            second(rules, &|rule| rule["from"] = json!("2026-05-01"));
        }),
        "",
        "one after the other"
    );
    let all = [
        with(&|rules| rules[0]["id"] = json!("Acme rule")),
        with(&|rules| rules[0]["families"] = json!([])),
        with(&|rules| rules[0]["families"] = json!(["Acme", "Nobody"])),
        with(&|rules| {
            rules[0]["from"] = json!("2026-01-02");
            rules[0]["until"] = json!("2026-01-01");
        }),
        with(&|rules| rules[0]["basis"] = json!(" ")),
        with(&|rules| rules[0]["evidence"] = json!([])),
        with(&|rules| rules[0]["confidence"] = json!("high")),
        with(&|rules| rules[0]["provider"] = json!("xai")),
        with(&|rules| rules[0]["reasoning_outside_completion"] = json!("unknown")),
        with(&|rules| second(rules, &|rule| rule["families"] = json!(["ACME", "Acme"]))),
        with(&|rules| {
            second(rules, &|rule| {
                rule["id"] = json!("acme-reasoning");
                rule["until"] = json!("2026-05-01");
            });
        }),
    ];
    insta::assert_snapshot!(all.join("\n"), @r"
    acme.json: billing_rules[0].id: expected lower-case letters, digits and hyphens, found `Acme rule`
    acme.json: billing_rules[0].families: expected at least one vendor, found none
    acme.json: billing_rules[0].families: expected the vendor of a model in the table, found `Nobody`
    acme.json: billing_rules[0].until: expected a day after `2026-01-02`, found `2026-01-01`
    acme.json: billing_rules[0].basis: expected what it is concluded from, in a few words, found nothing
    acme.json: billing_rules[0].evidence: expected at least one source, found none
    acme.json: billing_rules[0].confidence: expected a meter, or a page, blog or docs of the vendor as evidence for `high`, found none
    acme.json: billing_rules[0].provider: expected one of `azure`, found `xai` at line 1 column 164
    acme.json: billing_rules[0].reasoning_outside_completion: expected one of `billed`, `not_billed`, found `unknown` at line 1 column 207
    acme.json: billing_rules[1].families: expected the vendor of a model in the table, found `ACME`
    acme.json: billing_rules[1].families: expected one rule per family and day, but `acme-reasoning` is for `ACME` too
    acme.json: billing_rules[1].id: expected an id of its own, found it in `acme.json` too
    acme.json: billing_rules[1].families: expected one rule per family and day, but `acme-reasoning` is for `Acme` too
    ");
}

#[test]
fn an_overlays_billing_rule_need_prove_nothing() {
    let overlay = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "billing_rules": [{
            "id": "our-bill", "families": ["xAI"], "provider": "azure",
            "reasoning_outside_completion": "billed",
        }],
    });
    let table = read_overlay(&overlay.to_string(), "our-prices.json").unwrap();
    assert_eq!(table.billing_rules[0].source, "our-prices.json");
}
