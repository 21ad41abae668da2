//! The cost of an answer that was received elsewhere, such as from a log: `cargo run -p
//! router-client --example completion_cost`.
#![expect(clippy::print_stdout, reason = "an example shows what it got")]

mod azure;

use std::error::Error;

use router_client::{ChatCompletion, completion_cost, user};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let azure = azure::Azure::find().await?;
    let answer = azure.client()?.chat("azure_ai/azure-model-router", [user("Hello!")]).await?;
    let logged = serde_json::to_string(&answer.completion)?;

    let response: ChatCompletion = serde_json::from_str(&logged)?;
    let cost = completion_cost(&response);

    match cost.total() {
        Some(total) => println!("cost: ${total} ({})", cost.status.as_str()),
        None => println!("no cost is known\n{}", cost.explain()),
    }
    Ok(())
}
