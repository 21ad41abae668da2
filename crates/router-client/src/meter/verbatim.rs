//! Parts of an upstream's answer that a receipt keeps verbatim, up to a bound.

use serde_json::{json, value::RawValue};

/// JSON as the upstream sent it. Of more than `most` bytes the beginning is kept, as text, in an object
/// that says how long the whole was: `{"cut_from_bytes": 20000, "beginning": "…"}`.
pub(crate) fn verbatim(text: &str, most: usize) -> Option<Box<RawValue>> {
    if text.len() <= most {
        return RawValue::from_string(text.to_owned()).ok();
    }
    let beginning = &text[..text.floor_char_boundary(most)];
    serde_json::value::to_raw_value(&json!({"cut_from_bytes": text.len(), "beginning": beginning}))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_says_that_it_was_cut() {
        let kept = |text: &str, most| verbatim(text, most).unwrap().get().to_owned();
        assert_eq!(kept(r#"{ "a":1}"#, 8), r#"{ "a":1}"#);
        let cut = kept(r#"{"a":"éé"}"#, 7);
        assert_eq!(cut, r#"{"beginning":"{\"a\":\"","cut_from_bytes":12}"#);
    }
}
