//! Changes that the store has accepted are reported as done and apply at once, even where other
//! stored data cannot be read.

use harness::{
    gateway::{GROUP, Setup, asking, azure, database},
    keys::{ask, key, manage},
    scripted::Scripted,
};
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::extremes::{answer, entries};

/// A gateway whose budgets cannot be read from now on, and what it runs on.
struct Spoilt {
    setup: Setup,
    upstream: Scripted,
    _server: Postgres,
}

impl Spoilt {
    /// After `before` has made what the test needs.
    async fn after<T>(before: impl AsyncFnOnce(&Setup) -> T) -> (Self, T) {
        let server = Postgres::start().unwrap();
        let upstream = Scripted::start((0..20).map(|_| answer(3, 4))).await;
        let setup = Setup::of(azure().await, &entries(&upstream), &database(&server)).await;
        key(&setup, json!({"key_alias": "spoilt"})).await;
        let made = before(&setup).await;
        let spoil = "ALTER TABLE budgets ALTER COLUMN spent_usd TYPE NUMERIC; \
            UPDATE budgets SET spent_usd = 0.5";
        server.psql("books", spoil).unwrap();
        (Self { setup, upstream, _server: server }, made)
    }

    async fn status(&self, key: &str, group: &str) -> u16 {
        let mut body = asking("Hello!");
        body["model"] = group.into();
        ask(&self.setup, key, &body).await.status
    }
}

#[tokio::test]
async fn changes_of_users_are_in_force() {
    let (spoilt, ann) = Spoilt::after(async |setup| {
        manage(setup, "/user/new", json!({"user_id": "ann", "auto_create_key": false})).await;
        manage(setup, "/user/new", json!({"user_id": "bob", "auto_create_key": false})).await;
        manage(setup, "/team/new", json!({"team_id": "blue"})).await;
        key(setup, json!({"user_id": "ann"})).await
    })
    .await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 200);
    let narrowed = json!({"user_id": "ann", "models": ["another"]});
    let shown = manage(&spoilt.setup, "/user/update", narrowed).await;
    assert_eq!(shown["models"], json!(["another"]));
    assert_eq!(spoilt.status(&ann, GROUP).await, 404);
    manage(&spoilt.setup, "/user/update", json!({"user_id": "ann", "models": []})).await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 200);
    let fields = json!({"user_id": "eve", "teams": ["blue"], "models": [GROUP]});
    let eve = manage(&spoilt.setup, "/user/new", fields).await;
    assert_eq!(eve["teams"], json!(["blue"]));
    assert_eq!(spoilt.status(eve["key"].as_str().unwrap(), GROUP).await, 200);
    let deleted = manage(&spoilt.setup, "/user/delete", json!({"user_ids": ["bob"]})).await;
    assert_eq!(deleted["deleted_users"], json!(["bob"]));
}

#[tokio::test]
async fn changes_of_teams_are_in_force() {
    let (spoilt, ann) = Spoilt::after(async |setup| {
        manage(setup, "/team/new", json!({"team_id": "red"})).await;
        key(setup, json!({"key_alias": "ann"})).await
    })
    .await;
    manage(&spoilt.setup, "/team/new", json!({"team_id": "blue", "models": ["another"]})).await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 200);
    // A team that no key had before.
    manage(&spoilt.setup, "/key/update", json!({"key": ann, "team_id": "blue"})).await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 404);
    manage(&spoilt.setup, "/team/update", json!({"team_id": "blue", "models": [GROUP]})).await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 200);
    manage(&spoilt.setup, "/team/block", json!({"team_id": "blue"})).await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 401);
    let deleted = manage(&spoilt.setup, "/team/delete", json!({"team_ids": ["red"]})).await;
    assert_eq!(deleted["deleted_teams"], json!(["red"]));
}

#[tokio::test]
async fn changes_of_models_are_in_force() {
    let (spoilt, ann) =
        Spoilt::after(async |setup| key(setup, json!({"key_alias": "ann"})).await).await;
    assert_eq!(spoilt.status(&ann, "added").await, 404);
    let params = json!({"model": "azure_ai/own", "api_base": spoilt.upstream.openai_v1(),
        "api_key": "the-key"});
    let added = json!({"model_name": "added", "litellm_params": params,
        "model_info": {"id": "m1"}});
    manage(&spoilt.setup, "/model/new", added).await;
    assert_eq!(spoilt.status(&ann, "added").await, 200);
    let renamed = json!({"model_name": "renamed", "model_info": {"id": "m1"}});
    manage(&spoilt.setup, "/model/update", renamed).await;
    assert_eq!(spoilt.status(&ann, "added").await, 404);
    assert_eq!(spoilt.status(&ann, "renamed").await, 200);
    let deleted: Value = manage(&spoilt.setup, "/model/delete", json!({"id": "m1"})).await;
    assert_eq!(deleted["message"], "Model: m1 deleted successfully");
    assert_eq!(spoilt.status(&ann, "renamed").await, 404);
}

/// The keys that were deleted are refused, whatever became of the others.
#[tokio::test]
async fn changes_of_keys_are_in_force() {
    let (spoilt, ann) =
        Spoilt::after(async |setup| key(setup, json!({"key_alias": "ann"})).await).await;
    let new = manage(&spoilt.setup, "/key/regenerate", json!({"key": ann})).await;
    assert_eq!(spoilt.status(&ann, GROUP).await, 401);
    // The key is known. What the old one has spent is what cannot be read.
    assert_eq!(spoilt.status(new["key"].as_str().unwrap(), GROUP).await, 503);
    manage(&spoilt.setup, "/key/delete", json!({"keys": [new["key"]]})).await;
    assert_eq!(spoilt.status(new["key"].as_str().unwrap(), GROUP).await, 401);
}
