//! Gateways that share a store: which of them are alive, and the open requests and leases of a lost
//! one.
//!
//! A gateway that has given no sign of life for long may have died with its machine, or may be cut
//! off and still serving. Nobody can tell, so the steps taken must be right either way:
//!
//! - What it had open in the store is settled as `interrupted`, charged what was reserved for it,
//!   with the error `its gateway is gone`: its entries do not stay open for ever.
//! - What it has leased beyond that stays leased. It may have spent any part of it on requests that
//!   are in its spool and nowhere else, and may still do so; to give it to others would let all of
//!   them together exceed the budget. It is free when the gateway returns, which settles its spool
//!   first, or with the budget's next window. The amount held back this way is small: a gateway leases an
//!   eighth of what is left, and gives back within seconds what it does not use. Only an operator
//!   knows that a machine and its disk are lost for good, and can say so: [`Store::free`].
//! - When it returns, after a restart or because the network is back, it opens those entries
//!   again before it writes anything else, and its spool settles them as they really ended. Every
//!   batch of rows is bound to that: while a gateway is taken for gone, none of its batches is taken.

use llm_types::Usd;

use super::{ChangedBy, Store, StoreError, audit::Done, budgets, entries};
use crate::db::{DbError, Row, Statement, Step};
use crate::store::{batch, daily_sums, wide_sums};

/// A gateway that writes into the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// As its spool names it.
    pub id: String,
    /// Grows while it lives. A count, since clocks of several machines cannot be compared.
    pub beats: i64,
}

/// A gateway, and its leases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// As its spool names it.
    pub id: String,
    /// Its last heartbeat, by its own clock, in microseconds since 1970.
    pub seen_at: i64,
    /// Whether the others consider it lost.
    pub gone: bool,
    /// The amount that it may still spend on its own, of all budgets together.
    pub leased: Usd,
    /// Its requests that are in flight.
    pub open: u64,
    /// Grows with whatever it does, and with what others do to it.
    pub beats: i64,
}

// Of open windows only: what was leased of an ended window is free already.
const HOLDINGS: &str = "SELECT id, seen_at, gone, \
    CAST(COALESCE((SELECT SUM(leases.amount_usd) FROM leases JOIN budgets \
        ON budgets.id = leases.budget AND budgets.window_start = leases.window_start \
        WHERE leases.instance = instances.id), 0) AS BIGINT), \
    CAST(COALESCE((SELECT SUM(leases.amount_pico) FROM leases JOIN budgets \
        ON budgets.id = leases.budget AND budgets.window_start = leases.window_start \
        WHERE leases.instance = instances.id), 0) AS BIGINT), \
    (SELECT COUNT(*) FROM entries WHERE outcome = 'open' AND entries.instance = instances.id), beats \
    FROM instances ORDER BY id";

// A gateway that others consider lost touches no row, which undoes the whole transaction. A time of
// 0 leaves `seen_at` as it is: a batch of rows does not know the time.
const BEAT: &str = "INSERT INTO instances (id, beats, seen_at, gone) VALUES ($1, 1, $2, 0) \
    ON CONFLICT (id) DO UPDATE SET beats = instances.beats + 1, \
    seen_at = CASE WHEN excluded.seen_at > 0 THEN excluded.seen_at ELSE instances.seen_at END \
    WHERE instances.gone = 0";

// === impl Store: instances ===

impl Store {
    /// Records a heartbeat. A gateway that others consider lost returns first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn alive(&self, instance: &str, now: i64) -> Result<(), StoreError> {
        let _turn = self.money.lock().await;
        let beat = || vec![beat_at(instance, now)];
        match self.db.transact(beat()).await {
            Err(DbError::Touched { .. }) => {
                self.come_back_in_turn(instance).await?;
                Ok(self.db.transact(beat()).await?)
            }
            done => Ok(done?),
        }
    }

    /// Says that a gateway ends, with nothing open.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn leave(&self, instance: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM instances WHERE id = $1 AND gone = 0";
        let step = Step::One(Statement::new(sql, vec![instance.into()]));
        Ok(self.db.transact(vec![step]).await?)
    }

    /// The gateways that are not considered lost.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn instances(&self) -> Result<Vec<Instance>, StoreError> {
        let sql = "SELECT id, beats FROM instances WHERE gone = 0";
        let rows = self.db.query(sql, vec![]).await?.into_iter();
        let read = |mut row: crate::db::Row| Ok(Instance { id: row.text()?, beats: row.int()? });
        Ok(rows.map(read).collect::<Result<_, DbError>>()?)
    }

    /// Marks a gateway as lost, unless it has sent a heartbeat since, and settles its open
    /// requests. Returns how many entries that were; `None`: it is alive, or another gateway was
    /// first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_for_gone(
        &self,
        instance: &Instance,
        now: i64,
    ) -> Result<Option<usize>, StoreError> {
        // Read before the transaction, which is undone if the gateway has given a sign of life
        // since.
        let mut rows = self.open_entries(&instance.id).await?;
        for row in &mut rows {
            batch::interrupt(row, now);
            row.error = Some(entries::GONE.into());
        }
        let sql = "UPDATE instances SET gone = 1 WHERE id = $1 AND beats = $2 AND gone = 0";
        let args = vec![(&instance.id).into(), instance.beats.into()];
        let mut steps = vec![Step::One(Statement::new(sql, args).expecting(1))];
        // Charged to what the lost gateway has leased, not to a lease of this one.
        steps.extend(self.row_steps(&instance.id, &rows.iter().collect::<Vec<_>>()).0);
        // As wherever this process charges budgets.
        let _turn = self.money.lock().await;
        match self.db.transact(steps).await {
            Err(DbError::Touched { .. }) => Ok(None),
            done => Ok(done.map(|()| Some(rows.len()))?),
        }
    }

    /// All gateways, with their leases.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holdings(&self) -> Result<Vec<Holding>, StoreError> {
        let rows = self.db.query(HOLDINGS, vec![]).await?.into_iter();
        Ok(rows.map(holding).collect::<Result<_, DbError>>()?)
    }

    /// Gives back everything that a lost gateway has leased, on the word of somebody who knows that it
    /// never returns. If it does, its spending is in the ledger, and budgets can be exceeded by as much
    /// as was freed. Returns how much that is; `None`: it is not considered lost.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn free(&self, gone: &str, by: &ChangedBy) -> Result<Option<Usd>, StoreError> {
        let _turn = self.money.lock().await;
        loop {
            // Read again each time, as the audit records what exactly was freed.
            let held = self.holdings().await?.into_iter().find(|holding| holding.id == gone);
            let Some(held) = held.filter(|holding| holding.gone) else { return Ok(None) };
            let sql =
                // Another count means that something has happened to the gateway since it was read.
                "UPDATE instances SET beats = beats + 1 WHERE id = $1 AND gone = 1 AND beats = $2";
            let args = vec![gone.into(), held.beats.into()];
            let mut steps = vec![Step::One(Statement::new(sql, args).expecting(1))];
            steps.extend(self.give_back_steps(gone).await?);
            let leased = |usd: Usd| serde_json::json!({ "leased_usd": usd });
            let subject = format!("gateway:{}", held.id);
            let done = Done::new("free_leases", &subject);
            steps.push(by.audit(done.before(&leased(held.leased)).after(&leased(Usd::ZERO))));
            match self.db.transact(steps).await {
                // Another gateway has freed it meanwhile, or it is back.
                Err(DbError::Touched { .. }) => {}
                done => return Ok(done.map(|()| Some(held.leased))?),
            }
        }
    }

    /// Undoes [`Store::take_for_gone`] before a gateway continues; returns whether that was needed.
    pub(super) async fn come_back_in_turn(&self, instance: &str) -> Result<bool, StoreError> {
        let rows = entries::settled_by_others(self, instance).await?;
        let sql = "UPDATE instances SET gone = 0, beats = beats + 1 WHERE id = $1 AND gone = 1";
        let mut steps = vec![Step::One(Statement::new(sql, vec![instance.into()]).expecting(1))];
        steps.extend(rows.iter().map(|row| entries::reopen(&row.id)));
        steps.extend(daily_sums::take_out(rows.iter()));
        let charges = batch::charges(rows.iter());
        steps.extend(charges.iter().flat_map(|charged| budgets::uncharge(instance, charged)));
        match self.db.transact(steps).await {
            Err(DbError::Touched { .. }) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }
}

fn holding(mut row: Row) -> Result<Holding, DbError> {
    Ok(Holding {
        id: row.text()?,
        seen_at: row.int()?,
        gone: row.flag()?,
        leased: wide_sums::read(&mut row)?,
        open: u64::try_from(row.int()?).unwrap_or(0),
        beats: row.int()?,
    })
}

/// A sign of life that goes with other steps: none of them is done while others take the gateway for
/// gone.
pub(super) fn beat(instance: &str) -> Step {
    beat_at(instance, 0)
}

fn beat_at(instance: &str, now: i64) -> Step {
    Step::One(Statement::new(BEAT, vec![instance.into(), now.into()]).expecting(1))
}
