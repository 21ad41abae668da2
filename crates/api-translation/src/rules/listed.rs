//! The lists as a whole, for documentation and for tests.

use super::{
    Api, Place, Row, When, messages, messages_content, responses, responses_input, responses_tools,
};

/// A row with the place that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    place: &'static Place,
    row: &'static Row,
}

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
