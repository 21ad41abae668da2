//! Bad input over real HTTP: a clear error that says what to do, and a process that stays up.

use harness::{
    client::{Opened, Reply, raw, request},
    gateway::{CHAT, GROUP, KEY, Setup, asking},
};
use http::Method;
use insta::assert_snapshot;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const MESSAGES: &str = r#""messages":[{"role":"user","content":"Hi"}]"#;

/// Posts a body that is refused here: nothing goes to Azure, and the process stays up.
async fn refused(setup: &Setup, body: impl Into<bytes::Bytes>) -> Reply {
    let before = setup.azure.count();
    let reply = setup.post(CHAT, &[], body).await;
    assert_eq!(setup.azure.count(), before, "it went to Azure");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
    reply
}

/// Status and error as OpenAI's SDKs read it.
async fn error(setup: &Setup, body: impl Into<bytes::Bytes>) -> String {
    shown(&refused(setup, body).await)
}

fn shown(reply: &Reply) -> String {
    let error = &reply.json()["error"];
    let text = |key: &str| error[key].as_str().unwrap_or("null").to_owned();
    let [kind, param, code] = ["type", "param", "code"].map(text);
    format!("{} {kind}, param {param}, code {code}: {}", reply.status, text("message"))
}

#[tokio::test]
async fn bodies_that_are_no_request() {
    let setup = Setup::new().await;
    let mut all = String::new();
    for body in [
        "",
        "   ",
        "{",
        "null",
        "[]",
        "\"hello\"",
        r#"{"model":"azure-model-router","messages":[}"#,
        r#"{"model":"azure-model-router","messages":[]} and more"#,
        "{\"model\":\"azure-model-router\",\"messages\":[{\"content\":\"a\u{1}b\"}]}",
        "{}",
        r#"{"messages":[]}"#,
        r#"{"model":"azure-model-router"}"#,
        r#"{"model":"azure-model-router","messages":"Hi"}"#,
        r#"{"model":"azure-model-router","messages":null}"#,
        r#"{"model":"azure-model-router","messages":{"role":"user"}}"#,
        r#"{"model":7,"messages":[]}"#,
        r#"{"model":null,"messages":[]}"#,
        r#"{"model":"","messages":[]}"#,
        r#"{"model":"azure-model-router","messages":[],"stream":"yes"}"#,
        r#"{"model":"azure-model-router","messages":[],"stream":true,"stream_options":7}"#,
        r#"{"model":"azure-model-router","messages":[],"stream":true,"stream_options":{"include_usage":1}}"#,
        r#"{"model":"azure-model-router","model":"other","messages":[]}"#,
        r#"{"model":"azure-model-router","messages":[],"messages":[]}"#,
        r#"{"model":"azure-model-router","messages":[],"stream":true,"stream":false}"#,
        r#"{"model":"azure-model-router","messages":[],"stream":true,"stream_options":{"include_usage":true,"include_usage":false}}"#,
    ] {
        let shown = body.replace('\u{1}', "\\u{1}");
        all += &format!("`{shown}`\n    {}\n", error(&setup, body).await);
    }
    assert_snapshot!(all, @r#"
    ``
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: EOF while parsing a value at line 1 column 0
    `   `
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: EOF while parsing a value at line 1 column 3
    `{`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: EOF while parsing an object at line 1 column 1
    `null`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: invalid type: null, expected a JSON object at line 1 column 4
    `[]`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: invalid type: sequence, expected a JSON object at line 1 column 0
    `"hello"`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: invalid type: string "hello", expected a JSON object at line 1 column 7
    `{"model":"azure-model-router","messages":[}`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: expected value at line 1 column 43
    `{"model":"azure-model-router","messages":[]} and more`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: trailing characters at line 1 column 46
    `{"model":"azure-model-router","messages":[{"content":"a\u{1}b"}]}`
        400 invalid_request_error, param null, code invalid_json: the request body is not a valid JSON object: control character (\u0000-\u001F) found while parsing a string at line 1 column 55
    `{}`
        400 invalid_request_error, param messages, code missing_required_parameter: missing required parameter: `messages`
    `{"messages":[]}`
        400 invalid_request_error, param model, code missing_required_parameter: missing required parameter: `model`
    `{"model":"azure-model-router"}`
        400 invalid_request_error, param messages, code missing_required_parameter: missing required parameter: `messages`
    `{"model":"azure-model-router","messages":"Hi"}`
        400 invalid_request_error, param messages, code invalid_type: expected `messages` to be an array of messages, found `"Hi"`
    `{"model":"azure-model-router","messages":null}`
        400 invalid_request_error, param messages, code invalid_type: expected `messages` to be an array of messages, found `null`
    `{"model":"azure-model-router","messages":{"role":"user"}}`
        400 invalid_request_error, param messages, code invalid_type: expected `messages` to be an array of messages, found `{"role":"user"}`
    `{"model":7,"messages":[]}`
        400 invalid_request_error, param model, code invalid_type: expected `model` to be the name of a model group, found `7`
    `{"model":null,"messages":[]}`
        400 invalid_request_error, param model, code missing_required_parameter: missing required parameter: `model`
    `{"model":"","messages":[]}`
        400 invalid_request_error, param model, code missing_required_parameter: missing required parameter: `model`
    `{"model":"azure-model-router","messages":[],"stream":"yes"}`
        400 invalid_request_error, param stream, code invalid_type: expected `stream` to be true or false, found `"yes"`
    `{"model":"azure-model-router","messages":[],"stream":true,"stream_options":7}`
        400 invalid_request_error, param stream_options, code invalid_type: expected `stream_options` to be an object, found `7`
    `{"model":"azure-model-router","messages":[],"stream":true,"stream_options":{"include_usage":1}}`
        400 invalid_request_error, param stream_options.include_usage, code invalid_type: expected `stream_options.include_usage` to be true or false, found `1`
    `{"model":"azure-model-router","model":"other","messages":[]}`
        400 invalid_request_error, param model, code duplicate_key: the key `model` is in the request twice
    `{"model":"azure-model-router","messages":[],"messages":[]}`
        400 invalid_request_error, param messages, code duplicate_key: the key `messages` is in the request twice
    `{"model":"azure-model-router","messages":[],"stream":true,"stream":false}`
        400 invalid_request_error, param stream, code duplicate_key: the key `stream` is in the request twice
    `{"model":"azure-model-router","messages":[],"stream":true,"stream_options":{"include_usage":true,"include_usage":false}}`
        400 invalid_request_error, param stream_options, code invalid_type: expected `stream_options` to be an object, found `{"include_usage":true,"include_usage":fa`
    "#);
}

#[tokio::test]
async fn invalid_utf_8() {
    let setup = Setup::new().await;
    let body =
        [br#"{"model":"azure-model-router","messages":["#.as_slice(), b"\"\xff\"]}"].concat();
    assert_snapshot!(error(&setup, body).await, @"400 invalid_request_error, param null, code invalid_json: the request body is not valid UTF-8: unexpected byte at offset 43");
}

#[tokio::test]
async fn groups_that_are_not_there() {
    let setup = Setup::new().await;
    let mut all = String::new();
    for group in [
        "gpt-4",
        "AZURE-MODEL-ROUTER",
        "azure-model-router ",
        r#"\"quoted\""#,
        "模型路由器 🚕",
        r"\u0000\r\nx-evil: 1",
        "../../etc/passwd",
        "azure_ai/azure-model-router",
    ] {
        let body = format!(r#"{{"model":"{group}",{MESSAGES}}}"#);
        all += &format!("{}\n", error(&setup, body).await.replace(char::is_control, "·"));
    }
    assert_snapshot!(all, @r#"
    404 invalid_request_error, param model, code model_not_found: the model `gpt-4` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `AZURE-MODEL-ROUTER` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `azure-model-router ` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `"quoted"` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `模型路由器 🚕` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `···x-evil: 1` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `../../etc/passwd` does not exist here; `GET /v1/models` lists those that do
    404 invalid_request_error, param model, code model_not_found: the model `azure_ai/azure-model-router` does not exist here; `GET /v1/models` lists those that do
    "#);
}

#[tokio::test]
async fn groups_in_the_path_that_are_not_there() {
    let setup = Setup::new().await;
    let mut all = String::new();
    for group in ["gpt-4", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "a%0d%0ab", "%E6%A8%A1"] {
        let path = format!("/openai/deployments/{group}/chat/completions");
        let reply = setup.post(&path, &[], format!("{{{MESSAGES}}}")).await;
        all += &format!("{group}: {}\n", shown(&reply));
    }
    let path = format!("/openai/deployments/../{GROUP}/chat/completions");
    all += &format!("..: {}\n", shown(&setup.post(&path, &[], format!("{{{MESSAGES}}}")).await));
    assert_eq!(setup.azure.count(), 0);
    assert_snapshot!(all.replace(['\0', '\r'], "·"), @r#"
    gpt-4: 404 invalid_request_error, param model, code model_not_found: the model `gpt-4` does not exist here; `GET /v1/models` lists those that do
    ..%2f..%2fetc%2fpasswd: 404 invalid_request_error, param model, code model_not_found: the model `../../etc/passwd` does not exist here; `GET /v1/models` lists those that do
    %00: 404 invalid_request_error, param model, code model_not_found: the model `·` does not exist here; `GET /v1/models` lists those that do
    %ff: 400 invalid_request_error, param null, code invalid_path: the name in the path is not valid UTF-8
    a%0d%0ab: 404 invalid_request_error, param model, code model_not_found: the model `a·
    b` does not exist here; `GET /v1/models` lists those that do
    %E6%A8%A1: 404 invalid_request_error, param model, code model_not_found: the model `模` does not exist here; `GET /v1/models` lists those that do
    ..: 404 invalid_request_error, param null, code not_found: no such page: `POST /openai/deployments/../azure-model-router/chat/completions`; chat requests go to `POST /v1/chat/completions`
    "#);
}

#[tokio::test]
async fn keys() {
    let setup = Setup::new().await;
    let body = asking("Hi").to_string();
    let bearer = |key: &str| format!("Bearer {key}");
    let accepted = [
        ("authorization", bearer(KEY)),
        ("authorization", format!("bearer  {KEY} ")),
        ("authorization", KEY.to_owned()),
        ("api-key", KEY.to_owned()),
        ("x-api-key", KEY.to_owned()),
        ("x-litellm-api-key", bearer(KEY)),
    ];
    for (name, value) in accepted {
        let reply = setup.post(CHAT, &[(name, &value)], body.clone()).await;
        assert_eq!(reply.status, 200, "{name}");
    }
    let mut all = String::new();
    let refused = [
        ("authorization", String::new()),
        ("authorization", "Bearer".to_owned()),
        ("authorization", "Bearer ".to_owned()),
        ("authorization", bearer("sk-wrong")),
        ("authorization", bearer(&KEY[..KEY.len() - 1])),
        ("authorization", format!("Basic {KEY}")),
        ("api-key", format!("{KEY}x")),
        ("x-api-key", "ключ".to_owned()),
    ];
    for (name, value) in refused {
        let reply = setup.post(CHAT, &[(name, &value)], body.clone()).await;
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert!(value.len() < 10 || !reply.text().contains(&value), "a key is never repeated");
        all += &format!("{name}: {}\n", shown(&reply));
    }
    assert_eq!(setup.azure.count(), 6);
    assert_snapshot!(all, @r#"
    authorization: 401 authentication_error, param null, code invalid_api_key: no API key was given; send it as `Authorization: Bearer <key>` or `api-key: <key>`
    authorization: 401 authentication_error, param null, code invalid_api_key: no API key was given; send it as `Authorization: Bearer <key>` or `api-key: <key>`
    authorization: 401 authentication_error, param null, code invalid_api_key: no API key was given; send it as `Authorization: Bearer <key>` or `api-key: <key>`
    authorization: 401 authentication_error, param null, code invalid_api_key: the API key is not valid here; check that it is the gateway's key and not Azure's
    authorization: 401 authentication_error, param null, code invalid_api_key: the API key is not valid here; check that it is the gateway's key and not Azure's
    authorization: 401 authentication_error, param null, code invalid_api_key: the API key is not valid here; check that it is the gateway's key and not Azure's
    api-key: 401 authentication_error, param null, code invalid_api_key: the API key is not valid here; check that it is the gateway's key and not Azure's
    x-api-key: 401 authentication_error, param null, code invalid_api_key: no API key was given; send it as `Authorization: Bearer <key>` or `api-key: <key>`
    "#);
}

/// No page but the health pages is shown without a key.
#[tokio::test]
async fn every_page_wants_a_key() {
    let setup = Setup::new().await;
    for (method, path, status) in [
        (Method::POST, "/chat/completions", 401),
        (Method::POST, "/v1/chat/completions", 401),
        (Method::POST, "/openai/v1/chat/completions", 401),
        (Method::POST, "/openai/deployments/x/chat/completions", 401),
        (Method::GET, "/models", 401),
        (Method::GET, "/v1/models", 401),
        (Method::GET, "/v1/models/azure-model-router", 401),
        (Method::GET, "/fareway/v1/requests/1", 401),
        (Method::GET, "/health/liveliness", 200),
        (Method::GET, "/health/readiness", 200),
    ] {
        let request = request(setup.gateway.address(), (method, path), &[], "{}");
        let reply = Opened::send(&setup.http, request).await.rest().await;
        assert_eq!(reply.status, status, "{path}");
    }
}

#[tokio::test]
async fn pages_that_are_not_there() {
    let setup = Setup::new().await;
    let mut all = String::new();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::POST, "/v1/completions"),
        (Method::GET, "/v1/chat/completions"),
        (Method::DELETE, "/v1/models"),
        (Method::GET, "/v1/models/nobody/knows"),
        (Method::GET, "/fareway/v1/requests/nobody-knows"),
        (Method::GET, "/../../etc/passwd"),
        (Method::GET, "/v1//models"),
    ] {
        let headers = [("api-key", KEY)];
        let request = request(setup.gateway.address(), (method.clone(), path), &headers, "");
        let reply = Opened::send(&setup.http, request).await.rest().await;
        all += &format!("{method} {path}\n    {}\n", shown(&reply));
    }
    assert_snapshot!(all, @r#"
    GET /
        404 invalid_request_error, param null, code not_found: no such page: `GET /`; chat requests go to `POST /v1/chat/completions`
    POST /v1/completions
        404 invalid_request_error, param null, code not_here: `/v1/completions` (legacy completions) is not supported; send `messages` to `POST /v1/chat/completions`
    GET /v1/chat/completions
        405 invalid_request_error, param null, code method_not_allowed: method `GET` is not allowed here
    DELETE /v1/models
        405 invalid_request_error, param null, code method_not_allowed: method `DELETE` is not allowed here
    GET /v1/models/nobody/knows
        404 invalid_request_error, param model, code model_not_found: the model `nobody/knows` does not exist here; `GET /v1/models` lists those that do
    GET /fareway/v1/requests/nobody-knows
        404 invalid_request_error, param null, code not_found: no request with the id `nobody-knows` is in the ledger
    GET /../../etc/passwd
        404 invalid_request_error, param null, code not_found: no such page: `GET /../../etc/passwd`; chat requests go to `POST /v1/chat/completions`
    GET /v1//models
        404 invalid_request_error, param null, code not_found: no such page: `GET /v1//models`; chat requests go to `POST /v1/chat/completions`
    "#);
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let setup = Setup::new().await;
    let large = format!(r#"{{"model":"{GROUP}","x":"{}",{MESSAGES}}}"#, "x".repeat(20 << 20));
    assert_snapshot!(error(&setup, large).await, @"413 invalid_request_error, param null, code request_too_large: the request body is larger than 16 MiB; send less, or raise `general_settings.max_request_size_mb`");
    let setup = Setup::with("").await;
    let fits = format!(r#"{{"model":"{GROUP}","user":"{}",{MESSAGES}}}"#, "x".repeat(15 << 20));
    assert_eq!(setup.post(CHAT, &[], fits).await.status, 200);
}

/// It is refused at the length that it announces, and not read.
#[tokio::test]
async fn a_body_of_a_petabyte() {
    let setup = Setup::new().await;
    let head = head("content-length: 1125899906842624\r\n");
    let mut client = setup.connect().await;
    client.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = client.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
}

fn head(lines: &str) -> String {
    format!(
        "POST {CHAT} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         authorization: Bearer {KEY}\r\n{lines}\r\n"
    )
}

#[tokio::test]
async fn a_body_in_chunks() {
    let setup = Setup::new().await;
    let body = asking("Hi").to_string();
    let chunks: String = body.as_bytes().chunks(7).map(chunk).collect();
    let whole = format!("{}{chunks}0\r\n\r\n", head("transfer-encoding: chunked\r\n"));
    let answer = raw(setup.gateway.address(), whole.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let sent = String::from_utf8(setup.seen().await.body).unwrap();
    assert_eq!(sent, body);
}

fn chunk(bytes: &[u8]) -> String {
    format!("{:x}\r\n{}\r\n", bytes.len(), std::str::from_utf8(bytes).unwrap())
}

/// Bytes that are no HTTP, or try to smuggle some.
#[tokio::test]
async fn requests_that_are_no_http() {
    let setup = Setup::new().await;
    let mut all = String::new();
    let many: String = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect();
    for (name, bytes) in [
        ("nonsense", "\u{16}\u{3}\u{1} TLS?\r\n\r\n".to_owned()),
        ("a header with a bare CR", head("x: a\rb\r\ncontent-length: 0\r\n")),
        ("a header name with a blank", head("x y: 1\r\ncontent-length: 0\r\n")),
        ("two lengths", head("content-length: 2\r\ncontent-length: 3\r\n")),
        ("a length that is none", head("content-length: -1\r\n")),
        ("chunks that are none", head("transfer-encoding: chunked\r\n") + "zz\r\n"),
        ("a huge header", head(&format!("x: {}\r\n", "x".repeat(1 << 20)))),
        ("200 headers", head(&format!("{many}content-length: 0\r\n"))),
        (
            "a method of its own",
            format!("BREW / HTTP/1.1\r\nhost: x\r\napi-key: {KEY}\r\nconnection: close\r\n\r\n"),
        ),
    ] {
        let answer = raw(setup.gateway.address(), bytes.as_bytes()).await;
        all += &format!("{name}: {}\n", answer.lines().next().unwrap_or("closed"));
    }
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
    assert_eq!(setup.azure.count(), 1);
    assert_snapshot!(all, @r#"
    nonsense: HTTP/1.1 400 Bad Request
    a header with a bare CR: HTTP/1.1 400 Bad Request
    a header name with a blank: HTTP/1.1 400 Bad Request
    two lengths: HTTP/1.1 400 Bad Request
    a length that is none: HTTP/1.1 400 Bad Request
    chunks that are none: HTTP/1.1 400 Bad Request
    a huge header: HTTP/1.1 431 Request Header Fields Too Large
    200 headers: HTTP/1.1 431 Request Header Fields Too Large
    a method of its own: HTTP/1.1 404 Not Found
    "#);
}

/// Text that Azure chose never becomes a header, or breaks one.
#[tokio::test]
async fn a_served_name_with_line_breaks_breaks_no_header() {
    let setup = Setup::new().await;
    setup.azure.set(azure_emulator::Scenario::served("evil\r\nset-cookie: a=b\u{0}"));
    let reply = setup.chat(&asking("Hi")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("set-cookie"), None);
    assert_eq!(reply.header("x-fareway-served-model"), None);
    assert_eq!(reply.header("x-fareway-cost-status"), Some("partial"));
    let receipt = setup.receipt(reply.id()).await;
    // No database holds the last of these.
    assert_eq!(receipt["served"], "evil\r\nset-cookie: a=b\u{FFFD}");
}

/// Nesting is Azure's to judge: nothing here recurses into it.
#[tokio::test]
async fn a_hundred_thousand_brackets() {
    let setup = Setup::new().await;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for keep_open in [false, true] {
            let deep = open.repeat(100_000);
            let closed = if keep_open { String::new() } else { close.repeat(100_000) };
            for key in ["messages", "x"] {
                let value = format!("[{deep}1{closed}]");
                let body = format!(r#"{{"model":"{GROUP}","{key}":{value}}}"#);
                let reply = setup.post(CHAT, &[], body).await;
                assert_eq!(reply.status, 400, "{}", reply.text());
            }
        }
    }
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
}

/// Connections that say nothing, or stop half-way, hold nobody up.
#[tokio::test]
async fn a_hundred_idle_connections_hold_nobody_up() {
    let setup = Setup::new().await;
    let mut idle = Vec::new();
    for number in 0..100 {
        let mut connection = setup.connect().await;
        let half = head("content-length: 100\r\n");
        connection.write_all(&half.as_bytes()[..number]).await.unwrap();
        idle.push(connection);
    }
    let body = asking("Hi");
    let all = (0..100).map(|_| setup.chat(&body));
    for reply in futures_util::future::join_all(all).await {
        assert_eq!(reply.status, 200);
    }
    drop(idle);
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
}
