//! Section `pricing`: the published prices, the operator's overlay, and the billing rules that the
//! operator's bills confirm.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use cost_model::{PriceBook, TABLE_DATE, TABLE_VERSION};

use super::{ConfigError, Place, Table};

/// A file with published prices, which replaces those that are built in.
#[derive(Clone, Debug)]
pub(crate) struct TableFile {
    /// Its path.
    pub(crate) path: PathBuf,
    /// Its content when it was read, as a hash.
    pub(crate) content: u64,
}

/// The prices, and the file of the published ones where there is one; paths are relative to the
/// configuration.
pub(super) fn read(
    mut table: Table<'_, '_>,
    config: &str,
    warnings: &mut Vec<String>,
) -> Result<(PriceBook, Option<TableFile>), ConfigError> {
    let mut book = match file(&mut table, "overlay", config)? {
        Some(File { place, path, text }) => {
            PriceBook::with_overlay(&text, &path.display().to_string())
                .map_err(|source| ConfigError::Overlay { place, source })?
        }
        None => PriceBook::builtin(),
    };
    let mut published = None;
    if let Some(File { place, path, text }) = file(&mut table, "table", config)? {
        book = book
            .with_table(&text, &path.display().to_string())
            .map_err(|source| ConfigError::PriceTable { place: place.clone(), source })?;
        if book.table_date() < TABLE_DATE {
            let version = book.table_version();
            warnings.push(format!(
                "{place}: the table {version} is older than the one that is built in, \
                 {TABLE_VERSION}"
            ));
        }
        published = Some(TableFile { path, content: content_hash(&text) });
    }
    // Last, as a rule of the overlay or of the table can be confirmed.
    if let Some((confirmed, place)) = table.texts_at("confirmed")? {
        book = book
            .confirming(confirmed)
            .map_err(|source| ConfigError::UnknownRule { place, source })?;
    }
    Ok((book, published))
}

/// A hash by which a changed file is recognised.
pub(crate) fn content_hash(text: &str) -> u64 {
    // Compared within one process only, so that the algorithm may differ between versions.
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A file that a key names.
struct File {
    place: Place,
    path: PathBuf,
    text: String,
}

fn file(
    table: &mut Table<'_, '_>,
    key: &'static str,
    config: &str,
) -> Result<Option<File>, ConfigError> {
    let Some(named) = table.scalar(key)? else { return Ok(None) };
    let folder = Path::new(config).parent().unwrap_or(Path::new(""));
    let path = folder.join(&named.text);
    let place = named.place;
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(File { place, path, text })),
        Err(source) => {
            let file = path.display().to_string();
            Err(ConfigError::OverlayFile { place, file, source })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use crate::config::Config;

    /// The warnings about a table, or the error with its causes.
    fn outcome(table: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.yaml");
        std::fs::write(&config, "model_list: []\npricing:\n  table: table.json\n").unwrap();
        std::fs::write(folder.path().join("table.json"), table).unwrap();
        let outcome = match Config::read(&config, &|_| None) {
            Ok(config) => {
                let warnings = config.warnings.iter().filter(|outcome| outcome.contains("pricing"));
                let warnings: Vec<&str> = warnings.map(String::as_str).collect();
                warnings.join("\n").replace(cost_model::TABLE_VERSION, "BUILT-IN")
            }
            Err(error) => {
                let (mut text, mut cause) = (error.to_string(), error.source());
                while let Some(error) = cause {
                    text.push_str(&format!(": {error}"));
                    cause = error.source();
                }
                text
            }
        };
        outcome.replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn a_price_table_keeps_the_rules_and_an_older_one_is_warned_of() {
        insta::assert_snapshot!(outcome("{\"format\": 7}"), @"config.yaml:3: `pricing.table`: the price table cannot be used: table.json: format: expected value at line 1 column 12");
        let table = |version: &str| {
            serde_json::json!({
                "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
                "version": version, "zones": {"eu": ["swedencentral"]},
                "router": {"aliases": ["model-router"], "fees": []},
            })
            .to_string()
        };
        assert_eq!(outcome(&table("2031-01-01+abc")), "");
        insta::assert_snapshot!(outcome(&table("2026-01-01+abc")), @"config.yaml:3: `pricing.table`: the table 2026-01-01+abc is older than the one that is built in, BUILT-IN");
    }
}
