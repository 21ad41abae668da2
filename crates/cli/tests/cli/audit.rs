//! `fareway audit` and `fareway refusals`.

use insta::assert_snapshot;
use mockito::{Matcher, Server};
use serde_json::json;

use crate::run::{Run, fareway};

fn asked(command: &str, gateway: &Server) -> Run {
    fareway(command).env("FAREWAY_GATEWAY", &gateway.url()).env("FAREWAY_API_KEY", "sk-1")
}

#[test]
fn the_audit_shows_who_changed_what() {
    let mut gateway = Server::new();
    let entry = |by: serde_json::Value,
                 action: &str,
                 before: serde_json::Value,
                 after: serde_json::Value| {
        let mut entry = json!({"id": "019b", "at": "2026-11-27T08:00:00.5Z", "actor": "key", "key_id": null,
            "key_alias": null, "session": false, "ip": "10.0.0.7", "kind": "key", "subject": "=abc",
            "action": action, "before": before, "after": after});
        entry.as_object_mut().unwrap().extend(by.as_object().unwrap().clone());
        entry
    };
    let body = json!({"next": "019a", "entries": [
        entry(json!({"actor": "operator", "session": true}), "update_key", json!({"max_budget": "5"}), json!({"max_budget": "7.5"})),
        entry(json!({"key_alias": "root"}), "delete_key", json!({}), json!(null)),
        entry(json!({"key_id": "0123456789abcdef"}), "block_key", json!({"blocked": false}), json!({"blocked": true})),
    ]});
    gateway
        .mock("GET", "/fareway/v1/audit")
        .match_query(Matcher::Any)
        .with_body(body.to_string())
        .expect(2)
        .create();
    assert_snapshot!(asked("audit", &gateway).run(), @r#"
    --- out
    at (UTC)             by                  from      action      subject  before              after
    2026-11-27 08:00:00  operator (session)  10.0.0.7  update_key  =abc     {"max_budget":"5"}  {"max_budget":"7.5"}
    2026-11-27 08:00:00  root                10.0.0.7  delete_key  =abc     -                   -
    2026-11-27 08:00:00  0123456789ab        10.0.0.7  block_key   =abc     {"blocked":false}   {"blocked":true}

    --- err
    There are more: `--before 019a` continues from here.

    --- exit 0
    "#);
    // Text that looks like a formula to a spreadsheet stays text.
    let csv = asked("audit --csv --limit 3", &gateway).run().out;
    assert!(csv.contains(",update_key,key,'=abc,\"{\"\"max_budget\"\":\"\"5\"\"}\","), "{csv}");
}

#[test]
fn no_url_holds_a_key() {
    let mut gateway = Server::new();
    let body = json!({"next": null, "entries": []});
    // SHA-256 of the key.
    let hash = "be196347ab27dae00df3c73929f1f9c3745232ed78949a2d26188dacc7995b42";
    let hashed = |field: &str| Matcher::UrlEncoded(field.to_owned(), hash.to_owned());
    let query = Matcher::AllOf(vec![hashed("actor"), hashed("subject")]);
    let page = gateway.mock("GET", "/fareway/v1/audit").match_query(query);
    page.with_body(body.to_string()).create();
    let shown = asked("audit --actor sk-hello --subject sk-hello", &gateway).run().err;
    assert!(shown.contains("No entries match."), "{shown}");
}

#[test]
fn refusals_are_counted_by_reason() {
    let mut gateway = Server::new();
    let body = json!({"by": ["key", "reason", "day"], "total": 9, "truncated": true, "rows": [
        {"at": "2026-11-27T00:00:00Z", "key": "bot", "key_id": "ab", "reason": "team_budget", "requests": 7},
        {"at": "2026-11-28T00:00:00Z", "key": "unknown", "reason": "wrong_key", "requests": 2},
    ]});
    let query = Matcher::AllOf(vec![
        Matcher::UrlEncoded("by".to_owned(), "key,reason,day".to_owned()),
        Matcher::UrlEncoded("from".to_owned(), "2026-11-27".to_owned()),
    ]);
    gateway
        .mock("GET", "/fareway/v1/refusals")
        .match_query(query)
        .with_body(body.to_string())
        .expect(2)
        .create();
    let command = "refusals --by key,reason,day --from 2026-11-27";
    assert_snapshot!(asked(command, &gateway).run(), @r"
    --- out
    key      reason       from (UTC)           requests
    bot      team_budget  2026-11-27 00:00:00         7
    unknown  wrong_key    2026-11-28 00:00:00         2

    --- err
    warning: there are more rows; --from, --to, --key and --reason narrow them.

    --- exit 0
    ");
    let csv = asked(&format!("{command} --csv"), &gateway).run().out;
    assert!(
        csv.contains("key,reason,at,requests\nbot,team_budget,2026-11-27T00:00:00Z,7\n"),
        "{csv}"
    );
}
