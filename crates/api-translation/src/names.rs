//! The names of tools: a chat has no namespaces, and its names have at most 64 characters.

use std::{borrow::Cow, collections::BTreeMap};

/// The most characters of a chat's name.
const LONGEST: usize = 64;

/// The namespace in which tools are when none is named.
const DEFAULT: &str = "functions";

/// The names of a request's tools: as the chat has them, and as the client has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeMap<String, Named>);

/// A tool as the client named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
}

// === impl Names ===

impl Names {
    /// Gives a tool its name in the chat, which no other tool of the request has.
    pub(crate) fn declare(&mut self, namespace: Option<&str>, name: &str) -> String {
        let wanted = joined(namespace, name);
        let mut chosen = wanted.clone();
        let mut tried = 1;
        while chosen.chars().count() > LONGEST || self.0.contains_key(&chosen) {
            tried += 1;
            let end = format!("_{tried}");
            chosen = wanted.chars().take(LONGEST - end.len()).chain(end.chars()).collect();
        }
        let named = Named { namespace: namespace.map(str::to_owned), name: name.to_owned() };
        self.0.insert(chosen.clone(), named);
        chosen
    }

    /// The name in the chat of a tool that was declared, or once was.
    pub(crate) fn in_chat<'a>(&self, namespace: Option<&str>, name: Cow<'a, str>) -> Cow<'a, str> {
        let is = |named: &Named| named.name == *name && named.namespace.as_deref() == namespace;
        match self.0.iter().find(|(_, named)| is(named)) {
            Some((chat, _)) if **chat == *name => name,
            Some((chat, _)) => Cow::Owned(chat.clone()),
            None => {
                let joined = joined(namespace, &name);
                Cow::Owned(joined.chars().take(LONGEST).collect())
            }
        }
    }

    /// The name in the chat of a tool that is named without its namespace.
    pub(crate) fn chosen<'a>(&self, name: Cow<'a, str>) -> Cow<'a, str> {
        let found = self.0.iter().find(|(_, named)| named.name == *name);
        found.map_or(name, |(chat, _)| Cow::Owned(chat.clone()))
    }

    /// The client's name of a tool that the chat calls.
    pub(crate) fn of_client(&self, chat: &str) -> Named {
        let unknown = || Named { namespace: None, name: chat.to_owned() };
        self.0.get(chat).cloned().unwrap_or_else(unknown)
    }
}

fn joined(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        None | Some("" | DEFAULT) => name.to_owned(),
        Some(namespace) => format!("{namespace}__{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_found_again() {
        let mut names = Names::default();
        let long = "x".repeat(70);
        for (namespace, name, expect) in [
            (None, "wait", "wait"),
            (Some("functions"), "exec", "exec"),
            (Some("agents"), "wait", "agents__wait"),
            (None, "agents__wait", "agents__wait_2"),
            (None, &*long, &*format!("{}_2", "x".repeat(62))),
        ] {
            assert_eq!(names.declare(namespace, name), expect);
            assert_eq!(names.in_chat(namespace, name.into()), expect);
            let named = names.of_client(expect);
            assert_eq!((named.namespace.as_deref(), &*named.name), (namespace, name));
        }
        assert_eq!(names.in_chat(Some("gone"), "f".into()), "gone__f");
        assert_eq!(names.of_client("other").name, "other");
        assert_eq!(names.chosen("exec".into()), "exec");
    }
}
