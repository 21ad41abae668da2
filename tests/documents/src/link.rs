//! Links and paths of the pages: each names a file, and a heading in it, that exist.

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        path::{Component, Path, PathBuf},
    };

    use crate::{Page, What, pages, root};

    /// A path without `..`, from the root.
    fn normal(path: &Path) -> String {
        let mut parts = PathBuf::new();
        for part in path.components() {
            match part {
                Component::ParentDir => {
                    parts.pop();
                }
                Component::Normal(part) => parts.push(part),
                _ => {}
            }
        }
        parts.display().to_string()
    }

    /// The links of a page within the repository: line, path and heading.
    fn targets(page: &Page) -> impl Iterator<Item = (String, String, Option<&str>)> {
        let folder = Path::new(&page.path).parent().unwrap();
        page.pieces.iter().filter_map(move |piece| {
            let What::Link(target) = &piece.what else { return None };
            if target.contains("://") {
                return None;
            }
            let (file, heading) = match target.split_once('#') {
                Some((file, heading)) => (file, Some(heading)),
                None => (target.as_str(), None),
            };
            let file = if file.is_empty() { page.path.clone() } else { normal(&folder.join(file)) };
            Some((page.place(piece), file, heading))
        })
    }

    /// The links that lead nowhere, one line each.
    fn broken(pages: &[Page]) -> Vec<String> {
        let anchors: BTreeMap<&str, BTreeSet<String>> =
            pages.iter().map(|page| (page.path.as_str(), page.anchors().collect())).collect();
        let mut broken = Vec::new();
        for (place, file, heading) in pages.iter().flat_map(targets) {
            let known = anchors.get(file.as_str());
            if known.is_none() && !root().join(&file).exists() {
                broken.push(format!("{place}: there is no file `{file}`"));
            } else if let Some(heading) = heading
                && !known.is_some_and(|known| known.contains(heading))
            {
                broken.push(format!("{place}: `{file}` has no heading `#{heading}`"));
            }
        }
        broken
    }

    #[test]
    fn every_link_leads_somewhere() {
        let pages = pages().unwrap();
        assert!(pages.iter().flat_map(targets).count() > 50, "links were not found");
        let broken = broken(&pages);
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    #[test]
    fn a_broken_link_is_found() {
        let text = "[a](b.md#two) [c](../README.md) [d](#one) [e](https://x.y/z#w)\n[f](no.md) [g](#three)";
        let pages = [Page::parse("docs/a.md", text), Page::parse("docs/b.md", "# Two\n\n# One")];
        assert_eq!(
            broken(&pages),
            [
                "docs/a.md:1: `docs/a.md` has no heading `#one`",
                "docs/a.md:1: there is no file `docs/no.md`",
                "docs/a.md:1: `docs/a.md` has no heading `#three`",
            ]
        );
    }

    /// The book has the pages of its summary and no others.
    #[test]
    fn the_summary_lists_every_page() {
        let pages = pages().unwrap();
        let summary = pages.iter().find(|page| page.path == "docs/SUMMARY.md").unwrap();
        let listed: BTreeSet<String> = targets(summary).map(|(_, file, _)| file).collect();
        let there = pages.iter().map(|page| page.path.clone());
        let there: BTreeSet<String> =
            there.filter(|path| path.starts_with("docs/") && *path != summary.path).collect();
        assert_eq!(listed, there);
    }

    /// Where `crate/module` or `crate/file.rs` in a text is, if that is what the text is.
    fn source(code: &str) -> Option<PathBuf> {
        let (name, rest) = code.split_once('/')?;
        let folder = root().join("crates").join(name).join("src");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.');
        (folder.exists() && !rest.is_empty() && rest.chars().all(plain)).then(|| folder.join(rest))
    }

    #[test]
    fn the_sources_that_pages_name_are_there() {
        let mut named = 0;
        let mut missing = Vec::new();
        for page in pages().unwrap().iter().filter(|page| page.path != "CHANGELOG.md") {
            for piece in &page.pieces {
                let texts: Vec<&str> = match &piece.what {
                    What::Inline(code) => vec![code.trim_end_matches('/')],
                    // The way of a request is drawn in blocks.
                    What::Block(language, text) if language.is_empty() => {
                        text.split_whitespace().collect()
                    }
                    _ => continue,
                };
                for path in texts.into_iter().filter_map(source) {
                    named += 1;
                    if !path.exists() && !path.with_extension("rs").exists() {
                        missing.push(format!("{}: {}", page.place(piece), path.display()));
                    }
                }
            }
        }
        assert!(named > 30, "{named}");
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }
}
