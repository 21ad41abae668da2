//! Two gateways on one PostgreSQL: one budget, one set of keys.

use gateway::{Running, Workers, config::Config};
use harness::{
    budgets::{setup_with, short, usd},
    client::Reply,
    gateway::{GROUP, Setup, asking, database, entry, environment},
    keys::{ask, key, manage},
};
use llm_types::Usd;
use serde_json::json;
use test_servers::postgres::Postgres;

/// A server, and two gateways with its database.
pub(crate) async fn two() -> (Postgres, [Setup; 2]) {
    let server = Postgres::start().unwrap();
    let database = database(&server);
    let both = [setup_with(&database).await, setup_with(&database).await];
    (server, both)
}

/// Asks until the gateway answers with this status.
async fn until(setup: &Setup, key: &str, status: u16) -> Reply {
    for _ in 0..2_000 {
        let reply = ask(setup, key, &short("Hello!", false)).await;
        if reply.status == status {
            return reply;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the gateway never answered {status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_5_two_gateways_cannot_pass_one_budget_and_can_use_it() {
    let (server, both) = two().await;
    let key = key(&both[0], json!({"max_budget": 0.002})).await;
    until(&both[1], &key, 200).await;
    let bodies: Vec<_> = (0..500).map(|nth| short(&format!("Hi {nth}"), nth % 3 == 0)).collect();
    let all = bodies.iter().enumerate().map(|(nth, body)| ask(&both[nth % 2], &key, body));
    let replies = futures_util::future::join_all(all).await;
    let count = |status| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!(count(200) + count(429), 500);
    assert!(count(200) > 0 && count(429) > 0, "{} answered", count(200));
    // One after the other, nearly all of it can be used.
    let mut refused = 0;
    for nth in 0..3_000 {
        let reply = ask(&both[nth % 2], &key, &short(&format!("Ho {nth}"), false)).await;
        refused = if reply.status == 429 { refused + 1 } else { 0 };
        if refused == 6 {
            break;
        }
    }
    assert_eq!(refused, 6, "it was never used up");
    // Once both have ended, the database has the sum of all entries, by its own arithmetic.
    for setup in both {
        setup.gateway.shutdown().await;
    }
    let sum = server.psql("books", "SELECT SUM(cost_usd) FROM requests").unwrap();
    let spent: Usd = usd(&sum);
    assert!(usd("0.0018") <= spent && spent <= usd("0.002"), "{spent}");
    let budget = "SELECT spent_pico, leased_pico FROM budgets";
    assert_eq!(server.psql("books", budget).unwrap(), format!("{}|0", spent.picos()));
}

/// While a gateway listens it looks for changes once a minute only, which is longer than this waits.
#[tokio::test]
async fn a_key_is_known_to_the_other_gateway_at_once() {
    let (server, [here, there]) = two().await;
    let listeners = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN fareway'";
    harness::gateway::until(|| (server.psql("books", listeners).unwrap() == "2").then_some(()))
        .await;
    let key = key(&here, json!({"key_alias": "ann"})).await;
    until(&there, &key, 200).await;
    manage(&here, "/key/block", json!({"key": key})).await;
    until(&there, &key, 401).await;
    manage(&there, "/key/unblock", json!({"key": key})).await;
    until(&here, &key, 200).await;
    manage(&there, "/key/delete", json!({"keys": [key]})).await;
    until(&here, &key, 401).await;
}

/// Keys that go with their team or user are refused by the other gateway as well, at once.
#[tokio::test]
async fn keys_of_an_owner_who_is_deleted_are_unknown_to_the_other_gateway() {
    let (server, [here, there]) = two().await;
    let listeners = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN fareway'";
    harness::gateway::until(|| (server.psql("books", listeners).unwrap() == "2").then_some(()))
        .await;
    manage(&here, "/team/new", json!({"team_id": "blue"})).await;
    let of_team = key(&here, json!({"team_id": "blue"})).await;
    let of_user = key(&here, json!({"user_id": "ann"})).await;
    let of_nobody = key(&here, json!({})).await;
    for key in [&of_team, &of_user, &of_nobody] {
        until(&there, key, 200).await;
    }
    manage(&here, "/team/delete", json!({"team_ids": ["blue"]})).await;
    until(&there, &of_team, 401).await;
    manage(&there, "/user/delete", json!({"user_ids": ["ann"]})).await;
    until(&here, &of_user, 401).await;
    assert_eq!(ask(&here, &of_nobody, &asking("Hi")).await.status, 200);
    assert_eq!(ask(&there, &of_nobody, &asking("Hi")).await.status, 200);
}

/// A second gateway of the same folder cannot start, since its spool is in use; one of another folder can.
#[tokio::test]
async fn a_spool_is_one_gateways() {
    let server = Postgres::start().unwrap();
    let database = database(&server);
    let setup = setup_with(&database).await;
    let entry = entry(GROUP, "azure_ai/gpt-4.1-nano", &setup.azure.openai_v1());
    let text = harness::config::config(&entry, &database);
    let start = async |folder: &std::path::Path| {
        let file = folder.join("config.yaml").display().to_string();
        let config = Config::parse(&text, &file, &environment).unwrap();
        Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), harness::gateway::clock())
            .await
    };
    let Err(refused) = start(setup.folder.path()).await else { panic!("two on one spool") };
    let refused = std::error::Error::source(&refused).unwrap().to_string();
    let lock = setup.folder.path().join("fareway.db.spool/lock").display().to_string();
    insta::assert_snapshot!(refused.replace(&lock, "LOCK"), @"another process is using the spool: it holds `LOCK`; stop it, or give this gateway a `ledger.spool` of its own");
    let elsewhere = tempfile::tempdir().unwrap();
    start(elsewhere.path()).await.unwrap().shutdown().await;
    assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
}

/// A lease as left behind by an instance that died with its machine.
fn lost(server: &Postgres, picos: i64) {
    let sql = format!(
        "INSERT INTO instances VALUES ('lost', 1, 1767225600000000, 1); \
         INSERT INTO leases SELECT id, window_start, 'lost', {picos} FROM budgets; \
         UPDATE budgets SET leased_pico = leased_pico + {picos}"
    );
    server.psql("books", &sql).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_can_free_the_leases_of_a_lost_gateway() {
    let (server, both) = two().await;
    let key = key(&both[0], json!({"max_budget": 0.002})).await;
    lost(&server, 2_000_000_000);
    let refused = until(&both[1], &key, 429).await.json();
    assert_eq!(refused["error"]["code"], "budget_exceeded");

    let instances = both[0].get("/fareway/v1/instances").await.json()["instances"].clone();
    let instances = instances.as_array().unwrap();
    assert_eq!(instances.len(), 3, "{instances:?}");
    assert_eq!(instances.iter().filter(|one| one["this"] == true).count(), 1);
    let found = instances.iter().find(|one| one["id"] == "lost").unwrap();
    assert_eq!(
        *found,
        json!({"id": "lost", "this": false, "state": "gone", "seen_at": "2026-01-01T00:00:00Z",
            "leased_usd": "0.002", "open_requests": 0})
    );
    let alive = instances.iter().find(|one| one["id"] != "lost").unwrap()["id"].as_str().unwrap();
    let free = async |id: &str| {
        both[0].post(&format!("/fareway/v1/instances/{id}/free"), &[], "{}".to_owned()).await
    };
    let lives = free(alive).await;
    assert_eq!((lives.status, lives.json()["error"]["code"].as_str()), (409, Some("conflict")));
    assert_eq!(free("nobody").await.status, 404);
    let freed = free("lost").await;
    assert_eq!(freed.status, 200, "{}", freed.text());
    assert_eq!(freed.json()["freed_usd"], "0.002");
    let audit = "SELECT actor, action, subject FROM audit WHERE action = 'free_leases'";
    assert_eq!(server.psql("books", audit).unwrap(), "operator|free_leases|gateway:lost");
    // Both can use it now.
    until(&both[0], &key, 200).await;
    until(&both[1], &key, 200).await;
    // Only admins see it.
    let path = "/fareway/v1/instances/lost/free";
    assert_eq!(both[0].get_as("/fareway/v1/instances", &key).await.status, 403);
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(both[0].post(path, &headers, "{}".to_owned()).await.status, 403);
}
