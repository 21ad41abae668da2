//! One file of a spool, with disk space allocated before it is needed.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use super::{SpoolError, frame::END};
use crate::private_files;

/// What every segment begins with: a name and a version of the format.
pub(super) const HEADER: &[u8; 16] = b"fareway spool 2\n";
/// The version before, whose checksums began with nothing.
const HEADER_1: &[u8; 16] = b"fareway spool 1\n";
/// Disk space is allocated in steps of this size, in bytes.
const STEP: u64 = 1 << 20;

/// A file that is written to.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    pub(super) path: PathBuf,
    pub(super) number: u64,
    /// Up to where it is written, in bytes.
    pub(super) written: u64,
    /// Up to where writing cannot fail for want of room.
    pub(super) room: u64,
}

// === impl Segment ===

impl Segment {
    /// Begins a segment, in the file of one that was drained where there is one.
    pub(super) fn create(folder: &Path, writer: &str, number: u64) -> Result<Self, SpoolError> {
        let path = path(folder, writer, number);
        // If a file cannot be reused, whatever the reason, a new one is made: reuse only saves
        // time.
        if let Ok(reused) = Self::reuse(folder, writer, number) {
            return Ok(reused);
        }
        let refused = |source| SpoolError::io("make", &path, source);
        // An existing file is never overwritten: it may have rows that are not drained.
        let file = private_files::file().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(refused)?;
        let mut segment = Self { file, path: path.clone(), number, written: 0, room: 0 };
        let begun = segment.make_room(STEP).and_then(|()| segment.write(&mut HEADER.to_vec()));
        if begun.is_err() {
            // An empty file would only be in the way of the next try.
            let _ = fs::remove_file(&path);
        }
        begun.map(|()| segment)
    }

    /// Takes over a spare file. Its blocks are allocated already, and to overwrite them takes a
    /// quarter less time.
    fn reuse(folder: &Path, writer: &str, number: u64) -> io::Result<Self> {
        let (path, taken) = (path(folder, writer, number), folder.join(format!("{writer}.taken")));
        // Under a name of the writer's own first: the drain may put another spare file down at any
        // moment.
        fs::rename(spare(folder, writer), &taken)?;
        let file = File::options().read(true).write(true).open(&taken)?;
        // Before it becomes a segment: its old content must not be taken for this segment's rows.
        file.write_all_at(&[&HEADER[..], &END].concat(), 0)?;
        let room = file.metadata()?.len();
        // `rename` would replace a segment with rows in it.
        if path.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&taken, &path)?;
        Ok(Self { file, path, number, written: HEADER.len() as u64, room })
    }

    /// The start value of its rows' checksums.
    pub(super) fn seed(&self) -> u32 {
        seed(self.number)
    }

    /// Sets room aside up to `end`.
    pub(super) fn make_room(&mut self, end: u64) -> Result<(), SpoolError> {
        if end <= self.room {
            return Ok(());
        }
        let wanted = end.next_multiple_of(STEP);
        // The last bytes of a full disk are for settling requests in flight.
        let smallest = |_| allocate(&self.file, self.room, end).map(|()| end);
        let room = allocate(&self.file, self.room, wanted).map(|()| wanted).or_else(smallest);
        self.room = room.map_err(|source| SpoolError::io("extend", &self.path, source))?;
        Ok(())
    }

    /// Appends rows, and the end after them, which the next ones go over. After a failure the same
    /// rows can be written again: they go to the same place.
    pub(super) fn write(&mut self, rows: &mut Vec<u8>) -> Result<(), SpoolError> {
        let refused = |source| SpoolError::io("write", &self.path, source);
        let length = rows.len();
        rows.extend_from_slice(&END);
        // At a fixed place, so that the remains of a failed attempt are overwritten.
        let written = self.file.write_all_at(rows, self.written);
        // The caller keeps its rows: after a failure it adds others and tries again.
        rows.truncate(length);
        written.map_err(refused)?;
        self.written += length as u64;
        // A write beyond the allocated room has extended the file itself.
        self.room = self.room.max(self.written);
        Ok(())
    }

    /// Waits until the disk has it.
    pub(super) fn sync(&self) -> Result<(), SpoolError> {
        // Not `sync_all`: recovery does not need the file's times.
        self.file.sync_data().map_err(|source| SpoolError::io("sync", &self.path, source))
    }
}

/// Sets the bytes from `start` to `end` of a file aside.
#[cfg(target_os = "linux")]
fn allocate(file: &File, start: u64, end: u64) -> io::Result<()> {
    use rustix::{fs, io::Errno};
    match fs::fallocate(file, fs::FallocateFlags::empty(), start, end - start) {
        // NFS and some overlay file systems cannot allocate.
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => fill(file, start, end),
        done => Ok(done?),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(file: &File, start: u64, end: u64) -> io::Result<()> {
    fill(file, start, end)
}

/// Sets room aside by writing zeros, where the file system knows no other way.
fn fill(file: &File, start: u64, end: u64) -> io::Result<()> {
    let zeros = [0; 8192];
    let mut at = start;
    while at < end {
        let count = zeros.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
        file.write_all_at(&zeros[..count], at)?;
        at += count as u64;
    }
    Ok(())
}

/// The start value of the checksums of a segment's rows.
fn seed(number: u64) -> u32 {
    // The lower half is enough: a file is never used by two segments with the same one.
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default()
}

/// The same, by what the segment begins with.
pub(super) fn seed_of(file: &File, number: u64) -> io::Result<u32> {
    let mut header = [0; HEADER.len()];
    let read = file.read_at(&mut header, 0)?;
    Ok(if header[..read] == HEADER_1[..] { 0 } else { seed(number) })
}

/// Where a drained segment's file waits to be used again.
pub(super) fn spare(folder: &Path, writer: &str) -> PathBuf {
    folder.join(format!("{writer}.spare"))
}

/// Where a segment lies.
pub(super) fn path(folder: &Path, writer: &str, number: u64) -> PathBuf {
    folder.join(format!("{writer}-{number:08}.spool"))
}

/// The writer and number in a segment's name.
pub(super) fn parse_name(name: &str) -> Option<(&str, u64)> {
    let (writer, number) = name.strip_suffix(".spool")?.rsplit_once('-')?;
    Some((writer, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::MetadataExt as _, thread};

    use super::*;

    /// The drain puts spare files down while a writer takes one: what is written to is what has the
    /// segment's name.
    #[test]
    fn a_spare_file_is_taken_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        thread::scope(|threads| {
            let putting = threads.spawn(|| {
                for nth in 0..20_000 {
                    let drained = folder.join(format!("drained_{nth}"));
                    fs::write(&drained, b"something else").unwrap();
                    fs::rename(&drained, spare(folder, "w")).unwrap();
                }
            });
            let mut number = 0;
            while !putting.is_finished() {
                number += 1;
                let segment = Segment::create(folder, "w", number).unwrap();
                let named = fs::metadata(&segment.path).unwrap().ino();
                assert_eq!(segment.file.metadata().unwrap().ino(), named, "segment {number}");
                let mut begin = [0; HEADER.len()];
                File::open(&segment.path).unwrap().read_at(&mut begin, 0).unwrap();
                assert_eq!(&begin, HEADER);
                fs::remove_file(&segment.path).unwrap();
            }
        });
    }

    #[test]
    fn room_can_be_made_of_zeros() {
        let file = tempfile::tempfile().unwrap();
        fill(&file, 0, 10_000).unwrap();
        fill(&file, 10_000, 10_001).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 10_001);
    }

    #[test]
    fn a_name_contains_writer_and_number() {
        let made = path(Path::new(""), "worker_1", 42);
        assert_eq!(made.to_str().unwrap(), "worker_1-00000042.spool");
        assert_eq!(parse_name("worker_1-00000042.spool"), Some(("worker_1", 42)));
        assert_eq!(parse_name("instance"), None);
        assert_eq!(parse_name("worker_1-x.spool"), None);
    }
}
