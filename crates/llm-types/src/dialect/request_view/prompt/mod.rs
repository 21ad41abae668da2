//! Bounds of a prompt's token count, at least and at most, without a tokenizer.

use super::{Keys, pieces::Piece};
use crate::{
    dialect::Dialect,
    json::walk::{Walk, decoded, decoded_len},
    money::Tokens,
};

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
    /// Bytes of the other keys, and of their values.
    other: u64,
    /// The part of them that a model may read: keys that are not known here.
    unknown: u64,
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
    /// Text that is in the request as tokens: how many.
    tokens: u64,
    /// How many prompts it is, each of which can be as long as the model takes; 0 is one as well.
    inputs: u64,
    /// Tokens that frame the prompt, beyond the bytes of its JSON.
    frame: u64,
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
/// Instructions that providers add where there are tools: what is reserved for them.
const TOOLS: u64 = 2_000;
/// The longest that are known (Anthropic's guide to tool use: up to some 700 tokens).
const KNOWN_TOOLS: u64 = 700;
/// What frames messages, beyond their own JSON, which is longer.
const FRAME: u64 = 64;
/// What frames a text that is read on its own: the models of BERT's family put one token before it and
/// one after it.
const TEXT_FRAME: u64 = 2;

// === impl PromptParts ===

impl PromptParts {
    /// The longest prompt where the models that can answer do not say theirs, in tokens.
    pub const LONGEST: Tokens = Tokens(1_100_000);

    pub(super) fn read(dialect: Dialect, keys: &Keys<'_>, body: &[u8]) -> Self {
        let prompt = keys.prompt.unwrap_or_default();
        if let Some(inputs) = dialect.separate_inputs(prompt) {
            // Nothing else is read but keys that are not known here.
            let (text, other, unknown) = (keys.unknown, keys.unknown, keys.unknown);
            let mut parts = Self { inputs, text, other, unknown, ..Self::default() };
            dialect.pieces(prompt, |piece| parts.add_separate(&piece));
            return parts;
        }
        let (text, framing) = (body.len() as u64, prompt.len() as u64);
        let (other, unknown) = (text - framing, keys.unknown);
        let mut parts = Self { text, framing, other, unknown, frame: FRAME, ..Self::default() };
        dialect.pieces(prompt, |piece| parts.add(&piece));
        for also in keys.also_read() {
            parts.read += also.len() as u64;
            parts.other = parts.other.saturating_sub(also.len() as u64);
        }
        parts.tools = keys.tools.or(keys.functions).is_some();
        // What is found by search becomes part of the prompt.
        let searches = [keys.data_sources, keys.search].into_iter().flatten().count();
        let hosted = keys.tools.map_or(0, |tools| hosted_tools(dialect, tools));
        let searches = searches as u64 + hosted;
        // So does what is stored upstream and only named here.
        let open = searches + keys.stored().count() as u64;
        parts.open += open;
        parts.open_floor += open;
        parts
    }

    /// Adds a piece that is a prompt of its own.
    fn add_separate(&mut self, piece: &Piece<'_>) {
        self.add(piece);
        if let Piece::Text(text) = *piece {
            self.text += decoded_len(text);
            self.frame += TEXT_FRAME;
        }
    }

    fn add(&mut self, piece: &Piece<'_>) {
        match *piece {
            Piece::Text(text) => {
                self.read += decoded_len(text);
                self.framing = self.framing.saturating_sub(text.len() as u64);
            }
            Piece::Tokens(count) => self.tokens += count,
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

    /// The most that the prompt of a call that has ended can be billed as, where it was counted here
    /// with OpenAI's tokenizer and format of chats. Half of it is added: tokenizers differ by less. So
    /// are keys that are not known, by their bytes, and the instructions that come with tools. Media
    /// count as in [`PromptParts::bound`]. Preambles that a chat template adds to every prompt are
    /// not in it: they depend on the model.
    #[must_use]
    pub fn billed(&self, counted: Tokens) -> Tokens {
        let tools = if self.tools { KNOWN_TOOLS } else { 0 };
        let text = counted.0.saturating_sub(self.tokens);
        let text = text
            .saturating_add(text.div_ceil(2))
            .saturating_add(self.unknown)
            .saturating_add(tools);
        let billed = self.with_media(text, Self::LONGEST);
        Tokens(billed.0.min(self.bound(Self::LONGEST).upper.0).max(counted.0))
    }

    /// At most so many of its tokens are speech.
    pub(super) fn audio(&self) -> Tokens {
        Tokens(self.audio.div_ceil(AUDIO_BYTES))
    }

    fn within(&self, text: u64, longest: Tokens) -> Tokens {
        let tools = if self.tools { TOOLS } else { 0 };
        self.with_media(text.saturating_add(tools + self.frame), longest)
    }

    /// With what is no text: tokens, speech, files and images. All files together are no longer than a
    /// prompt can be. An image is billed as more tokens than it
    /// takes of that.
    fn with_media(&self, text: u64, longest: Tokens) -> Tokens {
        let longest = longest.0.saturating_mul(self.inputs.max(1));
        let counted = text.saturating_add(self.audio().0).saturating_add(self.tokens);
        let counted = if self.open > 0 { longest } else { counted.min(longest) };
        let images = self.images.saturating_add(self.linked_images).saturating_mul(IMAGE);
        Tokens(counted.saturating_add(images))
    }

    fn floor(&self) -> u64 {
        let text = self.read.div_ceil(TEXT_FLOOR);
        let images = self.images.saturating_mul(IMAGE_FLOOR);
        let rest = self.seconds.saturating_add(self.open_floor).saturating_add(self.tokens);
        text.saturating_add(images).saturating_add(rest)
    }
}

/// The longest token of any tokenizer that is known, in bytes (o200k: 128 blanks).
const LONGEST_TOKEN: u64 = 128;

/// How many tools are the upstream's own, such as a search.
fn hosted_tools(dialect: Dialect, tools: &str) -> u64 {
    let mut hosted = 0;
    Walk::new(tools).array(|walk| {
        walk.object(|walk, key| match key {
            "type" => {
                let kind = decoded(walk.string().unwrap_or_default());
                hosted += u64::from(dialect.is_hosted_tool(&kind));
            }
            _ => walk.skip(),
        });
    });
    hosted
}

#[cfg(test)]
mod tests;
