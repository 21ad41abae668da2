//! One object of a request, read by the rules of its place.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::{
    json::{self, Fields},
    refused::Refused,
    rules::{Dropped, Place, Rule},
};

/// The fields that are carried, with where the object is.
pub(crate) struct Object<'a> {
    /// Where it is; empty for the request itself.
    pub(crate) path: String,
    fields: Fields<'a>,
}

/// An object whose `type` says which keys it has.
pub(crate) struct Typed<'a> {
    pub(crate) kind: Cow<'a, str>,
    pub(crate) path: String,
    fields: Fields<'a>,
}

/// The elements of an array that is at `path`, each with where it is.
pub(crate) fn elements<'a>(
    raw: &'a RawValue,
    path: &str,
) -> Result<impl Iterator<Item = (&'a RawValue, String)> + use<'a>, Refused> {
    let elements = json::list(raw).ok_or_else(|| Refused::expected(path, "an array"))?;
    let path = path.to_owned();
    Ok(elements.into_iter().enumerate().map(move |(at, raw)| (raw, format!("{path}[{at}]"))))
}

/// Asks the rules of a place about a value. Where it is not carried, it is noted or refused.
pub(crate) fn admits(
    place: &Place,
    key: &str,
    value: &RawValue,
    path: impl FnOnce() -> String,
    dropped: &mut Dropped,
) -> Result<bool, Refused> {
    let Some(row) = place.row(key, value) else {
        if !key.is_empty() && !place.has(key) {
            return Err(Refused::new(path(), "is not known here"));
        }
        let shown: String = value.get().chars().take(80).collect();
        return Err(Refused::new(path(), format!("is `{shown}`, which is not known here")));
    };
    match row.rule {
        Rule::Carried => Ok(true),
        Rule::Dropped => {
            dropped.add(place, row);
            Ok(false)
        }
        Rule::Refused => Err(Refused::new(path(), row.note)),
    }
}

/// The path of a key within an object. A client's own key can be long.
pub(crate) fn join(path: &str, key: &str) -> String {
    let key: String = key.chars().take(64).collect();
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn fields<'a>(raw: &'a RawValue, path: &str) -> Result<Fields<'a>, Refused> {
    json::read_object(raw).ok_or_else(|| Refused::expected(named(path), "an object"))
}

/// A path, or what the request itself is called in errors.
fn named(path: &str) -> &str {
    if path.is_empty() { "body" } else { path }
}

// === impl Typed ===

impl<'a> Typed<'a> {
    /// Reads an object, and asks the rules of this place about its kind.
    ///
    /// # Errors
    /// When it is no object, or of a kind that is refused or has no rule.
    pub(crate) fn read(
        raw: &'a RawValue,
        path: String,
        place: &Place,
        dropped: &mut Dropped,
    ) -> Result<Option<Self>, Refused> {
        Self::read_or(raw, path, None, place, dropped)
    }

    /// The same, where an object without a type is of the kind `default`.
    pub(crate) fn read_or(
        raw: &'a RawValue,
        path: String,
        default: Option<&'static str>,
        place: &Place,
        dropped: &mut Dropped,
    ) -> Result<Option<Self>, Refused> {
        let fields = fields(raw, &path)?;
        let Some(value) = fields.get("type") else {
            let kind = default.ok_or_else(|| Refused::missing(join(&path, "type")))?;
            return Ok(Some(Self { kind: kind.into(), path, fields }));
        };
        if !admits(place, "type", value, || path.clone(), dropped)? {
            return Ok(None);
        }
        let kind = json::text(value);
        let kind = kind.ok_or_else(|| Refused::expected(join(&path, "type"), "a string"))?;
        Ok(Some(Self { kind, path, fields }))
    }

    /// A value, whatever its rule.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.fields.get(key)
    }

    /// Reads the object by the rules of its kind's place.
    pub(crate) fn object(
        self,
        place: &Place,
        dropped: &mut Dropped,
    ) -> Result<Object<'a>, Refused> {
        Object::of(self.fields, self.path, place, dropped)
    }
}

// === impl Object ===

impl<'a> Object<'a> {
    /// Reads an object by the rules of its place. Null is the same as absent.
    ///
    /// # Errors
    /// When it is no object, has a key twice, one that is refused, or one without a rule.
    pub(crate) fn read(
        raw: &'a RawValue,
        path: impl Into<String>,
        place: &Place,
        dropped: &mut Dropped,
    ) -> Result<Self, Refused> {
        let path = path.into();
        let fields = fields(raw, &path)?;
        Self::of(fields, path, place, dropped)
    }

    /// The same, of fields that were read.
    fn of(
        fields: Fields<'a>,
        path: String,
        place: &Place,
        dropped: &mut Dropped,
    ) -> Result<Self, Refused> {
        let mut carried: Vec<(Cow<'a, str>, &'a RawValue)> = Vec::with_capacity(fields.0.len());
        for (key, value) in fields.0 {
            // Which of the two is meant is not known.
            if carried.iter().any(|(other, _)| *other == key) {
                return Err(Refused::new(join(&path, &key), "is there twice"));
            }
            if value.get() != "null" && admits(place, &key, value, || join(&path, &key), dropped)? {
                carried.push((key, value));
            }
        }
        Ok(Self { path, fields: Fields(carried) })
    }

    /// The path of one of its keys.
    pub(crate) fn at(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// The value of a key, as it is written.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.fields.get(key)
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<Cow<'a, str>>, Refused> {
        let Some(raw) = self.raw(key) else { return Ok(None) };
        json::text(raw).map(Some).ok_or_else(|| Refused::expected(self.at(key), "a string"))
    }

    pub(crate) fn required_text(&self, key: &str) -> Result<Cow<'a, str>, Refused> {
        self.text(key)?.ok_or_else(|| Refused::missing(self.at(key)))
    }

    pub(crate) fn required(&self, key: &str) -> Result<&'a RawValue, Refused> {
        self.raw(key).ok_or_else(|| Refused::missing(self.at(key)))
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, Refused> {
        match self.raw(key).map(RawValue::get) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Refused::expected(self.at(key), "`true` or `false`")),
        }
    }

    pub(crate) fn count(&self, key: &str) -> Result<Option<u64>, Refused> {
        let Some(raw) = self.raw(key) else { return Ok(None) };
        let count = serde_json::from_str(raw.get());
        count.map(Some).map_err(|_| Refused::expected(self.at(key), "a whole number"))
    }

    /// An object under a key, as it is written.
    pub(crate) fn object(&self, key: &str) -> Result<Option<&'a RawValue>, Refused> {
        let Some(raw) = self.raw(key) else { return Ok(None) };
        let is = json::is_object(raw).then_some(raw);
        is.map(Some).ok_or_else(|| Refused::expected(self.at(key), "an object"))
    }
}
