//! Commands in lines of shell: enough of its grammar for documentation.

/// The commands of some lines, each a list of words. Comments, assignments and redirections are left out.
pub(crate) fn commands(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\\\n", " ");
    let all = text.lines().flat_map(words);
    all.map(without_assignments).filter(|words| !words.is_empty()).collect()
}

/// The words of each command of a line.
fn words(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word = String::new();
    let mut quote = None;
    let end_word = |word: &mut String, commands: &mut Vec<Vec<String>>| {
        if let Some(command) = commands.last_mut().filter(|_| !word.is_empty()) {
            command.push(std::mem::take(word));
        }
    };
    for c in line.chars() {
        match c {
            _ if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote.is_some() => word.push(c),
            '#' if word.is_empty() => break,
            ' ' => end_word(&mut word, &mut commands),
            '&' | '|' | ';' | '(' | ')' | '<' | '>' => {
                end_word(&mut word, &mut commands);
                commands.push(Vec::new());
            }
            _ => word.push(c),
        }
    }
    end_word(&mut word, &mut commands);
    commands
}

/// `export A=b program` and `A=b program` run `program`.
fn without_assignments(words: Vec<String>) -> Vec<String> {
    let is_assignment = |word: &String| word == "export" || word.contains('=');
    words.into_iter().skip_while(is_assignment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_lines() {
        let text = "KEY=$(fareway keys create --alias ann) # comment\nfareway chat \"a story\" \\\n  --json > file\n\
                    A=1 cargo xtask ui && cargo build\nfareway cost < requests.jsonl";
        let found: Vec<String> = commands(text).iter().map(|words| words.join("|")).collect();
        assert_eq!(
            found,
            [
                "fareway|keys|create|--alias|ann",
                "fareway|chat|a story|--json",
                "file",
                "cargo|xtask|ui",
                "cargo|build",
                "fareway|cost",
                "requests.jsonl",
            ]
        );
    }
}
