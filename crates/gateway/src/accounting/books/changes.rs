//! Changes of keys, teams, users and models that were stored: they apply at once, even where the
//! rest of the database cannot be read.

use ledger::{Key, StoredModel, Team, User};

use super::Books;

/// A key with what applies to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyStored<'a> {
    pub(crate) key: &'a Key,
    /// The key in whose place it is.
    pub(crate) replaced: Option<&'a str>,
    /// Until when that one works as this one, in microseconds since 1970, if it does.
    pub(crate) until: Option<i64>,
    pub(crate) team: Option<&'a Team>,
    pub(crate) user: Option<&'a User>,
}

impl Books {
    /// Applies a stored key.
    pub(crate) async fn key_stored(&self, stored: &KeyStored<'_>) {
        self.in_force(|books| books.keys.put_key(stored, &books.budgets)).await;
    }

    /// The same of keys that were deleted.
    pub(crate) async fn keys_deleted(&self, ids: &[String]) {
        self.in_force(|books| books.keys.remove_keys(ids)).await;
    }

    /// The same of a team.
    pub(crate) async fn team_stored(&self, team: &Team) {
        self.in_force(|books| books.keys.put_team(team, &books.budgets)).await;
    }

    /// The same of a user, and of teams that they have joined.
    pub(crate) async fn user_stored(&self, user: &User, teams: &[Team]) {
        self.in_force(|books| {
            books.keys.put_user(user, &books.budgets);
            teams.iter().for_each(|team| books.keys.put_team(team, &books.budgets));
        })
        .await;
    }

    /// The same of a team whose user has left with their keys in it.
    pub(crate) async fn member_left(&self, team: &Team, user_id: &str) {
        self.in_force(|books| {
            books.keys.remove_keys_where(|key| {
                key.team_id.as_ref() == Some(&team.id) && key.user_id.as_deref() == Some(user_id)
            });
            books.keys.put_team(team, &books.budgets);
        })
        .await;
    }

    /// The same of teams that were deleted with their keys.
    pub(crate) async fn teams_deleted(&self, ids: &[String]) {
        let of = |key: &Key| key.team_id.as_ref().is_some_and(|id| ids.contains(id));
        self.in_force(|books| books.keys.remove_keys_where(of)).await;
    }

    /// The same of users that were deleted with their keys, and of teams that they have left.
    pub(crate) async fn users_deleted(&self, ids: &[String], left: &[Team]) {
        let of = |key: &Key| key.user_id.as_ref().is_some_and(|id| ids.contains(id));
        self.in_force(|books| {
            books.keys.remove_keys_where(of);
            left.iter().for_each(|team| books.keys.put_team(team, &books.budgets));
        })
        .await;
    }

    /// The same of a model.
    pub(crate) async fn model_stored(&self, model: &StoredModel) {
        self.in_force(|books| books.models.put(model)).await;
    }

    /// The same of a model that was deleted.
    pub(crate) async fn model_deleted(&self, id: &str) {
        self.in_force(|books| books.models.remove(id)).await;
    }

    /// Makes a change in memory that the store has taken, and reads the rest again. Where that fails the
    /// change was made all the same, and the rest is read within seconds.
    pub(super) async fn in_force(&self, change: impl Fn(&Self)) {
        change(self);
        let _turn = self.refreshing.lock().await;
        // A refresh that read before the change was stored may have undone it meanwhile.
        change(self);
        if let Err(error) = self.read_again().await {
            let error = anyhow::Error::new(error);
            tracing::warn!(
                "a change is stored and applies, but the rest of the database cannot be read: \
                 {error:#}"
            );
        }
    }
}
