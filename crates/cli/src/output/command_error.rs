//! The error of a command: its cause, advice for the user, and the exit code.

use std::{error::Error, io, process::ExitCode};

use crate::output::terminal;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<dyn Error>,
    advice: Option<String>,
    code: u8,
}

/// Tried, and failed.
pub(crate) const FAILED: u8 = 1;
/// Not tried: the arguments, or the settings in the environment, are not enough.
pub(crate) const USAGE: u8 = 2;
/// Ended by Ctrl-C, as shells count it.
pub(crate) const INTERRUPTED: u8 = 130;

// === impl Failure ===

impl Failure {
    /// The arguments or settings are not valid.
    pub(crate) fn usage(error: impl Into<Box<dyn Error>>) -> Self {
        Self { error: error.into(), advice: None, code: USAGE }
    }

    /// The command could not be carried out.
    pub(crate) fn failed(error: impl Into<Box<dyn Error>>) -> Self {
        Self { error: error.into(), advice: None, code: FAILED }
    }

    /// Advice for the user.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Says it on standard error.
    pub(crate) fn report(self) -> ExitCode {
        if is_broken_pipe(&*self.error) {
            // The reader of the output, such as `head`, has enough of it.
            return ExitCode::SUCCESS;
        }
        terminal::error(&*self.error, self.advice.as_deref());
        ExitCode::from(self.code)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::failed(error)
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
