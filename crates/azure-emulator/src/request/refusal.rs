//! Azure's error responses, in its words and its key order.

use bytes::Bytes;
use serde::Serialize;

/// A request that is not served: a status, a body and, for a rate limit, when to come back.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) html: bool,
    /// Milliseconds after which to try again.
    pub(crate) retry_after: Option<u64>,
}

/// Errors of Azure's front door.
#[derive(Serialize)]
struct Front<'a> {
    code: &'a str,
    message: &'a str,
}

/// Errors of the model API behind it.
#[derive(Serialize)]
struct Inner<'a> {
    message: &'a str,
    r#type: &'a str,
    param: Option<&'a str>,
    code: Option<&'a str>,
}

#[derive(Serialize)]
struct Envelope<T> {
    error: T,
}

const FILTERED_PROMPT: &str = concat!(
    r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's "#,
    "content management policy. Please modify your prompt and retry. To learn more about our ",
    "content filtering policies please read our documentation: ",
    r#"https://go.microsoft.com/fwlink/?linkid=2198766","type":null,"param":"prompt","#,
    r#""code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","#,
    r#""content_filter_result":{"hate":{"filtered":false,"severity":"safe"},"#,
    r#""jailbreak":{"filtered":true,"detected":true},"#,
    r#""self_harm":{"filtered":false,"severity":"safe"},"#,
    r#""sexual":{"filtered":false,"severity":"safe"},"#,
    r#""violence":{"filtered":false,"severity":"safe"}}}}}"#
);

const HTML: &str = "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n\
    <body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n";

// === impl Refusal ===

impl Refusal {
    /// An error of the front door: `{"error":{"code","message"}}`.
    pub(crate) fn front(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &Envelope { error: Front { code, message } })
    }

    /// A request the model API does not take: 400, `invalid_request_error`.
    pub(crate) fn invalid(message: &str, param: Option<&str>, code: Option<&str>) -> Self {
        let error = Inner { message, r#type: "invalid_request_error", param, code };
        Self::json(400, &Envelope { error })
    }

    pub(crate) fn wrong_key() -> Self {
        Self::front(
            401,
            "401",
            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to \
             provide a valid key for an active subscription and use a correct regional API \
             endpoint for your resource.",
        )
    }

    pub(crate) fn wrong_token() -> Self {
        Self::front(
            401,
            "401",
            "Unauthorized. Access token is missing, invalid, audience is incorrect \
             (https://cognitiveservices.azure.com), or have expired.",
        )
    }

    /// Project endpoints answer without the `error` envelope.
    pub(crate) fn wrong_project_token() -> Self {
        #[derive(Serialize)]
        struct Bare {
            message: &'static str,
        }
        Self::json(
            401,
            &Bare {
                message: "Unauthorized. Access token is missing, invalid, audience is incorrect \
                          (https://ai.azure.com), or have expired.",
            },
        )
    }

    pub(crate) fn permission_denied() -> Self {
        Self::front(
            401,
            "PermissionDenied",
            "The principal `<guid>` lacks the required data action \
             `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to \
             perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.",
        )
    }

    pub(crate) fn no_such_deployment() -> Self {
        Self::front(
            404,
            "DeploymentNotFound",
            "The API deployment for this resource does not exist. If you created the deployment \
             within the last 5 minutes, please wait a moment and try again.",
        )
    }

    pub(crate) fn no_such_resource() -> Self {
        Self::front(404, "404", "Resource not found")
    }

    /// A deployment whose model has no such API.
    pub(crate) fn wrong_operation(operation: &str, model: &str) -> Self {
        let message = format!(
            "The {operation} operation does not work with the specified model, {model}. Please \
             choose different model and try again. You can learn more about which models can be \
             used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993."
        );
        Self::front(400, "OperationNotSupported", &message)
    }

    /// Responses for a router at the address of its resource.
    pub(crate) fn unsupported_operation() -> Self {
        let message = "The requested operation is unsupported.";
        Self::invalid(message, None, Some("OperationNotSupported"))
    }

    /// What is stored under a name, and is not there.
    pub(crate) fn missing(message: &str) -> Self {
        let error = Inner { message, r#type: "invalid_request_error", param: None, code: None };
        Self::json(404, &Envelope { error })
    }

    /// 429; `milliseconds` until the client may try again.
    pub(crate) fn rate_limited(
        served: &str,
        deployment: &str,
        (operation, version): (&str, &str),
        milliseconds: u64,
    ) -> Self {
        let seconds = milliseconds.div_ceil(1_000);
        let message = format!(
            "Your requests to {served} for {deployment} in Sweden Central have exceeded the token \
             rate limit for your current AIServices S0 pricing tier. This request was for \
             {operation} under Azure OpenAI API version {version}. Please retry after \
             {seconds} seconds."
        );
        Self { retry_after: Some(milliseconds), ..Self::front(429, "429", &message) }
    }

    pub(crate) fn server_error() -> Self {
        let message = "The server had an error while processing your request. Sorry about that!";
        let error =
            Inner { message, r#type: "server_error", param: None, code: Some("server_error") };
        Self::json(500, &Envelope { error })
    }

    pub(crate) fn unavailable() -> Self {
        Self::front(
            503,
            "InternalServerError",
            "The service is temporarily unable to process your request. Please try again later.",
        )
    }

    pub(crate) fn unavailable_html() -> Self {
        Self { html: true, ..Self::whole(503, HTML.into()) }
    }

    pub(crate) fn filtered_prompt() -> Self {
        Self::whole(400, FILTERED_PROMPT.into())
    }

    pub(crate) fn too_long(tokens: u64, context: u64) -> Self {
        let message = format!(
            "This model's maximum context length is {context} tokens. However, your messages \
             resulted in {tokens} tokens. Please reduce the length of the messages."
        );
        Self::invalid(&message, Some("messages"), Some("context_length_exceeded"))
    }

    fn json(status: u16, body: &impl Serialize) -> Self {
        // Plain strings always serialise.
        Self::whole(status, serde_json::to_vec(body).unwrap_or_default().into())
    }

    fn whole(status: u16, body: Bytes) -> Self {
        Self { status, body, html: false, retry_after: None }
    }
}
