//! The words of an API's dialect, which stand in its folder below `llm-types/src/dialect` and nowhere
//! else in production code, so that the next dialect is written in one place.

use proc_macro2::{TokenStream, TokenTree};

use super::{Finding, sizes::test_spans, source::is_test_file};

/// Where the dialects are, a folder for each.
const HOME: &str = "crates/llm-types/src/dialect/";

/// The words of each dialect's folder.
const WORDS: &[(&str, &[&str])] = &[
    ("embeddings", &["embeddings", "encoding_format"]),
    (
        "responses",
        &[
            "input_tokens",
            "max_output_tokens",
            "output_tokens",
            "previous_response_id",
            "response.completed",
            "response.created",
            "response.failed",
            "response.incomplete",
            "responses",
        ],
    ),
    (
        "chat",
        &[
            "[DONE]",
            "chat.completion",
            "chat.completion.chunk",
            "chat/completions",
            "choices",
            "completion_tokens",
            "finish_reason",
            "include_usage",
            "max_completion_tokens",
            "max_tokens",
            "messages",
            "prompt_tokens",
            "stream_options",
        ],
    ),
    (
        "messages",
        &[
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "content_block",
            "content_block_delta",
            "content_block_start",
            "content_block_stop",
            "input_tokens",
            "max_tokens",
            "message_delta",
            "message_start",
            "message_stop",
            "messages",
            "output_tokens",
            "stop_reason",
        ],
    ),
];

/// Places that have such words for another reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("crates/api-translation/", "it says in one API what was said in another"),
    ("crates/azure-emulator/", "it shares no code with what it tests"),
    ("crates/cli/", "its arguments, and what it shows people"),
    ("crates/cost-model/src/quote.rs", "counts of tokens as the API for quotes calls them"),
    ("crates/gateway/src/api/", "the fields of the gateway's own API, and of LiteLLM's"),
    ("crates/gateway/src/config/", "the keys of the configuration"),
    ("crates/gateway/src/http/", "errors and advice for clients, which name paths and parameters"),
    ("crates/gateway/src/inference/chat.rs", "the paths of chats, for the API's document"),
    ("crates/gateway/src/inference/embeddings.rs", "its paths, for the API's document"),
    ("crates/gateway/src/inference/responses.rs", "its paths, for the API's document"),
    ("crates/gateway/src/inference/stored_responses.rs", "its paths, for the API's document"),
    ("crates/gateway/src/metrics/", "the names of metrics"),
    ("crates/gateway/src/inference/messages.rs", "the paths of messages, for the API's document"),
    ("crates/gateway/src/openapi/", "the API's document"),
    ("crates/gateway-api/", "the fields of the gateway's own API"),
    ("crates/ledger/", "the names of columns"),
    ("crates/provider-azure-ai/src/endpoint/route.rs", "the paths of other APIs, by their ends"),
    ("crates/provider-openai/src/endpoint.rs", "the paths of other APIs, by their ends"),
    ("crates/llm-types/src/dialect/responses/keys.rs", "a setting with the name of a chat's"),
    ("crates/llm-types/src/usage.rs", "counts of tokens as receipts and entries call them"),
];

/// Checks the strings of one Rust file.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let excused = EXCEPTIONS.iter().any(|(place, _reason)| path.starts_with(place));
    if excused || !path.starts_with("crates/") || !path.contains("/src/") || is_test_file(path) {
        return Vec::new();
    }
    let (Ok(file), Ok(tokens)) = (syn::parse_file(text), text.parse::<TokenStream>()) else {
        return Vec::new(); // the rule of sizes says so
    };
    let tests: Vec<(usize, usize)> = test_spans(&file).collect();
    let mut findings = Vec::new();
    strings(tokens, &mut |line, string| {
        if tests.iter().any(|(first, last)| (*first..=*last).contains(&line)) {
            return;
        }
        findings.extend(foreign(path, string).map(|(folder, word)| {
            let what = format!("`{word}` is a word of the dialect `{folder}`");
            let remedy = format!("ask `Dialect` for it; the word belongs below {HOME}{folder}");
            Finding::error(path, line, what, &remedy)
        }));
    });
    findings
}

/// The words in a string of a dialect whose folder the file is not in.
fn foreign<'a>(
    path: &'a str,
    string: &'a str,
) -> impl Iterator<Item = (&'static str, &'static str)> + 'a {
    WORDS.iter().flat_map(move |(folder, words)| {
        let home = path.strip_prefix(HOME).and_then(|rest| rest.split('/').next());
        // Dialects share some of their words.
        let own = WORDS.iter().find(|(folder, _)| home == Some(folder)).map_or(&[][..], |it| it.1);
        let strangers =
            words.iter().filter(move |word| home != Some(folder) && !own.contains(word));
        strangers.filter(move |word| has_word(string, word)).map(move |word| (*folder, *word))
    })
}

/// Whether a word is in a text, and not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

/// Calls `each` with the line and the text of every string literal, those of docs apart.
fn strings(tokens: TokenStream, each: &mut impl FnMut(usize, &str)) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if !is_doc(&group.stream()) => strings(group.stream(), each),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let quoted = text.trim_start_matches(['b', 'c', 'r', '#']);
                if quoted.starts_with('"') {
                    each(literal.span().start().line, &text);
                }
            }
            _ => {}
        }
    }
}

/// Whether this is the inside of `#[doc = "…"]`, as which the compiler sees a doc comment.
fn is_doc(tokens: &TokenStream) -> bool {
    let first = tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, expect: &[&str]) {
        let found: Vec<String> = check(path, text).iter().map(ToString::to_string).collect();
        assert_eq!(found, expect);
    }

    const ROUTER: &str = "crates/router-client/src/a.rs";

    #[test]
    fn a_word_outside_its_folder_is_named_with_its_line() {
        let remedy =
            "ask `Dialect` for it; the word belongs below crates/llm-types/src/dialect/chat";
        let error = |line: usize, word: &str| {
            format!("error: {ROUTER}:{line}: `{word}` is a word of the dialect `chat`; {remedy}")
        };
        let (done, choices) = (error(2, "[DONE]"), error(4, "choices"));
        check_text(
            ROUTER,
            "//! A room.\nconst A: &[u8] = b\"data: [DONE]\";\nfn a() {\n    f(json!({\"choices\": 1}));\n}\n",
            &[&done, &choices],
        );
        check_text(
            ROUTER,
            "//! A room.\nconst A: &str = r#\"{\"choices\":[]}\"#;\n",
            &[&error(2, "choices")],
        );
    }

    #[test]
    fn other_words_docs_and_tests_are_fine() {
        check_text(
            ROUTER,
            "//! About `choices`.\n/// `[DONE]`.\nconst A: &str = \"max_tokens_left\";\n\
             #[cfg(test)]\nmod tests {\n    const B: &str = \"choices\";\n}\n",
            &[],
        );
        let text = "//! A room.\nconst A: &str = \"choices\";\n";
        for path in [
            "crates/llm-types/src/dialect/chat/keys.rs",
            "crates/azure-emulator/src/a.rs",
            "crates/router-client/tests/a.rs",
            "tests/features/a.rs",
        ] {
            check_text(path, text, &[]);
        }
        assert_eq!(check("crates/llm-types/src/dialect/other/keys.rs", text).len(), 1);
    }
}
