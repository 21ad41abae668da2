//! The spool: files that take an entry's row in microseconds and keep it through a crash, until it
//! is drained into the store.
//!
//! Each worker of the gateway has a writer of its own, and each writer appends to segments
//! `<writer>-<number>.spool`. A segment is a header and frames, see `frame`. What a writer has
//! committed survives `kill -9`; a torn frame can only be the last. The file of a drained segment
//! becomes a later one: to overwrite allocated blocks takes a quarter less time than to write new
//! ones.

mod error;
mod frame;
mod reader;
mod refused;
mod segment;
mod writer;

use std::{
    fs::{self, File, TryLockError},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use uuid::Uuid;

use crate::private_files;

pub(crate) use self::refused::{RefusedRow, remove as remove_refused};
pub use self::{
    error::SpoolError,
    reader::{Chunk, Position},
    writer::{SpoolWriter, Ticket},
};

/// What a committed row survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process, however it comes: the row is with the operating system.
    #[default]
    Process,
    /// The end of power as well: the row is on the disk. Costs a flush for each group of rows.
    Disk,
    /// Nothing until the next drain, a quarter of a second later.
    Relaxed,
}

/// A folder of segments, held by one process at a time.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    instance: String,
    durability: Durability,
    waiting: Arc<Waiting>,
    /// In the order in which they were made.
    writers: Mutex<Vec<Arc<SpoolWriter>>>,
    /// Lets go of the folder when it is dropped.
    _lock: File,
}

/// How much is not drained yet.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) rows: AtomicU64,
    pub(crate) bytes: AtomicU64,
}

/// How much is not drained yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpoolSize {
    /// Rows; a request has two or more.
    pub rows: u64,
    /// Bytes of them.
    pub bytes: u64,
}

// === impl Spool ===

impl Spool {
    /// Takes hold of a folder, which is made when it is missing.
    ///
    /// # Errors
    /// When another process holds it, or the disk returns an error.
    pub fn open(folder: &Path, durability: Durability) -> Result<Self, SpoolError> {
        private_files::folder(folder).map_err(|source| SpoolError::io("make", folder, source))?;
        // First, as another process may be writing the id at this moment.
        let lock = lock(&folder.join("lock"))?;
        let instance = instance(&folder.join("instance"))?;
        let (waiting, writers) = (Arc::default(), Mutex::default());
        let folder = folder.to_owned();
        Ok(Self { folder, instance, durability, waiting, writers, _lock: lock })
    }

    /// Names this gateway in the store; the same as long as the folder is.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// A writer, which begins a segment of its own. Names are letters, digits and `_`.
    ///
    /// Its number is above all that were there: the store remembers how far it has come, by number.
    /// That is why the last segment of a writer is never removed.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub fn writer(&self, name: &str) -> Result<Arc<SpoolWriter>, SpoolError> {
        let last = self.segments()?.get(name).and_then(|all| all.last().copied()).unwrap_or(0);
        let segment = segment::Segment::create(&self.folder, name, last + 1)?;
        let waiting = Arc::clone(&self.waiting);
        let writer = SpoolWriter::new(name, &self.folder, segment, self.durability, waiting);
        let writer = Arc::new(writer);
        self.locked().push(Arc::clone(&writer));
        Ok(writer)
    }

    /// How much is not drained yet, of what this process has written.
    #[must_use]
    pub fn size(&self) -> SpoolSize {
        let Waiting { rows, bytes } = &*self.waiting;
        // The two may be of different moments: they are figures for people.
        SpoolSize { rows: rows.load(Relaxed), bytes: bytes.load(Relaxed) }
    }

    /// Subtracts drained rows. Those of an earlier process were never counted.
    pub(crate) fn drained(&self, writer: &str, chunk: &Chunk, rows: usize) {
        let of_this_process = |known: &Arc<SpoolWriter>| {
            known.name() == writer && chunk.from.segment >= known.first_segment()
        };
        if self.locked().iter().any(of_this_process) {
            self.waiting.rows.fetch_sub(rows as u64, Relaxed);
            let bytes = chunk.to.offset - chunk.from.offset;
            self.waiting.bytes.fetch_sub(bytes, Relaxed);
        }
    }

    /// The writers of this process.
    #[must_use]
    pub fn writers(&self) -> Vec<Arc<SpoolWriter>> {
        self.locked().clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<Arc<SpoolWriter>>> {
        self.writers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds the folder for as long as the file is open.
fn lock(path: &Path) -> Result<File, SpoolError> {
    let refused = |source| SpoolError::io("lock", path, source);
    let file = private_files::file().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(refused)?;
    // A lock of the file, not its existence: the kernel lets go of it however the process ends.
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SpoolError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(refused(source)),
    }
}

/// Reads the instance's id, or makes one.
fn instance(path: &Path) -> Result<String, SpoolError> {
    match fs::read_to_string(path) {
        Ok(text) if Uuid::try_parse(text.trim()).is_ok() => return Ok(text.trim().to_owned()),
        // Empty after a crash in the middle of the first start.
        Ok(text) if text.trim().is_empty() => {}
        Ok(_) => return Err(SpoolError::NotAnInstance(path.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(source) => return Err(SpoolError::io("read", path, source)),
    }
    // A crash while it is written leaves an empty file, which the next start accepts (see above).
    let id = Uuid::now_v7().to_string();
    let file = private_files::file().create(true).truncate(true).write(true).open(path);
    let written = file.and_then(|mut file| file.write_all(id.as_bytes()));
    written.map_err(|source| SpoolError::io("write", path, source))?;
    Ok(id)
}

#[cfg(test)]
mod tests;
