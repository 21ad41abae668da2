//! Display of keys: one line each in a list, or all fields of one.

use crate::output::{
    command_error::Failure,
    json_record::Record,
    table::{Column, dollars, print_pairs},
};

pub(super) const COLUMNS: &[Column<'_>] = &[
    Column::short("id", "token"),
    Column::text("alias", "key_alias"),
    Column::whole("key", "key_name"),
    Column::text("team", "team_id"),
    Column::text("user", "user_id"),
    Column::text("models", "models").or("all"),
    Column::dollars("spent", "spend"),
    Column::dollars("held", "held"),
    Column::dollars("reserved", "reserved"),
    Column::dollars("left", "left"),
    Column::dollars("budget", "max_budget"),
    Column::whole("per", "budget_duration"),
    Column::whole("mode", "budget_mode"),
    Column::time("expires (UTC)", "expires").or("never"),
    Column::whole("blocked", "blocked"),
];

pub(super) const FIELDS: &[&str] = &[
    "token",
    "key_name",
    "key_alias",
    "team_id",
    "user_id",
    "models",
    "spend",
    "held",
    "reserved",
    "left",
    "max_budget",
    "budget_duration",
    "budget_reset_at",
    "budget_mode",
    "budget_limits",
    "rpm_limit",
    "tpm_limit",
    "max_parallel_requests",
    "expires",
    "blocked",
    "admin",
    "metadata",
    "created_at",
    "updated_at",
];

/// A key with everything that is known about it.
pub(super) fn print(key: &Record) -> Result<(), Failure> {
    let text = |field: &str| key.text(field);
    let amount = |field: &str| text(field).map(|amount| dollars(&amount));
    let budget = amount("max_budget").map(|amount| {
        let per = text("budget_duration").map(|per| format!(" per {per}")).unwrap_or_default();
        let mode = text("budget_mode").map(|mode| format!(", {mode}")).unwrap_or_default();
        format!("{amount}{per}{mode}")
    });
    print_pairs(&[
        ("id", text("token")),
        ("key", text("key_name")),
        ("alias", text("key_alias")),
        ("team", text("team_id")),
        ("user", text("user_id")),
        ("models", Some(text("models").unwrap_or_else(|| "all".to_owned()))),
        ("spent", amount("spend")),
        ("held", amount("held")),
        ("reserved", amount("reserved")),
        ("left", amount("left")),
        ("budget", Some(budget.unwrap_or_else(|| "none".to_owned()))),
        ("resets", text("budget_reset_at")),
        ("windows", windows(key)),
        ("requests per minute", text("rpm_limit")),
        ("tokens per minute", text("tpm_limit")),
        ("at the same time", text("max_parallel_requests")),
        ("expires", Some(text("expires").unwrap_or_else(|| "never".to_owned()))),
        ("blocked", text("blocked")),
        ("admin", text("admin")),
        ("metadata", text("metadata")),
        ("created", text("created_at")),
        ("changed", text("updated_at")),
    ])?;
    Ok(())
}

/// Each window that holds beside the budget; an older gateway has none.
fn windows(key: &Record) -> Option<String> {
    let all = key.records("budget_limits").unwrap_or_default();
    let shown = |window: &Record| {
        let text = |field| window.text(field).unwrap_or_default();
        let (spent, max) = (dollars(&text("spend")), dollars(&text("max_budget")));
        let per = text("budget_duration");
        format!("{spent} of {max} per {per} spent, resets {}", text("reset_at"))
    };
    let all: Vec<_> = all.iter().map(shown).collect();
    (!all.is_empty()).then(|| all.join("; "))
}
