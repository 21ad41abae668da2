//! Moves rows from the spool into the store: in order, each exactly once.
//!
//! The position in the spool is stored in the same transaction as the rows, so that neither a crash
//! nor an outage loses or doubles one. A row that the database refuses is set aside, see
//! [`refused`].

mod refused;

use std::{collections::HashMap, path::PathBuf, sync::Arc};

pub use self::refused::Refused;
use crate::{
    spool::{Chunk, Position, Spool, SpoolError},
    store::{Batch, Charged, Move, Store, StoreError},
};

/// Moves rows from a spool into a store.
#[derive(Debug)]
pub struct Drain {
    spool: Arc<Spool>,
    store: Store,
    /// By the writers' names.
    cursors: HashMap<String, Cursor>,
}

/// How far a writer's segments have come into the store.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    /// As the store knows it.
    stored: Option<Position>,
    /// Where the next rows are.
    next: Position,
}

/// Rows of one writer that are on their way.
#[derive(Debug)]
struct Piece {
    writer: String,
    /// Where the store knows the writer to be.
    stored: Option<Position>,
    chunk: Chunk,
}

/// Bytes that a step reads, of all writers together.
const ENOUGH: u64 = 2 << 20;

/// What one step did.
#[derive(Debug, Default)]
pub struct Drained {
    /// How many rows it moved.
    pub rows: usize,
    /// What budgets were charged by it.
    pub charges: Vec<Charged>,
    /// Whether there may be more rows already.
    pub more: bool,
    /// A problem of the spool, for the operator. Other rows are moved all the same.
    pub damage: Vec<Damage>,
    /// Rows that the database refused. They are in files, and the rest was moved.
    pub refused: Vec<Refused>,
}

/// Something in a segment that cannot be read.
#[derive(Debug)]
pub struct Damage {
    /// How many rows, as far as that is known.
    pub rows: usize,
    /// A copy of the segment.
    pub copy: PathBuf,
}

/// Why a step moved nothing.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// The spool cannot be read.
    #[error("the spool cannot be read")]
    Spool(#[from] SpoolError),
    /// The store cannot accept rows at the moment; they stay in the spool.
    #[error("the store cannot accept rows at the moment; they are kept in the spool")]
    Store(#[from] StoreError),
}

// === impl Drain ===

impl Drain {
    /// Continues at the position that the store has.
    #[must_use]
    pub fn new(spool: Arc<Spool>, store: Store) -> Self {
        Self { spool, store, cursors: HashMap::new() }
    }

    /// Moves up to some megabytes, all writers' rows in one transaction.
    ///
    /// # Errors
    /// When spool or store refuse; the next step begins where this one did.
    pub async fn step(&mut self) -> Result<Drained, DrainError> {
        let mut live = HashMap::new();
        for writer in self.spool.writers() {
            // Rows that still are in memory count as written from here on.
            writer.flush()?;
            live.insert(writer.name().to_owned(), writer.written());
        }
        let all = self.spool.segments()?;
        // Shared by all writers, as their rows are in memory together.
        let enough = ENOUGH / u64::try_from(all.len().max(1)).unwrap_or(1);
        let (mut drained, mut pieces) = (Drained::default(), Vec::new());
        for (writer, segments) in all {
            let written = live.get(&writer).copied();
            pieces.extend(self.piece(writer, &segments, written, enough, &mut drained).await?);
        }
        if !pieces.is_empty() {
            self.apply(pieces, &mut drained).await?;
        }
        Ok(drained)
    }

    /// Moves all waiting rows, and returns how many there were. Each step is reported as soon as
    /// it is done: its charges count even if a later one fails.
    ///
    /// # Errors
    /// When spool or store refuse.
    pub async fn all(&mut self, mut done: impl FnMut(&Drained)) -> Result<usize, DrainError> {
        let mut rows = 0;
        loop {
            let step = self.step().await?;
            done(&step);
            rows += step.rows;
            if !step.more {
                return Ok(rows);
            }
        }
    }

    /// A writer's next rows, if there are some. A segment that is all in the store is removed.
    async fn piece(
        &mut self,
        writer: String,
        segments: &[u64],
        written: Option<Position>,
        enough: u64,
        drained: &mut Drained,
    ) -> Result<Option<Piece>, DrainError> {
        let mut cursor = self.cursor(&writer, segments).await?;
        // The writer may be at work: the bytes behind its position may be half a row.
        let until = written.filter(|written| written.segment == cursor.next.segment);
        let end = until.map(|written| written.offset);
        let chunk = self.spool.read(&writer, cursor.next, end, enough)?;
        if !chunk.is_empty() {
            // Only a piece of the segment was read, so even a finished one may have more.
            drained.more |= end.is_none_or(|end| chunk.to.offset < end);
            return Ok(Some(Piece { writer, stored: cursor.stored, chunk }));
        }
        if let Some(next) = segments.iter().find(|next| **next > cursor.next.segment) {
            // Nothing will be added to it any more, and all of it is in the store.
            if chunk.torn {
                let copy = self.spool.keep_copy(&writer, cursor.next.segment)?;
                drained.damage.push(Damage { rows: 0, copy });
            }
            // If the gateway ends after this, the next start finds no such segment and takes the
            // next one.
            self.spool.remove(&writer, cursor.next.segment)?;
            cursor.next = Position { segment: *next, offset: 0 };
            drained.more = true;
        }
        self.cursors.insert(writer, cursor);
        Ok(None)
    }

    async fn apply(&mut self, pieces: Vec<Piece>, drained: &mut Drained) -> Result<(), DrainError> {
        let (mut rows, mut moves) = (Vec::new(), Vec::new());
        for Piece { writer, stored, chunk } in &pieces {
            let strange = chunk.last_rows(&mut rows);
            if strange > 0 {
                let copy = self.spool.keep_copy(writer, chunk.from.segment)?;
                drained.damage.push(Damage { rows: strange, copy });
            }
            moves.push(Move { writer, from: *stored, to: chunk.to });
            drained.rows += chunk.count() - strange;
        }
        let batch = Batch { instance: self.spool.instance(), moves, rows };
        let applied = self.take(&batch, drained).await;
        for Piece { writer, chunk, .. } in &pieces {
            // Whether a transaction that failed was done all the same is for the store to say.
            self.cursors.remove(writer);
            if applied.is_ok() {
                // All rows of the chunk, also those that cannot be understood: they are not read
                // again.
                self.spool.drained(writer, chunk, chunk.count());
                let cursor = Cursor { stored: Some(chunk.to), next: chunk.to };
                self.cursors.insert(writer.clone(), cursor);
            }
        }
        // Only now: after a failure, too, the positions had to be forgotten.
        drained.charges = applied?;
        Ok(())
    }

    /// Where a writer's next rows are.
    async fn cursor(&self, writer: &str, segments: &[u64]) -> Result<Cursor, DrainError> {
        if let Some(cursor) = self.cursors.get(writer) {
            return Ok(*cursor);
        }
        let stored = self.store.position(self.spool.instance(), writer).await?;
        let first = |from: u64| {
            let segment = segments.iter().copied().find(|segment| *segment >= from);
            Position { segment: segment.unwrap_or(from), offset: 0 }
        };
        let next = match stored {
            Some(stored) if segments.contains(&stored.segment) => stored,
            // It was removed, as all of it was stored.
            Some(stored) => first(stored.segment + 1),
            None => first(0),
        };
        Ok(Cursor { stored, next })
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::{entry::row::EntryRow, spool::Durability, store::EntryFilter};

    struct Books {
        folder: tempfile::TempDir,
        spool: Arc<Spool>,
        store: Store,
    }

    async fn books() -> Books {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(&folder.path().join("spool"), Durability::Process).unwrap();
        let store = Store::sqlite(&folder.path().join("books.db")).await.unwrap();
        Books { folder, spool: Arc::new(spool), store }
    }

    fn charging(id: &str, picos: i64) -> EntryRow<'static> {
        EntryRow {
            id: id.to_owned().into(),
            outcome: "completed".into(),
            charged_pico: picos,
            budgets: Some(r#"[["key:k",7]]"#.into()),
            detail: "{}".into(),
            ..EntryRow::default()
        }
    }

    /// All writers' rows are charged together, or none of them: what was charged is never forgotten
    /// because another writer's rows could not be stored.
    #[tokio::test]
    async fn stored_rows_are_charged_to_their_budgets() {
        let Books { folder: _folder, spool, store } = books().await;
        let writers = ["worker_0", "worker_1"].map(|name| spool.writer(name).unwrap());
        let settle = |nth: usize, id: &str, picos| {
            let _ = writers[nth].settle(&charging(id, picos)).unwrap();
        };
        let mut drain = Drain::new(Arc::clone(&spool), store.clone());
        let mut told = Vec::new();
        settle(1, "1", 100);
        settle(0, "2", 20);
        drain.all(|step| told.extend(step.charges.clone())).await.unwrap();
        assert_eq!(charged(&told), [120]);
        // Somebody else has stored one writer's next rows, as this gateway's last run may have.
        settle(1, "3", 3);
        Drain::new(Arc::clone(&spool), store.clone()).all(|_| ()).await.unwrap();
        settle(0, "4", 4);
        settle(1, "5", 5);
        let failed = drain.all(|step| told.extend(step.charges.clone())).await;
        assert!(matches!(failed, Err(DrainError::Store(StoreError::Moved))), "{failed:?}");
        assert_eq!(charged(&told), [120]);
        drain.all(|step| told.extend(step.charges.clone())).await.unwrap();
        assert_eq!(charged(&told), [120, 9]);
        assert_eq!(store.count(&EntryFilter::default(), 10).await.unwrap().entries, 5);
    }

    /// The picodollars of each step.
    fn charged(told: &[Charged]) -> Vec<i128> {
        told.iter().map(|charged| charged.amount.picos()).collect()
    }

    /// A writer goes through many segments while their files are drained and used again.
    #[tokio::test]
    async fn rows_are_stored_whatever_file_they_were_written_to() {
        const REQUESTS: usize = 3_000;
        let Books { folder: _folder, spool, store } = books().await;
        let writer = spool.writer("worker_0").unwrap();
        let mut drain = Drain::new(Arc::clone(&spool), store.clone());
        let writing = thread::spawn(move || {
            for nth in 0..REQUESTS {
                let row = |outcome: &'static str| EntryRow {
                    id: format!("{nth:08}").into(),
                    outcome: outcome.into(),
                    metadata: Some("m".repeat(8_000).into()),
                    detail: "{}".into(),
                    ..EntryRow::default()
                };
                let _ = writer.open(&row("open")).unwrap();
                writer.flush().unwrap();
                let _ = writer.settle(&row("completed")).unwrap();
                writer.flush().unwrap();
            }
            writer.written().segment
        });
        while !writing.is_finished() {
            drain.all(|step| assert!(step.damage.is_empty())).await.unwrap();
        }
        let segments = writing.join().unwrap();
        drain.all(|step| assert!(step.damage.is_empty())).await.unwrap();
        assert!(segments > 4, "{segments}");
        let filter = EntryFilter::default();
        assert_eq!(store.count(&filter, 10_000).await.unwrap().entries, REQUESTS as u64);
        let open = EntryFilter { outcome: Some("open".to_owned()), ..EntryFilter::default() };
        assert_eq!(store.count(&open, 10_000).await.unwrap().entries, 0);
        assert_eq!(spool.segments().unwrap()["worker_0"], [segments]);
    }
}
