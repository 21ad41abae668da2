//! Evasion does not pay: whatever a request consists of, and whenever its client leaves, budgets
//! are charged at least for each part, and no more than was reserved.

use std::time::Duration;

use harness::{
    gateway::{CHAT, GROUP, Setup, azure, entry},
    keys::key,
    scripted::{Gate, Script, Scripted},
};
use llm_types::Usd;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    reports::usd,
    scripted_examples::{ROLE, STOP},
};

/// When a client leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    BeforeTheHead,
    AfterTheRole,
    AfterOneToken,
    InTheMiddle,
    AtFinishReason,
}

const MOMENTS: [Moment; 5] = [
    Moment::BeforeTheHead,
    Moment::AfterTheRole,
    Moment::AfterOneToken,
    Moment::InTheMiddle,
    Moment::AtFinishReason,
];

/// Pieces of an answer in the middle of it, a token each at the least.
const PIECES: usize = 60;

/// A kind of request: its body, and the tokens that it is charged for at the least.
struct Kind {
    name: &'static str,
    body: Value,
    least: u64,
}

/// A text of this length in bytes.
fn text(bytes: usize) -> String {
    "lorem ipsum ".chars().cycle().take(bytes).collect()
}

/// The least that is charged for text.
const fn of_text(bytes: u64) -> u64 {
    bytes / 16
}

const IMAGE: u64 = 85;

fn user(content: Value) -> Value {
    json!({"messages": [{"role": "user", "content": content}]})
}

fn with_part(part: Value) -> Value {
    user(json!([{"type": "text", "text": text(160)}, part]))
}

/// Kinds whose prompt is text, wherever it is.
fn texts() -> Vec<Kind> {
    let kind = |name, body, least| Kind { name, body, least };
    let message = |message: Value| json!({"messages": [message]});
    let schema = json!({"type": "object", "description": text(8_000)});
    let arguments = json!({"query": text(4_000)}).to_string();
    let parameters = json!({"name": "f", "parameters": schema});
    let user_and = |rest: Value| {
        let mut body = user(text(320).into());
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        body
    };
    vec![
        kind("one word", user("hi".into()), 1),
        kind("a long text", user(text(20_000).into()), of_text(20_000)),
        kind(
            "content as parts",
            user(
                json!([{"type": "text", "text": text(3_200)}, {"type": "text", "text": text(3_200)}]),
            ),
            of_text(6_400),
        ),
        kind(
            "tools with large schemas",
            user_and(json!({"tools": [{"type": "function", "function": parameters}]})),
            of_text(8_320),
        ),
        kind("functions", user_and(json!({"functions": [parameters]})), of_text(8_320)),
        kind(
            "a schema of the answer",
            user_and(
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}}),
            ),
            of_text(8_320),
        ),
        kind(
            "arguments of tool calls",
            json!({"messages": [
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": arguments}},
                ]},
                {"role": "tool", "tool_call_id": "call_1", "content": text(800)},
            ]}),
            of_text(4_800),
        ),
        kind(
            "a long name",
            message(json!({"role": "user", "name": text(3_200), "content": "hi"})),
            of_text(3_200),
        ),
        kind(
            "a developer message",
            message(json!({"role": "developer", "content": text(3_200)})),
            of_text(3_200),
        ),
        kind(
            "a refusal",
            message(
                json!({"role": "assistant", "content": [{"type": "refusal", "refusal": text(3_200)}]}),
            ),
            of_text(3_200),
        ),
        kind(
            "thoughts",
            message(
                json!({"role": "assistant", "content": [{"type": "thinking", "thinking": text(3_200), "signature": "s"}]}),
            ),
            of_text(3_200),
        ),
        kind(
            "a prediction",
            user_and(json!({"prediction": {"type": "content", "content": text(1_600)}})),
            of_text(320),
        ),
        kind(
            "metadata",
            user_and(json!({"metadata": {"note": text(400)}, "store": true})),
            of_text(320),
        ),
        kind("a search", user_and(json!({"web_search_options": {}})), of_text(320) + 1),
        kind(
            "an upstream's own tool",
            user_and(json!({"tools": [{"type": "web_search"}]})),
            of_text(320) + 1,
        ),
    ]
}

/// Kinds with parts that are no text, or of which nobody knows what they are.
fn media() -> Vec<Kind> {
    let kind =
        |name, part, least| Kind { name, body: with_part(part), least: of_text(160) + least };
    let data = |bytes: usize| "A".repeat(bytes * 4 / 3);
    // 16 bits at 8 kHz, a channel: 16,000 bytes a second.
    let wave = format!("UklGRiQ6AABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQ{}", data(48_000));
    // MPEG-1 Layer III at 128 kbit/s: 16,000 bytes a second.
    let mp3 = format!("//uQ{}", data(48_000));
    let spoken = json!({"messages": [
        {"role": "assistant", "audio": {"id": "audio_1"}}, {"role": "user", "content": text(160)},
    ]});
    let image = |url: String, detail: &str| json!({"type": "image_url", "image_url": {"url": url, "detail": detail}});
    let inline = || format!("data:image/png;base64,{}", data(30_000));
    let seen = json!({"messages": [{"role": "tool", "tool_call_id": "c", "content": [
        {"type": "text", "text": text(160)}, image(inline(), "auto"),
    ]}]});
    let linked = "https://a.example/b.png".to_owned();
    let several = json!([image(inline(), "auto"), image(inline(), "low"), image(linked, "low")]);
    vec![
        kind(
            "a file by data",
            json!({"type": "file", "file": {"filename": "a.pdf",
            "file_data": format!("data:application/pdf;base64,{}", data(60_000))}}),
            60,
        ),
        kind("a file by id", json!({"type": "file", "file": {"file_id": "assistant-1"}}), 1),
        kind(
            "a file by address",
            json!({"type": "file", "file": {"file_url": "https://a.example/b.pdf"}}),
            1,
        ),
        kind(
            "speech as WAV",
            json!({"type": "input_audio", "input_audio": {"data": wave, "format": "wav"}}),
            3,
        ),
        kind(
            "speech as MP3",
            json!({"type": "input_audio", "input_audio": {"data": mp3, "format": "mp3"}}),
            3,
        ),
        kind(
            "speech of another format",
            json!({"type": "input_audio", "input_audio": {"data": data(48_000), "format": "flac"}}),
            48,
        ),
        kind("an image by address", image("https://a.example/b.png".to_owned(), "auto"), IMAGE),
        kind("an image by data", image(inline(), "high"), IMAGE),
        kind("an image at low detail", image(inline(), "low"), IMAGE),
        kind(
            "a part of an unknown kind",
            json!({"type": "hologram", "data": text(1_600)}),
            of_text(1_600) + 1,
        ),
        Kind { name: "three images", body: user(several), least: 3 * IMAGE },
        Kind { name: "an earlier spoken answer", body: spoken, least: of_text(160) + 1 },
        Kind { name: "an image from a tool", body: seen, least: of_text(160) + IMAGE },
    ]
}

/// Kinds that are hard to read: as text, since a JSON value would be written in order.
fn odd() -> Vec<(&'static str, String, u64)> {
    let depth = 200;
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    let around = |content: &str, rest: &str| {
        format!(r#"{{"messages":[{{"role":"user","content":{content}}}]{rest}}}"#)
    };
    let plain = format!(r#""{}""#, text(320));
    let escaped: String = text(320).bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let surrogates = format!(r#""{}{}""#, text(320), "\\ud83d".repeat(100));
    let pairs = format!(r#""{}""#, "\\ud83d\\ude00".repeat(200));
    let deep = format!(r#"[{{"type":"text","text":{open}{plain}{close}}}]"#);
    let schema = format!(
        r#","tools":[{{"type":"function","function":{{"name":"f","parameters":{open}{plain}{close}}}}}]"#
    );
    let twice = format!(r#""hi","content":{plain}"#);
    let first = format!(r#"{plain},"content":"hi""#);
    vec![
        (
            "a key nested beyond what parsers take",
            around(&plain, &format!(r#","x":{open}{close}"#)),
            of_text(320),
        ),
        ("text nested beyond what parsers take", around(&deep, ""), of_text(320)),
        ("a schema nested beyond what parsers take", around(&plain, &schema), of_text(640)),
        ("escapes", around(&format!(r#""{escaped}""#), ""), of_text(320)),
        ("surrogates without their other half", around(&surrogates, ""), of_text(320 + 300)),
        ("pairs of surrogates", around(&pairs, ""), of_text(800)),
        ("content twice, the second long", around(&twice, ""), of_text(320)),
        ("content twice, the first long", around(&first, ""), of_text(320)),
        ("an escaped key", around(&plain, "").replace("content", "c\\u006fntent"), of_text(320)),
    ]
}

/// All kinds of bodies, without group and stream.
fn kinds() -> Vec<(&'static str, String, u64)> {
    let written = |kind: Kind| (kind.name, kind.body.to_string(), kind.least);
    texts().into_iter().chain(media()).map(written).chain(odd()).collect()
}

/// One piece of an answer, in the form of the nth.
fn piece(nth: usize) -> String {
    let said = format!(" w{nth}");
    let delta = match nth % 4 {
        0 => json!({"content": said}),
        1 => json!({"tool_calls": [{"index": 0, "function": {"arguments": said}}]}),
        2 => json!({"reasoning_content": said}),
        _ => json!({"content": [{"type": "text", "text": said}]}),
    };
    json!({"id": "chatcmpl-1", "model": "gpt-5-nano-2025-08-07",
        "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
    .to_string()
}

/// The upstream's script before and after the client leaves at `moment`.
fn script(moment: Moment, gate: &Gate) -> Script {
    let pieces: Vec<_> = (0..PIECES).map(piece).collect();
    let pieces = || pieces.iter().map(String::as_str);
    let answer = Script::events();
    match moment {
        Moment::BeforeTheHead => {
            Script::default().wait(gate).and(answer).data(ROLE).all(pieces()).hang()
        }
        Moment::AfterTheRole => answer.data(ROLE).wait(gate).all(pieces()).hang(),
        Moment::AfterOneToken => answer.data(ROLE).all(pieces().take(1)).wait(gate).hang(),
        Moment::InTheMiddle => answer.data(ROLE).all(pieces()).wait(gate).hang(),
        Moment::AtFinishReason => answer.data(ROLE).all(pieces()).data(STOP).wait(gate).close(),
    }
}

/// A gateway with a strict budget that every request fits.
struct Scene {
    setup: Setup,
    key: String,
    /// The charges of all requests so far.
    charged: Usd,
    /// The id of the last request.
    last: Value,
}

impl Scene {
    async fn of(upstream: &Scripted) -> Self {
        let entry = entry(GROUP, "azure_ai/azure-model-router", &upstream.openai_v1());
        let setup = Setup::of(azure().await, &entry, "").await;
        let key = key(&setup, json!({"max_budget": 1_000_000})).await;
        Self { setup, key, charged: Usd::ZERO, last: Value::Null }
    }

    /// Sends a request and leaves at a moment; returns the receipt.
    async fn leave(&mut self, body: &str, moment: Moment, gate: &Gate) -> Value {
        let mut client = self.setup.connect().await;
        let body = format!(r#"{{"model":"{GROUP}","stream":true,{}"#, &body[1..]);
        let request = format!(
            "POST {CHAT} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {}\r\n\
             content-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        client.write_all(request.as_bytes()).await.unwrap();
        match moment {
            Moment::BeforeTheHead | Moment::AfterTheRole => gate.reached().await,
            Moment::AfterOneToken => read_until(&mut client, " w0").await,
            Moment::InTheMiddle => read_until(&mut client, &format!(" w{}", PIECES - 1)).await,
            Moment::AtFinishReason => read_until(&mut client, "\"stop\"").await,
        }
        drop(client);
        if !matches!(moment, Moment::AfterOneToken | Moment::InTheMiddle) {
            gate.open();
        }
        self.settled().await
    }

    /// The receipt of the newest request. It has no other name: its client saw no head.
    async fn settled(&mut self) -> Value {
        for _ in 0..2_000 {
            let page = self.setup.get("/fareway/v1/requests?limit=1").await.json();
            let id = &page["requests"][0]["id"];
            if !id.is_null() && *id != self.last {
                self.last = id.clone();
                return self.setup.receipt(self.last.as_str().unwrap()).await;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the request was never recorded");
    }

    /// The error in the charge of a request, if any.
    fn check(&mut self, receipt: &Value, moment: Moment, prompt: u64) -> Option<String> {
        let (charged, reserved) = (usd(&receipt["charged"]), usd(&receipt["reserved"]));
        self.charged = self.charged + charged;
        let output = match moment {
            Moment::BeforeTheHead | Moment::AfterTheRole => 0,
            Moment::AfterOneToken => 1,
            Moment::InTheMiddle | Moment::AtFinishReason => PIECES as i128,
        };
        // No model of the pool is cheaper than gpt-5-nano, which answers here: $0.05 and $0.40 per
        // million, and $0.14 for the routing.
        let least = Usd::from_picos(i128::from(prompt) * 190_000 + output * 400_000);
        let right = least > Usd::ZERO && least <= charged && charged <= reserved;
        (!right).then(|| {
            format!(
                "{moment:?}: {charged}, expected {least} to {reserved}; {}",
                receipt["charged_by"]
            )
        })
    }
}

async fn read_until(client: &mut TcpStream, text: &str) {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(text) {
        let count = client.read_buf(&mut read).await.unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&read));
    }
}

#[tokio::test]
async fn whatever_is_sent_and_whenever_its_client_leaves_is_charged() {
    let kinds = kinds();
    assert!(kinds.len() >= 20);
    let gates: Vec<_> = kinds.iter().flat_map(|_| MOMENTS.map(|_| Gate::default())).collect();
    let moments = MOMENTS.iter().cycle();
    let scripts = gates.iter().zip(moments).map(|(gate, moment)| script(*moment, gate));
    let upstream = Scripted::start(scripts).await;
    let mut scene = Scene::of(&upstream).await;
    let (mut gates, mut wrong) = (gates.iter(), Vec::new());
    for (name, body, least) in &kinds {
        for moment in MOMENTS {
            let receipt = scene.leave(body, moment, gates.next().unwrap()).await;
            let found = scene.check(&receipt, moment, *least);
            wrong.extend(found.map(|found| format!("{name}: {found}")));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(upstream.count(), kinds.len() * MOMENTS.len());
    let info = scene.setup.get(&format!("/key/info?key={}", scene.key)).await.json();
    let amount = |name: &str| info["info"][name].to_string().parse::<Usd>().unwrap();
    assert_eq!(amount("spend") + amount("held"), scene.charged);
    assert_eq!(amount("reserved"), Usd::ZERO);
}
