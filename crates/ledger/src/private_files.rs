//! Files and folders that only the user of this process may read, since they contain clients' data.
//!
//! What an earlier version or another umask has left open is closed when it is opened. Only what is the
//! ledger's own is touched: a database can be in a folder that has other files.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;
/// The permissions of the group and of others.
const OTHERS: u32 = 0o077;

/// Options for a file that is made where it is missing.
pub(crate) fn file() -> OpenOptions {
    let mut options = File::options();
    options.mode(FILE);
    options
}

/// Makes a folder where it is missing, and closes it and everything in it to others.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(path)?;
    close(path);
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        // The target of a link may belong to somebody else.
        match entry.file_type()? {
            kind if kind.is_dir() => folder(&entry.path())?,
            kind if kind.is_file() => close(&entry.path()),
            _ => {}
        }
    }
    Ok(())
}

/// Makes the file of a SQLite database where it is missing. Where that fails, SQLite says why.
pub(crate) fn new_database(path: &Path) {
    drop(file().create_new(true).write(true).open(path));
}

/// Closes a SQLite database to others, with the files beside it. SQLite makes those with the rights of
/// the database.
pub(crate) fn close_database(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        close(Path::new(&beside));
    }
}

/// Whether others than the user of this process may read a file or folder, or change it.
#[must_use]
pub fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & OTHERS != 0)
}

/// Takes what others may do. Where that is not possible, as on a volume that knows no rights, it stays:
/// see [`is_open_to_others`].
fn close(path: &Path) {
    let Ok(found) = fs::symlink_metadata(path) else { return };
    let mode = found.permissions().mode();
    if !found.is_symlink() && mode & OTHERS != 0 {
        // No error: the gateway warns about what stays open, see `is_open_to_others`.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode & !OTHERS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn open_folders_are_closed_with_everything_in_them() {
        let home = tempfile::tempdir().unwrap();
        set(home.path(), 0o755);
        let (spool, elsewhere) = (home.path().join("a/spool"), home.path().join("else"));
        fs::create_dir_all(spool.join("refused")).unwrap();
        fs::write(&elsewhere, "x").unwrap();
        set(&elsewhere, 0o644);
        std::os::unix::fs::symlink(&elsewhere, spool.join("link")).unwrap();
        for file in ["one.spool", "refused/id.json"] {
            fs::write(spool.join(file), "x").unwrap();
            set(&spool.join(file), 0o664);
        }
        set(&spool, 0o755);
        set(&spool.join("refused"), 0o777);
        assert!(is_open_to_others(&spool));
        folder(&spool).unwrap();
        assert!(!is_open_to_others(&spool));
        let found = ["", "one.spool", "refused", "refused/id.json"].map(|at| mode(&spool.join(at)));
        assert_eq!(found, [0o700, 0o600, 0o700, 0o600]);
        // Other files are left as they are.
        assert_eq!((mode(home.path()), mode(&elsewhere)), (0o755, 0o644));
    }

    #[test]
    fn new_files_are_closed_from_the_beginning() {
        let home = tempfile::tempdir().unwrap();
        let spool = home.path().join("new/spool");
        folder(&spool).unwrap();
        assert_eq!((mode(&spool), mode(&home.path().join("new"))), (0o700, 0o700));
        let path = home.path().join("a.db");
        new_database(&path);
        assert_eq!(mode(&path), 0o600);
        fs::write(&path, "kept").unwrap();
        set(&path, 0o644);
        let wal = home.path().join("a.db-wal");
        fs::write(&wal, "x").unwrap();
        set(&wal, 0o640);
        new_database(&path);
        close_database(&path);
        assert_eq!((mode(&path), mode(&wal)), (0o600, 0o600));
        assert_eq!(fs::read(&path).unwrap(), b"kept");
    }
}
