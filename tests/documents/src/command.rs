//! Commands of the documentation compared with the help of the program that they run.

use std::{collections::BTreeMap, io};

use crate::{Page, What, present_pages, shell};

/// Returns the help text of a subcommand, named by the words that lead to it.
pub type Help<'h> = &'h dyn Fn(&[String]) -> String;

/// A command with its place.
struct Command {
    place: String,
    words: Vec<String>,
}

/// The commands and options of `program` (such as `fareway` or `cargo xtask`) that its help does not have,
/// one line each.
///
/// # Errors
/// When a page cannot be read, or no page has a command of the program: then nothing was compared.
pub fn wrong_commands(program: &str, help: Help<'_>) -> io::Result<Vec<String>> {
    let pages = present_pages()?;
    let commands: Vec<Command> = pages.iter().flat_map(|page| commands(page, program)).collect();
    if commands.is_empty() {
        return Err(io::Error::other(format!("no page has a command of `{program}`")));
    }
    let mut known = BTreeMap::new();
    Ok(commands.iter().filter_map(|command| command.wrong(program, help, &mut known)).collect())
}

/// The program's commands on a page. An option on its own, such as `--apply`, belongs to the
/// command before it.
fn commands(page: &Page, program: &str) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    // None if the last command was another program's, or a new section has begun.
    let mut last: Option<Vec<String>> = None;
    for piece in &page.pieces {
        let (text, is_inline) = match &piece.what {
            What::Inline(code) => (code.as_str(), true),
            What::Block(language, code) if language == "sh" => (code.as_str(), false),
            What::Heading(_) => {
                last = None;
                continue;
            }
            _ => continue,
        };
        for mut words in shell::commands(text) {
            if is_inline && words.first().is_some_and(|word| word.starts_with("--")) {
                let Some(of) = &last else { continue };
                words.splice(0..0, of.iter().cloned());
                found.push(Command { place: page.place(piece), words });
            } else if let Some(words) = arguments(words, program) {
                last = Some(subcommands(&words));
                found.push(Command { place: page.place(piece), words });
            } else if !is_inline || text.starts_with("cargo ") || text.starts_with("fareway") {
                last = None;
            }
        }
    }
    found
}

/// The words after the program's name, if it is this program.
fn arguments(words: Vec<String>, program: &str) -> Option<Vec<String>> {
    let mut words = words.into_iter();
    for expected in program.split(' ') {
        let word = words.next()?;
        // `target/release/fareway-gateway` is the program, too.
        if word.rsplit('/').next() != Some(expected) {
            return None;
        }
    }
    Some(words.collect())
}

/// The program with the words that lead to a subcommand.
fn named(program: &str, path: &[String]) -> String {
    [&[program.to_owned()], path].concat().join(" ")
}

fn subcommands(words: &[String]) -> Vec<String> {
    words.iter().take_while(|word| !word.starts_with('-')).cloned().collect()
}

// === impl Command ===

impl Command {
    /// The error in it, if any.
    fn wrong(
        &self,
        program: &str,
        help: Help<'_>,
        known: &mut BTreeMap<Vec<String>, String>,
    ) -> Option<String> {
        let mut path: Vec<String> = Vec::new();
        let mut words = self.words.iter();
        loop {
            let text = known.entry(path.clone()).or_insert_with(|| help(&path));
            let subcommands = listed(text);
            if subcommands.is_empty() {
                break;
            }
            let Some(word) = words.clone().next().filter(|word| !word.starts_with('-')) else {
                break;
            };
            if !subcommands.contains(&word.as_str()) {
                let command = named(program, &path);
                return Some(format!("{}: `{command}` has no command `{word}`", self.place));
            }
            path.push(word.clone());
            words.next();
        }
        let text = known.get(&path)?;
        let option = words.filter(|word| word.starts_with("--")).find(|word| {
            let name = word.split('=').next().unwrap_or_default();
            !has_option(text, name)
        })?;
        let command = named(program, &path);
        Some(format!("{}: `{command}` has no option `{option}`", self.place))
    }
}

/// The subcommands that a help text lists.
fn listed(help: &str) -> Vec<&str> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| !line.is_empty());
    // A line with more indentation continues a description.
    let names =
        list.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    names.filter_map(|line| line.split(' ').next()).collect()
}

/// Whether a help text lists an option. Descriptions, which may name those of other commands, are behind two
/// blanks or on lines of their own.
fn has_option(help: &str, option: &str) -> bool {
    let options = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let options = options.filter_map(|line| line.split("  ").next());
    options.flat_map(|line| line.split([' ', ',', '='])).any(|word| word == option)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: &str = "Ask\n\nCommands:\n  keys   Manage keys,\n         and more\n  price  Look up\n\nOptions:\n  -h, --help  Print\n";
    const LEAF: &str = "Usage\n\nOptions:\n      --json       Print JSON, without --csv\n  -b, --by <FIELD>  Group\n";

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let page = Page::parse("a.md", text);
        let help = |path: &[String]| (if path.is_empty() { TOP } else { LEAF }).to_owned();
        let commands = commands(&page, "fareway");
        let mut known = BTreeMap::new();
        let wrong = commands.iter().filter_map(|one| one.wrong("fareway", &help, &mut known));
        assert_eq!(wrong.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn commands_and_options_must_exist() {
        check("`fareway keys --json --by=x` and `fareway`, `fareway --help`", &[]);
        check("`bin/fareway kees`", &["a.md:1: `fareway` has no command `kees`"]);
        check("```sh\nfareway keys --csv\n```", &["a.md:1: `fareway keys` has no option `--csv`"]);
        check("Other programs: `fareway-gateway --odd`, `cargo kees`, `fareway.db`", &[]);
    }

    #[test]
    fn an_option_alone_belongs_to_the_command_before_it() {
        check(
            "`fareway price x`: `--json` prints JSON, `--csv` CSV",
            &["a.md:1: `fareway price` has no option `--csv`"],
        );
        check("`fareway price`\n\n# Next\n\n`--csv`", &[]);
        check("`fareway price`, `cargo run --csv`, `--csv`", &[]);
    }
}
