//! The edits that are made to a request on its way to the upstream. All other bytes are the client's.

use std::ops::Range;

use bytes::Bytes;

use super::{RequestView, UsageOption, bounds::count};
use crate::{
    dialect::{Added, Additions, BoundName},
    json::value::place,
    money::Tokens,
};

/// One kind of edit to a request. The list is complete: what is sent is the client's body with these
/// edits, each at most once for each place, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestEdit {
    /// `model` becomes the name of the deployment; it is added where the path names the group.
    Model,
    /// `stream_options.include_usage` becomes `true` for a stream, so that its usage is reported, where
    /// the deployment takes that.
    IncludeUsage,
    /// `max_completion_tokens`, or `max_tokens` where the deployment takes only that, or a response's
    /// `max_output_tokens`, is added or replaces its own `null`: under a strict budget, where the client names no bound.
    AddedBound,
    /// A bound that the client names is lowered to what is left of its budget (`budgets.clamp`).
    Clamp,
    /// A key is taken out with its value: what LiteLLM's clients send to their proxy (`tags`,
    /// `litellm_metadata`, `litellm_session_id`, `litellm_trace_id`, and what has no effect here, such
    /// as `fallbacks`), and `metadata` with other values than texts, unless `store` is true.
    PrivateKey,
}

/// What is edited, where, and what is there from then on.
pub(super) type Made = (RequestEdit, Range<usize>, String);

// === impl RequestEdit ===

impl RequestEdit {
    /// All kinds, in the order of their documentation.
    pub const ALL: [Self; 5] =
        [Self::Model, Self::IncludeUsage, Self::AddedBound, Self::Clamp, Self::PrivateKey];
}

// === impl RequestView ===

impl RequestView<'_> {
    /// The body as it is sent to the deployment `model`, which takes these additions: with the edits of
    /// [`RequestEdit`], and otherwise byte for byte.
    #[must_use]
    pub fn rewritten(&self, model: &str, additions: &Additions) -> Bytes {
        let edits = self.edits(model, additions);
        let grown: usize = edits.iter().map(|(.., text)| text.len()).sum();
        let mut body = Vec::with_capacity(self.body.len() + grown);
        let mut copied = 0;
        for (_, at, text) in edits {
            body.extend_from_slice(&self.body[copied..at.start]);
            body.extend_from_slice(text.as_bytes());
            copied = at.end;
        }
        body.extend_from_slice(&self.body[copied..]);
        body.into()
    }

    /// The parameters that these additions put into the request.
    #[must_use]
    pub fn added(&self, additions: &Additions) -> Added {
        let include_usage = self.stream && !self.include_usage && additions.usage;
        let options = self.keys.usage_option.filter(|raw| *raw != "null");
        let unbounded = self.output().is_none() && additions.max_output.is_some();
        Added {
            stream_options: include_usage && options.is_none(),
            include_usage,
            bound: additions.bound.filter(|_| unbounded),
        }
    }

    /// The edits, in the order of their places.
    pub(super) fn edits(&self, model: &str, additions: &Additions) -> Vec<Made> {
        let mut edits = Vec::with_capacity(4);
        // Text can always be JSON.
        let model = serde_json::to_string(model).unwrap_or_default();
        edits.push(match &self.model_at {
            Some(at) => (RequestEdit::Model, at.clone(), model),
            None => self.insertion(RequestEdit::Model, "model", &model),
        });
        let added = self.added(additions);
        if let Some(option) = self.dialect.usage_option().filter(|_| added.include_usage) {
            edits.push(self.usage_edit(option));
        }
        if let (Some(name), Some(max)) = (added.bound, additions.max_output) {
            edits.push(self.bound(name, max));
        } else if let Some(max) = additions.max_output {
            edits.extend(self.clamped(max));
        }
        let private = self.private_at.iter();
        edits.extend(private.map(|at| (RequestEdit::PrivateKey, at.clone(), String::new())));
        edits.sort_by_key(|(_, at, _)| at.start);
        edits
    }

    /// Bounds an answer that the client does not bound.
    fn bound(&self, name: BoundName, max: Tokens) -> Made {
        let max = max.0.to_string();
        match self.keys.bounds[name as usize] {
            // It is null: of two keys of one name the other might count.
            Some(raw) => (RequestEdit::AddedBound, place(self.body, raw), max),
            None => self.insertion(RequestEdit::AddedBound, name.key(), &max),
        }
    }

    /// Lowers the bounds that the client names, each under its own name.
    fn clamped(&self, max: Tokens) -> impl Iterator<Item = Made> {
        let named = self.keys.named_bounds();
        let above = named.filter_map(|(_, raw)| Some((raw, count(raw)?)));
        let above = above.filter(move |(_, count)| *count > max.0);
        above.map(move |(raw, _)| (RequestEdit::Clamp, place(self.body, raw), max.0.to_string()))
    }

    /// Turns the usage of a stream on, within the client's own options if it gave any.
    fn usage_edit(&self, option: UsageOption) -> Made {
        let (at, text) = match (&self.include_usage_at, &self.options_at) {
            (Some(at), _) => (at.clone(), "true".to_owned()),
            (None, None) => {
                return self.insertion(RequestEdit::IncludeUsage, option.key, option.value);
            }
            (None, Some(at)) => match self.body[at.clone()].strip_prefix(b"{") {
                Some(rest) => {
                    let comma = if rest.trim_ascii_start().starts_with(b"}") { "" } else { "," };
                    let text = format!("\"{}\":true{comma}", option.within);
                    (at.start + 1..at.start + 1, text)
                }
                None => (at.clone(), option.value.to_owned()),
            },
        };
        (RequestEdit::IncludeUsage, at, text)
    }

    /// A new key, put before the others.
    fn insertion(&self, edit: RequestEdit, key: &str, value: &str) -> Made {
        let comma = if self.has_keys { "," } else { "" };
        let text = format!(r#""{key}":{value}{comma}"#);
        (edit, self.first_key_at..self.first_key_at, text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::dialect::Dialect;

    fn at_most(max: Option<u64>) -> Additions {
        Additions { max_output: max.map(Tokens), ..Additions::default() }
    }

    #[track_caller]
    fn check(body: &str, max: u64, expect: &str) {
        let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
        let sent = view.rewritten("d", &at_most(Some(max)));
        assert_eq!(std::str::from_utf8(&sent).unwrap(), expect);
    }

    #[test]
    fn a_bound_is_lowered_under_its_own_name_and_never_raised() {
        check(
            r#"{"model":"m","messages":[],"max_tokens": 1e3 }"#,
            40,
            r#"{"model":"d","messages":[],"max_tokens": 40 }"#,
        );
        check(
            r#"{"model":"m","messages":[],"max_tokens":7,"max_completion_tokens":100}"#,
            40,
            r#"{"model":"d","messages":[],"max_tokens":7,"max_completion_tokens":40}"#,
        );
        check(
            r#"{"model":"m","messages":[],"max_tokens":null}"#,
            40,
            r#"{"max_completion_tokens":40,"model":"d","messages":[],"max_tokens":null}"#,
        );
    }

    /// What is added to a request of which the deployment takes that.
    #[track_caller]
    fn takes(body: &str, additions: Additions, expect: &str, added: Added) {
        let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
        assert_eq!(view.added(&additions), added, "{body}");
        assert_eq!(std::str::from_utf8(&view.rewritten("d", &additions)).unwrap(), expect);
    }

    #[test]
    fn nothing_is_added_that_a_deployment_does_not_take() {
        let old =
            Additions { usage: false, bound: Some(BoundName::MaxTokens), ..at_most(Some(40)) };
        let bound = Some(BoundName::MaxTokens);
        takes(
            r#"{"model":"m","messages":[],"stream":true}"#,
            old,
            r#"{"max_tokens":40,"model":"d","messages":[],"stream":true}"#,
            Added { bound, ..Added::default() },
        );
        takes(
            r#"{"model":"m","messages":[],"max_tokens":null,"max_completion_tokens":null}"#,
            old,
            r#"{"model":"d","messages":[],"max_tokens":40,"max_completion_tokens":null}"#,
            Added { bound, ..Added::default() },
        );
        takes(
            r#"{"model":"m","messages":[],"max_completion_tokens":50}"#,
            old,
            r#"{"model":"d","messages":[],"max_completion_tokens":40}"#,
            Added::default(),
        );
        takes(
            r#"{"model":"m","messages":[]}"#,
            Additions { bound: None, ..old },
            r#"{"model":"d","messages":[]}"#,
            Added::default(),
        );
    }

    #[test]
    fn what_is_added_within_the_clients_own_options_is_no_new_parameter() {
        let added = |stream_options| Added { stream_options, include_usage: true, bound: None };
        takes(
            r#"{"model":"m","messages":[],"stream":true,"stream_options":{"x":1}}"#,
            at_most(None),
            r#"{"model":"d","messages":[],"stream":true,"stream_options":{"include_usage":true,"x":1}}"#,
            added(false),
        );
        takes(
            r#"{"model":"m","messages":[],"stream":true,"stream_options":null}"#,
            at_most(None),
            r#"{"model":"d","messages":[],"stream":true,"stream_options":{"include_usage":true}}"#,
            added(true),
        );
    }

    proptest! {
        /// What is sent is the client's body with edits of the documented kinds: everything between
        /// their places is there byte by byte, and each leaves behind what its kind says.
        #[test]
        fn a_request_is_sent_with_the_documented_edits_and_no_others(
            order in Just(vec!["model", "messages", "tags", "litellm_x", "stream", "stream_options",
                "max_tokens", "max_completion_tokens", "metadata"]).prop_shuffle(),
            kept in prop::collection::vec(any::<bool>(), 9),
            text: String, bound in prop::option::of(0_u64..50), max in prop::option::of(0_u64..50),
            usage: bool, pretty: bool, takes: bool, older: bool,
        ) {
            let value = |key: &str| match key {
                "model" => json!("asked"),
                "messages" => json!([{"role": "user", "content": text, "model": "x"}]),
                "stream" => json!(true),
                "stream_options" => json!({"include_usage": usage, "x": [text]}),
                "max_tokens" | "max_completion_tokens" => json!(bound),
                _ => json!({"max_tokens": 1, "t": text}),
            };
            let keys: Vec<_> =
                order.iter().zip(kept).filter(|(key, kept)| *kept || **key == "messages").collect();
            let named = bound.is_some()
                && keys.iter().any(|(key, _)| matches!(**key, "max_tokens" | "max_completion_tokens"));
            let blank = if pretty { "\n  " } else { "" };
            let pairs: Vec<_> =
                keys.iter().map(|(key, _)| format!("{blank}\"{key}\":{blank}{}", value(key))).collect();
            let body = format!("{{{}}}", pairs.join(","));
            let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
            let name = if older { BoundName::MaxTokens } else { BoundName::MaxCompletionTokens };
            let additions = Additions { usage: takes, bound: Some(name), ..at_most(max) };
            let edits = view.edits("deployed", &additions);
            let sent = view.rewritten("deployed", &additions);
            let (mut from, mut to) = (0, 0);
            for (kind, at, text) in &edits {
                let same = at.start - from;
                prop_assert_eq!(&body.as_bytes()[from..at.start], &sent[to..to + same]);
                (from, to) = (at.end, to + same);
                prop_assert_eq!(text.as_bytes(), &sent[to..to + text.len()]);
                to += text.len();
                let before = &body[at.clone()];
                let (value, whole) = (text.trim_end_matches(','), max.unwrap_or_default().to_string());
                let right = match kind {
                    RequestEdit::Model => {
                        value == "\"deployed\"" && before == "\"asked\""
                            || value == "\"model\":\"deployed\"" && before.is_empty()
                    }
                    RequestEdit::IncludeUsage => {
                        takes && (value == "true" && before == "false"
                            || value == r#""stream_options":{"include_usage":true}"# && before.is_empty())
                    }
                    RequestEdit::AddedBound => {
                        !named && (value == whole && before == "null"
                            || value == format!(r#""{}":{whole}"#, name.key()) && before.is_empty())
                    }
                    RequestEdit::Clamp => {
                        value == whole && before.parse::<u64>().is_ok_and(|was| Some(was) > max)
                    }
                    RequestEdit::PrivateKey => {
                        value.is_empty()
                            && (before.contains("\"tags\"") || before.contains("\"metadata\""))
                    }
                };
                prop_assert!(right, "{kind:?} {before} {text}");
            }
            prop_assert_eq!(&body.as_bytes()[from..], &sent[to..]);
            prop_assert!(serde_json::from_slice::<Value>(&sent).is_ok());
        }
    }
}
