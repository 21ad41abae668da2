//! The three lists: what is carried over into a chat, what is dropped and named, what is refused by name.
//!
//! The lists decide: a key that a row drops never reaches the code that translates, and one without a row
//! is refused, as both APIs do with parameters that they do not know. `docs/translation.md` shows them.

pub(crate) mod messages;
pub(crate) mod messages_content;
pub(crate) mod responses;
pub(crate) mod responses_input;
pub(crate) mod responses_tools;

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

/// A row with the place that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    place: &'static Place,
    row: &'static Row,
}

/// What a translation left out, in the order in which it was found, each once.
#[derive(Clone, Debug, Default)]
pub struct Dropped(Vec<String>);

/// All rows of an API, in the order of their documentation.
pub fn rows(api: Api) -> impl Iterator<Item = Listed> {
    let places: [&[&Place]; 3] = match api {
        Api::Responses => [responses::PLACES, responses_input::PLACES, responses_tools::PLACES],
        Api::Messages => [messages::PLACES, messages_content::PLACES, &[]],
    };
    places
        .into_iter()
        .flatten()
        .flat_map(|place| place.rows.iter().map(|row| Listed { place, row }))
}

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

// === impl Listed ===

impl Listed {
    /// The name in the lists, and in the header of what was dropped.
    #[must_use]
    pub fn name(&self) -> String {
        self.place.name_of(self.row)
    }

    /// The value for which the row holds, as JSON; `None`: for all that no earlier row is about.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        match self.row.when {
            When::Any => None,
            When::Json(value) => Some(value.to_owned()),
            When::Text(_) if self.row.is_of_kinds() => None,
            When::Text(value) => Some(format!("\"{value}\"")),
        }
    }

    /// The place that it is about.
    #[must_use]
    pub fn place(&self) -> &'static Place {
        self.place
    }

    /// The key that it is about.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.row.key
    }

    /// The kind of thing that it is about, where it is about one.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        match self.row.when {
            When::Text(kind) if self.row.is_of_kinds() => Some(kind),
            _ => None,
        }
    }

    /// The rule itself.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        self.row
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
