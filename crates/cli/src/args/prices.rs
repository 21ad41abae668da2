//! The price table and overlay to use, as arguments.

use std::{
    fs,
    path::{Path, PathBuf},
};

use cost_model::{OverlayError, PriceBook};

use crate::output::command_error::Failure;

/// Published prices, or an operator's own over them.
#[derive(clap::Args)]
pub(crate) struct PriceArguments {
    /// A price file with prices of your own, which win over the published ones
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    /// A file with the published prices, in place of those that are built in
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
}

// === impl PriceArguments ===

impl PriceArguments {
    /// The price book that they ask for.
    pub(crate) fn book(&self) -> Result<PriceBook, Failure> {
        let mut book = PriceBook::builtin();
        if let Some(path) = &self.overlay {
            let (text, file) = read(path)?;
            book = PriceBook::with_overlay(&text, &file)
                .map_err(|error| invalid("price file", &file, &error))?;
        }
        if let Some(path) = &self.table {
            let (text, file) = read(path)?;
            // The table last: it replaces the built-in prices below the overlay that is already in
            // place.
            book = book
                .with_table(&text, &file)
                .map_err(|error| invalid("price table", &file, &error))?;
        }
        Ok(book)
    }
}

/// A file's text and name.
fn read(path: &Path) -> Result<(String, String), Failure> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read `{file}`: {error}")))?;
    Ok((text, file))
}

fn invalid(what: &str, file: &str, error: &OverlayError) -> Failure {
    let problems = error.to_string().replace('\n', "\n  ");
    Failure::usage(format!("the {what} `{file}` is not valid")).advise(problems)
}
