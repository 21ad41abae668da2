//! A PostgreSQL from Debian's packages.
//!
//! `initdb` takes seconds, so its result is made once, under `target/`, and copied for each server.
//! As root a server runs as the user `postgres`, since it refuses to run as root; it dies with the
//! thread that started it.

use std::{
    fs::{self, File},
    io::Write as _,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

/// The password of the user `postgres`, which nothing may ever show. It needs escaping in a URL.
pub const PASSWORD: &str = "pa:ss/word@of-the-tests";
const PASSWORD_IN_URL: &str = "pa%3Ass%2Fword%40of-the-tests";

/// Where Debian keeps the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";
const MISSING: &str = "expected the programs of PostgreSQL under `/usr/lib/postgresql`, found none; \
    please install Debian's package `postgresql`";
/// How long a server may take to start or to stop, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; dropped, it is gone with everything in it.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    owner: Option<Owner>,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

/// The user that the server runs as.
#[derive(Clone, Copy, Debug)]
struct Owner {
    user: u32,
    group: u32,
}

// === impl Postgres ===

impl Postgres {
    /// Starts a server with nothing in it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let owner = owner()?;
        let folder = tempfile::Builder::new().prefix("fareway-postgres-").tempdir()?;
        hand_over(folder.path(), owner)?;
        copy(&template(&programs, owner)?, &folder.path().join("data"), owner)?;
        let mut server = Self { programs, owner, folder, port: 0, child: None };
        // Another process may take the port first.
        for _ in 0..5 {
            server.port = free_port()?;
            match server.start_again() {
                Err(error) if server.said().contains("Address already in use") => drop(error),
                done => return done.map(|()| server),
            }
        }
        anyhow::bail!("expected a free port on 127.0.0.1, found none in five attempts")
    }

    /// Creates a database and returns its URL.
    ///
    /// # Errors
    /// When the server is stopped, or there is one of that name.
    pub fn database(&self, name: &str) -> Result<String> {
        self.psql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.url(name))
    }

    /// The URL of a database, with the password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{PASSWORD_IN_URL}@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The output of the real `psql` for some SQL, without headings and alignment.
    ///
    /// # Errors
    /// When the server refuses; the error has its words.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
            .args(["--host=127.0.0.1", "--username=postgres", "--dbname", database])
            .args(["--port", &self.port.to_string(), "--command", sql])
            .env("PGPASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .output()
            .context("cannot run `psql`")?;
        let refused = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`psql` failed: {refused}");
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }

    /// Executes a file of SQL, such as a dump, with the real `psql`.
    ///
    /// # Errors
    /// When the server refuses; the error has its words.
    pub fn load(&self, database: &str, file: &Path) -> Result<()> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"])
            .args(["--host=127.0.0.1", "--username=postgres", "--dbname", database])
            .args(["--port", &self.port.to_string(), "--file"])
            .arg(file)
            .env("PGPASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .output()
            .context("cannot run `psql`")?;
        let refused = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`psql` failed: {refused}");
        Ok(())
    }

    /// Ends the server at once, in order, as a maintenance does. Its data stays.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        signal(&child, "INT");
        end(&mut child)
    }

    /// Lets the server hang: connections stay, and nothing is answered until [`Postgres::resume`].
    pub fn pause(&self) {
        self.signal_all("STOP");
    }

    /// Ends what [`Postgres::pause`] began.
    pub fn resume(&self) {
        self.signal_all("CONT");
    }

    /// Starts a stopped server again, on the same port, with its data.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        let data = self.folder.path().join("data");
        let log = File::create(self.log())?;
        let mut command = as_owner(self.owner, &self.programs.join("postgres"));
        command.arg("-D").arg(&data).args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            // Nothing here has to survive a loss of power.
            "fsync=off",
            "full_page_writes=off",
            "max_connections=200",
            "shared_buffers=64MB",
            "autovacuum_naptime=10s",
        ] {
            command.args(["-c", setting]);
        }
        let child = command
            .current_dir(&data)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run `postgres`")?;
        self.child = Some(child);
        let started = self.wait_until_ready();
        started.with_context(|| format!("PostgreSQL did not start; it said:\n{}", self.said()))
    }

    /// Makes a certificate for `localhost`, restarts the server with TLS, and tells where the
    /// certificate is, which is its own root.
    ///
    /// # Errors
    /// When `openssl`, on which Debian's package depends, is missing, or the server does not start.
    pub fn use_tls(&mut self) -> Result<PathBuf> {
        self.stop()?;
        let data = self.folder.path().join("data");
        let certificate = data.join("server.crt");
        let made = as_owner(self.owner, Path::new("openssl"))
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
            .args(["-nodes", "-days", "2", "-subj", "/CN=fareway-tests"])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(data.join("server.key"))
            .arg("-out")
            .arg(&certificate)
            .current_dir(&data)
            .output()
            .context("cannot run `openssl`")?;
        let refused = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "`openssl` failed: {refused}");
        let mut settings = File::options().append(true).open(data.join("postgresql.auto.conf"))?;
        writeln!(settings, "ssl = on")?;
        self.start_again()?;
        Ok(certificate)
    }

    /// Starts the server again, unless it runs.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again_if_stopped(&mut self) -> Result<()> {
        if self.child.is_some() { Ok(()) } else { self.start_again() }
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        while !self.said().contains("database system is ready to accept connections")
            || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err()
        {
            let child = self.child.as_mut().context("it is stopped")?;
            ensure!(child.try_wait()?.is_none(), "it ended");
            ensure!(start.elapsed() < PATIENCE, "it takes longer than a minute");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// To the server and to the processes that serve its connections.
    fn signal_all(&self, name: &str) {
        let Some(child) = &self.child else { return };
        let children = Command::new("pkill")
            .args([&format!("-{name}"), "--parent", &child.id().to_string()])
            .status();
        drop(children);
        signal(child, name);
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Immediate, and it takes its shared memory along, which SIGKILL would leave.
            signal(&child, "QUIT");
            signal(&child, "CONT");
            let _ = end(&mut child);
        }
    }
}

/// The programs of the latest version that is installed.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir(DEBIAN).context(MISSING)?;
    let number = |entry: &fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let latest = versions
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("bin/initdb").exists())
        .max_by_key(number)
        .context(MISSING)?;
    Ok(latest.path().join("bin"))
}

/// The user that the server must run as: PostgreSQL refuses to run as root.
fn owner() -> Result<Option<Owner>> {
    use std::os::unix::fs::MetadataExt as _;
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.starts_with("postgres:")).context(MISSING)?;
    let mut fields = line.split(':').skip(2).map(str::parse);
    let mut next = || fields.next().context("expected a user and a group in `/etc/passwd`");
    Ok(Some(Owner { user: next()??, group: next()?? }))
}

/// The result of `initdb`, which is made when it is missing.
fn template(programs: &Path, owner: Option<Owner>) -> Result<PathBuf> {
    let target = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../target"));
    let version = programs.parent().and_then(Path::file_name).context("expected a version")?;
    let folder = target.join("test-servers");
    fs::create_dir_all(&folder)?;
    // Held until the end: the others wait for the one that makes it.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    // Per version, as a newer server does not read an older one's files.
    let made = folder.join(format!("postgres-{}", version.display()));
    if made.exists() {
        return Ok(made);
    }
    // A folder that the server's user can reach, unlike the repository perhaps.
    let work = tempfile::tempdir()?;
    let mut password = tempfile::NamedTempFile::new()?;
    password.write_all(PASSWORD.as_bytes())?;
    for path in [work.path(), password.path()] {
        hand_over(path, owner)?;
    }
    let data = work.path().join("data");
    let output = as_owner(owner, &programs.join("initdb"))
        .args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"])
        .args(["--locale=C.UTF-8", "--no-sync", "--wal-segsize=1", "--pwfile"])
        .arg(password.path())
        .arg("--pgdata")
        .arg(&data)
        .current_dir(work.path())
        .output()
        .context("cannot run `initdb`")?;
    ensure!(
        output.status.success(),
        "`initdb` failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let half = folder.join("half-made");
    let _ = fs::remove_dir_all(&half);
    copy(&data, &half, None)?;
    fs::rename(&half, &made)?;
    Ok(made)
}

fn copy(from: &Path, to: &Path, owner: Option<Owner>) -> Result<()> {
    let copied = Command::new("cp").arg("-R").arg(from).arg(to).status()?;
    ensure!(copied.success(), "cannot copy `{}`", from.display());
    if let Some(Owner { user, group }) = owner {
        let owner = format!("{user}:{group}");
        let given = Command::new("chown").args(["-R", &owner]).arg(to).status()?;
        ensure!(given.success(), "cannot give `{}` to another user", to.display());
    }
    // PostgreSQL refuses a folder that others can read.
    let closed = Command::new("chmod").args(["-R", "go-rwx"]).arg(to).status()?;
    ensure!(closed.success(), "cannot close `{}`", to.display());
    Ok(())
}

fn hand_over(path: &Path, owner: Option<Owner>) -> Result<()> {
    let Some(Owner { user, group }) = owner else { return Ok(()) };
    Ok(chown(path, Some(user), Some(group))?)
}

/// A program as the server's user.
fn as_owner(owner: Option<Owner>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if let Some(Owner { user, group }) = owner {
        let ids = [format!("--reuid={user}"), format!("--regid={group}")];
        command.args(ids).arg("--clear-groups");
    }
    command.args(["--pdeathsig", "QUIT"]).arg(program);
    command
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn signal(child: &Child, name: &str) {
    let _ = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
}

/// Waits until a process has ended, and ends it for good when that takes too long.
fn end(child: &mut Child) -> Result<()> {
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("PostgreSQL did not end within a minute");
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_outlives_an_outage() {
        let mut server = Postgres::start().unwrap();
        server.database("books").unwrap();
        server.psql("books", "CREATE TABLE t AS SELECT 7 AS x").unwrap();
        server.stop().unwrap();
        assert!(server.psql("books", "SELECT x FROM t").is_err());
        server.start_again().unwrap();
        assert_eq!(server.psql("books", "SELECT x FROM t").unwrap(), "7");
        let refused = server.psql("books", "SELECT y FROM t").unwrap_err();
        assert!(refused.to_string().contains("column \"y\" does not exist"), "{refused}");
    }
}
