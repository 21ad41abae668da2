//! Rules for names: over all files, each id, snapshot and alias names one thing, ignoring case.

use super::Findings;
use crate::error::{Rule, SchemaError};
use crate::source::{Names, SourceFile};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check_id(id: &str, findings: &mut Findings<'_>) {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if id.is_empty() || !id.bytes().all(letters) {
        let problem = format!("expected letters, digits, `.`, `_` and `-` only, found `{id}`");
        findings.add(Rule::Names, "id", problem);
    }
}

pub(super) fn check(files: &[SourceFile], errors: &mut Vec<SchemaError>) {
    let models = || files.iter().flat_map(|file| &file.models);
    let ids: BTreeSet<String> = models().map(|model| model.id.to_ascii_lowercase()).collect();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for alias in files.iter().filter_map(|file| file.router.as_ref()).flat_map(|r| &r.aliases) {
        // Before the models, so that a clash is reported at the model, which has a field to name.
        taken.insert(alias.to_ascii_lowercase(), "the router".to_owned());
    }
    for file in files {
        for model in &file.models {
            let mut findings = Findings::in_model(file, model, errors);
            for (field, name) in all_names(&model.id, model.names.as_ref()) {
                let lower = name.to_ascii_lowercase();
                if let Some(base) = without_date(&lower).filter(|_| field != "id")
                    && ids.contains(base)
                    && base != model.id.to_ascii_lowercase()
                {
                    let problem = format!("expected no dated id of model `{base}`, found `{name}`");
                    findings.add(Rule::Names, field.clone(), problem);
                }
                if let Some(owner) = taken.insert(lower, format!("`{}` of {}", model.id, file.name))
                {
                    let problem =
                        format!("expected a name of its own, but `{name}` also names {owner}");
                    findings.add(Rule::Names, field, problem);
                }
            }
        }
    }
}

/// Each name of a model with its field.
fn all_names<'a>(id: &'a str, names: Option<&'a Names>) -> impl Iterator<Item = (String, &'a str)> {
    let list = |field: &'static str, names: &'a [String]| {
        let numbered = names.iter().enumerate();
        numbered.map(move |(index, name)| (format!("match.{field}[{index}]"), name.as_str()))
    };
    let snapshots = list("snapshots", names.map_or(&[], |names| &names.snapshots));
    let aliases = list("aliases", names.map_or(&[], |names| &names.aliases));
    std::iter::once(("id".to_owned(), id)).chain(snapshots).chain(aliases)
}

/// The name before a date at its end, `-yyyy-mm-dd` or `-yyyymmdd`.
fn without_date(name: &str) -> Option<&str> {
    let fits = |pattern: &str| {
        let (base, tail) = name.split_at_checked(name.len().checked_sub(pattern.len())?)?;
        let matches = tail.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            _ => byte == wanted,
        });
        (matches && !base.is_empty()).then_some(base)
    };
    fits("-0000-00-00").or_else(|| fits("-00000000"))
}
