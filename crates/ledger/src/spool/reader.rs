//! Reads the rows of a spool from a position on.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    ops::Range,
    path::PathBuf,
};

use foldhash::{HashSet, HashSetExt as _};

use super::{
    Spool, SpoolError,
    frame::{self, Frame},
    segment::{self, HEADER},
};
use crate::entry::row::EntryRow;

/// A place in a writer's segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The segment's number.
    pub segment: u64,
    /// Bytes from its beginning.
    pub offset: u64,
}

/// Some rows of one segment, and where the next ones are.
#[derive(Debug)]
pub struct Chunk {
    bytes: Vec<u8>,
    /// Where in them each row is.
    rows: Vec<Range<usize>>,
    /// Where the rows begin in the segment.
    pub from: Position,
    /// Where they end.
    pub to: Position,
    /// The segment ends with bytes that are no row.
    pub torn: bool,
}

// === impl Spool: reading ===

impl Spool {
    /// All segments, the numbers by their writers' names, in order.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub fn segments(&self) -> Result<BTreeMap<String, Vec<u64>>, SpoolError> {
        let refused = |source| SpoolError::io("list", &self.folder, source);
        let mut all = BTreeMap::<String, Vec<u64>>::new();
        for file in fs::read_dir(&self.folder).map_err(refused)? {
            let name = file.map_err(refused)?.file_name();
            if let Some((writer, number)) = name.to_str().and_then(segment::parse_name) {
                all.entry(writer.to_owned()).or_default().push(number);
            }
        }
        all.values_mut().for_each(|numbers| numbers.sort_unstable());
        Ok(all)
    }

    /// Reads rows from a position on: about `enough` bytes, or a single row if that is longer.
    /// `until` is the end of the segment so far, if its writer is still appending to it.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub fn read(
        &self,
        writer: &str,
        from: Position,
        until: Option<u64>,
        mut enough: u64,
    ) -> Result<Chunk, SpoolError> {
        let path = segment::path(&self.folder, writer, from.segment);
        let refused = |source| SpoolError::io("read", &path, source);
        let file = File::open(&path).map_err(refused)?;
        // Behind a writer's position may be half a row. A finished segment is read to its end.
        let end = match until {
            Some(until) => until,
            None => file.metadata().map_err(refused)?.len(),
        };
        let seed = segment::seed_of(&file, from.segment).map_err(refused)?;
        // A segment begins with its header, which is no row.
        let start = from.offset.max(HEADER.len() as u64);
        let from = Position { offset: start, ..from };
        loop {
            let length = enough.min(end.saturating_sub(start));
            let chunk = Chunk::of(bytes(&file, start, length).map_err(refused)?, seed, from);
            // A row may be longer than the piece that was read.
            if chunk.to == from && chunk.torn && length == enough {
                enough *= 4;
                continue;
            }
            // A piece that was cut short by `enough` ends within a row without any damage.
            let torn = chunk.torn && length < enough;
            return Ok(Chunk { torn, ..chunk });
        }
    }

    /// Removes a segment whose rows are all in the store. If its writer belongs to this process,
    /// the file is kept and becomes a later segment.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub fn remove(&self, writer: &str, number: u64) -> Result<(), SpoolError> {
        let path = segment::path(&self.folder, writer, number);
        let removed = if self.writers().iter().any(|known| known.name() == writer) {
            // Renamed over the spare file that may be there: one is enough.
            fs::rename(&path, segment::spare(&self.folder, writer))
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|source| SpoolError::io("remove", &path, source))
    }

    /// Keeps a copy of a segment for people to look at: something in it cannot be read.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub fn keep_copy(&self, writer: &str, number: u64) -> Result<PathBuf, SpoolError> {
        let path = segment::path(&self.folder, writer, number);
        let copy = path.with_extension("bad");
        fs::copy(&path, &copy).map_err(|source| SpoolError::io("copy", &path, source))?;
        Ok(copy)
    }
}

fn bytes(mut file: &File, start: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

// === impl Chunk ===

impl Chunk {
    fn of(mut bytes: Vec<u8>, seed: u32, from: Position) -> Self {
        // Rows have some 600 bytes, so the list seldom has to grow.
        let (mut end, mut rows) = (0, Vec::with_capacity(bytes.len() / 512));
        let torn = loop {
            match frame::read(&bytes[end..], seed) {
                Frame::Row(row, length) => {
                    rows.push(end + length - row.len()..end + length);
                    end += length;
                }
                Frame::End => break false,
                Frame::Torn => break true,
            }
        };
        // What follows is a part of a row, or space that is not written yet.
        bytes.truncate(end);
        let to = Position { offset: from.offset + end as u64, ..from };
        Self { bytes, rows, from, to, torn }
    }

    /// Frames from anywhere, for the fuzzer.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn fuzzed(bytes: &[u8], seed: u32) -> Self {
        Self::of(bytes.to_vec(), seed, Position { segment: 0, offset: 0 })
    }

    /// Every row, for tests.
    #[cfg(test)]
    pub(super) fn all_rows(&self) -> Vec<EntryRow<'_>> {
        let row = |place: &Range<usize>| postcard::from_bytes(&self.bytes[place.clone()]).unwrap();
        self.rows.iter().map(row).collect()
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Adds the last row of each request to `rows`, in no order: it has all that the earlier ones
    /// have. Returns how many rows cannot be decoded.
    pub fn last_rows<'a>(&'a self, rows: &mut Vec<EntryRow<'a>>) -> usize {
        let mut known = HashSet::with_capacity(self.rows.len());
        // Most requests are opened and settled in the same piece.
        rows.reserve(self.rows.len().div_ceil(2));
        let mut strange = 0;
        // Backwards, so that the last row of a request is the first that is met.
        for payload in self.rows.iter().rev().map(|place| &self.bytes[place.clone()]) {
            // The id is a row's first field, so rows that are not needed are not decoded further.
            let id = postcard::take_from_bytes::<&str>(payload).map(|(id, _)| id).ok();
            if id.is_some_and(|id| known.contains(id)) {
                continue;
            }
            match postcard::from_bytes::<EntryRow<'_>>(payload) {
                Ok(row) => {
                    // Only once it is decoded: if the last row is broken, the one before it counts.
                    known.extend(id);
                    rows.push(row);
                }
                Err(_) => strange += 1,
            }
        }
        strange
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
