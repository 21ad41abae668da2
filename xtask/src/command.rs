//! Other programs: their command line is printed before they run, and their exit code checked
//! after.

use std::{
    ffi::OsStr,
    io::{self, BufRead as _, BufReader},
    process::{Command, Stdio},
};

use anyhow::Context as _;

use crate::{console, repository};

/// A program with its arguments, to be run in the root of the repository.
pub(crate) fn command<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: &[S]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(repository::root()).stdin(Stdio::null());
    command
}

/// The cargo that runs this task, or the one on the path.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

/// Runs the command with its output on ours.
///
/// # Errors
/// When it cannot be started or fails.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    console::line(format_args!("$ {shown}"));
    let status = command.status().with_context(|| format!("cannot run `{shown}`"))?;
    anyhow::ensure!(status.success(), "`{shown}` failed ({status})");
    Ok(())
}

/// Runs the command with its output on ours, and shows each line to `see` as well.
///
/// Gives whether the command succeeded.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn run_seeing(command: &mut Command, mut see: impl FnMut(&str)) -> anyhow::Result<bool> {
    let shown = shown(command);
    console::line(format_args!("$ {shown}"));
    let (output, input) = io::pipe()?;
    let start = command.stdout(input.try_clone()?).stderr(input).spawn();
    let mut child = start.with_context(|| format!("cannot run `{shown}`"))?;
    // `Command` keeps its ends of the pipe; without this the last line would never come.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        console::line(&line);
        see(&line);
    }
    Ok(child.wait()?.success())
}

/// Whether the command runs and succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
