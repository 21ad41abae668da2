//! Moves rows from the spool into the store: in order, each exactly once.
//!
//! Where it has come to is stored in the same transaction as the rows, so that neither a crash nor
//! an outage in between loses or doubles one.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use crate::{Batch, Charged, Position, Spool, SpoolError, Store, StoreError, spool::Chunk};

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

/// What one step did.
#[derive(Debug, Default)]
pub struct Drained {
    /// How many rows it moved.
    pub rows: usize,
    /// What budgets were charged by it.
    pub charges: Vec<Charged>,
    /// Whether there may be more rows already.
    pub more: bool,
    /// What is wrong with the spool, for the operator. It does not keep the rest from moving.
    pub damage: Vec<Damage>,
}

/// Something in a segment that cannot be read.
#[derive(Debug)]
pub struct Damage {
    /// How many rows, as far as that can be told.
    pub rows: usize,
    /// A copy of the segment.
    pub copy: PathBuf,
}

/// Why a step did not move all rows. What it moved is moved.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// The spool cannot be read.
    #[error("the spool cannot be read")]
    Spool(#[from] SpoolError),
    /// The store does not take rows now; they stay in the spool.
    #[error("the store does not take rows now; they are kept in the spool")]
    Store(#[from] StoreError),
}

// === impl Drain ===

impl Drain {
    /// Goes on where the store says that it has come to.
    #[must_use]
    pub fn new(spool: Arc<Spool>, store: Store) -> Self {
        Self { spool, store, cursors: HashMap::new() }
    }

    /// Moves what is there, up to about a megabyte of each writer's.
    ///
    /// # Errors
    /// When spool or store refuse; the next step begins where this one ended.
    pub async fn step(&mut self) -> Result<Drained, DrainError> {
        let mut drained = Drained::default();
        let mut live = HashMap::new();
        for writer in self.spool.writers() {
            writer.flush()?;
            live.insert(writer.name().to_owned(), writer.written());
        }
        for (writer, segments) in self.spool.segments()? {
            let written = live.get(&writer).copied();
            let moved = self.step_of(&writer, &segments, written, &mut drained).await;
            if moved.is_err() {
                // Whether the last transaction was done is for the store to say.
                self.cursors.remove(&writer);
            }
            moved?;
        }
        Ok(drained)
    }

    /// Moves everything that is there.
    ///
    /// # Errors
    /// When spool or store refuse.
    pub async fn all(&mut self) -> Result<Drained, DrainError> {
        let mut all = Drained::default();
        loop {
            let step = self.step().await?;
            all.rows += step.rows;
            all.charges.extend(step.charges);
            all.damage.extend(step.damage);
            if !step.more {
                return Ok(all);
            }
        }
    }

    async fn step_of(
        &mut self,
        writer: &str,
        segments: &[u64],
        written: Option<Position>,
        drained: &mut Drained,
    ) -> Result<(), DrainError> {
        let mut cursor = self.cursor(writer, segments).await?;
        let until = written.filter(|written| written.segment == cursor.next.segment);
        let chunk = self.spool.read(writer, cursor.next, until.map(|written| written.offset))?;
        if !chunk.is_empty() {
            self.apply(writer, cursor, &chunk, drained).await?;
            cursor = Cursor { stored: Some(chunk.to), next: chunk.to };
            drained.more |= until.is_none_or(|written| chunk.to.offset < written.offset);
        } else if let Some(next) = segments.iter().find(|next| **next > cursor.next.segment) {
            // Nothing will be added to it any more, and all of it is in the store.
            if chunk.torn {
                let copy = self.spool.keep_copy(writer, cursor.next.segment)?;
                drained.damage.push(Damage { rows: 0, copy });
            }
            self.spool.remove(writer, cursor.next.segment)?;
            cursor.next = Position { segment: *next, offset: 0 };
            drained.more = true;
        }
        self.cursors.insert(writer.to_owned(), cursor);
        Ok(())
    }

    async fn apply(
        &self,
        writer: &str,
        cursor: Cursor,
        chunk: &Chunk,
        drained: &mut Drained,
    ) -> Result<(), DrainError> {
        let (rows, strange) = chunk.last_rows();
        if strange > 0 {
            let copy = self.spool.keep_copy(writer, chunk.from.segment)?;
            drained.damage.push(Damage { rows: strange, copy });
        }
        let moved = chunk.count() - strange;
        let instance = self.spool.instance();
        let batch = Batch { instance, writer, from: cursor.stored, to: chunk.to, rows };
        drained.charges.extend(self.store.apply(batch).await?);
        self.spool.drained(writer, chunk, moved + strange);
        drained.rows += moved;
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
    use crate::{Durability, EntryFilter, EntryRow};

    /// A writer goes through many segments while their files are drained and used again.
    #[tokio::test]
    async fn rows_are_stored_whatever_file_they_were_written_to() {
        const REQUESTS: usize = 3_000;
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(&folder.path().join("spool"), Durability::Process).unwrap();
        let spool = Arc::new(spool);
        let store = Store::sqlite(&folder.path().join("books.db")).await.unwrap();
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
            assert!(drain.all().await.unwrap().damage.is_empty());
        }
        let segments = writing.join().unwrap();
        let last = drain.all().await.unwrap();
        assert!(last.damage.is_empty() && segments > 4, "{segments} {last:?}");
        let filter = EntryFilter::default();
        assert_eq!(store.count(&filter, 10_000).await.unwrap().entries, REQUESTS as u64);
        let open = EntryFilter { outcome: Some("open".to_owned()), ..EntryFilter::default() };
        assert_eq!(store.count(&open, 10_000).await.unwrap().entries, 0);
        assert_eq!(spool.segments().unwrap()["worker_0"], [segments]);
    }
}
