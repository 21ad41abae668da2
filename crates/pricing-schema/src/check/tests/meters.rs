//! One test per rule about meters, slips, zones and tools: each breaks the minimal valid file.

use crate::check::tests::{broken, broken_under, file, first, price, tier};
use crate::{read_overlay, shared::Strictness};
use serde_json::{Value, json};

/// A price of this service tier whose rates cite these meters.
fn citing(service_tier: &str, meters: Value) -> String {
    broken(|file| {
        let price = first(file);
        price["for"]["service_tier"] = json!(service_tier);
        if service_tier == "batch" {
            price["for"]["deployment"] = json!("global_batch");
        }
        for (rate, meter) in meters.as_object().unwrap() {
            price["tiers"][0]["evidence"][rate] = json!([{ "source": "retail", "meter": meter }]);
        }
    })
}

#[test]
fn rule_10_a_rate_cites_meters_of_its_own_kind() {
    insta::assert_snapshot!(citing("standard", json!({ "input": "nova ccchd inp glbl Tokens" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.input: expected a meter for `input`, found `nova ccchd inp glbl Tokens`, which counts cached input");
    insta::assert_snapshot!(citing("standard", json!({ "input": "nova Cd Wr Std Gl 1M Tokens" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.input: expected a meter for `input`, found `nova Cd Wr Std Gl 1M Tokens`, which counts cache writes");
    insta::assert_snapshot!(citing("standard", json!({ "input": "nova Outp glbl Tokens" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.input: expected a meter for `input`, found `nova Outp glbl Tokens`, which counts output");
    insta::assert_snapshot!(citing("standard", json!({ "output": "nova Cached Outp glbl" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.output: expected a meter for `output`, found `nova Cached Outp glbl`, which counts cached input");
    insta::assert_snapshot!(citing("standard", json!({ "output": "nova inp Gl 1M Tokens" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.output: expected a meter for `output`, found `nova inp Gl 1M Tokens`, which counts input");
    insta::assert_snapshot!(citing("standard", json!({ "cached_input": "nova Inp glbl" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.cached_input: expected a meter for `cached_input`, found `nova Inp glbl`, which counts input");
    let fitting = json!({
        "input": "nova ShortCo Inp Std Gl", "cached_input": "nova ShortCo Cd Inp Std Gl",
        "output": "nova ShortCo Opt Std Gl",
    });
    assert_eq!(citing("standard", fitting), "");
}

#[test]
fn rule_10_a_rate_cites_meters_of_its_own_service_tier() {
    for tier in ["PP", "Flex", "Fl", "Batch"] {
        let found = citing("standard", json!({ "input": format!("nova Inp {tier} Gl") }));
        assert!(found.contains("expected a meter of tier `standard`, found `nova Inp"), "{found}");
    }
    insta::assert_snapshot!(citing("priority", json!({ "input": "nova Inp Std Gl", "output": "nova Opt PP Gl" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.input: expected a meter of tier `priority`, found `nova Inp Std Gl`, of `standard`");
    insta::assert_snapshot!(citing("flex", json!({ "cached_input": "nova Cd Inp PP Gl" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.cached_input: expected a meter of tier `flex`, found `nova Cd Inp PP Gl`, of `priority`");
    insta::assert_snapshot!(citing("batch", json!({ "output": "nova BatchOutp glbl", "input": "nova Inp Flex Gl" })), @"acme.json: model `nova`: prices[0].tiers[0].evidence.input: expected a meter of tier `batch`, found `nova Inp Flex Gl`, of `flex`");
}

#[test]
fn rule_10_two_rates_never_cite_one_meter() {
    insta::assert_snapshot!(broken(|file| {
        first(file)["tiers"][0]["evidence"]["*"][0]["meter"] = json!("nova Tokens");
    }), @r"
    acme.json: model `nova`: prices[0].tiers[0].evidence.cached_input: expected a meter for `cached_input`, found `nova Tokens`, which counts tokens of no kind that it names
    acme.json: model `nova`: prices[0].tiers[0].evidence.cached_input: expected a meter for one rate only, but `nova Tokens` is cited by tiers[0].evidence.input
    acme.json: model `nova`: prices[0].tiers[0].evidence.output: expected a meter for one rate only, but `nova Tokens` is cited by tiers[0].evidence.cached_input
    ");
    insta::assert_snapshot!(broken(|file| {
        let tiers = [0, 272_000].map(|over| {
            let mut tier = tier(over);
            tier["evidence"]["input"] = json!([{ "source": "retail", "meter": "nova Inp glbl" }]);
            tier
        });
        first(file)["tiers"] = json!(tiers);
    }), @"acme.json: model `nova`: prices[0].tiers[1].evidence.input: expected a meter for one rate only, but `nova Inp glbl` is cited by tiers[0].evidence.input");
}

#[test]
fn rule_11_slips_need_a_note() {
    let set = |rate: &str, amount: &str, note: Option<&str>| {
        broken(|file| {
            first(file)["tiers"][0]["rates"][rate] = json!(amount);
            if let Some(note) = note {
                first(file)["note"] = json!(note);
            }
        })
    };
    insta::assert_snapshot!(set("cached_input", "2.000001", None), @"acme.json: model `nova`: prices[0].tiers[0].rates.cached_input: expected no more than `input`, or a `note` on the price that says why");
    insta::assert_snapshot!(set("output", "1.999999", None), @"acme.json: model `nova`: prices[0].tiers[0].rates.output: expected no less than `input`, or a `note` on the price that says why");
    assert_eq!(set("cached_input", "2", None), "");
    assert_eq!(set("output", "2", None), "");
    assert_eq!(set("cached_input", "3", Some("as the meter says")), "");
    assert_eq!(set("output", "1", Some("as the meter says")), "");
}

/// The errors for a zone's price that is `factor` hundredths of Global's.
fn zone(selector: Value, factor: u64, note: Option<&str>) -> String {
    let amount = |micros: u64| json!(format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000));
    broken(|file| {
        let mut price = price();
        for (field, value) in selector.as_object().unwrap() {
            price["for"][field] = value.clone();
        }
        for (rate, global) in [("input", 20_000), ("cached_input", 5_000), ("output", 80_000)] {
            price["tiers"][0]["rates"][rate] = amount(global * factor);
        }
        if let Some(note) = note {
            price["note"] = json!(note);
        }
        file["models"][0]["prices"].as_array_mut().unwrap().push(price);
    })
}

#[test]
fn rule_11_a_zone_far_from_global_needs_a_note() {
    let eu = || json!({ "deployment": "data_zone_standard", "zone": "eu" });
    let gov = || json!({ "deployment": "data_zone_standard", "zone": "us_gov", "cloud": "us_gov" });
    let gov_global = || json!({ "cloud": "us_gov" });
    insta::assert_snapshot!(zone(eu(), 99, None), @"acme.json: model `nova`: prices[1].tiers[0].rates: expected `input` at 1.0 to 1.3 of the Global price, or a `note` on the price that says why");
    insta::assert_snapshot!(zone(eu(), 131, None), @"acme.json: model `nova`: prices[1].tiers[0].rates: expected `input` at 1.0 to 1.3 of the Global price, or a `note` on the price that says why");
    insta::assert_snapshot!(zone(gov(), 141, None), @"acme.json: model `nova`: prices[1].tiers[0].rates: expected `input` at 1.0 to 1.4 of the Global price, or a `note` on the price that says why");
    insta::assert_snapshot!(zone(gov_global(), 99, None), @"acme.json: model `nova`: prices[1].tiers[0].rates: expected `input` at 1.0 to 1.4 of the Global price, or a `note` on the price that says why");
    for (selector, factor) in
        [(eu(), 100), (eu(), 130), (gov(), 100), (gov(), 140), (gov_global(), 140)]
    {
        assert_eq!(zone(selector, factor, None), "");
    }
    assert_eq!(zone(eu(), 200, Some("read so on 2026-08-11")), "");
}

#[test]
fn an_operators_prices_are_not_judged_but_their_meters_are() {
    let odd = |meter: &str| {
        broken_under(Strictness::Overlay, |file| {
            let tier = &mut first(file)["tiers"][0];
            tier["rates"]["cached_input"] = json!("3");
            tier["rates"]["output"] = json!("1");
            tier["evidence"]["input"] = json!([{ "source": "retail", "meter": meter }]);
        })
    };
    assert_eq!(odd("nova Inp glbl Tokens"), "");
    insta::assert_snapshot!(odd("nova cchd Inp glbl Tokens"), @"acme.json: model `nova`: prices[0].tiers[0].evidence.input: expected a meter for `input`, found `nova cchd Inp glbl Tokens`, which counts cached input");
}

#[test]
fn tools_have_one_price_at_a_time_with_evidence() {
    let tool = || {
        json!({
            "tool": "code_interpreter", "unit": "session", "price": "0.03", "from": "2026-01-01",
            "until": null, "confidence": "high", "evidence": [{ "source": "retail" }],
        })
    };
    let with = |change: &dyn Fn(&mut Value)| {
        broken(|file| {
            file["tools"] = json!([tool()]);
            change(&mut file["tools"]);
        })
    };
    assert_eq!(with(&|_| {}), "");
    insta::assert_snapshot!(with(&|tools| tools[0]["unit"] = json!("hour")), @"acme.json: tools[0].unit: expected one of `session`, `gb_day`, `thousand_calls`, found `hour` at line 1 column 845");
    insta::assert_snapshot!(with(&|tools| tools[0]["until"] = json!("2026-01-01")), @"acme.json: tools[0].until: expected a day after `2026-01-01`, found `2026-01-01`");
    insta::assert_snapshot!(with(&|tools| tools.as_array_mut().unwrap().push(tool())), @"acme.json: tools[1].from: expected one price of `code_interpreter` per day, found two");
    insta::assert_snapshot!(with(&|tools| tools[0]["evidence"] = json!([])), @r"
    acme.json: tools[0].evidence: expected at least one source, found none
    acme.json: tools[0].confidence: expected a meter, or a page, blog or docs of the vendor as evidence for `high`, found none
    ");
}

#[test]
fn writes_for_twelve_hours_have_a_place() {
    let mut overlay = file();
    let tier = &mut overlay["models"][0]["prices"][0]["tiers"][0];
    tier["rates"]["cache_write_12h"] = json!("4");
    tier["evidence"]["cache_write_12h"] = json!([{ "source": "retail", "meter": "nova Cd Wr Gl" }]);
    let table = read_overlay(&overlay.to_string(), "acme.json").unwrap();
    assert_eq!(table.models[0].prices[0].tiers[0].rates.cache_write_12h, Some(4_000_000));
}
