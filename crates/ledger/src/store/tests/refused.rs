//! A row that the database does not take keeps no other from being stored, and no gateway from starting.

use std::sync::Arc;

use super::*;
use crate::{
    db::{Db, Statement, Step},
    drain::{Drain, Drained},
    spool::{Durability, Spool},
    store::EntryFilter,
};

on_both!(
    a_refused_row_is_set_aside_and_the_rest_is_stored,
    what_was_set_aside_is_taken_later,
    a_row_that_cannot_be_interrupted_stays_open,
);

/// Lets the database take no settled row of the model group `bad`, until [`allow`].
async fn refuse(store: &Store) {
    let sql = match &store.db {
        Db::Sqlite(_) => {
            "CREATE TRIGGER refusing BEFORE UPDATE ON entries WHEN NEW.asked = 'bad' \
             BEGIN SELECT RAISE(ABORT, 'it is bad'); END"
        }
        Db::Postgres(_) => {
            "ALTER TABLE entries ADD CONSTRAINT refusing CHECK (asked <> 'bad' OR outcome = 'open')"
        }
    };
    run(store, sql).await;
    if let Db::Sqlite(_) = &store.db {
        let insert = "CREATE TRIGGER refusing_new BEFORE INSERT ON entries \
            WHEN NEW.asked = 'bad' AND NEW.outcome <> 'open' \
            BEGIN SELECT RAISE(ABORT, 'it is bad'); END";
        run(store, insert).await;
    }
}

async fn allow(store: &Store) {
    match &store.db {
        Db::Sqlite(_) => {
            run(store, "DROP TRIGGER refusing").await;
            run(store, "DROP TRIGGER refusing_new").await;
        }
        Db::Postgres(_) => run(store, "ALTER TABLE entries DROP CONSTRAINT refusing").await,
    }
}

async fn run(store: &Store, sql: &'static str) {
    store.db.transact(vec![Step::One(Statement::new(sql, vec![]))]).await.unwrap();
}

fn bad(id: &str, outcome: &'static str) -> EntryRow<'static> {
    EntryRow { asked: "bad".into(), ..row(id, outcome, 7) }
}

struct Set {
    _folder: tempfile::TempDir,
    spool: Arc<Spool>,
    drain: Drain,
}

/// Thirty settled rows, some of them bad, in the spool.
fn spooled(store: &Store, bad_ones: &[u64]) -> Set {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path(), Durability::Process).unwrap());
    let writer = spool.writer("worker_0").unwrap();
    for nth in 0..30 {
        let id = format!("{nth:08}");
        let row = if bad_ones.contains(&nth) {
            bad(&id, "completed")
        } else {
            row(&id, "completed", 100)
        };
        let _ = writer.settle(&row).unwrap();
    }
    let drain = Drain::new(Arc::clone(&spool), store.clone());
    Set { _folder: folder, spool, drain }
}

/// Requests and the money that they were charged, by the roll-up.
async fn sums(store: &Store) -> (i64, i128) {
    let total = store.spend(&crate::SpendQuery::default(), 1).await.unwrap().total;
    (total.requests, total.charged.picos())
}

async fn a_refused_row_is_set_aside_and_the_rest_is_stored(on: Backend) {
    for bad_ones in [&[0][..], &[29], &[3, 4, 17], &(0..30).collect::<Vec<_>>()] {
        let store = on.store().await;
        refuse(&store).await;
        let mut set = spooled(&store, bad_ones);
        let mut refused = Vec::new();
        let mut charged = 0;
        let moved = |step: &Drained| {
            refused.extend(step.refused.iter().map(|one| (one.id.clone(), one.reason.clone())));
            charged += step.charges.iter().map(|one| one.amount.picos()).sum::<i128>();
        };
        set.drain.all(moved).await.unwrap();
        let ids: Vec<String> = bad_ones.iter().map(|nth| format!("{nth:08}")).collect();
        assert_eq!(refused.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
        // The trigger of SQLite, and the constraint of PostgreSQL.
        let says_why = |reason: &str| reason.contains("it is bad") || reason.contains("refusing");
        assert!(refused.iter().all(|(_, reason)| says_why(reason)), "{refused:?}");
        assert_eq!(set.spool.refused_rows(), bad_ones.len());
        let good = 30 - bad_ones.len() as i64;
        assert_eq!(sums(&store).await, (good, i128::from(good) * 100));
        assert_eq!(charged, i128::from(good) * 100);
        // The spool has moved on: nothing of it comes again.
        let again = Drain::new(Arc::clone(&set.spool), store.clone()).all(|_| ()).await.unwrap();
        assert_eq!((again, sums(&store).await.0), (0, good));
    }
}

async fn what_was_set_aside_is_taken_later(on: Backend) {
    let store = on.store().await;
    refuse(&store).await;
    let mut set = spooled(&store, &[5, 6]);
    set.drain.all(|_| ()).await.unwrap();
    assert_eq!(set.drain.retry_refused().await.unwrap(), 0);
    assert_eq!((set.spool.refused_rows(), sums(&store).await), (2, (28, 2_800)));
    allow(&store).await;
    assert_eq!(set.drain.retry_refused().await.unwrap(), 2);
    assert_eq!((set.spool.refused_rows(), sums(&store).await), (0, (30, 2_814)));
    let stored = store.entry("00000005").await.unwrap().unwrap();
    assert_eq!(stored, EntryRow { prompt: None, ..bad("00000005", "completed") });
    // A file that a crash has left behind adds nothing.
    set.spool.set_aside(&bad("00000005", "completed"), "again".to_owned()).unwrap();
    assert_eq!(set.drain.retry_refused().await.unwrap(), 1);
    assert_eq!((set.spool.refused_rows(), sums(&store).await), (0, (30, 2_814)));
    // A request that was settled in another way meanwhile needs a person to look at it.
    set.spool.set_aside(&row("00000005", "failed", 9), "again".to_owned()).unwrap();
    assert_eq!(set.drain.retry_refused().await.unwrap(), 0);
    assert_eq!((set.spool.refused_rows(), sums(&store).await), (1, (30, 2_814)));
}

async fn a_row_that_cannot_be_interrupted_stays_open(on: Backend) {
    let store = on.store().await;
    refuse(&store).await;
    let rows = vec![bad("1", "open"), row("2", "open", 0), row("3", "open", 0)];
    store.apply(batch(None, 1, rows)).await.unwrap();
    let done = store.interrupt_open("here", 1_767_225_600_000_001).await.unwrap();
    assert_eq!((done.entries, done.refused), (2, 1));
    assert_eq!(done.charges[0].amount.picos(), 1_000);
    let open = EntryFilter { outcome: Some("open".to_owned()), ..EntryFilter::default() };
    assert_eq!(store.count(&open, 10).await.unwrap().entries, 1);
    allow(&store).await;
    let done = store.interrupt_open("here", 1_767_225_600_000_001).await.unwrap();
    assert_eq!((done.entries, done.refused), (1, 0));
}
