//! Streams that no Azure sends today, and that must not spoil a receipt.

use futures_util::StreamExt;
use router_client::{Outcome, Receipt, Sent, StreamEdits};

use crate::{
    bench::{ask, send, summary},
    fake::Fake,
};

pub(crate) const ROLE: &str = r#"{"id":"c","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#;
pub(crate) const HELLO: &str = r#"{"id":"c","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}],"usage":null}"#;
pub(crate) const STOP: &str = r#"{"id":"c","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#;
pub(crate) const USAGE: &str = r#"{"id":"c","model":"gpt-5-nano-2025-08-07","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}}"#;

pub(crate) fn events(data: &[&str]) -> String {
    data.iter().map(|data| format!("data: {data}\n\n")).collect()
}

/// Streams a text; returns what the client got, and the receipt.
async fn stream(text: &str) -> (String, std::sync::Arc<Receipt>) {
    stream_with(text, StreamEdits::default()).await
}

async fn stream_with(text: &str, edits: StreamEdits) -> (String, std::sync::Arc<Receipt>) {
    try_stream(text, edits).await.unwrap()
}

/// The same; `None` where there is no answer.
pub(crate) async fn try_stream(
    text: &str,
    edits: StreamEdits,
) -> Option<(String, std::sync::Arc<Receipt>)> {
    let (client, books) = Fake::client([Fake::saying(text)]);
    let sent = send(&client, &ask("Hi", true), edits).await.ok()?;
    let Sent::Stream { events, .. } = sent else { panic!("expected a stream") };
    let got = events.collect::<Vec<_>>().await.concat();
    Some((String::from_utf8(got).unwrap(), books.only()))
}

#[tokio::test]
async fn an_odd_event_does_not_cost_the_usage() {
    let odd = r#"{"id":7,"model":["x"],"choices":null,"service_tier":{}}"#;
    let text = events(&[odd, ROLE, HELLO, odd, "no json", STOP, USAGE, "[DONE]"]);
    let (got, receipt) = stream(&text).await;
    assert_eq!(got, text);
    assert_eq!(receipt.cost.total().unwrap().to_string(), "0.00000561");
    assert_eq!(receipt.served.as_deref(), Some("gpt-5-nano-2025-08-07"));
}

#[tokio::test]
async fn a_running_count_is_not_the_usage() {
    let running = HELLO.replace(
        r#""usage":null"#,
        r#""usage":{"prompt_tokens":19,"completion_tokens":1,"total_tokens":20}"#,
    );
    let last = STOP.replace(
        r#""usage":null"#,
        r#""usage":{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}"#,
    );
    let text = events(&[ROLE, &running, &running, &last, "[DONE]"]);
    let edits = StreamEdits { hide_usage: true, add_cost: true, hide_first: false };
    let (got, receipt) = stream_with(&text, edits).await;
    assert_eq!(got, text);
    assert_eq!(receipt.cost.total().unwrap().to_string(), "0.00000561");

    let (_, cut) = stream(&events(&[ROLE, &running, &running])).await;
    assert_eq!(cut.cost.status.as_str(), "estimated");
}

#[tokio::test]
async fn an_error_deep_inside_is_no_error_of_the_stream() {
    let annotated = HELLO.replace(
        r#""index":0"#,
        r#""index":0,"content_filter_result":{"error":{"code":"content_filter_error","message":"m"}}"#,
    );
    let text = events(&[ROLE, &annotated, STOP, USAGE, "[DONE]"]);
    let (got, receipt) = stream(&text).await;
    assert_eq!((got, &receipt.outcome), (text, &Outcome::Completed));
}

#[tokio::test]
async fn an_error_may_be_a_mere_string() {
    let text = events(&[ROLE, HELLO, r#"{"error":"overloaded"}"#]);
    let (got, receipt) = stream(&text).await;
    assert_eq!(got, text);
    insta::assert_snapshot!(summary(&receipt), @"refused 200 - · served gpt-5-nano-2025-08-07 · 8 in, 1 out · estimated $0.00000192, known $0.00000192 · Estimated · attempts 200");

    let (client, _) = Fake::client([Fake::saying(&events(&[r#"{"error":"overloaded"}"#]))]);
    let error = send(&client, &ask("Hi", true), StreamEdits::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the upstream refused the request: 502 overloaded");
}

#[tokio::test]
async fn an_error_after_the_usage_changes_no_receipt() {
    let text = events(&[ROLE, HELLO, STOP, USAGE, r#"{"error":{"message":"m"}}"#]);
    let (got, receipt) = stream(&text).await;
    assert_eq!((got, &receipt.outcome), (text, &Outcome::Completed));
}

#[tokio::test]
async fn content_that_looks_like_keys_is_content() {
    let sly = HELLO.replace("Hello", r#"\"usage\":{\"prompt_tokens\":1},\"error\":{}"#);
    let text = events(&[ROLE, &sly, STOP, USAGE, "[DONE]"]);
    let (got, receipt) = stream(&text).await;
    assert_eq!(got, text);
    assert_eq!(receipt.cost.total().unwrap().to_string(), "0.00000561");
}

#[tokio::test]
async fn a_last_event_may_lack_its_blank_line() {
    for end in ["", "\n", "\r\n"] {
        let text = format!("{}data: [DONE]{end}", events(&[ROLE, HELLO, STOP, USAGE]));
        let (got, _) = stream(&text).await;
        assert_eq!(got, format!("{}data: [DONE]\n\n", events(&[ROLE, HELLO, STOP, USAGE])));
    }
    let text = format!("{}data: {USAGE}", events(&[ROLE, HELLO, STOP]));
    let (got, receipt) = stream(&text).await;
    assert_eq!(got, events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"]));
    assert_eq!(receipt.cost.status.as_str(), "exact");
}

#[tokio::test]
async fn a_usage_that_is_no_object_is_no_usage() {
    let odd = USAGE.replace(r#"{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}"#, "3");
    let edits = StreamEdits { hide_usage: false, add_cost: true, hide_first: false };
    let text = events(&[ROLE, HELLO, STOP, &odd, "[DONE]"]);
    let (got, receipt) = stream_with(&text, edits).await;
    assert_eq!(got, text);
    assert_eq!(receipt.cost.status.as_str(), "estimated");
}

#[tokio::test]
async fn bytes_before_an_answer_are_kept_within_bounds() {
    let filler = format!(r#"{{"choices":[],"x":"{}"}}"#, "x".repeat(10_000));
    let many = vec![filler.as_str(); 100];
    let text = [events(&many), events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"])].concat();
    let (got, receipt) = stream(&text).await;
    assert_eq!(got, text);
    assert_eq!(receipt.cost.status.as_str(), "exact");
}

#[tokio::test]
async fn nothing_of_a_failed_attempt_stays() {
    let tier = r#"{"id":"first","model":"grok-4","service_tier":"priority","choices":[]}"#;
    let failing = Fake { breaks: true, ..Fake::saying(&events(&[tier])) };
    let good = Fake::saying(&events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"]));
    let (client, books) = Fake::client([failing, good]);
    let sent = send(&client, &ask("Hi", true), StreamEdits::default()).await.unwrap();
    let Sent::Stream { events, .. } = sent else { panic!("expected a stream") };
    events.collect::<Vec<_>>().await;
    let receipt = books.only();
    assert_eq!(receipt.answer_id.as_deref(), Some("c"));
    assert_eq!((receipt.service_tier.as_deref(), receipt.attempts.len()), (None, 2));
    // Only its prompt stays, 8 tokens of which the fee is known: it can have been charged for.
    assert_eq!(receipt.cost.earlier.to_string(), "0.00000112");
    assert_eq!(receipt.cost.total().unwrap().to_string(), "0.00000673");
    assert_eq!(receipt.cost.status.as_str(), "estimated");
    let bills: Vec<_> = receipt.attempts.iter().map(|one| one.bill.as_ref().unwrap()).collect();
    let rules = bills.iter().map(|bill| bill.charged_by.as_str());
    assert_eq!(rules.collect::<Vec<_>>(), ["known_part", "cost"]);
    let charged: llm_types::Usd = bills.iter().map(|bill| bill.charged).sum();
    assert_eq!(charged, receipt.charged);
}

#[tokio::test]
async fn a_usage_of_nothing_does_not_make_an_answer_free() {
    let none = USAGE.replace(
        r#"{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}"#,
        r#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#,
    );
    assert_ne!(none, USAGE);
    let (_, receipt) = stream(&events(&[ROLE, HELLO, STOP, &none, "[DONE]"])).await;
    assert_eq!(receipt.cost.status.as_str(), "estimated");
    assert!(receipt.cost.total().unwrap() > llm_types::Usd::ZERO);
}

/// `usage` in place of a null one, with this number of output tokens.
fn with_usage(event: &str, output: u32) -> String {
    let usage = format!(
        r#""usage":{{"prompt_tokens":19,"completion_tokens":{output},"total_tokens":{}}}"#,
        19 + output
    );
    let (before, _) = event.split_once(r#""usage":"#).unwrap();
    format!("{before}{usage}}}")
}

#[tokio::test]
async fn the_last_usage_counts_wherever_it_is() {
    let beside = with_usage(
        r#"{"id":"c","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{}}],"usage":null}"#,
        5,
    );
    let (early, late) = (with_usage(USAGE, 1), with_usage(USAGE, 5));
    let (running, last) = (with_usage(HELLO, 1), with_usage(HELLO, 5));
    let edits = StreamEdits { hide_usage: true, add_cost: true, hide_first: false };
    for (all, shown) in [
        // Without a `finish_reason` at all.
        (vec![ROLE, HELLO, &beside, "[DONE]"], vec![ROLE, HELLO, "[DONE]"]),
        (vec![ROLE, HELLO, &beside], vec![ROLE, HELLO, "[DONE]"]),
        // Several times, with content between them.
        (
            vec![ROLE, HELLO, &early, HELLO, STOP, &late, "[DONE]"],
            vec![ROLE, HELLO, HELLO, STOP, "[DONE]"],
        ),
        (vec![ROLE, HELLO, STOP, &early, &late, "[DONE]"], vec![ROLE, HELLO, STOP, "[DONE]"]),
        // Only ever beside content.
        (vec![ROLE, &running, &last, "[DONE]"], vec![ROLE, &running, &last, "[DONE]"]),
    ] {
        let (got, receipt) = stream_with(&events(&all), edits).await;
        assert_eq!(got, events(&shown), "{all:?}");
        assert_eq!(receipt.cost.total().unwrap().to_string(), "0.00000561", "{all:?}");
        assert_eq!(receipt.outcome, Outcome::Completed);
    }
}

#[tokio::test]
async fn only_the_last_usage_gets_the_cost() {
    let (early, late) = (with_usage(USAGE, 1), with_usage(USAGE, 5));
    let edits = StreamEdits { hide_usage: false, add_cost: true, hide_first: false };
    let text =
        format!("{}: ping\n\n{}", events(&[ROLE, HELLO, STOP, &early]), events(&[&late, "[DONE]"]));
    let (got, receipt) = stream_with(&text, edits).await;
    assert_eq!(got.matches("\"cost\":").count(), 1);
    let (before, _) = got.split_once(",\"cost\":0.00000561,").unwrap();
    assert!(text.starts_with(before) && before.contains(&early) && before.contains(": ping"));
    assert_eq!(receipt.cost.status.as_str(), "exact");
}

/// A client that leaves after the last event it is shown is charged exactly.
#[tokio::test]
async fn the_last_event_is_settled_before_it_is_shown() {
    for hide_usage in [false, true] {
        let edits = StreamEdits { hide_usage, add_cost: true, hide_first: false };
        let (client, books) =
            Fake::client([Fake::saying(&events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"]))]);
        let sent = send(&client, &ask("Hi", true), edits).await.unwrap();
        let Sent::Stream { mut events, .. } = sent else { panic!("expected a stream") };
        let last = if hide_usage { "[DONE]" } else { "cost_details" };
        while let Some(event) = events.next().await {
            if String::from_utf8_lossy(&event).contains(last) {
                break;
            }
        }
        drop(events);
        let receipt = books.only();
        assert_eq!(
            (receipt.cost.status.as_str(), &receipt.outcome),
            ("exact", &Outcome::Completed)
        );
    }
}

#[tokio::test]
async fn an_empty_reason_is_no_end() {
    let unfinished = HELLO.replace(r#""finish_reason":null"#, r#""finish_reason":"""#);
    let (got, receipt) = stream(&events(&[ROLE, &unfinished, &unfinished])).await;
    assert!(got.ends_with("\n\n") && got.contains("upstream_interrupted"), "{got}");
    assert!(matches!(receipt.outcome, Outcome::Failed { .. }), "{:?}", receipt.outcome);
}

#[tokio::test]
async fn streams_that_only_look_odd_end_well() {
    let all = [ROLE, HELLO, STOP, USAGE, "[DONE]"];
    let plain = events(&all);
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace("\n\n", "\r\n\r\n"),
        plain.replace('\n', "\r"),
        plain.replace('\n', "\r").replace("data:", "id: 7\rdata:"),
        plain.replace("data: ", "data:"),
        plain.replace("[DONE]", " [DONE] "),
        plain.replace("\"choices\":", "\ndata: \"choices\":"),
        format!("{}{plain}", ": ping\n\n".repeat(5_000)),
        plain.replace("data:", "event: message\nid: 7\ndata:"),
    ] {
        let (got, receipt) = stream(&text).await;
        assert_eq!(got, text);
        assert_eq!(receipt.cost.total().unwrap().to_string(), "0.00000561", "{text}");
        assert_eq!(receipt.outcome, Outcome::Completed);
    }
    let (got, receipt) = stream(&format!("{plain}garbage\n\ndata: {{\n\n")).await;
    assert_eq!((got, receipt.cost.status.as_str()), (plain, "exact"));
}

/// Sixty pieces of one token each: about as many tokens, whatever carries them.
#[tokio::test]
async fn every_kind_of_output_counts_by_its_text() {
    for delta in [
        r#"{"content":" word"}"#,
        r#"{"content":[{"type":"text","text":" word"}]}"#,
        r#"{"tool_calls":[{"index":0,"id":"call_abcdefghijk","type":"function","function":{"arguments":" word"}}]}"#,
        r#"{"function_call":{"arguments":" word"}}"#,
        r#"{"reasoning_content":" word"}"#,
        r#"{"reasoning":" word"}"#,
        r#"{"thinking":" word"}"#,
        r#"{"reasoning":" word","reasoning_details":[{"type":"reasoning.text","text":" word"}]}"#,
        r#"{"refusal":" word"}"#,
        r#"{"audio":{"id":"a","transcript":" word"}}"#,
    ] {
        let piece = HELLO.replace(r#"{"content":"Hello"}"#, delta);
        let pieces = vec![piece.as_str(); 60];
        let (client, books) = Fake::client([Fake::saying(&events(&pieces))]);
        let sent = send(&client, &ask("Hi", true), StreamEdits::default()).await.unwrap();
        let Sent::Stream { events, .. } = sent else { panic!("expected a stream") };
        events.take(60).collect::<Vec<_>>().await;
        let output = books.only().usage.as_ref().unwrap().completion_tokens.unwrap().0;
        assert!((55..=65).contains(&output), "{delta}: {output}");
    }
}

/// Wherever the wire cuts a stream, what leaves and what is recorded are the same.
#[tokio::test]
async fn a_cut_anywhere_changes_nothing() {
    let (early, late) = (with_usage(USAGE, 1), with_usage(USAGE, 5));
    let plain = events(&[ROLE, HELLO, &early, HELLO, STOP, &late, "[DONE]"]);
    let edits = StreamEdits { hide_usage: false, add_cost: true, hide_first: false };
    for text in [
        format!("\u{feff}: ping\r\n\r\n{}", plain.replace("\n\n", "\r\n\r\n")),
        plain.replace("\"choices\":", "\ndata:\"choices\":"),
        events(&[ROLE, HELLO, r#"{"code":"429","message":"m"}"#]),
        plain.replace("[DONE]", " [DONE]"),
        format!(": ping\r\r{}", plain.replace('\n', "\r")),
        plain.replace("\n\n", "\n\r"),
    ] {
        let whole = stream_with(&text, edits).await;
        for cut in 0..=text.len() {
            let halves = [&text.as_bytes()[..cut], &text.as_bytes()[cut..]];
            let chunks = halves.map(bytes::Bytes::copy_from_slice).to_vec();
            let (client, books) = Fake::client([Fake { chunks, ..Fake::default() }]);
            let sent = send(&client, &ask("Hi", true), edits).await.unwrap();
            let Sent::Stream { events, .. } = sent else { panic!("expected a stream") };
            let got = events.collect::<Vec<_>>().await.concat();
            assert_eq!(String::from_utf8(got).unwrap(), whole.0, "{cut}");
            let receipt = books.only();
            assert_eq!(
                (&receipt.usage, &receipt.cost, &receipt.outcome),
                (&whole.1.usage, &whole.1.cost, &whole.1.outcome),
                "{cut}"
            );
        }
    }
}
