//! The names of Rust files: no production file is named after tests.

use super::{Finding, source::is_test_file};

/// Folders whose files may be named so, with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("xtask/src/test/", "the task is called `cargo xtask test`, and readers look for it there")];

/// Checks the name of one Rust file.
pub(super) fn check(path: &str) -> Option<Finding> {
    let excused = EXCEPTIONS.iter().any(|(folder, _reason)| path.starts_with(folder));
    if excused || is_test_file(path) {
        return None;
    }
    let (_, name) = path.split_once("/src/")?;
    let words = name.trim_end_matches(".rs").split(['/', '_']);
    let named = words.into_iter().any(|word| word.starts_with("test"));
    named.then(|| {
        let what = "a production file is named after tests";
        Finding::error(path, 0, what, "name it by the noun that its reader looks for")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_files_are_not_named_after_tests() {
        for path in ["crates/a/src/test.rs", "crates/a/src/b/model_tested.rs", "a/src/test/mod.rs"]
        {
            assert_eq!(
                check(path).unwrap().to_string(),
                format!(
                    "error: {path}: a production file is named after tests; name it by the noun \
                     that its reader looks for"
                )
            );
        }
    }

    #[test]
    fn tests_and_other_words_are_fine() {
        for path in [
            "crates/a/src/latest.rs",
            "crates/a/src/b/tests.rs",
            "crates/a/src/b/tests/windows.rs",
            "crates/a/tests/all/test_keys.rs",
            "xtask/src/test/mod.rs",
        ] {
            assert_eq!(check(path), None);
        }
    }
}
