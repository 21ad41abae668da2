//! Rules for billing rules: each has its own id and families of the table, and one applies per
//! family and day.

use super::{Findings, Shared, Strictness, evidence, intervals};
use crate::error::{Rule, SchemaError};
use crate::source::{BillingRuleEntry, SourceFile};
use pricing_data::Day;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(files: &[SourceFile], shared: &Shared<'_>, errors: &mut Vec<SchemaError>) {
    let vendors: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| &file.models)
        .filter_map(|model| model.vendor.as_deref())
        .collect();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files {
        let mut findings = Findings::in_file(file, errors);
        for (index, rule) in file.billing_rules.iter().enumerate() {
            let at = format!("billing_rules[{index}]");
            check_id(rule, &at, &mut findings);
            if let Some(other) = ids.insert(&rule.id, &file.name) {
                let problem = format!("expected an id of its own, found it in `{other}` too");
                findings.add(Rule::Billing, format!("{at}.id"), problem);
            }
            check_families(shared.strictness, &vendors, rule, &at, &mut findings);
            let (from, until) = days(rule);
            intervals::check_order(from, until, &at, &mut findings);
            check_proof(shared, rule, &at, &mut findings);
        }
    }
    check_overlaps(files, errors);
}

/// An operator writes it in a configuration.
fn check_id(rule: &BillingRuleEntry, at: &str, findings: &mut Findings<'_>) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if rule.id.is_empty() || !rule.id.chars().all(plain) {
        let problem =
            format!("expected lower-case letters, digits and hyphens, found `{}`", rule.id);
        findings.add(Rule::Billing, format!("{at}.id"), problem);
    }
}

fn check_families(
    strictness: Strictness,
    vendors: &BTreeSet<&str>,
    rule: &BillingRuleEntry,
    at: &str,
    findings: &mut Findings<'_>,
) {
    let at = format!("{at}.families");
    if rule.families.is_empty() {
        findings.add(Rule::Billing, at, "expected at least one vendor, found none");
        return;
    }
    if strictness == Strictness::Overlay {
        // An overlay's rule can be for models of the published table.
        return;
    }
    for family in rule.families.iter().filter(|family| !vendors.contains(family.as_str())) {
        let problem = format!("expected the vendor of a model in the table, found `{family}`");
        findings.add(Rule::Billing, &at, problem);
    }
}

fn check_proof(
    shared: &Shared<'_>,
    rule: &BillingRuleEntry,
    at: &str,
    findings: &mut Findings<'_>,
) {
    evidence::check_list(shared, &rule.evidence, &format!("{at}.evidence"), findings);
    if shared.strictness == Strictness::Overlay {
        return;
    }
    evidence::check_confidence(shared, rule.confidence, rule.evidence.iter(), at, findings);
    if rule.basis.as_deref().is_none_or(|basis| basis.trim().is_empty()) {
        let problem = "expected what it is concluded from, in a few words, found nothing";
        findings.add(Rule::Billing, format!("{at}.basis"), problem);
    }
}

fn check_overlaps(files: &[SourceFile], errors: &mut Vec<SchemaError>) {
    let all = || files.iter().flat_map(|file| file.billing_rules.iter().enumerate());
    let place = |nth: usize| {
        let rules = files.iter().flat_map(|file| file.billing_rules.iter().map(move |_| file));
        rules.into_iter().nth(nth)
    };
    for (nth, (index, rule)) in all().enumerate() {
        // Over all files at once, and only the rules before it, so that each pair is reported once.
        for (_, other) in all().take(nth) {
            if let Some(family) = shared_family(rule, other)
                && let Some(file) = place(nth)
            {
                let problem = format!(
                    "expected one rule per family and day, but `{}` is for `{family}` too",
                    other.id
                );
                let at = format!("billing_rules[{index}].families");
                Findings::in_file(file, errors).add(Rule::Billing, at, problem);
            }
        }
    }
}

/// A family that two rules of one provider are for on the same day.
fn shared_family<'a>(one: &'a BillingRuleEntry, other: &BillingRuleEntry) -> Option<&'a str> {
    let same_day =
        |(from, until): (Option<Day>, Option<Day>)| (from.unwrap_or(Day::UNKNOWN), until);
    if one.provider != other.provider
        || !intervals::share_a_day(same_day(days(one)), same_day(days(other)))
    {
        return None;
    }
    let is_shared =
        |family: &&String| other.families.iter().any(|known| known.eq_ignore_ascii_case(family));
    one.families.iter().find(is_shared).map(String::as_str)
}

fn days(rule: &BillingRuleEntry) -> (Option<Day>, Option<Day>) {
    (rule.from.map(|day| day.0), rule.until.map(|day| day.0))
}
