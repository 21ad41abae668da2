//! `cargo xtask pricing --bundle FILE`: the whole price table as one file, which `pricing.table` of an
//! older gateway names.

use super::{SOURCES, VERSION, list, texts};
use crate::{console, repository};
use anyhow::Context;
use std::fs;
use std::path::Path;

/// Writes the table that was last generated.
///
/// # Errors
/// When the sources break a rule, or the file cannot be written.
pub(crate) fn write(file: &Path) -> anyhow::Result<()> {
    let (text, version) = bundled()?;
    fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
    console::line(format_args!("price table {version} in `{}`", file.display()));
    Ok(())
}

/// The table as one text, checked, and its version.
fn bundled() -> anyhow::Result<(String, String)> {
    let root = repository::root();
    let version = fs::read_to_string(root.join(VERSION))
        .with_context(|| format!("cannot read `{VERSION}`"))?;
    let version = version.trim();
    let sources = texts(&root.join(SOURCES))?;
    let text = pricing_schema::bundle(sources.iter().map(|(_, text)| text.as_str()), version)?;
    pricing_schema::read_published(&text, "the bundle")
        .map_err(|errors| anyhow::anyhow!(list(&errors)))?;
    Ok((text, version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::read;

    /// Read back, it is the table that the sources are, with every id and figure.
    #[test]
    fn the_bundle_is_the_table() {
        let (text, version) = bundled().unwrap();
        let bundle = pricing_schema::read_published(&text, "prices.json").unwrap();
        let table = read(&repository::root().join(SOURCES)).unwrap();
        assert_eq!(bundle.version, version);
        let ids = |models: &[pricing_data::Model]| -> Vec<String> {
            models
                .iter()
                .flat_map(|model| model.prices.iter())
                .map(|price| format!("{price:?}"))
                .collect()
        };
        assert_eq!(ids(&bundle.table.models), ids(&table.models));
        assert_eq!(format!("{:?}", bundle.router), format!("{:?}", table.router.unwrap()));
        assert_eq!(bundle.table.zones, table.zones);
        assert_eq!(bundle.table.tools.len(), table.tools.len());
        assert_eq!(bundle.table.billing_rules.len(), table.billing_rules.len());
    }
}
