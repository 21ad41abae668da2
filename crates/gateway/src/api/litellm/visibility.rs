//! Visibility of users and teams: admins see everything; other keys see their own user and teams,
//! without other members' keys and names.

use ledger::{Directory, Key, Team};

use crate::{accounting::KnownKey, auth::Caller, http::ApiError};

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a>(Option<&'a KnownKey>);

// === impl View ===

impl<'a> View<'a> {
    pub(super) fn of(caller: &'a Caller) -> Self {
        match caller {
            Caller::Key(known) if !known.key.admin => Self(Some(known)),
            Caller::Key(_) | Caller::Operator => Self(None),
        }
    }

    /// The user who is asked for: the key's own unless set.
    pub(super) fn user(self, asked: Option<&'a str>) -> Result<&'a str, ApiError> {
        let own = self.0.and_then(|known| known.key.user_id.as_deref());
        match (asked, self.0) {
            (Some(asked), Some(_)) if own != Some(asked) => Err(ApiError::NotYours),
            (Some(asked), _) => Ok(asked),
            (None, _) => own.ok_or_else(|| {
                let text = "expected `?user_id=`, found none, and the key belongs to no user";
                ApiError::BadField(text.to_owned())
            }),
        }
    }

    /// The team that is asked for: the key's own unless set.
    pub(super) fn team(
        self,
        asked: Option<&'a str>,
        known: &Directory,
    ) -> Result<&'a str, ApiError> {
        let own = self.0.and_then(|known| known.key.team_id.as_deref());
        let missing = || {
            let text = "expected `?team_id=`, found none, and the key belongs to no team";
            ApiError::BadField(text.to_owned())
        };
        let id = asked.or(own).ok_or_else(missing)?;
        let is_member = |team: &&Team| team.id == id && self.is_member(team);
        // Which other teams there are is not for a key to find out.
        if self.0.is_some() && own != Some(id) && !known.teams.iter().any(|team| is_member(&team)) {
            return Err(ApiError::NotYours);
        }
        Ok(id)
    }

    /// Whether a key is the one that looks.
    pub(super) fn sees_key(self, key: &Key) -> bool {
        self.0.is_none_or(|known| known.key.id == key.id)
    }

    /// Whether a member of a team is the user who looks.
    pub(super) fn sees_member(self, user_id: &str) -> bool {
        self.0.is_none_or(|known| known.key.user_id.as_deref() == Some(user_id))
    }

    fn is_member(self, team: &Team) -> bool {
        let own = self.0.and_then(|known| known.key.user_id.as_deref());
        own.is_some_and(|own| team.members.iter().any(|(id, _)| id == own))
    }
}
