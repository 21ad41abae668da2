//! `/team/…`: users who share models, limits and a budget.

pub(crate) mod list;
pub(crate) mod members;

use axum::{Json, extract::State};
use gateway_api::{
    Field,
    litellm::{
        grant::GrantTerms,
        team::{TeamChange, TeamFields, TeamInfoParams, TeamNamed, TeamTerms, TeamsNamed},
    },
};
use ledger::{Directory, Key, Team};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    fields::{Fields, wrong},
    grant, key,
    list_query::Asked,
    shapes::{KeyShown, TeamShown},
    visibility::View,
};
use crate::{
    accounting::Books,
    api::params::given,
    app::Worker,
    auth::{Actor, Admin, Caller},
    http::ApiError,
    openapi::{Conflict, NotDone, NotFound, NotRead},
};

/// One team with its keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamInfo)]
pub(super) struct Info {
    team_id: String,
    team_info: TeamShown,
    keys: Vec<KeyShown>,
    team_memberships: Vec<Membership>,
}

/// A user's membership of a team. Members have no budgets of their own within a team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamMembership)]
pub(super) struct Membership {
    user_id: String,
    team_id: String,
    #[schema(value_type = Option<String>)]
    budget_id: (),
    #[schema(value_type = Option<Object>)]
    litellm_budget_table: (),
}

/// The changed team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamUpdated)]
pub(super) struct Updated {
    #[serde(flatten)]
    team: TeamShown,
    /// The same, where `LiteLLM`'s clients expect it.
    data: TeamShown,
}

/// Ids of the deleted teams and of their keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsDeleted)]
pub(super) struct Deleted {
    deleted_teams: Vec<String>,
    deleted_keys: Vec<String>,
}

/// Creates a team.
#[utoipa::path(post, path = "/team/new", tag = "teams", request_body = TeamTerms,
    responses((status = 200, body = TeamShown), NotDone, Conflict))]
pub(super) async fn new(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<TeamTerms>,
) -> Result<Json<TeamShown>, ApiError> {
    let books = &worker.app.books;
    let id = terms.team_id.value().unwrap_or_else(|| Uuid::now_v7().to_string());
    let known = books.store().directory().await?;
    if find(&known, &id).is_ok() {
        return Err(ApiError::Taken(format!("another team has the id `{id}`")));
    }
    let created_at = books.now();
    let team = Team { id, created_at, ..Team::default() };
    let mut shown = changed(books, known, team, (terms.fields, terms.grant), &actor).await?;
    shown.ignored_fields = ignored;
    Ok(Json(shown))
}

/// One team with its keys; a key can read its own team, without other keys and members.
#[utoipa::path(get, path = "/team/info", tag = "teams",
    params(TeamInfoParams),
    responses((status = 200, body = Info), NotRead, NotFound))]
pub(super) async fn info(
    State(worker): State<Worker>,
    caller: Caller,
    Asked(query): Asked<TeamInfoParams>,
) -> Result<Json<Info>, ApiError> {
    let books = &worker.app.books;
    let view = View::of(&caller);
    let known = books.store().directory().await?;
    let id = view.team(given(&query.team_id), &known)?.to_owned();
    let team = find(&known, &id)?;
    let of_team = |key: &&Key| key.team_id.as_ref() == Some(&team.id) && view.sees_key(key);
    let members = team.members.iter().filter(|(user_id, _)| view.sees_member(user_id));
    Ok(Json(Info {
        team_info: seen(books, &team, &known, view),
        keys: known.keys.iter().filter(of_team).map(|key| key::shown(books, key)).collect(),
        team_memberships: members.map(|(user_id, _)| Membership::new(&id, user_id)).collect(),
        team_id: id,
    }))
}

/// Changes a team.
#[utoipa::path(post, path = "/team/update", tag = "teams", request_body = TeamChange,
    responses((status = 200, body = Updated), NotDone, NotFound))]
pub(super) async fn update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, ignored): Fields<TeamChange>,
) -> Result<Json<Updated>, ApiError> {
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let team = find(&known, &terms.team_id.0)?;
    let mut team = changed(books, known, team, (terms.fields, terms.grant), &actor).await?;
    team.ignored_fields = ignored;
    Ok(Json(Updated { data: team.clone(), team }))
}

/// Deletes teams with their keys.
#[utoipa::path(post, path = "/team/delete", tag = "teams", request_body = TeamsNamed,
    responses((status = 200, body = Deleted), NotDone, NotFound))]
pub(super) async fn delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<TeamsNamed>,
) -> Result<Json<Deleted>, ApiError> {
    let books = &worker.app.books;
    let mut ids = named.team_ids.value().unwrap_or_default();
    ids.sort();
    ids.dedup();
    let known = books.store().directory().await?;
    for id in &ids {
        find(&known, id)?;
    }
    books.store().delete_teams(&ids, &actor.change()).await?;
    books.teams_deleted(&ids).await;
    let gone = known.keys.into_iter().filter(|key| is_of(key.team_id.as_ref(), &ids));
    Ok(Json(Deleted { deleted_keys: gone.map(|key| key.id).collect(), deleted_teams: ids }))
}

/// Blocks the keys of a team.
#[utoipa::path(post, path = "/team/block", tag = "teams", request_body = TeamNamed,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn block(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<TeamNamed>,
) -> Result<Json<TeamShown>, ApiError> {
    set_blocked(&worker.app.books, &named, true, &actor).await
}

/// Unblocks the keys of a team.
#[utoipa::path(post, path = "/team/unblock", tag = "teams", request_body = TeamNamed,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn unblock(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<TeamNamed>,
) -> Result<Json<TeamShown>, ApiError> {
    set_blocked(&worker.app.books, &named, false, &actor).await
}

async fn set_blocked(
    books: &Books,
    named: &TeamNamed,
    blocked: bool,
    actor: &Actor,
) -> Result<Json<TeamShown>, ApiError> {
    let known = books.store().directory().await?;
    let mut team = find(&known, &named.team_id.0)?;
    team.blocked = blocked;
    let unchanged = (TeamFields::default(), GrantTerms::default());
    changed(books, known, team, unchanged, actor).await.map(Json)
}

/// Changes a team by the fields that are there, and stores it.
async fn changed(
    books: &Books,
    mut known: Directory,
    mut team: Team,
    (fields, grant): (TeamFields, GrantTerms),
    actor: &Actor,
) -> Result<TeamShown, ApiError> {
    if team.id.trim().is_empty() {
        return Err(wrong("team_id", "a name", &team.id));
    }
    let now = books.now();
    fields.team_alias.set(&mut team.alias);
    fields.models.put(&mut team.models);
    fields.metadata.set(&mut team.metadata);
    fields.blocked.put(&mut team.blocked);
    let mut new_users = Vec::new();
    if let Field::Value(listed) = fields.members_with_roles {
        let resolved = members::resolved(&known, listed, now)?;
        team.members.clear();
        members::put(&mut team, resolved.members);
        new_users = resolved.new_users;
    }
    grant::change(grant, &mut team.limits, &mut team.budget, &mut team.windows)?;
    team.updated_at = now;
    members::stored(books, &mut known, &team, new_users, actor).await?;
    Ok(shown(books, &team, &known))
}

pub(super) fn find(known: &Directory, id: &str) -> Result<Team, ApiError> {
    let found = known.teams.iter().find(|team| team.id == id);
    found.cloned().ok_or_else(|| ApiError::NoSuch { what: "team", id: id.to_owned() })
}

/// Puts a user into teams that exist; returns those.
pub(super) fn joined(
    known: &Directory,
    ids: &[String],
    user_id: &str,
    now: i64,
) -> Result<Vec<Team>, ApiError> {
    let mut joined = Vec::new();
    for id in ids {
        let mut team = find(known, id)?;
        if !team.members.iter().any(|(member, _)| member == user_id) {
            members::put(&mut team, vec![(user_id.to_owned(), "user".to_owned())]);
            team.updated_at = now;
            joined.push(team);
        }
    }
    Ok(joined)
}

pub(super) fn shown(books: &Books, team: &Team, known: &Directory) -> TeamShown {
    let standings = books.standings("team", &team.id, &team.windows);
    TeamShown::new(team, &known.users, &standings)
}

/// A team as a caller may see it.
pub(super) fn seen(books: &Books, team: &Team, known: &Directory, view: View<'_>) -> TeamShown {
    let mut shown = shown(books, team, known);
    shown.narrow(|user_id| view.sees_member(user_id));
    shown
}

/// Whether an owner is one of some.
pub(super) fn is_of(owner: Option<&String>, ids: &[String]) -> bool {
    owner.is_some_and(|owner| ids.contains(owner))
}

// === impl Membership ===

impl Membership {
    pub(super) fn new(team_id: &str, user_id: &str) -> Self {
        Self {
            user_id: user_id.to_owned(),
            team_id: team_id.to_owned(),
            budget_id: (),
            litellm_budget_table: (),
        }
    }
}
