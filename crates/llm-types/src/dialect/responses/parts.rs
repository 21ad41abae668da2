//! The parts of a response's input: text, images, speech, and content that the upstream fetches, unpacks
//! or has stored.

use crate::{
    dialect::request_view::{Medium, Piece, medium},
    json::walk::{Walk, decoded},
};

/// What the format adds to each item, and once to the answer: as to a chat's messages.
const PER_ITEM: u64 = 3;

/// Kinds of items whose text is all that a model reads of them, or whose media are known by their keys.
const KNOWN_ITEMS: [&str; 22] = [
    "additional_tools",
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "compaction",
    "computer_call",
    "computer_call_output",
    "custom_tool_call",
    "custom_tool_call_output",
    "file_search_call",
    "function_call",
    "function_call_output",
    "image_generation_call",
    "local_shell_call",
    "local_shell_call_output",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "mcp_list_tools",
    "message",
    "reasoning",
    "web_search_call",
];

/// Kinds of parts that are text, or whose media are known by their keys.
const KNOWN_PARTS: [&str; 10] = [
    "computer_screenshot",
    "input_audio",
    "input_file",
    "input_image",
    "input_text",
    "output_text",
    "reasoning_text",
    "refusal",
    "summary_text",
    "text",
];

/// What only the upstream knows the size of.
const OPEN: Piece<'static> = Piece::File { image: false, low: false, bytes: 0, written: 0 };

/// Calls `each` with every piece of `input`, a text or an array that was checked before. One pass; takes
/// time in proportion to the bytes, however deep they are nested.
pub(in crate::dialect) fn pieces<'a>(input: &'a str, mut each: impl FnMut(Piece<'a>)) {
    let mut walk = Walk::new(input);
    match walk.peek() {
        Some(b'[') => walk.array(|walk| item(walk, &mut each)),
        _ => walk.strings(|text| each(Piece::Text(text))),
    }
}

/// Tokens that frame the items and the answer.
pub(in crate::dialect) fn framing(input: &str) -> u64 {
    let (mut walk, mut count) = (Walk::new(input), 1);
    match walk.peek() {
        Some(b'[') => walk.array(|walk| {
            walk.skip();
            count += 1;
        }),
        Some(b'"') => count += 1,
        _ => {}
    }
    count * PER_ITEM
}

fn item<'a>(walk: &mut Walk<'a>, each: &mut impl FnMut(Piece<'a>)) {
    if walk.peek() != Some(b'{') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    let mut known = true;
    walk.object(|walk, key| match (key, walk.peek()) {
        // Also one that is stored upstream, which the item only names.
        ("type", _) => known = is_one_of(walk, &KNOWN_ITEMS),
        ("id" | "call_id" | "status", _) => walk.skip(),
        ("content" | "output" | "summary" | "outputs", Some(b'[')) => {
            walk.array(|walk| part(walk, each));
        }
        ("content" | "output", Some(b'{')) => part(walk, each),
        // An image that a tool has made.
        ("result", Some(b'"')) => each(medium(walk).file(true)),
        _ => walk.strings(|text| each(Piece::Text(text))),
    });
    if !known {
        each(OPEN);
    }
}

fn part<'a>(walk: &mut Walk<'a>, each: &mut impl FnMut(Piece<'a>)) {
    if walk.peek() != Some(b'{') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    let (mut known, mut low) = (true, false);
    let (mut image, mut file): (Option<Medium<'a>>, Option<Medium<'a>>) = (None, None);
    walk.object(|walk, key| match key {
        "type" => known = is_one_of(walk, &KNOWN_PARTS),
        "detail" => low = walk.string() == Some("low"),
        "image_url" => image = Some(medium(walk)),
        "file_data" | "file_url" | "file_id" if walk.peek() == Some(b'"') => {
            file = Some(medium(walk));
        }
        "input_audio" => each(medium(walk).audio()),
        // Notes about an earlier answer, which no model reads.
        "annotations" | "logprobs" => walk.skip(),
        _ => walk.strings(|text| each(Piece::Text(text))),
    });
    if let Some(image) = image.filter(|image| !image.is_absent()) {
        each(image.seen(low).image());
    }
    if let Some(file) = file {
        each(file.file(false));
    }
    if !known {
        each(OPEN);
    }
}

fn is_one_of(walk: &mut Walk<'_>, kinds: &[&str]) -> bool {
    let kind = decoded(walk.string().unwrap_or_default());
    kinds.contains(&&*kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &[Piece<'_>]) {
        let mut all = Vec::new();
        pieces(input, |piece| all.push(piece));
        assert_eq!(all, expect, "{input}");
    }

    const USER: Piece<'static> = Piece::Text("user");

    #[test]
    fn text_is_text_wherever_it_stands() {
        check(r#""Say \"hi\"""#, &[Piece::Text(r#"Say \"hi\""#)]);
        check(r#"[{"role":"user","content":"a"}]"#, &[USER, Piece::Text("a")]);
        check(
            r#"[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]},
                {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
                {"type":"function_call_output","call_id":"c","output":"b"},
                {"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"d"}]}]"#,
            &["user", "a", "f", "{}", "b", "d"].map(Piece::Text),
        );
        check(
            r#"[{"role":"assistant","content":[{"type":"output_text","text":"a","annotations":[{"x":"y"}],"logprobs":[]}]}]"#,
            &[Piece::Text("assistant"), Piece::Text("a")],
        );
    }

    #[test]
    fn images_and_files_are_found_by_their_keys() {
        let of_user = |part: &str| format!(r#"[{{"role":"user","content":[{part}]}}]"#);
        check(
            &of_user(
                r#"{"type":"input_image","detail":"low","image_url":"data:image/png;base64,AAAA"}"#,
            ),
            &[USER, Piece::Image { low: true, written: 26 }],
        );
        check(
            &of_user(r#"{"type":"input_image","image_url":"https://a/b.png"}"#),
            &[USER, Piece::File { image: true, low: false, bytes: 0, written: 15 }],
        );
        check(
            &of_user(r#"{"type":"input_file","file_data":"data:application/pdf;base64,AAAAAAAA"}"#),
            &[USER, Piece::File { image: false, low: false, bytes: 6, written: 36 }],
        );
        check(&of_user(r#"{"type":"input_file","image_url":null,"file_id":null}"#), &[USER]);
        check(
            r#"[{"type":"computer_call_output","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,AAAA"}}]"#,
            &[Piece::Image { low: false, written: 26 }],
        );
    }

    #[test]
    fn what_is_stored_upstream_or_unknown_is_open() {
        check(r#"[{"type":"item_reference","id":"msg_1"}]"#, &[OPEN]);
        check(r#"[{"type":"hologram","x":"y"}]"#, &[Piece::Text("y"), OPEN]);
        check(
            r#"[{"role":"user","content":[{"type":"hologram","x":"y"}]}]"#,
            &[USER, Piece::Text("y"), OPEN],
        );
    }

    #[test]
    fn each_item_has_a_frame() {
        assert_eq!(framing(r#""a""#), 6);
        assert_eq!(framing(r#"[{"role":"user"},{"role":"user"}]"#), 9);
        assert_eq!(framing(""), 3);
    }
}
