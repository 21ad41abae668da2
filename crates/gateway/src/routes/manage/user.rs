//! `/user/…`: people who have keys.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
};
use ledger::{Key, Team, User};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    fields::{Fields, only, wrong},
    grant, key,
    show::{KeyShown, UserShown},
    team,
    team_terms::{UserChange, UserTerms, UsersNamed},
};
use crate::{
    actor::Actor,
    app::Worker,
    books::Books,
    caller::Admin,
    document::{Conflict, NoRandom, NotDone, NotFound, NotRead},
    error::ApiError,
};

/// A user who was just added, with a first key unless none was wanted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserAdded)]
pub(super) struct Added {
    #[serde(flatten)]
    user: UserShown,
    /// Shown once.
    key: Option<String>,
}

/// One user with their keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserInfo)]
pub(super) struct Info {
    user_id: String,
    user_info: UserShown,
    keys: Vec<KeyShown>,
}

/// All users.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserList)]
pub(super) struct List {
    users: Vec<UserShown>,
    total: usize,
}

/// Ids of users who are no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsersDeleted)]
pub(super) struct Deleted {
    deleted_users: Vec<String>,
}

/// Adds a user, with a first key unless none is wanted.
#[utoipa::path(post, path = "/user/new", tag = "users", request_body = UserTerms,
    responses((status = 200, body = Added), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn new(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<Added>, ApiError> {
    let books = &worker.app.books;
    let id = fields.text("user_id")?.value().unwrap_or_else(|| Uuid::now_v7().to_string());
    if find(books, &id).await.is_ok() {
        return Err(ApiError::Taken(format!("another user has the id `{id}`")));
    }
    let with_key = fields.flag("auto_create_key")?.value().unwrap_or(true);
    let created_at = books.now();
    let user = User { id: id.clone(), created_at, ..User::default() };
    let teams = fields.texts("teams")?.value().unwrap_or_default();
    let user = changed(books, user, fields, &teams, &actor).await?;
    let key = if with_key {
        let key = Key { user_id: Some(id), ..Key::default() };
        Some(key::make(books, Fields::default(), key, None, &actor).await?.into_secret())
    } else {
        None
    };
    Ok(Json(Added { user, key }))
}

/// One user with their keys.
#[utoipa::path(get, path = "/user/info", tag = "users",
    params(
        ("user_id" = String, Query, description = "Which one."),
    ),
    responses((status = 200, body = Info), NotRead, NotFound))]
pub(super) async fn info(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Info>, ApiError> {
    let books = &worker.app.books;
    let id = asked(&query)?;
    let user = find(books, id).await?;
    let known = books.store().directory().await?;
    let keys = known.keys.iter().filter(|key| key.user_id.as_ref() == Some(id));
    Ok(Json(Info {
        user_id: id.clone(),
        user_info: shown(books, &user, &known.teams),
        keys: keys.map(|key| key::shown(books, key)).collect(),
    }))
}

/// One user, without keys.
#[utoipa::path(get, path = "/v2/user/info", tag = "users",
    params(
        ("user_id" = String, Query, description = "Which one."),
    ),
    responses((status = 200, body = UserShown), NotRead, NotFound))]
pub(super) async fn alone(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<UserShown>, ApiError> {
    let books = &worker.app.books;
    let user = find(books, asked(&query)?).await?;
    let teams = books.store().directory().await?.teams;
    Ok(Json(shown(books, &user, &teams)))
}

fn asked(query: &HashMap<String, String>) -> Result<&String, ApiError> {
    let id = query.get("user_id");
    id.ok_or_else(|| ApiError::BadField("expected `?user_id=`, found none".to_owned()))
}

/// All users.
#[utoipa::path(get, path = "/user/list", tag = "users",
    responses((status = 200, body = List), NotRead))]
pub(super) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<List>, ApiError> {
    only(&query, &[])?;
    let books = &worker.app.books;
    let ledger::Directory { mut users, teams, .. } = books.store().directory().await?;
    users.sort_by(|one, other| one.id.cmp(&other.id));
    let users: Vec<_> = users.iter().map(|user| shown(books, user, &teams)).collect();
    Ok(Json(List { total: users.len(), users }))
}

/// Changes a user.
#[utoipa::path(post, path = "/user/update", tag = "users", request_body = UserChange,
    responses((status = 200, body = UserShown), NotDone, NotFound))]
pub(super) async fn update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<UserShown>, ApiError> {
    let books = &worker.app.books;
    let user = find(books, &fields.required("user_id")?).await?;
    changed(books, user, fields, &[], &actor).await.map(Json)
}

/// Deletes users who have no keys.
#[utoipa::path(post, path = "/user/delete", tag = "users", request_body = UsersNamed,
    responses((status = 200, body = Deleted), NotDone, NotFound, Conflict))]
pub(super) async fn delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<Deleted>, ApiError> {
    let books = &worker.app.books;
    let ids = fields.texts("user_ids")?.value().unwrap_or_default();
    fields.finish()?;
    let known = books.store().directory().await?;
    for id in &ids {
        find(books, id).await?;
        if let Some(key) = known.keys.iter().find(|key| key.user_id.as_ref() == Some(id)) {
            let key = &key.name;
            return Err(ApiError::Taken(format!(
                "the key `{key}` belongs to the user `{id}`; delete their keys first"
            )));
        }
    }
    for id in &ids {
        books.store().delete_user(id, &actor.change()).await?;
    }
    books.owners_deleted().await;
    Ok(Json(Deleted { deleted_users: ids }))
}

/// Changes a user by the fields that are there, stores them, and adds them to teams.
async fn changed(
    books: &Books,
    mut user: User,
    mut fields: Fields,
    teams: &[String],
    actor: &Actor,
) -> Result<UserShown, ApiError> {
    if user.id.trim().is_empty() {
        return Err(wrong("user_id", "a name", &user.id));
    }
    fields.text("user_alias")?.set(&mut user.alias);
    fields.text("user_email")?.set(&mut user.email);
    fields.text("user_role")?.set(&mut user.role);
    fields.texts("models")?.put(&mut user.models);
    fields.object("metadata")?.set(&mut user.metadata);
    grant::change(&mut fields, &mut user.limits, &mut user.budget)?;
    let ignored = fields.finish()?;
    let mut known = books.store().directory().await?.teams;
    let joined = team::join(books, &mut known, teams, &user.id, actor).await?;
    user.updated_at = books.now();
    books.store().put_user(&user, &actor.change()).await?;
    books.user_stored(&user, &joined).await;
    let mut shown = shown(books, &user, &known);
    shown.ignored_fields = ignored;
    Ok(shown)
}

async fn find(books: &Books, id: &str) -> Result<User, ApiError> {
    let users = books.store().directory().await?.users;
    let found = users.into_iter().find(|user| user.id == id);
    found.ok_or_else(|| ApiError::NoSuch { what: "user", id: id.to_owned() })
}

fn shown(books: &Books, user: &User, teams: &[Team]) -> UserShown {
    UserShown::new(user, teams, &books.budgets().account(&format!("user:{}", user.id)).standing())
}
