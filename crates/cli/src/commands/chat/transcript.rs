//! The answer received so far, printed as it arrives.

use std::io::{self, IsTerminal, Write};

use indicatif::ProgressBar;
use llm_types::chat::ChatCompletionChunk;

use crate::output::terminal;

/// The answer so far. While there is none, a spinner turns.
pub(super) struct Transcript {
    text: String,
    finish_reason: Option<String>,
    begun: bool,
    /// Whether the text is written to standard output.
    shown: bool,
    spinner: ProgressBar,
}

// === impl Transcript ===

impl Transcript {
    pub(super) fn new(shown: bool) -> Self {
        let spinner = terminal::spinner("waiting for the answer");
        Self { text: String::new(), finish_reason: None, begun: false, shown, spinner }
    }

    /// Adds a piece of the answer.
    pub(super) fn add(&mut self, piece: &str, finish_reason: Option<&str>) -> io::Result<()> {
        self.begun = true;
        if let Some(reason) = finish_reason {
            self.finish_reason = Some(reason.to_owned());
        }
        if piece.is_empty() {
            return Ok(());
        }
        self.text.push_str(piece);
        if !self.shown {
            return Ok(());
        }
        self.spinner.finish_and_clear();
        let mut out = io::stdout().lock();
        out.write_all(terminal::printable(piece).as_bytes())?;
        // Standard output is buffered by line, and a line of an answer can take a while.
        out.flush()
    }

    /// Adds a chunk of a streamed answer; one without choices is not yet an answer.
    pub(super) fn add_chunk(&mut self, chunk: &ChatCompletionChunk) -> io::Result<()> {
        let Some(choice) = chunk.choices.first() else { return Ok(()) };
        self.add(chunk.text(), choice.finish_reason.as_deref())
    }

    /// Nothing more comes: ends the last line, and says so when the model did not stop by itself.
    pub(super) fn end(&self) {
        self.spinner.finish_and_clear();
        if !self.shown {
            return;
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            // A closed pipe was reported already.
            let _ = writeln!(io::stdout());
        }
        if self.begun && io::stdout().is_terminal() {
            // A blank line between the answer and what is said about it.
            let _ = writeln!(io::stderr());
        }
        match self.finish_reason() {
            Some("length") => terminal::warning("the answer was cut at the limit of tokens"),
            Some("content_filter") => terminal::warning("Azure's content filter cut the answer"),
            _ => {}
        }
    }

    /// Whether there was any answer, even an empty one.
    pub(super) fn begun(&self) -> bool {
        self.begun
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn finish_reason(&self) -> Option<&str> {
        self.finish_reason.as_deref()
    }
}
