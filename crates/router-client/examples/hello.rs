//! Asks a router, and reads who answered and what that cost:
//! `cargo run -p router-client --example hello`.
#![expect(clippy::print_stdout, reason = "an example shows what it got")]

mod azure;

use std::error::Error;

use router_client::user;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let azure = azure::Azure::find().await?;
    let client = azure.client()?;

    let answer = client.chat("azure_ai/azure-model-router", [user("Hello!")]).await?;

    println!("{}", answer.text());
    println!("served by {}", answer.model_served().unwrap_or("a model that it does not name"));
    println!("{}", answer.cost().explain());
    Ok(())
}
