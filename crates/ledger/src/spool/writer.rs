//! The writer of one spool: appends several rows with one system call.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    Durability, Position, SpoolError, Waiting,
    frame::{self, END},
    segment::Segment,
};
use crate::entry::row::EntryRow;

/// Disk space that is allocated for the row that settles an open one, in bytes. Texts that clients
/// and upstreams choose are cut long before a row is that long.
const SETTLE: u64 = 8 * 1024;
/// A segment that is longer is followed by another, in bytes: short enough for its file to be used
/// again soon.
const SEGMENT: u64 = 8 << 20;

/// Appends rows to the segments of one worker.
#[derive(Debug)]
pub struct SpoolWriter {
    name: String,
    folder: PathBuf,
    /// The number of the segment that this process began with.
    first_segment: u64,
    durability: Durability,
    waiting: Arc<Waiting>,
    /// A std mutex: held while some bytes are copied or written, never while waiting.
    state: Mutex<State>,
    /// The number of the last row that is with the operating system, or with the disk.
    pub(super) flushed: AtomicU64,
    /// The number of the last row.
    appended: AtomicU64,
}

/// How far the spool must be flushed for a row to be durable.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Ticket(pub(super) u64);

#[derive(Debug)]
struct State {
    segment: Segment,
    /// Rows that are not written yet.
    buffer: Vec<u8>,
    /// Open rows that are not settled: disk space for each one's end is allocated.
    open: u64,
}

// === impl SpoolWriter ===

impl SpoolWriter {
    pub(super) fn new(
        name: &str,
        folder: &std::path::Path,
        segment: Segment,
        durability: Durability,
        waiting: Arc<Waiting>,
    ) -> Self {
        let first_segment = segment.number;
        let state = Mutex::new(State { segment, buffer: Vec::with_capacity(64 * 1024), open: 0 });
        let (name, folder) = (name.to_owned(), folder.to_owned());
        let (flushed, appended) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { name, folder, first_segment, durability, waiting, state, flushed, appended }
    }

    /// Appends a row that opens a request, and sets room aside for the one that will settle it.
    ///
    /// # Errors
    /// When there is no room for both. Nothing is appended then.
    pub fn open(&self, row: &EntryRow<'_>) -> Result<Ticket, SpoolError> {
        let mut state = self.locked();
        // Segments change only here: this call may refuse a request, while `settle` must not fail.
        if state.segment.written > SEGMENT {
            self.next_segment(&mut state)?;
        }
        let start = state.buffer.len();
        // Before making room, as only now its length is known.
        state.put(row)?;
        if let Err(full) = state.make_room(1) {
            state.buffer.truncate(start);
            return Err(full);
        }
        state.open += 1;
        Ok(self.appended(&state, start))
    }

    /// Appends further facts about an open request that must be durable before it continues.
    ///
    /// # Errors
    /// When there is no room for it. Nothing is appended then.
    pub fn reopen(&self, row: &EntryRow<'_>) -> Result<Ticket, SpoolError> {
        let mut state = self.locked();
        let start = state.buffer.len();
        state.put(row)?;
        if let Err(full) = state.make_room(0) {
            state.buffer.truncate(start);
            return Err(full);
        }
        Ok(self.appended(&state, start))
    }

    /// Appends what more is known of a request that is open. On a full disk it is left out: the
    /// room that is left is for rows that settle.
    pub fn progress(&self, row: &EntryRow<'_>) {
        let mut state = self.locked();
        let start = state.buffer.len();
        if state.put(row).is_err() || state.make_room(0).is_err() {
            state.buffer.truncate(start);
            return;
        }
        let _ = self.appended(&state, start);
    }

    /// Appends the row that settles a request which [`SpoolWriter::open`] has accepted.
    ///
    /// # Errors
    /// When the row cannot be encoded.
    pub fn settle(&self, row: &EntryRow<'_>) -> Result<Ticket, SpoolError> {
        let mut state = self.locked();
        let start = state.buffer.len();
        // First, as the row that follows uses the room that was set aside for it.
        state.open = state.open.saturating_sub(1);
        let length = state.put(row)? as u64;
        if length > SETTLE && state.make_room(0).is_err() {
            // More than was allocated, and the disk has no more: the required fields still fit.
            state.buffer.truncate(start);
            state.put(&row.in_short())?;
        }
        Ok(self.appended(&state, start))
    }

    fn appended(&self, state: &State, start: usize) -> Ticket {
        self.waiting.rows.fetch_add(1, Ordering::Relaxed);
        let bytes = state.buffer.len() - start;
        self.waiting.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        // Under the lock, so that numbers are in the order of the rows.
        Ticket(self.appended.fetch_add(1, Ordering::AcqRel) + 1)
    }

    /// Makes a row durable. All who wait in the same turn of the runtime share one write.
    ///
    /// # Errors
    /// When the disk returns an error. The row is then neither durable nor forgotten: it is written with
    /// the next that are.
    pub async fn commit(&self, Ticket(number): Ticket) -> Result<(), SpoolError> {
        // Rows of `Relaxed` are written by the next step of the drain, which flushes all writers.
        if self.durability == Durability::Relaxed || self.is_flushed(number) {
            return Ok(());
        }
        // Other requests of this thread append their rows meanwhile, and share the write.
        tokio::task::yield_now().await;
        if self.is_flushed(number) { Ok(()) } else { self.flush() }
    }

    fn is_flushed(&self, number: u64) -> bool {
        self.flushed.load(Ordering::Acquire) >= number
    }

    /// Makes all rows durable that are appended so far, as [`SpoolWriter::commit`] does.
    ///
    /// # Errors
    /// The same.
    pub async fn commit_all(&self) -> Result<(), SpoolError> {
        self.commit(Ticket(self.appended.load(Ordering::Acquire))).await
    }

    /// Makes all rows durable that are appended so far, at once.
    ///
    /// # Errors
    /// When the disk returns an error. They are then written with the next.
    pub fn flush(&self) -> Result<(), SpoolError> {
        self.write_out(&mut self.locked())
    }

    /// [`SpoolWriter::flush`], where rows have to be durable before an answer leaves.
    ///
    /// # Errors
    /// The same.
    pub fn flush_if_due(&self) -> Result<(), SpoolError> {
        let last = self.appended.load(Ordering::Acquire);
        let due = self.durability != Durability::Relaxed && !self.is_flushed(last);
        if due { self.flush() } else { Ok(()) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn first_segment(&self) -> u64 {
        self.first_segment
    }

    /// Up to where it has written.
    #[must_use]
    pub fn written(&self) -> Position {
        let state = self.locked();
        // Without the buffer: its rows are not in the file yet.
        Position { segment: state.segment.number, offset: state.segment.written }
    }

    fn write_out(&self, state: &mut State) -> Result<(), SpoolError> {
        if state.buffer.is_empty() {
            return Ok(());
        }
        let State { segment, buffer, .. } = state;
        segment.write(buffer)?;
        // They are in the file now. If the flush below fails, they must not be written a second
        // time.
        buffer.clear();
        if self.durability == Durability::Disk {
            segment.sync()?;
        }
        // Under the lock, so all rows with these numbers were in the buffer.
        self.flushed.store(self.appended.load(Ordering::Acquire), Ordering::Release);
        Ok(())
    }

    /// Goes on in a new segment, with room for everything that is open.
    fn next_segment(&self, state: &mut State) -> Result<(), SpoolError> {
        // The buffer's checksums begin with the old segment's number.
        self.write_out(state)?;
        let mut next = Segment::create(&self.folder, &self.name, state.segment.number + 1)?;
        // Open requests are settled in the new segment, so it needs the room for all of them.
        let end = next.written + state.open * SETTLE + END.len() as u64;
        if let Err(full) = next.make_room(end) {
            // Left behind, it would make the next try fail: the file of a segment must be new.
            let _ = std::fs::remove_file(&next.path);
            return Err(full);
        }
        // Last, so that after a failure the old segment stays in use.
        state.segment = next;
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    /// Adds a row to the buffer; returns the length of its frame.
    fn put(&mut self, row: &EntryRow<'_>) -> Result<usize, SpoolError> {
        frame::put(row, self.segment.seed(), &mut self.buffer)
    }

    /// Reserves disk space for the buffer, for settling the open requests, and for `more` of them.
    fn make_room(&mut self, more: u64) -> Result<(), SpoolError> {
        let end = self.segment.written + self.buffer.len() as u64;
        self.segment.make_room(end + (self.open + more) * SETTLE + END.len() as u64)
    }
}
