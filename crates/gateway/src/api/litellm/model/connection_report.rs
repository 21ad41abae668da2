//! Report of a connection check: the served model and the cost, or the error and advice; and the
//! same request as a `curl` command.

use std::{error::Error, sync::Arc, time::Duration};

use cost_model::{Cost, Outcome, Receipt};
use llm_types::{Additions, Dialect, ProviderError, ReportedUsage, RequestView, Tokens};
use router_client::SentJson;
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use upstream_http::{Connector, CredentialHeader};
use utoipa::ToSchema;

use crate::{deployments::Member, openapi};

/// `success` or `error`, with details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionTest)]
pub(crate) struct Tested {
    #[schema(value_type = openapi::TestStatus)]
    status: &'static str,
    result: TestResult,
}

/// Result of a test.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ConnectionTestResult)]
struct TestResult {
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// Azure's code, or ours: `upstream_unreachable`, `upstream_timeout`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error_code: Option<String>,
    /// Azure's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    http_status: Option<u16>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    advice: Option<String>,
    /// The request in the ledger; null while it is in flight.
    request_id: Option<String>,
    served: Option<String>,
    latency_ms: Option<u64>,
    #[schema(value_type = Option<openapi::ReportedUsage>)]
    usage: Option<ReportedUsage>,
    /// The cost of the test.
    #[schema(value_type = Option<openapi::Cost>)]
    cost: Option<Cost>,
    /// The router's own report of its decision.
    #[schema(value_type = Option<serde_json::Value>)]
    routing: Option<Box<RawValue>>,
    /// The URL that was called.
    url: String,
    /// Possible mistakes.
    warnings: Vec<String>,
    /// The same request for a terminal, without the key.
    curl: String,
    raw_request_typed_dict: RawRequest,
}

/// The request in `LiteLLM`'s shape.
#[derive(Debug, Default, Serialize, ToSchema)]
struct RawRequest {
    raw_request_api_base: String,
    raw_request_body: Value,
    raw_request_headers: Value,
}

/// A test that was begun.
pub(crate) struct Asked {
    dialect: Dialect,
    result: TestResult,
    connector: Arc<dyn Connector>,
    /// As it is sent.
    model: String,
}

// === impl Asked ===

impl Asked {
    pub(crate) fn new(
        configured: &Member,
        (dialect, max_output): (Dialect, Tokens),
        warnings: Vec<String>,
    ) -> Self {
        let deployment = &configured.deployment;
        let additions = Additions { max_output: Some(max_output), ..deployment.takes(dialect) };
        let sent = RequestView::parse(dialect, dialect.trial().as_bytes())
            .map(|view| view.rewritten(&deployment.upstream_model, &additions))
            .unwrap_or_default();
        let url = deployment.provider.url(dialect);
        let credential = configured.connector.credential();
        let proof = credential.map_or_else(String::new, |CredentialHeader { name, value }| {
            format!("  -H \"{name}: {value}\" \\\n")
        });
        let also = dialect.trial_header();
        let version =
            also.map_or_else(String::new, |(name, value)| format!("  -H '{name}: {value}' \\\n"));
        let curl = format!(
            "curl -X POST '{url}' \\\n  -H 'content-type: application/json' \\\n{version}{proof}  -d '{}'",
            // A single quote would end the shell's string.
            String::from_utf8_lossy(&sent).replace('\'', "'\\''")
        );
        let mut headers = serde_json::json!({"content-type": "application/json"});
        if let Some((name, value)) = also {
            headers[name] = value.into();
        }
        if let Some(CredentialHeader { name, .. }) = credential {
            headers[name] = "****".into();
        }
        let raw_request_typed_dict = RawRequest {
            raw_request_api_base: url.clone(),
            raw_request_body: serde_json::from_slice(&sent).unwrap_or_default(),
            raw_request_headers: headers,
        };
        let model = deployment.upstream_model.clone();
        let result =
            TestResult { url, warnings, curl, raw_request_typed_dict, ..TestResult::default() };
        Self { dialect, result, connector: Arc::clone(&configured.connector), model }
    }

    /// It answered, as far as HTTP can tell.
    pub(crate) fn answered(mut self, answer: &SentJson) -> Tested {
        self.note(&answer.receipt);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let is_answer = self.dialect.peek(&answer.body).is_ok_and(|peek| peek.is_answer);
        if answer.receipt.outcome == Outcome::Completed && is_answer {
            return Tested { status: "success", result: self.result };
        }
        let message =
            body["error"]["message"].as_str().unwrap_or("its answer is of no known shape");
        self.result.http_status = Some(answer.status.as_u16());
        let advice = self.other_api();
        let code = body["error"]["code"].as_str().map(str::to_owned);
        self.wrong(message.to_owned(), code, Some(advice))
    }

    /// Nobody asked for a stream.
    pub(crate) fn streamed(mut self, served: Option<&str>) -> Tested {
        self.result.served = served.map(str::to_owned);
        self.bad_answer("it answered with a stream, which was not requested")
    }

    pub(crate) fn no_answer(mut self, receipt: &Receipt) -> Tested {
        self.note(receipt);
        self.bad_answer("it answered with something that is not JSON")
    }

    pub(crate) fn too_late(self, after: Duration) -> Tested {
        self.wrong(
            format!("there was no answer within {} s", after.as_secs()),
            Some("upstream_timeout".to_owned()),
            Some("try again; if an answer arrives later, it is in the ledger".to_owned()),
        )
    }

    pub(crate) fn failed(mut self, error: &ProviderError, receipt: &Arc<Receipt>) -> Tested {
        self.note(receipt);
        let (code, advice) = match error {
            ProviderError::Refused(refusal) => {
                self.result.http_status = Some(refusal.status.as_u16());
                let advice = self.connector.advice(&self.model, refusal);
                return self.wrong(refusal.message.clone(), refusal.code.clone(), advice);
            }
            ProviderError::Connect { .. } => (
                "upstream_unreachable",
                "check the host in `api_base`, and whether this machine may reach it: DNS, \
                 firewall, private endpoint",
            ),
            ProviderError::NotAllowed { .. } => (
                "upstream_not_allowed",
                "set `upstreams` in the gateway's configuration, or write the model into it",
            ),
            ProviderError::Timeout { .. } => {
                ("upstream_timeout", "try again, or raise `router_settings.timeout`")
            }
            ProviderError::Interrupted(_) => ("upstream_interrupted", "try again"),
            ProviderError::NoAnswer { .. } => return self.no_answer(receipt),
            ProviderError::Credential(_) => (
                "upstream_credential",
                "check `tenant_id`, `client_id` and `client_secret`, or the machine's identity",
            ),
            ProviderError::Unbounded { .. } => {
                ("cost_unbounded", "test with the master key, or with a key whose budget is soft")
            }
            ProviderError::AtLimit { .. } => ("rate_limit_exceeded", "try again in a minute"),
        };
        self.wrong(chain(error), Some(code.to_owned()), Some(advice.to_owned()))
    }

    fn note(&mut self, receipt: &Receipt) {
        let result = &mut self.result;
        result.request_id = Some(receipt.id.clone());
        result.served.clone_from(&receipt.served);
        result.latency_ms = Some(receipt.timings.duration_ms);
        result.usage.clone_from(&receipt.usage);
        result.cost = Some(receipt.cost.clone());
        result.routing.clone_from(&receipt.routing);
    }

    fn bad_answer(self, error: &str) -> Tested {
        let advice = self.other_api();
        self.wrong(error.to_owned(), Some("upstream_bad_answer".to_owned()), Some(advice))
    }

    fn other_api(&self) -> String {
        let expected = self.dialect.answer();
        format!("what answers there does not send {expected}; check `api_base`")
    }

    fn wrong(mut self, error: String, code: Option<String>, advice: Option<String>) -> Tested {
        let result = &mut self.result;
        (result.error, result.error_code, result.advice) = (Some(error), code, advice);
        Tested { status: "error", result: self.result }
    }
}

/// An error with its causes.
fn chain(error: &ProviderError) -> String {
    let mut all = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Some errors repeat their cause in their own text.
        if !all.ends_with(&text) {
            all.push_str(": ");
            all.push_str(&text);
        }
        cause = error.source();
    }
    all
}
