//! A tokenizer of the emulator's own: no real model's, but about as fine, and the same for every
//! call.

/// The longest piece, in characters.
const LONGEST: usize = 6;

/// `text` in pieces that are one token each; together they are `text` again. A piece is a word
/// with the space before it, or a part of a long word.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(first_piece(rest)?);
        rest = after;
        Some(piece)
    })
}

/// How many tokens `text` has.
pub(crate) fn count(text: &str) -> u64 {
    u64::try_from(pieces(text).count()).unwrap_or(u64::MAX)
}

/// The length of the first piece in bytes; nothing when `text` is empty.
fn first_piece(text: &str) -> Option<usize> {
    let mut in_word = false;
    for (length, (place, letter)) in text.char_indices().enumerate() {
        if length == LONGEST || (in_word && letter.is_whitespace()) {
            return Some(place);
        }
        in_word |= !letter.is_whitespace();
    }
    (!text.is_empty()).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_words_and_parts_of_long_words() {
        let text = "Hello, extraordinary  world é✓日本";
        let all: Vec<&str> = pieces(text).collect();
        assert_eq!(all, ["Hello,", " extra", "ordina", "ry", "  worl", "d", " é✓日本"]);
        assert_eq!(all.concat(), text);
        assert_eq!(count(""), 0);
    }
}
