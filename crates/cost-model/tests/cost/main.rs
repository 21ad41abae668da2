//! Promises of the crate, tested from the outside: known costs, properties, texts, overlays.

#[cfg(test)]
mod explained;
#[cfg(test)]
mod hidden;
#[cfg(test)]
mod lookup;
#[cfg(test)]
mod overlay;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod quotes;
#[cfg(test)]
mod table;
#[cfg(test)]
mod vectors;

#[cfg(test)]
use llm_types::{BillableUsage, Tokens};

/// Billed tokens: prompt, of it cached, of it written to the cache, and output.
#[cfg(test)]
fn usage(prompt: u64, cached_input: u64, cache_write: u64, output: u64) -> BillableUsage {
    BillableUsage {
        prompt: Tokens(prompt),
        cached_input: Tokens(cached_input),
        cache_write: Tokens(cache_write),
        output: Tokens(output),
        ..BillableUsage::default()
    }
}
