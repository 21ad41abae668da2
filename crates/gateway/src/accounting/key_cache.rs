//! In-memory cache of keys, teams and users, consulted on every request and refreshed when the
//! database reports a change.

use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use ledger::{Account, BudgetWindow, Budgets, Key, KeyHash, Limits, Team, User, Who};

use super::books::KeyStored;
use crate::limits::{Counter, Counters};

/// The current keys, with everything that applies to them.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    /// Replaced as a whole; a request uses the snapshot that is current when it arrives.
    keys: RwLock<Arc<Snapshot>>,
    counters: Counters,
}

/// The state of all keys, teams and users at one time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) revision: i64,
    by_hash: HashMap<KeyHash, Arc<KnownKey>>,
    /// Keys that were replaced: as which key they work, and until when, in microseconds since 1970.
    replaced: HashMap<KeyHash, (KeyHash, i64)>,
}

/// A key with its team, user, budgets and limits.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(crate) key: Key,
    pub(crate) team: Option<Arc<Team>>,
    pub(crate) user: Option<Arc<User>>,
    /// Its labels in the ledger.
    pub(crate) who: Who,
    /// The budgets of key, team and user, and of their windows.
    pub(crate) accounts: Vec<Arc<Account>>,
    /// The limits of key, team and user, with their current counts.
    pub(crate) limits: Vec<(Limits, Arc<Counter>)>,
}

/// A key, a team or a user, with what bounds them.
struct Owner {
    limits: Limits,
    /// The ids of its budgets: its own first, by which it is named, then those of its windows.
    budgets: Vec<String>,
}

// === impl Owner ===

impl Owner {
    fn new(kind: &str, id: &str, limits: Limits, windows: &[BudgetWindow]) -> Self {
        let mut budgets = vec![format!("{kind}:{id}")];
        budgets.extend(windows.iter().map(|window| window.id(kind, id)));
        Self { limits, budgets }
    }
}

// === impl KeyCache ===

impl KeyCache {
    pub(crate) fn find(&self, hash: &KeyHash) -> Option<Arc<KnownKey>> {
        self.snapshot().by_hash.get(hash).cloned()
    }

    /// The presented key: by its hash, or by that of a key which it has replaced and which still works at this
    /// time, in microseconds since 1970.
    pub(crate) fn find_shown(&self, hash: &KeyHash, now: i64) -> Option<Arc<KnownKey>> {
        let snapshot = self.snapshot();
        if let Some(known) = snapshot.by_hash.get(hash) {
            return Some(Arc::clone(known));
        }
        let (after, until) = snapshot.replaced.get(hash)?;
        snapshot.by_hash.get(after).filter(|_| now < *until).cloned()
    }

    pub(crate) fn revision(&self) -> i64 {
        self.snapshot().revision
    }

    /// Replaces everything by the current content of the database.
    pub(crate) fn replace(&self, stored: ledger::Directory, budgets: &Budgets) {
        let teams: HashMap<String, Arc<Team>> =
            stored.teams.into_iter().map(|team| (team.id.clone(), Arc::new(team))).collect();
        let users: HashMap<String, Arc<User>> =
            stored.users.into_iter().map(|user| (user.id.clone(), Arc::new(user))).collect();
        let known = |key: Key| {
            // An id that is no hash was not written by a gateway, and matches no key.
            let hash = KeyHash::parse(&key.id)?;
            let team = key.team_id.as_ref().and_then(|id| teams.get(id)).cloned();
            let user = key.user_id.as_ref().and_then(|id| users.get(id)).cloned();
            Some((hash, Arc::new(self.known(key, team, user, budgets))))
        };
        let by_hash = stored.keys.into_iter().filter_map(known).collect();
        let replaced = stored.replaced.iter().filter_map(|one| {
            let (old, after) = (KeyHash::parse(&one.id)?, KeyHash::parse(&one.key_id)?);
            Some((old, (after, one.expires_at)))
        });
        let replaced = replaced.collect();
        let snapshot = Arc::new(Snapshot { revision: stored.revision, by_hash, replaced });
        // Built before the lock is taken, so that requests wait for one assignment only.
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    /// Adds or replaces a key that was stored, before everything is read again: a failure to read
    /// must not leave a blocked key in use.
    pub(crate) fn put_key(&self, stored: &KeyStored<'_>, budgets: &Budgets) {
        let KeyStored { key, team, user, replaced, until } = *stored;
        let Some(hash) = KeyHash::parse(&key.id) else { return };
        let (team, user) = (team.cloned().map(Arc::new), user.cloned().map(Arc::new));
        let known = Arc::new(self.known(key.clone(), team, user, budgets));
        let old = replaced.and_then(KeyHash::parse);
        self.patch(|keys| {
            if let Some(old) = old {
                keys.by_hash.remove(&old);
                // Keys that the old one had replaced work as the new one from now on.
                let before = keys.replaced.values_mut().filter(|(after, _)| *after == old);
                before.for_each(|(after, _)| *after = hash);
                keys.replaced.extend(until.map(|until| (old, (hash, until))));
            }
            keys.by_hash.insert(hash, known);
        });
    }

    /// Replaces a team that was stored.
    pub(crate) fn put_team(&self, team: &Team, budgets: &Budgets) {
        let team = Arc::new(team.clone());
        self.patch(|keys| {
            for known in keys.by_hash.values_mut() {
                if known.team.as_ref().is_some_and(|of| of.id == team.id) {
                    let (key, user) = (known.key.clone(), known.user.clone());
                    *known = Arc::new(self.known(key, Some(Arc::clone(&team)), user, budgets));
                }
            }
        });
    }

    /// Replaces a user that was stored.
    pub(crate) fn put_user(&self, user: &User, budgets: &Budgets) {
        let user = Arc::new(user.clone());
        self.patch(|keys| {
            for known in keys.by_hash.values_mut() {
                if known.user.as_ref().is_some_and(|of| of.id == user.id) {
                    let (key, team) = (known.key.clone(), known.team.clone());
                    *known = Arc::new(self.known(key, team, Some(Arc::clone(&user)), budgets));
                }
            }
        });
    }

    /// Removes keys that were deleted from the store.
    pub(crate) fn remove_keys(&self, ids: &[String]) {
        self.remove_keys_where(|key| ids.contains(&key.id));
    }

    /// Removes the keys that match a condition.
    pub(crate) fn remove_keys_where(&self, gone: impl Fn(&Key) -> bool) {
        self.patch(|keys| keys.by_hash.retain(|_, known| !gone(&known.key)));
    }

    /// Changes keys in memory; the revision stays, so that everything is read again as well.
    fn patch(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // A request may still read the snapshot that is replaced; its maps clone only pointers.
        let mut patched = Snapshot::clone(&keys);
        change(&mut patched);
        *keys = Arc::new(patched);
    }

    fn known(
        &self,
        key: Key,
        team: Option<Arc<Team>>,
        user: Option<Arc<User>>,
        budgets: &Budgets,
    ) -> KnownKey {
        let mut all = vec![Owner::new("key", &key.id, key.limits, &key.windows)];
        let (team_of, user_of) = (team.as_deref(), user.as_deref());
        all.extend(team_of.map(|of| Owner::new("team", &of.id, of.limits, &of.windows)));
        all.extend(user_of.map(|of| Owner::new("user", &of.id, of.limits, &of.windows)));
        // Where nothing is limited, nothing is counted, which saves each request a lock.
        let limited = |owner: &&Owner| owner.limits != Limits::default();
        KnownKey {
            who: Who {
                key_id: Some((*key.id).into()),
                key_alias: key.alias.as_deref().map(Into::into),
                team_id: key.team_id.as_deref().map(Into::into),
                user_id: key.user_id.as_deref().map(Into::into),
                ..Who::default()
            },
            // Accounts and counters are found by id, so that a refresh keeps what is reserved and
            // counted.
            accounts: all.iter().flat_map(|of| &of.budgets).map(|id| budgets.account(id)).collect(),
            limits: all
                .iter()
                .filter(limited)
                .filter_map(|of| Some((of.limits, self.counters.of(of.budgets.first()?))))
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
    /// Why it may not be used at all, if it may not.
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

/// Why a known key may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRefusal {
    Blocked,
    TeamBlocked,
    Expired,
}
