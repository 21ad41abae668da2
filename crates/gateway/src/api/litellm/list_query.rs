//! Paging, order and filters of lists, with the names that `LiteLLM`'s clients use.

use std::{cmp::Ordering, collections::HashMap};

use super::fields::{number, wrong};
use crate::http::ApiError;

/// The query of a list, by name.
pub(super) type Query = HashMap<String, String>;

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

/// A value that is given, and not empty.
pub(super) fn given<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Whether a value is the one that a query asks for, if it does.
pub(super) fn is(query: &Query, name: &str, value: Option<&String>) -> bool {
    given(query, name).is_none_or(|wanted| value.is_some_and(|value| value == wanted))
}

/// Whether one of some names contains the letters that a query asks for, in any case.
pub(super) fn has_letters(query: &Query, name: &str, names: &[Option<&String>]) -> bool {
    let Some(letters) = given(query, name).map(str::to_lowercase) else { return true };
    names.iter().flatten().any(|name| name.to_lowercase().contains(&letters))
}

/// Names with commas between.
pub(super) fn several<'a>(query: &'a Query, name: &str) -> Vec<&'a str> {
    let parts = given(query, name).unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

// === impl Cut ===

impl Cut {
    pub(super) fn of(query: &Query, size: &str, unless: usize) -> Result<Self, ApiError> {
        let size = number(query, size, unless)?.min(MOST);
        Ok(Self { page: number(query, "page", 1)?, size })
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
        query: &Query,
        value: impl Fn(&T, &str) -> Sortable,
    ) -> Result<Vec<T>, ApiError> {
        let (by, descending) = match given(query, "sort_by") {
            None => self.unless,
            Some(by) => (by, self.descending),
        };
        if !self.columns.contains(&by) {
            return Err(wrong("sort_by", &format!("one of {}", self.columns.join(", ")), by));
        }
        let descending = match given(query, "sort_order").map(str::to_lowercase).as_deref() {
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

    fn query(text: &str) -> Query {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[track_caller]
    fn sorted(text: &str, expect: &str) {
        let order = Order { columns: &["id", "cost"], unless: ("id", false), descending: true };
        let all = vec![("b", Some(3_u64)), ("a", None), ("d", Some(1)), ("c", Some(3))];
        let value = |one: &(&str, Option<u64>), by: &str| match by {
            "id" => Sortable::Text(one.0.to_owned()),
            _ => Sortable::number(one.1),
        };
        let sorted = order.sort(all, &query(text), value);
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
        let cut = |text: &str| Cut::of(&query(text), "size", 2).unwrap();
        let of = |text: &str| cut(text).of_all(vec![1, 2, 3]).collect::<Vec<_>>();
        assert_eq!((of(""), of("page=2"), of("page=3")), (vec![1, 2], vec![3], vec![]));
        assert_eq!((cut("").pages(3), cut("").pages(0), cut("size=3").pages(3)), (2, 0, 1));
        assert_eq!(cut("size=5000").size, 1_000);
        for wrong in ["page=0", "size=0", "page=x", "page=-1"] {
            assert!(Cut::of(&query(wrong), "size", 2).is_err(), "{wrong}");
        }
    }

    #[test]
    fn filters_fit_as_they_say() {
        let ann = "Ann".to_owned();
        assert!(is(&query(""), "alias", None) && is(&query("alias="), "alias", None));
        assert!(is(&query("alias=Ann"), "alias", Some(&ann)));
        assert!(!is(&query("alias=ann"), "alias", Some(&ann)));
        assert!(has_letters(&query("search=NN"), "search", &[None, Some(&ann)]));
        assert!(!has_letters(&query("search=bob"), "search", &[None, Some(&ann)]));
        assert_eq!(several(&query("ids=a, b,,c"), "ids"), ["a", "b", "c"]);
    }
}
