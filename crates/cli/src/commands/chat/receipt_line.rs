//! A receipt in one line: the model that answered, usage, cost, and the cost's status.

use std::fmt::Write;

use cost_model::CostStatus;
use llm_types::{ReportedUsage, Usd};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::output::terminal;

/// The parts of a receipt's JSON that the line shows.
#[derive(Deserialize)]
struct Receipt {
    served: Option<String>,
    usage: Option<ReportedUsage>,
    cost: Cost,
    outcome: Outcome,
    usage_source: Option<String>,
}

#[derive(Deserialize)]
struct Cost {
    status: CostStatus,
    total: Option<Usd>,
    known: Usd,
    routing_fee: Option<Usd>,
    fee_id: Option<String>,
    /// The total if hidden tokens are billed after all; absent where an older gateway answers.
    upper_bound: Option<Usd>,
    /// The day since which the price is under review; absent where an older gateway answers.
    price_review_due: Option<String>,
    unpriced: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    kind: String,
}

/// Writes the line to standard error. A request that was refused and cost nothing has none.
pub(super) fn print(receipt: &RawValue) {
    match serde_json::from_str::<Receipt>(receipt.get()) {
        Ok(receipt) if receipt.nothing_happened() => {}
        Ok(receipt) => terminal::remark(&receipt.line()),
        Err(error) => terminal::warning(&format!("the receipt has an unexpected shape: {error}")),
    }
}

// === impl Receipt ===

impl Receipt {
    fn nothing_happened(&self) -> bool {
        self.outcome.kind == "refused" && self.served.is_none() && self.cost.known == Usd::ZERO
    }

    fn line(&self) -> String {
        let mut line = match self.served.as_deref().filter(|served| !served.is_empty()) {
            Some(served) => format!("served by {served}"),
            None => "served by an unknown model".to_owned(),
        };
        // Writing to a `String` cannot fail.
        let _ = write!(line, " · {}", self.tokens());
        let _ = write!(line, " · {}", self.cost.amount());
        let _ = write!(line, " · {}", self.cost.status.as_str());
        match self.cost.status {
            CostStatus::Estimated if self.usage_is_reported() => {
                line.push_str(" (hidden tokens counted as output)");
            }
            CostStatus::Estimated => line.push_str(" (tokens counted here)"),
            CostStatus::Inferred => match self.cost.in_doubt() {
                Some(bound) => {
                    let _ = write!(line, " (${bound} if its hidden tokens are billed)");
                }
                None => line.push_str(" (price of the undated model)"),
            },
            _ => {}
        }
        if let Some(day) = &self.cost.price_review_due {
            let _ = write!(line, " · price under review since {day}");
        }
        line
    }

    fn usage_is_reported(&self) -> bool {
        self.usage_source.as_deref() == Some("reported")
    }

    /// Tokens as they are billed, or as they were reported where that contradicts itself.
    fn tokens(&self) -> String {
        let Some(usage) = &self.usage else { return "tokens unknown".to_owned() };
        if let Ok(billed) = usage.billable() {
            let mut cache = format!("{} cached", billed.cached_input);
            let written = billed.cache_write.0.saturating_add(billed.cache_write_1h.0);
            if written > 0 {
                let _ = write!(cache, ", {written} written to the cache");
            }
            let hidden = match billed.hidden.0 {
                0 => String::new(),
                hidden => format!(" ({hidden} hidden)"),
            };
            return format!("{} in ({cache}) + {} out{hidden}", billed.prompt, billed.output);
        }
        let count = |tokens: Option<llm_types::Tokens>| {
            tokens.map_or_else(|| "?".to_owned(), |tokens| tokens.to_string())
        };
        let cached = usage.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        let cached = cached.unwrap_or_default();
        let (input, output) = (count(usage.prompt_tokens), count(usage.completion_tokens));
        format!("{input} in ({cached} cached) + {output} out as reported")
    }
}

// === impl Cost ===

impl Cost {
    /// The upper bound, where it is above the total.
    fn in_doubt(&self) -> Option<Usd> {
        self.upper_bound.filter(|bound| self.total.is_some_and(|total| total < *bound))
    }

    fn amount(&self) -> String {
        // A request that was not routed has a fee of zero and no id: it is not mentioned.
        let fee = self.fee_id.is_some().then_some(self.routing_fee).flatten();
        let fee = fee.map(|fee| format!("fee ${fee}"));
        if let Some(total) = self.total {
            let fee = fee.map(|fee| format!(" ({fee})")).unwrap_or_default();
            return format!("${total}{fee}");
        }
        let mut text = match &self.unpriced {
            Some(why) => format!("not priced: {why}"),
            None => "not priced yet".to_owned(),
        };
        if self.known != Usd::ZERO {
            let known = fee.unwrap_or_else(|| format!("model ${}", self.known));
            let _ = write!(text, " (known: {known})");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: serde_json::Value, expect: &str) {
        assert_eq!(serde_json::from_value::<Receipt>(json).unwrap().line(), expect);
    }

    fn receipt(usage: &serde_json::Value, cost: &serde_json::Value) -> serde_json::Value {
        serde_json::json!({
            "served": "gpt-5-nano-2025-08-07", "outcome": {"kind": "completed"},
            "usage": usage, "cost": cost,
        })
    }

    #[test]
    fn every_status_reads_well() {
        let usage = serde_json::json!({"prompt_tokens": 19, "completion_tokens": 5});
        let line = |cost: serde_json::Value| receipt(&usage, &cost);
        let cost = |status: &str,
                    total: Option<&str>,
                    known: &str,
                    fee: Option<&str>,
                    why: Option<&str>| {
            line(serde_json::json!({
                "status": status, "total": total, "known": known, "routing_fee": fee,
                "fee_id": fee.map(|_| "fee"), "unpriced": why,
            }))
        };
        check(
            cost("exact", Some("0.00000561"), "0.00000561", Some("0.00000266"), None),
            "served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $0.00000561 (fee $0.00000266) · exact",
        );
        check(
            line(serde_json::json!({
                "status": "exact", "total": "0.1", "known": "0.1",
                "price_review_due": "2026-12-01",
            })),
            "served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $0.1 · exact · price under review since 2026-12-01",
        );
        check(
            cost("estimated", Some("0.1"), "0.1", None, None),
            "served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $0.1 · estimated (tokens counted here)",
        );
        check(
            cost("partial", None, "0.00000266", Some("0.00000266"), Some("why")),
            "served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · not priced: why (known: fee $0.00000266) · partial",
        );
        check(
            cost("partial", None, "0.1", None, Some("why")),
            "served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · not priced: why (known: model $0.1) · partial",
        );
        check(
            cost("unpriced", None, "0", None, Some("why")),
            "served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · not priced: why · unpriced",
        );
    }

    #[test]
    fn tokens_are_shown_as_billed() {
        let cost = serde_json::json!({
            "status": "unpriced", "total": null, "known": "0", "routing_fee": null, "fee_id": null,
            "unpriced": "why",
        });
        let grok =
            serde_json::json!({"prompt_tokens": 94, "completion_tokens": 98, "total_tokens": 3426});
        check(
            receipt(&grok, &cost),
            "served by gpt-5-nano-2025-08-07 · 94 in (0 cached) + 98 out (3234 hidden) · not priced: why · unpriced",
        );
        let contradiction = serde_json::json!({
            "prompt_tokens": 5, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 6},
        });
        check(
            receipt(&contradiction, &cost),
            "served by gpt-5-nano-2025-08-07 · 5 in (6 cached) + 1 out as reported · not priced: why · unpriced",
        );
        check(
            receipt(&serde_json::Value::Null, &cost),
            "served by gpt-5-nano-2025-08-07 · tokens unknown · not priced: why · unpriced",
        );
    }
}
