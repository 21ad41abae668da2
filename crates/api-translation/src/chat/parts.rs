//! Parts of a chat's messages that are not text.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::conversation::Part;
use crate::json::{Json, object};

/// An image at an address, or in a `data:` URL.
pub(crate) fn image<'a>(url: Cow<'a, str>, detail: Option<&'a RawValue>) -> Part<'a> {
    let image = object! { "url": url, "detail": detail };
    Part::Media(object! { "type": "image_url", "image_url": image })
}

/// A file, by its data or its id.
pub(crate) fn file<'a>(
    name: Option<Cow<'a, str>>,
    data: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
) -> Part<'a> {
    let file: Json<'a> = object! { "filename": name, "file_data": data, "file_id": id };
    Part::Media(object! { "type": "file", "file": file })
}

/// A `data:` URL of data that is base64 already.
pub(crate) fn data_url(media_type: &str, base64: &str) -> String {
    format!("data:{media_type};base64,{base64}")
}
