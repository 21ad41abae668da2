//! Repricing of settled requests with the prices that are known now.
//!
//! Entries and roll-up change together, a batch at a time, so that they are equal at any moment. An
//! entry that somebody else changes in between is read again. What a request is charged less or more
//! goes to the budgets' windows that were charged, where they are still open: a budget can then be
//! over, by correction only, and admits nothing until there is room.

use cost_model::{Cost, CostStatus, Day, PriceBook};
use llm_types::Usd;
use serde::Serialize;

use super::{
    ChangedBy, Charged, EntryFilter, Page, Store, StoreError, audit::Done, budgets, facets,
};
use crate::store::{batch, daily_sums};
use crate::{
    db::{DbError, Statement, Step},
    entry::{Anew, DeploymentPrice, Prices, row::EntryRow},
};

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Selection {
    /// These; empty: those that fit the filter.
    pub ids: Vec<String>,
    /// All that is given must fit. Its own cost status is not looked at.
    #[serde(skip)]
    pub filter: EntryFilter,
    /// And one of these.
    pub cost_statuses: Vec<String>,
}

/// A repricing: which entries, and by which prices.
pub struct Repricing<'a> {
    /// The requests.
    pub selection: &'a Selection,
    /// The prices.
    pub book: &'a PriceBook,
    /// How a deployment is priced, by its id; `None` if there is none of this id.
    pub deployment: &'a (dyn Fn(&str) -> Option<DeploymentPrice> + Sync),
    /// Only those whose cost, status or review mark would change. Where only the ids of prices would,
    /// the entry stays as it is and is counted.
    pub stale: bool,
    /// Only report what would change.
    pub dry_run: bool,
    /// Who wants it, and when.
    pub by: &'a ChangedBy,
    /// The request as JSON, for the audit.
    pub request: &'a str,
    /// How many changes are returned one by one.
    pub most_changes: usize,
}

/// The result, of a dry run too.
#[derive(Debug, Default)]
pub struct Repriced {
    /// How many requests were looked at.
    pub examined: u64,
    /// Of them, those whose cost is another one now.
    pub changed: u64,
    /// Of those that did not change, those whose price ids alone would be others: see
    /// [`Repricing::stale`].
    pub price_id_only: u64,
    /// Of all that were looked at, those whose cost is still not known as a whole.
    pub still_unpriced: u64,
    /// The known cost of those that changed, before.
    pub before: Usd,
    /// The same, now.
    pub after: Usd,
    /// The changes, at most as many as were asked for.
    pub changes: Vec<Change>,
    /// The ids that name nothing.
    pub missing: Vec<String>,
    /// Why it ended early. The changes returned until then are done.
    pub failed: Option<StoreError>,
}

/// One request's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The request.
    pub id: String,
    /// When it was received, in microseconds since 1970.
    pub at: i64,
    /// The model group that was asked for.
    pub asked: String,
    /// The model that answered.
    pub served: Option<String>,
    /// Its cost as it was.
    pub before: Priced,
    /// Its cost as it is.
    pub after: Priced,
}

/// A cost in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// How sure it is.
    pub status: CostStatus,
    /// The whole of it.
    pub cost: Option<Usd>,
    /// The known part of it.
    pub known: Usd,
    /// The prices that were used: the model's, the routing fee.
    pub price_ids: Vec<String>,
    /// The day since which the model's price was under review on the request's day.
    pub price_review_due: Option<Day>,
}

/// Entries that are changed in one transaction.
const BATCH: u32 = 500;
/// How often a batch is tried in which somebody else changes entries.
const TRIES: usize = 4;

const UPDATE: &str = "UPDATE entries SET cost_status = $1, cost_pico = $2, known_pico = $3, \
    fee_pico = $4, detail = $5, charged_pico = $6 WHERE id = $7 AND cost_status = $8 AND detail = $9";

// === impl Store: repricing ===

impl Store {
    /// Prices requests again. If it stops half-way, the changes made so far stay, and a second run does
    /// the rest.
    pub async fn reprice(&self, repricing: &Repricing<'_>) -> Repriced {
        let mut done = Repriced::default();
        // Part of the result, as the changes made before the failure stay and must be reported.
        done.failed = self.reprice_all(repricing, &mut done).await.err();
        done
    }

    async fn reprice_all(
        &self,
        repricing: &Repricing<'_>,
        done: &mut Repriced,
    ) -> Result<(), StoreError> {
        let selection = repricing.selection;
        for ids in selection.ids.chunks(usize::try_from(BATCH).unwrap_or(1)) {
            let rows = self.named(ids, done).await?;
            self.reprice_batch(repricing, rows, done).await?;
        }
        // Requests that were named are priced again whatever their status is.
        let statuses = if selection.ids.is_empty() { &selection.cost_statuses[..] } else { &[] };
        for status in statuses {
            let filter =
                EntryFilter { cost_status: Some(status.clone()), ..selection.filter.clone() };
            let mut page = Page { before: None, limit: BATCH };
            // A page continues after an id, so entries that have left the filter do not shift it.
            loop {
                let found = self.entries(&filter, &page).await?;
                self.reprice_batch(repricing, found.rows, done).await?;
                match found.next {
                    Some(next) => page.before = Some(next),
                    None => break,
                }
            }
        }
        Ok(())
    }

    async fn named(
        &self,
        ids: &[String],
        done: &mut Repriced,
    ) -> Result<Vec<EntryRow<'static>>, StoreError> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            match self.entry(id).await? {
                Some(row) => rows.push(row),
                None => done.missing.push(id.clone()),
            }
        }
        Ok(rows)
    }

    async fn reprice_batch(
        &self,
        repricing: &Repricing<'_>,
        mut rows: Vec<EntryRow<'static>>,
        done: &mut Repriced,
    ) -> Result<(), StoreError> {
        // A cost that has another status now can come again, among those of that status.
        rows.retain(|row| !row.detail.contains(&repricing.by.audit_id));
        let mut tries = TRIES;
        loop {
            let anew = repricing.anew(&rows)?;
            let with = done.with(&anew);
            let steps =
                if repricing.dry_run { None } else { steps(repricing, &rows, &anew, &with) };
            let applied = match steps {
                Some(steps) => {
                    let _turn = self.money.lock().await;
                    self.db.transact(steps).await
                }
                None => Ok(()),
            };
            match applied {
                Ok(()) => {
                    done.take(with, &anew, repricing.most_changes);
                    return Ok(());
                }
                // Another repricing has changed a row since it was read.
                Err(DbError::Touched { .. }) if tries > 1 => tries -= 1,
                Err(error) => return Err(error.into()),
            }
            // The costs were computed from rows that have changed since.
            rows = self.again(&rows).await?;
        }
    }

    async fn again(&self, rows: &[EntryRow<'_>]) -> Result<Vec<EntryRow<'static>>, StoreError> {
        let mut read = Vec::with_capacity(rows.len());
        for row in rows {
            read.extend(self.entry(&row.id).await?);
        }
        Ok(read)
    }
}

/// One transaction: entries, roll-up, audit. `None` if nothing changes.
fn steps(
    repricing: &Repricing<'_>,
    rows: &[EntryRow<'static>],
    anew: &[Anew],
    with: &Counts,
) -> Option<Vec<Step>> {
    let mut changes = daily_sums::Changes::default();
    let mut steps = Vec::new();
    for (old, new) in
        rows.iter().zip(anew).filter_map(|(row, anew)| Some((row, anew.row.as_ref()?)))
    {
        changes.subtract(old);
        changes.add(new);
        let args = vec![
            (&*new.cost_status).into(),
            new.cost_pico.into(),
            new.known_pico.into(),
            new.fee_pico.into(),
            (&*new.detail).into(),
            new.charged_pico.into(),
            (&*old.id).into(),
            (&*old.cost_status).into(),
            (&*old.detail).into(),
        ];
        // By the status and detail that were read: a row that has changed since undoes the batch.
        steps.push(Step::One(Statement::new(UPDATE, args).expecting(1)));
    }
    if steps.is_empty() {
        return None;
    }
    steps.extend(corrections(rows, anew).iter().flat_map(budgets::correct));
    steps.extend(facets::add(anew.iter().filter_map(|anew| anew.row.as_ref())));
    steps.extend(changes.step());
    steps.extend(changes.sweep());
    steps.push(repricing.audit(with));
    Some(steps)
}

/// What budgets are charged less or more, in the order that is the same for all gateways.
fn corrections(rows: &[EntryRow<'static>], anew: &[Anew]) -> Vec<Charged> {
    let changed =
        || rows.iter().zip(anew).filter_map(|(row, anew)| Some((row, anew.row.as_ref()?)));
    let before = batch::charges(changed().map(|(row, _)| row));
    let after = batch::charges(changed().map(|(_, row)| row));
    // Both are of the same budgets.
    let less = |one: Usd, other: Usd| Usd::from_picos(one.picos() - other.picos());
    let corrected = before.into_iter().zip(after).map(|(before, after)| Charged {
        amount: less(after.amount, before.amount),
        held: less(after.held, before.held),
        ..before
    });
    corrected.filter(|one| (one.amount, one.held) != (Usd::ZERO, Usd::ZERO)).collect()
}

// === impl Repricing ===

impl Repricing<'_> {
    /// The rows at today's prices.
    fn anew(&self, rows: &[EntryRow<'static>]) -> Result<Vec<Anew>, StoreError> {
        let Self { book, deployment, stale, .. } = *self;
        let (now, audit_id) = (self.by.now, &*self.by.audit_id);
        let prices = Prices { book, deployment, stale, now, audit_id };
        Ok(rows.iter().map(|row| row.priced_again(&prices)).collect::<Result<_, _>>()?)
    }

    /// Who has changed how many, and by how much; brought up to date by each batch.
    fn audit(&self, with: &Counts) -> Step {
        let known = |usd: Usd| serde_json::json!({"known_usd": usd});
        let (mut before, mut after) = (known(with.before), known(with.after));
        before["selection"] = serde_json::from_str(self.request).unwrap_or_default();
        after["changed"] = with.changed.into();
        self.by
            .audit_again(Done::new("reprice", "requests:selection").before(&before).after(&after))
    }
}

/// The counts.
#[derive(Clone, Copy, Debug)]
struct Counts {
    examined: u64,
    changed: u64,
    price_id_only: u64,
    still_unpriced: u64,
    before: Usd,
    after: Usd,
}

// === impl Repriced ===

impl Repriced {
    /// The counts once these are done as well.
    fn with(&self, anew: &[Anew]) -> Counts {
        let Self { examined, changed, price_id_only, still_unpriced, before, after, .. } = *self;
        let mut counts = Counts { examined, changed, price_id_only, still_unpriced, before, after };
        for anew in anew {
            counts.examined += 1;
            counts.price_id_only += u64::from(anew.price_id_only);
            counts.still_unpriced += u64::from(anew.cost.total().is_none());
            if anew.row.is_some() {
                counts.changed += 1;
                counts.before = counts.before + anew.entry.receipt.cost.known();
                counts.after = counts.after + anew.cost.known();
            }
        }
        counts
    }

    fn take(&mut self, counts: Counts, anew: &[Anew], most: usize) {
        let Counts { examined, changed, price_id_only, still_unpriced, before, after } = counts;
        self.price_id_only = price_id_only;
        (self.examined, self.changed, self.still_unpriced) = (examined, changed, still_unpriced);
        (self.before, self.after) = (before, after);
        let room = most.saturating_sub(self.changes.len());
        let changes = anew.iter().filter(|anew| anew.row.is_some()).take(room).map(Change::of);
        self.changes.extend(changes);
    }
}

// === impl Change ===

impl Change {
    fn of(anew: &Anew) -> Self {
        let receipt = &anew.entry.receipt;
        Self {
            id: receipt.id.clone(),
            at: receipt.at.as_microsecond(),
            asked: receipt.asked.clone(),
            served: receipt.served.clone(),
            before: Priced::of(&receipt.cost),
            after: Priced::of(&anew.cost),
        }
    }
}

// === impl Priced ===

impl Priced {
    /// A cost in short.
    #[must_use]
    pub fn of(cost: &Cost) -> Self {
        Self {
            status: cost.status,
            cost: cost.total(),
            known: cost.known(),
            price_ids: cost.price_ids().map(str::to_owned).collect(),
            price_review_due: cost.price_review_due(),
        }
    }
}

#[cfg(test)]
mod tests;
