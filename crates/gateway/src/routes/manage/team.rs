//! `/team/…`: users who share models, limits and a budget.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
};
use ledger::Team;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    fields::{Fields, Given, number, only, wrong},
    grant,
    show::TeamShown,
    team_terms::{MemberAdd, MemberDelete, TeamChange, TeamNamed, TeamTerms, TeamsNamed},
};
use crate::{
    actor::Actor,
    app::Worker,
    books::Books,
    caller::{Admin, Caller},
    document::{Conflict, NoAccess, NotDone, NotFound, NotRead},
    error::ApiError,
};

/// One of a team, as requests name them.
#[derive(Debug, Deserialize)]
struct Member {
    user_id: String,
    #[serde(default = "user")]
    role: String,
}

/// One or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Members {
    One(Member),
    Several(Vec<Member>),
}

/// One team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamInfo)]
pub(super) struct Info {
    team_id: String,
    team_info: TeamShown,
}

/// A page of teams.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamPage)]
pub(super) struct Page {
    teams: Vec<TeamShown>,
    total: usize,
    page: usize,
    page_size: usize,
    total_pages: usize,
}

/// Ids of teams that are no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsDeleted)]
pub(super) struct Deleted {
    deleted_teams: Vec<String>,
}

fn user() -> String {
    "user".to_owned()
}

/// Makes a team.
#[utoipa::path(post, path = "/team/new", tag = "teams", request_body = TeamTerms,
    responses((status = 200, body = TeamShown), NotDone, Conflict))]
pub(super) async fn new(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<TeamShown>, ApiError> {
    let books = &worker.app.books;
    let id = fields.text("team_id")?.value().unwrap_or_else(|| Uuid::now_v7().to_string());
    if find(books, &id).await.is_ok() {
        return Err(ApiError::Taken(format!("another team has the id `{id}`")));
    }
    let created_at = books.now();
    changed(books, Team { id, created_at, ..Team::default() }, fields, &actor).await
}

/// One team.
#[utoipa::path(get, path = "/team/info", tag = "teams",
    params(
        ("team_id" = String, Query, description = "Which one."),
    ),
    responses((status = 200, body = Info), NotRead, NotFound))]
pub(super) async fn info(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Info>, ApiError> {
    let books = &worker.app.books;
    let id = query.get("team_id");
    let id = id.ok_or_else(|| ApiError::BadField("expected `?team_id=`, found none".to_owned()))?;
    let team = find(books, id).await?;
    Ok(Json(Info { team_id: id.clone(), team_info: shown(books, &team) }))
}

/// All teams, or those that are asked for.
#[utoipa::path(get, path = "/team/list", tag = "teams",
    params(
        ("team_id" = Option<String>, Query, description = "The one of this id."),
        ("team_alias" = Option<String>, Query, description = "Those with these letters in their alias."),
        ("user_id" = Option<String>, Query, description = "Those that have this member."),
        ("sort_order" = Option<String>, Query, description = "`desc` for the last ids first."),
    ),
    responses((status = 200, body = Vec<TeamShown>), NotRead))]
pub(super) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Vec<TeamShown>>, ApiError> {
    only(&query, &FILTERS)?;
    let books = &worker.app.books;
    let teams = found(books, &query).await?;
    Ok(Json(teams.iter().map(|team| shown(books, team)).collect()))
}

/// The same in pages.
#[utoipa::path(get, path = "/v2/team/list", tag = "teams",
    params(
        ("team_id" = Option<String>, Query, description = "The one of this id."),
        ("team_alias" = Option<String>, Query, description = "Those with these letters in their alias."),
        ("user_id" = Option<String>, Query, description = "Those that have this member."),
        ("sort_order" = Option<String>, Query, description = "`desc` for the last ids first."),
        ("page" = Option<u32>, Query, description = "From 1."),
        ("page_size" = Option<u32>, Query, description = "At most 1000; 10 unless set."),
    ),
    responses((status = 200, body = Page), NotRead))]
pub(super) async fn page(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Page>, ApiError> {
    only(&query, &[&FILTERS[..], &["page", "page_size"]].concat())?;
    let books = &worker.app.books;
    let teams = found(books, &query).await?;
    let (page, size) = (number(&query, "page", 1)?, number(&query, "page_size", 10)?.min(1_000));
    let shown = teams.iter().skip((page - 1) * size).take(size).map(|team| shown(books, team));
    Ok(Json(Page {
        teams: shown.collect(),
        total: teams.len(),
        page,
        page_size: size,
        total_pages: teams.len().div_ceil(size),
    }))
}

/// Teams that anybody may join: there are none, as only who manages the gateway adds members.
#[utoipa::path(get, path = "/team/available", tag = "teams",
    responses((status = 200, body = Vec<TeamShown>), NoAccess))]
pub(super) async fn available(_: Caller) -> Json<[TeamShown; 0]> {
    Json([])
}

/// What a list of teams can be narrowed by.
const FILTERS: [&str; 3] = ["user_id", "team_id", "team_alias"];

/// Those that a query asks for, by id.
async fn found(books: &Books, query: &HashMap<String, String>) -> Result<Vec<Team>, ApiError> {
    let mut teams = books.store().directory().await?.teams;
    let asks = |name: &str, fits: &dyn Fn(&str) -> bool| query.get(name).is_none_or(|v| fits(v));
    teams.retain(|team| {
        asks("user_id", &|user| team.members.iter().any(|(id, _)| id == user))
            && asks("team_id", &|id| team.id == id)
            && asks("team_alias", &|part| team.alias.as_ref().is_some_and(|a| a.contains(part)))
    });
    teams.sort_by(|one, other| one.id.cmp(&other.id));
    if query.get("sort_order").is_some_and(|order| order == "desc") {
        teams.reverse();
    }
    Ok(teams)
}

/// Changes a team.
#[utoipa::path(post, path = "/team/update", tag = "teams", request_body = TeamChange,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<TeamShown>, ApiError> {
    let books = &worker.app.books;
    let team = find(books, &fields.required("team_id")?).await?;
    changed(books, team, fields, &actor).await
}

/// Deletes teams that have no keys.
#[utoipa::path(post, path = "/team/delete", tag = "teams", request_body = TeamsNamed,
    responses((status = 200, body = Deleted), NotDone, NotFound, Conflict))]
pub(super) async fn delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<Deleted>, ApiError> {
    let books = &worker.app.books;
    let ids = fields.texts("team_ids")?.value().unwrap_or_default();
    fields.finish()?;
    let known = books.store().directory().await?;
    for id in &ids {
        find(books, id).await?;
        if let Some(key) = known.keys.iter().find(|key| key.team_id.as_ref() == Some(id)) {
            let key = &key.name;
            return Err(ApiError::Taken(format!(
                "the key `{key}` belongs to the team `{id}`; delete its keys first"
            )));
        }
    }
    for id in &ids {
        books.store().delete_team(id, &actor.change()).await?;
    }
    books.owners_deleted().await;
    Ok(Json(Deleted { deleted_teams: ids }))
}

/// Adds members to a team.
#[utoipa::path(post, path = "/team/member_add", tag = "teams", request_body = MemberAdd,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn member_add(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<TeamShown>, ApiError> {
    let books = &worker.app.books;
    let mut team = find(books, &fields.required("team_id")?).await?;
    let member = fields.take::<Members>("member", "an object with `user_id` and `role`")?;
    let members = match member.value() {
        Some(Members::One(member)) => vec![member],
        Some(Members::Several(members)) => members,
        None => {
            return Err(ApiError::BadField("expected the field `member`, found none".to_owned()));
        }
    };
    add(&mut team, members);
    changed(books, team, fields, &actor).await
}

/// Takes a member out of a team.
#[utoipa::path(post, path = "/team/member_delete", tag = "teams", request_body = MemberDelete,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn member_delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    mut fields: Fields,
) -> Result<Json<TeamShown>, ApiError> {
    let books = &worker.app.books;
    let mut team = find(books, &fields.required("team_id")?).await?;
    let gone = fields.required("user_id")?;
    team.members.retain(|(user_id, _)| *user_id != gone);
    changed(books, team, fields, &actor).await
}

/// Blocks the keys of a team.
#[utoipa::path(post, path = "/team/block", tag = "teams", request_body = TeamNamed,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn block(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    fields: Fields,
) -> Result<Json<TeamShown>, ApiError> {
    set_blocked(&worker.app.books, fields, true, &actor).await
}

/// Lets the keys of a team be used again.
#[utoipa::path(post, path = "/team/unblock", tag = "teams", request_body = TeamNamed,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(super) async fn unblock(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    fields: Fields,
) -> Result<Json<TeamShown>, ApiError> {
    set_blocked(&worker.app.books, fields, false, &actor).await
}

async fn set_blocked(
    books: &Books,
    mut fields: Fields,
    blocked: bool,
    actor: &Actor,
) -> Result<Json<TeamShown>, ApiError> {
    let mut team = find(books, &fields.required("team_id")?).await?;
    team.blocked = blocked;
    changed(books, team, fields, actor).await
}

/// Changes a team by the fields that are there, and stores it.
async fn changed(
    books: &Books,
    mut team: Team,
    mut fields: Fields,
    actor: &Actor,
) -> Result<Json<TeamShown>, ApiError> {
    if team.id.trim().is_empty() {
        return Err(wrong("team_id", "a name", &team.id));
    }
    fields.text("team_alias")?.set(&mut team.alias);
    fields.texts("models")?.put(&mut team.models);
    fields.object("metadata")?.set(&mut team.metadata);
    fields.flag("blocked")?.put(&mut team.blocked);
    if let Given::Value(members) =
        fields.take("members_with_roles", "a list of objects with `user_id` and `role`")?
    {
        team.members.clear();
        add(&mut team, members);
    }
    grant::change(&mut fields, &mut team.limits, &mut team.budget)?;
    let ignored = fields.finish()?;
    team.updated_at = books.now();
    books.store().put_team(&team, &actor.change()).await?;
    books.team_stored(&team).await;
    let mut shown = shown(books, &team);
    shown.ignored_fields = ignored;
    Ok(Json(shown))
}

fn add(team: &mut Team, members: Vec<Member>) {
    for Member { user_id, role } in members {
        team.members.retain(|(known, _)| *known != user_id);
        team.members.push((user_id, role));
    }
}

async fn find(books: &Books, id: &str) -> Result<Team, ApiError> {
    let teams = books.store().directory().await?.teams;
    let found = teams.into_iter().find(|team| team.id == id);
    found.ok_or_else(|| ApiError::NoSuch { what: "team", id: id.to_owned() })
}

/// Adds a user to teams that exist, all of which are `known`; returns those.
pub(super) async fn join(
    books: &Books,
    known: &mut [Team],
    ids: &[String],
    user_id: &str,
    actor: &Actor,
) -> Result<Vec<Team>, ApiError> {
    if let Some(id) = ids.iter().find(|id| !known.iter().any(|team| team.id == **id)) {
        return Err(ApiError::NoSuch { what: "team", id: id.clone() });
    }
    let mut joined = Vec::new();
    for team in known.iter_mut().filter(|team| ids.contains(&team.id)) {
        add(team, vec![Member { user_id: user_id.to_owned(), role: user() }]);
        books.store().put_team(team, &actor.change()).await?;
        joined.push(team.clone());
    }
    Ok(joined)
}

fn shown(books: &Books, team: &Team) -> TeamShown {
    TeamShown::new(team, &books.budgets().account(&format!("team:{}", team.id)).standing())
}
