//! The parts of a chat's messages: text, images, speech, and content that the upstream fetches or
//! unpacks itself.

use crate::{
    dialect::request_view::{Piece, medium},
    json::walk::{Walk, decoded},
};

/// What a chat format adds to each message, and once to the answer (OpenAI's own figures).
const PER_MESSAGE: u64 = 3;

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

/// Calls `each` with every piece of `messages`, an array that was checked before. One pass; takes time
/// in proportion to the bytes, however deep they are nested.
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
