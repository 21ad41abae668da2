//! Keys, teams, users and models come back as they were put in.

use super::*;
use crate::{
    db::{Statement, Step},
    key::{BudgetTerms, Duration, Key, Limits, StoredModel, Team, User},
};

on_both!(
    records_come_back,
    an_unreadable_limit_is_an_error,
    an_alias_is_one_keys,
    a_change_raises_the_revision,
);

fn terms() -> BudgetTerms {
    let max = Some(Usd::from_picos(9_000_000_000_000_000_000));
    BudgetTerms { max, duration: Duration::parse("30d"), soft: true }
}

fn limits() -> Limits {
    Limits { rpm: Some(1), tpm: Some(1 << 62), parallel: Some(0) }
}

fn key(id: &str, alias: Option<&str>) -> Key {
    Key {
        id: id.to_owned(),
        name: "sk-...\u{1F600}".to_owned(),
        alias: alias.map(str::to_owned),
        models: vec!["one".to_owned(), "'; DROP TABLE keys; --".to_owned()],
        expires_at: Some(i64::MAX),
        limits: limits(),
        budget: terms(),
        team_id: Some("t".to_owned()),
        metadata: Some(r#"{"a":1}"#.to_owned()),
        blocked: true,
        created_at: -1,
        updated_at: 5,
        ..Key::default()
    }
}

async fn records_come_back(on: Backend) {
    let store = on.store().await;
    let plain = Key { id: "2".to_owned(), ..Key::default() };
    let team = Team { id: "t".to_owned(), limits: limits(), budget: terms(), ..Team::default() };
    let user = User { id: "u".to_owned(), budget: terms(), ..User::default() };
    let model = StoredModel { id: "m".to_owned(), blocked: true, ..StoredModel::default() };
    store.put_key(&key("1", Some("ann")), &by()).await.unwrap();
    store.put_key(&plain, &by()).await.unwrap();
    store.put_team(&team, &by()).await.unwrap();
    store.put_user(&user, &by()).await.unwrap();
    store.put_model(&model, &by()).await.unwrap();
    let mut found = on.again().await.directory().await.unwrap();
    found.keys.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found.keys, [key("1", Some("ann")), plain]);
    assert_eq!((found.teams, found.users, found.models), (vec![team], vec![user], vec![model]));
    assert_eq!(store.budgets().await.unwrap().len(), 4);
    let budget = store.budget("key:1").await.unwrap().unwrap();
    assert_eq!((budget.terms, budget.window_start), (terms(), 5));
    store.delete_key("1", &by()).await.unwrap();
    store.delete_teams(&["t".to_owned()], &by()).await.unwrap();
    store.delete_users(&["u".to_owned()], &by()).await.unwrap();
    store.delete_model("m", &by()).await.unwrap();
    let left = store.directory().await.unwrap();
    assert_eq!((left.keys.len(), left.teams.len(), left.users.len()), (1, 0, 0));
    assert_eq!((left.models.len(), store.budgets().await.unwrap().len()), (0, 1));
}

/// Taken for an empty list, models that cannot be read would open all models to the key, and windows none.
async fn an_unreadable_limit_is_an_error(on: Backend) {
    let store = on.store().await;
    store.put_key(&key("1", None), &by()).await.unwrap();
    for (column, good, expected) in [
        ("models", "'[]'", "a list in JSON"),
        ("budget_limits", "NULL", "a list of budget windows in JSON"),
        ("duration", "'30d'", "a duration such as `30d`"),
    ] {
        let set = async |value: &str| {
            let sql = format!("UPDATE keys SET {column} = {value}");
            store.db.transact(vec![Step::One(Statement::new(sql, vec![]))]).await.unwrap();
        };
        set("'nonsense'").await;
        let error = store.directory().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot read the column `{column}`; correct it in the database")
        );
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, format!("expected {expected} in a column, found other text"));
        set(good).await;
        assert_eq!(store.directory().await.unwrap().keys.len(), 1);
    }
}

async fn an_alias_is_one_keys(on: Backend) {
    let store = on.store().await;
    store.put_key(&key("1", Some("ann")), &by()).await.unwrap();
    let taken = store.put_key(&key("2", Some("ann")), &by()).await.unwrap_err();
    assert!(matches!(taken, StoreError::Db(crate::DbError::Duplicate(_))), "{taken}");
    assert_eq!(store.directory().await.unwrap().keys.len(), 1, "nothing of it is there");
    assert_eq!(store.budgets().await.unwrap().len(), 1);
    store.put_key(&key("2", None), &by()).await.unwrap();
    store.put_key(&key("3", None), &by()).await.unwrap();
}

async fn a_change_raises_the_revision(on: Backend) {
    let (here, there) = (on.store().await, on.again().await);
    let before = there.revision().await.unwrap();
    here.put_key(&key("1", None), &by()).await.unwrap();
    here.delete_key("1", &by()).await.unwrap();
    assert_eq!(there.revision().await.unwrap(), before + 2);
}
