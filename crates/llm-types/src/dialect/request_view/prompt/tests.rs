//! Bounds of prompts, part by part.

use super::*;
use crate::dialect::request_view::RequestView;

const LONGEST: Tokens = Tokens(400_000);

fn bound(body: &str) -> PromptBound {
    RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().bounds().prompt.bound(LONGEST)
}

/// What a part adds to a request beside its own bytes, at most and at least.
fn part(json: &str) -> (u64, u64) {
    let body = |parts: &str| {
        format!(r#"{{"model":"m","messages":[{{"role":"user","content":[{parts}]}}]}}"#)
    };
    let (with, without) = (bound(&body(json)), bound(&body("")));
    (with.upper.0 - without.upper.0, with.lower.0 - without.lower.0)
}

#[test]
fn text_is_between_its_bytes_and_a_sixteenth_of_them() {
    let body = format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":"{}"}}]}}"#,
        "a".repeat(156)
    );
    let PromptBound { upper, lower } = bound(&body);
    assert_eq!((upper.0, lower.0), (body.len() as u64 + FRAME, 10));
    let escaped = body.replace("aaaa", "\\u0061aaa");
    assert_eq!(bound(&escaped).lower, lower);
    let tools = bound(r#"{"messages":[],"tools":[{"type":"function","function":{"name":"f"}}]}"#);
    assert_eq!((tools.upper.0, tools.lower.0), (69 + FRAME + TOOLS, 3));
}

#[test]
fn an_image_counts_as_one_however_large_it_is() {
    let image = |size: usize| {
        let data = "A".repeat(size);
        part(&format!(
            r#"{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{data}"}}}}"#
        ))
    };
    assert_eq!(image(4), (IMAGE + 43, IMAGE_FLOOR));
    assert_eq!(image(4), image(14_000_000));
    let linked = part(r#"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#);
    assert!(linked.0 > LONGEST.0 && linked.1 == IMAGE_FLOOR, "{linked:?}");
}

#[test]
fn speech_counts_by_its_bytes() {
    // 128 kbit/s: 16,000 bytes a second.
    let data = format!("//uQ{}", "A".repeat(319_996));
    let (upper, lower) = part(&format!(
        r#"{{"type":"input_audio","input_audio":{{"data":"{data}","format":"mp3"}}}}"#
    ));
    assert_eq!((upper, lower), (240_000 / AUDIO_BYTES + 63, 15));
}

#[test]
fn what_only_the_upstream_can_measure_counts_as_the_longest_prompt() {
    let data = "A".repeat(8_000);
    let file =
        format!(r#"{{"type":"file","file":{{"file_data":"data:application/pdf;base64,{data}"}}}}"#);
    let twice = format!("{file},{file}");
    let (upper, lower) = part(&file);
    assert!(upper <= LONGEST.0 && upper > LONGEST.0 - 1_000 && lower == 6, "{upper} {lower}");
    assert_eq!(part(&twice), (upper, 12));
    for open in [
        r#"{"messages":[],"data_sources":[]}"#,
        r#"{"messages":[],"web_search_options":{}}"#,
        r#"{"messages":[],"tools":[{"type":"web_search"}]}"#,
        r#"{"messages":[{"role":"assistant","audio":{"id":"a"}}]}"#,
    ] {
        let bound = bound(open);
        assert!(bound.upper == LONGEST && bound.lower.0 > 0, "{open}");
    }
}

#[test]
fn no_depth_hides_a_prompt() {
    let depth = 100_000;
    let body = format!(
        r#"{{"messages":[{{"role":"user","content":"{}"}}],"x":{}{}}}"#,
        "a".repeat(1_596),
        "[".repeat(depth),
        "]".repeat(depth)
    );
    assert_eq!(bound(&body).lower, Tokens(100));
    let within = format!(
        r#"{{"messages":[{{"role":"user","content":[{{"type":"text","text":{}"{}"{}}}]}}]}}"#,
        "[".repeat(depth),
        "a".repeat(1_596),
        "]".repeat(depth)
    );
    assert_eq!(bound(&within).lower, Tokens(100));
}

#[test]
fn counted_text_is_never_above_the_bytes() {
    let body = br#"{"model":"m","messages":[]}"#;
    let parts = RequestView::parse(Dialect::Chat, body).unwrap().bounds().prompt;
    // Of 27 bytes, 2 are messages.
    assert_eq!(parts.with_text(Tokens(0), LONGEST), Tokens(1 + 25 + FRAME));
    let long =
        br#"{"messages":[{"role":"user","content":"a text of no few words, and of no use"}]}"#;
    let long = RequestView::parse(Dialect::Chat, long).unwrap().bounds().prompt;
    assert_eq!(long.with_text(Tokens(4), LONGEST), Tokens(6 + 13 + 13 + FRAME));
    assert_eq!(parts.with_text(Tokens(u64::MAX), LONGEST), parts.bound(LONGEST).upper);
    assert_eq!(parts.bound(Tokens(20)).upper, Tokens(20));
}

/// What is charged for a prompt of so many counted tokens.
fn billed(body: &str, counted: u64) -> u64 {
    let parts = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().bounds().prompt;
    parts.billed(Tokens(counted)).0
}

#[test]
fn a_counted_prompt_is_billed_with_a_margin() {
    let plain = r#"{"model":"azure-model-router","messages":[{"role":"user","content":"hi"}]}"#;
    assert_eq!((billed(plain, 8), billed(plain, 9)), (12, 14));
    // Settings are not read, whatever their length; what is not known may be.
    let body = |rest: &str| format!(r#"{{{rest}"messages":[{{"role":"user","content":"hi"}}]}}"#);
    let settings = r#""stop":["a","b","c"],"user":"somebody","temperature":0.25,"n":2,"seed":7,"#;
    assert_eq!(billed(&body(settings), 8), 12);
    assert_eq!(billed(&body(r#""documents":["a text"],"#), 8), 12 + 9 + 10);
    let tool = r#""tools":[{"type":"function","function":{"name":"f"}}],"#;
    assert_eq!(billed(&body(tool), 20), 30 + KNOWN_TOOLS);
    // Never below what was counted, and never above what was reserved.
    let short = bound(plain).upper.0;
    assert_eq!(billed(plain, short), short);
    assert_eq!(billed(plain, short + 1), short + 1);
}

#[test]
fn media_are_billed_as_they_are_reserved() {
    let part = |part: &str| format!(r#"{{"messages":[{{"role":"user","content":[{part}]}}]}}"#);
    let image = part(r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#);
    assert_eq!(billed(&image, 10), IMAGE + 15);
    let file = part(r#"{"type":"file","file":{"file_id":"f"}}"#);
    assert_eq!(billed(&file, 10), PromptParts::LONGEST.0);
}
