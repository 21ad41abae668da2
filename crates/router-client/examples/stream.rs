//! Reads an answer as it comes, and at its end the receipt:
//! `cargo run -p router-client --example stream`.
#![expect(clippy::print_stdout, reason = "an example shows what it got")]

mod azure;

use std::{
    error::Error,
    io::{Write, stdout},
};

use futures_util::StreamExt;
use router_client::user;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let azure = azure::Azure::find().await?;
    let client = azure.client()?;

    let messages = [user("Tell me a short story.")];
    let mut stream = client.chat_stream("azure_ai/azure-model-router", messages).await?;
    while let Some(chunk) = stream.next().await {
        print!("{}", chunk?.text());
        stdout().flush()?;
    }

    let receipt = stream.receipt().ok_or("a stream that has ended has a receipt")?;
    let served = receipt.served.as_deref().unwrap_or("a model that it does not name");
    println!("\nserved by {served}");
    println!("{}", receipt.cost.explain());
    Ok(())
}
