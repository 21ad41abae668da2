//! However a stream is cut up, cut off or left: it ends well for the client, and its request is
//! settled exactly once.

use azure_emulator::Emulator;
use bytes::Bytes;
use futures_util::StreamExt;
use llm_types::{Usd, event_data};
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use router_client::{CallError, Outcome, Receipt, Sent, StreamEdits};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::{
    bench::{Bench, ask, send},
    fake::Fake,
};

const RECORDED: [&str; 7] = [
    "normal",
    "no-usage",
    "no-done",
    "async-filter",
    "stream-error-late",
    "routing-details,served=gpt-4o-mini-2024-07-18",
    "served=grok-4-1-fast-reasoning,filter-failed",
];

/// The bytes of some streams, as the emulated Azure sends them.
fn recorded(runtime: &Runtime) -> Vec<Vec<u8>> {
    let record = async |scenarios: &&str| {
        let bench = Bench::of(scenarios).await;
        let sent = bench.send(&ask("Hello there!", true), StreamEdits::default()).await.unwrap();
        let Sent::Stream { events, .. } = sent else { panic!("expected a stream") };
        events.collect::<Vec<_>>().await;
        let azure: &Emulator = &bench.azures[0];
        azure.settled().await;
        azure.requests()[0].sent.clone()
    };
    RECORDED.iter().map(|scenarios| runtime.block_on(record(scenarios))).collect()
}

/// A way to meet a recorded stream.
#[derive(Clone, Debug)]
struct Way {
    stream: usize,
    cuts: Vec<Index>,
    /// Bytes after this are never sent.
    until: Option<Index>,
    breaks: bool,
    /// The client leaves after so many events.
    leaves: Option<usize>,
}

fn way() -> impl Strategy<Value = Way> {
    let cuts = prop::collection::vec(any::<Index>(), 0..9);
    let leaves = prop::option::weighted(0.3, 0..12_usize);
    (0..RECORDED.len(), cuts, any::<Option<Index>>(), any::<bool>(), leaves).prop_map(
        |(stream, cuts, until, breaks, leaves)| Way { stream, cuts, until, breaks, leaves },
    )
}

impl Way {
    fn fake(&self, bytes: &[u8]) -> Fake {
        let bytes = self.until.map_or(bytes, |until| &bytes[..until.index(bytes.len() + 1)]);
        let mut cuts: Vec<_> = self.cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks = cuts.windows(2).map(|pair| Bytes::copy_from_slice(&bytes[pair[0]..pair[1]]));
        Fake { chunks: chunks.collect(), breaks: self.breaks, refuses: false }
    }
}

/// What the client got, and the receipt; nothing where there was no answer.
async fn meet(way: &Way, bytes: &[u8]) -> Option<(Vec<Bytes>, std::sync::Arc<Receipt>)> {
    let (client, books) = Fake::client([way.fake(bytes)]);
    match send(&client, &ask("Hello there!", true), StreamEdits::default()).await {
        Ok(Sent::Stream { events, .. }) => {
            let got = events.take(way.leaves.unwrap_or(usize::MAX)).collect().await;
            Some((got, books.only()))
        }
        Ok(Sent::Json(_)) => panic!("expected a stream"),
        Err(error) => {
            assert!(matches!(error, CallError::Provider { .. }));
            books.only();
            None
        }
    }
}

fn is_done(event: &Bytes) -> bool {
    event_data(event).is_some_and(|data| *data == *b"[DONE]")
}

fn is_error(event: &Bytes) -> bool {
    let data = event_data(event).unwrap_or_default();
    serde_json::from_slice::<Value>(&data).is_ok_and(|event| event["error"].is_object())
}

#[test]
fn every_stream_ends_and_is_settled_once() {
    let runtime = Runtime::new().unwrap();
    let streams = recorded(&runtime);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(400));
    let met = runner.run(&way(), |way| {
        let bytes = &streams[way.stream];
        let Some((got, receipt)) = runtime.block_on(meet(&way, bytes)) else { return Ok(()) };
        prop_assert_ne!(&receipt.outcome, &Outcome::Open);
        // Work was done: never free.
        prop_assert_ne!(receipt.cost.total(), Some(Usd::ZERO));
        prop_assert_ne!(receipt.cost.known(), Usd::ZERO);
        if way.leaves.is_some() {
            return Ok(());
        }
        let (last, before) = got.split_last().unwrap();
        prop_assert!(is_done(last) || is_error(last), "{last:?}");
        prop_assert!(!before.iter().any(|event| is_done(event) || is_error(event)));
        prop_assert!(bytes.starts_with(&before.concat()));
        prop_assert_eq!(is_done(last), receipt.outcome == Outcome::Completed);
        Ok(())
    });
    met.unwrap();
}

#[test]
fn chunking_changes_neither_bytes_nor_receipt() {
    let runtime = Runtime::new().unwrap();
    let streams = recorded(&runtime);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(100));
    let whole = |stream| Way { stream, cuts: vec![], until: None, breaks: false, leaves: None };
    let met = runner.run(&way(), |way| {
        let bytes = &streams[way.stream];
        let plain = runtime.block_on(meet(&whole(way.stream), bytes)).unwrap();
        let way = Way { cuts: way.cuts, ..whole(way.stream) };
        let (got, receipt) = runtime.block_on(meet(&way, bytes)).unwrap();
        prop_assert_eq!(got.concat(), plain.0.concat());
        prop_assert_eq!(
            (&receipt.served, &receipt.usage, &receipt.cost, &receipt.outcome),
            (&plain.1.served, &plain.1.usage, &plain.1.cost, &plain.1.outcome)
        );
        Ok(())
    });
    met.unwrap();
}
