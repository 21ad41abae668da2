//! Runs the binary with nothing of the tests' own environment but what a test sets.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// A command line to be run.
pub(crate) struct Run(Command);

/// How it ended. Shown as a text with everything that a user could see.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `fareway` with arguments separated by blanks; `'…'` keeps blanks together.
pub(crate) fn fareway(arguments: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fareway"));
    let parts = arguments.split('\'').enumerate();
    for (nth, part) in parts {
        if nth % 2 == 1 {
            command.arg(part);
        } else {
            command.args(part.split_whitespace());
        }
    }
    for (name, _) in std::env::vars() {
        let ours = ["AZURE_", "FAREWAY_", "NO_COLOR", "CLICOLOR", "COLUMNS"];
        let proxies = name.to_ascii_lowercase().ends_with("_proxy");
        if proxies || ours.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    Run(command)
}

impl Run {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs it without input.
    pub(crate) fn run(self) -> Ran {
        self.with_input("")
    }

    /// Runs it with this on standard input.
    pub(crate) fn with_input(mut self, input: &str) -> Ran {
        self.0.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.0.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A thread, as the output must be read meanwhile. It may end without reading its input.
        let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        output.into()
    }

    /// Starts it, for tests that do something while it runs.
    pub(crate) fn command(mut self) -> Command {
        self.0.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.0
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(!self.out.contains('\u{1b}') && !self.err.contains('\u{1b}'), "colours in a pipe");
        for (name, text) in [("out", &self.out), ("err", &self.err)] {
            if !text.is_empty() {
                writeln!(f, "--- {name}\n{text}")?;
            }
        }
        write!(f, "--- exit {}", self.code)
    }
}
