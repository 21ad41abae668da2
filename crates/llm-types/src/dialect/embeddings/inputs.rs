//! The texts of an embedding request, as text or as tokens: each is read on its own.

use crate::{dialect::request_view::Piece, json::walk::Walk};

/// What the model may have to fetch or unpack: its size is not known here.
const OPEN: Piece<'static> = Piece::File { image: false, low: false, bytes: 0, written: 0 };

/// Calls `each` with every text of `input`, which was checked before. A list of numbers is one text, in
/// tokens.
pub(in crate::dialect) fn pieces<'a>(input: &'a str, mut each: impl FnMut(Piece<'a>)) {
    let mut walk = Walk::new(input);
    if walk.peek() != Some(b'[') {
        return walk.strings(|text| each(Piece::Text(text)));
    }
    let mut tokens = 0;
    walk.array(|walk| match walk.peek() {
        Some(b'[') => list(walk, &mut each),
        // A part with an image, as some other vendors' models take it.
        Some(b'{') => {
            walk.strings(|text| each(Piece::Text(text)));
            each(OPEN);
        }
        _ => element(walk, &mut tokens, &mut each),
    });
    if tokens > 0 {
        each(Piece::Tokens(tokens));
    }
}

/// How many texts there are: each can be as long as the model takes.
pub(in crate::dialect) fn count(input: &str) -> u64 {
    let (mut texts, mut tokens) = (0, false);
    Walk::new(input).array(|walk| {
        match walk.peek() {
            Some(b'"' | b'[' | b'{') => texts += 1,
            _ => tokens = true,
        }
        walk.skip();
    });
    (texts + u64::from(tokens)).max(1)
}

/// One text in tokens.
fn list<'a>(walk: &mut Walk<'a>, each: &mut impl FnMut(Piece<'a>)) {
    let mut tokens = 0;
    walk.array(|walk| element(walk, &mut tokens, each));
    if tokens > 0 {
        each(Piece::Tokens(tokens));
    }
}

/// A token, or a text.
fn element<'a>(walk: &mut Walk<'a>, tokens: &mut u64, each: &mut impl FnMut(Piece<'a>)) {
    match walk.peek() {
        Some(b'-' | b'0'..=b'9') => {
            *tokens += 1;
            walk.skip();
        }
        _ => walk.strings(|text| each(Piece::Text(text))),
    }
}
