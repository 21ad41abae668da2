//! The parts of messages: text, images, documents, calls of tools and their results, and thoughts.

use crate::{
    dialect::request_view::Piece,
    json::walk::{Walk, decoded, decoded_len},
};

/// What frames each message, and once the answer. Anthropic does not publish its own format.
const PER_MESSAGE: u64 = 3;

/// Kinds of blocks that are text, or whose media are known by their sources.
const KNOWN: [&str; 11] = [
    "text",
    "image",
    "document",
    "thinking",
    "redacted_thinking",
    "tool_use",
    "tool_result",
    "server_tool_use",
    "mcp_tool_use",
    "search_result",
    "compaction",
];

/// Where an image or a document comes from.
#[derive(Default)]
struct Source<'a> {
    kind: Option<&'a str>,
    media_type: Option<&'a str>,
    /// The data, the text or the URL, as it is written.
    held: Option<&'a str>,
    /// It is written in another way than is known.
    odd: bool,
}

/// Calls `each` with every piece of `messages`, an array that was checked before. One pass.
pub(in crate::dialect) fn pieces<'a>(messages: &'a str, mut each: impl FnMut(Piece<'a>)) {
    Walk::new(messages).array(|walk| message(walk, &mut each));
}

/// Tokens that frame the messages and the answer.
pub(in crate::dialect) fn framing(messages: &str) -> u64 {
    let mut count = 1;
    Walk::new(messages).array(|walk| {
        walk.skip();
        count += 1;
    });
    count * PER_MESSAGE
}

fn message<'a>(walk: &mut Walk<'a>, each: &mut dyn FnMut(Piece<'a>)) {
    if walk.peek() != Some(b'{') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    walk.object(|walk, key| match key {
        "content" => content(walk, each),
        _ => walk.strings(|text| each(Piece::Text(text))),
    });
}

/// A text, or a list of blocks.
fn content<'a>(walk: &mut Walk<'a>, each: &mut dyn FnMut(Piece<'a>)) {
    match walk.peek() {
        Some(b'[') => walk.array(|walk| block(walk, false, each)),
        Some(b'{') => block(walk, false, each),
        _ => walk.strings(|text| each(Piece::Text(text))),
    }
}

/// A block. Blocks within it are read the same way, and deeper ones as text: a walk must not recurse
/// as deep as a client nests.
fn block<'a>(walk: &mut Walk<'a>, nested: bool, each: &mut dyn FnMut(Piece<'a>)) {
    if walk.peek() != Some(b'{') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    let (mut kind, mut sources) = (None, Vec::new());
    walk.object(|walk, key| match (key, walk.peek()) {
        ("type", Some(b'"')) => kind = walk.string(),
        ("source", Some(b'{')) => sources.push(source(walk)),
        ("content", Some(b'[')) if !nested => walk.array(|walk| block(walk, true, each)),
        ("file_id", _) => {
            walk.skip();
            each(OPEN);
        }
        ("cache_control", _) => walk.skip(),
        _ => walk.strings(|text| each(Piece::Text(text))),
    });
    let kind = decoded(kind.unwrap_or_default());
    if !KNOWN.contains(&&*kind) && !kind.ends_with("_tool_result") {
        each(OPEN);
    }
    sources.iter().for_each(|source| each(source.piece(kind == "image")));
}

fn source<'a>(walk: &mut Walk<'a>) -> Source<'a> {
    let mut source = Source::default();
    walk.object(|walk, key| match key {
        "type" => source.kind = walk.string(),
        "media_type" => source.media_type = walk.string(),
        "data" | "url" | "file_id" | "content" if walk.peek() == Some(b'"') => {
            // Of two the one that is read is not known.
            source.odd = source.odd || source.held.is_some();
            source.held = walk.string();
        }
        _ => {
            source.odd = true;
            walk.skip();
        }
    });
    source
}

/// What only the upstream knows the size of.
const OPEN: Piece<'static> = Piece::File { image: false, low: false, bytes: 0, written: 0 };

// === impl Source ===

impl<'a> Source<'a> {
    fn piece(&self, image: bool) -> Piece<'a> {
        let held = self.held.unwrap_or_default();
        let written = held.len() as u64;
        let is_image = || self.media_type.is_some_and(|media| decoded(media).starts_with("image/"));
        match self.kind {
            Some("base64") if image && !self.odd && is_image() => {
                Piece::Image { low: false, written }
            }
            Some("base64") => {
                Piece::File { image, low: false, bytes: decoded_len(held) * 3 / 4, written }
            }
            Some("text") if !self.odd => Piece::Text(held),
            _ => Piece::File { image, low: false, bytes: 0, written },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str, expect: &[Piece<'_>]) {
        let messages = format!(r#"[{{"role":"user","content":{content}}}]"#);
        let mut all = Vec::new();
        pieces(&messages, |piece| all.push(piece));
        assert_eq!(all.remove(0), Piece::Text("user"));
        assert_eq!(all, expect, "{content}");
    }

    #[test]
    fn text_thoughts_and_calls_are_text() {
        check(r#""a""#, &[Piece::Text("a")]);
        check(
            r#"[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}, "b"]"#,
            &[Piece::Text("a"), Piece::Text("b")],
        );
        check(
            r#"[{"type":"thinking","thinking":"t","signature":"s"}]"#,
            &[Piece::Text("t"), Piece::Text("s")],
        );
        check(
            r#"[{"type":"tool_use","id":"i","name":"n","input":{"k":["v"]}}]"#,
            &[Piece::Text("i"), Piece::Text("n"), Piece::Text("v")],
        );
    }

    #[test]
    fn media_are_found_by_their_sources_within_results_too() {
        let image =
            r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}"#;
        let found = Piece::Image { low: false, written: 4 };
        check(&format!("[{image}]"), &[found]);
        check(
            &format!(
                r#"[{{"type":"tool_result","tool_use_id":"i","content":[{{"type":"text","text":"a"}},{image}]}}]"#
            ),
            &[Piece::Text("i"), Piece::Text("a"), found],
        );
        check(
            r#"[{"source":{"data":"AAAAAAAA","media_type":"application/pdf","type":"base64"},"type":"document"}]"#,
            &[Piece::File { image: false, low: false, bytes: 6, written: 8 }],
        );
        check(
            r#"[{"type":"document","title":"t","source":{"type":"text","media_type":"text/plain","data":"words"}}]"#,
            &[Piece::Text("t"), Piece::Text("words")],
        );
        check(
            r#"[{"type":"image","source":{"type":"url","url":"https://a/b.png"}}]"#,
            &[Piece::File { image: true, low: false, bytes: 0, written: 15 }],
        );
        // Which of the two is read is not known.
        check(
            r#"[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA","data":"AA"}}]"#,
            &[Piece::File { image: true, low: false, bytes: 1, written: 2 }],
        );
    }
}
