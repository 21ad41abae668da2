//! `fareway price --changed-since`: what began and ended, with the figures of before and after.

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::fareway;

#[test]
fn a_changed_price_shows_old_and_new_figures() {
    assert_snapshot!(fareway("price gpt-5.6-sol --changed-since 2026-09-01").run(), @r"
    --- out
    2026-09-01  gpt-5.6-sol  global_standard, standard: cache write $6.25 → $5, cached input $0.5 → $0.4, input $5 → $4, output $30 → $20
    2026-09-01  gpt-5.6-sol  global_standard, standard, prompts over 272000 tokens: cache write $12.5 → $10, cached input $1 → $0.8, input $10 → $8, output $45 → $30
    2026-09-01  gpt-5.6-sol  data_zone_standard us, standard: cache write $6.875 → $5.5, cached input $0.55 → $0.44, input $5.5 → $4.4, output $33 → $22
    2026-09-01  gpt-5.6-sol  data_zone_standard us, standard, prompts over 272000 tokens: cache write $13.75 → $11, cached input $1.1 → $0.88, input $11 → $8.8, output $49.5 → $33
    2026-09-01  gpt-5.6-sol  data_zone_standard eu, standard: cache write $6.875 → $5.5, cached input $0.55 → $0.44, input $5.5 → $4.4, output $33 → $22
    2026-09-01  gpt-5.6-sol  data_zone_standard eu, standard, prompts over 272000 tokens: cache write $13.75 → $11, cached input $1.1 → $0.88, input $11 → $8.8, output $49.5 → $33
    2026-09-01  gpt-5.6-sol  global_standard, priority: cache write $12.5 → $10, cached input $1 → $0.8, input $10 → $8, output $60 → $40
    2026-09-01  gpt-5.6-sol  global_standard, priority, prompts over 272000 tokens: listed at cache write $20, cached input $1.6, input $16, output $60
    2026-09-01  gpt-5.6-sol  data_zone_standard us, priority: cache write $13.75 → $11, cached input $1.1 → $0.88, input $11 → $8.8, output $66 → $44
    2026-09-01  gpt-5.6-sol  data_zone_standard us, priority, prompts over 272000 tokens: listed at cache write $22, cached input $1.76, input $17.6, output $66
    2026-09-01  gpt-5.6-sol  data_zone_standard eu, priority: cache write $13.75 → $11, cached input $1.1 → $0.88, input $11 → $8.8, output $66 → $44
    2026-09-01  gpt-5.6-sol  data_zone_standard eu, priority, prompts over 272000 tokens: listed at cache write $22, cached input $1.76, input $17.6, output $66
    2026-09-24  gpt-5.6-sol  global_standard, flex: listed at cache write $2.5, cached input $0.2, input $2, output $10
    2026-09-24  gpt-5.6-sol  global_standard, flex, prompts over 272000 tokens: listed at cache write $5, cached input $0.4, input $4, output $15
    2026-11-30  gpt-5.6-sol  global_standard, priority, prompts over 272000 tokens: corrected, no price → cache write $20, cached input $1.6, input $16, output $60
    2026-11-30  gpt-5.6-sol  data_zone_standard us, priority, prompts over 272000 tokens: corrected, no price → cache write $22, cached input $1.76, input $17.6, output $66
    2026-11-30  gpt-5.6-sol  data_zone_standard eu, priority, prompts over 272000 tokens: corrected, no price → cache write $22, cached input $1.76, input $17.6, output $66

    US dollars per 1M tokens; dates are the first day of the change, UTC

    --- exit 0
    ");
}

#[test]
fn an_ended_price_shows_what_it_was() {
    assert_snapshot!(fareway("price FW-GLM-5.2 --changed-since 2026-08-31").run(), @r"
    --- out
    2026-09-01  FW-GLM-5.2  data_zone_standard eu, standard: ended, was cached input $0.15, input $1.54, output $4.84

    US dollars per 1M tokens; dates are the first day of the change, UTC

    --- exit 0
    ");
}

#[test]
fn the_routing_fee_is_a_price_too() {
    assert_snapshot!(fareway("price model-router --changed-since 2025-11-01").run(), @r"
    --- out
    2025-11-01  model-router  global_standard, routing fee: prompt $0 → $0.14
    2025-11-01  model-router  data_zone_standard, routing fee: prompt $0 → $0.154
    2026-11-30  model-router  data_zone_standard, routing fee: corrected, prompt $0.14 → $0.154

    US dollars per 1M tokens; dates are the first day of the change, UTC

    --- exit 0
    ");
    assert_snapshot!(fareway("price model-router --changed-since 2026-12-01").run(), @r"
    --- out
    no price changed on or after 2026-12-01

    --- exit 0
    ");
}

/// A figure that was wrong from the start is no price of another day: it changed on the day on which it
/// was corrected.
#[test]
fn a_corrected_figure_is_shown_on_the_day_of_its_correction() {
    assert_snapshot!(fareway("price gpt-5-codex --changed-since 2026-11-30").run(), @r"
    --- out
    2026-11-30  gpt-5-codex  global_standard, standard: corrected, cached input no meter → $0.125, input $0.125 → $1.25
    2026-11-30  gpt-5-codex  data_zone_standard us, standard: corrected, cached input no meter → $0.138, input $0.138 → $1.375
    2026-11-30  gpt-5-codex  data_zone_standard eu, standard: corrected, cached input no meter → $0.138, input $0.138 → $1.375

    US dollars per 1M tokens; dates are the first day of the change, UTC

    --- exit 0
    ");
    let none = fareway("price gpt-5-codex --changed-since 2026-12-01").run();
    assert_eq!(none.out, "no price changed on or after 2026-12-01\n");
    let json = fareway("price fw-kimi --changed-since 2026-11-30 --json").run();
    let all: Value = serde_json::from_str(&json.out).unwrap();
    let [change] = &all["changes"].as_array().unwrap()[..] else { panic!("{json}") };
    assert_eq!((&change["change"], &change["date"]), (&"corrected".into(), &"2026-11-30".into()));
    let [old, new] = ["old", "new"].map(|side| change["tiers"][0][side]["output"].clone());
    assert_eq!([old, new], ["15", "16.5"]);
}

#[test]
fn json_has_every_change_since_the_day_and_none_before() {
    let ran = fareway("price --changed-since 2026-09-01 --json").run();
    assert_eq!(ran.code, 0, "{ran}");
    let all: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(all["since"], "2026-09-01");
    assert!(all["table"].as_str().unwrap() >= "2026-11-30+", "{}", all["table"]);
    let changes = all["changes"].as_array().unwrap();
    assert!(changes.iter().all(|change| change["date"].as_str().unwrap() >= "2026-09-01"));
    let luna: Vec<&Value> = changes
        .iter()
        .filter(|change| change["model"] == "gpt-5.6-luna" && change["service_tier"] == "priority")
        .collect();
    // Short prompts cost as before, so that only the longer ones are there.
    let [luna] = luna.as_slice() else { panic!("{luna:?}") };
    assert_eq!(luna["change"], "changed");
    let tiers = luna["tiers"].as_array().unwrap();
    assert_eq!(tiers.len(), 1);
    assert_eq!(tiers[0]["prompt_tokens_over"], 272_000);
    assert_eq!(tiers[0]["old"], Value::Null);
    assert_eq!(tiers[0]["new"]["input"], "0.8");
    assert_eq!(tiers[0]["new"]["output"], "3.6");
}

#[test]
fn an_operators_prices_are_listed_as_well() {
    let file = std::env::temp_dir().join(format!("changes-{}.json", std::process::id()));
    let price = |from: &str, until: &str, input: &str| {
        format!(
            r#"{{ "for": {{ "deployment": "global_standard", "service_tier": "standard" }},
              "from": {from}, "until": {until}, "tiers": [{{ "prompt_tokens_over": 0, "rates":
              {{ "input": "{input}", "cached_input": null, "cache_write": null, "output": "9" }} }}] }}"#
        )
    };
    let prices = [price("null", r#""2031-01-01""#, "2"), price(r#""2031-01-01""#, "null", "1")];
    let text = format!(
        r#"{{ "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
             "models": [{{ "id": "nova", "prices": [{}] }}] }}"#,
        prices.join(", ")
    );
    std::fs::write(&file, text).unwrap();
    let arguments = format!("price --changed-since 2031-01-01 --overlay {}", file.display());
    assert_snapshot!(fareway(&arguments).run(), @r"
    --- out
    2031-01-01  nova  global_standard, standard: input $2 → $1

    US dollars per 1M tokens; dates are the first day of the change, UTC

    --- exit 0
    ");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn arguments_without_effect_are_refused() {
    for arguments in ["--tier flex", "--date 2026-09-01", "--zone eu", "--list"] {
        let ran = fareway(&format!("price --changed-since 2026-09-01 {arguments}")).run();
        assert_eq!(ran.code, 2, "{ran}");
    }
    assert_eq!(fareway("price --changed-since yesterday").run().code, 2);
}
