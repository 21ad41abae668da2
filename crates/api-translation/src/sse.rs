//! Server-sent events with a name, as both APIs write them.

use crate::json::Json;

/// Appends one event.
pub(crate) fn event(name: &str, data: &Json<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    // What came from elsewhere can have line breaks between its parts, never within a string.
    let line = data.to_bytes().into_iter();
    out.extend(line.map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
    out.extend_from_slice(b"\n\n");
}
