//! Labels that a client gives its request for the ledger: user, session, tags and metadata.

use std::{borrow::Cow, ops::Range};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Keys;
use crate::json::value::text;

/// What a client says of its request for the books. What has another type than it should is no
/// label, and for the upstream to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels<'a> {
    /// The client's own user: `user`, else `user_id` in the metadata.
    pub user: Option<Cow<'a, str>>,
    /// Groups the requests of one conversation: `litellm_session_id`, else `litellm_trace_id`, else
    /// `session_id` in the metadata.
    pub session_id: Option<Cow<'a, str>>,
    /// `tags`, in the metadata or beside it.
    pub tags: Vec<Cow<'a, str>>,
    /// `litellm_metadata`, else `metadata`: a JSON object as the client wrote it.
    pub metadata: Option<&'a str>,
}

/// What counts of a metadata object.
#[derive(Default, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    tags: Option<&'a RawValue>,
    #[serde(borrow)]
    session_id: Option<&'a RawValue>,
    #[serde(borrow)]
    user_id: Option<&'a RawValue>,
}

// === impl Labels ===

impl<'a> Labels<'a> {
    pub(super) fn read(keys: &Keys<'a>) -> Self {
        let object = |raw: &&'a str| raw.starts_with('{');
        let private = keys.litellm_metadata.filter(object);
        let shown = keys.metadata.filter(object);
        let [private_parts, shown_parts] = [private, shown].map(Metadata::read);
        let within = |private: Option<&'a RawValue>, shown| private.or(shown).map(RawValue::get);
        let tags = keys.tags.or_else(|| within(private_parts.tags, shown_parts.tags));
        let session = keys
            .session_id
            .or(keys.trace_id)
            .or_else(|| within(private_parts.session_id, shown_parts.session_id));
        let user = keys.user.or_else(|| within(private_parts.user_id, shown_parts.user_id));
        Self {
            user: user.and_then(label),
            session_id: session.and_then(label),
            tags: tags.map_or_else(Vec::new, labels),
            metadata: private.or(shown),
        }
    }
}

impl<'a> Metadata<'a> {
    fn read(raw: Option<&'a str>) -> Self {
        raw.and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
    }
}

fn label(raw: &str) -> Option<Cow<'_, str>> {
    text(raw.as_bytes()).filter(|text| !text.trim().is_empty())
}

fn labels(raw: &str) -> Vec<Cow<'_, str>> {
    let all: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
    all.into_iter().filter_map(|raw| label(raw.get())).collect()
}

/// Where the whole keys of some top-level values stand, with the commas that go with them. Their
/// names have no quotes in them.
pub(super) fn whole_keys(
    body: &[u8],
    values: impl Iterator<Item = Range<usize>>,
) -> Vec<Range<usize>> {
    let back_to = |end: usize, byte: u8| body[..end].iter().rposition(|found| *found == byte);
    let comma_follows = |end: usize| {
        let rest = &body[end..];
        let blank = rest.len() - rest.trim_ascii_start().len();
        (rest.get(blank) == Some(&b',')).then_some(end + blank + 1)
    };
    let mut all: Vec<Range<usize>> = Vec::new();
    for value in values {
        let colon = back_to(value.start, b':').unwrap_or(0);
        let close = back_to(colon, b'"').unwrap_or(0);
        let open = back_to(close, b'"').unwrap_or(0);
        let before = body[..open].trim_ascii_end();
        match all.last_mut() {
            // Next to another one: the comma between them goes with both.
            Some(last) if comma_follows(last.end) == Some(before.len()) => last.end = value.end,
            _ => all.push(open..value.end),
        }
    }
    for range in &mut all {
        let before = body[..range.start].trim_ascii_end();
        if before.last() == Some(&b',') {
            range.start = before.len() - 1;
        } else if let Some(end) = comma_follows(range.end) {
            range.end = end;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::dialect::{Dialect, RequestView};

    #[track_caller]
    fn check(body: &str, sent: &str, labels: &Labels<'_>) {
        let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
        assert_eq!(&view.labels, labels);
        assert_eq!(
            std::str::from_utf8(&view.rewritten("d", &crate::Additions::default())).unwrap(),
            sent
        );
    }

    #[test]
    fn labels_are_read_where_clients_put_them() {
        check(
            r#"{"model":"m","messages":[],"user":"ann","metadata":{"k":"v"}}"#,
            r#"{"model":"d","messages":[],"user":"ann","metadata":{"k":"v"}}"#,
            &Labels {
                user: Some("ann".into()),
                metadata: Some(r#"{"k":"v"}"#),
                ..Labels::default()
            },
        );
        check(
            r#"{"litellm_metadata": {"tags":["a","b\n",3]} , "model":"m","messages":[]}"#,
            r#"{ "model":"d","messages":[]}"#,
            &Labels {
                tags: vec!["a".into(), "b\n".into()],
                metadata: Some(r#"{"tags":["a","b\n",3]}"#),
                ..Labels::default()
            },
        );
        check(
            r#"{"model":"m","messages":[],"tags":["x"], "litellm_session_id":"s"}"#,
            r#"{"model":"d","messages":[]}"#,
            &Labels { tags: vec!["x".into()], session_id: Some("s".into()), ..Labels::default() },
        );
        check(
            r#"{"litellm_trace_id":"t","model":"m","litellm_session_id":"s","messages":[]}"#,
            r#"{"model":"d","messages":[]}"#,
            &Labels { session_id: Some("s".into()), ..Labels::default() },
        );
    }

    /// Azure takes texts in `metadata`, and nothing else.
    #[test]
    fn metadata_that_an_upstream_would_refuse_stays_here() {
        let metadata = r#"{"tags":["a"],"k":"v"}"#;
        let labels =
            Labels { tags: vec!["a".into()], metadata: Some(metadata), ..Labels::default() };
        let body = format!(r#"{{"model":"m","metadata":{metadata},"messages":[]}}"#);
        check(&body, r#"{"model":"d","messages":[]}"#, &labels);
        let body = format!(r#"{{"store":true,"model":"m","metadata":{metadata},"messages":[]}}"#);
        check(&body, &body.replace("\"m\"", "\"d\""), &labels);
    }

    #[test]
    fn keys_for_another_gateway_stay_here_and_are_reported() {
        let body = r#"{"num_retries":2,"model":"m","api_key":"sk-x","messages":[{"fallbacks":1}],"no-log":true,"timeout":5}"#;
        check(body, r#"{"model":"d","messages":[{"fallbacks":1}]}"#, &Labels::default());
        let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
        assert_eq!(view.ignored(), ["num_retries", "api_key", "no-log", "timeout"]);
    }

    #[test]
    fn what_is_no_label_is_left_to_the_upstream() {
        check(
            r#"{"model":"m","messages":[],"user":7,"metadata":[1]}"#,
            r#"{"model":"d","messages":[],"user":7,"metadata":[1]}"#,
            &Labels::default(),
        );
    }

    proptest! {
        #[test]
        fn wherever_they_stand_they_are_taken_out_whole(
            order in Just(vec!["model", "messages", "tags", "litellm_session_id", "litellm_metadata", "x"])
                .prop_shuffle(),
            blank in "[ \n]{0,2}",
        ) {
            let value = |key: &str| match key {
                "model" => json!("m"),
                "messages" | "tags" => json!(["a,\"tags\":"]),
                "litellm_metadata" => json!({"a": ",", "b": [1]}),
                _ => json!("s"),
            };
            let pairs: Vec<String> = order
                .iter()
                .map(|key| format!("{blank}\"{key}\"{blank}:{blank}{}{blank}", value(key)))
                .collect();
            let body = format!("{{{}}}", pairs.join(","));
            let sent = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().rewritten("d", &crate::Additions::default());
            let sent: Value = serde_json::from_slice(&sent).unwrap();
            let expect = json!({"model": "d", "messages": value("messages"), "x": value("x")});
            prop_assert_eq!(sent, expect);
        }
    }
}
