//! `/user/…`: people who have keys.

pub(crate) mod list;

use axum::{Json, extract::State};
use gateway_api::litellm::{
    grant::GrantTerms,
    user::{UserChange, UserFields, UserInfoParams, UserTerms, UsersNamed},
};
use ledger::{Directory, Key, Team, User};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    fields::{Fields, wrong},
    grant,
    key::{self, NewKey},
    list_query::Asked,
    shapes::{KeyShown, TeamShown, UserShown},
    team,
    visibility::View,
};
use crate::{
    accounting::Books,
    api::params::given,
    app::Worker,
    auth::{Actor, Admin, Caller},
    http::ApiError,
    openapi::{Conflict, NoRandom, NotDone, NotFound, NotRead},
};

/// The new user, with a first key unless `auto_create_key` was false.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserAdded)]
pub(super) struct Added {
    #[serde(flatten)]
    user: UserShown,
    /// Shown once.
    key: Option<String>,
}

/// One user with their keys and teams.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserInfo)]
pub(super) struct Info {
    user_id: String,
    user_info: UserShown,
    keys: Vec<KeyShown>,
    /// Those that they are a member of.
    teams: Vec<TeamShown>,
}

/// The changed user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserUpdated)]
pub(super) struct Updated {
    #[serde(flatten)]
    user: UserShown,
    /// The same, where `LiteLLM`'s clients expect it.
    data: UserShown,
}

/// Ids of the deleted users and of their keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsersDeleted)]
pub(super) struct Deleted {
    deleted_users: Vec<String>,
    deleted_keys: Vec<String>,
}

/// Creates a user, with a first key unless `auto_create_key` is false.
#[utoipa::path(post, path = "/user/new", tag = "users", request_body = UserTerms,
    responses((status = 200, body = Added), NotDone, NotFound, Conflict, NoRandom))]
pub(super) async fn new(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<UserTerms>,
) -> Result<Json<Added>, ApiError> {
    let books = &worker.app.books;
    let id = terms.user_id.value().unwrap_or_else(|| Uuid::now_v7().to_string());
    let known = books.store().directory().await?;
    if find(&known, &id).is_ok() {
        return Err(ApiError::Taken(format!("another user has the id `{id}`")));
    }
    let with_key = terms.auto_create_key.value().unwrap_or(true);
    let created_at = books.now();
    let user = User { id: id.clone(), created_at, ..User::default() };
    let teams = terms.teams.value().unwrap_or_default();
    let change = (terms.fields, terms.grant);
    let mut user = changed(books, known, user, change, &teams, &actor).await?;
    user.ignored_fields = ignored;
    let key = if with_key {
        let key = Key { user_id: Some(id), ..Key::default() };
        Some(key::make(books, NewKey::default(), key, None, &actor).await?.into_secret())
    } else {
        None
    };
    Ok(Json(Added { user, key }))
}

/// One user with their keys and teams; a key can read its own user, without other keys.
#[utoipa::path(get, path = "/user/info", tag = "users",
    params(UserInfoParams),
    responses((status = 200, body = Info), NotRead, NotFound))]
pub(super) async fn info(
    State(worker): State<Worker>,
    caller: Caller,
    Asked(query): Asked<UserInfoParams>,
) -> Result<Json<Info>, ApiError> {
    let books = &worker.app.books;
    let view = View::of(&caller);
    let id = view.user(given(&query.user_id))?;
    let known = books.store().directory().await?;
    let user = find(&known, id)?;
    let of_user = |key: &&Key| key.user_id.as_deref() == Some(id) && view.sees_key(key);
    let teams =
        known.teams.iter().filter(|team| team.members.iter().any(|(member, _)| member == id));
    Ok(Json(Info {
        user_id: id.to_owned(),
        user_info: shown(books, &user, &known.teams),
        keys: known.keys.iter().filter(of_user).map(|key| key::shown(books, key)).collect(),
        teams: teams.map(|team| team::seen(books, team, &known, view)).collect(),
    }))
}

/// One user, without keys and teams; a key can read its own user.
#[utoipa::path(get, path = "/v2/user/info", tag = "users",
    params(UserInfoParams),
    responses((status = 200, body = UserShown), NotRead, NotFound))]
pub(super) async fn alone(
    State(worker): State<Worker>,
    caller: Caller,
    Asked(query): Asked<UserInfoParams>,
) -> Result<Json<UserShown>, ApiError> {
    let books = &worker.app.books;
    let id = View::of(&caller).user(given(&query.user_id))?;
    let known = books.store().directory().await?;
    Ok(Json(shown(books, &find(&known, id)?, &known.teams)))
}

/// Changes a user.
#[utoipa::path(post, path = "/user/update", tag = "users", request_body = UserChange,
    responses((status = 200, body = Updated), NotDone, NotFound))]
pub(super) async fn update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<UserChange>,
) -> Result<Json<Updated>, ApiError> {
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let user = find(&known, &terms.user_id.0)?;
    // LiteLLM's clients send it along with every change.
    let unused = terms.auto_create_key.value().map(|_| "auto_create_key".to_owned());
    let change = (terms.fields, terms.grant);
    let mut user = changed(books, known, user, change, &[], &actor).await?;
    user.ignored_fields = ignored.into_iter().chain(unused).collect();
    Ok(Json(Updated { data: user.clone(), user }))
}

/// Deletes users with their keys, and removes them from their teams.
#[utoipa::path(post, path = "/user/delete", tag = "users", request_body = UsersNamed,
    responses((status = 200, body = Deleted), NotDone, NotFound))]
pub(super) async fn delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<UsersNamed>,
) -> Result<Json<Deleted>, ApiError> {
    let books = &worker.app.books;
    let mut ids = named.user_ids.value().unwrap_or_default();
    ids.sort();
    ids.dedup();
    let known = books.store().directory().await?;
    for id in &ids {
        find(&known, id)?;
    }
    let left = left(known.teams, &ids, books.now());
    books.store().delete_users(&ids, &actor.change()).await?;
    books.users_deleted(&ids, &left).await;
    let gone = known.keys.into_iter().filter(|key| team::is_of(key.user_id.as_ref(), &ids));
    Ok(Json(Deleted { deleted_keys: gone.map(|key| key.id).collect(), deleted_users: ids }))
}

/// The teams that some users are members of, without them.
fn left(teams: Vec<Team>, ids: &[String], now: i64) -> Vec<Team> {
    let is_left = |team: &Team| team.members.iter().any(|(id, _)| ids.contains(id));
    let without = |mut team: Team| {
        team.members.retain(|(id, _)| !ids.contains(id));
        Team { updated_at: now, ..team }
    };
    teams.into_iter().filter(is_left).map(without).collect()
}

/// Changes a user by the fields that are there, stores them, and puts them into teams.
async fn changed(
    books: &Books,
    mut known: Directory,
    mut user: User,
    (fields, grant): (UserFields, GrantTerms),
    teams: &[String],
    actor: &Actor,
) -> Result<UserShown, ApiError> {
    if user.id.trim().is_empty() {
        return Err(wrong("user_id", "a name", &user.id));
    }
    fields.user_alias.set(&mut user.alias);
    fields.user_email.set(&mut user.email);
    fields.user_role.set(&mut user.role);
    fields.models.put(&mut user.models);
    fields.metadata.set(&mut user.metadata);
    grant::change(grant, &mut user.limits, &mut user.budget, &mut user.windows)?;
    user.updated_at = books.now();
    let joined = team::joined(&known, teams, &user.id, user.updated_at)?;
    books.store().put_user_in(&user, &joined, &actor.change()).await?;
    books.user_stored(&user, &joined).await;
    known.teams.retain(|team| !joined.iter().any(|new| new.id == team.id));
    known.teams.extend(joined);
    Ok(shown(books, &user, &known.teams))
}

fn find(known: &Directory, id: &str) -> Result<User, ApiError> {
    let found = known.users.iter().find(|user| user.id == id);
    found.cloned().ok_or_else(|| ApiError::NoSuch { what: "user", id: id.to_owned() })
}

pub(super) fn shown(books: &Books, user: &User, teams: &[Team]) -> UserShown {
    UserShown::new(user, teams, &books.standings("user", &user.id, &user.windows))
}
