//! Deployments that were added through the API.

/// A deployment that was added by API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredModel {
    /// The deployment's id.
    pub id: String,
    /// The model group that it serves.
    pub group: String,
    /// `litellm_params` as a JSON object, its credentials encrypted.
    pub params: String,
    /// `model_info` as a JSON object.
    pub info: String,
    /// Whether it is excluded until it is unblocked.
    pub blocked: bool,
    /// Who added it.
    pub created_by: Option<String>,
    /// Who changed it last.
    pub updated_by: Option<String>,
    /// When, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970.
    pub updated_at: i64,
}
