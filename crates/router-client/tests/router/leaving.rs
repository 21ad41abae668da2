//! Clients that leave before the end.

use std::{future::Future, pin::pin, task::Poll};

use futures_util::StreamExt;
use router_client::{Outcome, Sent, StreamEdits};

use crate::{
    bench::{Bench, ask, summary},
    books::Books,
    fake::Fake,
};

/// The first events of an answer with content, and then the client is gone.
async fn leave_after(bench: &Bench, count: usize) {
    let sent = bench.send(&ask("Tell me a story.", true), StreamEdits::default()).await.unwrap();
    let Sent::Stream { mut events, .. } = sent else { panic!("expected a stream") };
    for _ in 0..count {
        events.next().await.unwrap();
    }
}

async fn keeping() -> Bench {
    let books = Books { keep_abandoned: true, ..Books::default() };
    Bench::new(&["normal"], books, None).await
}

#[tokio::test]
async fn delivered_text_is_counted() {
    let bench = Bench::of("normal").await;
    leave_after(&bench, 6).await;
    insta::assert_snapshot!(summary(&bench.books.only()), @"client gone · served gpt-5-mini-2025-08-07 · 12 in, 5 out · estimated $0.00001468, known $0.00001468 · Estimated · attempts 200");
}

#[tokio::test]
async fn reading_on_finds_the_exact_usage() {
    let bench = keeping().await;
    leave_after(&bench, 3).await;
    let request = bench.books.take_abandoned();
    assert_eq!(request.receipt().outcome, Outcome::Open);
    request.drain().await;
    insta::assert_snapshot!(summary(&bench.books.only()), @"client gone · served gpt-5-mini-2025-08-07 · 12 in, 346 out · exact $0.00069668, known $0.00069668 · Reported · attempts 200");
}

#[tokio::test]
async fn a_request_that_nobody_settles_settles_itself() {
    let bench = keeping().await;
    leave_after(&bench, 3).await;
    drop(bench.books.take_abandoned().drain());
    insta::assert_snapshot!(summary(&bench.books.only()), @"client gone · served gpt-5-mini-2025-08-07 · 12 in, 1 out · estimated $0.00000668, known $0.00000668 · Estimated · attempts 200");
}

#[tokio::test]
async fn a_client_that_leaves_at_the_usage_has_had_it_all() {
    let bench = Bench::of("normal").await;
    let sent = bench.send(&ask("Hi", true), StreamEdits::default()).await.unwrap();
    let Sent::Stream { mut events, .. } = sent else { panic!("expected a stream") };
    while events.receipt().is_none() {
        events.next().await.unwrap();
    }
    drop(events);
    assert_eq!(bench.books.only().outcome, Outcome::Completed);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_first_byte_pays_for_the_prompt() {
    let bench = Bench::of("slow-first-byte=60000").await;
    {
        let mut call = pin!(bench.client.chat("group", ["Hello there!"]));
        // Until Azure has the request.
        while bench.azures[0].count() == 0 {
            let polled = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_ready()));
            assert!(!polled.await);
            tokio::task::yield_now().await;
        }
    }
    insta::assert_snapshot!(summary(&bench.books.only()), @"client gone · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts none");
}

#[tokio::test]
async fn a_client_that_leaves_before_a_retry_pays_nothing() {
    let refusing = Fake { refuses: true, ..Fake::default() };
    let (client, books) = Fake::client_with([refusing], Some(1));
    {
        let mut call = pin!(client.chat("group", ["Hello there!"]));
        // Refused at once; now it waits.
        let polled = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_ready()));
        assert!(!polled.await);
    }
    insta::assert_snapshot!(summary(&books.only()), @"client gone · served - · exact $0, known $0 · Missing · attempts 429");
}
