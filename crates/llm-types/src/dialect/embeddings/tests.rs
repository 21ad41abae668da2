//! Requests, answers and bounds of embeddings.

use super::{inputs, words::peek};
use crate::{
    Additions, Dialect, Piece, PromptParts, RequestView, Tokens,
    dialect::request_view::{Labels, RequestError},
};

const LONGEST: Tokens = Tokens(8_191);

fn parsed(body: &str) -> Result<RequestView<'_>, RequestError> {
    RequestView::parse(Dialect::Embeddings, body.as_bytes())
}

#[track_caller]
fn check_pieces(input: &str, expect: &[Piece<'_>], count: u64) {
    let mut all = Vec::new();
    inputs::pieces(input, |piece| all.push(piece));
    assert_eq!((&all[..], inputs::count(input)), (expect, count), "{input}");
}

#[test]
fn each_text_is_a_piece_in_each_of_its_forms() {
    let (a, b) = (Piece::Text("a"), Piece::Text("b"));
    check_pieces(r#""a""#, &[a], 1);
    check_pieces(r#"[ "a" ,"b"]"#, &[a, b], 2);
    check_pieces("[15339, 1917,  0 ]", &[Piece::Tokens(3)], 1);
    check_pieces("[[1,2],[ 3 ],[]]", &[Piece::Tokens(2), Piece::Tokens(1)], 3);
    check_pieces("[]", &[], 1);
    let open = Piece::File { image: false, low: false, bytes: 0, written: 0 };
    check_pieces(r#"[{"text":"a"},"b"]"#, &[a, open, b], 2);
    // What no model takes is counted as well.
    check_pieces(r#"["a",1,[1,"b"]]"#, &[a, b, Piece::Tokens(1), Piece::Tokens(1)], 3);
    check_pieces("[null]", &[], 1);
}

/// The bounds of a request's prompt: at least and at most.
fn bound(rest: &str) -> (u64, u64) {
    let body = format!(r#"{{"model":"text-embedding-3-small",{rest}}}"#);
    let bound = parsed(&body).unwrap().bounds().prompt.bound(LONGEST);
    (bound.lower.0, bound.upper.0)
}

#[test]
fn tokens_are_counted_and_texts_bounded_by_their_bytes() {
    assert_eq!(bound(r#""input":[1,2,3]"#), (3, 3));
    assert_eq!(bound(r#""input":[[1,2],[3]],"encoding_format":"base64","dimensions":256"#), (3, 3));
    assert_eq!(bound(r#""input":"0123456789abcdef""#), (1, 16 + 2));
    assert_eq!(bound(r#""input":["abc","\u0041\n"],"user":"me""#), (1, 3 + 2 + 2 * 2));
    // A key that is not known may be read as well.
    assert_eq!(bound(r#""input":"a","instruction":"find""#), (1, 1 + 2 + 17));
}

#[test]
fn each_text_can_be_as_long_as_the_model_takes() {
    let text = "x".repeat(20_000);
    assert_eq!(bound(&format!(r#""input":"{text}""#)).1, LONGEST.0);
    let three = bound(&format!(r#""input":["{text}","{text}","{text}"]"#));
    assert_eq!(three, (3_750, 3 * LONGEST.0));
    let tokens = vec!["1"; 8_000].join(",");
    assert_eq!(bound(&format!(r#""input":[[{tokens}],[{tokens}]]"#)), (16_000, 16_000));
}

#[test]
fn counted_text_is_allowed_half_more_and_tokens_are_exact() {
    let view = parsed(r#"{"input":["one two three four",[1,2,3,4,5]]}"#).unwrap();
    let parts: PromptParts = view.bounds().prompt;
    // 18 bytes bound it to 18, four tokens to six.
    assert_eq!(parts.with_text(Tokens(4), LONGEST), Tokens(6 + 2 + 5));
    assert_eq!(parts.billed(Tokens(4 + 5)), Tokens(6 + 5));
}

#[test]
fn nothing_is_generated_so_that_no_bound_is_added() {
    let body = r#"{"model":"m","input":"a","max_tokens":7}"#;
    let view = parsed(body).unwrap();
    let bounds = view.bounds();
    assert_eq!((bounds.output, bounds.outputs(Tokens(9))), (Some(Tokens(0)), Tokens(0)));
    let additions = Additions { max_output: Some(Tokens(5)), ..Additions::default() };
    assert_eq!(view.rewritten("d", &additions), body.replace("\"m\"", "\"d\""));
}

/// `stream` is no parameter of the API: whoever sends it hears so from the deployment.
#[test]
fn a_stream_is_not_known() {
    let body = r#"{"model":"d","input":"a","stream":true,"stream_options":{"include_usage":true}}"#;
    let view = parsed(body).unwrap();
    assert!(!view.stream && view.include_usage);
    assert_eq!(view.rewritten("d", &Additions::default()), body);
}

#[test]
fn metadata_is_a_label_and_never_sent() {
    let view = parsed(r#"{"model":"m","metadata":{"k":"v"},"input":"a","user":"ann"}"#).unwrap();
    let labels =
        Labels { user: Some("ann".into()), metadata: Some(r#"{"k":"v"}"#), ..Labels::default() };
    assert_eq!(view.labels, labels);
    let sent = view.rewritten("d", &Additions::default());
    assert_eq!(sent, r#"{"model":"d","input":"a","user":"ann"}"#);
}

#[track_caller]
fn refused(dialect: Dialect, body: &str, expect: &str) {
    let error = RequestView::parse(dialect, body.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), expect);
}

#[test]
fn wrong_requests_say_what_is_wrong() {
    refused(Dialect::Embeddings, r#"{"model":"m"}"#, "missing required parameter: `input`");
    refused(
        Dialect::Embeddings,
        r#"{"input":7}"#,
        "expected `input` to be a string, an array of strings, or an array of tokens, found `7`",
    );
}

#[test]
fn the_body_of_another_api_names_its_path() {
    refused(
        Dialect::Chat,
        r#"{"model":"m","input":["a"],"encoding_format":"float","tags":["t"]}"#,
        "missing required parameter: `messages`; this is the body of `POST /v1/embeddings`",
    );
    refused(
        Dialect::Embeddings,
        r#"{"model":"m","messages":[],"frequency_penalty":1,"n":2}"#,
        "missing required parameter: `input`; this is the body of `POST /v1/chat/completions`",
    );
    // With keys that no other API knows, the prompt's key still counts.
    refused(
        Dialect::Chat,
        r#"{"input":"a","encoding_format":"float","truncate":"END"}"#,
        "missing required parameter: `messages`; this is the body of `POST /v1/embeddings`",
    );
}

#[test]
fn an_answer_is_a_list_with_a_usage_of_its_prompt_alone() {
    let answer = br#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AAAA"}],
        "model":"text-embedding-ada-002","usage":{"prompt_tokens":8,"total_tokens":8}}"#;
    assert!(Dialect::Embeddings.is_surely_answer(answer));
    let found = peek(answer).unwrap();
    assert!(found.is_answer);
    assert_eq!(found.model.as_deref(), Some("text-embedding-ada-002"));
    let usage = Dialect::Embeddings.usage(found.usage.unwrap(), None).unwrap().billable().unwrap();
    assert_eq!((usage.prompt, usage.generated()), (Tokens(8), Tokens(0)));
    let error = br#"{"error":{"message":"\"embedding\""},"data":null}"#;
    assert!(!Dialect::Embeddings.is_surely_answer(error));
    let error = peek(error).unwrap();
    assert!(error.error.is_some() && !error.is_answer);
}

#[test]
fn a_usage_without_a_total_is_all_there_is() {
    let billable = |usage| Dialect::Embeddings.usage(usage, None).unwrap().billable();
    assert_eq!(billable(r#"{"prompt_tokens":8}"#).unwrap().prompt, Tokens(8));
    assert!(billable(r#"{"prompt_tokens":8,"total_tokens":7}"#).is_err());
    // A count that the API does not have is not made to vanish.
    assert_eq!(billable(r#"{"prompt_tokens":8,"total_tokens":9}"#).unwrap().output, Tokens(1));
}
