//! Values of a database: whole numbers and text, nothing else.

use std::borrow::Cow;

use super::DbError;

/// One value, with its type also where it is absent, as PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A number, a time or a yes-or-no.
    Int(Option<i64>),
    /// Text or JSON.
    Text(Option<String>),
}

/// One row that a query gave.
#[derive(Debug)]
pub(crate) struct Row(std::vec::IntoIter<Value>);

/// One statement with its arguments, `$1` and so on.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) args: Vec<Value>,
    /// How many rows it must touch; any other number undoes the whole transaction.
    pub(crate) expect: Option<u64>,
}

// === impl Value ===

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Int(Some(i64::from(yes)))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(storable(text).into_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Option<String>> for Value {
    fn from(text: &Option<String>) -> Self {
        Self::from(text.as_deref())
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(|text| storable(text).into_owned()))
    }
}

/// Text as every database takes it: PostgreSQL holds no NUL.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) {
        Cow::Owned(text.replace('\0', "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

// === impl Row ===

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The next column, which is a number.
    pub(crate) fn int(&mut self) -> Result<i64, DbError> {
        self.opt_int()?.ok_or(DbError::Column { expected: "a number", found: "nothing" })
    }

    /// The next column, which is a number or absent.
    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>, DbError> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(number),
            // An absent value has no type of its own in a row.
            Some(Value::Text(None)) => Ok(None),
            Some(Value::Text(Some(_))) => {
                Err(DbError::Column { expected: "a number", found: "text" })
            }
            None => Err(DbError::Column { expected: "a number", found: "the row's end" }),
        }
    }

    /// The next column, which is text.
    pub(crate) fn text(&mut self) -> Result<String, DbError> {
        self.opt_text()?.ok_or(DbError::Column { expected: "text", found: "nothing" })
    }

    /// The next column, which is text or absent.
    pub(crate) fn opt_text(&mut self) -> Result<Option<String>, DbError> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(text),
            Some(Value::Int(None)) => Ok(None),
            Some(Value::Int(Some(_))) => {
                Err(DbError::Column { expected: "text", found: "a number" })
            }
            None => Err(DbError::Column { expected: "text", found: "the row's end" }),
        }
    }

    /// The next column, which is a yes or a no.
    pub(crate) fn flag(&mut self) -> Result<bool, DbError> {
        Ok(self.int()? != 0)
    }
}

// === impl Statement ===

impl Statement {
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, args: Vec<Value>) -> Self {
        Self { sql: sql.into(), args, expect: None }
    }

    /// Undoes the whole transaction unless this touches exactly `rows` rows.
    pub(crate) fn expecting(mut self, rows: u64) -> Self {
        self.expect = Some(rows);
        self
    }
}
