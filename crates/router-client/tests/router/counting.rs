//! Answers whose usage the upstream did not report: their tokens are counted elsewhere, and the thread
//! that serves them serves others meanwhile.

use std::task::Poll;

use bytes::Bytes;
use futures_util::{StreamExt, poll};
use router_client::{
    MeteredStream, Outcome, Receipt, Sent, StreamEdits, counted_bytes, text_tokens,
};

use crate::{
    bench::{Bench, ask, send},
    books::{BYTES_A_TOKEN, Books},
    fake::Fake,
    odd_streams::{HELLO, ROLE, STOP, USAGE, events},
};

const EDITS: StreamEdits = StreamEdits { hide_usage: false, add_cost: true, hide_first: false };

/// A prompt that takes hundreds of milliseconds to count.
fn long_prompt() -> String {
    "Tell me more. ".repeat(220_000)
}

async fn open(client: &router_client::RouterClient, prompt: &str) -> Box<MeteredStream> {
    match send(client, &ask(prompt, true), EDITS).await.unwrap() {
        Sent::Stream { events, .. } => events,
        Sent::Json(_) => panic!("expected a stream"),
    }
}

/// The events that are available without waiting.
async fn ready(stream: &mut MeteredStream) -> String {
    let mut all = Vec::new();
    while let Poll::Ready(Some(event)) = poll!(stream.next()) {
        all.push(event);
    }
    String::from_utf8(all.concat()).unwrap()
}

fn tokens(receipt: &Receipt) -> (u64, u64) {
    let usage = receipt.usage.as_ref().unwrap();
    (usage.prompt_tokens.unwrap().0, usage.completion_tokens.unwrap().0)
}

/// Every way in which a stream ends without a usage, and what its last event has in it.
fn endings() -> Vec<(Fake, &'static str)> {
    let contradictory = USAGE.replace(
        r#""prompt_tokens":19"#,
        r#""prompt_tokens":19,"prompt_tokens_details":{"cached_tokens":20}"#,
    );
    assert_ne!(contradictory, USAGE);
    let cut = Fake::saying(&events(&[ROLE, HELLO]));
    vec![
        (Fake::saying(&events(&[ROLE, HELLO, STOP, "[DONE]"])), "[DONE]"),
        (Fake::saying(&events(&[ROLE, HELLO, STOP])), "[DONE]"),
        (Fake::saying(&events(&[ROLE, HELLO, STOP, &contradictory, "[DONE]"])), "cost_details"),
        (Fake { breaks: true, ..cut.clone() }, "upstream_interrupted"),
        (cut, "upstream_interrupted"),
        (Fake::saying(&events(&[ROLE, HELLO, r#"{"error":{"message":"m"}}"#])), "\"error\""),
    ]
}

#[tokio::test]
async fn others_are_served_while_tokens_are_counted() {
    let prompt = long_prompt();
    for (fake, last) in endings() {
        let (client, books) = Fake::client_of([fake], Books::counted_elsewhere(0), None);
        let mut stream = open(&client, &prompt).await;
        let begun = ready(&mut stream).await;
        assert!(begun.contains("Hello") && !begun.contains(last), "{last}: {begun}");
        assert!(books.all_open(), "nothing of the end leaves before it is settled");

        let (other, _) =
            Fake::client([Fake::saying(&events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"]))]);
        let answer = open(&other, "Hi").await.collect::<Vec<Bytes>>().await.concat();
        assert!(answer.ends_with(b"data: [DONE]\n\n"));

        books.count_one();
        let rest = stream.by_ref().collect::<Vec<Bytes>>().await.concat();
        assert!(String::from_utf8(rest).unwrap().contains(last), "{last}");
        let receipt = books.only();
        assert_eq!(receipt.cost.status.as_str(), "estimated");
        let body = ask(&prompt, true).to_string().len() as u64;
        assert_eq!(tokens(&receipt), (body.div_ceil(BYTES_A_TOKEN), 1), "{last}");
    }
    assert_eq!(counted_bytes(), 0, "this thread counted nothing");
}

#[tokio::test]
async fn a_long_answer_is_counted_elsewhere_too() {
    let long = HELLO.replace("Hello", &"word ".repeat(20_000));
    let said = events(&[ROLE, &long, STOP, "[DONE]"]);
    let (client, books) = Fake::client_of([Fake::saying(&said)], Books::counted_elsewhere(1), None);
    open(&client, "Hi").await.collect::<Vec<_>>().await;
    assert_eq!(tokens(&books.only()).1, 100_000 / BYTES_A_TOKEN);

    let bench = Bench::new(&["no-usage"], Books::counted_elsewhere(1), None).await;
    let prompt = "Tell me more. ".repeat(20_000);
    let sent = bench.send(&ask(&prompt, false), EDITS).await.unwrap();
    let Sent::Json(sent) = sent else { panic!("expected a whole answer") };
    assert_eq!(tokens(&sent.receipt), tokens(&bench.books.only()));
    assert!(tokens(&sent.receipt).0 > 2_000 && counted_bytes() == 0);
}

/// Short texts, which take microseconds, are counted at once.
#[tokio::test]
async fn short_texts_are_counted_here() {
    let said = events(&[ROLE, HELLO, STOP, "[DONE]"]);
    assert_eq!(text_tokens("Hello").0, 1);
    let (client, books) = Fake::client_of([Fake::saying(&said)], Books::counted_elsewhere(0), None);
    open(&client, "Hi").await.collect::<Vec<_>>().await;
    assert_eq!(tokens(&books.only()), (8, 1));
}

/// The client leaves while the tokens are counted: settled once, as the answer had ended.
#[tokio::test]
async fn a_client_that_leaves_while_tokens_are_counted_is_settled() {
    for (fake, last) in endings() {
        let (client, books) = Fake::client_of([fake], Books::counted_elsewhere(0), None);
        let mut stream = open(&client, "Hi").await;
        let begun = ready(&mut stream).await;
        assert!(!begun.contains(last) && books.all_open());
        drop(stream);
        let receipt = books.only();
        let completed = receipt.outcome == Outcome::Completed;
        assert_eq!(completed, matches!(last, "[DONE]" | "cost_details"), "{:?}", receipt.outcome);
        assert_ne!(receipt.outcome, Outcome::ClientGone);
        assert_eq!(tokens(&receipt), (8, 1));
        // The tokenizer is there from now on, so that short texts would be counted at once.
        if text_tokens("a").0 == 1 {
            break;
        }
    }
}

/// What is read on for is counted elsewhere, if it does not come.
#[tokio::test]
async fn draining_counts_elsewhere() {
    let said = events(&[ROLE, HELLO, STOP, "[DONE]"]);
    let books = Books { keep_abandoned: true, ..Books::counted_elsewhere(1) };
    let (client, books) = Fake::client_of([Fake::saying(&said)], books, None);
    let mut stream = open(&client, &long_prompt()).await;
    stream.next().await.unwrap();
    drop(stream);
    books.take_abandoned().drain().await;
    assert_eq!(tokens(&books.only()).1, 1);
    assert_eq!(counted_bytes(), 0);
}
