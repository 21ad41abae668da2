//! The blocks of a message: text, images, documents and results of searches.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::{
    chat::{conversation::Part, parts},
    json,
    object::{Object, Typed, elements},
    refused::Refused,
    rules::{Dropped, Place, messages_content as rules},
};

/// Content that is a string, or blocks of the kinds of this place.
pub(super) fn blocks<'a>(
    raw: &'a RawValue,
    path: &str,
    place: &Place,
    dropped: &mut Dropped,
) -> Result<Vec<Part<'a>>, Refused> {
    if json::is_text(raw) {
        return Ok(vec![text(raw, path)?]);
    }
    let mut parts = Vec::new();
    for (raw, path) in elements(raw, path)? {
        if let Some(typed) = Typed::read(raw, path, place, dropped)? {
            parts.extend(block(typed, dropped)?);
        }
    }
    Ok(parts)
}

/// The parts of a block that was admitted.
pub(super) fn block<'a>(block: Typed<'a>, dropped: &mut Dropped) -> Result<Vec<Part<'a>>, Refused> {
    Ok(match &*block.kind {
        "image" => vec![image(block, dropped)?],
        "document" => document(block, dropped)?,
        "search_result" => search_result(block, dropped)?,
        _ => vec![Part::Text(block.object(&rules::TEXT, dropped)?.required_text("text")?)],
    })
}

fn image<'a>(block: Typed<'a>, dropped: &mut Dropped) -> Result<Part<'a>, Refused> {
    let image = block.object(&rules::IMAGE, dropped)?;
    let raw = image.required("source")?;
    let source = Object::read(raw, image.at("source"), &rules::IMAGE_SOURCE, dropped)?;
    let url = match &*source.required_text("type")? {
        "url" => source.required_text("url")?,
        _ => data_url(&source)?.into(),
    };
    Ok(parts::image(url, None))
}

fn document<'a>(block: Typed<'a>, dropped: &mut Dropped) -> Result<Vec<Part<'a>>, Refused> {
    let document = block.object(&rules::DOCUMENT, dropped)?;
    citations(&document, dropped)?;
    let raw = document.required("source")?;
    let source = Object::read(raw, document.at("source"), &rules::DOCUMENT_SOURCE, dropped)?;
    let (title, context) = (document.text("title")?, document.text("context")?);
    let mut parts: Vec<Part<'a>> = context.map(Part::Text).into_iter().collect();
    match &*source.required_text("type")? {
        "base64" => {
            // Azure takes no file without a name.
            let name = title.unwrap_or(Cow::Borrowed("document.pdf"));
            parts.push(parts::file(Some(name), Some(data_url(&source)?.into()), None));
        }
        kind => {
            parts.splice(0..0, title.map(Part::Text));
            let key = if kind == "text" { "data" } else { "content" };
            let (raw, path) = (source.required(key)?, source.at(key));
            parts.extend(blocks(raw, &path, &rules::SOURCE_BLOCK, dropped)?);
        }
    }
    Ok(parts)
}

fn search_result<'a>(block: Typed<'a>, dropped: &mut Dropped) -> Result<Vec<Part<'a>>, Refused> {
    let found = block.object(&rules::SEARCH_RESULT, dropped)?;
    citations(&found, dropped)?;
    let mut parts =
        vec![Part::Text(found.required_text("title")?), Part::Text(found.required_text("source")?)];
    let content = found.required("content")?;
    parts.extend(blocks(content, &found.at("content"), &rules::SYSTEM, dropped)?);
    Ok(parts)
}

fn citations(block: &Object<'_>, dropped: &mut Dropped) -> Result<(), Refused> {
    let Some(raw) = block.object("citations")? else { return Ok(()) };
    Object::read(raw, block.at("citations"), &rules::CITATIONS, dropped).map(drop)
}

fn data_url(source: &Object<'_>) -> Result<String, Refused> {
    Ok(parts::data_url(&source.required_text("media_type")?, &source.required_text("data")?))
}

pub(super) fn text<'a>(raw: &'a RawValue, path: &str) -> Result<Part<'a>, Refused> {
    json::text(raw).map(Part::Text).ok_or_else(|| Refused::expected(path, "a string"))
}
