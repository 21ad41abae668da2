//! Plain text: no stray blanks, and no trace of the machine that a file was written on.

use super::Finding;

/// Files that are written by hand. Recorded samples, locks and snapshots are not checked.
const WRITTEN: &[&str] = &[
    "css", "html", "js", "json", "md", "mjs", "py", "rs", "sh", "toml", "ts", "tsx", "yaml", "yml",
];

/// Folders whose files are recorded bytes, whatever they are called.
const RECORDED: &[&str] = &["/fixtures/", "/samples/", "/snapshots/"];

/// Words that must not be in any file, with the reason. In two pieces, or this file breaks the rule.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("\"resolved\"", ": \""), "a lock file that names a registry's host"),
];

/// Checks one file.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = text
        .lines()
        .enumerate()
        .flat_map(|(index, line)| forbidden(path, index + 1, line))
        .collect();
    if !is_written(path) {
        return findings;
    }
    for (index, line) in text.split('\n').enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            let what = "blanks or a carriage return at the end of the line";
            findings.push(Finding::error(path, index + 1, what, "remove them"));
        } else if line.contains('\t') {
            findings.push(Finding::error(path, index + 1, "a tab", "use spaces, or write `\\t`"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        let last = text.lines().count();
        findings.push(Finding::error(path, last, "the last line does not end", "end it"));
    }
    findings
}

fn is_written(path: &str) -> bool {
    let written = path.rsplit_once('.').is_some_and(|(_, ending)| WRITTEN.contains(&ending));
    let lock = path.ends_with("package-lock.json");
    written && !lock && !RECORDED.iter().any(|folder| path.contains(folder))
}

fn forbidden<'a>(path: &'a str, line: usize, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    FORBIDDEN.iter().filter(|(word, _)| text.contains(word)).map(move |(word, reason)| {
        let what = format!("`{}` is {reason}", word.trim());
        Finding::error(path, line, what, "take it out")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, expect: &[(usize, &str)]) {
        let findings = check(path, text);
        let found: Vec<(usize, &str)> =
            findings.iter().map(|found| (found.line, found.what.as_str())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn plain_text_passes() {
        check_text("a.md", "one\n\ntwo\n", &[]);
        check_text("a.md", "", &[]);
    }

    #[test]
    fn stray_blanks_are_found() {
        let blanks = "blanks or a carriage return at the end of the line";
        check_text("a.md", "one \ntwo\r\nthree\t\n", &[(1, blanks), (2, blanks), (3, blanks)]);
        check_text("a.rs", "one\n\ttwo\n", &[(2, "a tab")]);
        check_text("a.rs", "one\ntwo", &[(2, "the last line does not end")]);
    }

    #[test]
    fn recorded_bytes_stay_as_they_are() {
        check_text("tests/fixtures/a.json", "{}\t\r\n", &[]);
        check_text("a.sse", "data: \r\n", &[]);
    }

    #[test]
    fn traces_of_a_machine_are_found_everywhere() {
        let path = concat!("/wo", "rk/main");
        let what = format!("`{}` is a path of one machine", concat!("/wo", "rk/"));
        check_text("tests/fixtures/a.txt", path, &[(1, &what)]);
        let lock = concat!("\"resolved\"", ": \"https://host\"");
        assert_eq!(check("a/package-lock.json", lock).len(), 1);
    }
}
