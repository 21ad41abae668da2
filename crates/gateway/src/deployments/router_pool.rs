//! State of one router's pool: the models that have served so far, and whether an answer from outside
//! its `router_models` has widened it.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use cost_model::PriceBook;
use jiff::Timestamp;
use ledger::WidenedPool;

use super::Member;

/// Facts about one deployment that its answers have shown.
#[derive(Debug, Default)]
pub(crate) struct PoolState {
    /// The first model that answered: nearly always the only one of a deployment that is no router.
    first: OnceLock<Box<str>>,
    /// Whether a model outside `router_models` has answered: they do not count. Read on every request.
    is_widened: AtomicBool,
    widened: Mutex<Option<Widened>>,
    /// How many requests were answered under each name that the price table knows.
    served: Mutex<BTreeMap<String, u64>>,
}

#[derive(Clone, Debug)]
struct Widened {
    by: WidenedPool,
    /// Whether the store has it, so that other gateways know it, and a restart.
    stored: bool,
}

// === impl Member: its pool ===

impl Member {
    /// Whether a model outside `router_models` has answered, so that the whole pool counts.
    pub(crate) fn is_widened(&self) -> bool {
        self.pool.is_widened.load(Relaxed)
    }

    /// The answer that widened its pool.
    pub(crate) fn widened_by(&self) -> Option<WidenedPool> {
        self.pool.widened().as_ref().map(|widened| widened.by.clone())
    }

    /// Counts an answer. Returns whether `router_models` rule out the model that served it.
    pub(crate) fn answered(&self, served: &str, book: &PriceBook) -> bool {
        if self.deployment.router {
            let _ = self.pool.add(served, 1, book);
        }
        let outside = |subset: &crate::config::Pool| !subset.holds(served, book);
        !served.is_empty() && self.subset.as_ref().is_some_and(outside)
    }

    /// Counts an answer of a deployment that is taken for one model, as nobody says that it is a router.
    /// Returns the models that have answered, once: when a second one has.
    pub(crate) fn several(&self, served: &str, book: &PriceBook) -> Option<Vec<String>> {
        if self.deployment.router || self.router_is_stated {
            return None;
        }
        let mut is_first = false;
        let first = self.pool.first.get_or_init(|| {
            is_first = true;
            served.into()
        });
        // Without a lock or a lookup, for nearly every answer.
        if !is_first && **first == *served {
            return None;
        }
        let is_new = self.pool.add(served, 1, book);
        let models = is_new.then(|| self.possible_pool(book)).flatten()?;
        let id = |name: &str| book.find(name).ok().map(|found| found.model.id.clone());
        // Two names of one model are one model: a dated and an undated one, say.
        let new = id(served);
        let same = |name: &&String| id(name) == new;
        let is_second = models.len() == 2 && self.pool.served().keys().filter(same).count() == 1;
        is_second.then_some(models)
    }

    /// The models that have answered so far, if there are several and nothing says whether it is a
    /// router: then its routing fee is not counted.
    pub(crate) fn possible_pool(&self, book: &PriceBook) -> Option<Vec<String>> {
        if self.deployment.router || self.router_is_stated {
            return None;
        }
        let models: Vec<_> = self.served_so_far(book).into_keys().collect();
        (models.len() > 1).then_some(models)
    }

    /// Widens its pool. Returns whether it was not widened before.
    pub(crate) fn widen(&self, served: &str, request_id: &str, at: Timestamp) -> bool {
        let Some(router_models) = self.router_models() else { return false };
        let mut widened = self.pool.widened();
        if widened.is_some() {
            return false;
        }
        let by = WidenedPool {
            deployment_id: self.deployment.id.to_string(),
            router_models,
            served: served.to_owned(),
            request_id: request_id.to_owned(),
            at: at.as_microsecond(),
        };
        *widened = Some(Widened { by, stored: false });
        // Under the lock, so that flag and reason change together.
        self.pool.is_widened.store(true, Relaxed);
        true
    }

    /// The widening, if the database does not have it yet.
    pub(crate) fn widened_unstored(&self) -> Option<WidenedPool> {
        let widened = self.pool.widened();
        widened.as_ref().filter(|widened| !widened.stored).map(|widened| widened.by.clone())
    }

    /// Takes over the stored state of all pools. Changes that are not stored yet stay.
    pub(crate) fn follow(&self, all: &[WidenedPool]) {
        let Some(router_models) = self.router_models() else { return };
        let ours = all.iter().find(|pool| {
            *pool.deployment_id == *self.deployment.id && pool.router_models == router_models
        });
        let mut widened = self.pool.widened();
        match ours {
            Some(by) => *widened = Some(Widened { by: by.clone(), stored: true }),
            // It was deleted from the store, by an operator or by a change of `router_models`.
            None if widened.as_ref().is_some_and(|widened| widened.stored) => *widened = None,
            None => {}
        }
        self.pool.is_widened.store(widened.is_some(), Relaxed);
    }

    /// The models that have served so far, with how many requests each.
    pub(crate) fn served_so_far(&self, book: &PriceBook) -> BTreeMap<String, u64> {
        let mut models = BTreeMap::new();
        for (served, requests) in &*self.pool.served() {
            let Ok(found) = book.find(served) else { continue };
            let sum: &mut u64 = models.entry(found.model.id.to_string()).or_default();
            *sum = sum.saturating_add(*requests);
        }
        models
    }

    /// Adds what earlier runs and other gateways have recorded.
    pub(crate) fn served_before(&self, served: &str, requests: u64, book: &PriceBook) {
        let _ = self.pool.add(served, requests, book);
    }

    /// Takes over the state of the same deployment from before it was changed.
    pub(crate) fn remember(&self, before: &Self) {
        self.pool.served().clone_from(&before.pool.served());
        let mut widened = self.pool.widened();
        // No other thread knows this member yet, so that two locks at once cannot deadlock.
        let known = before.pool.widened();
        let same =
            |known: &&Widened| Some(&known.by.router_models) == self.router_models().as_ref();
        *widened = known.as_ref().filter(same).cloned();
        self.pool.is_widened.store(widened.is_some(), Relaxed);
    }

    /// `router_models` as one text, by which a change of them is noticed.
    fn router_models(&self) -> Option<String> {
        self.subset.as_ref().map(|subset| subset.patterns.join(", "))
    }
}

// === impl PoolState ===

impl PoolState {
    /// Returns whether the name is new.
    fn add(&self, name: &str, requests: u64, book: &PriceBook) -> bool {
        let mut served = self.served();
        match served.get_mut(name) {
            Some(count) => {
                *count = count.saturating_add(requests);
                false
            }
            // A name that is not in the table says nothing of its vendor, and could be any.
            None if book.find(name).is_err() => false,
            None => served.insert(name.to_owned(), requests).is_none(),
        }
    }

    fn widened(&self) -> MutexGuard<'_, Option<Widened>> {
        self.widened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn served(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn router(patterns: &str) -> Member {
        let text = format!(
            "model_list:\n  - model_name: r\n    litellm_params:\n      model: azure_ai/model-router\n      \
             api_base: https://r.openai.azure.com\n      api_key: k\n    model_info: {{id: r1, \
             router_models: \"{patterns}\"}}\n"
        );
        Member::new(Config::parse(&text, "config.yaml", &|_| None).unwrap().deployments.remove(0))
    }

    fn widen(router: &Member, request: &str) -> bool {
        router.widen("grok-4", request, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn widenings_that_are_not_stored_yet_are_kept() {
        let router = router("openai/*");
        assert!(widen(&router, "a") && !widen(&router, "b"));
        router.follow(&[]);
        assert!(router.is_widened());
        let by = router.widened_unstored().unwrap();
        assert_eq!((&*by.request_id, &*by.router_models), ("a", "openai/*"));
        router.follow(std::slice::from_ref(&by));
        assert!(router.is_widened() && router.widened_unstored().is_none());
        // An operator has narrowed it, here or at another gateway.
        router.follow(&[]);
        assert!(!router.is_widened() && router.widened_by().is_none());
        router.follow(&[WidenedPool { router_models: "xai/*".to_owned(), ..by.clone() }]);
        assert!(!router.is_widened());
        router.follow(&[WidenedPool { deployment_id: "r2".to_owned(), ..by }]);
        assert!(!router.is_widened());
    }

    fn plain(info: &str) -> Member {
        let text = format!(
            "model_list:\n  - model_name: r\n    litellm_params:\n      model: azure_ai/prod-chat\n      \
             api_base: https://r.openai.azure.com\n      api_key: k\n    model_info: {info}\n"
        );
        Member::new(Config::parse(&text, "config.yaml", &|_| None).unwrap().deployments.remove(0))
    }

    #[test]
    fn answers_of_several_models_are_noticed_once() {
        let (book, plain_one) = (PriceBook::builtin(), plain("{id: p}"));
        let several = |served| plain_one.several(served, &book);
        assert_eq!(several("gpt-4.1-nano-2025-04-14"), None);
        // Another version of the same model, and a name that nobody knows.
        assert_eq!((several("gpt-4.1-nano"), several("gpt-999")), (None, None));
        assert_eq!(plain_one.possible_pool(&book), None);
        let both = Some(vec!["gpt-4.1-nano".to_owned(), "grok-4".to_owned()]);
        assert_eq!(several("grok-4"), both);
        assert_eq!((several("grok-4"), several("gpt-4.1-nano")), (None, None));
        assert_eq!(plain_one.possible_pool(&book), both);
        for info in ["{router: true}", "{router: false}"] {
            let stated = plain(info);
            assert_eq!(
                (stated.several("grok-4", &book), stated.several("gpt-4.1", &book)),
                (None, None)
            );
            assert_eq!(stated.possible_pool(&book), None);
        }
    }

    #[test]
    fn a_change_that_leaves_router_models_alone_forgets_nothing() {
        let book = PriceBook::builtin();
        let before = router("openai/*");
        assert!(before.answered("grok-4", &book) && widen(&before, "a"));
        let (same, other) = (router("openai/*"), router("openai/*, xai/*"));
        same.remember(&before);
        other.remember(&before);
        assert_eq!((same.is_widened(), other.is_widened()), (true, false));
        assert!(same.widened_unstored().is_some());
        assert_eq!(other.served_so_far(&book).into_keys().collect::<Vec<_>>(), ["grok-4"]);
    }
}
