//! Budgets in the store: what is spent, and what of the rest each gateway may spend on its own.
//!
//! Whoever changes a budget or a lease of it holds the budget's row first, so that what is computed
//! of a lease is not changed by another gateway in between.

use llm_types::Usd;

use super::{Charged, Store, StoreError};
use crate::{
    BudgetTerms, Duration,
    db::{DbError, Row, Statement, Step, Value},
};

/// A budget as the store knows it. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetState {
    /// `key:…`, `team:…` or `user:…`.
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

const COLUMNS: &str =
    "id, max_pico, soft, duration, window_start, reset_at, spent_pico, leased_pico, held_pico";

/// New terms leave what was spent; a new duration begins with the window that is open.
const ENSURE: &str = "INSERT INTO budgets (id, max_pico, soft, duration, window_start, reset_at, \
    spent_pico, leased_pico) VALUES ($1, $2, $3, $4, $5, $6, 0, 0) ON CONFLICT (id) DO UPDATE SET \
    max_pico = excluded.max_pico, soft = excluded.soft, duration = excluded.duration, reset_at = \
    CASE WHEN budgets.duration IS NOT DISTINCT FROM excluded.duration THEN budgets.reset_at \
    ELSE excluded.reset_at END";

const LEASE: &str = "UPDATE budgets SET leased_pico = leased_pico + $1 WHERE id = $2 \
    AND window_start = $3 AND max_pico IS NOT NULL AND spent_pico + leased_pico + $1 <= max_pico";
const LEASED: &str = "INSERT INTO leases (budget, window_start, instance, amount_pico) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (budget, window_start, instance) DO UPDATE SET \
    amount_pico = leases.amount_pico + excluded.amount_pico";

/// The part of an amount that a lease covers: an unlimited budget has no leases.
const COVERED: &str = "COALESCE((SELECT CASE WHEN amount_pico < $1 THEN amount_pico ELSE $1 END \
    FROM leases WHERE budget = $2 AND window_start = $3 AND instance = $4), 0)";

// === impl Store: budgets ===

impl Store {
    /// All budgets.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn budgets(&self) -> Result<Vec<BudgetState>, StoreError> {
        let rows = self.db.query(format!("SELECT {COLUMNS} FROM budgets"), vec![]).await?;
        Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
    }

    /// One budget.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn budget(&self, id: &str) -> Result<Option<BudgetState>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM budgets WHERE id = $1");
        let mut rows = self.db.query(sql, vec![id.into()]).await?;
        Ok(rows.pop().map(read).transpose()?)
    }

    /// Lets this gateway spend up to `want` of a budget on its own, `at_least` if there is not so
    /// much; tells how much it is, nothing when there is less than that.
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
                Err(DbError::Touched { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // Others may take of it in the meantime: then there is less again.
            let Some(now) = self.budget(&budget.id).await? else { return Ok(None) };
            let left = now.left().filter(|left| *left >= at_least && *left < want);
            match left {
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

    /// Gives back all that this gateway has leased: at its start, when its last run is in the books.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn give_back_all(&self, instance: &str) -> Result<(), StoreError> {
        let _turn = self.money.lock().await;
        Ok(self.db.transact(self.give_back_steps(instance).await?).await?)
    }

    pub(super) async fn give_back_steps(&self, instance: &str) -> Result<Vec<Step>, DbError> {
        let sql = "SELECT budget, window_start, amount_pico FROM leases WHERE instance = $1 \
            ORDER BY budget, window_start";
        let mut steps = Vec::new();
        for mut row in self.db.query(sql, vec![instance.into()]).await? {
            let (budget, window_start) = (row.text()?, row.int()?);
            let amount = Usd::from_picos(row.int()?.into());
            steps.extend(uncover(instance, &budget, window_start, amount, false));
        }
        let done = "DELETE FROM leases WHERE instance = $1";
        steps.push(Step::One(Statement::new(done, vec![instance.into()])));
        Ok(steps)
    }

    /// Corrects what one budget was charged.
    #[cfg(test)]
    pub(crate) async fn correct(&self, corrected: &Charged) -> Result<(), StoreError> {
        Ok(self.db.transact(vec![correct(corrected)]).await?)
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
        let reset = "UPDATE budgets SET window_start = $1, reset_at = $2, spent_pico = 0, \
            leased_pico = 0, held_pico = 0 WHERE id = $3 AND window_start = $4";
        let args = vec![
            window_start.into(),
            reset_at.into(),
            (&budget.id).into(),
            budget.window_start.into(),
        ];
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

/// The budget of a key, team or user; its first window begins now.
pub(super) fn ensure(id: &str, terms: &BudgetTerms, now: i64) -> Step {
    let reset_at = terms.duration.as_ref().map(|duration| duration.after(now));
    Step::One(Statement::new(
        ENSURE,
        vec![
            id.into(),
            terms.max.map(picos).into(),
            terms.soft.into(),
            terms.duration.as_ref().map(Duration::as_str).into(),
            now.into(),
            reset_at.into(),
        ],
    ))
}

/// Removes a budget and what was leased of it.
pub(super) fn remove(id: &str) -> [Step; 2] {
    let one = |sql| Step::One(Statement::new(sql, vec![id.into()]));
    [one("DELETE FROM budgets WHERE id = $1"), one("DELETE FROM leases WHERE budget = $1")]
}

/// Gives a budget another id, with what is spent of it and nothing leased.
pub(super) fn hand_over(from: &str, to: &str) -> [Step; 2] {
    let renamed = "UPDATE budgets SET id = $1, leased_pico = 0 WHERE id = $2";
    let leases = "DELETE FROM leases WHERE budget = $1";
    [
        Step::One(Statement::new(renamed, vec![to.into(), from.into()])),
        Step::One(Statement::new(leases, vec![from.into()])),
    ]
}

/// Charges a budget for what an instance has spent of it, within what it has leased.
pub(super) fn charge(instance: &str, charged: &Charged) -> Vec<Step> {
    let mut steps = uncover(instance, &charged.budget, charged.window_start, charged.amount, true);
    steps.extend(hold_back(charged, charged.held));
    steps
}

/// Undoes [`charge`]: what was taken off a lease is there again.
pub(super) fn uncharge(instance: &str, charged: &Charged) -> Vec<Step> {
    let (budget, window_start) = (&charged.budget, charged.window_start);
    let args = || {
        let amount = picos(charged.amount).into();
        vec![amount, budget.into(), window_start.into(), instance.into()]
    };
    let budgets = "UPDATE budgets SET spent_pico = spent_pico - $1, leased_pico = leased_pico + \
        CASE WHEN EXISTS (SELECT 1 FROM leases WHERE budget = $2 AND window_start = $3 \
        AND instance = $4) THEN $1 ELSE 0 END WHERE id = $2 AND window_start = $3";
    let leases = "UPDATE leases SET amount_pico = amount_pico + $1 \
        WHERE budget = $2 AND window_start = $3 AND instance = $4";
    let mut steps = vec![
        hold(budget, window_start),
        Step::One(Statement::new(budgets, args())),
        Step::One(Statement::new(leases, args())),
    ];
    steps.extend(hold_back(charged, Usd::from_picos(-charged.held.picos())));
    steps
}

/// Adds to what was charged beyond the known cost, which mostly is nothing.
fn hold_back(charged: &Charged, held: Usd) -> Option<Step> {
    let sql = "UPDATE budgets SET held_pico = held_pico + $1 WHERE id = $2 AND window_start = $3";
    let args = || vec![picos(held).into(), (&charged.budget).into(), charged.window_start.into()];
    (held != Usd::ZERO).then(|| Step::One(Statement::new(sql, args())))
}

/// Corrects what a budget was charged, where the window is still open that was charged. It can then be
/// more than the budget has.
pub(super) fn correct(corrected: &Charged) -> Step {
    let sql = "UPDATE budgets SET spent_pico = spent_pico + $1, held_pico = held_pico + $2 \
        WHERE id = $3 AND window_start = $4";
    let Charged { budget, window_start, amount, held } = corrected;
    let args =
        vec![picos(*amount).into(), picos(*held).into(), budget.into(), (*window_start).into()];
    Step::One(Statement::new(sql, args))
}

/// Takes an amount off a lease, and adds it to what was spent if it was.
fn uncover(instance: &str, budget: &str, window_start: i64, amount: Usd, spent: bool) -> Vec<Step> {
    let args = || vec![picos(amount).into(), budget.into(), window_start.into(), instance.into()];
    let spent = if spent { "spent_pico = spent_pico + $1, " } else { "" };
    let budgets = format!(
        "UPDATE budgets SET {spent}leased_pico = leased_pico - {COVERED} \
        WHERE id = $2 AND window_start = $3"
    );
    let leases = "UPDATE leases SET amount_pico = \
        CASE WHEN amount_pico < $1 THEN 0 ELSE amount_pico - $1 END \
        WHERE budget = $2 AND window_start = $3 AND instance = $4";
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

fn lease_steps(instance: &str, budget: &BudgetState, amount: Usd) -> Vec<Step> {
    let (id, start) = (Value::from(&budget.id), Value::from(budget.window_start));
    let amount = Value::from(picos(amount));
    let leased = vec![id.clone(), start.clone(), instance.into(), amount.clone()];
    vec![
        Step::One(Statement::new(LEASE, vec![amount, id, start]).expecting(1)),
        Step::One(Statement::new(LEASED, leased)),
    ]
}

fn read(mut row: Row) -> Result<BudgetState, DbError> {
    let usd = |picos: i64| Usd::from_picos(picos.into());
    Ok(BudgetState {
        id: row.text()?,
        terms: BudgetTerms {
            max: row.opt_int()?.map(usd),
            soft: row.flag()?,
            duration: row.opt_text()?.as_deref().and_then(Duration::parse),
        },
        window_start: row.int()?,
        reset_at: row.opt_int()?,
        spent: usd(row.int()?),
        leased: usd(row.int()?),
        held: usd(row.int()?),
    })
}

/// As a column holds it; no budget and no request comes near its end.
fn picos(usd: Usd) -> i64 {
    i64::try_from(usd.picos()).unwrap_or(i64::MAX)
}

// === impl BudgetState ===

impl BudgetState {
    /// What nobody has spent or leased; `None`: without bound.
    #[must_use]
    pub fn left(&self) -> Option<Usd> {
        let taken = self.spent.picos() + self.leased.picos();
        self.terms.max.map(|max| Usd::from_picos((max.picos() - taken).max(0)))
    }
}
