//! The prices to use, as an argument.

use std::{fs, path::PathBuf};

use cost_model::PriceBook;

use crate::failure::Failure;

/// Published prices, or an operator's own over them.
#[derive(clap::Args)]
pub(crate) struct PriceArguments {
    /// A price file with prices of your own, which win over the published ones
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
}

// === impl PriceArguments ===

impl PriceArguments {
    /// The price book that they ask for.
    pub(crate) fn book(&self) -> Result<PriceBook, Failure> {
        let Some(path) = &self.overlay else { return Ok(PriceBook::builtin()) };
        let file = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read `{file}`: {error}")))?;
        PriceBook::with_overlay(&text, &file).map_err(|error| {
            let problems = error.to_string().replace('\n', "\n  ");
            Failure::usage(format!("the price file `{file}` is not valid")).advise(problems)
        })
    }
}
