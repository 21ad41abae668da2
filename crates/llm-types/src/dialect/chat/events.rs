//! Single events of a chat's stream: finds the few that a meter must read, without parsing the rest.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A key, in quotes, that is looked for in the text of an event.
type Key = LazyLock<Finder<'static>>;

/// The data of the event that ends a stream.
const DONE: &[u8] = b"[DONE]";

/// The event that ends a stream.
pub(in crate::dialect) const DONE_EVENT: &[u8] = b"data: [DONE]\n\n";

static USAGE: Key = LazyLock::new(|| Finder::new(b"\"usage\""));
static ERROR: Key = LazyLock::new(|| Finder::new(b"\"error\""));
static ROUTING: Key = LazyLock::new(|| Finder::new(b"\"model_selection_details\""));
static CHOICES: Key = LazyLock::new(|| Finder::new(b"\"choices\""));
static FINISH: Key = LazyLock::new(|| Finder::new(b"\"finish_reason\""));
static DELTA: Key = LazyLock::new(|| Finder::new(b"\"delta\""));

/// Whether an event's data ends its stream.
#[inline]
pub(in crate::dialect) fn is_done(data: &[u8]) -> bool {
    data.trim_ascii() == DONE
}

/// Whether an event may be an error: it has one, or no choices.
#[inline]
pub(in crate::dialect) fn may_be_error(data: &[u8]) -> bool {
    has_value(&ERROR, data) || CHOICES.find(data).is_none()
}

/// Whether an event may report the usage or, unless that is known, the router's decision.
#[inline]
pub(in crate::dialect) fn may_report(data: &[u8], knows_routing: bool) -> bool {
    has_value(&USAGE, data) || (!knows_routing && ROUTING.find(data).is_some())
}

/// Whether a body has choices, and no error.
pub(in crate::dialect) fn is_surely_answer(body: &[u8]) -> bool {
    CHOICES.find(body).is_some() && !has_value(&ERROR, body)
}

/// Calls `each` with what follows the key of each delta: a tenth of the event's bytes.
#[inline]
pub(in crate::dialect) fn deltas<'a>(data: &'a [u8], mut each: impl FnMut(&'a [u8])) {
    for at in DELTA.find_iter(data) {
        let delta = &data[at + DELTA.needle().len()..];
        // Azure's events go on with this key.
        each(&delta[..FINISH.find(delta).unwrap_or(delta.len())]);
    }
}

/// Whether `key` is in the JSON text with a value other than null, at any depth. Within a
/// string the quotes would be escaped, so this never mistakes content for a key.
fn has_value(key: &Key, json: &[u8]) -> bool {
    values(key, json).any(|value| !value.starts_with(b"null"))
}

/// Whether a choice ends with this event. Some providers send an empty reason with each of them.
#[inline]
pub(in crate::dialect) fn finishes(json: &[u8]) -> bool {
    values(&FINISH, json).any(|value| value.starts_with(b"\"") && !value.starts_with(b"\"\""))
}

/// What follows the key wherever it is.
fn values<'a>(key: &'a Key, json: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    key.find_iter(json).filter_map(|at| {
        let after = json[at + key.needle().len()..].trim_ascii_start();
        after.strip_prefix(b":").map(<[u8]>::trim_ascii_start)
    })
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
