//! Promise 5 with two gateways on one PostgreSQL, killed in turn: what they have reserved and
//! leased is not forgotten, and together they do not exceed the budget.

use std::{collections::HashSet, time::Duration};

use llm_types::Usd;

use harness::program::{self, Gateway};

use super::{
    books::{Books, azure, check_budget, compare, entries},
    load::Client,
};

const DOLLARS: u32 = 20;
const CLIENTS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_5_killed_gateways_do_not_pass_a_shared_budget() {
    let (azure, books) = (azure().await, Books::in_postgres());
    let second = tempfile::tempdir().unwrap();
    for folder in [&books.folder, &second] {
        program::configure(folder, &azure.openai_v1(), &books.sections());
    }
    let mut whole = HashSet::new();
    for round in 0..6 {
        let both = [Gateway::start(&books.folder).await, Gateway::start(&second).await];
        let clients = [0, 1].map(|nth| Client::new(both[nth].address, round * 2 + nth));
        if round == 0 {
            clients[0].make_key_with(DOLLARS).await;
        }
        let [first, second] = both;
        let (dies, lives) = if round % 2 == 0 { (first, second) } else { (second, first) };
        let moment = Duration::from_millis(300 + round as u64 * 60);
        let killed = async {
            tokio::time::sleep(moment).await;
            dies.kill();
            // The other continues, and cannot use what was leased to the dead one.
            tokio::time::sleep(moment).await;
            lives.kill();
        };
        let [here, there] = clients.map(|client| client.send_until_killed(CLIENTS));
        let (here, there, ()) = tokio::join!(here, there, killed);
        whole.extend(here.into_iter().chain(there));
    }
    azure.settled().await;
    for folder in [&books.folder, &second] {
        Gateway::start(folder).await.stop();
    }
    let entries = entries(&books).await;
    let [completed, interrupted] = compare(&azure.requests(), &entries, &whole);
    let budget = check_budget(&books, &entries).await;
    println!("{completed} completed, {interrupted} interrupted, ${} spent", budget.spent);
    assert_eq!(budget.leased, Usd::ZERO);
    assert!(budget.spent <= budget.terms.max.unwrap(), "{budget:?}");
    assert!(budget.left().unwrap() < Usd::from_picos(5_000_000_000_000), "{budget:?}");
}
