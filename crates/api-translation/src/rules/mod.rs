//! The three lists: what is carried over into a chat, what is dropped and named, what is refused by name.
//!
//! The lists decide: a key that a row drops never reaches the code that translates, and one without a row
//! is refused, as both APIs do with parameters that they do not know. `docs/translation.md` shows them.

mod listed;
pub(crate) mod messages;
pub(crate) mod messages_content;
pub(crate) mod responses;
pub(crate) mod responses_input;
pub(crate) mod responses_tools;

pub use self::listed::{Listed, rows};

use std::fmt;

use serde_json::value::RawValue;

use crate::json;

/// An API in which clients ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// OpenAI's Responses.
    Responses,
    /// Anthropic's Messages.
    Messages,
}

/// What happens to a part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It is in the chat request, or is what a chat does anyway.
    Carried,
    /// It is left out and named, because the text of an answer does not depend on it.
    Dropped,
    /// The request is refused.
    Refused,
}

/// One line of the lists.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub(crate) key: &'static str,
    pub(crate) when: When,
    /// What happens.
    pub rule: Rule,
    /// Where it is in the chat request, or why it is not.
    pub note: &'static str,
    /// Where the key is documented or was seen.
    pub source: &'static str,
}

/// The value for which a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Any,
    /// This JSON text, such as `true`.
    Json(&'static str),
    /// This string.
    Text(&'static str),
}

/// A kind of object within a request, whose keys have rules.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The API.
    pub api: Api,
    /// How it is called in the lists; empty for the request itself.
    pub name: &'static str,
    pub(crate) rows: &'static [Row],
}

/// What a translation left out, in the order in which it was found, each once.
#[derive(Clone, Debug, Default)]
pub struct Dropped(Vec<String>);

/// A row of the first list.
const fn carried(key: &'static str, note: &'static str, source: &'static str) -> Row {
    Row { key, when: When::Any, rule: Rule::Carried, note, source }
}

/// A row of the second list.
const fn dropped(key: &'static str, note: &'static str, source: &'static str) -> Row {
    Row { key, when: When::Any, rule: Rule::Dropped, note, source }
}

/// A row of the third list.
const fn refused(key: &'static str, note: &'static str, source: &'static str) -> Row {
    Row { key, when: When::Any, rule: Rule::Refused, note, source }
}

// === impl Api ===

impl fmt::Display for Api {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Responses => "Responses",
            Self::Messages => "Messages",
        })
    }
}

// === impl Row ===

impl Row {
    /// The row for this JSON text alone.
    const fn json(self, value: &'static str) -> Self {
        Self { when: When::Json(value), ..self }
    }

    /// The row for this string alone.
    const fn is(self, value: &'static str) -> Self {
        Self { when: When::Text(value), ..self }
    }

    /// Whether its values are kinds of things, rather than values of a setting.
    fn is_of_kinds(&self) -> bool {
        matches!(self.key, "type" | "")
    }

    fn holds(&self, value: &RawValue) -> bool {
        match self.when {
            When::Any => true,
            When::Json(expected) => value.get() == expected,
            When::Text(expected) => json::text(value).is_some_and(|found| found == expected),
        }
    }
}

// === impl Place ===

impl Place {
    const fn new(api: Api, name: &'static str, rows: &'static [Row]) -> Self {
        Self { api, name, rows }
    }

    /// The first row that holds for a key with this value.
    pub(crate) fn row(&self, key: &str, value: &RawValue) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.key == key && row.holds(value))
    }

    /// Whether a key has rows.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.rows.iter().any(|row| row.key == key)
    }

    /// The name of a row's key, as the lists and the header have it.
    fn name_of(&self, row: &Row) -> String {
        let Self { name, .. } = self;
        match row.when {
            // Kinds of things are in brackets: `input[reasoning]`.
            When::Text(value) if row.is_of_kinds() => {
                format!("{}[{value}]", name.trim_end_matches("[]"))
            }
            _ if name.is_empty() => row.key.to_owned(),
            _ => format!("{name}.{}", row.key),
        }
    }
}

// === impl Dropped ===

impl Dropped {
    pub(crate) fn add(&mut self, place: &Place, row: &Row) {
        self.name(place.name_of(row));
    }

    /// Notes a part whose value was changed.
    pub(crate) fn name(&mut self, name: impl Into<String>) {
        let name = name.into();
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    /// The names, such as `reasoning.summary`. They are ASCII and come from the lists, never from a client.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether nothing was left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As the header `x-fareway-not-translated` has them.
impl fmt::Display for Dropped {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0.join(", "))
    }
}
