//! The source of a key: the environment or a file, never the command line, where other users could
//! read it.

use std::{env, fs, path::PathBuf};

use secrecy::SecretString;

use crate::output::command_error::Failure;

/// Where the key is.
#[derive(clap::Args)]
pub(crate) struct KeyArguments {
    /// The environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    key_env: Option<String>,
    /// A file that holds the key and nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "key_env")]
    key_file: Option<PathBuf>,
}

/// A key, and where it was found, for messages.
pub(crate) struct Key {
    pub(crate) secret: SecretString,
    pub(crate) found_in: String,
}

// === impl KeyArguments ===

impl KeyArguments {
    /// The key that the arguments name, or else the one in the first of the variables that is set.
    pub(crate) fn find(&self, variables: &[&str]) -> Result<Option<Key>, Failure> {
        if let Some(path) = &self.key_file {
            let found_in = format!("`{}`", path.display());
            let text = fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("cannot read {found_in}: {error}")))?;
            if text.trim().is_empty() {
                return Err(Failure::usage(format!("{found_in} is empty, expected a key")));
            }
            // Most editors end a file with a line break, which is not part of the key.
            return Ok(Some(Key { secret: text.trim().into(), found_in }));
        }
        if let Some(name) = &self.key_env {
            // The name is not repeated, in case it is a key by mistake.
            return from_environment(name)
                .map(Some)
                .ok_or_else(|| Failure::usage("the variable that --key-env names is not set"));
        }
        Ok(variables.iter().find_map(|name| from_environment(name)))
    }
}

/// The value of the first variable that is set and not empty.
pub(crate) fn setting(variables: &[&str]) -> Option<String> {
    variables.iter().find_map(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
}

/// The key in a variable, if it is set.
pub(crate) fn from_environment(name: &str) -> Option<Key> {
    let value = setting(&[name])?;
    Some(Key { secret: value.trim().into(), found_in: format!("the variable `{name}`") })
}
