//! Bundle of the whole published price table in one file, with its version, for programs that are
//! older than the table.

use pricing_data::{Day, Router};

use crate::{
    Table, check,
    error::{Rule, SchemaError},
    parse,
    shared::Strictness,
    source::SourceFile,
};

/// A published table that was read at run time.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its content.
    pub table: Table,
    /// The router's fees and pools.
    pub router: Router,
    /// Its version: the day of its content, a `+`, and a hash of it.
    pub version: String,
    /// The day of its content.
    pub date: Day,
}

/// Reads a table that [`bundle`](crate::bundle) wrote, by the rules of the published one; `file` is its
/// name in messages.
///
/// # Errors
///
/// All that is wrong with it; only the first thing when it is not even shaped like a price file.
pub fn read_published(text: &str, file: &str) -> Result<Published, Vec<SchemaError>> {
    let source = parse(text, file).map_err(|error| vec![error])?;
    let version = version(&source);
    let sources = [source];
    let checked = check(&sources, Strictness::Published);
    let router = checked.as_ref().ok().and_then(|table| table.router.clone());
    match (checked, version, router) {
        (Ok(table), Ok((version, date)), Some(router)) if !table.zones.is_empty() => {
            Ok(Published { table, router, version, date })
        }
        (checked, version, router) => {
            let zones = checked.as_ref().is_ok_and(|table| !table.zones.is_empty());
            let whole = checked.is_ok();
            let mut errors = checked.err().unwrap_or_default();
            errors.extend(version.err());
            if whole && router.is_none() {
                errors.push(error(file, "router", "expected the router of the table, found none"));
            }
            if whole && !zones {
                errors.push(error(
                    file,
                    "zones",
                    "expected the regions of the data zones, found none",
                ));
            }
            Err(errors)
        }
    }
}

/// The error for an overlay that is a whole table.
pub(crate) fn no_overlay(file: &str) -> SchemaError {
    let problem = "expected no version in a file with prices of your own: a whole price table is \
                   named by `pricing.table`, or by `--table`";
    error(file, "version", problem)
}

fn version(source: &SourceFile) -> Result<(String, Day), SchemaError> {
    let text = source.version.as_deref().unwrap_or_default();
    let day = text.split_once('+').filter(|(_, content)| !content.is_empty());
    match day.and_then(|(day, _)| day.parse().ok()) {
        Some(day) => Ok((text.to_owned(), day)),
        None => {
            let problem = format!("expected a day, `+` and a hash, found `{text}`");
            Err(error(&source.name, "version", &problem))
        }
    }
}

fn error(file: &str, field: &str, problem: &str) -> SchemaError {
    SchemaError {
        file: file.to_owned(),
        model: None,
        field: field.to_owned(),
        rule: Rule::Shape,
        problem: problem.to_owned(),
    }
}
