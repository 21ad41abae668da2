//! Bulk inserts in one statement: each column is one array.

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::super::{Cells, Kind, Table, cells::CellRef};

/// Rows as PostgreSQL takes them.
#[derive(Debug)]
pub(super) struct Bulk<'a>(Vec<Column<'a>>);

#[derive(Debug)]
enum Column<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
}

// === impl Bulk ===

impl<'a> Bulk<'a> {
    pub(super) fn of(table: &Table, rows: &'a Cells) -> Self {
        let column = |(nth, (_, kind)): (usize, &(&str, Kind))| match kind.is_number() {
            true => Column::Int(
                (0..rows.len())
                    .map(|row| match rows.get(row, nth) {
                        CellRef::Int(number) => Some(number),
                        CellRef::Null | CellRef::Text(_) => None,
                    })
                    .collect(),
            ),
            false => Column::Text(
                (0..rows.len())
                    .map(|row| match rows.get(row, nth) {
                        CellRef::Text(text) => Some(text),
                        CellRef::Null | CellRef::Int(_) => None,
                    })
                    .collect(),
            ),
        };
        Self(table.columns.iter().enumerate().map(column).collect())
    }

    pub(super) fn columns(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0.iter().map(|column| column as &(dyn ToSql + Sync)).collect()
    }
}

impl ToSql for Column<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Int(numbers) => numbers.to_sql(ty, out),
            Self::Text(texts) => texts.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INT8_ARRAY || *ty == Type::TEXT_ARRAY
    }

    to_sql_checked!();
}
