//! Every change that people make is in the audit, in the transaction of the change, without secrets.

use serde_json::{Value, json};

use super::*;
use crate::{
    key::{BudgetTerms, Key, StoredModel, Team, User},
    store::{AuditEntry, AuditFilter, ChangedBy, Edit, RefusedSignIns, Session, WidenedPool},
};

on_both!(
    changes_of_keys_are_recorded,
    changes_of_teams_and_users_are_recorded,
    changes_of_models_are_recorded_without_secrets,
    sign_ins_and_price_tables_are_recorded,
    what_is_not_done_is_not_recorded,
    changes_at_once_know_what_was_before_each,
    pages_are_filtered,
    refused_sign_ins_are_counted_by_address_and_minute,
    replacements_are_kept_while_they_are_needed,
);

/// What changes the store, by whether people do: those that do write an entry of the audit, which the tests
/// here see. The others move what gateways have recorded, or forget what is old.
const BY_PEOPLE: [&str; 22] = [
    "delete_key",
    "delete_model",
    "delete_session",
    "delete_teams",
    "delete_users",
    "edit",
    "free",
    "narrow_pool",
    "put_key",
    "put_key_of",
    "put_model",
    "put_refused_sign_ins",
    "put_session",
    "put_team",
    "put_team_with",
    "put_team_without",
    "put_user",
    "put_user_in",
    "record",
    "replace_key",
    "reprice",
    "widen_pool",
];
const BY_GATEWAYS: [&str; 13] = [
    "add_refusals",
    "alive",
    "apply",
    "delete_audit_before",
    "delete_before",
    "delete_refusals_before",
    "delete_sessions_before",
    "give_back",
    "give_back_all",
    "interrupt_open",
    "lease",
    "leave",
    "take_for_gone",
];

/// The public functions of a source that write into the database, with their texts.
fn writing(source: &str) -> Vec<(String, String)> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let functions = source.split("    pub async fn ").skip(1).map(|rest| {
        let text = rest.split("\n    }\n").next().unwrap_or_default();
        (text.split('(').next().unwrap_or_default().to_owned(), text.to_owned())
    });
    let writes = |text: &str| {
        ["transact(", "self.edit(", "_steps(", "self.reprice_all(", "self.take("]
            .iter()
            .any(|call| text.contains(call))
    };
    functions.filter(|(_, text)| writes(text)).collect()
}

/// A new function that writes is in one of the two lists, and takes [`ChangedBy`] where people call it.
#[test]
fn every_function_that_writes_is_known() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.extend(writing(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    for (name, text) in &found {
        let [people, gateways] =
            [BY_PEOPLE.contains(&name.as_str()), BY_GATEWAYS.contains(&name.as_str())];
        assert!(people != gateways, "`Store::{name}` writes: say in one of the lists who calls it");
        let signature = text.split(" {\n").next().unwrap_or_default();
        let audited =
            ["ChangedBy", "Repricing", "RefusedSignIns"].iter().any(|by| signature.contains(by));
        assert!(!people || audited, "`Store::{name}` is called by people, and writes no audit");
    }
    for name in BY_PEOPLE.iter().chain(&BY_GATEWAYS) {
        assert!(found.iter().any(|(known, _)| known == name), "`Store::{name}` is no longer there");
    }
}

async fn all(store: &Store) -> Vec<AuditEntry> {
    store.audit(&AuditFilter::default(), (None, 1_000)).await.unwrap().entries
}

/// The last entry: who, what, to what, before and after.
async fn last(store: &Store) -> (String, String, Value, Value) {
    let entry = all(store).await.remove(0);
    let json = |text: Option<String>| {
        text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
    };
    assert_eq!(
        (&*entry.actor, entry.ip.as_deref(), entry.session),
        ("key:1", Some("10.0.0.7"), true)
    );
    (entry.action, entry.subject, json(entry.before), json(entry.after))
}

/// A change at a time of its own, so that entries have an order.
fn at(now: i64) -> ChangedBy {
    let by = ChangedBy::new("key:1", now);
    ChangedBy {
        alias: Some("ann".to_owned()),
        session: true,
        ip: Some("10.0.0.7".to_owned()),
        ..by
    }
}

/// Makes a change, and looks at the last entry: action, subject, before and after.
macro_rules! check {
    ($store:ident, $change:expr, $action:literal, $subject:literal, $before:tt, $after:tt) => {
        $change.await.unwrap();
        let expect = ($action.to_owned(), $subject.to_owned(), json!($before), json!($after));
        assert_eq!(last(&$store).await, expect);
    };
}

/// Changes at a time of their own, so that entries have an order.
fn times() -> impl FnMut() -> ChangedBy {
    let mut now = 1_767_225_600_000_000;
    move || {
        now += 1_000_000;
        at(now)
    }
}

async fn changes_of_keys_are_recorded(on: Backend) {
    let store = on.store().await;
    let mut by = times();
    let budget =
        BudgetTerms { max: Some(Usd::from_picos(1_500_000_000_000)), ..BudgetTerms::default() };
    let key = Key { id: "k".to_owned(), name: "sk-...abcd".to_owned(), budget, ..Key::default() };
    check!(store, store.put_key(&key, &by()), "create_key", "key:k", null, {"name": "sk-...abcd",
        "models": [], "max_budget": "1.5", "soft": false, "blocked": false, "admin": false});
    let blocked = Key { blocked: true, updated_at: 9, ..key.clone() };
    check!(store, store.put_key(&blocked, &by()), "block_key", "key:k", {"blocked": false}, {"blocked": true});
    check!(store, store.put_key(&key, &by()), "unblock_key", "key:k", {"blocked": true}, {"blocked": false});
    let more = Key {
        metadata: Some(r#"{"api_key":"secret"}"#.to_owned()),
        alias: Some("a".to_owned()),
        ..key.clone()
    };
    check!(store, store.put_key(&more, &by()), "update_key", "key:k", {}, {"alias": "a", "metadata": {"api_key": "•••"}});
    check!(store, store.put_key(&more, &by()), "update_key", "key:k", {}, {});
    store.replace_key("k", &Key { id: "l".to_owned(), ..more.clone() }, None, &by()).await.unwrap();
    let two: Vec<_> =
        all(&store).await.into_iter().take(2).map(|entry| (entry.action, entry.subject)).collect();
    assert!(two.contains(&("replace_key".to_owned(), "key:k".to_owned())), "{two:?}");
    assert!(two.contains(&("update_key".to_owned(), "key:l".to_owned())), "{two:?}");
    store.delete_key("l", &by()).await.unwrap();
    assert_eq!(last(&store).await.0, "delete_key");
}

async fn changes_of_teams_and_users_are_recorded(on: Backend) {
    let store = on.store().await;
    let mut by = times();
    let team = Team {
        id: "t".to_owned(),
        members: vec![("u".to_owned(), "admin".to_owned())],
        ..Team::default()
    };
    check!(store, store.put_team(&team, &by()), "create_team", "team:t", null, {"models": [],
        "members": [["u", "admin"]], "soft": false, "blocked": false});
    check!(store, store.delete_teams(&["t".to_owned()], &by()), "delete_team", "team:t", {"models": [],
        "members": [["u", "admin"]], "soft": false, "blocked": false}, null);
    let user =
        User { id: "u".to_owned(), email: Some("u@example.com".to_owned()), ..User::default() };
    check!(store, store.put_user(&user, &by()), "create_user", "user:u", null, {"models": [], "email": "u@example.com", "soft": false});
    check!(store, store.delete_users(&["u".to_owned()], &by()), "delete_user", "user:u", {"models": [], "email": "u@example.com", "soft": false}, null);
    let edits = [Edit::PutUser(&user), Edit::PutTeam(&team)];
    store.edit(&edits, &by()).await.unwrap();
    let mut actions: Vec<_> =
        all(&store).await.into_iter().take(2).map(|entry| entry.action).collect();
    actions.sort();
    assert_eq!(actions, ["create_team", "create_user"]);
}

async fn changes_of_models_are_recorded_without_secrets(on: Backend) {
    let store = on.store().await;
    let mut by = times();
    let params = |key: &str| {
        format!(r#"{{"api_key":"fareway:v1:{key}","api_base":"https://u:p@r.example.com/"}}"#)
    };
    let model = |key: &str| StoredModel {
        id: "m:1".to_owned(),
        group: "g".to_owned(),
        params: params(key),
        info: "{}".to_owned(),
        ..StoredModel::default()
    };
    check!(store, store.put_model(&model("a"), &by()), "create_model", "model:m:1", null, {"model_group": "g",
        "blocked": false, "litellm_params.api_key": "•••", "litellm_params.api_base": "https://r.example.com/"});
    check!(store, store.put_model(&model("b"), &by()), "update_model", "model:m:1",
        {"litellm_params.api_key": "•••"}, {"litellm_params.api_key": "•••"});
    store.delete_model("m:1", &by()).await.unwrap();
    assert_eq!(last(&store).await.0, "delete_model");
    let pool = WidenedPool {
        deployment_id: "d".to_owned(),
        router_models: "openai/*".to_owned(),
        served: "grok-4".to_owned(),
        request_id: "r".to_owned(),
        at: 7,
    };
    let wide = json!({"router_models": "openai/*", "widened_by": {"served": "grok-4", "request_id": "r", "at": 7}});
    check!(store, store.widen_pool(&pool, &by()), "widen_pool", "model:d", {"router_models": "openai/*"}, wide);
    check!(store, store.narrow_pool(&pool, &by()), "narrow_pool", "model:d", wide, {"router_models": "openai/*"});
}

async fn sign_ins_and_price_tables_are_recorded(on: Backend) {
    let store = on.store().await;
    let mut by = times();
    let session =
        Session { id: "0123456789abcdef0123".to_owned(), expires_at: 5, ..Session::default() };
    check!(store, store.put_session(&session, &by()), "sign_in", "session:0123456789abcdef", null, {"expires_at": 5});
    check!(
        store,
        store.delete_session(&session.id, &by()),
        "sign_out",
        "session:0123456789abcdef",
        null,
        null
    );
    let versions = (json!({"version": "1"}), json!({"version": "2"}));
    let reload = ("reload_prices", "prices:table");
    check!(store, store.record(&by(), reload, (&versions.0, &versions.1)), "reload_prices", "prices:table",
        {"version": "1"}, {"version": "2"});
}

async fn what_is_not_done_is_not_recorded(on: Backend) {
    let store = on.store().await;
    let key = |id: &str| Key { id: id.to_owned(), alias: Some("ann".to_owned()), ..Key::default() };
    store.put_key(&key("1"), &by()).await.unwrap();
    store.put_key(&key("2"), &by()).await.unwrap_err();
    store.delete_key("3", &by()).await.unwrap();
    store.delete_session("none", &by()).await.unwrap();
    store.replace_key("3", &key("4"), None, &by()).await.unwrap_err();
    // All of it or nothing.
    let team = Team { id: "t".to_owned(), ..Team::default() };
    store.edit(&[Edit::PutTeam(&team), Edit::PutKey(&key("2"))], &by()).await.unwrap_err();
    assert!(store.directory().await.unwrap().teams.is_empty());
    assert_eq!(all(&store).await.len(), 1);
}

/// Two gateways change one key: each entry begins with what the one before it has ended with.
async fn changes_at_once_know_what_was_before_each(on: Backend) {
    let both = [on.store().await, on.again().await];
    let key = |rpm: u64| Key {
        id: "k".to_owned(),
        limits: crate::Limits { rpm: Some(rpm), ..crate::Limits::default() },
        ..Key::default()
    };
    both[0].put_key(&key(0), &at(1)).await.unwrap();
    let puts = (1..=20_u64).map(|nth| {
        let store = both[usize::try_from(nth % 2).unwrap()].clone();
        async move { store.put_key(&key(nth), &by()).await.unwrap() }
    });
    futures_util::future::join_all(puts).await;
    let number = |text: Option<&str>| -> Value {
        serde_json::from_str::<Value>(text.unwrap()).unwrap()["rpm"].clone()
    };
    let entries = all(&both[0]).await;
    let changes: Vec<_> = entries.iter().filter(|entry| entry.action == "update_key").collect();
    assert_eq!(changes.len(), 20);
    let mut value = json!(0);
    for _ in 0..20 {
        let next = changes.iter().find(|entry| number(entry.before.as_deref()) == value);
        value = number(next.unwrap().after.as_deref());
    }
    let stored = both[1].directory().await.unwrap().keys[0].limits.rpm;
    assert_eq!(Some(value.as_u64().unwrap()), stored);
}

async fn pages_are_filtered(on: Backend) {
    let store = on.store().await;
    let second = 1_000_000;
    for nth in 1..=5 {
        let key = Key { id: format!("k{nth}"), ..Key::default() };
        let by = if nth == 5 {
            ChangedBy::new(ChangedBy::OPERATOR, nth * second)
        } else {
            at(nth * second)
        };
        store.put_key(&key, &by).await.unwrap();
    }
    store
        .put_team(&Team { id: "k1".to_owned(), ..Team::default() }, &at(6 * second))
        .await
        .unwrap();
    let subjects = async |filter: AuditFilter, before: Option<&str>| {
        let page = store.audit(&filter, (before, 2)).await.unwrap();
        let subjects: Vec<_> = page.entries.into_iter().map(|entry| entry.subject).collect();
        (subjects.join(" "), page.next)
    };
    let text = |text: &str| Some(text.to_owned());
    let (first, next) = subjects(AuditFilter::default(), None).await;
    assert_eq!(first, "team:k1 key:k5");
    let (second_page, next) = subjects(AuditFilter::default(), next.as_deref()).await;
    assert_eq!(second_page, "key:k4 key:k3");
    let (third, next) = subjects(AuditFilter::default(), next.as_deref()).await;
    assert_eq!((&*third, next), ("key:k2 key:k1", None));
    for (filter, expect) in [
        (AuditFilter { actor: text("operator"), ..AuditFilter::default() }, "key:k5"),
        (
            AuditFilter {
                actor: text("ann"),
                ip: text("10.0.0.7"),
                to: Some(2 * second),
                ..AuditFilter::default()
            },
            "key:k1",
        ),
        (
            AuditFilter { actor: text("key:1"), from: Some(5 * second), ..AuditFilter::default() },
            "team:k1",
        ),
        (AuditFilter { ip: text("10.0.0.8"), ..AuditFilter::default() }, ""),
        (AuditFilter { action: text("create_team"), ..AuditFilter::default() }, "team:k1"),
        (AuditFilter { kind: text("team"), ..AuditFilter::default() }, "team:k1"),
        (AuditFilter { kind: text("tea"), ..AuditFilter::default() }, ""),
        (AuditFilter { subject: text("k1"), ..AuditFilter::default() }, "team:k1 key:k1"),
        (
            AuditFilter { kind: text("key"), subject: text("k1"), ..AuditFilter::default() },
            "key:k1",
        ),
        (AuditFilter { subject: text("1"), ..AuditFilter::default() }, ""),
    ] {
        assert_eq!(subjects(filter.clone(), None).await, (expect.to_owned(), None), "{filter:?}");
    }
}

async fn refused_sign_ins_are_counted_by_address_and_minute(on: Backend) {
    let store = on.store().await;
    let refused =
        |peer: &str, minute, count| RefusedSignIns { peer: peer.to_owned(), minute, count };
    let (ten, eleven) = (29_450_000, 29_450_001);
    store
        .put_refused_sign_ins("a", &[refused("10.0.0.1", ten, 3), refused("(other)", ten, 9)])
        .await
        .unwrap();
    store
        .put_refused_sign_ins("a", &[refused("10.0.0.1", ten, 5), refused("10.0.0.1", eleven, 1)])
        .await
        .unwrap();
    // Another gateway, or the same after a restart, counts apart.
    store.put_refused_sign_ins("b", &[refused("10.0.0.1", ten, 2)]).await.unwrap();
    let filter = AuditFilter { ip: Some("10.0.0.1".to_owned()), ..AuditFilter::default() };
    let found = store.audit(&filter, (None, 10)).await.unwrap().entries;
    let mut found: Vec<_> = found
        .iter()
        .map(|entry| {
            assert_eq!((&*entry.actor, &*entry.action), ("nobody", "refuse_sign_in"));
            (entry.at / 60_000_000, entry.after.clone().unwrap())
        })
        .collect();
    assert_eq!(found[0].0, eleven, "the newest first");
    found.sort();
    let count = |minute, count: u32| (minute, format!("{{\"count\":{count}}}"));
    assert_eq!(found, [count(ten, 2), count(ten, 5), count(eleven, 1)]);
    assert_eq!(all(&store).await.len(), 4);
}

/// What corrections of a window that is open need to find the key that is there now is not forgotten.
async fn replacements_are_kept_while_they_are_needed(on: Backend) {
    let store = on.store().await;
    let day = 86_400_000_000;
    let key = |id: &str, duration: &str, at: i64| Key {
        id: id.to_owned(),
        budget: BudgetTerms {
            max: Some(Usd::from_picos(9)),
            duration: crate::Duration::parse(duration),
            soft: false,
        },
        updated_at: at,
        ..Key::default()
    };
    for (old, new, duration) in [("a", "b", "30d"), ("x", "y", "1d")] {
        store.put_key(&key(old, duration, day), &ChangedBy::new("ann", day)).await.unwrap();
        store
            .replace_key(old, &key(new, duration, day + 1), None, &ChangedBy::new("ann", day + 1))
            .await
            .unwrap();
    }
    store
        .replace_key("b", &key("c", "30d", day + 2), None, &ChangedBy::new("ann", day + 2))
        .await
        .unwrap();
    let kept = async |now: i64| {
        while store.delete_audit_before(now - day, now).await.unwrap() > 0 {}
        let mut subjects: Vec<_> =
            all(&store).await.into_iter().map(|entry| entry.subject).collect();
        subjects.sort();
        subjects.join(" ")
    };
    assert_eq!(kept(day + 3).await.split(' ').count(), 8, "nothing is a day old");
    // The window of `y` is over; that of `c`, which was `a`'s and `b`'s, is open.
    assert_eq!(kept(5 * day).await, "key:a key:b");
    assert_eq!(kept(32 * day).await, "");
}
