//! The names of tools: a chat has no namespaces, and its names have at most 64 characters.

use std::{borrow::Cow, collections::HashMap};

/// The most characters of a chat's name.
const LONGEST: usize = 64;

/// The namespace in which tools are when none is named.
const DEFAULT: &str = "functions";

/// The names of a request's tools: as the chat has them, and as the client has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    of_client: HashMap<String, Named>,
    in_chat: HashMap<Named, String>,
    /// The chat's names of the tools of any namespace.
    by_name: HashMap<String, String>,
}

/// A tool as the client named it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
        // Counted on from here, so that many equal names take no longer than others.
        let mut number = self.of_client.len();
        while chosen.chars().count() > LONGEST || self.of_client.contains_key(&chosen) {
            number += 1;
            let end = format!("_{number}");
            chosen = wanted.chars().take(LONGEST - end.len()).chain(end.chars()).collect();
        }
        let named = Named::new(namespace, name);
        self.of_client.insert(chosen.clone(), named.clone());
        self.by_name.entry(named.name.clone()).or_insert_with(|| chosen.clone());
        self.in_chat.entry(named).or_insert_with(|| chosen.clone());
        chosen
    }

    /// The name in the chat of a tool that was declared, or once was.
    pub(crate) fn in_chat<'a>(&self, namespace: Option<&str>, name: Cow<'a, str>) -> Cow<'a, str> {
        match self.in_chat.get(&Named::new(namespace, &name)) {
            Some(chat) if **chat == *name => name,
            Some(chat) => Cow::Owned(chat.clone()),
            None => {
                let joined = joined(namespace, &name);
                Cow::Owned(joined.chars().take(LONGEST).collect())
            }
        }
    }

    /// The name in the chat of a tool that is named without its namespace.
    pub(crate) fn chosen<'a>(&self, name: Cow<'a, str>) -> Cow<'a, str> {
        self.by_name.get(&*name).map_or(name, |chat| Cow::Owned(chat.clone()))
    }

    /// The client's name of a tool that the chat calls.
    pub(crate) fn of_client(&self, chat: &str) -> Named {
        self.of_client.get(chat).cloned().unwrap_or_else(|| Named::new(None, chat))
    }
}

// === impl Named ===

impl Named {
    fn new(namespace: Option<&str>, name: &str) -> Self {
        Self { namespace: namespace.map(str::to_owned), name: name.to_owned() }
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
            (None, "agents__wait", "agents__wait_4"),
            (None, &*long, &*format!("{}_5", "x".repeat(62))),
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
