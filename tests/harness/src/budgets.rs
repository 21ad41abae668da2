//! A gateway whose deployment has a known price, for tests of budgets.

use llm_types::Usd;
use serde_json::Value;

use crate::gateway::{AZURE_KEY, GROUP, Setup, asking, entry, streaming};

/// The same, with these lines after `master_key` in the configuration.
pub async fn setup_with(sections: &str) -> Setup {
    let azure = azure_emulator::Emulator::builder().seed(7).key(AZURE_KEY);
    let azure = azure.deployment("gpt-4.1-nano").start().await.unwrap();
    let entry = entry(GROUP, "azure_ai/gpt-4.1-nano", &azure.openai_v1());
    let setup = Setup::of(azure, &entry, sections).await;
    setup.set("served=gpt-4.1-nano-2025-04-14");
    setup
}

/// A short answer, so that the worst case is small against the budget.
pub fn short(prompt: &str, stream: bool) -> Value {
    let mut body = if stream { streaming(prompt) } else { asking(prompt) };
    body["max_completion_tokens"] = 50.into();
    body
}

pub fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}
