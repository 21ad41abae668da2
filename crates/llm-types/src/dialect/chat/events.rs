//! Single events of a stream: finds the few that a meter must read, without parsing the rest.

use std::sync::LazyLock;

use bytes::Bytes;
use llm_types::{AnswerPeek, EventPeek};
use memchr::memmem::Finder;

/// A key, in quotes, that is looked for in the text of an event.
pub(crate) type Key = LazyLock<Finder<'static>>;

/// The data of the event that ends a stream.
pub(crate) const DONE: &[u8] = b"[DONE]";

pub(crate) static USAGE: Key = LazyLock::new(|| Finder::new(b"\"usage\""));
pub(crate) static ERROR: Key = LazyLock::new(|| Finder::new(b"\"error\""));
pub(crate) static ROUTING: Key = LazyLock::new(|| Finder::new(b"\"model_selection_details\""));
pub(crate) static CHOICES: Key = LazyLock::new(|| Finder::new(b"\"choices\""));
pub(crate) static FINISH: Key = LazyLock::new(|| Finder::new(b"\"finish_reason\""));

/// Whether an event's data ends its stream.
pub(crate) fn is_done(data: &[u8]) -> bool {
    data.trim_ascii() == DONE
}

/// Whether `key` is in the JSON text with a value other than null, at any depth. Within a
/// string the quotes would be escaped, so this never mistakes content for a key.
pub(crate) fn has_value(key: &Key, json: &[u8]) -> bool {
    values(key, json).any(|value| !value.starts_with(b"null"))
}

/// Whether a choice ends with this event. Some providers send an empty reason with each of them.
pub(crate) fn finishes(json: &[u8]) -> bool {
    values(&FINISH, json).any(|value| value.starts_with(b"\"") && !value.starts_with(b"\"\""))
}

/// What follows the key wherever it is.
fn values<'a>(key: &'a Key, json: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    key.find_iter(json).filter_map(|at| {
        let after = json[at + key.needle().len()..].trim_ascii_start();
        after.strip_prefix(b":").map(<[u8]>::trim_ascii_start)
    })
}

/// Whether an event has a list of choices with none in it: Azure's first one, about the prompt.
pub(crate) fn has_no_choice(json: &[u8]) -> bool {
    AnswerPeek::parse(json).is_ok_and(|peek| peek.has_choices)
        && EventPeek::parse(json).is_ok_and(|peek| peek.choices.is_empty())
}

/// The event that ends a stream.
pub(crate) const fn done() -> Bytes {
    Bytes::from_static(b"data: [DONE]\n\n")
}

/// An error in the form in which OpenAI's SDKs raise it.
pub(crate) fn interrupted(reason: &str) -> Bytes {
    let message = format!("{reason}; the answer is incomplete");
    let error = serde_json::json!({
        "error": {"message": message, "type": "upstream_error", "param": null, "code": "upstream_interrupted"}
    });
    format!("data: {error}\n\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_with_a_value_are_found() {
        for json in [
            r#"{"usage":null}"#,
            r#"{"a":"usage"}"#,
            r#"{"a":"\"usage\":1"}"#,
            r#"{"usage" : null}"#,
            r#"{"usages":1}"#,
            "\"usage\"",
        ] {
            assert!(!has_value(&USAGE, json.as_bytes()), "{json}");
        }
        for json in [r#"{"usage":{}}"#, r#"{"usage" : {}}"#, r#"{"a":{"usage":null},"usage":1}"#] {
            assert!(has_value(&USAGE, json.as_bytes()), "{json}");
        }
    }

    #[test]
    fn an_empty_reason_finishes_nothing() {
        for json in
            [r#"{"finish_reason":""}"#, r#"{"finish_reason": null}"#, r#"{"a":"finish_reason"}"#]
        {
            assert!(!finishes(json.as_bytes()), "{json}");
        }
        assert!(finishes(br#"{"finish_reason" : "stop"}"#));
    }

    #[test]
    fn the_end_may_have_spaces_around_it() {
        assert!(is_done(b"[DONE]") && is_done(b" [DONE] \r"));
        assert!(!is_done(b"[DONE]x") && !is_done(b""));
    }
}
