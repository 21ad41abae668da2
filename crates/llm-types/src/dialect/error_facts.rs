//! The contents of an error, before it has the envelope of an API.

/// An error of the gateway's, or one of an upstream's that is told again.
#[derive(Clone, Copy, Debug)]
pub struct ErrorFacts<'a> {
    /// HTTP status.
    pub status: u16,
    /// The class of the error, by the name that OpenAI's API has for it.
    pub kind: &'a str,
    /// The request's parameter that is meant.
    pub param: Option<&'a str>,
    /// What happened and what to do, for people.
    pub message: &'a str,
    /// A code for programs.
    pub code: Option<&'a str>,
    /// The id of the request in the ledger, where it has one.
    pub request_id: Option<&'a str>,
}
