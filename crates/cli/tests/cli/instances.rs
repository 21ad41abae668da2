//! `fareway instances`.

use insta::assert_snapshot;
use mockito::Server;
use serde_json::json;

use crate::run::{Run, fareway};

fn asked(command: &str, gateway: &Server) -> Run {
    fareway(command).env("FAREWAY_GATEWAY", &gateway.url()).env("FAREWAY_API_KEY", "sk-1")
}

#[test]
fn gateways_that_share_a_ledger_are_listed() {
    let mut gateway = Server::new();
    let body = json!({"instances": [
        {"id": "019b76da-a800-7000-8000-000000000001", "this": true, "state": "alive",
            "seen_at": "2026-11-27T08:00:00.5Z", "leased_usd": "0.25", "open_requests": 3},
        {"id": "019b76da-a800-7000-8000-000000000002", "this": false, "state": "gone",
            "seen_at": null, "leased_usd": "12.5", "open_requests": 0},
    ]});
    gateway.mock("GET", "/fareway/v1/instances").with_body(body.to_string()).expect(2).create();
    assert_snapshot!(asked("instances list", &gateway).run(), @r"
    --- out
    id                                    state  seen (UTC)           in flight  leased
    019b76da-a800-7000-8000-000000000001  alive  2026-11-27 08:00:00          3   $0.25
    019b76da-a800-7000-8000-000000000002  gone   -                            0   $12.5

    --- exit 0
    ");
    assert_snapshot!(asked("instances list --csv", &gateway).run(), @r"
    --- out
    id,this,state,seen_at,open_requests,leased_usd
    019b76da-a800-7000-8000-000000000001,true,alive,2026-11-27T08:00:00.5Z,3,0.25
    019b76da-a800-7000-8000-000000000002,false,gone,,0,12.5

    --- exit 0
    ");
}

#[test]
fn the_leases_of_a_lost_gateway_are_freed() {
    let mut gateway = Server::new();
    let body = json!({"id": "a/b", "freed_usd": "12.5", "audit_id": "019b"});
    gateway.mock("POST", "/fareway/v1/instances/a%2Fb/free").with_body(body.to_string()).create();
    assert_snapshot!(asked("instances free a/b", &gateway).run(), @r"
    --- out
    $12.5 leased by a/b are free

    --- err
    The audit entry is 019b.

    --- exit 0
    ");
}
