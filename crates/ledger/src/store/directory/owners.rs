//! Deletion of users and teams together with their keys and memberships.

use super::{Edit, Record};
use crate::{
    key::{Key, Team, User},
    store::{ChangedBy, Store, StoreError},
};

/// Keys and teams that must change together with some changes, as read at one time.
#[derive(Debug, Default)]
pub(super) struct Belongings {
    /// Ids of keys that are deleted.
    keys: Vec<String>,
    /// Teams without users who are deleted.
    teams: Vec<Team>,
}

// === impl Store: owners ===

impl Store {
    /// Adds a key, or replaces the one of its id; and adds its user, if there was none.
    ///
    /// # Errors
    /// When its team or user was deleted meanwhile, the alias is another key's, or the database refuses.
    /// Nothing is changed then.
    pub async fn put_key_of(
        &self,
        key: &Key,
        new_user: Option<&User>,
        by: &ChangedBy,
    ) -> Result<(), StoreError> {
        let mut edits = vec![Edit::PutOwnedKey(key)];
        edits.extend(new_user.map(Edit::PutUser));
        self.edit(&edits, by).await
    }

    /// Adds a user and puts them into teams, or replaces the one of that id.
    ///
    /// # Errors
    /// When the database refuses. Nothing is changed then.
    pub async fn put_user_in(
        &self,
        user: &User,
        teams: &[Team],
        by: &ChangedBy,
    ) -> Result<(), StoreError> {
        let mut edits = vec![Edit::PutUser(user)];
        edits.extend(teams.iter().map(Edit::PutTeam));
        self.edit(&edits, by).await
    }

    /// Adds a team, or replaces the one of its id; and adds those of its members who are new users.
    ///
    /// # Errors
    /// When the database refuses. Nothing is changed then.
    pub async fn put_team_with(
        &self,
        team: &Team,
        new_users: &[User],
        by: &ChangedBy,
    ) -> Result<(), StoreError> {
        let mut edits = vec![Edit::PutTeam(team)];
        edits.extend(new_users.iter().map(Edit::PutUser));
        self.edit(&edits, by).await
    }

    /// Stores a team that a user has left, and deletes the keys that the user has in it.
    ///
    /// # Errors
    /// When the database refuses. Nothing is changed then.
    pub async fn put_team_without(
        &self,
        team: &Team,
        user: &str,
        by: &ChangedBy,
    ) -> Result<(), StoreError> {
        self.edit(&[Edit::PutTeam(team), Edit::DeleteKeysIn { team: &team.id, user }], by).await
    }

    /// Deletes teams with their keys. Their entries stay.
    ///
    /// # Errors
    /// When the database refuses. Nothing is changed then.
    pub async fn delete_teams(&self, ids: &[String], by: &ChangedBy) -> Result<(), StoreError> {
        let edits: Vec<_> = ids.iter().map(|id| Edit::DeleteTeam(id)).collect();
        self.edit(&edits, by).await
    }

    /// Deletes users with their keys, and takes them out of their teams. Their entries stay.
    ///
    /// # Errors
    /// When the database refuses. Nothing is changed then.
    pub async fn delete_users(&self, ids: &[String], by: &ChangedBy) -> Result<(), StoreError> {
        let edits: Vec<_> = ids.iter().map(|id| Edit::DeleteUser(id)).collect();
        self.edit(&edits, by).await
    }

    /// The keys and teams that must change with some changes; an error if a key would have no owner.
    pub(super) async fn belongings(
        &self,
        edits: &[Edit<'_>],
        by: &ChangedBy,
    ) -> Result<Belongings, StoreError> {
        for edit in edits {
            if let Edit::PutOwnedKey(key) = edit {
                self.owned(key, edits).await?;
            }
        }
        let takes_more = |edit: &Edit<'_>| {
            matches!(edit, Edit::DeleteTeam(_) | Edit::DeleteUser(_) | Edit::DeleteKeysIn { .. })
        };
        // All keys and teams are read below: other changes are spared that.
        if !edits.iter().any(takes_more) {
            return Ok(Belongings::default());
        }
        let keys = self.all::<Key>().await?.into_iter().filter(|key| goes(key, edits));
        let teams = self.all::<Team>().await?.into_iter().filter_map(|team| left(team, edits, by));
        Ok(Belongings { keys: keys.map(|key| key.id).collect(), teams: teams.collect() })
    }

    /// Checks that a key's team and user exist, or are added with it.
    async fn owned(&self, key: &Key, edits: &[Edit<'_>]) -> Result<(), StoreError> {
        let is_put = |id: &str| {
            edits.iter().any(|edit| matches!(edit, Edit::PutUser(user) if user.id == id))
        };
        // Deleted since the gateway looked? A later deletion raises the revision, and `edit` tries again.
        if let Some(id) = &key.team_id
            && self.one::<Team>(id).await?.is_none()
        {
            return Err(StoreError::OwnerGone { what: Team::NOUN, id: id.clone() });
        }
        match &key.user_id {
            Some(id) if !is_put(id) && self.one::<User>(id).await?.is_none() => {
                Err(StoreError::OwnerGone { what: User::NOUN, id: id.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// Whether a key is deleted with its owner.
fn goes(key: &Key, edits: &[Edit<'_>]) -> bool {
    let (team, user) = (key.team_id.as_deref(), key.user_id.as_deref());
    edits.iter().any(|edit| match edit {
        Edit::DeleteTeam(id) => team == Some(*id),
        Edit::DeleteUser(id) => user == Some(*id),
        Edit::DeleteKeysIn { team: of, user: whose } => team == Some(*of) && user == Some(*whose),
        _ => false,
    })
}

/// A team without users who are deleted, where it has any and is not changed itself.
fn left(team: Team, edits: &[Edit<'_>], by: &ChangedBy) -> Option<Team> {
    // A team that is stored by the same edits has the members that the caller wants.
    let is_changed = edits.iter().any(|edit| match edit {
        Edit::DeleteTeam(id) => team.id == **id,
        Edit::PutTeam(put) => team.id == put.id,
        _ => false,
    });
    let is_gone =
        |user: &String| edits.iter().any(|edit| matches!(edit, Edit::DeleteUser(id) if user == id));
    let before = team.members.len();
    let mut team = Team { updated_at: by.now, ..team };
    team.members.retain(|(user, _)| !is_gone(user));
    (team.members.len() < before && !is_changed).then_some(team)
}

// === impl Belongings ===

impl Belongings {
    /// As changes of their own.
    pub(super) fn edits(&self) -> impl Iterator<Item = Edit<'_>> {
        let keys = self.keys.iter().map(|id| Edit::DeleteKey(id));
        keys.chain(self.teams.iter().map(Edit::PutTeam))
    }
}
