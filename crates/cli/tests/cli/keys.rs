//! `fareway keys` against a real gateway.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::setup::{Setup, blurred};

const SERVED: &str = "gpt-5-nano-2025-08-07";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_key_is_shown_once_alone_on_standard_output() {
    let setup = Setup::start(SERVED);
    let ran = setup.done(
        "keys create --alias ann --models azure-model-router --budget 2.500000000001 --duration \
         30d --rpm 60 --expires 90d --metadata '{\"cost_center\":7}'",
    );
    let key = ran.out.trim_end();
    assert!(key.starts_with("sk-") && key.len() == 51 && ran.out.lines().count() == 1, "{ran}");
    assert_snapshot!(blurred(&ran.err), @r"
    The key is shown this once and kept nowhere: keep it now. Its id is 000000000000.
    ");
    // It works, and is shown by no other command.
    let chat = setup.fareway_as(key, "chat Hello!").run();
    assert_eq!(chat.code, 0, "{chat}");
    let shown = setup.seen("keys show ann");
    assert_snapshot!(shown, @r#"
    --- out
    id                   0000000000000000000000000000000000000000000000000000000000000000
    key                  sk-...0000
    alias                ann
    models               azure-model-router
    spent                $0.00014872
    held                 $0
    reserved             $0
    left                 $2.499851280001
    budget               $2.500000000001 per 30d, strict
    resets               0000-00-00T00:00:00Z
    requests per minute  60
    expires              0000-00-00T00:00:00Z
    blocked              false
    admin                false
    metadata             {"cost_center":7}
    created              0000-00-00T00:00:00Z
    changed              0000-00-00T00:00:00Z

    --- exit 0
    "#);
    for other in ["keys list", "keys list --json", "keys list --csv", "keys show ann --json"] {
        assert!(!setup.done(other).out.contains(key), "{other}");
    }
    // By any of its names it is the same key; without one it is the key that asks.
    let id = json(&setup.done("keys show ann --json").out)["key"].as_str().unwrap().to_owned();
    for name in [key, &id, &id[..12]] {
        assert_eq!(setup.seen(&format!("keys show {name}")), shown);
    }
    assert_eq!(blurred(&setup.fareway("keys show -").with_input(key).to_string()), shown);
    assert_eq!(blurred(&setup.fareway_as(key, "keys show").run().to_string()), shown);
}

#[test]
fn keys_are_listed_for_people_and_for_programs() {
    let setup = Setup::start(SERVED);
    assert_snapshot!(setup.seen("keys list"), @r"
    --- err
    No keys match.

    --- exit 0
    ");
    setup.done("keys create --alias 'a, \"b\"' --budget 10 --soft --parallel 2");
    setup.done("keys create --models one,two");
    // Keys made within one microsecond would be in any order; a process takes longer.
    assert_snapshot!(setup.seen("keys list"), @r#"
    --- out
    id            alias   key         team  user  models    spent  held  reserved  left  budget  per  mode    expires (UTC)  blocked
    000000000000  -       sk-...0000  -     -     one, two     $0    $0        $0     -       -  -    strict  never          false
    000000000000  a, "b"  sk-...0000  -     -     all          $0    $0        $0   $10     $10  -    soft    never          false

    --- exit 0
    "#);
    assert_snapshot!(setup.seen("keys list --csv"), @r#"
    --- out
    token,key_name,key_alias,team_id,user_id,models,spend,held,reserved,left,max_budget,budget_duration,budget_reset_at,budget_mode,budget_limits,rpm_limit,tpm_limit,max_parallel_requests,expires,blocked,admin,metadata,created_at,updated_at
    0000000000000000000000000000000000000000000000000000000000000000,sk-...0000,,,,"one, two",0,0,0,,,,,strict,,,,,,false,false,,0000-00-00T00:00:00Z,0000-00-00T00:00:00Z
    0000000000000000000000000000000000000000000000000000000000000000,sk-...0000,"a, ""b""",,,,0,0,0,10,10,,,soft,,,,2,,false,false,,0000-00-00T00:00:00Z,0000-00-00T00:00:00Z

    --- exit 0
    "#);
    let list = json(&setup.done("keys list --json").out);
    assert_eq!(list[1]["max_budget"].to_string(), "10");
    assert_eq!((&list[0]["key_alias"], &list[1]["key_alias"]), (&json!(null), &json!("a, \"b\"")));
}

#[test]
fn a_key_is_changed_blocked_renewed_and_deleted() {
    let setup = Setup::start(SERVED);
    let key = setup.done("keys create --alias ann --budget 1 --rpm 5").out.trim_end().to_owned();
    assert_snapshot!(setup.seen("keys update ann --budget 5.10 --tpm 1000000 --clear rpm"), @r"
    --- out
    id                 0000000000000000000000000000000000000000000000000000000000000000
    key                sk-...0000
    alias              ann
    models             all
    spent              $0
    held               $0
    reserved           $0
    left               $5.1
    budget             $5.1, strict
    tokens per minute  1000000
    expires            never
    blocked            false
    admin              false
    created            0000-00-00T00:00:00Z
    changed            0000-00-00T00:00:00Z

    --- exit 0
    ");
    assert_snapshot!(setup.seen("keys block ann"), @r"
    --- err
    The key ann is blocked.

    --- exit 0
    ");
    let refused = setup.fareway_as(&key, "chat Hello!").run();
    assert!(refused.code == 1 && refused.err.contains("key_blocked"), "{refused}");
    assert_snapshot!(setup.seen("keys unblock ann"), @r"
    --- err
    The key ann is unblocked.

    --- exit 0
    ");
    let renewed = setup.done("keys regenerate ann").out.trim_end().to_owned();
    assert_ne!(key, renewed);
    assert_eq!(setup.fareway_as(&key, "chat Hello!").run().code, 1);
    let chat = setup.fareway_as(&renewed, "chat Hello!").run();
    assert_eq!(chat.code, 0, "{chat}");
    assert_snapshot!(setup.seen("keys delete ann"), @r"
    --- err
    The key 0000000000000000000000000000000000000000000000000000000000000000 is deleted.

    --- exit 0
    ");
    assert_eq!(setup.fareway_as(&renewed, "chat Hello!").run().code, 1);
}

#[test]
fn a_mistake_is_reported_and_nothing_is_changed() {
    let setup = Setup::start(SERVED);
    let key = setup.done("keys create --alias ann").out.trim_end().to_owned();
    assert_snapshot!(setup.seen("keys create --alias ann"), @r"
    --- err
    error: the gateway refused the request: 409 `conflict`: another key has the alias `ann`

    --- exit 1
    ");
    assert_snapshot!(setup.seen("keys create --budget 1e300"), @r"
    --- err
    error: invalid value '1e300' for '--budget <DOLLARS>': expected a plain decimal amount such as `0.125`, found `1e300`

    For more information, try '--help'.

    --- exit 2
    ");
    assert_snapshot!(setup.seen("keys create --budget 1000000000000001"), @r"
    --- err
    error: the gateway refused the request: 400 `invalid_field`: expected `max_budget` to be dollars, from 0 to 1000000000000000, such as 10.5, found `1000000000000001`

    --- exit 1
    ");
    assert_snapshot!(setup.seen("keys create --duration soon"), @r"
    --- err
    error: the gateway refused the request: 400 `invalid_field`: expected `budget_duration` to be a length of time such as 30s, 15m, 24h, 7d, 2w or 1mo, found `soon`

    --- exit 1
    ");
    assert_snapshot!(setup.seen("keys create --metadata [1]"), @r"
    --- err
    error: expected --metadata to be a JSON object: invalid type: sequence, expected a map at line 1 column 0

    --- exit 2
    ");
    assert_snapshot!(setup.seen("keys show bob"), @r"
    --- err
    error: no key has the alias or the id `bob`
      `fareway keys list` shows the keys.

    --- exit 1
    ");
    assert_snapshot!(setup.seen("keys show 0123456789abcdef"), @r"
    --- err
    error: no key has the alias or the id `0123456789abcdef`
      `fareway keys list` shows the keys.

    --- exit 1
    ");
    assert_snapshot!(setup.seen("keys update ann"), @r"
    --- err
    error: nothing to change was named
      `fareway keys update --help` shows what can be.

    --- exit 2
    ");
    assert_snapshot!(setup.seen("keys update ann --rpm 1 --clear rpm"), @r"
    --- err
    error: `rpm` is both set and cleared

    --- exit 2
    ");
    assert_snapshot!(setup.fareway_as(&key, "keys list").run(), @r"
    --- err
    error: the gateway refused the request: 403 `not_admin`: this key may not manage the gateway; use the master key or an admin key
      The key was taken from the variable `FAREWAY_API_KEY`; --key-env or --key-file name another one.

    --- exit 1
    ");
    assert_snapshot!(setup.fareway_as("sk-another-key-altogether", "keys list").run(), @r"
    --- err
    error: the gateway refused the request: 401 `invalid_api_key`: the API key is not valid here; check that it is the gateway's key and not Azure's
      The key was taken from the variable `FAREWAY_API_KEY`; --key-env or --key-file name another one.

    --- exit 1
    ");
    assert_eq!(setup.done("keys list --csv").out.lines().count(), 2);
}
