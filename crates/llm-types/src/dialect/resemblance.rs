//! The APIs that a body looks like which is none of the one that it was sent to.

use std::collections::HashSet;

use super::{Dialect, request_view::RequestKey};

impl Dialect {
    /// The other APIs that have a prompt under one of these keys: those that know the most of the keys.
    pub(super) fn others_like(self, keys: &HashSet<String>) -> Vec<Self> {
        let is_prompt = |other: Self, key: &String| {
            matches!(other.request_key(key), Some((_, RequestKey::Prompt)))
        };
        let mut like: Vec<Self> = Self::ALL.into_iter().filter(|other| *other != self).collect();
        like.retain(|other| keys.iter().any(|key| is_prompt(*other, key)));
        let knows = |other: Self| {
            let known = |key: &&String| other.request_key(key).is_some() || other.is_setting(key);
            keys.iter().filter(known).count()
        };
        let most = like.iter().map(|other| knows(*other)).max();
        like.retain(|other| Some(knows(*other)) == most);
        like
    }
}

/// Their paths at a server, for an error.
pub(super) fn pages(apis: &[Dialect]) -> String {
    let pages: Vec<String> = apis.iter().map(|api| format!("`POST /v1/{}`", api.path())).collect();
    pages.join(" or ")
}
