//! The rules beyond shape, one module per group. Everything that is wrong is collected, so that an
//! author sees it all at once.

mod evidence;
mod intervals;
mod meters;
mod names;
mod plausible;
mod prices;
mod router;
mod rules;
mod selector;
#[cfg(test)]
mod tests;
mod tools;

use crate::shared::{Shared, Strictness};
use crate::source::{ModelEntry, SourceFile};
use crate::{
    Table, convert,
    error::{Rule, SchemaError},
};

/// Checks files that belong together against the rules and turns them into one table.
///
/// # Errors
///
/// Everything that is wrong, in the order of the files.
pub fn check(files: &[SourceFile], strictness: Strictness) -> Result<Table, Vec<SchemaError>> {
    let shared = Shared::gather(files, strictness);
    let mut errors = Vec::new();
    for file in files {
        for model in &file.models {
            check_model(&shared, model, &mut Findings::in_model(file, model, &mut errors));
        }
    }
    names::check(files, &mut errors);
    router::check(files, &shared, &mut errors);
    tools::check(files, &shared, &mut errors);
    rules::check(files, &shared, &mut errors);
    // The conversion trusts every rule above, so it runs only when nothing is wrong.
    if errors.is_empty() { Ok(convert::table(files, &shared)) } else { Err(errors) }
}

/// Collects errors at one place of one file.
pub(crate) struct Findings<'a> {
    file: &'a str,
    model: Option<&'a str>,
    errors: &'a mut Vec<SchemaError>,
}

fn check_model(shared: &Shared<'_>, model: &ModelEntry, findings: &mut Findings<'_>) {
    names::check_id(&model.id, findings);
    if shared.strictness == Strictness::Published {
        let required = [
            ("vendor", model.vendor.is_none()),
            ("kind", model.kind.is_none()),
            ("match", model.names.is_none()),
        ];
        for (field, _) in required.into_iter().filter(|(_, missing)| *missing) {
            findings.add(Rule::Shape, field, "expected a value, found nothing");
        }
    }
    if model.prices.is_empty() {
        findings.add(Rule::Shape, "prices", "expected at least one price, found none");
    }
    for (index, price) in model.prices.iter().enumerate() {
        let at = format!("prices[{index}]");
        prices::check(shared, model, price, &at, findings);
        meters::check(price, &at, findings);
        for (tier, entry) in price.tiers.iter().enumerate() {
            evidence::check(shared, entry, &format!("{at}.tiers[{tier}]"), findings);
        }
    }
    intervals::check(shared.strictness, model, findings);
    plausible::check(shared.strictness, model, findings);
}

// === impl Findings ===

impl<'a> Findings<'a> {
    fn in_file(file: &'a SourceFile, errors: &'a mut Vec<SchemaError>) -> Self {
        Self { file: &file.name, model: None, errors }
    }

    fn in_model(
        file: &'a SourceFile,
        model: &'a ModelEntry,
        errors: &'a mut Vec<SchemaError>,
    ) -> Self {
        Self { file: &file.name, model: Some(&model.id), errors }
    }

    fn add(&mut self, rule: Rule, field: impl Into<String>, problem: impl Into<String>) {
        self.errors.push(SchemaError {
            file: self.file.to_owned(),
            model: self.model.map(str::to_owned),
            field: field.into(),
            rule,
            problem: problem.into(),
        });
    }
}
