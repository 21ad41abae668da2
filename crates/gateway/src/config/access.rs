//! Callers that a deployment serves: `team_id` and `access_groups` in its `model_info`.

/// Whom a deployment serves: `team_id` and `access_groups` in its `model_info`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The team whose keys alone may ask it; `None`: any key.
    pub team_id: Option<String>,
    /// Names that stand for it in lists of models.
    pub groups: Vec<String>,
}
