//! `fareway price`: cards, lists, and the messages when there is no price.

use insta::assert_snapshot;

use crate::run::fareway;

#[test]
fn a_card() {
    assert_snapshot!(fareway("price gpt-5-nano --date 2026-06-01").run(), @r"
    --- out
    model           gpt-5-nano by OpenAI
    sold as         global_standard, service tier standard, on 2026-06-01
    price           gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55, since 2025-08-01
    prompt          any length
      input         $0.05
      cached input  $0.005
      cache write   as input
      output        $0.4
    routing fee     $0.14 for every prompt token, where a router chose the model
    unit            US dollars per 1M tokens
    source          Azure Retail Prices API, 2026-08-11 (confidence high)

    --- exit 0
    ");
}

#[test]
fn a_card_with_tiers_that_ended() {
    assert_snapshot!(fareway("price gpt-5.6-luna-2026-07-09 --date 2026-07-15").run(), @r"
    --- out
    model           gpt-5.6-luna by OpenAI
    sold as         global_standard, service tier standard, on 2026-07-15
    price           gpt-5.6-luna/global_standard/standard/2026-07-01#87f9516c5127, since 2026-07-01, before 2026-08-01
    prompt          up to 272000    over 272000
      input         $1              $2
      cached input  $0.1            $0.2
      cache write   $1.25           $2.5
      output        $6              $9
    routing fee     $0.14 for every prompt token, where a router chose the model
    unit            US dollars per 1M tokens
    source          Azure Retail Prices API, 2026-08-11 (confidence high)

    --- exit 0
    ");
}

#[test]
fn a_regional_card_in_json() {
    let arguments = "price gpt-4.1 --deployment-type regional_standard --region swedencentral \
                     --date 2026-06-01 --json";
    assert_snapshot!(fareway(arguments).run(), @r#"
    --- out
    {"asked":"gpt-4.1","canonical_model":"gpt-4.1","vendor":"OpenAI","match":"exact","sku":"regional_standard swedencentral","service_tier":"standard","date":"2026-06-01","price_id":"gpt-4.1/regional_standard/swedencentral/standard/2025-11-01#7b013265083c","from":"2025-11-01","until":null,"review_by":null,"review_due":false,"price_review_due":null,"max_prompt_tokens":null,"currency":"USD","unit":"per_1M_tokens","tiers":[{"prompt_tokens_over":0,"rates":{"cached_input":"0.605","input":"2.42","output":"9.68"}}],"routing_fee":null,"confidence":"high","source":"Azure Retail Prices API, 2026-08-11"}

    --- exit 0
    "#);
}

#[test]
fn names_are_found_as_answers_are() {
    assert_snapshot!(fareway("price azure_ai/gpt-5-nano-2031-01-01 --date 2026-06-01").run(), @r"
    --- out
    model           gpt-5-nano by OpenAI, inferred for `azure_ai/gpt-5-nano-2031-01-01`: this snapshot is not listed
    sold as         global_standard, service tier standard, on 2026-06-01
    price           gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55, since 2025-08-01
    prompt          any length
      input         $0.05
      cached input  $0.005
      cache write   as input
      output        $0.4
    routing fee     $0.14 for every prompt token, where a router chose the model
    unit            US dollars per 1M tokens
    source          Azure Retail Prices API, 2026-08-11 (confidence high)

    --- exit 0
    ");
}

#[test]
fn a_list() {
    assert_snapshot!(fareway("price --list gpt-4.1 --date 2026-06-01").run(), @r"
    --- out
    model              input      output  vendor
    gpt-4.1               $2          $8  OpenAI
    gpt-4.1-mini        $0.4        $1.6  OpenAI
    gpt-4.1-nano        $0.1        $0.4  OpenAI

    US dollars per 1M tokens: global_standard, service tier standard, on 2026-06-01

    --- exit 0
    ");
    assert_snapshot!(fareway("price --list gpt-4.1-n --date 2026-06-01 --json").run(), @r#"
    --- out
    [{"model":"gpt-4.1-nano","vendor":"OpenAI","input":"0.1","output":"0.4","price_review_due":null,"retired_on":"2027-04-14"}]

    --- exit 0
    "#);
}

/// The promotion of gpt-5.6-sol is to be looked at again by 2026-12-01.
#[test]
fn a_price_under_review_says_so() {
    let card = |day: &str| fareway(&format!("price gpt-5.6-sol --date {day}")).run().out;
    let list = |day: &str| fareway(&format!("price --list gpt-5.6 --date {day}")).run().out;
    let json = |day: &str| fareway(&format!("price gpt-5.6-sol --date {day} --json")).run().out;
    let banner =
        "ATTENTION: this price is under review since 2026-12-01; it may no longer be right";
    assert!(card("2026-12-01").starts_with(banner), "{}", card("2026-12-01"));
    assert!(json("2026-12-01").contains(r#""price_review_due":"2026-12-01""#));
    assert!(json("2026-11-30").contains(r#""price_review_due":null"#));
    let marked = |list: String| -> Vec<String> {
        let marked = list.lines().filter(|line| line.ends_with("under review since 2026-12-01"));
        marked.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(marked(list("2026-12-01")), ["gpt-5.6-sol"]);
    assert_eq!(marked(list("2026-11-30")), [""; 0]);
}

#[test]
fn a_retired_model_is_marked() {
    let list = |day: &str| fareway(&format!("price --list o4-mini --date {day}")).run().out;
    assert!(list("2026-11-19").contains("OpenAI  retired 2026-11-19\n"), "{}", list("2026-11-19"));
    assert!(!list("2026-11-18").contains("retired"));
}

#[test]
fn the_whole_list() {
    let all = fareway("price").run();
    assert_eq!(all.code, 0);
    assert!(all.out.lines().count() > 100, "{all}");
    assert!(all.out.contains("claude-haiku-4-5"), "{all}");
}

#[test]
fn an_unknown_model_is_not_guessed() {
    assert_snapshot!(fareway("price gpt-5-nanno").run(), @r"
    --- err
    error: the model `gpt-5-nanno` is not in the price table
      Similar names in the price table: gpt-5, gpt-5-chat, gpt-5-codex, gpt-5-mini, gpt-5-nano, gpt-5-pro, …

    --- exit 1
    ");
    assert_snapshot!(fareway("price azure_ai/gpt-7-nova-2026-12-01").run(), @r"
    --- err
    error: the model `azure_ai/gpt-7-nova-2026-12-01` is not in the price table
      `fareway price --list` shows the names in the price table.

    --- exit 1
    ");
    assert_snapshot!(fareway("price llama").run(), @r"
    --- err
    error: the model `llama` is not in the price table
      `fareway price --list` shows the names in the price table.

    --- exit 1
    ");
    assert_snapshot!(fareway("price --list qqq").run(), @r"
    --- err
    error: no model has `qqq` in its name
      `fareway price --list` shows them all.

    --- exit 1
    ");
}

#[test]
fn a_model_without_a_price_says_where_it_has_one() {
    assert_snapshot!(fareway("price gpt-6-luna --tier priority --date 2026-11-22").run(), @r"
    --- err
    error: `gpt-6-luna` has no price for the service tier `priority` on global_standard
      On 2026-11-22 it has a price for: data_zone_standard eu (standard); data_zone_standard us (standard); global_standard (standard, flex)

    --- exit 1
    ");
    let arguments = "price gpt-5.6-luna --tier flex --date 2026-08-31";
    assert_snapshot!(fareway(arguments).run(), @r"
    --- err
    error: `gpt-5.6-luna` has no price for global_standard on that day
      On 2026-08-31 it has a price for: data_zone_standard eu (standard, priority); data_zone_standard us (standard, priority); global_standard (standard, priority)

    --- exit 1
    ");
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    assert_snapshot!(fareway("price gpt-5 --deployment-type data_zone_standard").run(), @r"
    --- err
    error: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
      Set it with --deployment-type, --zone and --region.

    --- exit 2
    ");
    assert_snapshot!(fareway("price gpt-5 --date 2026-02-30").run(), @r"
    --- err
    error: invalid value '2026-02-30' for '--date <DAY>': expected a day such as `2026-08-01`, found `2026-02-30`

    For more information, try '--help'.

    --- exit 2
    ");
    assert_snapshot!(fareway("price gpt-5 --tier turbo").run(), @r"
    --- err
    error: invalid value 'turbo' for '--tier <TIER>': expected `default`, `priority`, `flex` or `batch`

    For more information, try '--help'.

    --- exit 2
    ");
}

/// The table of this repository as one file, its version and the figures of gpt-4.1-nano others.
fn another_table() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pricing-data/sources");
    let mut all = serde_json::json!({"version": "2031-01-01+aaaaaaaaaaaa"});
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (field, value) in file.as_object().unwrap() {
            match (&mut all[field], value) {
                (serde_json::Value::Array(list), value) => {
                    list.extend(value.as_array().unwrap().iter().cloned());
                }
                (serde_json::Value::Object(known), value) => {
                    known.extend(value.as_object().unwrap().clone());
                }
                (empty, value) => *empty = value.clone(),
            }
        }
    }
    let models = all["models"].as_array_mut().unwrap();
    let nano = models.iter_mut().find(|model| model["id"] == "gpt-4.1-nano").unwrap();
    let prices = nano["prices"].as_array_mut().unwrap();
    let global = prices.iter_mut().find(|price| price["for"]["deployment"] == "global_standard");
    global.unwrap()["tiers"][0]["rates"]["output"] = "0.38".into();
    all.to_string()
}

#[test]
fn a_newer_table_takes_the_place_of_the_one_that_is_built_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.json");
    std::fs::write(&file, another_table()).unwrap();
    let list = format!("price --list gpt-4.1-nano --date 2026-06-01 --table {}", file.display());
    let listed = fareway(&list).run();
    assert!(listed.out.contains("$0.38  OpenAI"), "{listed}");
    let changed = format!("price --changed-since 2031-01-01 --json --table {}", file.display());
    let changed = fareway(&changed).run();
    assert!(changed.out.contains(r#""table":"2031-01-01+aaaaaaaaaaaa""#), "{changed}");
    let question = r#"{"model": "gpt-4.1-nano", "date": "2026-06-01", "usage": {"prompt_tokens": 0, "completion_tokens": 10}}"#;
    let cost = fareway(&format!("cost --table {}", file.display())).with_input(question);
    assert!(cost.out.contains(r#""total":"0.0000038""#), "{cost}");

    std::fs::write(&file, another_table().replace("2031-01-01+aaaaaaaaaaaa", "new")).unwrap();
    let shown = fareway(&list).run().to_string().replace(&*file.to_string_lossy(), "table.json");
    assert_snapshot!(shown, @r"
    --- err
    error: the price table `table.json` is not valid
      table.json: version: expected a day, `+` and a hash, found `new`

    --- exit 2
    ");
}

#[test]
fn an_overlay_wins() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.json");
    let overlay = r#"{
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": [{"id": "gpt-4.1-nano", "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2026-01-01", "until": null,
            "tiers": [{"prompt_tokens_over": 0, "rates": {
                "input": "0.09", "cached_input": "0.02", "cache_write": null, "output": "0.36"
            }}]
        }]}]
    }"#;
    std::fs::write(&file, overlay).unwrap();
    let list = format!("price --list gpt-4.1-nano --date 2026-06-01 --overlay {}", file.display());
    assert_snapshot!(fareway(&list).run(), @r"
    --- out
    model              input      output  vendor
    gpt-4.1-nano       $0.09       $0.36  OpenAI

    US dollars per 1M tokens: global_standard, service tier standard, on 2026-06-01

    --- exit 0
    ");

    std::fs::write(&file, overlay.replace("0.09", "-1")).unwrap();
    let refused = fareway(&list).run();
    let shown = refused.to_string().replace(&*file.to_string_lossy(), "ours.json");
    assert_snapshot!(shown, @r"
    --- err
    error: the price file `ours.json` is not valid
      ours.json: model `gpt-4.1-nano`: prices[0].tiers[0].rates.input: expected US dollars per million tokens such as `0.25`, with at most six digits before and after the point, found `-1` at line 7 column 29

    --- exit 2
    ");
    assert_snapshot!(fareway("price gpt-5 --overlay nowhere.json").run(), @r"
    --- err
    error: cannot read `nowhere.json`: No such file or directory (os error 2)

    --- exit 2
    ");
}
