//! HTTP of every page: errors, headers, bodies and client addresses.

mod body;
mod client_ip;
mod content_encoding;
mod cors;
mod error;
pub(crate) mod framing;
pub(crate) mod headers;
mod host_check;
mod path_name;
pub(crate) mod unsupported_paths;

pub(crate) use self::{
    body::{Bodies, Reading},
    client_ip::{ClientIp, Peer, TrustedProxies},
    content_encoding::ContentEncoding,
    cors::AllowedOrigin,
    error::{ApiError, BudgetAdvice, NotMade, Reason, Refused, put_into_envelope},
    host_check::{HostCheck, is_loopback},
    path_name::PathName,
};
