//! Paging, order and filters of lists, with the names that `LiteLLM`'s clients use.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::fields::wrong;
use crate::{api::params::given, app::Worker, http::ApiError};

/// The parameters of a query. Other names have no effect; of a name that is there twice, the last
/// value counts.
#[derive(Debug)]
pub(super) struct Asked<T>(pub(super) T);

/// The same of a list, where other names are errors: a filter that does nothing shows the wrong
/// things.
#[derive(Debug)]
pub(super) struct Filters<T>(pub(super) T);

/// One page of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// From 1.
    pub(super) page: usize,
    /// How many there are on a page.
    pub(super) size: usize,
}

/// A value that a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sortable {
    Text(String),
    Number(i128),
    /// Comes last, whatever the order is.
    Absent,
}

/// The order of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    /// The names of what it can be sorted by.
    pub(super) columns: &'a [&'a str],
    /// What it is sorted by, and whether from the last to the first, where the query says nothing.
    pub(super) unless: (&'a str, bool),
    /// Whether a column that the query names is sorted from the last to the first, where it says no
    /// order.
    pub(super) descending: bool,
}

/// The most of a page.
const MOST: usize = 1_000;

/// Parameters of lists that `LiteLLM`'s clients send, and that leave nobody out.
const HARMLESS: [&str; 6] = [
    "expand",
    "include_created_by_keys",
    "include_team_keys",
    "return_full_object",
    "sort_by",
    "sort_order",
];

/// Whether a value is the one that a parameter asks for, if it does.
pub(super) fn is(wanted: &Option<String>, value: Option<&String>) -> bool {
    given(wanted).is_none_or(|wanted| value.is_some_and(|value| value == wanted))
}

/// Whether one of some names contains the letters that a parameter asks for, in any case.
pub(super) fn has_letters(letters: &Option<String>, names: &[Option<&String>]) -> bool {
    let Some(letters) = given(letters).map(str::to_lowercase) else { return true };
    names.iter().flatten().any(|name| name.to_lowercase().contains(&letters))
}

/// Names with commas between.
pub(super) fn several(names: &Option<String>) -> Vec<&str> {
    let parts = given(names).unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// A number of 1 or more in a query.
fn number(name: &str, field: &Option<String>, otherwise: usize) -> Result<usize, ApiError> {
    let Some(text) = field else { return Ok(otherwise) };
    let number = text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| wrong(name, "a whole number of 1 or more", text))
}

/// The values of a query by their names.
fn values(parts: &Parts) -> Result<BTreeMap<String, String>, ApiError> {
    let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri);
    let query = query.map_err(|error| ApiError::BadField(error.to_string()))?;
    Ok(query.0.into_iter().collect())
}

fn read<T: DeserializeOwned>(values: &BTreeMap<String, String>) -> Result<T, ApiError> {
    let read = serde_json::to_value(values).and_then(serde_json::from_value);
    read.map_err(|error| ApiError::BadField(error.to_string()))
}

/// Refuses a query with names that are not known.
fn only<T: IntoParams>(values: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let is_filter = |name: &&str| !HARMLESS.contains(name);
    let known = T::into_params(|| None);
    let known: Vec<&str> = known.iter().map(|known| &*known.name).filter(is_filter).collect();
    match values.keys().map(String::as_str).filter(is_filter).find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => Err(wrong("the query", &format!("nothing but {}", known.join(", ")), name)),
    }
}

// === impl Asked ===

impl<T: DeserializeOwned> FromRequestParts<Worker> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Worker) -> Result<Self, ApiError> {
        read(&values(parts)?).map(Self)
    }
}

// === impl Filters ===

impl<T: DeserializeOwned + IntoParams> FromRequestParts<Worker> for Filters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Worker) -> Result<Self, ApiError> {
        let values = values(parts)?;
        only::<T>(&values)?;
        read(&values).map(Self)
    }
}

// === impl Cut ===

impl Cut {
    /// A page by its number and the name and value of its size; `unless` is its size by default.
    pub(super) fn of(
        page: &Option<String>,
        (name, size): (&str, &Option<String>),
        unless: usize,
    ) -> Result<Self, ApiError> {
        let size = number(name, size, unless)?.min(MOST);
        Ok(Self { page: number("page", page, 1)?, size })
    }

    pub(super) fn of_all<T>(self, all: Vec<T>) -> impl Iterator<Item = T> {
        all.into_iter().skip((self.page - 1).saturating_mul(self.size)).take(self.size)
    }

    /// How many pages there are.
    pub(super) fn pages(self, total: usize) -> usize {
        total.div_ceil(self.size)
    }
}

// === impl Sortable ===

impl Sortable {
    pub(super) fn text(text: Option<&String>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.clone()))
    }

    pub(super) fn number(number: Option<impl Into<i128>>) -> Self {
        number.map_or(Self::Absent, |number| Self::Number(number.into()))
    }

    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        match (self, other) {
            (Self::Absent, _) | (_, Self::Absent) => self.cmp(other),
            _ if descending => other.cmp(self),
            _ => self.cmp(other),
        }
    }
}

// === impl Order ===

impl Order<'_> {
    /// Sorts as a query says; what is alike stays in its order.
    pub(super) fn sort<T>(
        &self,
        all: Vec<T>,
        (by, order): (&Option<String>, &Option<String>),
        value: impl Fn(&T, &str) -> Sortable,
    ) -> Result<Vec<T>, ApiError> {
        let (by, descending) = match given(by) {
            None => self.unless,
            Some(by) => (by, self.descending),
        };
        if !self.columns.contains(&by) {
            return Err(wrong("sort_by", &format!("one of {}", self.columns.join(", ")), by));
        }
        let descending = match given(order).map(str::to_lowercase).as_deref() {
            None => descending,
            Some("asc") => false,
            Some("desc") => true,
            Some(found) => return Err(wrong("sort_order", "`asc` or `desc`", found)),
        };
        let mut keyed: Vec<_> = all.into_iter().map(|one| (value(&one, by), one)).collect();
        keyed.sort_by(|(one, _), (other, _)| one.compare(other, descending));
        Ok(keyed.into_iter().map(|(_, one)| one).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> BTreeMap<String, String> {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn field(text: &str, name: &str) -> Option<String> {
        query(text).remove(name)
    }

    #[track_caller]
    fn sorted(text: &str, expect: &str) {
        let order = Order { columns: &["id", "cost"], unless: ("id", false), descending: true };
        let all = vec![("b", Some(3_u64)), ("a", None), ("d", Some(1)), ("c", Some(3))];
        let value = |one: &(&str, Option<u64>), by: &str| match by {
            "id" => Sortable::Text(one.0.to_owned()),
            _ => Sortable::number(one.1),
        };
        let sorted = order.sort(all, (&field(text, "sort_by"), &field(text, "sort_order")), value);
        let found = match sorted {
            Ok(all) => all.into_iter().map(|(id, _)| id).collect(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn lists_are_sorted_as_asked() {
        sorted("", "abcd");
        sorted("sort_order=DESC", "dcba");
        sorted("sort_by=cost", "bcda");
        sorted("sort_by=cost&sort_order=asc", "dbca");
        sorted("sort_by=id&sort_order=", "dcba");
        sorted("sort_by=moon", "expected `sort_by` to be one of id, cost, found `moon`");
        sorted("sort_order=up", "expected `sort_order` to be `asc` or `desc`, found `up`");
    }

    #[test]
    fn pages_are_parts_of_the_whole() {
        let try_cut = |text: &str| Cut::of(&field(text, "page"), ("size", &field(text, "size")), 2);
        let cut = |text: &str| try_cut(text).unwrap();
        let of = |text: &str| cut(text).of_all(vec![1, 2, 3]).collect::<Vec<_>>();
        assert_eq!((of(""), of("page=2"), of("page=3")), (vec![1, 2], vec![3], vec![]));
        assert_eq!((cut("").pages(3), cut("").pages(0), cut("size=3").pages(3)), (2, 0, 1));
        assert_eq!(cut("size=5000").size, 1_000);
        for wrong in ["page=0", "size=0", "page=x", "page=-1"] {
            assert!(try_cut(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn filters_fit_as_they_say() {
        let ann = "Ann".to_owned();
        let some = |text: &str| Some(text.to_owned());
        assert!(is(&None, None) && is(&some(""), None));
        assert!(is(&some("Ann"), Some(&ann)));
        assert!(!is(&some("ann"), Some(&ann)));
        assert!(has_letters(&some("NN"), &[None, Some(&ann)]));
        assert!(!has_letters(&some("bob"), &[None, Some(&ann)]));
        assert_eq!(several(&some("a, b,,c")), ["a", "b", "c"]);
    }

    #[test]
    fn only_what_is_described_is_a_filter() {
        use gateway_api::litellm::key::KeyListParams as Params;

        assert!(only::<Params>(&query("team_id=a&sort_by=spend&include_team_keys=true")).is_ok());
        assert_eq!(
            only::<Params>(&query("team=a")).unwrap_err().to_string(),
            "expected `the query` to be nothing but team_id, user_id, key_alias, key_hash, search, \
             status, expires, substring_matching, page, size, found `team`"
        );
    }
}
