//! All budgets of a key, team or user: its own, and one for each further window. Rows are locked in
//! the order of their ids, as when requests are charged, so that no two transactions deadlock.

use super::budgets;
use crate::{
    db::{Statement, Step, Value},
    key::{BudgetTerms, budget_window::BudgetWindow, calendar::Calendar},
};

/// Windows that belong to the budget `$1`.
const OWNED: &str = "SELECT id FROM budgets WHERE owner = $1";

/// Whose budgets are changed.
pub(super) struct Owned<'a> {
    pub(super) kind: &'a str,
    /// Of the key, team or user.
    pub(super) id: &'a str,
    pub(super) windows: &'a [BudgetWindow],
}

// === impl Owned ===

impl Owned<'_> {
    /// New terms leave what was spent. Windows that are not named any more are removed.
    pub(super) fn ensure(&self, terms: &BudgetTerms, now: i64, calendar: &Calendar) -> Vec<Step> {
        let own = format!("{}:{}", self.kind, self.id);
        let named =
            |window: &BudgetWindow| (window.id(self.kind, self.id), window.terms(terms.soft));
        let mut windows: Vec<_> = self.windows.iter().map(named).collect();
        // In the order in which all transactions lock them.
        windows.sort_by(|one, other| one.0.cmp(&other.0));
        let mut steps = vec![hold(&own)];
        let ensure = |(id, terms): &(String, BudgetTerms)| {
            budgets::ensure(id, Some(&own), terms, now, calendar)
        };
        steps.extend(windows.iter().map(ensure));
        // Last: `key/1d:…` sorts before `key:…`.
        steps.push(budgets::ensure(&own, None, terms, now, calendar));
        steps.extend(remove_windows(&own, windows.iter().map(|(id, _)| id)));
        steps
    }
}

/// Removes the budgets of a key, team or user, and what was leased of them.
pub(super) fn remove(kind: &str, id: &str) -> Vec<Step> {
    let own = format!("{kind}:{id}");
    let mut steps = vec![hold(&own)];
    steps.extend(remove_windows(&own, std::iter::empty()));
    for sql in ["DELETE FROM budgets WHERE id = $1", "DELETE FROM leases WHERE budget = $1"] {
        steps.push(one(sql, vec![(&own).into()]));
    }
    steps
}

/// Gives the budgets of one owner to another, with what is spent of them and nothing leased.
pub(super) fn hand_over(kind: &str, from: &str, to: &str) -> Vec<Step> {
    let (old, new) = (format!("{kind}:{from}"), format!("{kind}:{to}"));
    // SQLite counts parameters in the order in which they come.
    let windows = "UPDATE budgets SET id = SUBSTR(id, 1, LENGTH(id) - LENGTH($1)) || $2, owner = $3, \
        leased_usd = 0, leased_pico = 0 WHERE owner = $4";
    let own = "UPDATE budgets SET id = $1, leased_usd = 0, leased_pico = 0 WHERE id = $2";
    let names = || vec![(&new).into(), (&old).into()];
    let mut of_windows: Vec<Value> = vec![from.into(), to.into()];
    of_windows.extend(names());
    vec![
        hold(&old),
        one(&format!("DELETE FROM leases WHERE budget IN ({OWNED})"), vec![(&old).into()]),
        one("DELETE FROM leases WHERE budget = $1", vec![(&old).into()]),
        one(windows, of_windows),
        one(own, names()),
    ]
}

/// Keeps others from an owner's windows until the transaction ends.
fn hold(own: &str) -> Step {
    Step::Lock(Statement::new(format!("{OWNED} ORDER BY id"), vec![own.into()]))
}

/// Removes windows that are not among those that stay.
fn remove_windows<'a>(own: &str, stay: impl Iterator<Item = &'a String>) -> [Step; 2] {
    let mut args: Vec<Value> = vec![own.into()];
    args.extend(stay.map(Value::from));
    let places: Vec<_> = (2..=args.len()).map(|place| format!("${place}")).collect();
    // `NOT IN ()` is not SQL.
    let gone = match places.is_empty() {
        true => OWNED.to_owned(),
        false => format!("{OWNED} AND id NOT IN ({})", places.join(", ")),
    };
    [
        one(&format!("DELETE FROM leases WHERE budget IN ({gone})"), args.clone()),
        one(&format!("DELETE FROM budgets WHERE id IN ({gone})"), args),
    ]
}

fn one(sql: &str, args: Vec<Value>) -> Step {
    Step::One(Statement::new(sql.to_owned(), args))
}
