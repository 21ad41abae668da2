//! Kills the gateway under load, again and again, and compares its books with what Azure saw.

use std::{collections::HashSet, time::Duration};

use crate::{
    books::{azure, check_budget, compare, entries},
    client::Client,
    program::{self, Gateway},
};

/// Requests at a time, half of them streams.
const CLIENTS: usize = 48;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_4_a_killed_gateway_has_every_request_in_its_books() {
    let rounds = std::env::var("CHAOS_ROUNDS").map_or(10, |rounds| rounds.parse().unwrap());
    let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
    program::configure(&folder, &azure.openai_v1(), "");
    let mut whole = HashSet::new();
    for round in 0..rounds {
        let gateway = Gateway::start(&folder).await;
        let client = Client::new(gateway.address, round);
        if round == 0 {
            client.make_key().await;
        }
        // Never the same moment: from the first requests on up to a steady load.
        let moment = Duration::from_millis(40 + (round as u64 * 97) % 700);
        let killed = async {
            tokio::time::sleep(moment).await;
            gateway.kill();
        };
        let (answered, ()) = tokio::join!(client.send_until_killed(CLIENTS), killed);
        whole.extend(answered);
    }
    azure.settled().await;
    // It settles what it left open when it starts, and ends in peace.
    Gateway::start(&folder).await.stop();
    let (seen, entries) = (azure.requests(), entries(&folder).await);
    let [completed, interrupted] = compare(&seen, &entries, &whole);
    check_budget(&folder, &entries).await;
    println!(
        "{rounds} kills: {} requests reached Azure, {} are in the books: {completed} completed, \
         {interrupted} interrupted",
        seen.len(),
        entries.len()
    );
    assert!(completed > rounds * 5, "too few requests to tell anything");
    assert!(interrupted > rounds, "no request was in flight when it was killed");
}
