//! Report of a connection check: the served model and the cost, or the error and advice; and the
//! same request as a `curl` command.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use cost_model::{Cost, Outcome, Receipt};
use llm_types::{Additions, ProviderError, Refusal, ReportedUsage, RequestView, Tokens};
use router_client::SentJson;
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;

use crate::{config::Proof, deployments::Member, openapi};

/// `success` or `error`, and what is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionTest)]
pub(crate) struct Tested {
    #[schema(value_type = openapi::TestStatus)]
    status: &'static str,
    result: TestResult,
}

/// What is known of a test.
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
    /// The request in the books; null where it is still under way.
    request_id: Option<String>,
    served: Option<String>,
    latency_ms: Option<u64>,
    #[schema(value_type = Option<openapi::ReportedUsage>)]
    usage: Option<ReportedUsage>,
    /// What the test cost.
    #[schema(value_type = Option<openapi::Cost>)]
    cost: Option<Cost>,
    /// How the router decided, as it told it.
    #[schema(value_type = Option<serde_json::Value>)]
    routing: Option<Box<RawValue>>,
    /// The URL that was called.
    url: String,
    /// What may not be as meant.
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
    result: TestResult,
    deployment: String,
}

// === impl Asked ===

impl Asked {
    pub(crate) fn new(
        configured: &Member,
        (body, max_output): (&Bytes, Tokens),
        warnings: Vec<String>,
    ) -> Self {
        let deployment = &configured.deployment;
        let additions = Additions { max_output: Some(max_output), ..deployment.takes() };
        let sent = RequestView::parse(body)
            .map(|view| view.rewritten(&deployment.upstream_model, &additions))
            .unwrap_or_default();
        let url = deployment.provider.endpoint().to_owned();
        let (header, value) = match configured.proof {
            Proof::ApiKey => ("api-key", "$AZURE_API_KEY"),
            Proof::Bearer => ("authorization", "Bearer $AZURE_TOKEN"),
        };
        let curl = format!(
            "curl -X POST '{url}' \\\n  -H 'content-type: application/json' \\\n  -H \"{header}: \
             {value}\" \\\n  -d '{}'",
            String::from_utf8_lossy(&sent).replace('\'', "'\\''")
        );
        let raw_request_typed_dict = RawRequest {
            raw_request_api_base: url.clone(),
            raw_request_body: serde_json::from_slice(&sent).unwrap_or_default(),
            raw_request_headers: serde_json::json!({"content-type": "application/json", header: "****"}),
        };
        // Azure goes by the name in the URL, where there is one.
        let in_url =
            url.split_once("/openai/deployments/").and_then(|(_, rest)| rest.split_once('/'));
        let deployment = in_url.map_or(&*deployment.upstream_model, |(name, _)| name).to_owned();
        let result =
            TestResult { url, warnings, curl, raw_request_typed_dict, ..TestResult::default() };
        Self { result, deployment }
    }

    /// It answered, as far as HTTP can tell.
    pub(crate) fn answered(mut self, answer: &SentJson) -> Tested {
        self.note(&answer.receipt);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.receipt.outcome == Outcome::Completed && body["choices"].is_array() {
            return Tested { status: "success", result: self.result };
        }
        let message = body["error"]["message"].as_str().unwrap_or("it answered without `choices`");
        self.result.http_status = Some(answer.status.as_u16());
        self.wrong(
            message.to_owned(),
            body["error"]["code"].as_str().map(str::to_owned),
            Some("what answers there is no chat completions API; check `api_base`".to_owned()),
        )
    }

    /// Nobody asked for a stream.
    pub(crate) fn streamed(mut self, served: Option<&str>) -> Tested {
        self.result.served = served.map(str::to_owned);
        self.wrong(
            "it answered with a stream, which was not asked for".to_owned(),
            Some("upstream_bad_answer".to_owned()),
            Some("what answers there is no chat completions API; check `api_base`".to_owned()),
        )
    }

    pub(crate) fn no_answer(mut self, receipt: &Receipt) -> Tested {
        self.note(receipt);
        self.wrong(
            "it answered with something that is not JSON".to_owned(),
            Some("upstream_bad_answer".to_owned()),
            Some("what answers there is no chat completions API; check `api_base`".to_owned()),
        )
    }

    pub(crate) fn too_late(self, after: Duration) -> Tested {
        self.wrong(
            format!("there was no answer within {} s", after.as_secs()),
            Some("upstream_timeout".to_owned()),
            Some("try again; when an answer comes after all, it is in the books".to_owned()),
        )
    }

    pub(crate) fn failed(mut self, error: &ProviderError, receipt: &Arc<Receipt>) -> Tested {
        self.note(receipt);
        let (code, advice) = match error {
            ProviderError::Refused(refusal) => {
                self.result.http_status = Some(refusal.status.as_u16());
                let advice = self.advice(refusal);
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
                ("cost_unbounded", "test with the master key, or a key whose budget is soft")
            }
            ProviderError::AtLimit { .. } => ("rate_limit_exceeded", "try again in a minute"),
        };
        self.wrong(chain(error), Some(code.to_owned()), Some(advice.to_owned()))
    }

    /// What to do about Azure's refusal.
    fn advice(&self, refusal: &Refusal) -> Option<String> {
        let deployment = &self.deployment;
        let code = refusal.code.as_deref();
        Some(match refusal.status.as_u16() {
            401 if code == Some("PermissionDenied") => {
                "give the identity the role `Cognitive Services User` (or `Azure AI User`) on the \
                 resource; it takes some minutes to work"
                    .to_owned()
            }
            401 => "check that the key is one of the resource that `api_base` names, and that \
                    neither was renewed since"
                .to_owned(),
            403 => "check the resource's network rules, and the role of the identity".to_owned(),
            404 if code == Some("DeploymentNotFound") => format!(
                "there is no deployment `{deployment}` at this endpoint: check the name behind \
                 `azure_ai/`, or in the URL; one that was just made takes some minutes to work"
            ),
            404 => "check the path of `api_base` and `api_version`; best is \
                    `https://RESOURCE.services.ai.azure.com/openai/v1/`"
                .to_owned(),
            429 => {
                "the connection works, but the deployment's quota is used up for now; try again \
                    later, or raise its quota"
                    .to_owned()
            }
            400..=499 => return None,
            _ => "Azure has trouble of its own; try again".to_owned(),
        })
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
        if !all.ends_with(&text) {
            all.push_str(": ");
            all.push_str(&text);
        }
        cause = error.source();
    }
    all
}
