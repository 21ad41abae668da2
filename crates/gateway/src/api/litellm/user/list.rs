//! `GET /user/list`: users, page by page.

use std::collections::HashMap;

use axum::{Json, extract::State};
use gateway_api::litellm::user::UserListParams;
use ledger::{Directory, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::shown;
use crate::{
    accounting::Books,
    api::litellm::{
        list_query::{Cut, Filters, Order, Sortable, has_letters, is, several},
        shapes::UserShown,
    },
    api::params::given,
    app::Worker,
    auth::Admin,
    http::ApiError,
    openapi::NotRead,
};

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserList)]
pub(crate) struct List {
    users: Vec<Listed>,
    total: usize,
    page: usize,
    page_size: usize,
    total_pages: usize,
}

/// One team of a page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserListed)]
struct Listed {
    #[serde(flatten)]
    user: UserShown,
    /// The number of their keys.
    key_count: usize,
}

const ORDER: Order<'_> = Order {
    columns: &[
        "user_id",
        "user_email",
        "user_alias",
        "user_role",
        "created_at",
        "updated_at",
        "spend",
        "max_budget",
        "key_count",
    ],
    unless: ("created_at", true),
    descending: false,
};

/// A page of users, newest first.
#[utoipa::path(get, path = "/user/list", tag = "users",
    params(UserListParams),
    responses((status = 200, body = List), NotRead))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Filters(query): Filters<UserListParams>,
) -> Result<Json<List>, ApiError> {
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let mut users: Vec<User> =
        known.users.iter().filter(|user| fits(&query, user, &known)).cloned().collect();
    users.sort_by(|one, other| one.id.cmp(&other.id));
    let keys = KeyCounts::of(&known);
    let users = ORDER.sort(users, (&query.sort_by, &query.sort_order), |user, by| {
        value(books, user, &keys, by)
    })?;
    let cut = Cut::of(&query.page, ("page_size", &query.page_size), 25)?;
    let total = users.len();
    let listed = |user: User| Listed {
        key_count: keys.of_user(&user),
        user: shown(books, &user, &known.teams),
    };
    Ok(Json(List {
        users: cut.of_all(users).map(listed).collect(),
        total,
        page: cut.page,
        page_size: cut.size,
        total_pages: cut.pages(total),
    }))
}

/// Whether a user is one that a query asks for.
fn fits(query: &UserListParams, user: &User, known: &Directory) -> bool {
    let of_ids = match several(&query.user_ids)[..] {
        [] => true,
        [part] => user.id.to_lowercase().contains(&part.to_lowercase()),
        ref ids => ids.contains(&user.id.as_str()),
    };
    let team = given(&query.team);
    let in_team = team.is_none_or(|id| {
        let mut teams = known.teams.iter().filter(|team| team.id == id);
        teams.any(|team| team.members.iter().any(|(member, _)| *member == user.id))
    });
    of_ids
        && in_team
        && is(&query.role, user.role.as_ref())
        && has_letters(&query.user_email, &[user.email.as_ref()])
        && has_letters(&query.search, &[Some(&user.id), user.email.as_ref()])
}

/// How many keys each user has.
struct KeyCounts<'a>(HashMap<&'a str, usize>);

// === impl KeyCounts ===

impl<'a> KeyCounts<'a> {
    fn of(known: &'a Directory) -> Self {
        let mut counts = HashMap::new();
        for user in known.keys.iter().filter_map(|key| key.user_id.as_deref()) {
            *counts.entry(user).or_default() += 1;
        }
        Self(counts)
    }

    fn of_user(&self, user: &User) -> usize {
        self.0.get(&*user.id).copied().unwrap_or_default()
    }
}

fn value(books: &Books, user: &User, keys: &KeyCounts<'_>, by: &str) -> Sortable {
    match by {
        "user_email" => Sortable::text(user.email.as_ref()),
        "user_alias" => Sortable::text(user.alias.as_ref()),
        "user_role" => Sortable::text(user.role.as_ref()),
        "created_at" => Sortable::number(Some(user.created_at)),
        "updated_at" => Sortable::number(Some(user.updated_at)),
        "spend" => {
            let standing = books.standings("user", &user.id, &[]).whole;
            Sortable::number(Some(standing.spent.picos()))
        }
        "max_budget" => Sortable::number(user.budget.max.map(|max| max.picos())),
        "key_count" => Sortable::number(u64::try_from(keys.of_user(user)).ok()),
        _ => Sortable::text(Some(&user.id)),
    }
}
