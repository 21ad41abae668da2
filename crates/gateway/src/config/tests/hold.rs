//! `answers.hold`, in seconds, and `answers.first_chunk`.

use super::{GOOD, error, parse};
use crate::config::FirstChunk;

#[test]
fn a_hold_is_in_seconds() {
    let hold = |text: &str| {
        let text = format!("{GOOD}answers: {{{text}}}\n");
        parse(&text).unwrap().answers.hold.as_millis()
    };
    assert_eq!(hold(""), 2_000);
    for (text, millis) in [("0", 0), ("0.05", 50), ("1.5", 1_500), ("3.0", 3_000), ("600", 600_000)]
    {
        assert_eq!(hold(&format!("hold: {text}")), millis);
    }
}

#[test]
fn a_hold_that_is_wrong_is_refused() {
    let message = |text: &str| error(&format!("{GOOD}answers: {{hold: {text}}}\n"));
    let place = "config.yaml:7: `answers.hold`: expected";
    for text in ["2s", "-1", "86401", "soon", "18446744073709551616"] {
        let expected = "seconds, at least 0 and at most 86400";
        assert_eq!(message(text), format!("{place} {expected}, found `{text}`"));
    }
    assert_eq!(message("[2]"), format!("{place} a single value, found `a list`"));
}

#[test]
fn a_first_chunk_is_azures_or_litellms() {
    let first =
        |text: &str| parse(&format!("{GOOD}answers: {{{text}}}\n")).unwrap().answers.first_chunk;
    assert_eq!(first(""), FirstChunk::Azure);
    assert_eq!(first("first_chunk: azure"), FirstChunk::Azure);
    assert_eq!(first("first_chunk: litellm"), FirstChunk::Litellm);
    assert_eq!(
        error(&format!("{GOOD}answers: {{first_chunk: openai}}\n")),
        "config.yaml:7: `answers.first_chunk`: expected `azure` or `litellm`, found `openai`"
    );
}
