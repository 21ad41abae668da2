//! Prints the gateway's OpenAPI document: `cargo run -p gateway --example openapi`.

use std::io::{Write as _, stdout};

fn main() -> anyhow::Result<()> {
    let document: serde_json::Value = serde_json::from_slice(&gateway::openapi())?;
    serde_json::to_writer_pretty(stdout().lock(), &document)?;
    Ok(stdout().write_all(b"\n")?)
}
