//! Proposal of `router_models` for a router, from the models that have served it so far.

use std::{collections::BTreeSet, fmt};

use cost_model::{Candidates, Ceiling, PriceBook};
use jiff::Timestamp;
use llm_types::{Tokens, Usd};

use super::{Member, worst_case};
use crate::config::{Pool, vendor_key};

/// Patterns that every answer so far fits, and the worst case with them.
#[derive(Debug)]
pub(crate) struct Proposal {
    /// As `model_info.router_models` takes them.
    pub(crate) router_models: Vec<String>,
    /// The number of answers it is based on.
    pub(crate) requests: u64,
    /// The highest rates now.
    pub(crate) now: Ceiling,
    /// The highest rates with them.
    pub(crate) then: Ceiling,
}

/// The amount that a request of some length reserves now, and with a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    pub(crate) router_models: Vec<String>,
    pub(crate) now: Usd,
    pub(crate) then: Usd,
}

// === impl Proposal ===

impl Proposal {
    /// The proposal for a router of which the whole pool counts. `None` if nothing is known of its
    /// answers, or where they leave out no vendor that makes the worst case higher.
    pub(crate) fn of(member: &Member, book: &PriceBook, at: Timestamp) -> Option<Self> {
        // A narrowed router has nothing to propose, unless an answer has shown its list to be wrong.
        if !member.deployment.router || (member.subset.is_some() && !member.is_widened()) {
            return None;
        }
        let served = member.served_so_far(book);
        let router_models = patterns(&vendors_of(served.keys(), book), &vendors_in_pool(book))?;
        let proposed = Pool { patterns: router_models.clone() }.resolve(book);
        let ceiling = |candidates| book.ceiling(&member.query(candidates, at)).ok();
        Some(Self {
            router_models,
            requests: served.values().fold(0, |sum, count| u64::saturating_add(sum, *count)),
            now: worst_case::ceiling(member, book, at).ok()?,
            then: ceiling(Candidates::Models(&proposed))?,
        })
    }

    /// Its effect on a request; `None` if the request would not reserve less.
    pub(crate) fn effect(self, prompt: Tokens, outputs: Tokens) -> Option<Effect> {
        let (now, then) = (self.now.of(prompt, outputs), self.then.of(prompt, outputs));
        let router_models = self.router_models;
        (then < now).then_some(Effect { router_models, now, then })
    }
}

fn vendors_of<'a>(served: impl Iterator<Item = &'a String>, book: &PriceBook) -> BTreeSet<String> {
    let found = served.filter_map(|name| book.find(name).ok());
    found.map(|found| vendor_key(&found.model.vendor)).collect()
}

fn vendors_in_pool(book: &PriceBook) -> BTreeSet<String> {
    let pool = book.models().filter(|model| !model.router_versions.is_empty());
    pool.map(|model| vendor_key(&model.vendor)).collect()
}

/// The vendors that served, or those that did not, whichever are fewer.
fn patterns(served: &BTreeSet<String>, pool: &BTreeSet<String>) -> Option<Vec<String>> {
    let others: Vec<_> = pool.difference(served).collect();
    // Nothing is known yet, or every vendor of the pool has answered.
    if served.is_empty() || others.is_empty() {
        return None;
    }
    Some(if others.len() < served.len() {
        others.iter().map(|vendor| format!("!{vendor}/*")).collect()
    } else {
        served.iter().map(|vendor| format!("{vendor}/*")).collect()
    })
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { router_models, now, then } = self;
        let quoted: Vec<_> = router_models.iter().map(|name| format!("\"{name}\"")).collect();
        let list = quoted.join(", ");
        write!(f, "`router_models: [{list}]` reserves ${then} for it in place of ${now}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_fewer_vendors_are_named() {
        let pool = set(&["anthropic", "deepseek", "openai", "xai"]);
        let of = |served: &[&str]| patterns(&set(served), &pool);
        assert_eq!(of(&["openai"]).unwrap(), ["openai/*"]);
        assert_eq!(of(&["openai", "xai"]).unwrap(), ["openai/*", "xai/*"]);
        assert_eq!(of(&["deepseek", "openai", "xai"]).unwrap(), ["!anthropic/*"]);
        assert_eq!(of(&["anthropic", "deepseek", "openai", "xai"]), None);
        assert_eq!(of(&[]), None);
        // A vendor whose models the pool does not list is included by its name.
        assert_eq!(of(&["mistral-ai"]).unwrap(), ["mistral-ai/*"]);
    }

    #[test]
    fn all_proposed_patterns_are_known() {
        let book = PriceBook::builtin();
        let pool = vendors_in_pool(&book);
        assert!(pool.len() > 3 && pool.contains("anthropic"), "{pool:?}");
        for vendor in &pool {
            let patterns = vec![format!("{vendor}/*")];
            let pool = Pool { patterns };
            assert!(
                !pool.resolve(&book).is_empty() && pool.unmatched(&book).is_empty(),
                "{vendor}"
            );
        }
    }

    #[test]
    fn an_effect_is_written_as_it_is_configured() {
        let effect = Effect {
            router_models: vec!["openai/*".to_owned(), "xai/*".to_owned()],
            now: "1.23".parse().unwrap(),
            then: "0.41".parse().unwrap(),
        };
        let expect =
            r#"`router_models: ["openai/*", "xai/*"]` reserves $0.41 for it in place of $1.23"#;
        assert_eq!(effect.to_string(), expect);
    }
}
