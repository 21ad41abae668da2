//! A faithful emulation of Azure Model Router on loopback, for tests and demos: Azure's addresses,
//! credentials, shapes, headers, errors and accounting, and failures on request.
//!
//! It shares no code with what it tests: it reads and writes plain JSON values.
//!
//! ```
//! use azure_emulator::{Emulator, Scenario};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), azure_emulator::StartError> {
//! let azure = Emulator::builder().seed(7).key("test-key").start().await?;
//! azure.set(Scenario::served("gpt-5.6-luna-2026-07-09"));
//! // … send requests to azure.openai_v1() …
//! assert_eq!(azure.count(), 0);
//! assert!(azure.requests().is_empty());
//! azure.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Scenarios
//! A scenario is set for all requests ([`Emulator::set`], `POST /__scenario`), by prompt (a
//! scenario file), for one request by the header `x-emulator-scenario: LIST`, or by a marker in the
//! last user message, `[[scenario:LIST]]`, so that unmodified clients can ask for it. `LIST` is one
//! or more of these, separated by commas. They add up; where two disagree the more special wins.
//!
//! | scenario | what happens |
//! |---|---|
//! | `normal` | answer well, whatever was set before |
//! | `unauthorized` | 401, as for a wrong key |
//! | `permission-denied` | 401 PermissionDenied, as for an identity without the role |
//! | `not-found` | 404 DeploymentNotFound |
//! | `rate-limited[=SECONDS]` | 429 with retry-after and retry-after-ms (default 7 s) |
//! | `rate-limited-times=N` | 429 for the first N tries (retry after 10 ms), then an answer |
//! | `server-error` | 500 |
//! | `unavailable` | 503 with a JSON body |
//! | `unavailable-html` | 503 with an HTML body, as from a proxy on the way |
//! | `content-filter-prompt` | 400: the prompt was filtered |
//! | `content-filter-answer` | the answer stops half-way, finish_reason content_filter |
//! | `stream-error-first` | 200 stream whose first event is a rate-limit error |
//! | `stream-error` | 200 stream with an error event before any content |
//! | `stream-error-late` | 200 stream with an error event after some content |
//! | `cut[=EVENTS]` | the connection closes after EVENTS events (default 3), or half a body |
//! | `no-answer` | the connection closes before any response |
//! | `no-usage` | the answer carries no usage |
//! | `no-done` | the stream ends cleanly, without `[DONE]` |
//! | `async-filter` | filter annotations as events of their own, some after the finish |
//! | `filter-failed` | the content filter failed: content_filter_result with an error |
//! | `slow-first-byte=MS` | wait before the response head |
//! | `slow-chunks=MS` | wait between events |
//! | `routing-details` | model_selection_details with a failed attempt, asked for or not |
//! | `unknown-model[=NAME]` | served by a model that nobody has a price for |
//! | `empty-model` | the answer's model is an empty string |
//! | `garbage` | 200 with a body that is no JSON |
//! | `contradiction` | cached_tokens above prompt_tokens |
//! | `chunking=BYTES` | the body in pieces of BYTES, across event borders, each flushed |
//! | `service-tier=TIER` | the answer's service_tier: priority, default or flex |
//! | `served=NAME` | this model answers |
//! | `mode=MODE` | routing mode: balanced, cost or quality |
//! | `pool=A+B+…` | the router picks among these models only |
//! | `no-obfuscation` | stream events without `obfuscation` |
//! | `strict-parameters` | 400 for request keys that Azure does not know |
//! | `failed` | a response that failed, without usage |
//! | `failed-usage` | a response that failed, with the usage of what it had done |
//! | `error-envelope=FORM` | errors in streams of responses: failed, flat or nested |
//! | `project-only` | 400 for responses anywhere but at a project |
//! | `long-cache` | the cache keeps what a response writes for 12 hours |
//!
//! # Messages
//! `/anthropic/v1/messages` answers Anthropic's API with Claude's models, and has the same scenarios. A
//! marker in a user's text leads a client that runs tools through a task, one call for each turn:
//! `[[calls:[{"name":"Bash","input":{"command":"ls"}}]]]`.
//!
//! The `stream-error…` ones and `no-done` leave whole answers as they are.

mod answer;
mod auth;
mod control;
mod emulator;
mod random;
mod request;
mod routing;
mod scenario;
mod server;
mod state;
mod wire;

pub use emulator::{Builder, Emulator, StartError};
pub use scenario::{
    ParseScenarioError, SCENARIOS, Scenario,
    envelope::Envelope,
    mode::Mode,
    prompt_rules::{Rule, RulesError},
};
pub use state::request_log::{Auth, Ended, SeenRequest};
