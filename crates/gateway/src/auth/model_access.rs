//! Access of keys to model groups: the `models` lists of key, team and user, against the
//! deployment's own restrictions.

use std::sync::LazyLock;

use cost_model::PriceBook;

use crate::{
    accounting::KnownKey,
    config::{Access, vendor_key},
};

/// `LiteLLM`'s words for everything: of a key, that is what its team allows.
const EVERYTHING: [&str; 3] = ["*", "all-proxy-models", "all-team-models"];
/// The keys of a user who has it may ask for what their team allows, and for nothing without a team.
const NO_DEFAULT_MODELS: &str = "no-default-models";

/// For the vendors of models, which do not change with prices.
static MODELS: LazyLock<PriceBook> = LazyLock::new(PriceBook::builtin);

// === impl KnownKey ===

impl KnownKey {
    /// Whether it may use a deployment of a group: as far as key, team and user all allow it.
    pub(crate) fn may_use(&self, group: &str, access: &Access) -> bool {
        let team = self.key.team_id.as_ref();
        let allows = |models: &[String]| allows(models, group, &access.groups);
        access.team_id.as_ref().is_none_or(|needed| team == Some(needed))
            && allows(&self.key.models)
            && self.team.as_ref().is_none_or(|team| allows(&team.models))
            && self.user.as_ref().is_none_or(|user| {
                // The word counts among other entries, too, as in LiteLLM.
                let barred = user.models.iter().any(|model| model == NO_DEFAULT_MODELS);
                if barred { team.is_some() } else { allows(&user.models) }
            })
    }

    /// Whether its lists name a group whose deployments are not known.
    pub(crate) fn may_name(&self, group: &str) -> bool {
        self.may_use(group, &Access::default())
    }
}

/// Whether a list of models names a group, a pattern of it, or one of the access groups. An empty list
/// allows everything.
fn allows(models: &[String], group: &str, access_groups: &[String]) -> bool {
    let names = |model: &String| {
        model == group
            || EVERYTHING.contains(&model.as_str())
            || access_groups.contains(model)
            || (model.contains('*') && matches(model, group))
    };
    models.is_empty() || models.iter().any(names)
}

/// Whether a pattern, in which `*` matches any text, matches a group's name; or its vendor and name,
/// where it is called like a known model: `openai/*` matches `gpt-4.1`.
fn matches(pattern: &str, group: &str) -> bool {
    if glob(pattern, group) {
        return true;
    }
    // A group that has a slash itself carries its vendor already.
    let of_vendor = pattern.contains('/') && !group.contains('/');
    let found = of_vendor.then(|| MODELS.find(group).ok()).flatten();
    found
        .is_some_and(|found| glob(pattern, &format!("{}/{group}", vendor_key(&found.model.vendor))))
}

fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    // No second part: the pattern has no `*`.
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        // The first place is the right one: whatever comes later leaves less for the rest.
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ledger::{Key, Team, User};

    use super::*;

    fn texts(models: &[&str]) -> Vec<String> {
        models.iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn check(models: &[&str], group: &str, expect: bool) {
        assert_eq!(allows(&texts(models), group, &[]), expect, "{models:?} {group}");
    }

    #[test]
    fn a_list_names_groups_and_patterns() {
        check(&[], "any", true);
        for all in ["*", "all-proxy-models", "all-team-models"] {
            check(&[all], "any", true);
        }
        check(&["a", "b"], "b", true);
        check(&["a"], "A", false);
        check(&["a"], "ab", false);
        check(&["openai/*"], "openai/gpt-4.1", true);
        check(&["openai/*"], "openai/", true);
        check(&["openai/*"], "openaix/gpt-4.1", false);
        check(&["openai/*"], "my-openai/gpt-4.1", false);
        check(&["*-router"], "azure-model-router", true);
        check(&["*-router"], "azure-model-router-2", false);
        check(&["gpt-*-mini"], "gpt-5-mini", true);
        check(&["gpt-*-mini"], "gpt-mini", false);
        check(&["a*b*c"], "a-c-b-c", true);
        check(&["a*b*c"], "a-c-b", false);
        check(&["a*a"], "a", false);
        check(&["gpt.*"], "gpt-4", false);
        check(&["no-default-models"], "any", false);
        check(&[""], "any", false);
        check(&["**"], "any", true);
    }

    #[test]
    fn a_vendor_includes_the_groups_that_are_named_like_its_models() {
        check(&["openai/*"], "gpt-4.1", true);
        check(&["openai/gpt-4*"], "gpt-4.1", true);
        check(&["openai/gpt-5*"], "gpt-4.1", false);
        check(&["anthropic/*"], "gpt-4.1", false);
        check(&["anthropic/*"], "claude-sonnet-4-5", true);
        // The vendor of a router's answers is not known before.
        check(&["openai/*"], "azure-model-router", false);
        check(&["azure/*"], "gpt-4.1", false);
    }

    #[test]
    fn an_access_group_includes_its_deployments() {
        let groups = texts(&["beta", "all"]);
        assert!(allows(&texts(&["beta"]), "any", &groups));
        assert!(!allows(&texts(&["gamma"]), "any", &groups));
        assert!(!allows(&texts(&["bet*"]), "any", &groups));
    }

    fn key(models: &[&str], team: Option<&[&str]>, user: Option<&[&str]>) -> KnownKey {
        let key = Key {
            models: texts(models),
            team_id: team.map(|_| "t".to_owned()),
            user_id: user.map(|_| "u".to_owned()),
            ..Key::default()
        };
        let team = team.map(|models| Arc::new(Team { models: texts(models), ..Team::default() }));
        let user = user.map(|models| Arc::new(User { models: texts(models), ..User::default() }));
        KnownKey { key, team, user, who: Default::default(), accounts: vec![], limits: vec![] }
    }

    #[test]
    fn key_team_and_user_must_all_allow_it() {
        let all: &[&str] = &["all-team-models"];
        assert!(key(all, Some(&["a"]), None).may_name("a"));
        assert!(!key(all, Some(&["a"]), None).may_name("b"));
        assert!(key(all, None, None).may_name("b"));
        assert!(!key(&["a", "b"], Some(&["b*"]), Some(&["a"])).may_name("a"));
        assert!(key(&["a", "b"], Some(&["*"]), Some(&["a"])).may_name("a"));
    }

    #[test]
    fn a_user_without_models_of_their_own_has_those_of_the_team() {
        let none: &[&str] = &["no-default-models", "a"];
        assert!(!key(&[], None, Some(none)).may_name("a"));
        assert!(key(&[], Some(&["b"]), Some(none)).may_name("b"));
        assert!(!key(&[], Some(&["b"]), Some(none)).may_name("a"));
    }

    #[test]
    fn a_deployment_of_a_team_serves_its_keys_alone() {
        let of = |team: &str| Access { team_id: Some(team.to_owned()), groups: vec![] };
        assert!(key(&[], Some(&[]), None).may_use("a", &of("t")));
        assert!(!key(&[], Some(&[]), None).may_use("a", &of("other")));
        assert!(!key(&["*"], None, None).may_use("a", &of("t")));
    }
}
