//! Counts of passed tests, read from the closing lines of the test runners.

use std::fmt;

/// The counts that a suite's runner reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
}

// === impl Tally ===

impl Tally {
    /// Reads one line of output; only closing lines change the tally.
    pub(super) fn read(&mut self, line: &str) {
        let plain = &*without_colours(line);
        // Indented, these are the output of a failed test that a runner repeats.
        let closing = plain.trim_start().starts_with("Summary [")
            || plain.starts_with("test result:")
            || plain.starts_with("==") && plain.contains(" in ");
        if closing {
            self.passed += before(plain, "passed");
            self.failed +=
                before(plain, "failed") + before(plain, "error") + before(plain, "errors");
            self.failed += before(plain, "timed");
        } else if let Some(counts) = plain.trim_start().strip_prefix("Tests  ") {
            // Vitest: `Tests  1 failed | 3 passed (4)`.
            self.passed += before(counts, "passed");
            self.failed += before(counts, "failed");
        } else if let Some(counts) = plain.strip_prefix("ℹ ") {
            // Node says one thing a line: `ℹ pass 12`.
            self.passed += after(counts, "pass");
            self.failed += after(counts, "fail") + after(counts, "cancelled");
        }
    }

    /// Makes the tally agree with how the runner ended.
    pub(super) fn finish(&mut self, succeeded: bool) {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
    }

    /// Nothing failed, and something ran.
    pub(super) fn is_good(self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The number before `word`, or 0.
fn before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair.get(1) == Some(&word));
    pair.and_then(|pair| pair.first()?.parse().ok()).unwrap_or(0)
}

/// The number after `word`, or 0.
fn after(line: &str, word: &str) -> u64 {
    let rest = line.strip_prefix(word).unwrap_or_default();
    rest.trim().parse().unwrap_or(0)
}

/// The line without `ESC [ … m`.
fn without_colours(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| plain + piece.split_once('m').map_or("", |(_, text)| text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expect: &str) {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        assert_eq!(tally.to_string(), expect);
    }

    #[test]
    fn nextest_is_understood() {
        check(
            &["     Summary [   0.244s] 21 tests run: 20 passed, 1 failed, 0 skipped"],
            "20 passed, 1 failed",
        );
        check(
            &["     Summary [   9.1s] 3 tests run: 1 passed, 2 timed out, 0 skipped"],
            "1 passed, 2 failed",
        );
        check(
            &[
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.2s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped",
            ],
            "3 passed, 0 failed",
        );
    }

    #[test]
    fn doc_tests_are_added_up() {
        let line = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out";
        check(&["running 3 tests", line, line], "6 passed, 0 failed");
    }

    #[test]
    fn output_of_failed_tests_is_not_counted() {
        check(
            &["    test result: FAILED. 0 passed; 1 failed; 0 ignored", "    ℹ fail 3"],
            "0 passed, 0 failed",
        );
    }

    #[test]
    fn pytest_is_understood() {
        check(&["======= 2 failed, 30 passed, 1 warning in 4.20s ======="], "30 passed, 2 failed");
        check(&["======= 1 passed, 1 error in 0.10s ======="], "1 passed, 1 failed");
        check(&["=========== test session starts ==========="], "0 passed, 0 failed");
    }

    #[test]
    fn node_is_understood() {
        check(&["ℹ tests 12", "ℹ pass 10", "ℹ fail 1", "ℹ cancelled 1"], "10 passed, 2 failed");
    }

    #[test]
    fn vitest_is_understood() {
        let files = " Test Files  1 failed | 2 passed (3)";
        check(&[files, "      Tests  1 failed | 9 passed (10)"], "9 passed, 1 failed");
    }

    #[test]
    fn a_suite_that_ran_nothing_or_broke_is_not_good() {
        let mut tally = Tally::default();
        assert!(!tally.is_good());
        tally.read("test result: ok. 3 passed; 0 failed");
        assert!(tally.is_good());
        tally.finish(false);
        assert_eq!(tally.to_string(), "3 passed, 1 failed");
        assert!(!tally.is_good());
    }
}
