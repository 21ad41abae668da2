//! A page of Markdown as a list of headings, code, table rows and links, each with its line.

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its content, in order.
    pub pieces: Vec<Piece>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// From 1; of a paragraph its first line.
    pub line: usize,
    /// The part itself.
    pub what: What,
}

/// The parts that tests look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The text of a heading.
    Heading(String),
    /// Code within a sentence or a table.
    Inline(String),
    /// A block of code and its language, which may be empty.
    Block(String, String),
    /// The cells of a row of a table.
    Row(Vec<String>),
    /// The target of a link or the path of a picture.
    Link(String),
}

// === impl Page ===

impl Page {
    /// Reads a page.
    #[must_use]
    pub fn parse(path: &str, text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut paragraph = (1, String::new());
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            if let Some(language) = line.trim_start().strip_prefix("```") {
                read_sentences(&mut paragraph, &mut pieces);
                let code = lines.by_ref().map(|(line, _)| line);
                let code: Vec<_> = code.take_while(|line| line.trim() != "```").collect();
                let what = What::Block(language.to_owned(), code.join("\n"));
                pieces.push(Piece { line: number, what });
            } else if line.starts_with('#') {
                read_sentences(&mut paragraph, &mut pieces);
                let heading = line.trim_start_matches('#').trim().to_owned();
                pieces.push(Piece { line: number, what: What::Heading(heading) });
            } else if line.starts_with('|') {
                read_sentences(&mut paragraph, &mut pieces);
                pieces.push(Piece { line: number, what: What::Row(cells(line)) });
                read_sentences(&mut (number, line.to_owned()), &mut pieces);
            } else if line.trim().is_empty() {
                read_sentences(&mut paragraph, &mut pieces);
            } else {
                if paragraph.1.is_empty() {
                    paragraph.0 = number;
                }
                paragraph.1.push_str(line.trim());
                paragraph.1.push(' ');
            }
        }
        read_sentences(&mut paragraph, &mut pieces);
        Self { path: path.to_owned(), pieces }
    }

    /// Where a piece is: `docs/cli.md:7`.
    #[must_use]
    pub fn place(&self, piece: &Piece) -> String {
        format!("{}:{}", self.path, piece.line)
    }

    /// The anchors that links can name, made from its headings.
    pub fn anchors(&self) -> impl Iterator<Item = String> {
        self.pieces.iter().filter_map(|piece| match &piece.what {
            What::Heading(heading) => Some(anchor(heading)),
            _ => None,
        })
    }
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Takes the code and the links out of a paragraph, which is empty afterwards.
fn read_sentences((line, text): &mut (usize, String), pieces: &mut Vec<Piece>) {
    for (nth, part) in text.split('`').enumerate() {
        if nth % 2 == 1 {
            pieces.push(Piece { line: *line, what: What::Inline(part.to_owned()) });
        }
    }
    // Links may have code as their text, never as their target.
    for target in text.split("](").skip(1) {
        if let Some((target, _)) = target.split_once(')') {
            pieces.push(Piece { line: *line, what: What::Link(target.to_owned()) });
        }
    }
    text.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_order() {
        let text = "# The `x` key\nSee `a\nb` and [c](d.md#e).\n\n```sh\nrun\n```\n| `k` | v |\n|---|---|\n";
        let page = Page::parse("a.md", text);
        let shown: Vec<_> = page.pieces.iter().map(|piece| (piece.line, &piece.what)).collect();
        let cells = |cells: &[&str]| What::Row(cells.iter().map(ToString::to_string).collect());
        assert_eq!(
            shown,
            [
                (1, &What::Heading("The `x` key".to_owned())),
                (2, &What::Inline("a b".to_owned())),
                (2, &What::Link("d.md#e".to_owned())),
                (5, &What::Block("sh".to_owned(), "run".to_owned())),
                (8, &cells(&["`k`", "v"])),
                (8, &What::Inline("k".to_owned())),
                (9, &cells(&["---", "---"])),
            ]
        );
        assert_eq!(page.anchors().collect::<Vec<_>>(), ["the-x-key"]);
        assert_eq!(anchor("`model_list[].model_info`"), "model_listmodel_info");
    }
}
