//! Scenarios: each switch that makes the emulator do something other than answer well, with its
//! name and argument.

pub(crate) mod envelope;
pub(crate) mod filter_mode;
pub(crate) mod mode;
pub(crate) mod plan;
pub(crate) mod prompt_rules;

use std::{fmt, str::FromStr};

use crate::scenario::{envelope::Envelope, mode::Mode};

/// One switch. Its text form (`rate-limited=7`) is what headers, markers and files use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table `SCENARIOS` says what each one does")]
pub enum Scenario {
    Normal,
    Unauthorized,
    PermissionDenied,
    NotFound,
    RateLimited { seconds: u32 },
    RateLimitedTimes(u32),
    ServerError,
    Unavailable,
    UnavailableHtml,
    ContentFilterPrompt,
    ContentFilterAnswer,
    StreamErrorFirst,
    StreamError,
    StreamErrorLate,
    Cut { after_events: usize },
    NoAnswer,
    NoUsage,
    NoDone,
    AsyncFilter,
    FilterFailed,
    SlowFirstByte { milliseconds: u64 },
    SlowChunks { milliseconds: u64 },
    RoutingDetails,
    UnknownModel(String),
    EmptyModel,
    Garbage,
    Contradiction,
    Chunking { bytes: usize },
    ServiceTier(String),
    Served(String),
    Mode(Mode),
    Pool(Vec<String>),
    NoObfuscation,
    StrictParameters,
    Failed,
    FailedUsage,
    ErrorEnvelope(Envelope),
    ProjectOnly,
    LongCache,
}

/// Every switch as `(name, argument, what it does)`: the help text, and the source for the docs.
pub const SCENARIOS: &[(&str, &str, &str)] = &[
    ("normal", "", "answer well, whatever was set before"),
    ("unauthorized", "", "401, as for a wrong key"),
    ("permission-denied", "", "401 PermissionDenied, as for an identity without the role"),
    ("not-found", "", "404 DeploymentNotFound"),
    ("rate-limited", "[=SECONDS]", "429 with retry-after and retry-after-ms (default 7 s)"),
    ("rate-limited-times", "=N", "429 for the first N tries (retry after 10 ms), then an answer"),
    ("server-error", "", "500"),
    ("unavailable", "", "503 with a JSON body"),
    ("unavailable-html", "", "503 with an HTML body, as from a proxy on the way"),
    ("content-filter-prompt", "", "400: the prompt was filtered"),
    ("content-filter-answer", "", "the answer stops half-way, finish_reason content_filter"),
    ("stream-error-first", "", "200 stream whose first event is a rate-limit error"),
    ("stream-error", "", "200 stream with an error event before any content"),
    ("stream-error-late", "", "200 stream with an error event after some content"),
    ("cut", "[=EVENTS]", "the connection closes after EVENTS events (default 3), or half a body"),
    ("no-answer", "", "the connection closes before any response"),
    ("no-usage", "", "the answer carries no usage"),
    ("no-done", "", "the stream ends cleanly, without `[DONE]`"),
    ("async-filter", "", "filter annotations as events of their own, some after the finish"),
    ("filter-failed", "", "the content filter failed: content_filter_result with an error"),
    ("slow-first-byte", "=MS", "wait before the response head"),
    ("slow-chunks", "=MS", "wait between events"),
    ("routing-details", "", "model_selection_details with a failed attempt, asked for or not"),
    ("unknown-model", "[=NAME]", "served by a model that nobody has a price for"),
    ("empty-model", "", "the answer's model is an empty string"),
    ("garbage", "", "200 with a body that is no JSON"),
    ("contradiction", "", "cached_tokens above prompt_tokens"),
    ("chunking", "=BYTES", "the body in pieces of BYTES, across event borders, each flushed"),
    ("service-tier", "=TIER", "the answer's service_tier: priority, default or flex"),
    ("served", "=NAME", "this model answers"),
    ("mode", "=MODE", "routing mode: balanced, cost or quality"),
    ("pool", "=A+B+…", "the router picks among these models only"),
    ("no-obfuscation", "", "stream events without `obfuscation`"),
    ("strict-parameters", "", "400 for request keys that Azure does not know"),
    ("failed", "", "a response that failed, without usage"),
    ("failed-usage", "", "a response that failed, with the usage of what it had done"),
    ("error-envelope", "=FORM", "errors in streams of responses: failed, flat or nested"),
    ("project-only", "", "400 for responses anywhere but at a project"),
    ("long-cache", "", "the cache keeps what a response writes for 12 hours"),
];

/// A text that names no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseScenarioError {
    /// No such name.
    #[error("expected a scenario such as `rate-limited=7`, found `{0}`")]
    Unknown(String),
    /// The name is known, but its argument is wrong.
    #[error("expected `{name}{form}`, found `{found}`")]
    Argument {
        /// The scenario's name.
        name: &'static str,
        /// The form of its argument.
        form: &'static str,
        /// The given argument.
        found: String,
    },
}

// === impl Scenario ===

impl Scenario {
    /// This model answers, under this name.
    pub fn served(name: impl Into<String>) -> Self {
        Self::Served(name.into())
    }

    /// Several scenarios separated by commas: `served=grok-4,slow-chunks=20`.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ParseScenarioError> {
        text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::parse).collect()
    }

    /// The name in [`SCENARIOS`] and the argument.
    fn parts(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Normal => ("normal", None),
            Self::Unauthorized => ("unauthorized", None),
            Self::PermissionDenied => ("permission-denied", None),
            Self::NotFound => ("not-found", None),
            Self::RateLimited { seconds } => ("rate-limited", Some(seconds.to_string())),
            Self::RateLimitedTimes(times) => ("rate-limited-times", Some(times.to_string())),
            Self::ServerError => ("server-error", None),
            Self::Unavailable => ("unavailable", None),
            Self::UnavailableHtml => ("unavailable-html", None),
            Self::ContentFilterPrompt => ("content-filter-prompt", None),
            Self::ContentFilterAnswer => ("content-filter-answer", None),
            Self::StreamErrorFirst => ("stream-error-first", None),
            Self::StreamError => ("stream-error", None),
            Self::StreamErrorLate => ("stream-error-late", None),
            Self::Cut { after_events } => ("cut", Some(after_events.to_string())),
            Self::NoAnswer => ("no-answer", None),
            Self::NoUsage => ("no-usage", None),
            Self::NoDone => ("no-done", None),
            Self::AsyncFilter => ("async-filter", None),
            Self::FilterFailed => ("filter-failed", None),
            Self::SlowFirstByte { milliseconds } => {
                ("slow-first-byte", Some(milliseconds.to_string()))
            }
            Self::SlowChunks { milliseconds } => ("slow-chunks", Some(milliseconds.to_string())),
            Self::RoutingDetails => ("routing-details", None),
            Self::UnknownModel(name) => ("unknown-model", Some(name.clone())),
            Self::EmptyModel => ("empty-model", None),
            Self::Garbage => ("garbage", None),
            Self::Contradiction => ("contradiction", None),
            Self::Chunking { bytes } => ("chunking", Some(bytes.to_string())),
            Self::ServiceTier(tier) => ("service-tier", Some(tier.clone())),
            Self::Served(name) => ("served", Some(name.clone())),
            Self::Mode(mode) => ("mode", Some(mode.name().to_owned())),
            Self::Pool(names) => ("pool", Some(names.join("+"))),
            Self::NoObfuscation => ("no-obfuscation", None),
            Self::StrictParameters => ("strict-parameters", None),
            Self::Failed => ("failed", None),
            Self::FailedUsage => ("failed-usage", None),
            Self::ErrorEnvelope(form) => ("error-envelope", Some(form.name().to_owned())),
            Self::ProjectOnly => ("project-only", None),
            Self::LongCache => ("long-cache", None),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (name, None) => f.write_str(name),
            (name, Some(argument)) => write!(f, "{name}={argument}"),
        }
    }
}

impl FromStr for Scenario {
    type Err = ParseScenarioError;

    /// Underscores count as dashes in the name.
    fn from_str(text: &str) -> Result<Self, ParseScenarioError> {
        let (name, argument) = match text.trim().split_once('=') {
            Some((name, argument)) => (name, Some(argument.trim())),
            None => (text.trim(), None),
        };
        let name = name.trim().replace('_', "-");
        let Some((name, form, _)) = SCENARIOS.iter().find(|(known, ..)| *known == name) else {
            return Err(ParseScenarioError::Unknown(text.to_owned()));
        };
        // A switch without an argument must not silently ignore one.
        let read = if form.is_empty() && argument.is_some() { None } else { read(name, argument) };
        read.ok_or_else(|| ParseScenarioError::Argument { name, form, found: text.to_owned() })
    }
}

/// The scenario of this name with this argument; nothing when the argument does not fit.
fn read(name: &str, argument: Option<&str>) -> Option<Scenario> {
    let word = || argument.filter(|text| !text.is_empty()).map(str::to_owned);
    Some(match name {
        "normal" => Scenario::Normal,
        "unauthorized" => Scenario::Unauthorized,
        "permission-denied" => Scenario::PermissionDenied,
        "not-found" => Scenario::NotFound,
        "rate-limited" => Scenario::RateLimited { seconds: number(argument.or(Some("7")))? },
        "rate-limited-times" => Scenario::RateLimitedTimes(number(argument)?),
        "server-error" => Scenario::ServerError,
        "unavailable" => Scenario::Unavailable,
        "unavailable-html" => Scenario::UnavailableHtml,
        "content-filter-prompt" => Scenario::ContentFilterPrompt,
        "content-filter-answer" => Scenario::ContentFilterAnswer,
        "stream-error-first" => Scenario::StreamErrorFirst,
        "stream-error" => Scenario::StreamError,
        "stream-error-late" => Scenario::StreamErrorLate,
        "cut" => Scenario::Cut { after_events: number(argument.or(Some("3")))? },
        "no-answer" => Scenario::NoAnswer,
        "no-usage" => Scenario::NoUsage,
        "no-done" => Scenario::NoDone,
        "async-filter" => Scenario::AsyncFilter,
        "filter-failed" => Scenario::FilterFailed,
        "slow-first-byte" => Scenario::SlowFirstByte { milliseconds: number(argument)? },
        "slow-chunks" => Scenario::SlowChunks { milliseconds: number(argument)? },
        "routing-details" => Scenario::RoutingDetails,
        "unknown-model" => {
            Scenario::UnknownModel(word().unwrap_or_else(|| "gpt-7-nova-2027-01-15".to_owned()))
        }
        "empty-model" => Scenario::EmptyModel,
        "garbage" => Scenario::Garbage,
        "contradiction" => Scenario::Contradiction,
        "chunking" => {
            Scenario::Chunking { bytes: number(argument).filter(|bytes: &usize| *bytes > 0)? }
        }
        "service-tier" => Scenario::ServiceTier(word()?),
        "served" => Scenario::Served(word()?),
        "mode" => Scenario::Mode(argument?.parse().ok()?),
        "pool" => Scenario::Pool(word()?.split('+').map(str::to_owned).collect()),
        "no-obfuscation" => Scenario::NoObfuscation,
        "strict-parameters" => Scenario::StrictParameters,
        "failed" => Scenario::Failed,
        "failed-usage" => Scenario::FailedUsage,
        "error-envelope" => Scenario::ErrorEnvelope(argument?.parse().ok()?),
        "project-only" => Scenario::ProjectOnly,
        "long-cache" => Scenario::LongCache,
        _ => return None,
    })
}

fn number<T: FromStr>(argument: Option<&str>) -> Option<T> {
    argument?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_of_the_table_reads_and_prints_the_same() {
        for (name, form, _) in SCENARIOS {
            let argument = match *form {
                "" => "",
                "=MODE" => "=quality",
                "=FORM" => "=nested",
                "=NAME" | "[=NAME]" | "=TIER" => "=gpt-5.6-luna-2026-07-09",
                "=A+B+…" => "=grok-4+gpt-5-nano",
                _ => "=12",
            };
            let text = format!("{name}{argument}");
            assert_eq!(text.parse::<Scenario>().map(|read| read.to_string()), Ok(text));
        }
    }

    #[test]
    fn the_docs_list_every_scenario() {
        let docs = include_str!("../lib.rs");
        for (name, form, what) in SCENARIOS {
            let row = format!("//! | `{name}{form}` | {what} |");
            assert!(docs.contains(&row), "missing in lib.rs: {row}");
        }
    }

    #[test]
    fn optional_arguments_have_defaults_and_underscores_pass() {
        assert_eq!("rate_limited".parse(), Ok(Scenario::RateLimited { seconds: 7 }));
        assert_eq!("cut".parse(), Ok(Scenario::Cut { after_events: 3 }));
    }

    #[test]
    fn a_wrong_text_says_what_was_expected() {
        let error = |text: &str| text.parse::<Scenario>().unwrap_err().to_string();
        assert_eq!(error("nope"), "expected a scenario such as `rate-limited=7`, found `nope`");
        assert_eq!(error("chunking=0"), "expected `chunking=BYTES`, found `chunking=0`");
        assert_eq!(error("garbage=1"), "expected `garbage`, found `garbage=1`");
    }
}
