//! Console output: the only place where xtask prints, a line on standard output at a time.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

/// Prints one line. A closed pipe is no reason to fail a task.
pub(crate) fn line(text: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints the title of the step that follows.
pub(crate) fn step(title: impl Display) {
    line(format_args!("\n==> {title}"));
}
