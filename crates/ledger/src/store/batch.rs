//! Batches of rows from a spool, stored exactly once: the position in the spool is part of the
//! transaction.

use std::{collections::BTreeMap, sync::Arc};

use llm_types::Usd;

use super::{Charged, Interrupted, Store, StoreError, budgets, entries, instances};
use crate::store::{daily_sums, unstorable_rows::SortedOut};
use crate::{
    db::{DbError, Statement, Step, Value},
    entry::{row::EntryRow, row_values::Outcome},
    spool::Position,
};

/// Rows of a spool. Those of one request are in the order in which they were written.
#[derive(Debug)]
pub struct Batch<'a> {
    /// Whose spool it is.
    pub instance: &'a str,
    /// How far each writer comes by it.
    pub moves: Vec<Move<'a>>,
    /// The rows in between, of all of them.
    pub rows: Vec<EntryRow<'a>>,
}

/// How far one writer's rows come into the store.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    /// The writer.
    pub writer: &'a str,
    /// Where its last batch ended; `None`: this is the first.
    pub from: Option<Position>,
    /// Where this one ends.
    pub to: Position,
}

const FIRST: &str = "INSERT INTO spool_positions (segment, bytes, instance, writer) \
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const NEXT: &str = "UPDATE spool_positions SET segment = $1, bytes = $2 \
    WHERE instance = $3 AND writer = $4 AND segment = $5 AND bytes = $6";

// === impl Store: taking rows ===

impl Store {
    /// Takes a batch of rows; returns what budgets were charged for those that are settled.
    ///
    /// # Errors
    /// When the database refuses, or has come further than the batch begins. Nothing is taken then.
    pub async fn apply(&self, batch: Batch<'_>) -> Result<Vec<Charged>, StoreError> {
        self.take(batch.instance, &batch.moves, &last_of_each(&batch.rows)).await
    }

    /// The same of rows of which each is of another request.
    pub(crate) async fn take(
        &self,
        instance: &str,
        moves: &[Move<'_>],
        rows: &[&EntryRow<'_>],
    ) -> Result<Vec<Charged>, StoreError> {
        // If others consider this gateway lost, the batch fails here, and it has to return first.
        let mut steps = vec![instances::beat(instance)];
        steps.extend(moves.iter().map(|one| Step::One(one.step(instance))));
        let (of_rows, charges) = self.row_steps(instance, rows);
        steps.extend(of_rows);
        let _turn = self.money.lock().await;
        // Shared, as the same steps are done again where this gateway has to come back first.
        let steps: Arc<[Step]> = steps.into();
        match self.db.transact(Arc::clone(&steps)).await {
            // Others may have settled its open entries meanwhile: that is undone before anything is
            // added.
            Err(DbError::Touched { .. }) if self.come_back_in_turn(instance).await? => {
                self.db.transact(steps).await?;
            }
            // This gateway is not considered lost, so another process has moved the position.
            Err(DbError::Touched { .. }) => return Err(StoreError::Moved),
            done => done?,
        }
        Ok(charges)
    }

    /// Where the next batch of a writer begins; `None` before the first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn position(
        &self,
        instance: &str,
        writer: &str,
    ) -> Result<Option<Position>, StoreError> {
        let sql = "SELECT segment, bytes FROM spool_positions WHERE instance = $1 AND writer = $2";
        let mut rows = self.db.query(sql, vec![instance.into(), writer.into()]).await?;
        let Some(mut row) = rows.pop() else { return Ok(None) };
        let mut number = || row.int().map(|number| u64::try_from(number).unwrap_or(0));
        Ok(Some(Position { segment: number()?, offset: number()? }))
    }

    /// Settles what an instance has left open when it ended, once its spool is drained: as
    /// `interrupted`, charged what was reserved, with the tokens that are known.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn interrupt_open(
        &self,
        instance: &str,
        now: i64,
    ) -> Result<Interrupted, StoreError> {
        let mut rows = self.open_entries(instance).await?;
        rows.iter_mut().for_each(|row| interrupt(row, now));
        let rows: Vec<&EntryRow<'_>> = rows.iter().collect();
        let _turn = self.money.lock().await;
        let (steps, charges) = self.row_steps(instance, &rows);
        match self.db.transact(steps).await.map_err(StoreError::from) {
            Err(error) if error.refuses_rows() => {}
            done => return done.map(|()| Interrupted { entries: rows.len(), refused: 0, charges }),
        }
        // One that cannot be settled stays open, and keeps no gateway from starting.
        let SortedOut { taken, refused } = self.sort_out(instance, &rows).await?;
        let (steps, charges) = self.row_steps(instance, &taken);
        self.db.transact(steps).await?;
        Ok(Interrupted { entries: taken.len(), refused: refused.len(), charges })
    }
}

// === impl Move ===

impl Move<'_> {
    /// Moves the position, or undoes everything when it is not where the batch begins.
    fn step(&self, instance: &str) -> Statement {
        let number = |number: u64| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
        let Self { writer, from, to } = *self;
        let mut args = vec![number(to.segment), number(to.offset), instance.into(), writer.into()];
        let sql = match from {
            // If there is a position already, this touches no row, and the transaction is undone.
            None => FIRST,
            Some(from) => {
                args.extend([number(from.segment), number(from.offset)]);
                NEXT
            }
        };
        Statement::new(sql, args).expecting(1)
    }
}

/// Ends a row without its gateway: charged what was reserved.
pub(super) fn interrupt(row: &mut EntryRow<'_>, now: i64) {
    row.outcome = "interrupted".into();
    row.cost_status = "interrupted".into();
    row.charged_pico = row.reserved_pico;
    // It lasted at least until what was recorded of it last.
    let progress = row.first_content_ms.or(row.headers_ms).unwrap_or(0);
    // A clock that went backwards in between gives no length of time.
    row.duration_ms = row.duration_ms.max(progress).min(((now - row.at) / 1_000).max(0));
}

// === impl Store: steps ===

impl Store {
    /// What puts rows of different requests into the store, and what those charge that are settled.
    pub(super) fn row_steps(
        &self,
        instance: &str,
        rows: &[&EntryRow<'_>],
    ) -> (Vec<Step>, Vec<Charged>) {
        // Before the steps: an entry and the daily totals must count it under the same names.
        let bounded = self.names.bounded(rows);
        let counted = rows.iter().zip(&bounded);
        let rows: Vec<_> = counted.map(|(row, other)| other.as_deref().unwrap_or(*row)).collect();
        steps_of(instance, &rows)
    }
}

fn steps_of(instance: &str, rows: &[&EntryRow<'_>]) -> (Vec<Step>, Vec<Charged>) {
    let mut steps = entries::put(rows.iter().copied());
    let settled = rows.iter().copied().filter(|row| row.outcome() == Outcome::Settled);
    steps.extend(daily_sums::add(settled.clone()));
    let charges = charges(settled);
    steps.extend(charges.iter().flat_map(|charged| budgets::charge(instance, charged)));
    (steps, charges)
}

/// Of several rows of one request the last, which says all that the others do; in order of their
/// ids. A database then adds to the end of its table, and writes each page of it once.
pub(crate) fn last_of_each<'a>(rows: &'a [EntryRow<'a>]) -> Vec<&'a EntryRow<'a>> {
    // A row takes a kilobyte: it stays where it is.
    let mut rows: Vec<&EntryRow<'_>> = rows.iter().collect();
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.dedup_by(|later, kept| {
        let same = later.id == kept.id;
        if same {
            *kept = *later;
        }
        same
    });
    rows
}

/// What the rows charge each budget, in an order that is the same for all gateways: none then waits
/// for another that waits for it.
pub(super) fn charges<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>>) -> Vec<Charged> {
    // Rows of the same budgets are summed before their lists are read.
    let mut alike = BTreeMap::<&str, (&EntryRow<'_>, Usd, Usd)>::new();
    for row in rows {
        let Some(budgets) = &row.budgets else { continue };
        let (_, sum, held) = alike.entry(budgets).or_insert((row, Usd::ZERO, Usd::ZERO));
        *sum = *sum + Usd::from_picos(row.charged_pico.into());
        *held = *held + row.held();
    }
    let mut charges = BTreeMap::<(String, i64), (Usd, Usd)>::new();
    for (row, amount, held) in alike.into_values() {
        for budget in row.budgets() {
            let sums = charges.entry(budget).or_default();
            *sums = (sums.0 + amount, sums.1 + held);
        }
    }
    let charged =
        |((budget, window_start), (amount, held))| Charged { budget, window_start, amount, held };
    charges.into_iter().map(charged).collect()
}
