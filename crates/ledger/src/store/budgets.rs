//! Budgets in the store: the amount spent, and the lease of each gateway.
//!
//! Whoever changes a budget or a lease of it holds the budget's row first, so that what is computed
//! of a lease is not changed by another gateway in between.

use llm_types::Usd;

use super::{Charged, Store, StoreError};
use crate::store::wide_sums::{self, Dollars, PICOS, Picos};
use crate::{
    db::{
        Conflict, DbError, Flag, Int, Statement, Step, Stored, Table, Text, Value, columns,
        read_all,
    },
    key::{BudgetTerms, Duration, budget_window::BudgetName, calendar::Calendar},
};

/// A budget as the store knows it. Times are microseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BudgetState {
    /// `key:…`, `team:…` or `user:…`; one of several windows is `key/1d:…`.
    pub id: String,
    /// How much in which time, and how strictly.
    pub terms: BudgetTerms,
    /// When the window began that `spent` is of.
    pub window_start: i64,
    /// When the next one begins; `None`: never.
    pub reset_at: Option<i64>,
    /// What was charged in the window.
    pub spent: Usd,
    /// The part of `spent` beyond the known cost of the requests.
    pub held: Usd,
    /// What gateways may still spend of it on their own.
    pub leased: Usd,
}

columns!(BudgetState {
    "id" => id: Text,
    "max_usd" => terms.max: Dollars,
    "max_pico" => terms.max: Picos,
    "soft" => terms.soft: Flag,
    "duration" => terms.duration: Text,
    "window_start" => window_start: Int,
    "reset_at" => reset_at: Int,
    "spent_usd" => spent: Dollars,
    "spent_pico" => spent: Picos,
    "leased_usd" => leased: Dollars,
    "leased_pico" => leased: Picos,
    "held_usd" => held: Dollars,
    "held_pico" => held: Picos,
});

/// A budget is made by [`ensure`], and changed by steps that add to its sums.
static BUDGETS: Table =
    Table { name: "budgets", columns: BudgetState::COLUMNS, conflict: Conflict::Refuse };

/// New terms leave what was spent; a new duration begins with the window that is open.
const ENSURE: &str = "INSERT INTO budgets (id, max_usd, max_pico, soft, duration, window_start, \
    reset_at, owner, spent_usd, spent_pico, leased_usd, leased_pico) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0) ON CONFLICT (id) DO UPDATE SET \
    max_usd = excluded.max_usd, max_pico = excluded.max_pico, soft = excluded.soft, duration = excluded.duration, reset_at = \
    CASE WHEN budgets.duration IS NOT DISTINCT FROM excluded.duration THEN budgets.reset_at \
    ELSE excluded.reset_at END";

/// The action under which the audit records that one key replaced another. The subject is the
/// budget of the old key, and the value after the change is the budget of the new key.
pub(super) const REPLACED: &str = "replace_key";

/// The budgets that followed the budget `$6`, one replacement after the other, until one that
/// exists.
// `after_json` is one JSON text: without its quotes it is a budget's id.
const HEIRS: &str = "WITH RECURSIVE heirs(id) AS ( \
    SELECT REPLACE(after_json, '\"', '') FROM audit \
        WHERE subject = $6 AND action = 'replace_key' \
        AND NOT EXISTS (SELECT 1 FROM budgets AS there WHERE there.id = $6) \
    UNION SELECT REPLACE(audit.after_json, '\"', '') FROM heirs \
        JOIN audit ON audit.subject = heirs.id AND audit.action = 'replace_key' \
        WHERE NOT EXISTS (SELECT 1 FROM budgets AS there WHERE there.id = heirs.id)) \
    SELECT id FROM heirs";

/// Leases of which an amount is taken: those of the budget `$3`, its window `$4`, the instance `$5`.
const OF_LEASE: &str = "budget = $3 AND window_start = $4 AND instance = $5";
/// That a lease does not suffice for the amount `$1`, `$2`.
const SHORT: &str = "(amount_usd, amount_pico) < ($1, $2)";

// === impl Store: budgets ===

impl Store {
    /// All budgets.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn budgets(&self) -> Result<Vec<BudgetState>, StoreError> {
        Ok(read_all(self.db.query(BUDGETS.select(), vec![]).await?)?)
    }

    /// One budget.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn budget(&self, id: &str) -> Result<Option<BudgetState>, StoreError> {
        let sql = BUDGETS.select() + " WHERE id = $1";
        Ok(read_all(self.db.query(sql, vec![id.into()]).await?)?.pop())
    }

    /// Lets this gateway spend up to `want` of a budget on its own, `at_least` if there is not so
    /// much; returns how much it is, nothing when there is less than that.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lease(
        &self,
        instance: &str,
        budget: &BudgetState,
        want: Usd,
        at_least: Usd,
    ) -> Result<Option<Usd>, StoreError> {
        let _turn = self.money.lock().await;
        let mut want = want;
        loop {
            match self.db.transact(lease_steps(instance, budget, want)).await {
                Ok(()) => return Ok(Some(want)),
                // Less than that is left, or the window is another one.
                Err(DbError::Touched { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // Others may take of it in the meantime: then there is less again.
            let Some(now) = self.budget(&budget.id).await? else { return Ok(None) };
            let left = now.left().filter(|left| *left >= at_least && *left < want);
            match left {
                // All that is left, where that suffices. In another window the caller begins again.
                Some(left) if now.window_start == budget.window_start => want = left,
                _ => return Ok(None),
            }
        }
    }

    /// Gives back what this gateway does not spend.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn give_back(
        &self,
        instance: &str,
        budget: &str,
        window_start: i64,
        amount: Usd,
    ) -> Result<(), StoreError> {
        let _turn = self.money.lock().await;
        Ok(self.db.transact(uncover(instance, budget, window_start, amount, false)).await?)
    }

    /// Gives back all that this gateway has leased: at its start, when its last run is in the ledger.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn give_back_all(&self, instance: &str) -> Result<(), StoreError> {
        let _turn = self.money.lock().await;
        Ok(self.db.transact(self.give_back_steps(instance).await?).await?)
    }

    pub(super) async fn give_back_steps(&self, instance: &str) -> Result<Vec<Step>, DbError> {
        // In the order in which every transaction locks budgets.
        let sql = "SELECT budget, window_start, amount_usd, amount_pico FROM leases \
            WHERE instance = $1 ORDER BY budget, window_start";
        let mut steps = Vec::new();
        for mut row in self.db.query(sql, vec![instance.into()]).await? {
            let (budget, window_start) = (row.text()?, row.int()?);
            let amount = wide_sums::read(&mut row)?;
            steps.extend(uncover(instance, &budget, window_start, amount, false));
        }
        let done = "DELETE FROM leases WHERE instance = $1";
        steps.push(Step::One(Statement::new(done, vec![instance.into()])));
        Ok(steps)
    }

    /// Corrects what one budget was charged.
    #[cfg(test)]
    pub(crate) async fn correct(&self, corrected: &Charged) -> Result<(), StoreError> {
        Ok(self.db.transact(correct(corrected)).await?)
    }

    /// Begins a new window, unless another gateway has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reset_window(
        &self,
        budget: &BudgetState,
        window_start: i64,
        reset_at: Option<i64>,
    ) -> Result<(), StoreError> {
        let _turn = self.money.lock().await;
        let reset = "UPDATE budgets SET window_start = $1, reset_at = $2, spent_usd = 0, \
            spent_pico = 0, leased_usd = 0, leased_pico = 0, held_usd = 0, held_pico = 0 \
            WHERE id = $3 AND window_start = $4";
        let args = vec![
            window_start.into(),
            reset_at.into(),
            (&budget.id).into(),
            budget.window_start.into(),
        ];
        // What was leased of the old window ends with it.
        let leases = "DELETE FROM leases WHERE budget = $1 AND window_start < $2";
        let steps = vec![
            Step::One(Statement::new(reset, args).expecting(1)),
            Step::One(Statement::new(leases, vec![(&budget.id).into(), window_start.into()])),
        ];
        match self.db.transact(steps).await {
            // Another was first, and by its clock the window may be another one.
            Err(DbError::Touched { .. }) => Ok(()),
            done => Ok(done?),
        }
    }
}

/// The budget of a key, team or user, or one of its windows, whose owner that budget is; its first window
/// begins now.
pub(super) fn ensure(
    id: &str,
    owner: Option<&str>,
    terms: &BudgetTerms,
    now: i64,
    calendar: &Calendar,
) -> Step {
    // Used only for a new budget or a new length, see `ENSURE`.
    let reset_at = terms.duration.as_ref().map(|duration| calendar.window_end(duration, now));
    let [dollars, picos] = wide_sums::opt_args(terms.max);
    Step::One(Statement::new(
        ENSURE,
        vec![
            id.into(),
            dollars,
            picos,
            terms.soft.into(),
            terms.duration.as_ref().map(Duration::as_str).into(),
            now.into(),
            reset_at.into(),
            owner.into(),
        ],
    ))
}

/// Charges a budget for what an instance has spent of it, within what it has leased.
pub(super) fn charge(instance: &str, charged: &Charged) -> Vec<Step> {
    let mut steps = uncover(instance, &charged.budget, charged.window_start, charged.amount, true);
    steps.extend(hold_back(charged, charged.held));
    steps.extend(correct_heir(charged));
    steps
}

/// Undoes [`charge`]: the lease has the amount again.
pub(super) fn uncharge(instance: &str, charged: &Charged) -> Vec<Step> {
    let (budget, window_start) = (&charged.budget, charged.window_start);
    let args = || amount_args(charged.amount, budget, window_start, instance);
    let leased = |part| {
        format!("CASE WHEN EXISTS (SELECT 1 FROM leases WHERE {OF_LEASE}) THEN {part} ELSE 0 END")
    };
    let budgets = format!(
        "UPDATE budgets SET {}, {} WHERE id = $3 AND window_start = $4",
        wide_sums::subtract_parts("spent", "$1", "$2"),
        wide_sums::add_parts("leased", &leased("$1"), &leased("$2"))
    );
    let leases = format!("UPDATE leases SET {} WHERE {OF_LEASE}", wide_sums::add("amount"));
    let mut steps = vec![
        hold(budget, window_start),
        Step::One(Statement::new(budgets, args())),
        Step::One(Statement::new(leases, args())),
    ];
    steps.extend(hold_back(charged, Usd::from_picos(-charged.held.picos())));
    let back = |usd: Usd| Usd::from_picos(-usd.picos());
    let (amount, held) = (back(charged.amount), back(charged.held));
    steps.extend(correct_heir(&Charged { amount, held, ..charged.clone() }));
    steps
}

/// Adds to what was charged beyond the known cost, which mostly is nothing.
fn hold_back(charged: &Charged, held: Usd) -> Option<Step> {
    let step = || {
        let sql = format!(
            "UPDATE budgets SET {} WHERE id = $3 AND window_start = $4",
            wide_sums::add("held")
        );
        let [dollars, picos] = wide_sums::args(held);
        let args = vec![dollars, picos, (&charged.budget).into(), charged.window_start.into()];
        Step::One(Statement::new(sql, args))
    };
    (held != Usd::ZERO).then(step)
}

/// Corrects what a budget was charged, where the window is still open that was charged. It can then be
/// more than the budget has.
pub(super) fn correct(corrected: &Charged) -> Vec<Step> {
    let mut steps = vec![correct_where("id = $5", corrected)];
    steps.extend(correct_heir(corrected));
    steps
}

/// Corrects the budget of the key that replaced a deleted one: the new budget has what the old key
/// had spent. `None` for budgets of teams and users.
fn correct_heir(corrected: &Charged) -> Option<Step> {
    let name = BudgetName::parse(&corrected.budget).filter(|name| name.kind == "key")?;
    let (own, _) = corrected.budget.split_at(corrected.budget.len() - name.owner.len());
    // Keys are what is found, each as `key:…`; corrected is the same window of theirs.
    // `key:` has four characters, so the name of an heir begins at the fifth.
    let which = format!("id IN (SELECT $5 || SUBSTR(id, 5) FROM ({HEIRS}) AS found)");
    let key = format!("key:{}", name.owner);
    Some(correction(&format!("{which} AND window_start = $7"), corrected, &[own, &key]))
}

fn correct_where(which: &str, corrected: &Charged) -> Step {
    correction(&format!("{which} AND window_start = $6"), corrected, &[&corrected.budget])
}

/// `which` has the names from `$5` on, and then the beginning of the window: SQLite counts parameters in
/// the order in which they come.
fn correction(which: &str, corrected: &Charged, names: &[&str]) -> Step {
    let sql = format!(
        "UPDATE budgets SET {}, {} WHERE {which}",
        wide_sums::add("spent"),
        wide_sums::add_parts("held", "$3", "$4")
    );
    let mut args = wide_sums::args(corrected.amount).to_vec();
    args.extend(wide_sums::args(corrected.held));
    args.extend(names.iter().map(|name| Value::from(*name)));
    args.push(corrected.window_start.into());
    Step::One(Statement::new(sql, args))
}

/// Takes an amount off a lease, and adds it to what was spent if it was.
fn uncover(instance: &str, budget: &str, window_start: i64, amount: Usd, spent: bool) -> Vec<Step> {
    let args = || amount_args(amount, budget, window_start, instance);
    let spent = if spent { format!("{}, ", wide_sums::add("spent")) } else { String::new() };
    let taken = wide_sums::subtract_parts(
        "leased",
        &covered("amount_usd", "$1"),
        &covered("amount_pico", "$2"),
    );
    let budgets = format!("UPDATE budgets SET {spent}{taken} WHERE id = $3 AND window_start = $4");
    let part = |column, argument| format!("CASE WHEN {SHORT} THEN {column} ELSE {argument} END");
    let taken =
        wide_sums::subtract_parts("amount", &part("amount_usd", "$1"), &part("amount_pico", "$2"));
    let leases = format!("UPDATE leases SET {taken} WHERE {OF_LEASE}");
    // The budget first: how much the lease covers is read from the lease as it still is.
    vec![
        hold(budget, window_start),
        Step::One(Statement::new(budgets, args())),
        Step::One(Statement::new(leases, args())),
    ]
}

/// Keeps others from the budget's row, and from its leases, until the transaction ends.
fn hold(budget: &str, window_start: i64) -> Step {
    let sql = "SELECT id FROM budgets WHERE id = $1 AND window_start = $2";
    Step::Lock(Statement::new(sql, vec![budget.into(), window_start.into()]))
}

/// The arguments of an amount that concerns a lease.
fn amount_args(amount: Usd, budget: &str, window_start: i64, instance: &str) -> Vec<Value> {
    let [dollars, picos] = wide_sums::args(amount);
    vec![dollars, picos, budget.into(), window_start.into(), instance.into()]
}

/// One part of an amount as far as a lease covers it: an unlimited budget has no leases.
fn covered(column: &str, argument: &str) -> String {
    format!(
        "COALESCE((SELECT CASE WHEN {SHORT} THEN {column} ELSE {argument} END \
         FROM leases WHERE {OF_LEASE}), 0)"
    )
}

fn lease_steps(instance: &str, budget: &BudgetState, amount: Usd) -> Vec<Step> {
    // The picodollars are carried before the two parts are compared with the limit as a pair.
    let lease = format!(
        "UPDATE budgets SET {} WHERE id = $3 AND window_start = $4 AND max_usd IS NOT NULL AND \
         (spent_usd + leased_usd + $1 + (spent_pico + leased_pico + $2) / {PICOS}, \
          (spent_pico + leased_pico + $2) % {PICOS}) <= (max_usd, max_pico)",
        wide_sums::add("leased")
    );
    let leased = format!(
        "INSERT INTO leases (amount_usd, amount_pico, budget, window_start, instance) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (budget, window_start, instance) DO UPDATE SET \
         amount_usd = leases.amount_usd + excluded.amount_usd \
             + (leases.amount_pico + excluded.amount_pico) / {PICOS}, \
         amount_pico = (leases.amount_pico + excluded.amount_pico) % {PICOS}"
    );
    let args = amount_args(amount, &budget.id, budget.window_start, instance);
    // The first statement has no parameter for the instance, and a surplus argument is an error.
    let of_budget = args[..4].to_vec();
    vec![
        Step::One(Statement::new(lease, of_budget).expecting(1)),
        Step::One(Statement::new(leased, args)),
    ]
}

// === impl BudgetState ===

impl BudgetState {
    /// What nobody has spent or leased; `None`: without bound.
    #[must_use]
    pub fn left(&self) -> Option<Usd> {
        // A correction can charge more than the budget has: nothing is left then.
        let taken = self.spent.picos() + self.leased.picos();
        self.terms.max.map(|max| Usd::from_picos((max.picos() - taken).max(0)))
    }
}
