//! Callers that a deployment serves: `team_id` and `access_groups` in its `model_info`.

/// Callers that a deployment serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The only team whose keys may use it; `None`: any key.
    pub team_id: Option<String>,
    /// Names that refer to it in lists of models.
    pub groups: Vec<String>,
}
