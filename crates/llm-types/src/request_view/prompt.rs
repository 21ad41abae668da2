//! How many tokens the prompt of a request is, at least and at most, without a tokenizer.

use super::{
    Keys,
    parts::{Piece, pieces},
    walk::{Walk, decoded, decoded_len},
};
use crate::Tokens;

/// What can be said of a prompt without a tokenizer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromptBound {
    /// The most that it can be billed as: what is reserved.
    pub upper: Tokens,
    /// What it is charged as at the least, where nothing better is known. Above zero for each part.
    pub lower: Tokens,
}

/// What the prompt of a request consists of, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromptParts {
    /// Bytes that are text, or name it; no token is shorter than a byte, whatever the tokenizer.
    text: u64,
    /// Bytes of the text that the model reads.
    read: u64,
    /// Bytes of the JSON that frames the messages, and is not read as it is written.
    framing: u64,
    /// Bytes of keys that are not known here.
    other: u64,
    /// How many images are in the request.
    images: u64,
    /// How many images the upstream fetches.
    linked_images: u64,
    /// Bytes of speech.
    audio: u64,
    /// Seconds of it, as its headers say.
    seconds: u64,
    /// Parts whose size only the upstream knows.
    open: u64,
    /// What is charged for them at the least, in tokens.
    open_floor: u64,
    /// Whether there are tools.
    tools: bool,
}

/// The most that an image can be billed as. gpt-4o-mini takes 2,833 tokens and 5,667 for each of up
/// to 8 tiles (OpenAI's guide to images); all others take less.
const IMAGE: u64 = 50_000;
/// The least: one at low detail (OpenAI's guide to images).
const IMAGE_FLOOR: u64 = 85;
/// Bytes of MP3 or WAV that are one token at most. Of the models that are known to hear, Gemini takes
/// the most for a second, 32 tokens (Phi-4 12.5, gpt-audio 10), and no MP3 has less than 1,000 bytes
/// for one: 31 bytes, and half of that as a margin.
const AUDIO_BYTES: u64 = 16;
/// Bytes of text that are charged as one token at the least.
const TEXT_FLOOR: u64 = 16;
/// Bytes of a file that are charged as one token at the least.
const FILE_FLOOR: u64 = 1_000;
/// Instructions that providers add where there are tools (Anthropic: up to some 700 tokens).
const TOOLS: u64 = 2_000;
/// What frames the messages, beyond their own JSON, which is longer.
const FRAME: u64 = 64;

// === impl PromptParts ===

impl PromptParts {
    /// The longest prompt where the models that can answer do not say theirs, in tokens.
    pub const LONGEST: Tokens = Tokens(1_100_000);

    pub(super) fn read(keys: &Keys<'_>, body: &[u8]) -> Self {
        let messages = keys.messages.unwrap_or_default();
        let (text, framing) = (body.len() as u64, messages.len() as u64);
        let mut parts = Self { text, framing, other: text - framing, ..Self::default() };
        pieces(messages, |piece| parts.add(&piece));
        for also in [keys.tools, keys.functions, keys.response_format].into_iter().flatten() {
            parts.read += also.len() as u64;
            parts.other = parts.other.saturating_sub(also.len() as u64);
        }
        parts.tools = keys.tools.or(keys.functions).is_some();
        // What is found by search becomes part of the prompt.
        let searches = [keys.data_sources, keys.web_search_options].into_iter().flatten().count();
        let searches = searches as u64 + keys.tools.map_or(0, hosted_tools);
        parts.open += searches;
        parts.open_floor += searches;
        parts
    }

    fn add(&mut self, piece: &Piece<'_>) {
        match *piece {
            Piece::Text(text) => {
                self.read += decoded_len(text);
                self.framing = self.framing.saturating_sub(text.len() as u64);
            }
            Piece::Image { written, .. } => {
                self.no_text(written);
                self.images += 1;
            }
            Piece::Audio { bytes, rate, written } => {
                self.no_text(written);
                self.audio += bytes;
                self.seconds += bytes.div_ceil(u64::from(rate)).max(1);
            }
            Piece::File { image, bytes, written, .. } => {
                self.no_text(written);
                self.open += 1;
                let floor = bytes.div_ceil(FILE_FLOOR);
                self.open_floor += floor.max(if image { IMAGE_FLOOR } else { 1 });
                self.linked_images += u64::from(image);
            }
        }
    }

    /// Takes bytes of media out of what is text.
    fn no_text(&mut self, bytes: u64) {
        self.text = self.text.saturating_sub(bytes);
        self.framing = self.framing.saturating_sub(bytes);
    }

    /// The least and the most that the prompt can be, where no model takes a longer one than `longest`.
    #[must_use]
    pub fn bound(&self, longest: Tokens) -> PromptBound {
        let upper = self.within(self.text, longest);
        PromptBound { upper, lower: Tokens(self.floor().min(upper.0)) }
    }

    /// The most that the prompt can be where its text was counted: tokenizers differ by less than half,
    /// and no format of chats frames a message by more tokens than half the bytes that JSON takes for
    /// it. Of keys that are not known every byte counts.
    #[must_use]
    pub fn with_text(&self, counted: Tokens, longest: Tokens) -> Tokens {
        let text = counted.0.saturating_add(counted.0 / 2);
        let text = text.saturating_add(self.framing / 2).saturating_add(self.other);
        self.within(text.min(self.text), longest)
    }

    /// The same for the fewest tokens that its text can come to.
    #[must_use]
    pub fn with_least_text(&self, longest: Tokens) -> Tokens {
        self.with_text(Tokens(self.read / LONGEST_TOKEN), longest)
    }

    /// At most so many of its tokens are speech.
    pub(super) fn audio(&self) -> Tokens {
        Tokens(self.audio.div_ceil(AUDIO_BYTES))
    }

    /// All files together are no longer than a prompt can be. An image is billed as more tokens than it
    /// takes of that.
    fn within(&self, text: u64, longest: Tokens) -> Tokens {
        let tools = if self.tools { TOOLS } else { 0 };
        let counted = text.saturating_add(self.audio().0).saturating_add(tools + FRAME);
        let counted = if self.open > 0 { longest.0 } else { counted.min(longest.0) };
        let images = self.images.saturating_add(self.linked_images).saturating_mul(IMAGE);
        Tokens(counted.saturating_add(images))
    }

    fn floor(&self) -> u64 {
        let text = self.read.div_ceil(TEXT_FLOOR);
        let images = self.images.saturating_mul(IMAGE_FLOOR);
        let rest = self.seconds.saturating_add(self.open_floor);
        text.saturating_add(images).saturating_add(rest)
    }
}

/// The longest token of any tokenizer that is known, in bytes (o200k: 128 blanks).
const LONGEST_TOKEN: u64 = 128;

/// How many tools are the upstream's own, such as a search.
fn hosted_tools(tools: &str) -> u64 {
    let mut hosted = 0;
    Walk::new(tools).array(|walk| {
        walk.object(|walk, key| match key {
            "type" => {
                let kind = decoded(walk.string().unwrap_or_default());
                hosted += u64::from(!matches!(&*kind, "function" | "custom"));
            }
            _ => walk.skip(),
        });
    });
    hosted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestView;

    const LONGEST: Tokens = Tokens(400_000);

    fn bound(body: &str) -> PromptBound {
        RequestView::parse(body.as_bytes()).unwrap().bounds.prompt.bound(LONGEST)
    }

    /// What a part adds to a request beside its own bytes, at most and at least.
    fn part(json: &str) -> (u64, u64) {
        let body = |parts: &str| {
            format!(r#"{{"model":"m","messages":[{{"role":"user","content":[{parts}]}}]}}"#)
        };
        let (with, without) = (bound(&body(json)), bound(&body("")));
        (with.upper.0 - without.upper.0, with.lower.0 - without.lower.0)
    }

    #[test]
    fn text_is_between_its_bytes_and_a_sixteenth_of_them() {
        let body = format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":"{}"}}]}}"#,
            "a".repeat(156)
        );
        let PromptBound { upper, lower } = bound(&body);
        assert_eq!((upper.0, lower.0), (body.len() as u64 + FRAME, 10));
        let escaped = body.replace("aaaa", "\\u0061aaa");
        assert_eq!(bound(&escaped).lower, lower);
        let tools =
            bound(r#"{"messages":[],"tools":[{"type":"function","function":{"name":"f"}}]}"#);
        assert_eq!((tools.upper.0, tools.lower.0), (69 + FRAME + TOOLS, 3));
    }

    #[test]
    fn an_image_counts_as_one_however_large_it_is() {
        let image = |size: usize| {
            let data = "A".repeat(size);
            part(&format!(
                r#"{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{data}"}}}}"#
            ))
        };
        assert_eq!(image(4), (IMAGE + 43, IMAGE_FLOOR));
        assert_eq!(image(4), image(14_000_000));
        let linked = part(r#"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#);
        assert!(linked.0 > LONGEST.0 && linked.1 == IMAGE_FLOOR, "{linked:?}");
    }

    #[test]
    fn speech_counts_by_its_bytes() {
        // 128 kbit/s: 16,000 bytes a second.
        let data = format!("//uQ{}", "A".repeat(319_996));
        let (upper, lower) = part(&format!(
            r#"{{"type":"input_audio","input_audio":{{"data":"{data}","format":"mp3"}}}}"#
        ));
        assert_eq!((upper, lower), (240_000 / AUDIO_BYTES + 63, 15));
    }

    #[test]
    fn what_only_the_upstream_can_measure_counts_as_the_longest_prompt() {
        let data = "A".repeat(8_000);
        let file = format!(
            r#"{{"type":"file","file":{{"file_data":"data:application/pdf;base64,{data}"}}}}"#
        );
        let twice = format!("{file},{file}");
        let (upper, lower) = part(&file);
        assert!(upper <= LONGEST.0 && upper > LONGEST.0 - 1_000 && lower == 6, "{upper} {lower}");
        assert_eq!(part(&twice), (upper, 12));
        for open in [
            r#"{"messages":[],"data_sources":[]}"#,
            r#"{"messages":[],"web_search_options":{}}"#,
            r#"{"messages":[],"tools":[{"type":"web_search"}]}"#,
            r#"{"messages":[{"role":"assistant","audio":{"id":"a"}}]}"#,
        ] {
            let bound = bound(open);
            assert!(bound.upper == LONGEST && bound.lower.0 > 0, "{open}");
        }
    }

    #[test]
    fn no_depth_hides_a_prompt() {
        let depth = 100_000;
        let body = format!(
            r#"{{"messages":[{{"role":"user","content":"{}"}}],"x":{}{}}}"#,
            "a".repeat(1_596),
            "[".repeat(depth),
            "]".repeat(depth)
        );
        assert_eq!(bound(&body).lower, Tokens(100));
        let within = format!(
            r#"{{"messages":[{{"role":"user","content":[{{"type":"text","text":{}"{}"{}}}]}}]}}"#,
            "[".repeat(depth),
            "a".repeat(1_596),
            "]".repeat(depth)
        );
        assert_eq!(bound(&within).lower, Tokens(100));
    }

    #[test]
    fn counted_text_is_never_above_the_bytes() {
        let body = br#"{"model":"m","messages":[]}"#;
        let parts = RequestView::parse(body).unwrap().bounds.prompt;
        // Of 27 bytes, 2 are messages.
        assert_eq!(parts.with_text(Tokens(0), LONGEST), Tokens(1 + 25 + FRAME));
        let long =
            br#"{"messages":[{"role":"user","content":"a text of no few words, and of no use"}]}"#;
        let long = RequestView::parse(long).unwrap().bounds.prompt;
        assert_eq!(long.with_text(Tokens(4), LONGEST), Tokens(6 + 13 + 13 + FRAME));
        assert_eq!(parts.with_text(Tokens(u64::MAX), LONGEST), parts.bound(LONGEST).upper);
        assert_eq!(parts.bound(Tokens(20)).upper, Tokens(20));
    }
}
