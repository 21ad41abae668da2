//! `fareway requests` and `fareway explain`: against a real gateway, and canned answers where every
//! digit of what is shown must be known.

use insta::assert_snapshot;
use mockito::{Matcher, Server};
use serde_json::{Value, json};

use crate::{
    run::{Run, fareway},
    setup::Setup,
};

const SERVED: &str = "gpt-5-nano-2025-08-07";

fn ask(gateway: &mockito::ServerGuard, arguments: &str) -> Run {
    fareway(arguments).env("FAREWAY_GATEWAY", &gateway.url()).env("FAREWAY_API_KEY", "sk-a-key")
}

fn request(id: &str, more: &Value) -> Value {
    let mut request = json!({
        "id": id, "at": "2026-11-22T10:00:00.123456Z", "asked": "azure-model-router",
        "served": SERVED, "deployment": "azure_ai/azure-model-router", "stream": false,
        "outcome": "completed", "status": 200, "error": null, "service_tier": "default",
        "prompt_tokens": 1234, "cached_tokens": 0, "cache_write_tokens": null,
        "output_tokens": 56, "usage_source": "reported", "cost_status": "exact",
        "cost": "9007199254740993.000000000001", "known": "9007199254740993.000000000001",
        "routing_fee": "0.00000112", "reserved": "0", "charged": "0.1",
        "first_content_ms": null, "duration_ms": 321, "provider_request_id": "p-1", "provider_region": "East US 2", "api": "chat",
        "key_id": null, "key_alias": "ann", "team_id": null, "user_id": null, "end_user": null,
        "session_id": null, "client_ip": "192.0.2.1", "tags": ["a", "b"], "metadata": {"x": 1.10},
    });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

/// Three requests on two pages.
fn two_pages() -> mockito::ServerGuard {
    let unpriced = json!({
        "served": "gpt-7", "cost": null, "known": "0.00000112", "cost_status": "partial",
        "key_alias": "evil\u{1b}]0;title\u{7}\nkey", "end_user": "says \"hi\", twice",
    });
    let open = json!({"served": null, "cost": null, "cost_status": "open", "outcome": "open",
        "prompt_tokens": null, "cached_tokens": null, "output_tokens": null, "duration_ms": 0});
    let first = json!({
        "requests": [request("r-3", &json!({})), request("r-2", &unpriced)], "next": "r-2"
    });
    let second = json!({"requests": [request("r-1", &open)], "next": null});
    let mut gateway = Server::new();
    for (before, page) in [(None, &first), (Some("r-2"), &second)] {
        let mut query = vec![Matcher::UrlEncoded("limit".into(), "2".into())];
        query.extend(before.map(|id: &str| Matcher::UrlEncoded("before".into(), id.into())));
        gateway
            .mock("GET", "/fareway/v1/requests")
            .match_header("authorization", "Bearer sk-a-key")
            .match_query(Matcher::AllOf(query))
            .with_body(page.to_string())
            .create();
    }
    gateway
}

#[test]
fn a_page_is_a_table_and_says_how_to_go_on() {
    assert_snapshot!(ask(&two_pages(), "requests list --limit 2").run(), @r"
    --- out
    at (UTC)             id   key                           asked               served                   in  cached  out                            cost  status   outcome     ms
    2026-11-22 10:00:00  r-3  ann                           azure-model-router  gpt-5-nano-2025-08-07  1234       0   56  $9007199254740993.000000000001  exact    completed  321
    2026-11-22 10:00:00  r-2  evil\u{1b}]0;title\u{7}\nkey  azure-model-router  gpt-7                  1234       0   56                               -  partial  completed  321

    --- err
    There are more: --all lists all, `--before r-2` continues from here.

    --- exit 0
    ");
}

#[test]
fn all_pages_are_one_list() {
    let gateway = two_pages();
    assert_snapshot!(ask(&gateway, "requests list --limit 2 --all").run(), @r"
    --- out
    at (UTC)             id   key                           asked               served                   in  cached  out                            cost  status   outcome     ms
    2026-11-22 10:00:00  r-3  ann                           azure-model-router  gpt-5-nano-2025-08-07  1234       0   56  $9007199254740993.000000000001  exact    completed  321
    2026-11-22 10:00:00  r-2  evil\u{1b}]0;title\u{7}\nkey  azure-model-router  gpt-7                  1234       0   56                               -  partial  completed  321
    2026-11-22 10:00:00  r-1  ann                           azure-model-router  -                         -       -    -                               -  open     open         0

    --- exit 0
    ");
    // Programs get what was written, not what can be shown.
    let csv = ask(&gateway, "requests list --limit 2 --all --csv").run().out;
    assert_snapshot!(csv.replace('\u{1b}', "ESC").replace('\u{7}', "BEL"), @r#"
    id,at,asked,served,deployment,stream,outcome,status,error,service_tier,prompt_tokens,cached_tokens,cache_write_tokens,output_tokens,usage_source,cost_status,cost,known,routing_fee,reserved,charged,held,charged_by,first_content_ms,duration_ms,provider_request_id,key_id,key_alias,team_id,user_id,end_user,session_id,tags,metadata,client_ip,provider_region,api
    r-3,2026-11-22T10:00:00.123456Z,azure-model-router,gpt-5-nano-2025-08-07,azure_ai/azure-model-router,false,completed,200,,default,1234,0,,56,reported,exact,9007199254740993.000000000001,9007199254740993.000000000001,0.00000112,0,0.1,,,,321,p-1,,ann,,,,,"a, b","{""x"":1.1}",192.0.2.1,East US 2,chat
    r-2,2026-11-22T10:00:00.123456Z,azure-model-router,gpt-7,azure_ai/azure-model-router,false,completed,200,,default,1234,0,,56,reported,partial,,0.00000112,0.00000112,0,0.1,,,,321,p-1,,"evilESC]0;titleBEL
    key",,,"says ""hi"", twice",,"a, b","{""x"":1.1}",192.0.2.1,East US 2,chat
    r-1,2026-11-22T10:00:00.123456Z,azure-model-router,,azure_ai/azure-model-router,false,open,200,,default,,,,,reported,open,,9007199254740993.000000000001,0.00000112,0,0.1,,,,0,p-1,,ann,,,,,"a, b","{""x"":1.1}",192.0.2.1,East US 2,chat
    "#);
    let ran = ask(&gateway, "requests list --limit 2 --all --json").run();
    let list: Value = serde_json::from_str(&ran.out).unwrap();
    let ids: Vec<_> = list["requests"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(json!([ids, list["next"]]), json!([["r-3", "r-2", "r-1"], null]));
    // Numbers stay as the gateway wrote them.
    assert!(ran.out.contains(r#""cost":"9007199254740993.000000000001""#), "{ran}");
    let one: Value =
        serde_json::from_str(&ask(&gateway, "requests list --limit 2 --json").run().out).unwrap();
    assert_eq!(one["next"], "r-2");
}

#[test]
fn filters_reach_the_gateway_and_a_key_only_as_its_hash() {
    let mut gateway = Server::new();
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let asked = gateway
        .mock("GET", "/fareway/v1/requests")
        .match_query(Matcher::Exact(format!(
            "from=2026-11-01&to=2026-12-01&key={hash}&team=a+b%26c&tag=x&served=gpt-5-nano&\
             outcome=failed&cost_status=unpriced&limit=50"
        )))
        .with_body(r#"{"requests":[],"next":null}"#)
        .create();
    let filters = format!(
        "--from 2026-11-01 --to 2026-12-01 --key {hash} --team 'a b&c' --tag x --served \
         gpt-5-nano --outcome failed --status unpriced"
    );
    assert_snapshot!(ask(&gateway, &format!("requests list {filters}")).run(), @r"
    --- err
    No requests match.

    --- exit 0
    ");
    asked.assert();
    let secret = "sk-a-secret";
    let hashed = gateway
        .mock("GET", "/fareway/v1/requests")
        .match_query(Matcher::Regex("^key=[0-9a-f]{64}&limit=50$".into()))
        .with_body(r#"{"requests":[],"next":null}"#)
        .create();
    ask(&gateway, &format!("requests list --key {secret}")).run();
    hashed.assert();
}

#[test]
fn requests_are_filtered_by_what_is_held_and_by_rule() {
    let held = json!({
        "cost_status": "inferred", "cost": "0.1", "charged": "0.25", "held": "0.15",
        "charged_by": "upper_bound",
    });
    let mut gateway = Server::new();
    for filter in ["held=true", "charged_by=upper_bound", "held=true&charged_by=upper_bound"] {
        let query = format!("limit=50&{filter}");
        let page = json!({"requests": [request("r-1", &held)], "next": null});
        gateway
            .mock("GET", "/fareway/v1/requests")
            .match_query(Matcher::Exact(query))
            .with_body(page.to_string())
            .create();
    }
    let shown = ask(&gateway, "requests list --held --charged-by upper_bound").run();
    assert_snapshot!(shown, @r"
    --- out
    at (UTC)             id   key  asked               served                 cost  status    outcome    charged   held  by
    2026-11-22 10:00:00  r-1  ann  azure-model-router  gpt-5-nano-2025-08-07  $0.1  inferred  completed    $0.25  $0.15  upper_bound

    --- exit 0
    ");
    let one = ask(&gateway, "requests list --held").run();
    assert_eq!(one.out, shown.out);
    assert_eq!(ask(&gateway, "requests list --charged-by upper_bound").run().out, shown.out);
}

#[test]
fn requests_of_a_real_gateway() {
    let setup = Setup::start(SERVED);
    let chat: Value = serde_json::from_str(&setup.done("chat Hello! --json").out).unwrap();
    setup.done("chat --stream Hello!");
    let list = setup.done("requests list --csv").out;
    let mut lines = csv::Reader::from_reader(list.as_bytes());
    let header = lines.headers().unwrap().clone();
    let rows: Vec<_> = lines.records().map(Result::unwrap).collect();
    let column = |name| header.iter().position(|column| column == name).unwrap();
    assert_eq!(rows.len(), 2, "{list}");
    let receipt = &chat["receipt"];
    assert_eq!(&rows[1][column("id")], receipt["id"].as_str().unwrap());
    assert_eq!(&rows[1][column("cost")], receipt["cost"]["total"].as_str().unwrap());
    assert_eq!(&rows[1][column("served")], SERVED);
    assert_eq!(setup.done("requests list --served gpt-7").out, "");
    // Every field of the gateway's list is in the CSV.
    let json: Value = serde_json::from_str(&setup.done("requests list --json").out).unwrap();
    for name in json["requests"][0].as_object().unwrap().keys() {
        column(name);
    }
    let shown = setup.done(&format!("requests show {}", &rows[1][column("id")])).out;
    let total = receipt["cost"]["total"].as_str().unwrap();
    for line in [format!("served             {SERVED}"), format!("cost               ${total}")] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
    assert_snapshot!(setup.seen("requests show nothing"), @r"
    --- err
    error: the gateway refused the request: 404 `not_found`: no request with the id `nothing` is in the ledger

    --- exit 1
    ");
    assert_snapshot!(setup.seen("requests list --from yesterday"), @r"
    --- err
    error: the gateway refused the request: 400 `invalid_field`: expected `from` to be a time such as 0000-00-00T00:00:00Z, or a day, found `yesterday`

    --- exit 1
    ");
}

#[test]
fn explain_prints_lines_that_can_be_checked_by_hand() {
    let mut gateway = Server::new();
    let lines = "uncached input  8 tokens × $0.05 / 1M = $0.0000004\ntotal: $0.0000004 (exact)\n";
    let receipt = json!({"id": "r/1", "asked": "a", "served": SERVED, "explain": lines,
        "outcome": {"kind": "failed", "reason": "cut\u{1b}[2J"}, "cost": {"status": "exact",
        "total": "0.0000004"}, "who": {"tags": []}});
    let _receipt =
        gateway.mock("GET", "/fareway/v1/requests/r%2F1").with_body(receipt.to_string()).create();
    assert_snapshot!(ask(&gateway, "explain r/1").run(), @r"
    --- out
    uncached input  8 tokens × $0.05 / 1M = $0.0000004
    total: $0.0000004 (exact)

    --- exit 0
    ");
    assert_snapshot!(ask(&gateway, "requests show r/1").run(), @r"
    --- out
    id           r/1
    asked        a
    served       gpt-5-nano-2025-08-07
    outcome      failed: cut\u{1b}[2J
    cost         $0.0000004
    cost status  exact

    uncached input  8 tokens × $0.05 / 1M = $0.0000004
    total: $0.0000004 (exact)

    --- exit 0
    ");
    let _older = gateway.mock("GET", "/fareway/v1/requests/r-2").with_body("{}").create();
    assert_snapshot!(ask(&gateway, "explain r-2").run(), @r"
    --- err
    error: the gateway's receipt has no `explain`
      The gateway is older than this command; `fareway requests show` shows the sums.

    --- exit 1
    ");
    assert_snapshot!(ask(&gateway, "explain ''").run(), @r"
    --- err
    error: expected the id of a request, found nothing

    --- exit 2
    ");
}
