//! The parts of a request's messages: text, images, speech, and content that the upstream fetches
//! or unpacks itself. A part is found by its place in the request, never by how a text looks.

use super::{
    audio,
    walk::{Walk, decoded, decoded_len},
};

/// One piece of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A text as it is written in JSON, without its quotes: see [`Piece::text`].
    Text(&'a str),
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

/// Kinds of parts that are text, or whose media are known by their keys.
const KNOWN: [&str; 11] = [
    "text",
    "refusal",
    "thinking",
    "redacted_thinking",
    "reasoning",
    "input_text",
    "output_text",
    "image_url",
    "input_audio",
    "file",
    "tool_result",
];

/// What the media of one part say of themselves.
#[derive(Default)]
struct Medium<'a> {
    /// The data or the URL, as it is written.
    held: Option<&'a str>,
    /// It is named by an id or in a way that is not known.
    named: bool,
    low: bool,
    format: Option<&'a str>,
}

/// Calls `each` with every piece of `messages`, an array that was checked before. One pass; takes time
/// in proportion to the bytes, however deep they are nested.
pub(super) fn pieces<'a>(messages: &'a str, mut each: impl FnMut(Piece<'a>)) {
    Walk::new(messages).array(|walk| message(walk, &mut each));
}

fn message<'a>(walk: &mut Walk<'a>, each: &mut impl FnMut(Piece<'a>)) {
    if walk.peek() != Some(b'{') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    walk.object(|walk, key| match (key, walk.peek()) {
        ("content", Some(b'[')) => walk.array(|walk| part(walk, each)),
        ("content", Some(b'{')) => part(walk, each),
        // An earlier answer that was spoken, named by its id.
        ("audio", Some(b'{')) => {
            walk.skip();
            each(Piece::File { image: false, low: false, bytes: 0, written: 0 });
        }
        _ => walk.strings(|text| each(Piece::Text(text))),
    });
}

fn part<'a>(walk: &mut Walk<'a>, each: &mut impl FnMut(Piece<'a>)) {
    if walk.peek() != Some(b'{') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    let (mut unknown, mut typed, mut odd) = (false, false, false);
    walk.object(|walk, key| match key {
        "type" => {
            let kind = decoded(walk.string().unwrap_or_default());
            typed = true;
            unknown = unknown || !KNOWN.contains(&&*kind);
        }
        "image_url" => each(medium(walk).image()),
        "input_audio" => each(medium(walk).audio()),
        "file" | "file_url" | "audio_url" | "video_url" | "input_image" | "image" | "video"
        | "document" | "source" | "file_id" => each(medium(walk).file(false)),
        "text" | "refusal" => walk.strings(|text| each(Piece::Text(text))),
        _ => {
            odd = odd || key != "cache_control";
            walk.strings(|text| each(Piece::Text(text)));
        }
    });
    if unknown || (odd && !typed) {
        each(Piece::File { image: false, low: false, bytes: 0, written: 0 });
    }
}

/// The value of a part's media: a URL or data alone, or an object with them.
fn medium<'a>(walk: &mut Walk<'a>) -> Medium<'a> {
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
        _ => {
            medium.named = true;
            walk.skip();
        }
    }
    medium
}

// === impl Medium ===

impl<'a> Medium<'a> {
    fn image(&self) -> Piece<'a> {
        match self.held.map(|held| (held, data(held))) {
            Some((held, Some((kind, _)))) if !self.named && kind.starts_with("image/") => {
                Piece::Image { low: self.low, written: held.len() as u64 }
            }
            _ => self.file(true),
        }
    }

    fn audio(&self) -> Piece<'a> {
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

    fn file(&self, image: bool) -> Piece<'a> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &str) -> Vec<Piece<'_>> {
        // Leaked: the pieces borrow what they are found in.
        let messages = format!(r#"[{{"role":"user","content":{content}}}]"#).leak();
        let mut all = Vec::new();
        pieces(messages, |piece| all.push(piece));
        assert_eq!(all.remove(0), Piece::Text("user"));
        all
    }

    #[track_caller]
    fn check(content: &str, expect: &[Piece<'_>]) {
        assert_eq!(found(content), expect, "{content}");
    }

    fn file(bytes: u64, written: u64) -> Piece<'static> {
        Piece::File { image: false, low: false, bytes, written }
    }

    const OPEN: Piece<'static> = Piece::File { image: false, low: false, bytes: 0, written: 0 };

    #[test]
    fn text_is_text_whatever_it_looks_like() {
        check(r#""data:image/png;base64,AAAA""#, &[Piece::Text("data:image/png;base64,AAAA")]);
        check(
            r#"[{"type":"text","text":"data:image/png;base64,AAAA"}, "b"]"#,
            &[Piece::Text("data:image/png;base64,AAAA"), Piece::Text("b")],
        );
        check("null", &[]);
        check(
            r#"[{"type":"thinking","thinking":"t","signature":"s"}]"#,
            &[Piece::Text("t"), Piece::Text("s")],
        );
    }

    #[test]
    fn images_count_as_images_only_when_they_are_in_the_request() {
        let image = |low, written| Piece::Image { low, written };
        check(
            r#"[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]"#,
            &[image(false, 26)],
        );
        // As PHP writes it, and with its keys escaped.
        check(
            r#"[{"image_\u0075rl":{"detail":"low","u\u0072l":"DATA:image\/png;base64,AA\/A"},"type":"image_url"}]"#
                .replace("\\\\", "\\")
                .as_str(),
            &[image(true, 28)],
        );
        check(
            r#"[{"type":"image_url","image_url":"data:image/webp;base64,AAAA"}]"#,
            &[image(false, 27)],
        );
        for other in
            ["https://a/b.png", "data:application/pdf;base64,AAAA", "data:image/svg+xml,<svg/>", ""]
        {
            let part = format!(r#"[{{"type":"image_url","image_url":{{"url":"{other}"}}}}]"#);
            assert!(matches!(found(&part)[..], [Piece::File { image: true, .. }]), "{other}");
        }
        // Which of the two is read is not known.
        let twice = r#"[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","url":"data:image/png;base64,AA"}}]"#;
        assert!(matches!(found(twice)[..], [Piece::File { image: true, .. }]));
    }

    #[test]
    fn files_and_what_is_unknown_are_files() {
        check(r#"[{"type":"file","file":{"file_id":"f"}}]"#, &[file(0, 0)]);
        check(
            r#"[{"type":"file","file":{"filename":"a","file_data":"data:application/pdf;base64,AAAAAAAA"}}]"#,
            &[file(6, 36)],
        );
        check(r#"[{"type":"video_url","video_url":{"url":"https://a/b"}}]"#, &[file(0, 11), OPEN]);
        check(r#"[{"type":"hologram","x":"y"}]"#, &[Piece::Text("y"), OPEN]);
        check(r#"[{"hologram":"https://x"}]"#, &[Piece::Text("https://x"), OPEN]);
        check(
            r#"[{"type":"text","text":"a","image":"https://x"}]"#,
            &[Piece::Text("a"), file(0, 9)],
        );
        let spoken = r#"[{"role":"assistant","audio":{"id":"a"}}]"#;
        let mut all = Vec::new();
        pieces(spoken, |piece| all.push(piece));
        assert_eq!(all, [Piece::Text("assistant"), OPEN]);
    }

    #[test]
    fn speech_counts_by_its_bytes_where_they_bound_it() {
        let part = |format: &str, data: &str| {
            format!(
                r#"[{{"type":"input_audio","input_audio":{{"data":"{data}","format":"{format}"}}}}]"#
            )
        };
        // MPEG-1 Layer III, 128 kbit/s.
        check(&part("mp3", "//uQAAAA"), &[Piece::Audio { bytes: 6, rate: 16_000, written: 8 }]);
        check(&part("mp3", "AAAAAAAA"), &[file(6, 8)]);
        check(&part("flac", "//uQAAAA"), &[file(6, 8)]);
        check(&part("wav", "https://a/b.wav"), &[file(0, 15)]);
    }
}
