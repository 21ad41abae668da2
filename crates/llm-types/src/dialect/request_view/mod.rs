//! A request as the gateway reads it: a few top-level keys, and their positions in the body.
//!
//! Prompts are never parsed or copied on their own: an edit replaces the bytes of one value and
//! leaves every other byte as the client sent it.

mod audio;
mod bounds;
mod edits;
mod keys;
mod labels;
mod pieces;
mod prompt;

use std::{borrow::Cow, ops::Range};

use self::keys::Keys;
pub use self::{
    bounds::{Bounds, count},
    edits::RequestEdit,
    labels::Labels,
    pieces::Piece,
    prompt::{PromptBound, PromptParts},
};
pub(super) use self::{
    keys::RequestKey,
    pieces::{Medium, medium},
};

use super::{Dialect, resemblance};
use crate::{
    Tokens,
    json::value::{place, text},
};

/// The keys of a request that decide where it goes and how its answer is read.
#[derive(Debug)]
pub struct RequestView<'a> {
    dialect: Dialect,
    body: &'a [u8],
    /// The model that the client asks for, if it names one.
    pub asked: Option<Cow<'a, str>>,
    /// Whether the answer shall be a stream.
    pub stream: bool,
    /// Whether the client asked for a stream's usage, or gets it unasked.
    pub include_usage: bool,
    /// What the client says of the request for the books.
    pub labels: Labels<'a>,
    keys: Keys<'a>,
    /// What is for the gateway alone, and is taken out before Azure sees it.
    private_at: Vec<Range<usize>>,
    model_at: Option<Range<usize>>,
    options_at: Option<Range<usize>>,
    include_usage_at: Option<Range<usize>>,
    first_key_at: usize,
    has_keys: bool,
}

/// The option that a stream needs to report its usage.
#[derive(Clone, Copy, Debug)]
pub struct UsageOption {
    /// The key of the stream's options.
    pub key: &'static str,
    /// The key within them.
    pub within: &'static str,
    /// Both, as errors name it.
    pub path: &'static str,
    /// Both, as they are added to a request without such options.
    pub value: &'static str,
}

/// Why a body is no request of its API. The text is for the client.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Not UTF-8 text.
    #[error("the request body is not valid UTF-8: unexpected byte at offset {0}")]
    NotUtf8(usize),
    /// Not one JSON object.
    #[error("the request body is not a valid JSON object: {0}")]
    NotJson(String),
    /// A key that must be there once.
    #[error("missing required parameter: `{0}`")]
    Missing(&'static str),
    /// The same of a body that looks like one of other APIs.
    #[error(
        "missing required parameter: `{key}`; this is the body of {}",
        resemblance::pages(apis)
    )]
    Elsewhere {
        /// The key.
        key: &'static str,
        /// What it looks like.
        apis: Vec<Dialect>,
    },
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
    /// An answer that would come later, from which no cost could be learned here.
    #[error(
        "`{0}: true` is not supported, because the gateway would not learn what the answer \
         cost; leave it out, and use `stream: true` for an answer that takes long"
    )]
    Background(&'static str),
    /// A key that stands twice, of which two readers could take different ones.
    #[error("the key `{0}` is in the request twice")]
    Twice(&'static str),
}

// === impl RequestView ===

impl<'a> RequestView<'a> {
    /// Reads a request's body.
    ///
    /// # Errors
    /// When it is not a JSON object with a prompt, or a key that counts has the wrong type.
    pub fn parse(dialect: Dialect, body: &'a [u8]) -> Result<Self, RequestError> {
        let text = std::str::from_utf8(body)
            .map_err(|error| RequestError::NotUtf8(error.valid_up_to()))?;
        let keys =
            Keys::read(dialect, text).map_err(|error| RequestError::NotJson(error.to_string()))?;
        if let Some(key) = keys.twice {
            return Err(RequestError::Twice(key));
        }
        let checked = dialect.check_prompt(keys.prompt, keys.is_stored());
        checked.map_err(|error| elsewhere(dialect, text, error))?;
        keys.check_counts()?;
        if let Some((key, raw)) = keys.background
            && boolean(key, raw)?
        {
            return Err(RequestError::Background(key));
        }
        keys.check_earlier()?;
        let at = |raw: &str| place(body, raw);
        let option = dialect.usage_option();
        let within = option.zip(keys.usage_option);
        let include = within.map(|(_, raw)| dialect.usage_within(raw)).transpose()?.flatten();
        let asked_for_usage = || match (option, include) {
            (None, _) => Ok(true),
            (Some(option), Some(raw)) => boolean(option.path, raw),
            (Some(_), None) => Ok(false),
        };
        let private = labels::whole_keys(body, keys.not_sent().into_iter().map(at));
        Ok(Self {
            dialect,
            body,
            labels: Labels::read(&keys),
            private_at: private,
            asked: keys.model.map(asked).transpose()?.flatten(),
            stream: keys.stream.map(|raw| boolean("stream", raw)).transpose()?.unwrap_or(false),
            include_usage: asked_for_usage()?,
            model_at: keys.model.map(at),
            options_at: within.map(|(_, raw)| at(raw)),
            include_usage_at: include.map(at),
            first_key_at: text.find('{').map_or(0, |brace| brace + 1),
            has_keys: keys.any,
            keys,
        })
    }

    /// The API that it is for.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many tokens it can come to. This walks through the whole prompt: it is for requests whose cost
    /// must be bounded.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds::read(self.dialect, &self.keys, self.body)
    }

    /// Tokens of each answer, as the request bounds them; `None` when it does not.
    #[must_use]
    pub fn output(&self) -> Option<Tokens> {
        self.keys.output()
    }

    /// How many answers it asks for: `n`.
    #[must_use]
    pub fn answers(&self) -> u64 {
        self.keys.answers()
    }

    /// The prompt as it is written: a chat's `messages`.
    #[must_use]
    pub fn prompt(&self) -> &'a str {
        self.keys.prompt.unwrap_or_default()
    }

    /// Calls `each` with every piece of the prompt.
    pub fn pieces(&self, each: impl FnMut(Piece<'a>)) {
        self.dialect.pieces(self.prompt(), each);
    }

    /// Tokens by which the API's own format frames the prompt, for estimates.
    #[must_use]
    pub fn framing(&self) -> u64 {
        self.dialect.framing(self.prompt())
    }

    /// The id of the answer that it goes on with, which is stored upstream.
    #[must_use]
    pub fn earlier(&self) -> Option<Cow<'a, str>> {
        text(self.keys.earlier?.1.as_bytes())
    }

    /// The id of the conversation that it goes on with.
    #[must_use]
    pub fn conversation(&self) -> Option<Cow<'a, str>> {
        self.keys.conversation_id()
    }

    /// Keys of the request that have no effect, here or upstream: they are not sent.
    #[must_use]
    pub fn ignored(&self) -> &[&'static str] {
        &self.keys.ignored
    }

    /// Whether the answer is to be grounded in the client's own data ("Azure OpenAI On Your Data"): a
    /// service of its own reads such requests, and takes less than the model does.
    #[must_use]
    pub fn has_data_sources(&self) -> bool {
        self.keys.data_sources.is_some_and(|raw| raw != "null")
    }

    /// What the model reads beside the prompt, as it is written: instructions, tools and the format of
    /// the answer.
    pub fn also_read(&self) -> impl Iterator<Item = &'a str> {
        self.keys.also_read()
    }
}

/// The model that is named, if one is: clients of Azure, whose path names it, send null or nothing
/// between quotes.
fn asked(raw: &str) -> Result<Option<Cow<'_, str>>, RequestError> {
    if raw == "null" {
        return Ok(None);
    }
    let wrong = || wrong_type("model", "the name of a model group", raw);
    let name = text(raw.as_bytes()).ok_or_else(wrong)?;
    Ok(Some(name).filter(|name| !name.trim().is_empty()))
}

/// The error for a body without a prompt, with the APIs whose body it looks like.
fn elsewhere(dialect: Dialect, body: &str, error: RequestError) -> RequestError {
    let RequestError::Missing(key) = error else { return error };
    let apis = dialect.others_like(&keys::names(body));
    if apis.is_empty() { error } else { RequestError::Elsewhere { key, apis } }
}

/// What a switch says; null leaves it off.
fn boolean(key: &'static str, raw: &str) -> Result<bool, RequestError> {
    serde_json::from_str::<Option<bool>>(raw)
        .map(Option::unwrap_or_default)
        .map_err(|_| wrong_type(key, "true or false", raw))
}

pub(super) fn wrong_type(key: &'static str, expected: &'static str, found: &str) -> RequestError {
    let found = found.chars().take(40).collect();
    RequestError::WrongType { key, expected, found }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::dialect::Additions;

    #[track_caller]
    fn check(body: &str, expect: &str) {
        let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
        assert_eq!(
            std::str::from_utf8(&view.rewritten("d", &Additions::default())).unwrap(),
            expect
        );
    }

    #[track_caller]
    fn refused(body: &[u8], expect: &str) {
        assert_eq!(RequestView::parse(Dialect::Chat, body).unwrap_err().to_string(), expect);
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
    fn a_model_of_null_or_of_no_letters_names_none() {
        for model in ["null", r#""""#, r#"" ""#] {
            let body = format!(r#"{{"model":{model},"messages":[]}}"#);
            assert_eq!(
                RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().asked,
                None,
                "{model}"
            );
            check(&body, r#"{"model":"d","messages":[]}"#);
        }
    }

    #[test]
    fn escaped_keys_are_the_same_keys() {
        check(r#"{"mod\u0065l":"m","messages":[]}"#, r#"{"mod\u0065l":"d","messages":[]}"#);
    }

    #[test]
    fn wrong_requests_say_what_is_wrong() {
        refused(
            b"{\"a\":\xff}",
            "the request body is not valid UTF-8: unexpected byte at offset 5",
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
            b"{\"messages\":[],\"stream\":\"yes\"}",
            "expected `stream` to be true or false, found `\"yes\"`",
        );
        refused(
            b"{\"messages\":[],\"model\":\"m\",\"n\":2.5}",
            "expected `n` to be a whole number, found `2.5`",
        );
        refused(
            b"{\"messages\":[],\"stream_options\":3}",
            "expected `stream_options` to be an object, found `3`",
        );
        refused(
            b"{\"messages\":[],\"model\":\"a\",\"model\":\"b\"}",
            "the key `model` is in the request twice",
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
            let sent = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().rewritten("deployment", &Additions::default());
            let mut expect = request;
            expect["model"] = json!("deployment");
            if stream == Some(true) {
                expect["stream_options"] = json!({"include_usage": true});
            }
            prop_assert_eq!(serde_json::from_slice::<Value>(&sent).unwrap(), expect);
        }
    }
}
