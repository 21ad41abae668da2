//! Receipts as an aligned table for people: the model asked, the model served, and the cost.

use std::fmt::Write as _;

use serde_json::Value;

const COLUMNS: usize = 7;
const TITLES: [&str; COLUMNS] =
    ["request", "asked → served", "in (cached)", "out", "cost", "of it the fee", "status"];
/// Columns of figures, which are set to the right.
const FIGURES: [bool; COLUMNS] = [false, false, true, true, true, true, false];

/// Draws named receipts, as the gateway's `GET /fareway/v1/requests/{id}` gives them.
pub(super) fn draw(receipts: &[(&str, Value)]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(receipts.iter().map(|(what, receipt)| row(what, receipt)));
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    });
    rows.iter().fold(String::new(), |mut table, row| {
        let mut line = String::new();
        for ((cell, width), figure) in row.iter().zip(widths).zip(FIGURES) {
            let _ = match figure {
                true => write!(line, "{cell:>width$}  "),
                false => write!(line, "{cell:<width$}  "),
            };
        }
        table.push_str(line.trim_end());
        table.push('\n');
        table
    })
}

fn row(what: &str, receipt: &Value) -> [String; COLUMNS] {
    let text = |pointer| receipt.pointer(pointer).and_then(Value::as_str);
    let count = |pointer| receipt.pointer(pointer).and_then(Value::as_u64);
    let shown = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |n| n.to_string());
    let cached = count("/usage/prompt_tokens_details/cached_tokens").unwrap_or(0);
    [
        what.to_owned(),
        format!("{} → {}", text("/asked").unwrap_or("?"), text("/served").unwrap_or("?")),
        format!("{} ({cached})", shown(count("/usage/prompt_tokens"))),
        shown(billed_output(receipt).or(count("/usage/completion_tokens"))),
        cost(text("/cost/total"), text("/cost/known")),
        text("/cost/routing_fee").map_or_else(|| "?".to_owned(), |fee| format!("${fee}")),
        text("/cost/status").unwrap_or("?").to_owned(),
    ]
}

/// The output tokens that were charged; for grok they are more than the answer reports.
fn billed_output(receipt: &Value) -> Option<u64> {
    let lines = receipt.pointer("/cost/lines")?.as_array()?;
    let output =
        lines.iter().find(|line| line.get("item").and_then(Value::as_str) == Some("output"));
    output?.get("tokens")?.as_u64()
}

/// A cost that is not wholly known is never shown as if it were.
fn cost(total: Option<&str>, known: Option<&str>) -> String {
    match (total, known) {
        (Some(total), _) => format!("${total}"),
        (None, Some(known)) => format!("over ${known}"),
        (None, None) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_line_up_and_nothing_unknown_looks_known() {
        let priced = json!({
            "asked": "azure-model-router",
            "served": "grok-4",
            "usage": {
                "prompt_tokens": 19,
                "completion_tokens": 5,
                "prompt_tokens_details": { "cached_tokens": 3 },
            },
            "cost": {
                "status": "exact",
                "total": "0.00000561",
                "known": "0.00000561",
                "routing_fee": "0.00000266",
                "lines": [{ "item": "output", "tokens": 105 }],
            },
        });
        let unknown = json!({
            "asked": "azure-model-router",
            "served": "gpt-7-nova",
            "usage": { "prompt_tokens": 1900, "completion_tokens": 5 },
            "cost": { "status": "partial", "total": null, "known": "0.000266", "routing_fee": "0.000266" },
        });
        let lost = json!({ "asked": "azure-model-router", "cost": { "status": "unpriced" } });
        let table = draw(&[("a proof", priced), ("new", unknown), ("lost", lost)]);
        assert_eq!(
            table,
            "\
request  asked → served                   in (cached)  out            cost  of it the fee  status
a proof  azure-model-router → grok-4           19 (3)  105     $0.00000561    $0.00000266  exact
new      azure-model-router → gpt-7-nova     1900 (0)    5  over $0.000266      $0.000266  partial
lost     azure-model-router → ?                 ? (0)    ?               ?              ?  unpriced
"
        );
    }
}
