//! The version of the price table: the day on which its content was generated, and a hash of that
//! content. `pricing-data/VERSION` keeps it, because the day is not in the sources.

use pricing_data::Day;
use std::fmt::Write;

/// The version that the generated text `body` has: the one of before if that is of this content,
/// or a new one of `today`.
pub(super) fn of(body: &str, before: &str, today: Day) -> String {
    let content = pricing_schema::fingerprint(body);
    let before = before.trim();
    match before.split_once('+') {
        Some((_, known)) if known == content => before.to_owned(),
        // A clock that is behind does not make a newer table the older one.
        Some((day, _)) if *day > *today.to_string() => format!("{day}+{content}"),
        _ => format!("{today}+{content}"),
    }
}

/// The day in a version.
pub(super) fn day(version: &str) -> Option<Day> {
    version.split_once('+')?.0.parse().ok()
}

/// `body` with the version as constants.
pub(super) fn stamped(body: &str, version: &str, day: Day) -> String {
    let mut text = body.to_owned();
    let _ = write!(
        text,
        "\n/// The table's version: the day of its content, a `+`, and a hash of it.\n\
         pub const VERSION: &str = {version:?};\n\n\
         /// The day on which the table got its content, UTC.\n\
         pub const DATE: Day = {day:?};\n"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_changes_with_the_content_and_with_nothing_else() {
        let first = of("a", "", Day(20261130));
        assert!(first.starts_with("2026-11-30+"), "{first}");
        assert_eq!(of("a", &format!("{first}\n"), Day(20261224)), first);
        let second = of("b", &first, Day(20261201));
        assert!(second.starts_with("2026-12-01+"), "{second}");
        assert_eq!(of("a", &second, Day(20261130)).split_once('+').unwrap().0, "2026-12-01");
        assert_eq!(day(&second), Some(Day(20261201)));
    }
}
