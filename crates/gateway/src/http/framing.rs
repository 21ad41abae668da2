//! Checks of a request's framing: forms that two servers can read differently, so that one sees a
//! second request where the other sees a body. hyper refuses most of them; the rest is refused
//! here.

use http::{HeaderMap, header};

use super::error::ApiError;

/// Accepts one `Host`, and no `Transfer-Encoding` but `chunked` alone. Where a length is sent as well,
/// hyper drops it and closes the connection after the answer.
///
/// # Errors
/// An error that says what to send instead.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.get_all(header::HOST).iter().count() > 1 {
        return Err(refused("expected one `Host` header, found several"));
    }
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let Some(encoding) = encodings.next() else { return Ok(()) };
    let alone = encodings.next().is_none() && encoding.as_bytes().eq_ignore_ascii_case(b"chunked");
    if alone {
        return Ok(());
    }
    Err(refused(
        "expected the body with `Content-Length`, or with `Transfer-Encoding: chunked` and nothing \
         else; a compressed body is named by `Content-Encoding`",
    ))
}

fn refused(why: &str) -> ApiError {
    ApiError::BadField(why.to_owned())
}
