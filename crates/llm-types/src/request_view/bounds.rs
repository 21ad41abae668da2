//! How many tokens a request can come to, at most, told by its bytes alone.

use memchr::memchr2_iter;

use super::Keys;
use crate::Tokens;

/// The most that a request can come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Tokens of the prompt: every token of a text is at least one of its bytes, whatever the
    /// tokenizer; images and files count as the most that any model takes for one.
    pub prompt: Tokens,
    /// Of these, what is not text, and what is added to any prompt.
    pub beside_text: Tokens,
    /// Tokens of each answer, as the request bounds them; `None` when it does not.
    pub output: Option<Tokens>,
    /// How many answers: `n`.
    pub answers: u64,
}

/// The most that an image can be billed as. gpt-4o-mini takes 2,833 tokens and 5,667 for each of up
/// to 8 tiles (OpenAI's guide to images); all others take less.
const IMAGE: u64 = 50_000;
/// The most that a file can be billed as that the upstream fetches or unpacks itself: no context is
/// longer.
const FILE: u64 = 1_100_000;
/// Instructions that providers add where there are tools (Anthropic: up to some 700 tokens).
const TOOLS: u64 = 2_000;
/// What frames the messages, beyond their own JSON, which is longer.
const FRAME: u64 = 64;

/// What makes a request more than its text, counted in one pass.
#[derive(Default)]
struct Suspect {
    /// How often the name of an image's part stands there.
    images: u64,
    /// How often one of a file, or a letter that is escaped for no reason but to hide one, such as
    /// `\u0066ile_id`.
    files: u64,
}

impl Suspect {
    fn of(body: &[u8]) -> Self {
        let (mut found, mut hidden) = (Self::default(), None);
        for at in memchr2_iter(b'_', b'\\', body) {
            let (before, rest) = body.split_at(at);
            if rest.starts_with(b"\\") {
                // A backslash after another is text, and begins no escape.
                if hidden == Some(at) {
                    continue;
                }
                hidden = Some(at + 1);
            }
            let named = |kind: &[u8]| u64::from(before.ends_with(kind));
            if rest.starts_with(b"_url\"") {
                found.images += named(b"image");
                found.files += named(b"file") + named(b"audio") + named(b"video");
            } else if rest.starts_with(b"_id\"") || rest.starts_with(b"_data\"") {
                found.files += named(b"file");
            } else if let [b'\\', b'u', b'0', b'0', digits @ ..] = rest {
                found.files += u64::from(names_letter(digits));
            }
        }
        found
    }
}

/// Whether the digits of an escape are those of a small letter or of `_`. Others are escaped for good
/// reasons, such as `<` by programs in Go.
fn names_letter(digits: &[u8]) -> bool {
    match digits {
        [b'6', b'0', ..] => false,
        [b'6', ..] | [b'7', b'0'..=b'9' | b'a' | b'A', ..] | [b'5', b'f' | b'F', ..] => true,
        _ => false,
    }
}

// === impl Bounds ===

impl Bounds {
    pub(super) fn read(keys: &Keys<'_>, body: &[u8]) -> Self {
        // Also where the words only stand in a text: a bound may be too high.
        let Suspect { images, files } = Suspect::of(body);
        // A part names its kind twice: as its type, and as the key of what it holds.
        let (images, files) = (images.div_ceil(2) * IMAGE, files * FILE);
        let tools = if keys.tools.is_some() { TOOLS } else { 0 };
        let beside_text = images + files + tools + FRAME;
        let whole = |raw: Option<&str>| raw.and_then(|raw| raw.parse::<u64>().ok());
        let bounds = [whole(keys.max_completion_tokens), whole(keys.max_tokens)];
        Self {
            prompt: Tokens(body.len() as u64 + beside_text),
            beside_text: Tokens(beside_text),
            output: bounds.into_iter().flatten().max().map(Tokens),
            answers: whole(keys.n).unwrap_or(1).max(1),
        }
    }

    /// Tokens of all answers together, each of them `unless_told` where the request does not say.
    #[must_use]
    pub fn outputs(&self, unless_told: Tokens) -> Tokens {
        Tokens(self.output.unwrap_or(unless_told).0.saturating_mul(self.answers))
    }

    /// The prompt's tokens where its text was counted: tokenizers differ by less than half.
    #[must_use]
    pub fn prompt_of_text(&self, counted: Tokens) -> Tokens {
        let text = counted.0.saturating_add(counted.0 / 2);
        Tokens(text.saturating_add(self.beside_text.0).min(self.prompt.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestView;

    #[track_caller]
    fn check(rest: &str, expect: (u64, Option<u64>, u64)) {
        let body = format!(r#"{{"model":"m","messages":[]{rest}}}"#);
        let bounds = RequestView::parse(body.as_bytes()).unwrap().bounds;
        assert_eq!(bounds.prompt.0, body.len() as u64 + bounds.beside_text.0);
        let found = (bounds.beside_text.0, bounds.output.map(|output| output.0), bounds.answers);
        assert_eq!(found, expect);
    }

    #[test]
    fn bounds_are_what_the_request_says() {
        check("", (FRAME, None, 1));
        check(r#","max_completion_tokens":100"#, (FRAME, Some(100), 1));
        check(r#","max_tokens":100,"max_completion_tokens":7,"n":3"#, (FRAME, Some(100), 3));
        check(r#","max_tokens":null,"n":0"#, (FRAME, None, 1));
        check(r#","tools":[]"#, (FRAME + TOOLS, None, 1));
    }

    #[test]
    fn what_is_not_text_counts_as_much_as_it_can() {
        let image = r#","x":[{"type":"image_url","image_url":{"url":"https://a/b.png"}}]"#;
        check(image, (FRAME + IMAGE, None, 1));
        let hidden = r#","x":[{"type":"\u0069mage_url","image_url":{"url":"https://a/b.png"}}]"#;
        check(hidden, (FRAME + FILE + IMAGE, None, 1));
        for file in
            ["file_id", "file_data", "file_url", "audio_url", r"\u0066ile_id", r"file\u005fid"]
        {
            check(&format!(r#","x":{{"{file}":"f"}}"#), (FRAME + FILE, None, 1));
        }
        check(
            r#","x":"\u003cb\u003e \u0026 \u0027 \u001b \u00e9 \u0060 \u007f \u005e""#,
            (FRAME, None, 1),
        );
        // A backslash that is text, and then what only looks like an escape; one after it is an escape.
        check(r#","x":"a text with \\u0061 in it""#, (FRAME, None, 1));
        check(r#","x":"\\\u0061""#, (FRAME + FILE, None, 1));
    }

    #[test]
    fn counted_text_is_never_above_the_bytes() {
        let bounds = RequestView::parse(br#"{"model":"m","messages":[]}"#).unwrap().bounds;
        assert_eq!(bounds.prompt_of_text(Tokens(4)), Tokens(6 + FRAME));
        assert_eq!(bounds.prompt_of_text(Tokens(u64::MAX)), bounds.prompt);
        assert_eq!(bounds.outputs(Tokens(10)), Tokens(10));
    }
}
