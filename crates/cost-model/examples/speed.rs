//! Measures one lookup and cost: `cargo run --release -p cost-model --example speed`.

use std::{hint::black_box, process::ExitCode, time::Instant};

use cost_model::{PriceBook, Query, Sku, day};
use llm_types::{BillableUsage, Tokens};

const CALLS: u32 = 1_000_000;

/// Names as answers spell them: exact, with a prefix, dated beyond the table, unknown.
const SERVED: [&str; 4] = [
    "gpt-5-nano-2025-08-07",
    "azure_ai/grok-4-1-fast-reasoning",
    "gpt-5.5-2027-01-15",
    "gpt-7-nova-2027-01-15",
];

#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn main() -> ExitCode {
    let (book, sku) = (PriceBook::builtin(), Sku::global());
    let usage = BillableUsage {
        prompt: Tokens(3_254),
        cached_input: Tokens(3_200),
        output: Tokens(163),
        ..BillableUsage::default()
    };
    let mut slowest = 0;
    for served in SERVED {
        let query = Query::new(served, &sku, day(2026, 11, 22)).routed();
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(book.cost(black_box(&query), black_box(&usage)));
        }
        let nanos = start.elapsed().as_nanos() / u128::from(CALLS);
        println!("{nanos:>5} ns  {served}");
        slowest = slowest.max(nanos);
    }
    if slowest > 1_000 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
