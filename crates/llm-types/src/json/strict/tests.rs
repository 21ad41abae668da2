//! Texts that the strict scanner accepts, and texts that it leaves to a parser.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, value::RawValue};

use super::*;
use crate::json::any_json::json;

fn found(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    entries(text, |key, value| found.push((key, value)))?;
    Some(found)
}

/// The scanner accepts only text that a parser accepts. Returns whether it did.
#[track_caller]
fn check(text: &str) -> bool {
    let Some(found) = found(text) else { return false };
    let parsed: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap();
    let parsed: BTreeMap<&str, &str> =
        parsed.iter().map(|(key, value)| (key.as_str(), value.get())).collect();
    // Of two keys of one name the last one counts.
    assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), parsed, "{text}");
    true
}

#[test]
fn keys_and_values_are_as_they_are_written() {
    let text = " {\"a\" : [1,{\"x\":\"]\\\"\\u00e9\"}] ,\n\"b\":-1.5e+3,\"\":{ },\"a\":null}\r\n";
    let expect =
        [("a", "[1,{\"x\":\"]\\\"\\u00e9\"}]"), ("b", "-1.5e+3"), ("", "{ }"), ("a", "null")];
    assert_eq!(found(text).unwrap(), expect);
    assert_eq!(found("{}").unwrap(), []);
}

#[test]
fn what_a_parser_refuses_is_refused() {
    for value in [
        "",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "0x1",
        "tru",
        "nul",
        "NaN",
        "'a'",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"b\"}",
        "{\"b\":}",
        "{\"b\":1,}",
        "{b:1}",
        "[}",
        "{]",
        "[",
        "{",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"\u{1}\"",
        "\"a\tb\"",
        "1 2",
        "\"a\"\"b\"",
        "[\"a\":1]",
        "\u{a0}1",
        "\u{feff}1",
        "{1:2}",
    ] {
        for text in [format!("{{\"a\":{value}}}"), format!("{{\"a\":[{value}]}}")] {
            // An empty array is none of the wrong ones.
            assert_eq!(check(&text), value.is_empty() && text.contains('['), "{text}");
        }
    }
    for text in ["", "[]", "null", "{", "{\"a\":1", "{\"a\":1}x", "{,}", "{\"a\":1}{}", "\"a\""] {
        assert!(!check(text), "{text}");
    }
}

#[test]
fn what_is_rare_is_left_to_a_parser() {
    assert!(found(r#"{"mod\u0065l":1}"#).is_none());
    for first in [0, 1] {
        // Objects and arrays in turn, of which one is closed by the wrong bracket.
        let deep = |depth: usize, wrong: Option<usize>| {
            let object = |level: usize| (level + first).is_multiple_of(2);
            let open = (0..depth).map(|level| if object(level) { "{\"k\":" } else { "[" });
            let close = (0..depth)
                .rev()
                .map(|level| if object(level) == (wrong == Some(level)) { "]" } else { "}" });
            let (open, close) = (open.collect::<String>(), close.collect::<String>());
            format!("{{\"a\":{open}1{close}}}")
        };
        assert!(check(&deep(64, None)));
        assert!(found(&deep(65, None)).is_none());
        for wrong in 0..64 {
            assert!(!check(&deep(64, Some(wrong))), "{wrong}");
        }
    }
}

/// Wherever a block ends.
#[test]
fn strings_hold_what_a_parser_takes_in_them() {
    let bytes = (0_u8..=0x20).chain([0x7F]).map(|byte| char::from(byte).to_string());
    let escapes = [r"\\", r#"\""#, r"\u00e9", r"\ud800", "é", "\u{2028}", r"\", "\""];
    for inside in bytes.chain(escapes.map(str::to_owned)) {
        for before in 0..=17 {
            let string = format!("\"{}{inside}\"", "x".repeat(before));
            let takes = serde_json::from_str::<&RawValue>(&string).is_ok();
            assert_eq!(check(&format!("{{\"a\":{string}}}")), takes, "{string:?}");
            assert_eq!(check(&format!("{{\"a\":{{{string}:1}}}}")), takes, "{string:?}");
            // A key with an escape is left to a parser.
            let plain = takes && !string.contains('\\');
            assert_eq!(check(&format!("{{{string}:1}}")), plain, "{string:?}");
            assert!(!check(&format!("{{\"a\":{string}")));
        }
    }
}

proptest! {
    #[test]
    fn every_object_is_taken(object in prop::collection::btree_map("[a-zé_ ]{0,20}", json(), 0..6), pretty: bool) {
        let object = Value::Object(object.into_iter().collect::<Map<_, _>>());
        let text = if pretty { format!("{object:#}") } else { object.to_string() };
        prop_assert!(check(&text), "{}", text);
    }

    /// One byte is another one, or missing, or there twice.
    #[test]
    fn a_slip_is_taken_only_if_a_parser_takes_it(
        object in prop::collection::btree_map("[a-z]{0,3}", json(), 1..4),
        place: prop::sample::Index,
        slip in "[{}\\[\\]\":,0-9eE.+\\-\\\\untf \n]{0,2}",
    ) {
        let object = Value::Object(object.into_iter().collect::<Map<_, _>>());
        let mut chars: Vec<char> = object.to_string().chars().collect();
        let at = place.index(chars.len());
        chars.splice(at..=at, slip.chars());
        check(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn nonsense_is_taken_only_if_a_parser_takes_it(text: String, json in "[{}\\[\\]\":,a1 \\\\]{0,20}") {
        check(&text);
        check(&json);
    }
}
