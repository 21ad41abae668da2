//! Streams compared with the list of edits: every short sequence of events with every end, byte by
//! byte.

use std::collections::BTreeSet;

use llm_types::AnswerEdit::{
    self, AfterDone, BlankLine, Cost, Done, HiddenUsage, Interrupted, TornEvent,
};
use router_client::StreamEdits;

use crate::odd_streams::{HELLO, ROLE, STOP, USAGE, try_stream};

/// The kind of an event, as far as editing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Content,
    /// Content with a usage beside it, which is a running count.
    Counted,
    Stop,
    Usage,
    Comment,
    Odd,
}

const KINDS: [Kind; 6] =
    [Kind::Content, Kind::Counted, Kind::Stop, Kind::Usage, Kind::Comment, Kind::Odd];

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    DoneAndMore,
    DoneWithoutBlankLine,
    Clean,
    Torn,
}

const ENDS: [End; 5] =
    [End::Done, End::DoneAndMore, End::DoneWithoutBlankLine, End::Clean, End::Torn];

const DONE: &str = "data: [DONE]\n\n";
/// In place of what differs from stream to stream.
const COST: &str = r#","cost":…}"#;

impl Kind {
    fn text(self) -> String {
        let counted = HELLO.replace(
            r#""usage":null"#,
            r#""usage":{"prompt_tokens":19,"completion_tokens":1,"total_tokens":20}"#,
        );
        match self {
            Self::Content => format!("data: {HELLO}\n\n"),
            Self::Counted => format!("id: 7\r\ndata:{counted}\r\n\r\n"),
            Self::Stop => format!("data: {STOP}\n\n"),
            Self::Usage => format!("event: message\ndata: {USAGE}\n\n"),
            Self::Comment => ": \"usage\":{} ping\r\r".to_owned(),
            Self::Odd => "data: no json, \"usage\" : {}, \ndata: é\n\n".to_owned(),
        }
    }
}

impl End {
    fn text(self) -> &'static str {
        match self {
            Self::Done => DONE,
            Self::DoneAndMore => "data: [DONE]\n\ndata: {\"choices\":[]}\n\n: more\n\n",
            Self::DoneWithoutBlankLine => "data: [DONE]\n",
            Self::Clean => "",
            Self::Torn => "data: {\"choices\":[{\"delta\":{\"content\":\"to",
        }
    }
}

/// What a client gets of a stream, by the documentation of [`AnswerEdit`].
struct Edited {
    text: String,
    edits: BTreeSet<AnswerEdit>,
}

fn edited(kinds: &[Kind], end: End, edits: StreamEdits) -> Edited {
    let mut made = BTreeSet::new();
    let last_usage = kinds
        .iter()
        .rposition(|kind| *kind == Kind::Usage)
        .filter(|at| kinds[at + 1..].iter().all(|kind| *kind == Kind::Comment));
    let mut text = format!("data: {ROLE}\n\n");
    for (at, kind) in kinds.iter().enumerate() {
        match kind {
            Kind::Usage if edits.hide_usage => drop(made.insert(HiddenUsage)),
            Kind::Usage if edits.add_cost && last_usage == Some(at) => {
                made.insert(Cost);
                text += &kind.text().replace("}}\n", &format!("{COST}}}\n"));
            }
            kind => text += &kind.text(),
        }
    }
    let stopped = kinds.iter().position(|kind| *kind == Kind::Stop);
    let content = |kind: &Kind| matches!(kind, Kind::Content | Kind::Counted | Kind::Stop);
    let last_content = kinds.iter().rposition(content);
    let reported = kinds.iter().rposition(|kind| *kind == Kind::Usage) > last_content;
    match end {
        End::Done => text += DONE,
        End::DoneAndMore => {
            made.insert(AfterDone);
            text += DONE;
        }
        End::DoneWithoutBlankLine => {
            made.insert(BlankLine);
            text += DONE;
        }
        End::Clean | End::Torn => {
            if end == End::Torn {
                made.insert(TornEvent);
            }
            if stopped.is_some() || reported {
                made.insert(Done);
                text += DONE;
            } else {
                made.insert(Interrupted);
                text += "data: {\"error\":";
            }
        }
    }
    Edited { text, edits: made }
}

/// The client's bytes with what differs from stream to stream cut: the cost, and the error's text.
fn cut(got: &str) -> String {
    let mut all = match got.split_once(r#","cost":"#) {
        Some((before, rest)) => {
            let (cost, details) = rest.split_once(r#","cost_details":"#).unwrap();
            assert!(cost.starts_with("0.0000"), "{cost}");
            let mut values = serde_json::Deserializer::from_str(details).into_iter();
            assert!(values.next().is_some_and(|value: Result<serde_json::Value, _>| value.is_ok()));
            let after = &details[values.byte_offset()..];
            format!("{before}{}{after}", COST.trim_end_matches('}'))
        }
        None => got.to_owned(),
    };
    if let Some(at) = all.find("data: {\"error\":") {
        assert!(all.ends_with("}\n\n") && all[at..].contains("upstream_interrupted"));
        all.truncate(at + "data: {\"error\":".len());
    }
    all
}

/// All sequences of up to `longest` of them.
fn sequences(longest: usize) -> Vec<Vec<Kind>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..longest {
        let to = all.len();
        for at in from..to {
            for kind in KINDS {
                let longer = [&all[at][..], &[kind]].concat();
                all.push(longer);
            }
        }
        from = to;
    }
    all
}

#[tokio::test]
async fn a_stream_is_the_upstreams_but_for_the_documented_edits() {
    let mut seen = BTreeSet::new();
    for kinds in sequences(3) {
        let events: String = kinds.iter().map(|kind| kind.text()).collect();
        let begins =
            kinds.iter().any(|kind| matches!(kind, Kind::Content | Kind::Counted | Kind::Stop));
        for end in ENDS {
            let sent = format!("data: {ROLE}\n\n{events}{}", end.text());
            for (hide_usage, add_cost) in
                [(false, false), (false, true), (true, false), (true, true)]
            {
                let edits = StreamEdits { hide_usage, add_cost, hide_first: false };
                let Some((got, _)) = try_stream(&sent, edits).await else {
                    assert!(!begins && matches!(end, End::Clean | End::Torn), "{sent}");
                    continue;
                };
                let expect = edited(&kinds, end, edits);
                assert_eq!(cut(&got), expect.text, "{sent:?} {edits:?}");
                if expect.edits.is_empty() {
                    assert_eq!(got, sent);
                }
                seen.extend(expect.edits);
            }
        }
    }
    let streams = [Cost, HiddenUsage, Done, Interrupted, TornEvent, BlankLine, AfterDone];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), streams);
}

/// The first event of Azure's has no choices: code that was written behind `LiteLLM` does not expect it.
#[tokio::test]
async fn a_first_event_without_choices_is_left_out_where_that_is_asked_for() {
    let about_the_prompt = r#"data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]}"#;
    let rest = format!("data: {ROLE}\n\ndata: {HELLO}\n\ndata: {STOP}\n\n{DONE}");
    let later = format!("data: {ROLE}\n\n{about_the_prompt}\n\ndata: {HELLO}\n\n{DONE}");
    for (sent, hide_first, expect) in [
        (format!("{about_the_prompt}\n\n{rest}"), true, rest.clone()),
        (format!(": ping\n\n{about_the_prompt}\n\n{rest}"), true, format!(": ping\n\n{rest}")),
        (format!("{about_the_prompt}\n\n{rest}"), false, format!("{about_the_prompt}\n\n{rest}")),
        (rest.clone(), true, rest.clone()),
        (later.clone(), true, later.clone()),
        (format!("data: {{\"x\":1}}\n\n{rest}"), true, format!("data: {{\"x\":1}}\n\n{rest}")),
    ] {
        let edits = StreamEdits { hide_first, ..StreamEdits::default() };
        let (got, _) = try_stream(&sent, edits).await.unwrap();
        assert_eq!(got, expect, "{sent}");
    }
}
