//! A chat request as the gateway sees it: a few top-level keys, and the places where they stand.
//!
//! Messages are never parsed or copied on their own: an edit replaces the bytes of one value and
//! leaves every other byte as the client sent it.

mod bounds;
mod keys;
mod labels;

use std::{borrow::Cow, ops::Range};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::keys::Keys;
pub use self::{bounds::Bounds, labels::Labels};

use crate::{
    Tokens,
    peek::{offset_in, text},
};

/// The keys of a chat request that decide where it goes and how its answer is read.
#[derive(Debug)]
pub struct RequestView<'a> {
    body: &'a [u8],
    /// The model that the client asks for, if it names one.
    pub asked: Option<Cow<'a, str>>,
    /// Whether the answer shall be a stream.
    pub stream: bool,
    /// Whether the client asked for a stream's usage.
    pub include_usage: bool,
    /// What the client says of the request for the books.
    pub labels: Labels<'a>,
    /// How many tokens it can come to.
    pub bounds: Bounds,
    /// Where `max_completion_tokens` stands, if it does.
    max_output_at: Option<Range<usize>>,
    /// What is for the gateway alone, and is taken out before Azure sees it.
    private_at: Vec<Range<usize>>,
    model_at: Option<Range<usize>>,
    stream_options_at: Option<Range<usize>>,
    include_usage_at: Option<Range<usize>>,
    first_key_at: usize,
    has_keys: bool,
}

/// Why a body is no chat request. The text is for the client.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Not UTF-8 text.
    #[error("the request body is not valid UTF-8: the byte at offset {0} does not belong there")]
    NotUtf8(usize),
    /// Not one JSON object.
    #[error("the request body is not a valid JSON object: {0}")]
    NotJson(String),
    /// A key that must be there once.
    #[error("missing required parameter: `{0}`")]
    Missing(&'static str),
    /// A key of another type.
    #[error("expected `{key}` to be {expected}, found `{found}`")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
        /// The beginning of what it is.
        found: String,
    },
    /// A key that stands twice, of which two readers could take different ones.
    #[error("the key `{0}` stands twice in the request")]
    Twice(&'static str),
}

// === impl RequestView ===

impl<'a> RequestView<'a> {
    /// Reads a request's body.
    ///
    /// # Errors
    /// When it is not a JSON object with `messages`, or a key that counts has the wrong type.
    pub fn parse(body: &'a [u8]) -> Result<Self, RequestError> {
        let text = std::str::from_utf8(body)
            .map_err(|error| RequestError::NotUtf8(error.valid_up_to()))?;
        let keys = Keys::read(text).map_err(|error| RequestError::NotJson(error.to_string()))?;
        if let Some(key) = keys.twice {
            return Err(RequestError::Twice(key));
        }
        match keys.messages {
            None => return Err(RequestError::Missing("messages")),
            Some(raw) if !raw.starts_with('[') => {
                return Err(wrong_type("messages", "an array of messages", raw));
            }
            Some(_) => {}
        }
        if let Some(raw) = keys.n.filter(|raw| !is_whole(raw)) {
            return Err(wrong_type("n", "a whole number", raw));
        }
        let at = |raw: &str| place(body, raw);
        let options = keys.stream_options.map(StreamOptions::read).transpose()?.flatten();
        let include = options.as_ref().and_then(|options| options.include_usage);
        let private = labels::whole_keys(body, keys.private.iter().map(|raw| at(raw)));
        Ok(Self {
            body,
            labels: Labels::read(&keys),
            bounds: Bounds::read(&keys, body),
            max_output_at: keys.max_completion_tokens.map(at),
            private_at: private,
            asked: keys.model.map(asked).transpose()?,
            stream: keys.stream.map(stream).transpose()?.unwrap_or(false),
            include_usage: include.map(include_usage).transpose()?.unwrap_or(false),
            model_at: keys.model.map(at),
            stream_options_at: keys.stream_options.map(at),
            include_usage_at: include.map(|raw| at(raw.get())),
            first_key_at: text.find('{').map_or(0, |brace| brace + 1),
            has_keys: keys.any,
        })
    }

    /// The body with `model` set to the upstream's name, for a stream its usage asked for, a bound
    /// to the answer's tokens if there shall be one, and without what is for the gateway alone.
    /// Every other byte is as it was.
    #[must_use]
    pub fn rewritten(&self, model: &str, max_output: Option<Tokens>) -> Bytes {
        let mut edits = Vec::with_capacity(4);
        // Text can always be JSON.
        let model = serde_json::to_string(model).unwrap_or_default();
        match &self.model_at {
            Some(at) => edits.push((at.clone(), model)),
            None => edits.push(self.insertion("model", &model)),
        }
        if self.stream && !self.include_usage {
            edits.push(self.usage_edit());
        }
        if let Some(Tokens(max)) = max_output {
            let max = max.to_string();
            edits.push(match &self.max_output_at {
                // It is null: of two keys of one name the other might count.
                Some(at) => (at.clone(), max),
                None => self.insertion("max_completion_tokens", &max),
            });
        }
        edits.extend(self.private_at.iter().map(|at| (at.clone(), String::new())));
        edits.sort_by_key(|(at, _)| at.start);
        let grown: usize = edits.iter().map(|(_, text)| text.len()).sum();
        let mut body = Vec::with_capacity(self.body.len() + grown);
        let mut copied = 0;
        for (at, text) in edits {
            body.extend_from_slice(&self.body[copied..at.start]);
            body.extend_from_slice(text.as_bytes());
            copied = at.end;
        }
        body.extend_from_slice(&self.body[copied..]);
        body.into()
    }

    /// Turns the usage of a stream on, within the client's own options if it gave any.
    fn usage_edit(&self) -> (Range<usize>, String) {
        if let Some(at) = &self.include_usage_at {
            return (at.clone(), "true".to_owned());
        }
        let Some(at) = &self.stream_options_at else {
            return self.insertion("stream_options", r#"{"include_usage":true}"#);
        };
        match self.body[at.clone()].strip_prefix(b"{") {
            Some(rest) if rest.trim_ascii_start().starts_with(b"}") => {
                (at.start + 1..at.start + 1, r#""include_usage":true"#.to_owned())
            }
            Some(_) => (at.start + 1..at.start + 1, r#""include_usage":true,"#.to_owned()),
            None => (at.clone(), r#"{"include_usage":true}"#.to_owned()),
        }
    }

    /// A new key, put before the others.
    fn insertion(&self, key: &str, value: &str) -> (Range<usize>, String) {
        let comma = if self.has_keys { "," } else { "" };
        (self.first_key_at..self.first_key_at, format!(r#""{key}":{value}{comma}"#))
    }
}

fn asked(raw: &str) -> Result<Cow<'_, str>, RequestError> {
    let wrong = || wrong_type("model", "the name of a model group", raw);
    text(raw.as_bytes()).filter(|name| !name.trim().is_empty()).ok_or_else(wrong)
}

fn stream(raw: &str) -> Result<bool, RequestError> {
    serde_json::from_str::<Option<bool>>(raw)
        .map(Option::unwrap_or_default)
        .map_err(|_| wrong_type("stream", "true or false", raw))
}

/// Whether it is a count, or null.
fn is_whole(raw: &str) -> bool {
    serde_json::from_str::<Option<u64>>(raw).is_ok()
}

fn include_usage(raw: &RawValue) -> Result<bool, RequestError> {
    serde_json::from_str::<Option<bool>>(raw.get())
        .map(Option::unwrap_or_default)
        .map_err(|_| wrong_type("stream_options.include_usage", "true or false", raw.get()))
}

fn wrong_type(key: &'static str, expected: &'static str, found: &str) -> RequestError {
    let found = found.chars().take(40).collect();
    RequestError::WrongType { key, expected, found }
}

fn place(body: &[u8], part: &str) -> Range<usize> {
    let start = offset_in(body, part);
    start..start + part.len()
}

// === impl StreamOptions ===

/// The client's `stream_options`, of which only one key counts here.
#[derive(Deserialize)]
struct StreamOptions<'a> {
    #[serde(borrow)]
    include_usage: Option<&'a RawValue>,
}

impl<'a> StreamOptions<'a> {
    fn read(raw: &'a str) -> Result<Option<Self>, RequestError> {
        serde_json::from_str(raw).map_err(|_| wrong_type("stream_options", "an object", raw))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(body: &str, expect: &str) {
        let view = RequestView::parse(body.as_bytes()).unwrap();
        assert_eq!(std::str::from_utf8(&view.rewritten("d", None)).unwrap(), expect);
    }

    #[track_caller]
    fn refused(body: &[u8], expect: &str) {
        assert_eq!(RequestView::parse(body).unwrap_err().to_string(), expect);
    }

    #[test]
    fn only_the_model_name_changes() {
        check(
            " {\"temperature\" : 1.50, \"model\":\"m\\u0041\" ,\"messages\":[ ],\"x\":1e400}\n",
            " {\"temperature\" : 1.50, \"model\":\"d\" ,\"messages\":[ ],\"x\":1e400}\n",
        );
        check(r#"{"messages":[]}"#, r#"{"model":"d","messages":[]}"#);
    }

    #[test]
    fn a_streams_usage_is_always_asked_for() {
        check(
            r#"{"model":"m","messages":[],"stream":true}"#,
            r#"{"stream_options":{"include_usage":true},"model":"d","messages":[],"stream":true}"#,
        );
        check(
            r#"{"stream":true,"stream_options":{"include_usage":false},"messages":[],"model":"m"}"#,
            r#"{"stream":true,"stream_options":{"include_usage":true},"messages":[],"model":"d"}"#,
        );
        check(
            r#"{"stream":true,"stream_options":{ "include_obfuscation":false},"messages":[],"model":"m"}"#,
            r#"{"stream":true,"stream_options":{"include_usage":true, "include_obfuscation":false},"messages":[],"model":"d"}"#,
        );
        check(
            r#"{"stream":true,"stream_options":{ },"messages":[],"model":"m"}"#,
            r#"{"stream":true,"stream_options":{"include_usage":true },"messages":[],"model":"d"}"#,
        );
        check(
            r#"{"stream":true,"stream_options":null,"messages":[],"model":"m"}"#,
            r#"{"stream":true,"stream_options":{"include_usage":true},"messages":[],"model":"d"}"#,
        );
        check(
            r#"{"stream":true,"stream_options":{"include_usage":true},"messages":[],"model":"m"}"#,
            r#"{"stream":true,"stream_options":{"include_usage":true},"messages":[],"model":"d"}"#,
        );
        check(
            r#"{"stream":false,"messages":[],"model":"m"}"#,
            r#"{"stream":false,"messages":[],"model":"d"}"#,
        );
    }

    #[test]
    fn escaped_keys_are_the_same_keys() {
        check(r#"{"mod\u0065l":"m","messages":[]}"#, r#"{"mod\u0065l":"d","messages":[]}"#);
    }

    #[test]
    fn wrong_requests_say_what_is_wrong() {
        refused(
            b"{\"a\":\xff}",
            "the request body is not valid UTF-8: the byte at offset 5 does not belong there",
        );
        refused(
            b"",
            "the request body is not a valid JSON object: EOF while parsing a value at line 1 column 0",
        );
        refused(
            b"[]",
            "the request body is not a valid JSON object: invalid type: sequence, expected a JSON object at line 1 column 0",
        );
        refused(
            b"{\"messages\":[]} x",
            "the request body is not a valid JSON object: trailing characters at line 1 column 17",
        );
        refused(b"{\"model\":\"m\"}", "missing required parameter: `messages`");
        refused(
            b"{\"messages\":\"hi\"}",
            "expected `messages` to be an array of messages, found `\"hi\"`",
        );
        refused(
            b"{\"messages\":[],\"model\":7}",
            "expected `model` to be the name of a model group, found `7`",
        );
        refused(
            b"{\"messages\":[],\"model\":\" \"}",
            "expected `model` to be the name of a model group, found `\" \"`",
        );
        refused(
            b"{\"messages\":[],\"stream\":\"yes\"}",
            "expected `stream` to be true or false, found `\"yes\"`",
        );
        refused(
            b"{\"messages\":[],\"model\":\"m\",\"n\":2.0}",
            "expected `n` to be a whole number, found `2.0`",
        );
        refused(
            b"{\"messages\":[],\"stream_options\":3}",
            "expected `stream_options` to be an object, found `3`",
        );
        refused(
            b"{\"messages\":[],\"model\":\"a\",\"model\":\"b\"}",
            "the key `model` stands twice in the request",
        );
    }

    proptest! {
        #[test]
        fn the_rest_of_a_request_is_untouched(
            asked in "[a-z\"\\\\é]{1,9}",
            content in any::<String>(),
            key in "[a-zé\"]{1,6}x",
            stream: Option<bool>,
            pretty: bool,
        ) {
            let mut request = json!({"model": asked, "messages": [{"role": "user", "content": content}], key: content});
            if let Some(stream) = stream {
                request["stream"] = json!(stream);
            }
            prop_assume!(!asked.trim().is_empty());
            let body = if pretty { format!("{request:#}") } else { request.to_string() };
            let sent = RequestView::parse(body.as_bytes()).unwrap().rewritten("deployment", None);
            let mut expect = request;
            expect["model"] = json!("deployment");
            if stream == Some(true) {
                expect["stream_options"] = json!({"include_usage": true});
            }
            prop_assert_eq!(serde_json::from_slice::<Value>(&sent).unwrap(), expect);
        }
    }
}
