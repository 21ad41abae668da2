//! Processes that are measured: their CPU time and memory, children included. They end with us.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use nix::{
    sys::signal::{Signal, kill},
    time::{clock_getcpuclockid, clock_gettime},
    unistd::Pid,
};

/// A process that we started.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

/// How long a process may take to end when it is asked to.
const FAREWELL: Duration = Duration::from_secs(5);

// === impl Process ===

impl Process {
    /// Starts a command that writes what it says into the file `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let file = File::create(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        Ok(Self { child, log: log.to_owned() })
    }

    /// CPU time since the start, user and system, of the process and its children.
    ///
    /// From the process CPU clock, which counts nanoseconds and threads that have ended; the ticks
    /// of `/proc/PID/stat` are too coarse.
    ///
    /// # Errors
    /// When the process has ended.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let mut sum = Duration::ZERO;
        for pid in self.family()? {
            sum += Duration::from(clock_gettime(clock_getcpuclockid(pid)?)?);
        }
        Ok(sum)
    }

    /// CPU time since the start of those of its threads whose names do not begin so.
    ///
    /// # Errors
    /// When the process has ended.
    pub(crate) fn cpu_beside(&self, name: &str) -> anyhow::Result<Duration> {
        let mut sum = Duration::ZERO;
        for thread in fs::read_dir(format!("/proc/{}/task", self.pid()?))? {
            let thread = thread?.path();
            // Threads end while we look.
            let content = |file| fs::read_to_string(thread.join(file)).unwrap_or_default();
            if !content("comm").starts_with(name) {
                sum += Duration::from_nanos(running(&content("schedstat")).unwrap_or_default());
            }
        }
        Ok(sum)
    }

    /// Bytes of memory in use, of the process and its children.
    ///
    /// # Errors
    /// When the process has ended.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let mut sum = 0;
        for pid in self.family()? {
            let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
            sum += kilobytes.context("expected `VmRSS`")?.parse::<u64>()? * 1024;
        }
        Ok(sum)
    }

    /// Fails when the process has ended, with the last that it said.
    ///
    /// # Errors
    /// See above.
    pub(crate) fn check_alive(&mut self) -> anyhow::Result<()> {
        let Some(status) = self.child.try_wait()? else { return Ok(()) };
        let said = self.said();
        anyhow::bail!("it ended ({status}); it said:\n{said}")
    }

    /// Its output so far.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The process and its children.
    fn family(&self) -> anyhow::Result<Vec<Pid>> {
        let mut family = vec![self.pid()?];
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
            // Others come and go while we look.
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            if parent(&stat) == Some(family[0]) {
                family.push(Pid::from_raw(pid));
            }
        }
        Ok(family)
    }

    fn pid(&self) -> anyhow::Result<Pid> {
        Ok(Pid::from_raw(i32::try_from(self.child.id())?))
    }

    /// Asks it to end, so that it can end its children, and waits.
    fn stop(&mut self) -> anyhow::Result<()> {
        kill(self.pid()?, Signal::SIGTERM)?;
        let start = Instant::now();
        while self.child.try_wait()?.is_none() {
            anyhow::ensure!(start.elapsed() < FAREWELL, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.stop().is_err() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The parent's id in the text of `/proc/PID/stat`. The name before it may hold blanks.
fn parent(stat: &str) -> Option<Pid> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_ascii_whitespace().nth(1)?.parse().ok().map(Pid::from_raw)
}

/// Nanoseconds on a processor, in the text of `/proc/PID/task/TID/schedstat`.
fn running(schedstat: &str) -> Option<u64> {
    schedstat.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threads_time_is_the_first_figure() {
        assert_eq!(running("8123456 77 12\n"), Some(8_123_456));
        assert_eq!(running(""), None);
    }

    #[test]
    fn a_name_with_blanks_does_not_hide_the_parent() {
        assert_eq!(parent("17 (a (b) c) S 4 17 17 0"), Some(Pid::from_raw(4)));
        assert_eq!(parent(""), None);
    }
}
