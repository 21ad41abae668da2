//! One file of a spool, with room set aside before it is needed.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use super::SpoolError;

/// What every segment begins with: a name and a version of the format.
pub(super) const HEADER: &[u8; 16] = b"fareway spool 1\n";
/// Room is set aside in steps of this size, in bytes.
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
    /// Begins a segment.
    pub(super) fn create(folder: &Path, writer: &str, number: u64) -> Result<Self, SpoolError> {
        let path = path(folder, writer, number);
        let refused = |source| SpoolError::io("make", &path, source);
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(refused)?;
        let mut segment = Self { file, path: path.clone(), number, written: 0, room: 0 };
        let begun = segment.make_room(STEP).and_then(|()| segment.write(HEADER));
        if begun.is_err() {
            // An empty file would only be in the way of the next try.
            let _ = fs::remove_file(&path);
        }
        begun.map(|()| segment)
    }

    /// Sets room aside up to `end`.
    pub(super) fn make_room(&mut self, end: u64) -> Result<(), SpoolError> {
        if end <= self.room {
            return Ok(());
        }
        let wanted = end.next_multiple_of(STEP);
        // The last bytes of a full disk are for settling what is under way.
        let smallest = |_| allocate(&self.file, self.room, end).map(|()| end);
        let room = allocate(&self.file, self.room, wanted).map(|()| wanted).or_else(smallest);
        self.room = room.map_err(|source| SpoolError::io("extend", &self.path, source))?;
        Ok(())
    }

    /// Appends. After a failure the same bytes can be written again: they go to the same place.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        let refused = |source| SpoolError::io("write", &self.path, source);
        self.file.write_all_at(bytes, self.written).map_err(refused)?;
        self.written += bytes.len() as u64;
        self.room = self.room.max(self.written);
        Ok(())
    }

    /// Waits until the disk has it.
    pub(super) fn sync(&self) -> Result<(), SpoolError> {
        self.file.sync_data().map_err(|source| SpoolError::io("sync", &self.path, source))
    }
}

/// Sets the bytes from `start` to `end` of a file aside.
#[cfg(target_os = "linux")]
fn allocate(file: &File, start: u64, end: u64) -> io::Result<()> {
    use rustix::{fs, io::Errno};
    match fs::fallocate(file, fs::FallocateFlags::empty(), start, end - start) {
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

/// Where a segment lies.
pub(super) fn path(folder: &Path, writer: &str, number: u64) -> PathBuf {
    folder.join(format!("{writer}-{number:08}.spool"))
}

/// The writer and number that a segment's name tells.
pub(super) fn parse_name(name: &str) -> Option<(&str, u64)> {
    let (writer, number) = name.strip_suffix(".spool")?.rsplit_once('-')?;
    Some((writer, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_can_be_made_of_zeros() {
        let file = tempfile::tempfile().unwrap();
        fill(&file, 0, 10_000).unwrap();
        fill(&file, 10_000, 10_001).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 10_001);
    }

    #[test]
    fn a_name_tells_writer_and_number() {
        let made = path(Path::new(""), "worker_1", 42);
        assert_eq!(made.to_str().unwrap(), "worker_1-00000042.spool");
        assert_eq!(parse_name("worker_1-00000042.spool"), Some(("worker_1", 42)));
        assert_eq!(parse_name("instance"), None);
        assert_eq!(parse_name("worker_1-x.spool"), None);
    }
}
