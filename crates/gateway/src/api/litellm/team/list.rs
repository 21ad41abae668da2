//! `GET /team/list` and `/v2/team/list`: all teams, and teams page by page.

use axum::{Json, extract::State};
use gateway_api::litellm::team::{TeamListParams, TeamPageParams};
use ledger::{Directory, Team};
use serde::Serialize;
use utoipa::ToSchema;

use super::shown;
use crate::{
    accounting::Books,
    api::litellm::{
        list_query::{Cut, Filters, Order, Sortable, has_letters, is},
        shapes::TeamShown,
    },
    api::params::given,
    app::Worker,
    auth::{Admin, Caller},
    http::ApiError,
    openapi::{NoAccess, NotRead},
};

/// A page of teams.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamPage)]
pub(crate) struct Page {
    teams: Vec<Listed>,
    total: usize,
    page: usize,
    page_size: usize,
    total_pages: usize,
}

/// One team of a page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamListed)]
struct Listed {
    #[serde(flatten)]
    team: TeamShown,
    members_count: usize,
    keys_count: usize,
}

const ORDER: Order<'_> = Order {
    columns: &["team_id", "team_alias", "created_at", "updated_at", "spend", "max_budget"],
    unless: ("team_id", false),
    descending: false,
};

/// All teams that match.
#[utoipa::path(get, path = "/team/list", tag = "teams",
    params(TeamListParams),
    responses((status = 200, body = Vec<TeamShown>), NotRead))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Filters(query): Filters<TeamListParams>,
) -> Result<Json<Vec<TeamShown>>, ApiError> {
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let teams = found(books, &known, &query)?;
    Ok(Json(teams.iter().map(|team| shown(books, team, &known)).collect()))
}

/// The same, with pages.
#[utoipa::path(get, path = "/v2/team/list", tag = "teams",
    params(TeamPageParams),
    responses((status = 200, body = Page), NotRead))]
pub(crate) async fn page(
    State(worker): State<Worker>,
    _: Admin,
    Filters(query): Filters<TeamPageParams>,
) -> Result<Json<Page>, ApiError> {
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let cut = Cut::of(&query.page, ("page_size", &query.page_size), 10)?;
    let teams = found(books, &known, &query.into())?;
    let total = teams.len();
    let listed = |team: Team| Listed {
        members_count: team.members.len(),
        keys_count: known.keys.iter().filter(|key| key.team_id.as_ref() == Some(&team.id)).count(),
        team: shown(books, &team, &known),
    };
    Ok(Json(Page {
        teams: cut.of_all(teams).map(listed).collect(),
        total,
        page: cut.page,
        page_size: cut.size,
        total_pages: cut.pages(total),
    }))
}

/// Teams that anybody can join. There are none: only admins add members.
#[utoipa::path(get, path = "/team/available", tag = "teams",
    responses((status = 200, body = Vec<TeamShown>), NoAccess))]
pub(crate) async fn available(_: Caller) -> Json<[TeamShown; 0]> {
    Json([])
}

/// Those that a query asks for, in its order.
fn found(books: &Books, known: &Directory, query: &TeamListParams) -> Result<Vec<Team>, ApiError> {
    let has_member = |team: &Team| {
        let user = given(&query.user_id);
        user.is_none_or(|user| team.members.iter().any(|(id, _)| id == user))
    };
    let fits = |team: &&Team| {
        has_member(team)
            && is(&query.team_id, Some(&team.id))
            && has_letters(&query.team_alias, &[team.alias.as_ref()])
            && (has_letters(&query.search, &[team.alias.as_ref()])
                || is(&query.search, Some(&team.id)))
    };
    let mut teams: Vec<Team> = known.teams.iter().filter(fits).cloned().collect();
    teams.sort_by(|one, other| one.id.cmp(&other.id));
    ORDER.sort(teams, (&query.sort_by, &query.sort_order), |team, by| value(books, team, by))
}

fn value(books: &Books, team: &Team, by: &str) -> Sortable {
    match by {
        "team_alias" => Sortable::text(team.alias.as_ref()),
        "created_at" => Sortable::number(Some(team.created_at)),
        "updated_at" => Sortable::number(Some(team.updated_at)),
        "spend" => {
            let standing = books.standings("team", &team.id, &[]).whole;
            Sortable::number(Some(standing.spent.picos()))
        }
        "max_budget" => Sortable::number(team.budget.max.map(|max| max.picos())),
        _ => Sortable::text(Some(&team.id)),
    }
}
