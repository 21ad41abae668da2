//! Users and teams go together with their keys, and what others share with these stays right.

use super::*;
use crate::key::{BudgetTerms, Key, Team, User};

on_both!(
    a_team_takes_its_keys_with_it,
    a_user_leaves_teams_and_takes_keys,
    a_member_takes_their_keys_in_the_team_only,
    a_key_brings_its_user,
    a_key_of_a_team_that_is_deleted_meanwhile_is_not_stored,
    what_is_in_flight_is_charged_to_who_is_left,
);

fn key(id: &str, team: &str, user: &str) -> Key {
    let some = |id: &str| Some(id.to_owned()).filter(|id| !id.is_empty());
    Key { id: id.to_owned(), team_id: some(team), user_id: some(user), ..Key::default() }
}

/// Two teams and two users with a key for each pair of them, and one of nobody's.
async fn store(on: &Backend) -> Store {
    let store = on.store().await;
    let members = ["ann", "bob"].map(|id| (id.to_owned(), "user".to_owned())).to_vec();
    for id in ["blue", "red"] {
        let team = Team { id: id.to_owned(), members: members.clone(), ..Team::default() };
        store.put_team_with(&team, &[], &by()).await.unwrap();
    }
    for id in ["ann", "bob"] {
        let user = User { id: id.to_owned(), ..User::default() };
        store.put_user_in(&user, &[], &by()).await.unwrap();
    }
    for (id, team, user) in
        [("1", "blue", "ann"), ("2", "blue", "bob"), ("3", "red", "ann"), ("4", "red", "bob")]
    {
        store.put_key_of(&key(id, team, user), None, &by()).await.unwrap();
    }
    store.put_key_of(&key("5", "", ""), None, &by()).await.unwrap();
    store
}

/// Ids of keys, and of budgets, in order.
async fn left(store: &Store) -> (Vec<String>, Vec<String>) {
    let mut keys: Vec<_> =
        store.directory().await.unwrap().keys.into_iter().map(|key| key.id).collect();
    keys.sort();
    let mut budgets: Vec<_> =
        store.budgets().await.unwrap().into_iter().map(|budget| budget.id).collect();
    budgets.sort();
    (keys, budgets)
}

async fn a_team_takes_its_keys_with_it(on: Backend) {
    let store = store(&on).await;
    let before = store.revision().await.unwrap();
    store.delete_teams(&["blue".to_owned()], &by()).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before + 1);
    let (keys, budgets) = left(&store).await;
    assert_eq!(keys, ["3", "4", "5"]);
    assert_eq!(budgets, ["key:3", "key:4", "key:5", "team:red", "user:ann", "user:bob"]);
    // Deleting something that no longer exists is no error.
    store.delete_teams(&["blue".to_owned()], &by()).await.unwrap();
    assert_eq!(left(&store).await.0, ["3", "4", "5"]);
    // Each has its entry in the audit.
    let deleted = "SELECT COUNT(*) FROM audit WHERE action IN ('delete_team', 'delete_key')";
    let mut row = store.db.query(deleted, vec![]).await.unwrap().pop().unwrap();
    assert_eq!(row.int().unwrap(), 3);
}

async fn a_user_leaves_teams_and_takes_keys(on: Backend) {
    let store = store(&on).await;
    store.delete_users(&["ann".to_owned()], &by()).await.unwrap();
    let (keys, budgets) = left(&store).await;
    assert_eq!(keys, ["2", "4", "5"]);
    assert_eq!(budgets, ["key:2", "key:4", "key:5", "team:blue", "team:red", "user:bob"]);
    let found = store.directory().await.unwrap();
    assert_eq!(found.users.len(), 1);
    assert!(found.teams.iter().all(|team| team.members.len() == 1));
}

async fn a_member_takes_their_keys_in_the_team_only(on: Backend) {
    let store = store(&on).await;
    let members = vec![("bob".to_owned(), "user".to_owned())];
    let team = Team { id: "blue".to_owned(), members, ..Team::default() };
    store.put_team_without(&team, "ann", &by()).await.unwrap();
    let (keys, budgets) = left(&store).await;
    assert_eq!(keys, ["2", "3", "4", "5"]);
    assert!(!budgets.contains(&"key:1".to_owned()) && budgets.len() == 8, "{budgets:?}");
}

async fn a_key_brings_its_user(on: Backend) {
    let store = store(&on).await;
    let eve = User { id: "eve".to_owned(), ..User::default() };
    store.put_key_of(&key("6", "red", "eve"), Some(&eve), &by()).await.unwrap();
    let found = store.directory().await.unwrap();
    assert!(found.users.contains(&eve));
    assert!(store.budget("user:eve").await.unwrap().is_some());
    // And not without the key.
    let fay = User { id: "fay".to_owned(), ..User::default() };
    store.put_key_of(&key("7", "green", "fay"), Some(&fay), &by()).await.unwrap_err();
    assert!(!store.directory().await.unwrap().users.contains(&fay));
}

async fn a_key_of_a_team_that_is_deleted_meanwhile_is_not_stored(on: Backend) {
    let store = store(&on).await;
    let there = on.again().await;
    let doomed = ["new".to_owned()];
    for round in 0..20 {
        let team = Team { id: "new".to_owned(), ..Team::default() };
        store.put_team_with(&team, &[], &by()).await.unwrap();
        let id = format!("new-{round}");
        let added = key(&id, "new", "ann");
        let (deleter, maker) = (by(), by());
        let (deleted, stored) = tokio::join!(
            there.delete_teams(&doomed, &deleter),
            store.put_key_of(&added, None, &maker)
        );
        deleted.unwrap();
        // Either it was too late, or it went with the team.
        if let Err(error) = stored {
            assert!(matches!(error, StoreError::OwnerGone { .. }), "{error}");
        }
        assert_eq!(left(&store).await.0, ["1", "2", "3", "4", "5"], "round {round}");
    }
    let late = store.put_key_of(&key("8", "", "nobody"), None, &by()).await.unwrap_err();
    assert!(matches!(late, StoreError::OwnerGone { .. }), "{late}");
}

async fn what_is_in_flight_is_charged_to_who_is_left(on: Backend) {
    let store = store(&on).await;
    let max = Some(Usd::from_picos(10_000));
    let budget = BudgetTerms { max, ..BudgetTerms::default() };
    let team = Team { id: "blue".to_owned(), budget, updated_at: 7, ..Team::default() };
    store.put_team_with(&team, &[], &by()).await.unwrap();
    let known = store.budget("team:blue").await.unwrap().unwrap();
    let window = known.window_start;
    let lease = Usd::from_picos(2_000);
    store.lease("here", &known, lease, lease).await.unwrap().unwrap();
    let budgets = format!(r#"[["key:1",{window}],["team:blue",{window}],["user:ann",{window}]]"#);
    let of = |outcome, picos| EntryRow {
        budgets: Some(budgets.clone().into()),
        ..row("1", outcome, picos)
    };
    store.apply(batch(None, 1, vec![of("open", 0)])).await.unwrap();
    store.delete_users(&["ann".to_owned()], &by()).await.unwrap();
    store.apply(batch(Some(1), 2, vec![of("completed", 42)])).await.unwrap();
    let team = store.budget("team:blue").await.unwrap().unwrap();
    assert_eq!((team.spent, team.leased), (Usd::from_picos(42), Usd::from_picos(1_958)));
    assert_eq!(rolled(&store, "").await, [1, 10, 0, 42]);
    assert!(store.budget("key:1").await.unwrap().is_none());
}
