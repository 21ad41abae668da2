//! Kills the gateway under load, again and again, and compares its ledger with what Azure saw.

use std::{collections::HashSet, time::Duration};

use harness::program::{self, Gateway};

use super::{
    books::{Books, azure, check_budget, compare, entries},
    load::Client,
};

/// Requests at a time, half of them streams.
const CLIENTS: usize = 48;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_4_a_killed_gateway_has_every_request_in_its_ledger() {
    kill_again_and_again(Books::in_sqlite()).await;
}

/// PostgreSQL is stopped under load in two rounds of three, and comes back before or after the kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_4_a_killed_gateway_has_every_request_in_postgresql() {
    kill_again_and_again(Books::in_postgres()).await;
}

async fn kill_again_and_again(mut books: Books) {
    let rounds = std::env::var("CHAOS_ROUNDS").map_or(10, |rounds| rounds.parse().unwrap());
    let azure = azure().await;
    program::configure(&books.folder, &azure.openai_v1(), &books.sections());
    let mut whole = HashSet::new();
    for round in 0..rounds {
        let gateway = Gateway::start(&books.folder).await;
        let client = Client::new(gateway.address, round);
        if round == 0 {
            client.make_key().await;
        }
        let killed = kill_in_a_while(&mut books, gateway, round);
        let (answered, ()) = tokio::join!(client.send_until_killed(CLIENTS), killed);
        whole.extend(answered);
        if let Some(server) = &mut books.server {
            server.start_again_if_stopped().unwrap();
        }
    }
    azure.settled().await;
    // At its next start it settles the requests that were left open, and stops without an error.
    Gateway::start(&books.folder).await.stop();
    let (seen, entries) = (azure.requests(), entries(&books).await);
    let [completed, interrupted] = compare(&seen, &entries, &whole);
    check_budget(&books, &entries).await;
    println!(
        "{rounds} kills with {}: {} requests reached Azure, {} are in the books: {completed} \
         completed, {interrupted} interrupted",
        if books.server.is_some() { "PostgreSQL" } else { "SQLite" },
        seen.len(),
        entries.len()
    );
    assert!(completed > rounds * 5, "too few requests to tell anything");
    assert!(interrupted > rounds, "no request was in flight when it was killed");
}

/// Never in the same moment: from the first requests on up to a steady load.
async fn kill_in_a_while(books: &mut Books, gateway: Gateway, round: usize) {
    let moment = Duration::from_millis(40 + (round as u64 * 97) % 700);
    let Some(server) = books.server.as_mut().filter(|_| !round.is_multiple_of(3)) else {
        tokio::time::sleep(moment).await;
        return gateway.kill();
    };
    tokio::time::sleep(moment / 2).await;
    server.stop().unwrap();
    tokio::time::sleep(moment).await;
    if round % 3 == 1 {
        server.start_again().unwrap();
        tokio::time::sleep(moment).await;
    }
    gateway.kill();
}
