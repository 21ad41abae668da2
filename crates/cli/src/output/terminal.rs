//! Standard output and error: colours and a spinner only on a terminal, and no control characters
//! from an answer.

use std::{
    borrow::Cow,
    error::Error,
    io::{self, IsTerminal, Write},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Writes an error with its causes, and what to do about it. With nobody to read it, the exit
/// code still tells.
pub(crate) fn error(error: &dyn Error, advice: Option<&str>) {
    let mut err = anstream::stderr();
    // A server's text must not control the terminal either.
    let _ = writeln!(err, "{ERROR}error{ERROR:#}: {}", without_controls(&with_causes(error)));
    if let Some(advice) = advice {
        let _ = writeln!(err, "  {}", without_controls(advice));
    }
}

/// Writes a warning.
pub(crate) fn warning(text: &str) {
    let _ = writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {text}");
}

/// Writes a remark, such as a receipt's line.
pub(crate) fn remark(text: &str) {
    let _ = writeln!(anstream::stderr(), "{QUIET}{text}{QUIET:#}");
}

/// Text that must be noticed.
pub(crate) fn loud(text: &str) -> String {
    format!("{WARNING}{text}{WARNING:#}")
}

/// A spinner on standard error, until it is finished or dropped; none if that is no terminal.
pub(crate) fn spinner(text: &'static str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(text);
    if io::stderr().is_terminal() {
        spinner.enable_steady_tick(Duration::from_millis(100));
    }
    spinner
}

/// `text` as it may be written to standard output: as it is, but on a terminal without the
/// control characters with which an answer could move the cursor or set the window's title.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if io::stdout().is_terminal() { without_controls(text) } else { Cow::Borrowed(text) }
}

/// `text` as one cell of a table: in one line, and without invisible characters.
pub(crate) fn cell(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        // Letters may need marks on them; what turns the direction of writing around only misleads.
        if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

fn without_controls(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(steers) {
        Cow::Owned(text.replace(steers, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The error and what caused it, in one line. A cause that the text before it already contains is left
/// out.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_cannot_steer_the_terminal() {
        assert_eq!(without_controls("a\tb\n"), "a\tb\n");
        assert_eq!(
            without_controls("\u{1b}]0;title\u{7}\r\u{9b}2J"),
            "\u{fffd}]0;title\u{fffd}\u{fffd}\u{fffd}2J"
        );
    }

    #[test]
    fn a_cell_is_one_line_that_hides_nothing() {
        assert_eq!(cell("naïve 模型 🙂"), "naïve 模型 🙂");
        assert_eq!(cell("a\nb\u{1b}[2J\u{9b}\u{202e}c"), r"a\nb\u{1b}[2J\u{9b}\u{202e}c");
    }
}
