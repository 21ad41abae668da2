//! The `//!` at the top of each Rust file: it exists, and does not open with a question word.

use super::Finding;

/// A `//!` says what the file is; these words begin a riddle instead.
const INTERROGATIVES: &[&str] =
    &["how", "what", "when", "where", "whether", "which", "who", "whoever", "whom", "whose", "why"];

/// Checks one Rust file.
pub(super) fn check(path: &str, text: &str) -> Option<Finding> {
    if !text.starts_with("//!") {
        let remedy = "open it with 1 to 5 lines of `//!`: what it does, and what it does not";
        return Some(Finding::error(path, 1, "the file does not say what it is for", remedy));
    }
    opens_with_question(text).then(|| {
        let what = "the `//!` opens with a question word";
        Finding::error(path, 1, what, "begin with a noun phrase or a third-person verb")
    })
}

/// Whether the first word of a file's `//!` is an interrogative.
pub(super) fn opens_with_question(text: &str) -> bool {
    let opening = text.trim_start_matches("//!").trim_start();
    let word: String = opening.chars().take_while(|c| c.is_alphabetic()).collect();
    INTERROGATIVES.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, expect: Option<&str>) {
        assert_eq!(check(path, text).map(|found| found.to_string()).as_deref(), expect);
    }

    #[test]
    fn a_file_must_say_what_it_is_for() {
        check_text("src/a.rs", "//! A room.\n", None);
        check_text(
            "src/a.rs",
            "fn short() {}\n",
            Some(
                "error: src/a.rs:1: the file does not say what it is for; open it with 1 to 5 \
                 lines of `//!`: what it does, and what it does not",
            ),
        );
    }

    #[test]
    fn a_question_is_no_opening() {
        for opening in ["What a key may do", "Who may ask", "How it ends", "Whether it is one"] {
            check_text(
                "src/a.rs",
                &format!("//! {opening}.\n"),
                Some(
                    "error: src/a.rs:1: the `//!` opens with a question word; begin with a noun \
                     phrase or a third-person verb",
                ),
            );
        }
        for opening in ["Whole answers", "Howling tests", "Counts what was asked"] {
            check_text("src/a.rs", &format!("//! {opening}.\n"), None);
        }
    }
}
