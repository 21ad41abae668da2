//! `/key/…`: virtual keys. A key is shown once, when it is made; what is kept is its hash.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
};
use ledger::{Key, KeyHash};
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    fields::{Fields, Given, number, only, wrong},
    grant,
    key_terms::{KeyChange, KeyNamed, KeyTerms, KeysNamed},
    show::KeyShown,
};
use crate::{
    actor::Actor,
    app::Worker,
    books::{Books, KeyStored},
    caller::{Admin, Caller},
    document::{Conflict, NoRandom, NotDone, NotFound, NotRead},
    error::ApiError,
    named::Named,
};

/// A key that was just made: the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyMade)]
pub(super) struct Made {
    key: String,
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

/// A page of keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyList)]
pub(super) struct List {
    keys: Vec<Listed>,
    total_count: usize,
    current_page: usize,
    total_pages: usize,
}

/// One of a page: by its hash alone with `return_full_object=false`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyOrHash)]
#[serde(untagged)]
enum Listed {
    Whole(Box<KeyShown>),
    Hash(String),
}

/// Ids of keys that are no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeysDeleted)]
pub(super) struct Deleted {
    deleted_keys: Vec<String>,
}

impl Made {
    pub(super) fn into_secret(self) -> String {
        self.key
    }
}

/// Makes a key. It is shown this once.
#[utoipa::path(post, path = "/key/generate", tag = "keys", request_body = KeyTerms,
    responses((status = 200, body = Made), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn generate(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    fields: Fields,
) -> Result<Json<Made>, ApiError> {
    make(&worker.app.books, fields, Key::default(), None, &actor).await.map(Json)
}

/// Makes a key of what the fields say, over what it begins with; in place of an old one, if there is
/// one.
pub(super) async fn make(
    books: &Books,
    mut fields: Fields,
    mut key: Key,
    old: Option<&str>,
    actor: &Actor,
) -> Result<Made, ApiError> {
    let secret = match fields.text("key")? {
        Given::Value(own) if !own.starts_with("sk-") || own.len() < 20 => {
            return Err(wrong("key", "`sk-` and at least 17 characters more", "something else"));
        }
        Given::Value(own) => own,
        Given::Absent | Given::Null => new_secret()?,
    };
    key.id = KeyHash::of(&secret).to_string();
    key.name = format!("sk-...{}", &secret[secret.floor_char_boundary(secret.len() - 4)..]);
    if find(books, &key.id).await.is_ok() {
        return Err(ApiError::Taken("this key exists already".to_owned()));
    }
    let now = books.now();
    (key.created_at, key.updated_at) = (now, now);
    let ignored = change(&mut key, fields, now)?;
    save(books, &key, old, actor).await?;
    let mut shown = shown(books, &key);
    shown.ignored_fields = ignored;
    Ok(Made { key: secret, shown })
}

/// One key; a key may ask for itself.
#[utoipa::path(get, path = "/key/info", tag = "keys",
    params(
        ("key" = Option<String>, Query, description = "A key, or its hash; the key that asks unless set."),
    ),
    responses((status = 200, body = Info), NotRead, NotFound))]
pub(super) async fn info(
    State(worker): State<Worker>,
    caller: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Info>, ApiError> {
    let own = match &caller {
        Caller::Key(known) => Some(known.key.id.clone()),
        Caller::Operator => None,
    };
    let asked = query.get("key").map(|key| id_of(key)).or(own);
    let asked =
        asked.ok_or_else(|| ApiError::BadField("expected `?key=`, found none".to_owned()))?;
    if !caller.may_see(Some(&asked)) {
        return Err(ApiError::NotAdmin);
    }
    let key = find(&worker.app.books, &asked).await?;
    Ok(Json(Info { info: shown(&worker.app.books, &key), key: asked }))
}

/// A page of keys, the newest first.
#[utoipa::path(get, path = "/key/list", tag = "keys",
    params(
        ("team_id" = Option<String>, Query, description = "Those of one team."),
        ("user_id" = Option<String>, Query, description = "Those of one user."),
        ("key_alias" = Option<String>, Query, description = "The one that is called so."),
        ("key_hash" = Option<String>, Query, description = "The one of this hash."),
        ("search" = Option<String>, Query, description = "Those with these letters in their alias or name."),
        ("return_full_object" = Option<bool>, Query, description = "`false` for hashes alone."),
        ("page" = Option<u32>, Query, description = "From 1."),
        ("size" = Option<u32>, Query, description = "At most 1000; 100 unless set."),
    ),
    responses((status = 200, body = List), NotRead))]
pub(super) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<List>, ApiError> {
    only(&query, &["team_id", "user_id", "key_alias", "key_hash", "search", "page", "size"])?;
    let books = &worker.app.books;
    let mut keys = books.store().directory().await?.keys;
    let fits = |name: &str, value: Option<&String>| {
        query.get(name).is_none_or(|wanted| value.is_some_and(|value| value == wanted))
    };
    let search = query.get("search").map(|letters| letters.trim().to_lowercase());
    let has_letters = |key: &Key| {
        let names = [Some(&key.name), key.alias.as_ref()];
        search.as_ref().is_none_or(|letters| {
            names.into_iter().flatten().any(|name| name.to_lowercase().contains(letters))
        })
    };
    keys.retain(|key| {
        fits("team_id", key.team_id.as_ref())
            && fits("user_id", key.user_id.as_ref())
            && fits("key_alias", key.alias.as_ref())
            && fits("key_hash", Some(&key.id))
            && has_letters(key)
    });
    keys.sort_by(|one, other| other.created_at.cmp(&one.created_at).then(one.id.cmp(&other.id)));
    let (page, size) = (number(&query, "page", 1)?, number(&query, "size", 100)?.min(1_000));
    let total = keys.len();
    let whole = query.get("return_full_object").is_none_or(|whole| whole != "false");
    let listed = |key: &Key| match whole {
        true => Listed::Whole(Box::new(shown(books, key))),
        false => Listed::Hash(key.id.clone()),
    };
    let keys = keys.iter().skip((page - 1) * size).take(size).map(listed);
    Ok(Json(List {
        keys: keys.collect(),
        total_count: total,
        current_page: page,
        total_pages: total.div_ceil(size),
    }))
}

/// Changes a key.
#[utoipa::path(post, path = "/key/update", tag = "keys", request_body = KeyChange,
    responses((status = 200, body = KeyShown), NotDone, NotFound, Conflict))]
pub(super) async fn update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<KeyShown>, ApiError> {
    let books = &worker.app.books;
    let mut key = find(books, &id_of(&fields.required("key")?)).await?;
    key.updated_at = books.now();
    let now = key.updated_at;
    let ignored = change(&mut key, fields, now)?;
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
    mut fields: Fields,
) -> Result<Json<Deleted>, ApiError> {
    let books = &worker.app.books;
    let named = fields.texts("keys")?.value().unwrap_or_default();
    let aliases = fields.texts("key_aliases")?.value().unwrap_or_default();
    fields.finish()?;
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
    // Those are no longer there, whatever became of the others.
    books.keys_deleted(&gone).await;
    deleted?;
    Ok(Json(Deleted { deleted_keys: ids }))
}

/// Makes another key in place of one, with the same rights and the same budget.
#[utoipa::path(post, path = "/key/regenerate", tag = "keys", request_body = KeyChange,
    responses((status = 200, body = Made), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn regenerate(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<Made>, ApiError> {
    let id = id_of(&fields.required("key")?);
    regenerated(&worker, &actor, &id, fields).await.map(Json)
}

/// The same where the path names the key.
#[utoipa::path(post, path = "/key/{key}/regenerate", tag = "keys",
    params(("key" = String, Path, description = "The key, or its hash.")), request_body = KeyTerms,
    responses((status = 200, body = Made), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn regenerate_named(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Named(key): Named,
    fields: Fields,
) -> Result<Json<Made>, ApiError> {
    regenerated(&worker, &actor, &id_of(&key), fields).await.map(Json)
}

/// Another key in place of one, with the same rights; what the old one has spent is spent.
async fn regenerated(
    worker: &Worker,
    actor: &Actor,
    id: &str,
    fields: Fields,
) -> Result<Made, ApiError> {
    let books = &worker.app.books;
    let old = find(books, id).await?;
    // What it has spent up to now may still be in the spool.
    books.catch_up().await;
    make(books, fields, old, Some(id), actor).await
}

/// Blocks a key.
#[utoipa::path(post, path = "/key/block", tag = "keys", request_body = KeyNamed,
    responses((status = 200, body = KeyShown), NotDone, NotFound))]
pub(super) async fn block(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    fields: Fields,
) -> Result<Json<KeyShown>, ApiError> {
    set_blocked(&worker.app.books, fields, true, &actor).await
}

/// Lets a key be used again.
#[utoipa::path(post, path = "/key/unblock", tag = "keys", request_body = KeyNamed,
    responses((status = 200, body = KeyShown), NotDone, NotFound))]
pub(super) async fn unblock(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    fields: Fields,
) -> Result<Json<KeyShown>, ApiError> {
    set_blocked(&worker.app.books, fields, false, &actor).await
}

async fn set_blocked(
    books: &Books,
    mut fields: Fields,
    blocked: bool,
    actor: &Actor,
) -> Result<Json<KeyShown>, ApiError> {
    let id = id_of(&fields.required("key")?);
    fields.finish()?;
    let mut key = find(books, &id).await?;
    key.blocked = blocked;
    key.updated_at = books.now();
    save(books, &key, None, actor).await?;
    Ok(Json(shown(books, &key)))
}

/// Changes a key by the fields that are there; tells which have no effect.
fn change(key: &mut Key, mut fields: Fields, now: i64) -> Result<Vec<&'static str>, ApiError> {
    fields.text("key_alias")?.set(&mut key.alias);
    fields.texts("models")?.put(&mut key.models);
    fields.text("team_id")?.set(&mut key.team_id);
    fields.text("user_id")?.set(&mut key.user_id);
    fields.object("metadata")?.set(&mut key.metadata);
    fields.flag("blocked")?.put(&mut key.blocked);
    fields.flag("admin")?.put(&mut key.admin);
    match fields.duration("duration")? {
        Given::Absent => {}
        Given::Null => key.expires_at = None,
        Given::Value(duration) => key.expires_at = Some(duration.after(now)),
    }
    if let Given::Value(spend) = fields.dollars("spend")?
        && spend != Usd::ZERO
    {
        let expected = "0: what a key spends is counted here, and `max_budget` limits it";
        return Err(wrong("spend", expected, &spend.to_string()));
    }
    grant::change(&mut fields, &mut key.limits, &mut key.budget)?;
    fields.finish()
}

/// Stores a key whose team and user exist, in place of an old one if there is one, and lets this
/// gateway know of it at once.
async fn save(books: &Books, key: &Key, old: Option<&str>, actor: &Actor) -> Result<(), ApiError> {
    let known = books.store().directory().await?;
    let team = known.teams.iter().find(|team| Some(&team.id) == key.team_id.as_ref());
    if let Some(id) = key.team_id.as_ref().filter(|_| team.is_none()) {
        return Err(ApiError::NoSuch { what: "team", id: id.clone() });
    }
    let user = known.users.iter().find(|user| Some(&user.id) == key.user_id.as_ref());
    if let Some(id) = key.user_id.as_ref().filter(|_| user.is_none()) {
        return Err(ApiError::NoSuch { what: "user", id: id.clone() });
    }
    let itself = |other: &Key| other.id == key.id || old.is_some_and(|old| other.id == old);
    let same_alias = |other: &&Key| !itself(other) && other.alias == key.alias;
    if let Some(alias) = &key.alias
        && known.keys.iter().any(|other| same_alias(&other))
    {
        return Err(ApiError::Taken(format!("another key has the alias `{alias}`")));
    }
    match old {
        Some(old) => books.store().replace_key(old, key, &actor.change()).await?,
        None => books.store().put_key(key, &actor.change()).await?,
    }
    books.key_stored(&KeyStored { key, replaced: old, team, user }).await;
    Ok(())
}

async fn find(books: &Books, id: &str) -> Result<Key, ApiError> {
    let keys = books.store().directory().await?.keys;
    let found = keys.into_iter().find(|key| key.id == id);
    found.ok_or_else(|| ApiError::NoSuch { what: "key", id: id.to_owned() })
}

pub(super) fn shown(books: &Books, key: &Key) -> KeyShown {
    KeyShown::new(key, &books.budgets().account(&format!("key:{}", key.id)).standing())
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
