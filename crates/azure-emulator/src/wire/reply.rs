//! The reply to a request, before it is sent.

use std::time::Duration;

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use crate::wire::body::WireBody;

/// The response and the pause before it; without a response the connection just closes.
pub(crate) struct Reply {
    pub(crate) wait: Duration,
    pub(crate) response: Option<Response<WireBody>>,
}

// === impl Reply ===

impl Reply {
    /// At once.
    pub(crate) fn now(response: Response<WireBody>) -> Self {
        Self { wait: Duration::ZERO, response: Some(response) }
    }

    /// A JSON body beside the chat API.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        let mut response = Response::new(WireBody::whole(body.to_string()));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Self::now(response)
    }
}
