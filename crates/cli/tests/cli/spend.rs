//! `fareway spend report` and `fareway reprice` against canned answers of a gateway.

use insta::assert_snapshot;
use mockito::{Matcher, Server, ServerGuard};
use serde_json::{Value, json};

use crate::run::{Run, fareway};

fn ask(gateway: &ServerGuard, arguments: &str) -> Run {
    fareway(arguments).env("FAREWAY_GATEWAY", &gateway.url()).env("FAREWAY_API_KEY", "sk-a-key")
}

fn sums(requests: u64, unpriced: u64, cost: &str, known: &str) -> Value {
    json!({"requests": requests, "unpriced_requests": unpriced, "prompt_tokens": requests * 1000,
        "cached_tokens": 0, "cache_write_tokens": 0, "output_tokens": requests * 10,
        "cost_usd": cost, "known_usd": known, "routing_fee_usd": "0.00014",
        "charged_usd": known})
}

fn with(mut sums: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        sums[name] = value.clone();
    }
    sums
}

fn report(unpriced: u64) -> Value {
    json!({
        "from": "2026-11-01T00:00:00Z", "to": null, "by": ["served", "day"],
        "rows": [
            with(sums(12345, 0, "9007199254740993.000000000001", "9007199254740993.000000000001"),
                &json!({"served": "gpt-5-nano-2025-08-07", "day": "2026-11-22"})),
            with(sums(2, unpriced, "0", "0.00028"), &json!({"served": null, "day": "2026-11-22"})),
        ],
        "total": sums(12347, unpriced, "9007199254740993.000000000001",
            "9007199254740993.000280000001"),
    })
}

fn reporting(query: &str, report: &Value) -> ServerGuard {
    let mut gateway = Server::new();
    gateway
        .mock("GET", "/fareway/v1/reports/spend")
        .match_header("authorization", "Bearer sk-a-key")
        .match_query(Matcher::Exact(query.to_owned()))
        .with_body(report.to_string())
        .create();
    gateway
}

#[test]
fn a_report_has_a_total_and_says_what_it_lacks() {
    let gateway = reporting("from=2026-11-01&team=blue&by=served%2Cday", &report(2));
    let ran = ask(&gateway, "spend report --by served,day --from 2026-11-01 --team blue").run();
    assert_snapshot!(ran, @r"
    --- out
    served                 day         requests  unpriced        in  cached  written     out                            cost                           known       fee                         charged
    gpt-5-nano-2025-08-07  2026-11-22     12345         0  12345000       0        0  123450  $9007199254740993.000000000001  $9007199254740993.000000000001  $0.00014  $9007199254740993.000000000001
    -                      2026-11-22         2         2      2000       0        0      20                              $0                        $0.00028  $0.00014                        $0.00028
    total                                 12347         2  12347000       0        0  123470  $9007199254740993.000000000001  $9007199254740993.000280000001  $0.00014  $9007199254740993.000280000001

    --- err
    warning: 2 requests have no price or only part of one, so the cost is incomplete.
      `fareway requests list` with `--status unpriced` or `--status partial` shows them; once the price table knows their models, `fareway reprice --from 2026-11-01` shows what they cost, and with --apply writes it down.

    --- exit 0
    ");
    let ran =
        ask(&gateway, "spend report --by served,day --from 2026-11-01 --team blue --csv").run();
    assert_snapshot!(ran, @r"
    --- out
    served,day,requests,unpriced_requests,prompt_tokens,cached_tokens,cache_write_tokens,output_tokens,cost_usd,known_usd,routing_fee_usd,charged_usd
    gpt-5-nano-2025-08-07,2026-11-22,12345,0,12345000,0,0,123450,9007199254740993.000000000001,9007199254740993.000000000001,0.00014,9007199254740993.000000000001
    ,2026-11-22,2,2,2000,0,0,20,0,0.00028,0.00014,0.00028

    --- err
    warning: 2 requests have no price or only part of one, so the cost is incomplete.
      `fareway requests list` with `--status unpriced` or `--status partial` shows them; once the price table knows their models, `fareway reprice --from 2026-11-01` shows what they cost, and with --apply writes it down.

    --- exit 0
    ");
}

#[test]
fn a_sum_of_tokens_that_cannot_be_held_is_pointed_out() {
    let mut page = report(0);
    page["total"]["tokens_at_least"] = true.into();
    let ran = ask(&reporting("by=served", &page), "spend report --csv").run();
    assert_snapshot!(ran.err, @r"
    warning: a sum of tokens is more than the gateway can hold.
      It reads 9223372036854775807 and is at least that. An entry with a count that no request can have is the likely cause: `fareway requests list` shows the counts.
    ");
}

#[test]
fn json_is_the_gateways_own() {
    let gateway = reporting("by=served", &report(0));
    let ran = ask(&gateway, "spend report --json").run();
    assert_eq!((ran.out, ran.err.as_str()), (format!("{}\n", report(0)), ""));
    let ran = ask(&gateway, "spend report").run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "nothing is lacking");
}

#[test]
fn a_report_on_nothing_and_one_that_cannot_be() {
    let empty = json!({"by": ["served"], "rows": [], "total": sums(0, 0, "0", "0")});
    assert_snapshot!(ask(&reporting("by=served", &empty), "spend report").run(), @r"
    --- err
    No requests match.

    --- exit 0
    ");
    let mut gateway = Server::new();
    let error = json!({"error": {"message": "expected one of served, day, found `colour`",
        "type": "invalid_request_error", "code": "invalid_field"}});
    let _refused = gateway
        .mock("GET", "/fareway/v1/reports/spend?by=colour")
        .with_status(400)
        .with_body(error.to_string())
        .create();
    assert_snapshot!(ask(&gateway, "spend report --by colour").run(), @r"
    --- err
    error: the gateway refused the request: 400 `invalid_field`: expected one of served, day, found `colour`

    --- exit 1
    ");
}

fn repriced(dry_run: bool) -> Value {
    let cost = |status: &str, cost: Value, known: &str, ids: Value| json!({"status": status, "cost_usd": cost, "known_usd": known, "price_ids": ids});
    json!({
        "dry_run": dry_run, "examined": 3, "changed": 1, "unchanged": 0, "still_unpriced": 2,
        "before_usd": "0.00000112", "after_usd": "0.00014872",
        "changes": [{
            "id": "r-1", "at": "2026-11-22T10:00:00Z", "asked": "azure-model-router",
            "served": "gpt-7",
            "before": cost("partial", Value::Null, "0.00000112", json!(["fee#1"])),
            "after": cost("exact", "0.00014872".into(), "0.00014872", json!(["gpt-7#2", "fee#1"])),
        }],
        "truncated": dry_run, "audit_id": if dry_run { Value::Null } else { "a-1".into() },
    })
}

fn repricing(body: Value, answer: &Value) -> ServerGuard {
    let mut gateway = Server::new();
    gateway
        .mock("POST", "/fareway/v1/requests/reprice")
        .match_body(Matcher::Json(body))
        .with_body(answer.to_string())
        .create();
    gateway
}

#[test]
fn repricing_is_a_dry_run_unless_it_is_applied() {
    let body = json!({"cost_status": ["unpriced", "partial"], "dry_run": true});
    assert_snapshot!(ask(&repricing(body, &repriced(true)), "reprice").run(), @r"
    --- out
    at (UTC)             id   served  was            known  is            cost  by
    2026-11-22 10:00:00  r-1  gpt-7   partial  $0.00000112  exact  $0.00014872  gpt-7#2, fee#1

    3 examined: 1 changed, 0 unchanged, 2 still without a price; known cost $0.00000112 → $0.00014872

    --- err
    warning: there are more changes than the 1 shown here
    Dry run: nothing was changed. --apply stores the new costs.

    --- exit 0
    ");
    let body = json!({"from": "2026-11-01", "to": "2026-12-01", "served": "gpt-7",
        "cost_status": ["estimated"], "dry_run": false});
    let arguments =
        "reprice --apply --from 2026-11-01 --to 2026-12-01 --served gpt-7 --status estimated";
    assert_snapshot!(ask(&repricing(body, &repriced(false)), arguments).run(), @r"
    --- out
    at (UTC)             id   served  was            known  is            cost  by
    2026-11-22 10:00:00  r-1  gpt-7   partial  $0.00000112  exact  $0.00014872  gpt-7#2, fee#1

    3 examined: 1 changed, 0 unchanged, 2 still without a price; known cost $0.00000112 → $0.00014872

    --- err
    Stored; the audit entry is a-1.

    --- exit 0
    ");
}

#[test]
fn stale_requests_are_those_whose_cost_or_mark_would_change() {
    let body = json!({"stale": true, "dry_run": true});
    let mut answer = repriced(true);
    answer["truncated"] = false.into();
    answer["unchanged"] = 2.into();
    answer["price_id_only"] = 1.into();
    answer["changes"][0]["before"]["price_review_due"] = "2026-12-01".into();
    assert_snapshot!(ask(&repricing(body, &answer), "reprice --stale").run(), @r"
    --- out
    at (UTC)             id   served  was            known  under review  is            cost  under review  by
    2026-11-22 10:00:00  r-1  gpt-7   partial  $0.00000112  2026-12-01    exact  $0.00014872  -             gpt-7#2, fee#1

    3 examined: 1 changed, 2 unchanged (1 by price id only), 2 still without a price; known cost $0.00000112 → $0.00014872

    --- err
    Dry run: nothing was changed. --apply stores the new costs.

    --- exit 0
    ");
}

#[test]
fn repricing_of_named_requests_for_programs() {
    let body = json!({"ids": ["r-1", "r-2"], "dry_run": true});
    let gateway = repricing(body, &repriced(true));
    assert_snapshot!(ask(&gateway, "reprice --ids r-1,r-2 --csv").run(), @r#"
    --- out
    id,at,asked,served,before_status,before_cost_usd,before_known_usd,before_price_ids,after_status,after_cost_usd,after_known_usd,after_price_ids,before_price_review_due,after_price_review_due
    r-1,2026-11-22T10:00:00Z,azure-model-router,gpt-7,partial,,0.00000112,fee#1,exact,0.00014872,0.00014872,"gpt-7#2, fee#1",,

    --- err
    warning: there are more changes than the 1 shown here
    Dry run: nothing was changed. --apply stores the new costs.

    --- exit 0
    "#);
    let ran = ask(&gateway, "reprice --ids r-1,r-2 --json").run();
    assert_eq!(ran.out, format!("{}\n", repriced(true)));
}

#[test]
fn a_gateway_that_did_not_do_it_is_found_out() {
    let body = json!({"cost_status": ["unpriced", "partial"], "dry_run": false});
    let ran = ask(&repricing(body, &repriced(true)), "reprice --apply --csv").run();
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.err.contains("error: the gateway changed nothing"), "{ran}");
}
