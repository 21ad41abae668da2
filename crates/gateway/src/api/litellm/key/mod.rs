//! `/key/…`: virtual keys. A key is shown once, when it is created; only its hash is stored.

pub(crate) mod list;

use axum::{Json, extract::State};
use gateway_api::{
    DollarsGiven, Field, LengthField,
    litellm::{
        grant::GrantTerms,
        key::{
            KeyChange, KeyFields, KeyInfoParams, KeyNamed, KeyRegeneration, KeyRegenerationTerms,
            KeyTerms, KeysNamed, SecretField,
        },
    },
};
use jiff::Timestamp;
use ledger::{Edit, Key, KeyHash, StoreError, User};
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    fields::{Fields, duration, wrong},
    grant,
    list_query::Asked,
    shapes::{KeyShown, time},
};
use crate::{
    accounting::{Books, KeyStored},
    app::Worker,
    auth::{Actor, Admin, Caller},
    http::{ApiError, PathName},
    openapi::{Conflict, NoRandom, NotDone, NotFound, NotRead},
};

/// A new key: the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyMade)]
pub(super) struct Made {
    key: String,
    /// The time until which the replaced key works as this one; null if it does not work, or none
    /// was replaced.
    old_key_until: Option<Timestamp>,
    #[serde(flatten)]
    shown: KeyShown,
}

/// One key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyInfo)]
pub(super) struct Info {
    key: String,
    info: KeyShown,
}

/// Ids of the deleted keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeysDeleted)]
pub(super) struct Deleted {
    deleted_keys: Vec<String>,
}

/// The key in whose place another one is put.
#[derive(Clone, Copy)]
pub(super) struct Replaced<'a> {
    id: &'a str,
    /// Until when it works as the new one, in microseconds since 1970, if it does.
    until: Option<i64>,
}

/// What a new key is.
#[derive(Default)]
pub(super) struct NewKey {
    /// The key itself, if it should not be random.
    own: SecretField,
    fields: KeyFields,
    grant: GrantTerms,
    /// The names of the fields that have no effect.
    ignored: Vec<String>,
}

impl Made {
    pub(super) fn into_secret(self) -> String {
        self.key
    }
}

/// Creates a key, which is shown once.
#[utoipa::path(post, path = "/key/generate", tag = "keys", request_body = KeyTerms,
    responses((status = 200, body = Made), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn generate(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<KeyTerms>,
) -> Result<Json<Made>, ApiError> {
    let KeyTerms { key: own, fields, grant, .. } = terms;
    let new = NewKey { own, fields, grant, ignored };
    make(&worker.app.books, new, Key::default(), None, &actor).await.map(Json)
}

/// Creates a key with the properties of another one where the request names none; in place of an old
/// one, if there is one.
pub(super) async fn make(
    books: &Books,
    new: NewKey,
    mut key: Key,
    old: Option<Replaced<'_>>,
    actor: &Actor,
) -> Result<Made, ApiError> {
    let NewKey { own, fields, grant, ignored } = new;
    let secret = own.value().map_or_else(new_secret, |own| Ok(own.0))?;
    key.id = KeyHash::of(&secret).to_string();
    key.name = format!("sk-...{}", &secret[secret.floor_char_boundary(secret.len() - 4)..]);
    let now = books.now();
    let hash = KeyHash::of(&secret);
    let works = books.keys().find_shown(&hash, now).is_some();
    if works || find(books, &key.id).await.is_ok() {
        return Err(ApiError::Taken("this key exists already".to_owned()));
    }
    (key.created_at, key.updated_at) = (now, now);
    change(&mut key, fields, grant, now)?;
    save(books, &key, old, actor).await?;
    let mut shown = shown(books, &key);
    shown.ignored_fields = ignored;
    let old_key_until = old.and_then(|old| time(old.until?));
    Ok(Made { key: secret, old_key_until, shown })
}

/// One key; a key can read itself.
#[utoipa::path(get, path = "/key/info", tag = "keys",
    params(KeyInfoParams),
    responses((status = 200, body = Info), NotRead, NotFound))]
pub(super) async fn info(
    State(worker): State<Worker>,
    caller: Caller,
    Asked(query): Asked<KeyInfoParams>,
) -> Result<Json<Info>, ApiError> {
    let own = match &caller {
        Caller::Key(known) => Some(known.key.id.clone()),
        Caller::Operator => None,
    };
    let asked = query.key.as_deref().map(id_of).or(own);
    let asked =
        asked.ok_or_else(|| ApiError::BadField("expected `?key=`, found none".to_owned()))?;
    if !caller.may_see(Some(&asked)) {
        return Err(ApiError::NotAdmin);
    }
    let key = find(&worker.app.books, &asked).await?;
    Ok(Json(Info { info: shown(&worker.app.books, &key), key: asked }))
}

/// Changes a key.
#[utoipa::path(post, path = "/key/update", tag = "keys", request_body = KeyChange,
    responses((status = 200, body = KeyShown), NotDone, NotFound, Conflict))]
pub(super) async fn update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<KeyChange>,
) -> Result<Json<KeyShown>, ApiError> {
    let books = &worker.app.books;
    let mut key = find(books, &id_of(&terms.key.0)).await?;
    key.updated_at = books.now();
    let now = key.updated_at;
    change(&mut key, terms.fields, terms.grant, now)?;
    save(books, &key, None, &actor).await?;
    let mut shown = shown(books, &key);
    shown.ignored_fields = ignored;
    Ok(Json(shown))
}

/// Deletes keys.
#[utoipa::path(post, path = "/key/delete", tag = "keys", request_body = KeysNamed,
    responses((status = 200, body = Deleted), NotDone, NotFound))]
pub(super) async fn delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<KeysNamed>,
) -> Result<Json<Deleted>, ApiError> {
    let books = &worker.app.books;
    let aliases = named.key_aliases.value().unwrap_or_default();
    let named = named.keys.value().unwrap_or_default();
    let mut ids: Vec<String> = named.iter().map(|key| id_of(key)).collect();
    let keys = books.store().directory().await?.keys;
    let has_alias = |key: &&Key| key.alias.as_ref().is_some_and(|alias| aliases.contains(alias));
    ids.extend(keys.iter().filter(has_alias).map(|key| key.id.clone()));
    if let Some(missing) = ids.iter().find(|id| !keys.iter().any(|key| key.id == **id)) {
        return Err(ApiError::NoSuch { what: "key", id: missing.clone() });
    }
    let mut deleted = Ok(());
    let mut gone = Vec::with_capacity(ids.len());
    for id in &ids {
        deleted = books.store().delete_key(id, &actor.change()).await;
        if deleted.is_err() {
            break;
        }
        gone.push(id.clone());
    }
    // These were deleted, even if others could not be.
    books.keys_deleted(&gone).await;
    deleted?;
    Ok(Json(Deleted { deleted_keys: ids }))
}

/// Replaces a key with a new one, with the same rights and budget. The old key stops working, or
/// works for `grace_period` as the new one, with which it is blocked and deleted.
#[utoipa::path(post, path = "/key/regenerate", tag = "keys", request_body = KeyRegeneration,
    responses((status = 200, body = Made), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn regenerate(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<KeyRegeneration>,
) -> Result<Json<Made>, ApiError> {
    let KeyRegeneration { key, grace_period, fields, grant, .. } = terms;
    let new = NewKey { own: Field::Absent, fields, grant, ignored };
    regenerated(&worker, &actor, &id_of(&key.0), grace_period, new).await.map(Json)
}

/// The same where the path names the key.
#[utoipa::path(post, path = "/key/{key}/regenerate", tag = "keys",
    params(("key" = String, Path, description = "The key, or its hash.")), request_body = KeyRegenerationTerms,
    responses((status = 200, body = Made), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn regenerate_named(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    PathName(key): PathName,
    Fields(terms, ignored): Fields<KeyRegenerationTerms>,
) -> Result<Json<Made>, ApiError> {
    let KeyRegenerationTerms { key: own, grace_period, fields, grant, .. } = terms;
    let new = NewKey { own, fields, grant, ignored };
    regenerated(&worker, &actor, &id_of(&key), grace_period, new).await.map(Json)
}

/// Another key in place of one, with the same rights; what the old one has spent is spent.
async fn regenerated(
    worker: &Worker,
    actor: &Actor,
    id: &str,
    grace_period: LengthField,
    new: NewKey,
) -> Result<Made, ApiError> {
    let books = &worker.app.books;
    let old = find(books, id).await?;
    let grace = duration("grace_period", grace_period)?.value();
    // What it has spent up to now may still be in the spool.
    books.catch_up().await;
    let until = grace.map(|grace| grace.after(books.now()));
    make(books, new, old, Some(Replaced { id, until }), actor).await
}

/// Blocks a key.
#[utoipa::path(post, path = "/key/block", tag = "keys", request_body = KeyNamed,
    responses((status = 200, body = KeyShown), NotDone, NotFound))]
pub(super) async fn block(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<KeyNamed>,
) -> Result<Json<KeyShown>, ApiError> {
    set_blocked(&worker.app.books, &named, true, &actor).await
}

/// Unblocks a key.
#[utoipa::path(post, path = "/key/unblock", tag = "keys", request_body = KeyNamed,
    responses((status = 200, body = KeyShown), NotDone, NotFound))]
pub(super) async fn unblock(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<KeyNamed>,
) -> Result<Json<KeyShown>, ApiError> {
    set_blocked(&worker.app.books, &named, false, &actor).await
}

async fn set_blocked(
    books: &Books,
    named: &KeyNamed,
    blocked: bool,
    actor: &Actor,
) -> Result<Json<KeyShown>, ApiError> {
    let mut key = find(books, &id_of(&named.key.0)).await?;
    key.blocked = blocked;
    key.updated_at = books.now();
    save(books, &key, None, actor).await?;
    Ok(Json(shown(books, &key)))
}

/// Changes a key by the fields that are there.
fn change(key: &mut Key, fields: KeyFields, terms: GrantTerms, now: i64) -> Result<(), ApiError> {
    fields.key_alias.set(&mut key.alias);
    fields.models.put(&mut key.models);
    fields.team_id.set(&mut key.team_id);
    fields.user_id.set(&mut key.user_id);
    fields.metadata.set(&mut key.metadata);
    fields.blocked.put(&mut key.blocked);
    fields.admin.put(&mut key.admin);
    match duration("duration", fields.duration)? {
        Field::Absent => {}
        Field::Null => key.expires_at = None,
        Field::Value(duration) => key.expires_at = Some(duration.after(now)),
    }
    if let Field::Value(DollarsGiven(spend)) = fields.spend
        && spend != Usd::ZERO
    {
        let expected = "0: what a key spends is counted here, and `max_budget` limits it";
        return Err(wrong("spend", expected, &spend.to_string()));
    }
    grant::change(terms, &mut key.limits, &mut key.budget, &mut key.windows)
}

/// Stores a key whose team exists, in place of an old one if there is one, and lets this gateway know of
/// it at once. A user who is not known yet is added.
async fn save(
    books: &Books,
    key: &Key,
    old: Option<Replaced<'_>>,
    actor: &Actor,
) -> Result<(), ApiError> {
    let known = books.store().directory().await?;
    let team = known.teams.iter().find(|team| Some(&team.id) == key.team_id.as_ref());
    if let Some(id) = key.team_id.as_ref().filter(|_| team.is_none()) {
        return Err(ApiError::NoSuch { what: "team", id: id.clone() });
    }
    let user = known.users.iter().find(|user| Some(&user.id) == key.user_id.as_ref());
    let new_user = key.user_id.as_ref().filter(|_| user.is_none()).map(|id| new_user(key, id));
    let new_user = new_user.transpose()?;
    let itself = |other: &Key| other.id == key.id || old.is_some_and(|old| other.id == old.id);
    let same_alias = |other: &&Key| !itself(other) && other.alias == key.alias;
    if let Some(alias) = &key.alias
        && known.keys.iter().any(|other| same_alias(&other))
    {
        return Err(ApiError::Taken(format!("another key has the alias `{alias}`")));
    }
    let store = books.store();
    match old {
        Some(Replaced { id, until }) => {
            let mut edits = vec![Edit::ReplaceKey { old: id, key, until }];
            edits.extend(new_user.as_ref().map(Edit::PutUser));
            store.edit(&edits, &actor.change()).await?;
        }
        None => {
            let stored = store.put_key_of(key, new_user.as_ref(), &actor.change()).await;
            stored.map_err(meanwhile)?;
        }
    }
    let user = user.or(new_user.as_ref());
    let (replaced, until) = (old.map(|old| old.id), old.and_then(|old| old.until));
    books.key_stored(&KeyStored { key, replaced, until, team, user }).await;
    Ok(())
}

/// A user of whom nothing is known but the id.
fn new_user(key: &Key, id: &str) -> Result<User, ApiError> {
    if id.trim().is_empty() {
        return Err(wrong("user_id", "a name", id));
    }
    let at = key.updated_at;
    Ok(User { id: id.to_owned(), created_at: at, updated_at: at, ..User::default() })
}

/// Says what has become of a key whose team or user was deleted while it was made.
fn meanwhile(error: StoreError) -> ApiError {
    match error {
        StoreError::OwnerGone { what, id } => ApiError::Taken(format!(
            "the key's {what} `{id}` was deleted meanwhile; name another one"
        )),
        other => other.into(),
    }
}

async fn find(books: &Books, id: &str) -> Result<Key, ApiError> {
    let keys = books.store().directory().await?.keys;
    let found = keys.into_iter().find(|key| key.id == id);
    found.ok_or_else(|| ApiError::NoSuch { what: "key", id: id.to_owned() })
}

pub(super) fn shown(books: &Books, key: &Key) -> KeyShown {
    KeyShown::new(key, &books.standings("key", &key.id, &key.windows))
}

/// A key can be named by itself or by its hash.
fn id_of(key: &str) -> String {
    if KeyHash::parse(key).is_some() { key.to_owned() } else { KeyHash::of(key).to_string() }
}

/// 192 random bits.
fn new_secret() -> Result<String, ApiError> {
    use std::fmt::Write as _;

    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| ApiError::NoRandom)?;
    let mut secret = "sk-".to_owned();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(secret, "{byte:02x}");
    }
    Ok(secret)
}
