//! Behaviour of all commands that call a gateway when there is no answer, or an unexpected one.

use std::net::TcpListener;

use insta::assert_snapshot;
use mockito::Server;

use crate::run::{Run, fareway};

const PAGE: &str = "/fareway/v1/requests?limit=50";

fn list(url: &str) -> Run {
    fareway("requests list").env("FAREWAY_GATEWAY", url)
}

/// What a user sees when the gateway answers so.
fn answered(status: usize, body: &str, key: Option<&str>) -> String {
    let mut gateway = Server::new();
    gateway.mock("GET", PAGE).with_status(status).with_body(body).create();
    let run = list(&gateway.url());
    let run = if let Some(key) = key { run.env("FAREWAY_API_KEY", key) } else { run };
    run.run().to_string().replace(&gateway.url(), "http://gateway")
}

fn error(code: &str, message: &str) -> String {
    serde_json::json!({"error": {"message": message, "type": "t", "code": code}}).to_string()
}

#[test]
fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    assert_snapshot!(list(&url).run().to_string().replace(&url, "http://gateway"), @r"
    --- err
    error: cannot connect to http://gateway: Connection refused (os error 111)
      Is the gateway running? `fareway-gateway --config config.yaml` starts it. --gateway or FAREWAY_GATEWAY say where it is.

    --- exit 1
    ");
    assert_snapshot!(list("not a url").run(), @r"
    --- err
    error: the gateway's address is not a URL of HTTP
      Write it like this: http://127.0.0.1:4000

    --- exit 2
    ");
}

#[test]
fn a_key_that_does_not_do() {
    assert_snapshot!(answered(401, &error("invalid_api_key", "no API key was given"), None), @r"
    --- err
    error: the gateway refused the request: 401 `invalid_api_key`: no API key was given
      Put the gateway's key into the variable FAREWAY_API_KEY, or say with --key-env or --key-file where it is.

    --- exit 1
    ");
    assert_snapshot!(answered(401, &error("invalid_api_key", "not valid"), Some("sk-1")), @r"
    --- err
    error: the gateway refused the request: 401 `invalid_api_key`: not valid
      The key was taken from the variable `FAREWAY_API_KEY`; --key-env or --key-file name another one.

    --- exit 1
    ");
    assert_snapshot!(answered(403, &error("not_admin", "may not"), Some("sk-1")), @r"
    --- err
    error: the gateway refused the request: 403 `not_admin`: may not
      The key was taken from the variable `FAREWAY_API_KEY`; --key-env or --key-file name another one.

    --- exit 1
    ");
    let run = fareway("requests list --key-env SECRET").env("FAREWAY_API_KEY", "sk-2");
    assert_snapshot!(run.run(), @r"
    --- err
    error: the variable that --key-env names is not set

    --- exit 2
    ");
}

#[test]
fn another_gateway_or_an_older_one() {
    assert_snapshot!(answered(404, "<html>", None), @r"
    --- err
    error: the gateway refused the request: 404: no message
      Is there a Fareway gateway at http://gateway, and is it as new as this command?

    --- exit 1
    ");
    assert_snapshot!(answered(404, &error("not_found", "no such page: `GET /x`"), None), @r"
    --- err
    error: the gateway refused the request: 404 `not_found`: no such page: `GET /x`
      Is there a Fareway gateway at http://gateway, and is it as new as this command?

    --- exit 1
    ");
    assert_snapshot!(answered(200, "<html>", None), @r"
    --- err
    error: the answer is not JSON
      Is there a Fareway gateway at http://gateway, and is it as new as this command?

    --- exit 1
    ");
    assert_snapshot!(answered(200, "[]", None), @r"
    --- err
    error: the gateway's answer has an unexpected shape: expected an object
      Is it a Fareway gateway, as new as this command?

    --- exit 1
    ");
    assert_snapshot!(answered(200, r#"{"requests": 1}"#, None), @r"
    --- err
    error: the gateway's answer has an unexpected shape: expected a list in `requests`
      Is it a Fareway gateway, as new as this command?

    --- exit 1
    ");
    assert_snapshot!(answered(200, r#"{"requests": [1]}"#, None), @r"
    --- err
    error: the gateway's answer has an unexpected shape: expected an object
      Is it a Fareway gateway, as new as this command?

    --- exit 1
    ");
}

#[test]
fn an_error_cannot_steer_the_terminal() {
    assert_snapshot!(answered(503, &error("books_unavailable", "cut\u{1b}[2J"), None), @r"
    --- err
    error: the gateway refused the request: 503 `books_unavailable`: cut�[2J
      Try again later.

    --- exit 1
    ");
}
