//! Strategies: what they learn about calls, and that a strategy other than round robin decides the
//! order.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::StreamExt as _;
use http::StatusCode;
use llm_types::Provider;
use router_client::{
    AzureAi, CallEnd, Deployment, Feedback, Group, Groups, RouterClient, Sent, Strategy,
    StreamEdits, Turn,
};

use crate::{
    bench::{Standing, ask, send},
    books::Books,
    fake::Fake,
};

/// The deployment with the fewest calls in flight is next; of those the one that answers fastest, and
/// one that has failed comes last.
#[derive(Debug, Default)]
struct LeastBusy {
    known: [Known; 3],
    /// The reports that it received, in order.
    feedback_seen: Mutex<Vec<(usize, Feedback)>>,
}

#[derive(Debug, Default)]
struct Known {
    in_flight: AtomicI64,
    failures: AtomicI64,
    micros: AtomicI64,
}

impl Strategy for LeastBusy {
    fn order(&self, turns: &mut [Turn<'_>]) {
        turns.sort_by_key(|turn| {
            let known = &self.known[turn.place];
            let [failures, in_flight, micros] =
                [&known.failures, &known.in_flight, &known.micros].map(|count| count.load(Relaxed));
            (failures, in_flight, micros)
        });
    }

    fn began(&self, place: usize) {
        self.known[place].in_flight.fetch_add(1, Relaxed);
    }

    fn ended(&self, place: usize, feedback: &Feedback) {
        let known = &self.known[place];
        known.in_flight.fetch_sub(1, Relaxed);
        if let CallEnd::Refused(_) | CallEnd::Failed = feedback.end {
            known.failures.fetch_add(1, Relaxed);
        }
        let micros = feedback.content.or(feedback.head).unwrap_or_default().as_micros();
        known.micros.store(i64::try_from(micros).unwrap(), Relaxed);
        self.feedback_seen.lock().unwrap().push((place, *feedback));
    }
}

const WHOLE: &str = concat!(
    r#"data: {"id":"a","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{"content":"a"}}]}"#,
    "\n\n",
    r#"data: {"id":"a","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
    "\n\n",
    r#"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}"#,
    "\n\ndata: [DONE]\n\n"
);

fn client(fakes: Vec<Fake>) -> (RouterClient, Arc<LeastBusy>) {
    let name = AzureAi::name("azure_ai/gpt-5-nano").unwrap();
    let numbered = fakes.into_iter().enumerate().map(|(place, fake)| {
        let provider = Arc::new(fake) as Arc<dyn Provider>;
        let id = format!("d{place}").into();
        Arc::new(Deployment { id, ..Deployment::new(&name, provider) })
    });
    let strategy = Arc::new(LeastBusy::default());
    let shared = Arc::clone(&strategy) as Arc<dyn Strategy>;
    let group = Group::with_strategy("group", numbered.collect(), shared);
    let books = Arc::new(Books::default());
    let builder = router_client::Builder::new(Arc::new(Groups::new([group])));
    (builder.recorder(books).clock(Arc::new(Standing)).build(), strategy)
}

async fn stream(client: &RouterClient) -> Box<router_client::MeteredStream> {
    match send(client, &ask("hi", true), StreamEdits::default()).await.unwrap() {
        Sent::Stream { events, .. } => events,
        Sent::Json(_) => panic!("expected a stream"),
    }
}

fn ends(strategy: &LeastBusy) -> Vec<(usize, CallEnd)> {
    strategy
        .feedback_seen
        .lock()
        .unwrap()
        .iter()
        .map(|(place, feedback)| (*place, feedback.end))
        .collect()
}

#[tokio::test]
async fn calls_go_where_fewest_are_in_flight() {
    let (client, strategy) = client(vec![Fake::saying(WHOLE); 3]);
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(stream(&client).await);
    }
    let in_flight = || strategy.known.each_ref().map(|known| known.in_flight.load(Relaxed));
    assert_eq!(in_flight(), [1, 1, 1]);
    // The second one ends, so that the next call is for it.
    let ended: Vec<_> = open.remove(1).collect().await;
    assert!(!ended.is_empty());
    assert_eq!((in_flight(), ends(&strategy)), ([1, 0, 1], vec![(1, CallEnd::Completed)]));
    open.push(stream(&client).await);
    assert_eq!(in_flight(), [1, 1, 1]);
    drop(open);
    assert_eq!(in_flight(), [0, 0, 0]);
    let left = ends(&strategy).into_iter().filter(|(_, end)| *end == CallEnd::Abandoned);
    assert_eq!(left.count(), 3);
}

#[tokio::test]
async fn the_end_of_a_call_is_reported_once() {
    let refusing = Fake { refuses: true, ..Fake::default() };
    let (client, strategy) = client(vec![refusing, Fake::saying(WHOLE), Fake::saying(WHOLE)]);
    let events: Vec<_> = stream(&client).await.collect().await;
    assert!(!events.is_empty());
    let refused = CallEnd::Refused(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ends(&strategy), [(0, refused), (1, CallEnd::Completed)]);
    {
        let feedback_seen = strategy.feedback_seen.lock().unwrap();
        let [(_, refused), (_, answered)] = &feedback_seen[..] else { panic!("{feedback_seen:?}") };
        assert_eq!((refused.head, refused.content), (None, None));
        let head = answered.head.unwrap();
        assert!(head <= answered.content.unwrap() && answered.content.unwrap() <= answered.total);
        assert!(answered.total < Duration::from_secs(60));
    }
    // One that has failed comes last from now on, and nobody waits for it.
    for _ in 0..4 {
        let _: Vec<_> = stream(&client).await.collect().await;
    }
    assert!(ends(&strategy)[2..].iter().all(|(place, end)| (*place, *end) != (0, refused)));
}

#[tokio::test]
async fn a_stream_that_breaks_has_failed() {
    let first = format!("{}\n\n", WHOLE.split("\n\n").next().unwrap());
    let breaking = Fake { chunks: vec![first.into()], breaks: true, ..Fake::default() };
    let (client, strategy) = client(vec![breaking]);
    let events: Vec<_> = stream(&client).await.collect().await;
    assert!(!events.is_empty());
    assert_eq!(ends(&strategy), [(0, CallEnd::Failed)]);
}
