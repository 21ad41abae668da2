//! The current deployments: those of the configuration, which stay, followed by those that were
//! added by API, which change while requests run.

mod entry;
mod member;
mod prices_under_review;
mod proposal;
mod resealing;
mod router_pool;
mod served_models;
mod vault;
mod worker_groups;
pub(crate) mod worst_case;

pub(crate) use self::{
    entry::{Entry, MASK, MERGE, Object, is_secret, plain, text, text_of},
    member::{Added, Member},
    prices_under_review::UnderReview,
    proposal::Proposal,
    vault::{Vault, VaultError, VaultKeys},
    worker_groups::{Connections, WorkerGroups},
    worst_case::{Plan, WhoAnswers, WorstCases},
};

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering::Release},
};

use foldhash::HashMap;
use ledger::{Limits, StoredModel, WidenedPool};
use llm_types::Clock;
use router_client::Gate;
use tokio::sync::Mutex;
use upstream_http::Transport;

use crate::{
    config::Configured,
    limits::{Counters, DeploymentGate, SharedCounters},
};

/// The deployments, replaceable at run time.
#[derive(Debug)]
pub(crate) struct Deployments {
    fixed: Vec<Arc<Member>>,
    transport: Transport,
    pub(crate) vault: Vault,
    /// Counts for deployments with limits. They outlive changes of the deployments.
    counters: Counters,
    shared: Option<Arc<SharedCounters>>,
    clock: Arc<dyn Clock>,
    /// Replaced as a whole; a request uses the set that is current when it arrives.
    current: RwLock<Arc<DeploymentSet>>,
    /// That of `current`, to be seen without its lock.
    number: AtomicU64,
    /// Held while one of them is changed in the store. A tokio mutex, as the store is waited for.
    pub(crate) changing: Mutex<()>,
}

/// An immutable set of deployments.
#[derive(Debug, Default)]
pub(crate) struct DeploymentSet {
    /// Another one for each set that differs.
    pub(crate) number: u64,
    /// The store's, of which this is.
    revision: i64,
    /// Those that requests can go to.
    pub(crate) serving: Vec<Arc<Member>>,
    /// Those that were added by API, the oldest first; the ones that cannot be used among them.
    pub(crate) stored: Vec<Arc<Stored>>,
    /// The names of the groups that requests can go to.
    pub(crate) groups: Vec<String>,
    /// The same deployments by group: each request looks for those of one.
    members: HashMap<String, Vec<Arc<Member>>>,
}

/// A deployment that was added by API.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) model: StoredModel,
    /// The deployment, or why it cannot be used.
    pub(crate) found: Result<Added, String>,
}

/// Why a known group has no usable deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idle {
    /// All its deployments are blocked.
    Blocked,
    /// None that is not blocked can be used.
    Unusable,
}

// === impl Deployments ===

impl Deployments {
    pub(crate) fn new(
        fixed: Vec<Configured>,
        transport: Transport,
        vault: Vault,
        (shared, clock): (Option<Arc<SharedCounters>>, Arc<dyn Clock>),
    ) -> Self {
        let fixed: Vec<_> = fixed.into_iter().map(|fixed| Arc::new(Member::new(fixed))).collect();
        let set = DeploymentSet::new(0, 0, &fixed, Vec::new());
        Self {
            fixed,
            transport,
            vault,
            counters: Counters::default(),
            shared,
            clock,
            current: RwLock::new(Arc::new(set)),
            number: AtomicU64::new(0),
            changing: Mutex::default(),
        }
    }

    pub(crate) fn current(&self) -> Arc<DeploymentSet> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The deployment of the configuration that has this id.
    pub(crate) fn fixed(&self, id: &str) -> Option<&Arc<Member>> {
        self.fixed.iter().find(|configured| &*configured.deployment.id == id)
    }

    /// Those of the configuration, in its order.
    pub(crate) fn all_fixed(&self) -> &[Arc<Member>] {
        &self.fixed
    }

    /// The gate of a deployment that has limits.
    fn gate(&self, configured: &Member) -> Option<Arc<dyn Gate>> {
        let Configured { limits, deployment, .. } = &**configured;
        (*limits != Limits::default()).then(|| {
            let counter = self.counters.of(&format!("deployment:{}", deployment.id));
            let (shared, clock) = (self.shared.clone(), Arc::clone(&self.clock));
            Arc::new(DeploymentGate::new(*limits, counter, shared, clock)) as Arc<dyn Gate>
        })
    }

    /// The transport for deployments that are added by API.
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Replaces all by the current models of the database. One that cannot be used is logged, once for
    /// each change of it, and left out.
    pub(crate) fn replace(&self, mut models: Vec<StoredModel>, revision: i64) {
        by_age(&mut models);
        let known = self.current();
        // Before the lock: secrets are decrypted here, and every request reads under the lock.
        let stored: Vec<_> = models.into_iter().map(|model| self.taken(&known, model)).collect();
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // A slower read of an older state must not undo a newer one.
        if current.revision > revision {
            return;
        }
        let number = current.number_for(&stored);
        *current = Arc::new(DeploymentSet::new(number, revision, &self.fixed, stored));
        // After the set: a worker that reads the new number must find the new set.
        self.number.store(number, Release);
    }

    /// Accepts a model that was stored, before everything is read again.
    pub(crate) fn put(&self, model: &StoredModel) {
        self.patch(|models| {
            models.retain(|known| known.id != model.id);
            models.push(model.clone());
        });
    }

    /// Removes a model that was deleted.
    pub(crate) fn remove(&self, id: &str) {
        self.patch(|models| models.retain(|known| known.id != id));
    }

    /// Changes the models that were added by API in memory; the revision stays.
    fn patch(&self, change: impl FnOnce(&mut Vec<StoredModel>)) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let mut models = current.stored.iter().map(|stored| stored.model.clone()).collect();
        change(&mut models);
        by_age(&mut models);
        // Under the lock, so that no other change is lost in between; only changed models are read
        // again.
        let stored: Vec<_> = models.into_iter().map(|model| self.taken(&current, model)).collect();
        let number = current.number_for(&stored);
        *current = Arc::new(DeploymentSet::new(number, current.revision, &self.fixed, stored));
        self.number.store(number, Release);
    }

    /// Accepts the widened pools of the database.
    pub(crate) fn follow_pools(&self, widened: &[WidenedPool]) {
        self.current().serving.iter().for_each(|member| member.follow(widened));
    }

    /// As it is known already, or read again.
    fn taken(&self, known: &DeploymentSet, model: StoredModel) -> Arc<Stored> {
        // The same object, so that the state of its pool stays and no secret is opened again.
        if let Some(known) = known.stored.iter().find(|known| known.model == model) {
            return Arc::clone(known);
        }
        let found = match self.fixed(&model.id) {
            Some(_) => Err("a model of the configuration file has the same id".to_owned()),
            None => self.read(&model),
        };
        if Entry::merged(&model) {
            tracing::warn!(
                model = %model.id, group = %model.group,
                "a stored model has the key `<<`, which is no longer merged; write what is below it as \
                 keys of `litellm_params` or `model_info`, by `/model/update`"
            );
        }
        let before = known.stored.iter().find(|known| known.model.id == model.id);
        if let (Ok(new), Some(Ok(old))) = (&found, before.map(|before| &before.found)) {
            // A change of its limits or prices does not forget which models answered.
            new.configured.remember(&old.configured);
        }
        if let Err(why) = &found {
            // Names and values come by API, and must not forge lines of the log.
            let why = why.replace(char::is_control, " ");
            tracing::error!(model = %model.id, group = %model.group, "a model cannot be used: {why}");
        }
        Arc::new(Stored { model, found })
    }

    fn read(&self, model: &StoredModel) -> Result<Added, String> {
        let mut entry = Entry::of(model)?;
        entry.open(&self.vault, &model.id).map_err(|error| error.to_string())?;
        entry.read(&self.transport).map_err(|error| error.message())
    }
}

// === impl DeploymentSet ===

impl DeploymentSet {
    fn new(number: u64, revision: i64, fixed: &[Arc<Member>], stored: Vec<Arc<Stored>>) -> Self {
        let added = stored.iter().filter(|stored| !stored.model.blocked);
        let added = added.filter_map(|stored| stored.found.as_ref().ok());
        let serving: Vec<_> =
            fixed.iter().chain(added.map(|added| &added.configured)).map(Arc::clone).collect();
        let mut groups = Vec::new();
        let mut members: HashMap<String, Vec<_>> = HashMap::default();
        for configured in &serving {
            let of_group = members.entry(configured.group.clone()).or_default();
            if of_group.is_empty() {
                groups.push(configured.group.clone());
            }
            of_group.push(Arc::clone(configured));
        }
        Self { number, revision, serving, stored, groups, members }
    }

    /// The number of the set that follows: another one where it differs.
    fn number_for(&self, stored: &[Arc<Stored>]) -> u64 {
        let same = stored.len() == self.stored.len()
            && stored.iter().zip(&self.stored).all(|(new, old)| new.model == old.model);
        if same { self.number } else { self.number + 1 }
    }

    /// A number that differs whenever other pools are widened.
    pub(crate) fn widened(&self) -> u64 {
        let places = (1_u64..).zip(&self.serving);
        let widened = places.filter(|(_, member)| member.is_widened());
        // A hash of the places: only a difference matters.
        widened.fold(0, |sum, (place, _)| sum.wrapping_mul(1_000_003).wrapping_add(place))
    }

    /// The deployments of a group.
    pub(crate) fn of_group(&self, group: &str) -> impl Iterator<Item = &Arc<Member>> {
        self.members.get(group).into_iter().flatten()
    }

    /// Why a group that was added by API has no usable deployment.
    pub(crate) fn idle(&self, group: &str) -> Option<Idle> {
        let mut of_group =
            self.stored.iter().filter(|stored| stored.model.group == group).peekable();
        of_group.peek()?;
        let blocked = of_group.all(|stored| stored.model.blocked);
        Some(if blocked { Idle::Blocked } else { Idle::Unusable })
    }
}

/// The oldest first.
fn by_age(models: &mut [StoredModel]) {
    models.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
}

#[cfg(test)]
mod tests {
    use upstream_http::TransportOptions;

    use super::*;
    use crate::deployments::vault::VaultKeys;

    fn deployments() -> Deployments {
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let vault = Vault::new(VaultKeys {
            salt: Some(&"a-salt-key-of-tests".into()),
            ..VaultKeys::default()
        });
        Deployments::new(Vec::new(), transport, vault, (None, Arc::new(llm_types::SystemClock)))
    }

    fn model(deployments: &Deployments, id: &str, group: &str) -> StoredModel {
        let params = [
            ("model", "azure_ai/model-router"),
            ("api_base", "https://r.openai.azure.com"),
            ("api_key", "k"),
        ];
        let params = params.map(|(key, value)| (key.to_owned(), text(value)));
        let mut entry =
            Entry { model_name: group.to_owned(), params: params.into(), info: Object::new() };
        let stored = StoredModel { id: id.to_owned(), ..StoredModel::default() };
        entry.seal(&deployments.vault, &stored).unwrap();
        StoredModel {
            id: id.to_owned(),
            group: group.to_owned(),
            params: serde_json::to_string(&entry.params).unwrap(),
            info: "{}".to_owned(),
            ..StoredModel::default()
        }
    }

    #[test]
    fn unchanged_deployments_are_not_built_again() {
        let deployments = deployments();
        let [one, two] = ["one", "two"].map(|id| model(&deployments, id, id));
        deployments.replace(vec![two.clone(), one.clone()], 1);
        let first = deployments.current();
        assert_eq!(first.groups, ["one", "two"]);
        deployments.replace(vec![one.clone(), two.clone()], 2);
        assert_eq!(deployments.current().number, first.number);
        let blocked = StoredModel { blocked: true, ..two };
        deployments.replace(vec![one, blocked], 3);
        let last = deployments.current();
        assert_eq!((last.number, &last.groups[..]), (first.number + 1, &["one".to_owned()][..]));
        assert!(Arc::ptr_eq(&last.serving[0], &first.serving[0]));
        assert_eq!((last.idle("two"), last.idle("three")), (Some(Idle::Blocked), None));
        // A set that was read earlier and arrives later is out of date.
        deployments.replace(Vec::new(), 2);
        assert_eq!(deployments.current().number, last.number);
    }

    #[test]
    fn one_that_cannot_be_used_leaves_the_others_alone() {
        let deployments = deployments();
        let good = model(&deployments, "good", "all");
        let swapped = StoredModel { id: "swapped".to_owned(), ..good.clone() };
        let torn = StoredModel { params: "{".to_owned(), ..model(&deployments, "torn", "torn") };
        deployments.replace(vec![good, swapped, torn], 1);
        let set = deployments.current();
        assert_eq!((set.serving.len(), &set.groups[..]), (1, &["all".to_owned()][..]));
        let why = |id: &str| {
            let stored = set.stored.iter().find(|stored| stored.model.id == id).unwrap();
            stored.found.as_ref().err().cloned().unwrap_or_default()
        };
        assert!(why("swapped").contains("cannot be decrypted"), "{}", why("swapped"));
        assert!(why("torn").contains("`litellm_params` cannot be read"), "{}", why("torn"));
        assert_eq!(set.idle("torn"), Some(Idle::Unusable));
    }
}
