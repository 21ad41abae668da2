//! Sums of money in two columns: whole dollars (`_usd`) and the picodollars beyond them (`_pico`).
//!
//! A BIGINT of picodollars ends at 9.22 million dollars. Two of them hold more than there is, in both
//! databases and with their own arithmetic. The picodollars are never below zero: what is less than
//! nothing has fewer dollars. An argument is two as well, see [`args`].

use llm_types::Usd;

use crate::db::{Cells, DbError, Form, Kind, Row, Value};

/// Picodollars of a dollar.
pub(super) const PICOS: i128 = 1_000_000_000_000;

/// The two parts of an amount, in the order of [`args`].
pub(super) fn parts(amount: Usd) -> (i64, i64) {
    let picos = amount.picos();
    // Whole dollars of any amount that text can name; what is more is as much as there can be.
    let dollars = i64::try_from(picos.div_euclid(PICOS));
    let most = if picos < 0 { i64::MIN } else { i64::MAX };
    // A quarter, so that some of them can be added without an overflow.
    (dollars.unwrap_or(most / 4), i64::try_from(picos.rem_euclid(PICOS)).unwrap_or(0))
}

/// Whole dollars, picodollars.
pub(super) fn args(amount: Usd) -> [Value; 2] {
    let (dollars, picos) = parts(amount);
    [dollars.into(), picos.into()]
}

/// The same, each absent where there is no bound.
pub(super) fn opt_args(amount: Option<Usd>) -> [Value; 2] {
    amount.map_or([Value::Int(None), Value::Int(None)], args)
}

/// The whole dollars of an amount, as a column. [`Picos`] of the same field come next.
pub(super) struct Dollars;
/// The picodollars beyond them.
pub(super) struct Picos;

/// The next two columns, the whole dollars and the picodollars.
pub(super) fn read(row: &mut Row) -> Result<Usd, DbError> {
    let mut amount = Usd::ZERO;
    Dollars::read(&mut amount, row)?;
    Picos::read(&mut amount, row)?;
    Ok(amount)
}

/// The assignments that add the arguments `$1` and `$2` to a sum.
pub(super) fn add(name: &str) -> String {
    add_parts(name, "$1", "$2")
}

/// The assignments that add an amount, given by two expressions, to a sum.
pub(super) fn add_parts(name: &str, dollars: &str, picos: &str) -> String {
    format!(
        "{name}_usd = {name}_usd + {dollars} + ({name}_pico + {picos}) / {PICOS}, \
         {name}_pico = ({name}_pico + {picos}) % {PICOS}"
    )
}

/// The assignments that subtract an amount, given by two expressions, from a sum.
pub(super) fn subtract_parts(name: &str, dollars: &str, picos: &str) -> String {
    // A dollar more, so that what is divided is not below zero, and one less.
    format!(
        "{name}_usd = {name}_usd - {dollars} - 1 + ({name}_pico - {picos} + {PICOS}) / {PICOS}, \
         {name}_pico = ({name}_pico - {picos} + {PICOS}) % {PICOS}"
    )
}

// === impl Form ===

impl Dollars {
    pub(super) const KIND: Kind = Kind::Int;
}

impl Picos {
    pub(super) const KIND: Kind = Kind::Int;
}

impl Form<Option<Usd>> for Dollars {
    fn put(value: &Option<Usd>, to: &mut Cells) {
        to.opt_int(value.map(|amount| parts(amount).0));
    }

    fn read(into: &mut Option<Usd>, row: &mut Row) -> Result<(), DbError> {
        *into = row.opt_int()?.map(|dollars| Usd::from_picos(i128::from(dollars) * PICOS));
        Ok(())
    }
}

impl Form<Option<Usd>> for Picos {
    fn put(value: &Option<Usd>, to: &mut Cells) {
        to.opt_int(value.map(|amount| parts(amount).1));
    }

    fn read(into: &mut Option<Usd>, row: &mut Row) -> Result<(), DbError> {
        let picos = row.opt_int()?.map(|picos| Usd::from_picos(picos.into()));
        *into = into.zip(picos).map(|(dollars, picos)| dollars + picos);
        Ok(())
    }
}

impl Form<Usd> for Dollars {
    fn put(value: &Usd, to: &mut Cells) {
        Self::put(&Some(*value), to);
    }

    fn read(into: &mut Usd, row: &mut Row) -> Result<(), DbError> {
        *into = Usd::from_picos(i128::from(row.opt_int()?.unwrap_or(0)) * PICOS);
        Ok(())
    }
}

impl Form<Usd> for Picos {
    fn put(value: &Usd, to: &mut Cells) {
        Self::put(&Some(*value), to);
    }

    fn read(into: &mut Usd, row: &mut Row) -> Result<(), DbError> {
        *into = *into + Usd::from_picos(row.opt_int()?.unwrap_or(0).into());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_dollars_and_what_is_beyond_them() {
        let check = |picos: i128, expect| assert_eq!(parts(Usd::from_picos(picos)), expect);
        check(0, (0, 0));
        check(-1, (-1, 999_999_999_999));
        check(1_000_000_000_001, (1, 1));
        check(10_i128.pow(24), (1_000_000_000_000, 0));
        check(-(10_i128.pow(24)), (-1_000_000_000_000, 0));
    }
}
