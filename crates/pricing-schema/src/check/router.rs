//! Rules for the router: it is described once, one fee applies per SKU and day, and its pools
//! consist of models of the table.

use super::{Findings, Shared, Strictness, evidence, intervals};
use crate::error::{Rule, SchemaError};
use crate::source::{FeeEntry, PoolEntry, RouterEntry, SourceFile};
use std::collections::BTreeSet;

pub(super) fn check(files: &[SourceFile], shared: &Shared<'_>, errors: &mut Vec<SchemaError>) {
    let ids: BTreeSet<&str> =
        files.iter().flat_map(|file| &file.models).map(|model| model.id.as_str()).collect();
    let mut described_in = None;
    for file in files {
        let Some(router) = &file.router else { continue };
        let mut findings = Findings::in_file(file, errors);
        if let Some(other) = described_in.replace(&file.name) {
            let problem =
                format!("expected one description of the router, found one in `{other}` too");
            findings.add(Rule::Router, "router", problem);
        }
        check_fees(shared, router, &mut findings);
        for (index, pool) in router.pools.iter().enumerate() {
            let at = format!("router.pools[{index}]");
            evidence::check_list(shared, &pool.evidence, &format!("{at}.evidence"), &mut findings);
            check_pool(shared.strictness, &ids, pool, &at, &mut findings);
        }
    }
}

fn check_fees(shared: &Shared<'_>, router: &RouterEntry, findings: &mut Findings<'_>) {
    for (index, fee) in router.fees.iter().enumerate() {
        let at = format!("router.fees[{index}]");
        let until = fee.until.map(|day| day.0);
        intervals::check_order(Some(fee.from.0), until, &at, findings);
        // Only those before it, so that each pair is reported once.
        for (other, _) in router.fees[..index].iter().enumerate().filter(|(_, o)| overlap(o, fee)) {
            let problem =
                format!("expected one fee per SKU and day, but `fees[{other}]` holds too");
            findings.add(Rule::Interval, format!("{at}.from"), problem);
        }
        if fee.corrected.is_some_and(|corrected| corrected.was == fee.per_1m_prompt_tokens) {
            let problem = "expected the wrong fee that this one replaced, found the same one";
            findings.add(Rule::Router, format!("{at}.corrected.was"), problem);
        }
        evidence::check_list(shared, &fee.evidence, &format!("{at}.evidence"), findings);
        if shared.strictness == Strictness::Published {
            let list = fee.evidence.iter();
            evidence::check_confidence(shared, fee.confidence, list, &at, findings);
        }
    }
}

/// A fee for all SKUs overlaps with the fee of each.
fn overlap(a: &FeeEntry, b: &FeeEntry) -> bool {
    let days = |fee: &FeeEntry| (fee.from.0, fee.until.map(|day| day.0));
    let same = a.deployment.is_none() || b.deployment.is_none() || a.deployment == b.deployment;
    same && intervals::share_a_day(days(a), days(b))
}

fn check_pool(
    strictness: Strictness,
    ids: &BTreeSet<&str>,
    pool: &PoolEntry,
    at: &str,
    findings: &mut Findings<'_>,
) {
    let listed = pool.models.len() + pool.inferred.len();
    if pool.complete && (pool.models.len() != pool.size || !pool.inferred.is_empty()) {
        let problem = format!(
            "expected `{}` models, all of them known, in a complete pool, found `{}` and `{}` inferred",
            pool.size,
            pool.models.len(),
            pool.inferred.len()
        );
        findings.add(Rule::Router, format!("{at}.models"), problem);
    } else if listed > pool.size {
        let problem = format!("expected at most `{}` models, found `{listed}`", pool.size);
        findings.add(Rule::Router, format!("{at}.models"), problem);
    }
    // An overlay's pool may name models of the published table, which is not at hand here.
    if strictness == Strictness::Overlay {
        return;
    }
    for (field, list) in [("models", &pool.models), ("inferred", &pool.inferred)] {
        for (index, id) in list.iter().enumerate().filter(|(_, id)| !ids.contains(id.as_str())) {
            let problem = format!("expected the id of a model in the table, found `{id}`");
            findings.add(Rule::Router, format!("{at}.{field}[{index}]"), problem);
        }
    }
}
