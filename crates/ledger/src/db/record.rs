//! Records in tables: one declaration of a record's columns, from which its `INSERT`, its `SELECT`
//! and both conversions follow.

use std::borrow::Cow;

use serde::{Serialize, de::DeserializeOwned};

use super::{Cells, DbError, Kind, Row, Statement, Table, clipped};

/// A record that is a row of a table. Implemented by [`columns!`].
pub(crate) trait Stored: Default {
    /// Names and kinds, in the order of [`Stored::put`] and [`Stored::read`].
    const COLUMNS: &'static [(&'static str, Kind)];

    /// Adds it as the next row.
    fn put(&self, to: &mut Cells);

    /// Reads it from a row that has the columns in this order.
    fn read(row: &mut Row) -> Result<Self, DbError>;
}

/// Declares the columns of a record: the column's name, the field that it holds, and the form in
/// which it holds it, such as `"rpm" => limits.rpm: Int`.
macro_rules! columns {
    ($record:ty { $($column:literal => $($field:ident).+: $form:ident,)+ }) => {
        impl $crate::db::Stored for $record {
            const COLUMNS: &'static [(&'static str, $crate::db::Kind)] =
                &[$(($column, $form::KIND)),+];

            fn put(&self, to: &mut $crate::db::Cells) {
                $(<$form as $crate::db::Form<_>>::put(&self.$($field).+, to);)+
            }

            fn read(row: &mut $crate::db::Row) -> Result<Self, $crate::db::DbError> {
                let mut record = Self::default();
                $(<$form as $crate::db::Form<_>>::read(&mut record.$($field).+, row)
                    .map_err(|error| error.in_column($column))?;)+
                Ok(record)
            }
        }
    };
}
pub(crate) use columns;

/// The form in which a column holds a value of type `T`.
pub(crate) trait Form<T> {
    /// Adds the value as the next cell.
    fn put(value: &T, to: &mut Cells);

    /// Reads the next column into the field. An amount is in two columns: the second adds to it.
    fn read(into: &mut T, row: &mut Row) -> Result<(), DbError>;
}

/// A whole number, or a time in microseconds since 1970.
pub(crate) struct Int;
/// Yes or no, as 1 or 0.
pub(crate) struct Flag;
/// Text.
pub(crate) struct Text;
/// Text that has an index, as much of it as an index holds.
pub(crate) struct Name;
/// JSON: a list that this program writes, or text that is JSON already.
pub(crate) struct Json;

/// The statement that inserts one record.
pub(crate) fn insert_one<T: Stored>(table: &'static Table, record: &T) -> Statement {
    let mut cells = Cells::with_capacity(T::COLUMNS.len(), 1);
    record.put(&mut cells);
    Statement::new(table.insert_one(), cells.values(0, T::COLUMNS))
}

/// The records that a query for [`Table::names`] has found.
pub(crate) fn read_all<T: Stored>(rows: Vec<Row>) -> Result<Vec<T>, DbError> {
    rows.into_iter().map(|mut row| T::read(&mut row)).collect()
}

// === impl Form: numbers ===

impl Int {
    pub(crate) const KIND: Kind = Kind::Int;
}

impl Form<i64> for Int {
    fn put(value: &i64, to: &mut Cells) {
        to.int(*value);
    }

    fn read(into: &mut i64, row: &mut Row) -> Result<(), DbError> {
        *into = row.int()?;
        Ok(())
    }
}

impl Form<Option<i64>> for Int {
    fn put(value: &Option<i64>, to: &mut Cells) {
        to.opt_int(*value);
    }

    fn read(into: &mut Option<i64>, row: &mut Row) -> Result<(), DbError> {
        *into = row.opt_int()?;
        Ok(())
    }
}

impl Form<u64> for Int {
    fn put(value: &u64, to: &mut Cells) {
        // A column has 63 bits for it. A larger count stays at the maximum.
        to.int(i64::try_from(*value).unwrap_or(i64::MAX));
    }

    fn read(into: &mut u64, row: &mut Row) -> Result<(), DbError> {
        // Negative only if somebody else wrote to the table.
        *into = u64::try_from(row.int()?).unwrap_or(0);
        Ok(())
    }
}

impl Form<Option<u64>> for Int {
    fn put(value: &Option<u64>, to: &mut Cells) {
        to.opt_int(value.map(|value| i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn read(into: &mut Option<u64>, row: &mut Row) -> Result<(), DbError> {
        *into = row.opt_int()?.map(|number| u64::try_from(number).unwrap_or(0));
        Ok(())
    }
}

impl Flag {
    pub(crate) const KIND: Kind = Kind::Flag;
}

impl Form<bool> for Flag {
    fn put(value: &bool, to: &mut Cells) {
        to.int((*value).into());
    }

    fn read(into: &mut bool, row: &mut Row) -> Result<(), DbError> {
        *into = row.flag()?;
        Ok(())
    }
}

// === impl Form: text ===

impl Text {
    pub(crate) const KIND: Kind = Kind::Text;
}

impl Form<String> for Text {
    fn put(value: &String, to: &mut Cells) {
        to.text(value);
    }

    fn read(into: &mut String, row: &mut Row) -> Result<(), DbError> {
        *into = row.text()?;
        Ok(())
    }
}

impl Form<Option<String>> for Text {
    fn put(value: &Option<String>, to: &mut Cells) {
        to.opt_text(value.as_deref());
    }

    fn read(into: &mut Option<String>, row: &mut Row) -> Result<(), DbError> {
        *into = row.opt_text()?;
        Ok(())
    }
}

impl<'a> Form<Cow<'a, str>> for Text {
    fn put(value: &Cow<'a, str>, to: &mut Cells) {
        to.text(value);
    }

    fn read(into: &mut Cow<'a, str>, row: &mut Row) -> Result<(), DbError> {
        *into = row.text()?.into();
        Ok(())
    }
}

impl<'a> Form<Option<Cow<'a, str>>> for Text {
    fn put(value: &Option<Cow<'a, str>>, to: &mut Cells) {
        to.opt_text(value.as_deref());
    }

    fn read(into: &mut Option<Cow<'a, str>>, row: &mut Row) -> Result<(), DbError> {
        *into = row.opt_text()?.map(Cow::from);
        Ok(())
    }
}

impl Name {
    pub(crate) const KIND: Kind = Kind::Text;
}

impl Form<String> for Name {
    fn put(value: &String, to: &mut Cells) {
        to.name(value);
    }

    fn read(into: &mut String, row: &mut Row) -> Result<(), DbError> {
        Text::read(into, row)
    }
}

impl<'a> Form<Cow<'a, str>> for Name {
    fn put(value: &Cow<'a, str>, to: &mut Cells) {
        to.name(value);
    }

    fn read(into: &mut Cow<'a, str>, row: &mut Row) -> Result<(), DbError> {
        Text::read(into, row)
    }
}

impl<'a> Form<Option<Cow<'a, str>>> for Name {
    fn put(value: &Option<Cow<'a, str>>, to: &mut Cells) {
        to.opt_text(value.as_deref().map(clipped));
    }

    fn read(into: &mut Option<Cow<'a, str>>, row: &mut Row) -> Result<(), DbError> {
        Text::read(into, row)
    }
}

// === impl Form: JSON ===

impl Json {
    pub(crate) const KIND: Kind = Kind::Json;
}

impl Form<String> for Json {
    fn put(value: &String, to: &mut Cells) {
        Text::put(value, to);
    }

    fn read(into: &mut String, row: &mut Row) -> Result<(), DbError> {
        Text::read(into, row)
    }
}

impl Form<Option<String>> for Json {
    fn put(value: &Option<String>, to: &mut Cells) {
        Text::put(value, to);
    }

    fn read(into: &mut Option<String>, row: &mut Row) -> Result<(), DbError> {
        Text::read(into, row)
    }
}

impl<T: Serialize + DeserializeOwned> Form<Vec<T>> for Json {
    fn put(value: &Vec<T>, to: &mut Cells) {
        to.text(&serde_json::to_string(value).unwrap_or_default());
    }

    fn read(into: &mut Vec<T>, row: &mut Row) -> Result<(), DbError> {
        let read = serde_json::from_str(&row.text()?);
        *into = read.map_err(|_| DbError::unreadable("a list in JSON"))?;
        Ok(())
    }
}
