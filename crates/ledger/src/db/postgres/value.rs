//! Conversion of values to PostgreSQL and back.
//!
//! Our SQL has whole numbers and text. PostgreSQL has more kinds of whole numbers: a sum of
//! numbers is a NUMERIC, a test is a BOOLEAN; all of them come back as numbers.

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::super::{DbError, Row, Value};

type Failure = Box<dyn std::error::Error + Sync + Send>;

/// One value of a row, or the type that is not supported here.
struct Cell(Result<Value, &'static str>);

/// The types of arguments, which PostgreSQL would otherwise guess.
pub(super) fn types(args: &[Value]) -> Vec<Type> {
    let kind = |value: &Value| match value {
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
    };
    args.iter().map(kind).collect()
}

pub(super) fn borrowed(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, DbError> {
    let value = |column| {
        let Cell(value) = row.try_get(column)?;
        value.map_err(|found| DbError::Column { expected: "a whole number or text", found })
    };
    Ok(Row::new((0..row.len()).map(value).collect::<Result<_, DbError>>()?))
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self {
            Self::Int(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INT8 || *ty == Type::TEXT
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        let number = |number: i64| Ok(Value::Int(Some(number)));
        Ok(Self(match *ty {
            Type::INT8 => number(i64::from_sql(ty, raw)?),
            Type::INT4 => number(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => number(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => number(bool::from_sql(ty, raw)?.into()),
            // `SUM` of a BIGINT is a NUMERIC.
            Type::NUMERIC => whole(raw).map(|number| Value::Int(Some(number))),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
                Ok(Value::Text(Some(String::from_sql(ty, raw)?)))
            }
            _ => Err("another type"),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        // Rows ask for an absent value as either type, see `Row::opt_text`.
        Ok(Self(Ok(Value::Int(None))))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A NUMERIC that is a whole number: counts of digits, weight of the first, sign and scale, then
/// digits to the base of 10000.
fn whole(raw: &[u8]) -> Result<i64, &'static str> {
    const BROKEN: &str = "a broken number";
    let mut words = raw.chunks_exact(2).map(|word| i16::from_be_bytes([word[0], word[1]]));
    let mut word = || words.next().ok_or(BROKEN);
    let (_count, weight, sign, _scale) = (word()?, word()?, word()?, word()?);
    let mut sum = 0_i128;
    // The first digit counts 10000 to the power of the weight, each later one a 10000th of that.
    let mut place = i32::from(weight);
    for digit in words {
        match u32::try_from(place) {
            Ok(place) => {
                let unit = 10_000_i128.checked_pow(place).ok_or("a number that is too large")?;
                sum += i128::from(digit) * unit;
            }
            Err(_) if digit != 0 => return Err("a fraction"),
            // Zeros behind the point.
            Err(_) => {}
        }
        place -= 1;
    }
    let signed = match sign {
        0 => sum,
        0x4000 => -sum,
        // NaN and the infinities.
        _ => return Err("no number"),
    };
    i64::try_from(signed).map_err(|_| "a number that is too large")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[i16], expect: Result<i64, &'static str>) {
        let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        assert_eq!(whole(&raw), expect);
    }

    #[test]
    fn sums_are_whole_numbers() {
        check(&[0, 0, 0, 0], Ok(0));
        check(&[1, 0, 0, 0, 7], Ok(7));
        check(&[2, 1, 0x4000, 0, 1, 2345], Ok(-12_345));
        // Zeros at the end are left out.
        check(&[1, 3, 0, 0, 5], Ok(5_000_000_000_000));
        check(&[2, 0, 0, 2, 7, 5000], Err("a fraction"));
        check(&[1, 4, 0, 0, 5000], Err("a number that is too large"));
        check(&[0, 0, -0x4000, 0], Err("no number"));
        check(&[1], Err("a broken number"));
    }
}
