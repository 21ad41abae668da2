//! Credentials: API keys, Entra tokens, and the endpoints that issue tokens.

pub(crate) mod credentials;
pub(crate) mod entra;
