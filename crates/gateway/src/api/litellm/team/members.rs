//! Members of teams, named by id or e-mail address. An unknown e-mail address becomes a new user.

use axum::{Json, extract::State};
use gateway_api::{
    TextField,
    litellm::team::{MemberAdd, MemberDelete, MemberTerms, MemberUpdate},
};
use ledger::{Directory, Team, User};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Membership;
use crate::{
    accounting::Books,
    api::litellm::{
        fields::{Fields, wrong},
        shapes::{TeamShown, UserShown},
        team, user,
    },
    app::Worker,
    auth::{Actor, Admin},
    http::ApiError,
    openapi::{NotDone, NotFound},
};

/// A team with its new members.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MembersAdded)]
pub(crate) struct Added {
    #[serde(flatten)]
    team: TeamShown,
    updated_users: Vec<UserShown>,
    updated_team_memberships: Vec<Membership>,
}

/// The changed member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemberUpdated)]
pub(crate) struct Updated {
    team_id: String,
    user_id: String,
    user_email: Option<String>,
    role: String,
}

/// Adds members to a team. An unknown e-mail becomes a user.
#[utoipa::path(post, path = "/team/member_add", tag = "teams", request_body = MemberAdd,
    responses((status = 200, body = Added), NotDone, NotFound))]
pub(crate) async fn member_add(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, _): Fields<MemberAdd>,
) -> Result<Json<Added>, ApiError> {
    let books = &worker.app.books;
    let mut known = books.store().directory().await?;
    let mut team = team::find(&known, &terms.team_id.0)?;
    let now = books.now();
    let added = resolved(&known, terms.member.0.into(), now)?;
    let ids: Vec<String> = added.members.iter().map(|(id, _)| id.clone()).collect();
    put(&mut team, added.members);
    team.updated_at = now;
    stored(books, &mut known, &team, added.new_users, &actor).await?;
    let users = known.users.iter().filter(|user| ids.contains(&user.id));
    Ok(Json(Added {
        updated_users: users.map(|user| user::shown(books, user, &known.teams)).collect(),
        updated_team_memberships: ids.iter().map(|id| Membership::new(&team.id, id)).collect(),
        team: team::shown(books, &team, &known),
    }))
}

/// Removes a member from a team, and deletes their keys in it.
#[utoipa::path(post, path = "/team/member_delete", tag = "teams", request_body = MemberDelete,
    responses((status = 200, body = TeamShown), NotDone, NotFound))]
pub(crate) async fn member_delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, _): Fields<MemberDelete>,
) -> Result<Json<TeamShown>, ApiError> {
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let mut team = team::find(&known, &terms.team_id.0)?;
    let gone = named((terms.user_id, terms.user_email), &known, &team)?;
    team.members.retain(|(user_id, _)| *user_id != gone);
    team.updated_at = books.now();
    books.store().put_team_without(&team, &gone, &actor.change()).await?;
    books.member_left(&team, &gone).await;
    Ok(Json(team::shown(books, &team, &known)))
}

/// Changes the role of a member.
#[utoipa::path(post, path = "/team/member_update", tag = "teams", request_body = MemberUpdate,
    responses((status = 200, body = Updated), NotDone, NotFound))]
pub(crate) async fn member_update(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(terms, _): Fields<MemberUpdate>,
) -> Result<Json<Updated>, ApiError> {
    let books = &worker.app.books;
    let mut known = books.store().directory().await?;
    let mut team = team::find(&known, &terms.team_id.0)?;
    let role = role(terms.role.value())?;
    let user_id = named((terms.user_id, terms.user_email), &known, &team)?;
    let member = team.members.iter_mut().find(|(id, _)| *id == user_id);
    let (_, kept) = member.ok_or_else(|| missing(&user_id))?;
    let role = role.unwrap_or_else(|| kept.clone());
    kept.clone_from(&role);
    team.updated_at = books.now();
    stored(books, &mut known, &team, Vec::new(), &actor).await?;
    let user_email = email_of(&known, &user_id);
    Ok(Json(Updated { team_id: team.id, user_id, user_email, role }))
}

/// Members as they are stored, and those of them who are new users.
pub(crate) struct Resolved {
    pub(crate) members: Vec<(String, String)>,
    pub(crate) new_users: Vec<User>,
}

/// Finds the users that are named, and makes those whose e-mail nobody has.
pub(crate) fn resolved(
    known: &Directory,
    members: Vec<MemberTerms>,
    now: i64,
) -> Result<Resolved, ApiError> {
    let mut all = Resolved { members: Vec::new(), new_users: Vec::new() };
    for MemberTerms { user_id, user_email, role: given } in members {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let (id, email) = (filled(user_id), filled(user_email));
        let id = match (id, &email) {
            (Some(id), _) => id,
            (None, Some(email)) => all.by_email(known, email)?,
            (None, None) => {
                let text =
                    "expected each `member` to have `user_id` or `user_email`, found neither";
                return Err(ApiError::BadField(text.to_owned()));
            }
        };
        let is_known = |users: &[User]| users.iter().any(|user| user.id == id);
        if email.is_some() && !is_known(&known.users) && !is_known(&all.new_users) {
            let times = User { created_at: now, updated_at: now, ..User::default() };
            all.new_users.push(User { id: id.clone(), email, ..times });
        }
        let role = role(given)?.unwrap_or_else(|| "user".to_owned());
        all.members.push((id, role));
    }
    Ok(all)
}

/// Puts members into a team, in the place of what they were in it.
pub(crate) fn put(team: &mut Team, members: Vec<(String, String)>) {
    for (user_id, role) in members {
        team.members.retain(|(known, _)| *known != user_id);
        team.members.push((user_id, role));
    }
}

/// Stores a team with its new users, and takes note of both.
pub(crate) async fn stored(
    books: &Books,
    known: &mut Directory,
    team: &Team,
    new_users: Vec<User>,
    actor: &Actor,
) -> Result<(), ApiError> {
    books.store().put_team_with(team, &new_users, &actor.change()).await?;
    books.team_stored(team).await;
    known.users.extend(new_users);
    known.teams.retain(|other| other.id != team.id);
    known.teams.push(team.clone());
    Ok(())
}

/// The e-mail of a user, if it is known.
pub(crate) fn email_of(known: &Directory, user_id: &str) -> Option<String> {
    known.users.iter().find(|user| user.id == user_id)?.email.clone()
}

/// The member that a request names by `user_id` or `user_email`.
fn named(
    (id, email): (TextField, TextField),
    known: &Directory,
    team: &Team,
) -> Result<String, ApiError> {
    let email = email.value();
    let named = match (id.value(), &email) {
        (Some(id), _) => id,
        (None, Some(email)) => {
            one_of_email(known, email)?.ok_or_else(|| missing(email))?.to_owned()
        }
        (None, None) => {
            let text = "expected the field `user_id` or `user_email`, found neither";
            return Err(ApiError::BadField(text.to_owned()));
        }
    };
    let is_member = team.members.iter().any(|(id, _)| *id == named);
    if is_member { Ok(named) } else { Err(missing(&named)) }
}

fn missing(id: &str) -> ApiError {
    ApiError::NoSuch { what: "member", id: id.to_owned() }
}

/// The user of an e-mail address, regardless of case.
fn one_of_email<'a>(known: &'a Directory, email: &str) -> Result<Option<&'a str>, ApiError> {
    let email = email.trim();
    let has = |user: &&User| user.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email));
    let mut found = known.users.iter().filter(has);
    let first = found.next();
    if found.next().is_some() {
        return Err(wrong("user_email", "of one user; name them by `user_id`", email));
    }
    Ok(first.map(|user| user.id.as_str()))
}

fn role(given: Option<String>) -> Result<Option<String>, ApiError> {
    let given = given.filter(|role| !role.is_empty());
    match given.as_deref() {
        Some(odd) if odd.len() > 64 || odd.contains(char::is_control) => {
            Err(wrong("role", "`admin`, `user`, or another word", odd))
        }
        _ => Ok(given),
    }
}

// === impl Resolved ===

impl Resolved {
    /// The id of a user by their e-mail: a new one where nobody has it.
    fn by_email(&self, known: &Directory, email: &str) -> Result<String, ApiError> {
        let same = |user: &&User| user.email.as_deref() == Some(email);
        if let Some(user) = self.new_users.iter().find(same) {
            return Ok(user.id.clone());
        }
        let found = one_of_email(known, email)?.map(str::to_owned);
        Ok(found.unwrap_or_else(|| Uuid::now_v7().to_string()))
    }
}
