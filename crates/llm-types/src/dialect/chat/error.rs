//! The shape of an error in OpenAI's API.

use serde::{Deserialize, Serialize};

/// `{"error": {…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong. All four keys are always written; null where there is nothing to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorDetail {
    /// What happened and what to do, for people.
    pub message: String,
    /// The class of the error, such as `invalid_request_error`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The parameter that is meant.
    pub param: Option<String>,
    /// A code for programs, such as `model_not_found`.
    pub code: Option<String>,
}
