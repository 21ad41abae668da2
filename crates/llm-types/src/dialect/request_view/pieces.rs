//! Pieces of a prompt: text, images, speech, and content that the upstream fetches or unpacks itself.
//! A piece is found by its place in the request, never by how a text looks.

use super::audio;
use crate::json::walk::{Walk, decoded, decoded_len};

/// One piece of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A text as it is written in JSON, without its quotes: see [`Piece::text`].
    Text(&'a str),
    /// A text in tokens, of which there are so many.
    Tokens(u64),
    /// An image that is in the request itself, in base64.
    Image {
        /// Whether only little is to be seen of it (`detail: low`).
        low: bool,
        /// Bytes of the request that it takes.
        written: u64,
    },
    /// Speech that is in the request itself, in base64, and whose length its bytes bound.
    Audio {
        /// Bytes when decoded.
        bytes: u64,
        /// Bytes a second.
        rate: u32,
        /// Bytes of the request that it takes.
        written: u64,
    },
    /// What only the upstream knows the size of: a file, what a URL or an id names, and any kind of
    /// part that is not known here.
    File {
        /// Whether it is an image.
        image: bool,
        /// Whether only little is to be seen of it (`detail: low`).
        low: bool,
        /// Bytes when decoded, of what is in the request itself.
        bytes: u64,
        /// Bytes of the request that it takes.
        written: u64,
    },
}

/// What the media of one part say of themselves.
#[derive(Default)]
pub(in crate::dialect) struct Medium<'a> {
    /// The data or the URL, as it is written.
    held: Option<&'a str>,
    /// It is named by an id or in a way that is not known.
    named: bool,
    /// Null is in its place.
    absent: bool,
    low: bool,
    format: Option<&'a str>,
}

/// The value of a part's media: a URL or data alone, or an object with them.
pub(in crate::dialect) fn medium<'a>(walk: &mut Walk<'a>) -> Medium<'a> {
    let mut medium = Medium::default();
    match walk.peek() {
        Some(b'"') => medium.held = walk.string(),
        Some(b'{') => walk.object(|walk, key| match key {
            // Of two the one that is read is not known.
            "url" | "data" | "file_data" | "file_url" => {
                medium.named = medium.named || medium.held.is_some();
                medium.held = walk.string();
            }
            "format" => medium.format = walk.string(),
            "detail" => medium.low = walk.string() == Some("low"),
            "filename" | "media_type" | "type" => walk.skip(),
            _ => {
                medium.named = true;
                walk.skip();
            }
        }),
        other => {
            (medium.named, medium.absent) = (true, other == Some(b'n'));
            walk.skip();
        }
    }
    medium
}

// === impl Medium ===

impl<'a> Medium<'a> {
    /// The same where the part says beside it whether only little is to be seen of it.
    pub(in crate::dialect) fn seen(self, low: bool) -> Self {
        Self { low: self.low || low, ..self }
    }

    /// Whether there is none: its value is null.
    pub(in crate::dialect) fn is_absent(&self) -> bool {
        self.absent
    }

    pub(in crate::dialect) fn image(&self) -> Piece<'a> {
        match self.held.map(|held| (held, data(held))) {
            Some((held, Some((kind, _)))) if !self.named && kind.starts_with("image/") => {
                Piece::Image { low: self.low, written: held.len() as u64 }
            }
            _ => self.file(true),
        }
    }

    pub(in crate::dialect) fn audio(&self) -> Piece<'a> {
        let Some(held) = self.held.filter(|_| !self.named) else { return self.file(false) };
        let base64 = data(held).map_or(held, |(_, base64)| base64);
        let format = self.format.filter(|format| matches!(*format, "wav" | "mp3"));
        match format.and_then(|format| audio::bytes_per_second(base64, format)) {
            Some(rate) => {
                Piece::Audio { bytes: decoded_size(base64), rate, written: held.len() as u64 }
            }
            None => self.file(false),
        }
    }

    pub(in crate::dialect) fn file(&self, image: bool) -> Piece<'a> {
        let held = self.held.unwrap_or_default();
        let base64 = data(held).map(|(_, base64)| base64);
        let base64 = base64.or_else(|| (!self.is_url()).then_some(held));
        let bytes = base64.map_or(0, decoded_size);
        Piece::File { image, low: self.low, bytes, written: held.len() as u64 }
    }

    fn is_url(&self) -> bool {
        let head: String = self.held.unwrap_or_default().chars().take(64).collect();
        decoded(&head).contains("://")
    }
}

/// The media type and the data of a `data:` URL in base64.
fn data(url: &str) -> Option<(String, &str)> {
    let end = url.bytes().take(256).position(|byte| byte == b',')?;
    let head = decoded(&url[..end]).to_ascii_lowercase();
    let kind = head.strip_prefix("data:")?.strip_suffix(";base64")?;
    Some((kind.to_owned(), &url[end + 1..]))
}

/// Bytes that base64 stands for.
fn decoded_size(base64: &str) -> u64 {
    decoded_len(base64) * 3 / 4
}

// === impl Piece ===

impl Piece<'_> {
    /// The text, where it is one, as the upstream reads it.
    #[must_use]
    pub fn text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Text(inner) => Some(decoded(inner)),
            _ => None,
        }
    }
}
