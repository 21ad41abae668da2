//! The caller of a request: its key, team, user, session and tags.

use std::sync::Arc;

/// Who made a request, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// SHA-256 of the key, in hex; `None` for the master key.
    pub key_id: Option<Arc<str>>,
    /// The key's alias.
    pub key_alias: Option<Arc<str>>,
    /// The key's team.
    pub team_id: Option<Arc<str>>,
    /// The key's user.
    pub user_id: Option<Arc<str>>,
    /// The admin who sent the request on behalf of the key.
    pub acted_by: Option<Arc<str>>,
    /// The client's IP address.
    pub client_ip: Option<Arc<str>>,
    /// The client's own user: `user` of the request.
    pub end_user: Option<String>,
    /// Groups the requests of one conversation.
    pub session_id: Option<String>,
    /// The request's tags.
    pub tags: Vec<String>,
    /// The client's metadata, as JSON.
    pub metadata: Option<String>,
    /// The client's messages as JSON, only where they are to be stored.
    pub prompt: Option<Arc<str>>,
}
