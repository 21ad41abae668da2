//! Those who may ask, as they stand in memory: looked up for each request, refreshed when the store
//! says that something has changed.

use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use ledger::{Account, Budgets, Key, KeyHash, Limits, Team, User, Who};

use crate::{
    books::KeyStored,
    limits::{Counter, Counters},
};

/// The keys of this moment, with everything that applies to them.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    /// Replaced as a whole; a request takes what is there when it comes.
    keys: RwLock<Arc<Snapshot>>,
    counters: Counters,
}

/// What was known at one time.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) revision: i64,
    by_hash: HashMap<KeyHash, Arc<KnownKey>>,
}

/// A key with its team, its user, and what they may.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(crate) key: Key,
    pub(crate) team: Option<Arc<Team>>,
    pub(crate) user: Option<Arc<User>>,
    /// As the books name them.
    pub(crate) who: Who,
    /// The budgets of key, team and user.
    pub(crate) accounts: Vec<Arc<Account>>,
    /// The limits of key, team and user, with what was asked for by now.
    pub(crate) limits: Vec<(Limits, Arc<Counter>)>,
}

// === impl Directory ===

impl Directory {
    pub(crate) fn find(&self, hash: &KeyHash) -> Option<Arc<KnownKey>> {
        self.snapshot().by_hash.get(hash).cloned()
    }

    pub(crate) fn revision(&self) -> i64 {
        self.snapshot().revision
    }

    /// Takes what the store holds now.
    pub(crate) fn replace(&self, stored: ledger::Directory, budgets: &Budgets) {
        let teams: HashMap<String, Arc<Team>> =
            stored.teams.into_iter().map(|team| (team.id.clone(), Arc::new(team))).collect();
        let users: HashMap<String, Arc<User>> =
            stored.users.into_iter().map(|user| (user.id.clone(), Arc::new(user))).collect();
        let known = |key: Key| {
            let hash = KeyHash::parse(&key.id)?;
            let team = key.team_id.as_ref().and_then(|id| teams.get(id)).cloned();
            let user = key.user_id.as_ref().and_then(|id| users.get(id)).cloned();
            Some((hash, Arc::new(self.known(key, team, user, budgets))))
        };
        let by_hash = stored.keys.into_iter().filter_map(known).collect();
        let snapshot = Arc::new(Snapshot { revision: stored.revision, by_hash });
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    /// Takes a key that the store has taken, before everything is read again: what could not be read
    /// must not keep a key that was blocked in use.
    pub(crate) fn put_key(&self, stored: &KeyStored<'_>, budgets: &Budgets) {
        let KeyStored { key, team, user, .. } = *stored;
        let Some(hash) = KeyHash::parse(&key.id) else { return };
        let (team, user) = (team.cloned().map(Arc::new), user.cloned().map(Arc::new));
        let known = Arc::new(self.known(key.clone(), team, user, budgets));
        self.patch(|by_hash| {
            by_hash.insert(hash, known);
        });
    }

    /// Takes a team that the store has taken.
    pub(crate) fn put_team(&self, team: &Team, budgets: &Budgets) {
        let team = Arc::new(team.clone());
        self.patch(|by_hash| {
            for known in by_hash.values_mut() {
                if known.team.as_ref().is_some_and(|of| of.id == team.id) {
                    let (key, user) = (known.key.clone(), known.user.clone());
                    *known = Arc::new(self.known(key, Some(Arc::clone(&team)), user, budgets));
                }
            }
        });
    }

    /// Takes a user that the store has taken.
    pub(crate) fn put_user(&self, user: &User, budgets: &Budgets) {
        let user = Arc::new(user.clone());
        self.patch(|by_hash| {
            for known in by_hash.values_mut() {
                if known.user.as_ref().is_some_and(|of| of.id == user.id) {
                    let (key, team) = (known.key.clone(), known.team.clone());
                    *known = Arc::new(self.known(key, team, Some(Arc::clone(&user)), budgets));
                }
            }
        });
    }

    /// Forgets keys that the store has deleted.
    pub(crate) fn remove_keys(&self, ids: &[String]) {
        self.remove_keys_where(|key| ids.contains(&key.id));
    }

    /// Forgets the keys of which something is true.
    pub(crate) fn remove_keys_where(&self, gone: impl Fn(&Key) -> bool) {
        self.patch(|by_hash| by_hash.retain(|_, known| !gone(&known.key)));
    }

    /// Changes keys in memory; the revision stays, so that everything is read again as well.
    fn patch(&self, change: impl FnOnce(&mut HashMap<KeyHash, Arc<KnownKey>>)) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut by_hash = keys.by_hash.clone();
        change(&mut by_hash);
        *keys = Arc::new(Snapshot { revision: keys.revision, by_hash });
    }

    fn known(
        &self,
        key: Key,
        team: Option<Arc<Team>>,
        user: Option<Arc<User>>,
        budgets: &Budgets,
    ) -> KnownKey {
        let mut all = vec![(format!("key:{}", key.id), key.limits)];
        all.extend(team.iter().map(|team| (format!("team:{}", team.id), team.limits)));
        all.extend(user.iter().map(|user| (format!("user:{}", user.id), user.limits)));
        let limited = |limits: &Limits| *limits != Limits::default();
        KnownKey {
            who: Who {
                key_id: Some((*key.id).into()),
                key_alias: key.alias.as_deref().map(Into::into),
                team_id: key.team_id.as_deref().map(Into::into),
                user_id: key.user_id.as_deref().map(Into::into),
                ..Who::default()
            },
            accounts: all.iter().map(|(id, _)| budgets.account(id)).collect(),
            limits: all
                .iter()
                .filter(|(_, limits)| limited(limits))
                .map(|(id, limits)| (*limits, self.counters.of(id)))
                .collect(),
            key,
            team,
            user,
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

// === impl KnownKey ===

impl KnownKey {
    /// Whether it may ask for a model group: as far as key, team and user all allow it.
    pub(crate) fn may_ask(&self, group: &str) -> bool {
        let lists = [
            Some(&self.key.models),
            self.team.as_ref().map(|team| &team.models),
            self.user.as_ref().map(|user| &user.models),
        ];
        lists.into_iter().flatten().all(|models| allows(models, group))
    }

    /// Why it may not ask at all, if it may not.
    pub(crate) fn refusal(&self, now: i64) -> Option<KeyRefusal> {
        if self.key.blocked {
            return Some(KeyRefusal::Blocked);
        }
        if self.team.as_ref().is_some_and(|team| team.blocked) {
            return Some(KeyRefusal::TeamBlocked);
        }
        self.key.expires_at.is_some_and(|end| now >= end).then_some(KeyRefusal::Expired)
    }
}

/// Why a key that is known may not ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRefusal {
    Blocked,
    TeamBlocked,
    Expired,
}

/// An empty list allows everything, and so do `LiteLLM`'s words for that.
fn allows(models: &[String], group: &str) -> bool {
    let any = |model: &String| {
        model == group || model == "*" || model == "all-proxy-models" || model == "all-team-models"
    };
    models.is_empty() || models.iter().any(any)
}
