//! Token counting for requests whose usage the upstream did not report.
//!
//! OpenAI's `o200k_base` tokenizer is used for every model; such costs are marked
//! `estimated`. It is loaded when it is first needed (some 250 ms and 85 MB).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use llm_types::{Dialect, Piece, PromptParts, RequestView, Tokens};

/// An image of 1024 × 1024: 85 tokens and 170 for each of four tiles (OpenAI's figures for GPT-4o).
/// Its true size is not looked at.
const IMAGE: u64 = 765;

/// Any image at low detail.
const LOW_DETAIL_IMAGE: u64 = 85;

/// A second of speech: one token for each 100 ms (OpenAI's guide to audio).
const SECOND_OF_SPEECH: u64 = 10;

/// Bytes of a file for one token, where nothing is known of it but its size.
const FILE_BYTES: u64 = 1_000;

/// A longer text is counted in parts of this many bytes, so that counting can stop in between.
const PART: usize = 64 * 1024;

/// Bytes of text that were counted so far in this process.
static COUNTED_BYTES: AtomicU64 = AtomicU64::new(0);

/// Whether the tokenizer is there.
static LOADED: AtomicBool = AtomicBool::new(false);

/// A text of more bytes takes milliseconds to count.
const LONG: usize = 16 * 1024;

/// What must be counted of a request, because the upstream reported no usage.
#[derive(Debug, Default)]
pub struct Uncounted {
    /// The API that the body is of.
    pub dialect: Dialect,
    /// The request's body.
    pub prompt: Option<Bytes>,
    /// What was answered.
    pub answer: Option<String>,
}

/// The tokens of what was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Of the request's body.
    pub prompt: Option<Tokens>,
    /// Of what was answered.
    pub answer: Option<Tokens>,
}

impl Uncounted {
    /// Counts it here and now.
    #[must_use]
    pub fn count(self) -> Counted {
        Counted {
            prompt: self.prompt.map(|body| prompt_tokens(self.dialect, &body)),
            answer: self.answer.map(|text| text_tokens(&text)),
        }
    }
}

/// Whether counting so many bytes holds up others: many, or the first of all.
pub(crate) fn takes_long(bytes: usize) -> bool {
    bytes > LONG || bytes > 0 && !LOADED.load(Relaxed)
}

/// Prompt tokens of a request's body: its text as [`text_tokens`] counts it, images and speech by their
/// kind, and never less than [`PromptBound::lower`]. Zero where it is no request.
///
/// [`PromptBound::lower`]: llm_types::PromptBound::lower
#[must_use]
pub fn prompt_tokens(dialect: Dialect, body: &[u8]) -> Tokens {
    let Ok(view) = RequestView::parse(dialect, body) else { return Tokens(0) };
    let mut media = 0_u64;
    view.pieces(|piece| {
        media = media.saturating_add(match piece {
            Piece::Text(_) => 0,
            Piece::Tokens(count) => count,
            Piece::Image { low: true, .. } | Piece::File { image: true, low: true, .. } => {
                LOW_DETAIL_IMAGE
            }
            Piece::Image { .. } | Piece::File { image: true, .. } => IMAGE,
            Piece::Audio { bytes, rate, .. } => {
                bytes.saturating_mul(SECOND_OF_SPEECH).div_ceil(u64::from(rate))
            }
            Piece::File { image: false, bytes, .. } => bytes.div_ceil(FILE_BYTES).max(1),
        });
    });
    let text = read_tokens(&view, |_| true).unwrap_or_default();
    let counted = text.0.saturating_add(media).saturating_add(view.framing());
    view.bounds().prompt.bound(PromptParts::LONGEST).lower.max(Tokens(counted))
}

/// The tokens that a prompt is charged as when it was counted here.
pub(crate) fn billed_prompt(dialect: Dialect, body: &[u8], counted: Tokens) -> Tokens {
    RequestView::parse(dialect, body).map_or(counted, |view| view.bounds().prompt.billed(counted))
}

/// Tokens of all text that the model reads of a request, with which [`PromptParts::with_text`] bounds
/// its prompt. Stops with `None` as soon as `keep_on` says so of what was counted up to there.
pub fn read_tokens(
    view: &RequestView<'_>,
    mut keep_on: impl FnMut(Tokens) -> bool,
) -> Option<Tokens> {
    let mut sum = Some(Tokens(0));
    let mut count = |text: &str| {
        for part in parts(text) {
            let Some(counted) = sum else { return };
            let counted = Tokens(counted.0.saturating_add(text_tokens(part).0));
            sum = keep_on(counted).then_some(counted);
        }
    };
    view.pieces(|piece| {
        if let Some(text) = piece.text() {
            count(&text);
        }
    });
    view.also_read().for_each(&mut count);
    sum
}

/// Tokens of a text. Takes milliseconds of CPU, and far more the first time.
#[must_use]
pub fn text_tokens(text: &str) -> Tokens {
    if text.is_empty() {
        return Tokens(0);
    }
    COUNTED_BYTES.fetch_add(text.len() as u64, Relaxed);
    let count = bpe_openai::o200k_base().count(text);
    // The first count builds the vocabulary; later ones find it there.
    LOADED.store(true, Relaxed);
    Tokens(u64::try_from(count).unwrap_or(u64::MAX))
}

/// How many bytes of text this process has counted the tokens of.
#[must_use]
pub fn counted_bytes() -> u64 {
    COUNTED_BYTES.load(Relaxed)
}

/// A text in parts that are counted one by one. Each cut adds a token at the most.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (part, after) = rest.split_at(rest.floor_char_boundary(PART));
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_counted_as_openai_counts_it() {
        let body = br#"{"messages":[{"role":"user","content":"Hello!"}]}"#;
        // role 1 + "Hello!" 2 + 3 for the message + 3 for the answer
        assert_eq!(prompt_tokens(Dialect::Chat, body), Tokens(9));
    }

    #[test]
    fn parts_images_and_tools_count() {
        let plain =
            prompt_tokens(Dialect::Chat, br#"{"messages":[{"role":"user","content":"one two"}]}"#);
        let with = |part: &str| {
            let body = format!(
                r#"{{"messages":[{{"role":"user","content":[{{"type":"text","text":"one two"}}{part}]}}]}}"#
            );
            prompt_tokens(Dialect::Chat, body.as_bytes()).0 - plain.0
        };
        assert_eq!(with(""), 0);
        assert_eq!(with(r#",{"type":"image_url","image_url":{"url":"data:x"}}"#), 765);
        assert_eq!(with(r#",{"type":"image_url","image_url":{"url":"u","detail":"low"}}"#), 85);
        let tools = prompt_tokens(
            Dialect::Chat,
            br#"{"messages":[{"role":"user","content":"one two"}],"tools":[{"type":"function"}]}"#,
        );
        assert!(tools > plain);
    }

    #[test]
    fn nothing_counts_as_less_than_it_is_reserved_for_at_the_least() {
        let depth = 100_000;
        let deep = format!(
            r#"{{"messages":[{{"role":"user","content":"one two"}}],"x":{}{}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        );
        let plain =
            prompt_tokens(Dialect::Chat, br#"{"messages":[{"role":"user","content":"one two"}]}"#);
        assert_eq!(prompt_tokens(Dialect::Chat, deep.as_bytes()), plain);
        let surrogate = br#"{"messages":[{"role":"user","content":"one two\ud83d"}]}"#;
        assert!(prompt_tokens(Dialect::Chat, surrogate) > plain);
        let data = "A".repeat(80_000);
        for part in [
            format!(r#"{{"type":"file","file":{{"file_data":"{data}"}}}}"#),
            format!(
                r#"{{"type":"input_audio","input_audio":{{"data":"//uQ{data}","format":"mp3"}}}}"#
            ),
            format!(r#"{{"type":"image_url","image_url":{{"url":"https://a/{data}"}}}}"#),
            format!(r#"{{"type":"hologram","data":"{data}"}}"#),
        ] {
            let body = format!(r#"{{"messages":[{{"role":"user","content":[{part}]}}]}}"#);
            let bound = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().bounds().prompt;
            let lower = bound.bound(PromptParts::LONGEST).lower;
            assert!(prompt_tokens(Dialect::Chat, body.as_bytes()) >= lower && lower > Tokens(1));
        }
    }

    #[test]
    fn counting_stops_on_request() {
        let body = format!(r#"{{"messages":[{{"content":"{}"}}]}}"#, "word ".repeat(1_000_000));
        let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
        let before = counted_bytes();
        assert_eq!(read_tokens(&view, |counted| counted < Tokens(1_000)), None);
        assert!(counted_bytes() - before <= PART as u64);
        let once = read_tokens(&view, |_| true).unwrap();
        assert!(once.0.abs_diff(1_000_000) < 100, "{once:?}");
    }

    #[test]
    fn nonsense_counts_as_nothing() {
        assert_eq!(prompt_tokens(Dialect::Chat, b"nonsense"), Tokens(0));
    }
}
