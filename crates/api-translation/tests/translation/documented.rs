//! `docs/translation.md` shows the lists as they are. `TRANSLATION_DOCS=write` writes them.

use std::fmt::Write as _;

use api_translation::{Api, Rule, rows};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/translation.md");

const LISTS: [(Rule, &str); 3] =
    [(Rule::Carried, "carried"), (Rule::Dropped, "dropped"), (Rule::Refused, "refused")];

/// The table of one list.
fn table(api: Api, rule: Rule) -> String {
    let about = match rule {
        Rule::Carried => "in the chat",
        Rule::Dropped => "why the answer is the same",
        Rule::Refused => "why",
    };
    let mut table = format!("| | {about} | source |\n|---|---|---|\n");
    for listed in rows(api).filter(|listed| listed.row().rule == rule) {
        let value = listed.value().map(|value| format!(": `{value}`")).unwrap_or_default();
        let row = listed.row();
        let note = row.note.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(table, "| `{}`{value} | {note} | {} |", listed.name(), row.source).unwrap();
    }
    table
}

#[test]
fn the_page_has_the_lists() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let mut expect = page.clone();
    for api in [Api::Responses, Api::Messages] {
        for (rule, word) in LISTS {
            let begin = format!("<!-- {api} {word} -->\n");
            let end = "<!-- end -->";
            let at = expect.find(&begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
            let until = at + expect[at..].find(end).unwrap();
            expect.replace_range(at..until, &format!("\n{}\n", table(api, rule)));
        }
    }
    if std::env::var_os("TRANSLATION_DOCS").is_some() {
        std::fs::write(PAGE, &expect).unwrap();
    }
    assert!(
        page == expect,
        "docs/translation.md is stale; run this test with TRANSLATION_DOCS=write"
    );
}
