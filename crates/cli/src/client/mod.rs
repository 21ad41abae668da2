//! Client of a gateway's HTTP API: one request, one JSON answer, and advice when there is none.

pub(crate) mod api;
pub(crate) mod connection;
