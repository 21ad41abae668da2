//! `GET /user/list`: users, page by page.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
};
use ledger::{Directory, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::shown;
use crate::{
    accounting::Books,
    api::litellm::{
        fields::only,
        list_query::{self, Cut, Order, Sortable, given, has_letters, is, several},
        shapes::UserShown,
    },
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

const FILTERS: [&str; 7] =
    ["role", "user_ids", "user_email", "search", "team", "page", "page_size"];
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
    params(
        ("role" = Option<String>, Query, description = "Users with this role, such as `internal_user`."),
        ("user_ids" = Option<String>, Query, description = "Users with these ids, separated by commas; a single value matches part of the id."),
        ("user_email" = Option<String>, Query, description = "Users with this text in their e-mail."),
        ("search" = Option<String>, Query, description = "Users with this text in their id or e-mail."),
        ("team" = Option<String>, Query, description = "Members of the team with this id."),
        ("page" = Option<u32>, Query, description = "From 1."),
        ("page_size" = Option<u32>, Query, description = "At most 1000; defaults to 25."),
        ("sort_by" = Option<String>, Query, description = "Such as `user_id`, `user_email`, `created_at` or `spend`."),
        ("sort_order" = Option<String>, Query, description = "`asc` (default with `sort_by`) or `desc`."),
    ),
    responses((status = 200, body = List), NotRead))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Query(query): Query<list_query::Query>,
) -> Result<Json<List>, ApiError> {
    only(&query, &FILTERS)?;
    let books = &worker.app.books;
    let known = books.store().directory().await?;
    let mut users: Vec<User> =
        known.users.iter().filter(|user| fits(&query, user, &known)).cloned().collect();
    users.sort_by(|one, other| one.id.cmp(&other.id));
    let keys = KeyCounts::of(&known);
    let users = ORDER.sort(users, &query, |user, by| value(books, user, &keys, by))?;
    let cut = Cut::of(&query, "page_size", 25)?;
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
fn fits(query: &list_query::Query, user: &User, known: &Directory) -> bool {
    let of_ids = match several(query, "user_ids")[..] {
        [] => true,
        [part] => user.id.to_lowercase().contains(&part.to_lowercase()),
        ref ids => ids.contains(&user.id.as_str()),
    };
    let team = given(query, "team");
    let in_team = team.is_none_or(|id| {
        let mut teams = known.teams.iter().filter(|team| team.id == id);
        teams.any(|team| team.members.iter().any(|(member, _)| *member == user.id))
    });
    of_ids
        && in_team
        && is(query, "role", user.role.as_ref())
        && has_letters(query, "user_email", &[user.email.as_ref()])
        && has_letters(query, "search", &[Some(&user.id), user.email.as_ref()])
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
