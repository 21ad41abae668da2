//! Rules for prices of tools: one price per tool and day, with evidence.

use super::{Findings, Shared, Strictness, evidence, intervals};
use crate::error::{Rule, SchemaError};
use crate::source::{SourceFile, ToolEntry};
use pricing_data::Day;

pub(super) fn check(files: &[SourceFile], shared: &Shared<'_>, errors: &mut Vec<SchemaError>) {
    let mut earlier: Vec<&ToolEntry> = Vec::new();
    for file in files {
        let mut findings = Findings::in_file(file, errors);
        for (index, tool) in file.tools.iter().enumerate() {
            check_tool(shared, tool, &earlier, &format!("tools[{index}]"), &mut findings);
            earlier.push(tool);
        }
    }
}

fn check_tool(
    shared: &Shared<'_>,
    tool: &ToolEntry,
    earlier: &[&ToolEntry],
    at: &str,
    findings: &mut Findings<'_>,
) {
    let (from, until) = (tool.from.map(|day| day.0), tool.until.map(|day| day.0));
    intervals::check_order(from, until, at, findings);
    let twin = |other: &&&ToolEntry| {
        other.tool == tool.tool && intervals::share_a_day(days(other), days(tool))
    };
    if earlier.iter().any(|other| twin(&other)) {
        let problem = format!("expected one price of `{}` per day, found two", tool.tool);
        findings.add(Rule::Interval, format!("{at}.from"), problem);
    }
    evidence::check_list(shared, &tool.evidence, &format!("{at}.evidence"), findings);
    if shared.strictness == Strictness::Published {
        let list = tool.evidence.iter();
        evidence::check_confidence(shared, tool.confidence, list, at, findings);
    }
}

fn days(tool: &ToolEntry) -> (Day, Option<Day>) {
    (tool.from.map_or(Day::UNKNOWN, |day| day.0), tool.until.map(|day| day.0))
}
