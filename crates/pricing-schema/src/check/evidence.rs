//! Evidence for figures: each rate names its source, and its confidence is no higher than the
//! source's.

use super::{Findings, Shared, Strictness};
use crate::error::Rule;
use crate::source::{Evidence, SourceKind, Text, TierEntry};
use pricing_data::Confidence;

/// The keys that `evidence` may have.
const KEYS: &[&str] = &[
    "*",
    "input",
    "cached_input",
    "cache_write",
    "cache_write_1h",
    "cache_write_12h",
    "output",
    "audio_input",
    "audio_output",
];

pub(super) fn check(shared: &Shared<'_>, tier: &TierEntry, at: &str, findings: &mut Findings<'_>) {
    for key in tier.evidence.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        let problem = format!("expected one of `{}`, found `{key}`", KEYS.join("`, `"));
        findings.add(Rule::Evidence, format!("{at}.evidence"), problem);
    }
    // An overlay need not cite anything, but a source that it cites must exist.
    for (key, list) in &tier.evidence {
        check_list(shared, list, &format!("{at}.evidence.{key}"), findings);
    }
    let Some(rates) = tier.rates.as_ref().filter(|_| shared.strictness == Strictness::Published)
    else {
        return;
    };
    for rate in rates.priced() {
        if !tier.evidence.contains_key(rate) && !tier.evidence.contains_key("*") {
            let problem = format!("expected evidence for `{rate}`, or for all as `*`, found none");
            findings.add(Rule::Evidence, format!("{at}.evidence.{rate}"), problem);
        }
    }
    check_confidence(shared, tier.confidence, tier.evidence.values().flatten(), at, findings);
}

/// Each source exists, and there is one.
pub(super) fn check_list(
    shared: &Shared<'_>,
    list: &[Evidence],
    at: &str,
    findings: &mut Findings<'_>,
) {
    if list.is_empty() && shared.strictness == Strictness::Published {
        findings.add(Rule::Evidence, at, "expected at least one source, found none");
    }
    for (index, evidence) in list.iter().enumerate() {
        if !shared.sources.contains_key(evidence.source.as_str()) {
            let problem = format!("expected a key of `sources`, found `{}`", evidence.source);
            findings.add(Rule::Evidence, format!("{at}[{index}].source"), problem);
        }
    }
}

/// `high` takes a meter or the vendor's own word; what is derived is `medium` at most.
pub(super) fn check_confidence<'a>(
    shared: &Shared<'_>,
    confidence: Option<Text<Confidence>>,
    evidence: impl Iterator<Item = &'a Evidence>,
    at: &str,
    findings: &mut Findings<'_>,
) {
    let at = format!("{at}.confidence");
    let Some(Text(confidence)) = confidence else {
        findings.add(Rule::Evidence, at, "expected `high`, `medium` or `low`, found nothing");
        return;
    };
    // Only `high` has to be earned; anybody may be less sure.
    if confidence != Confidence::High {
        return;
    }
    let kinds: Vec<SourceKind> = evidence
        .filter_map(|evidence| Some(shared.sources.get(evidence.source.as_str())?.kind))
        .collect();
    let problem = if kinds.contains(&SourceKind::Derived) {
        "expected `medium` at most for what is derived, found `high`"
    } else if !kinds.iter().any(|kind| is_the_vendors_word(*kind)) {
        "expected a meter, or a page, blog or docs of the vendor as evidence for `high`, found none"
    } else {
        return;
    };
    findings.add(Rule::Evidence, at, problem);
}

fn is_the_vendors_word(kind: SourceKind) -> bool {
    match kind {
        SourceKind::RetailMeter
        | SourceKind::VendorPage
        | SourceKind::VendorBlog
        | SourceKind::VendorDocs
        | SourceKind::Invoice => true,
        SourceKind::ThirdPartyDataset | SourceKind::Derived => false,
    }
}
