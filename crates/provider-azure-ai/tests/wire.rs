//! Failures on the wire: odd chunks, no server, a silent one, one that hangs up.

use std::{net::TcpListener, sync::mpsc, time::Duration};

use futures_util::StreamExt;
use llm_types::{Provider, ProviderError};
use provider_azure_ai::TransportOptions;

#[cfg(test)]
mod support;

use self::support::{HEAD, azure, azure_over, impatient, key, raw_server, request, write_all};

#[tokio::test]
async fn a_body_passes_byte_for_byte_whatever_its_chunks() {
    let events =
        "data: {\"content\":\"h\u{e9}llo \u{1f600}\"}\r\n\r\n\n\ndata: [DONE]\n\n\0\u{feff}";
    for size in [1, 2, 3, 5, 7, 64, 1_000] {
        let server = raw_server(move |connection| {
            write_all(connection, HEAD);
            for chunk in events.as_bytes().chunks(size) {
                write_all(connection, format!("{:x}\r\n", chunk.len()).as_bytes());
                write_all(connection, &[chunk, b"\r\n"].concat());
            }
            write_all(connection, b"0\r\nx-trailer: 1\r\n\r\n");
        });
        let answer = azure(&server, key()).send(request()).await.unwrap();
        assert!(answer.headers.get("transfer-encoding").is_none());
        assert_eq!(answer.headers["x-a"], "1");
        let chunks: Vec<_> = answer.body.map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), events.as_bytes(), "chunks of {size}");
    }
}

#[tokio::test]
async fn compressed_bytes_stay_compressed() {
    let server = raw_server(|connection| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n";
        write_all(connection, &[head, &b"\x1f\x8b\x08"[..]].concat());
    });
    let answer = azure(&server, key()).send(request()).await.unwrap();
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let chunks: Vec<_> = answer.body.map(Result::unwrap).collect().await;
    assert_eq!(chunks.concat(), b"\x1f\x8b\x08");
}

#[tokio::test]
async fn a_redirect_is_an_answer_that_is_no_success() {
    let server = raw_server(|connection| {
        let moved =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        write_all(connection, moved);
    });
    let error = azure(&server, key()).send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Refused(refusal) if refusal.status == 302));
}

#[tokio::test]
async fn no_server_is_a_failure_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = azure(&url, key()).send(request()).await.unwrap_err();
    assert!(!error.was_sent());
    assert!(matches!(error, ProviderError::Connect { endpoint, .. } if endpoint == url));
}

#[tokio::test]
async fn a_server_that_never_says_hello_is_a_failure_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let mut options = impatient();
    options.answer_timeout = Duration::from_mins(10);
    let error = azure_over(&url, key(), options).send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Connect { endpoint, .. } if endpoint == url));
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_a_failure_to_connect() {
    let url = raw_server(|_| ()).replace("http:", "https:");
    let error = azure(&url, key()).send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Connect { .. }), "{error:?}");
}

#[tokio::test]
async fn a_silent_server_is_a_timeout() {
    let (_hold, held) = mpsc::channel::<()>();
    let server = raw_server(move |_| _ = held.recv());
    let error = azure_over(&server, key(), impatient()).send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Timeout { after } if after.as_millis() == 100));
    assert!(error.was_sent());
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_a_timeout_after_what_came() {
    let (_hold, held) = mpsc::channel::<()>();
    let server = raw_server(move |connection| {
        write_all(connection, HEAD);
        write_all(connection, b"2\r\nab\r\n");
        _ = held.recv();
    });
    let answer = azure_over(&server, key(), impatient()).send(request()).await.unwrap();
    let got: Vec<_> = answer.body.collect().await;
    assert_eq!(got[0].as_ref().unwrap(), "ab");
    assert!(matches!(got[1], Err(ProviderError::Timeout { .. })));
    assert_eq!(got.len(), 2);
}

/// It is the server that must not fall silent: a client that reads slowly is no reason to give up what is
/// paid for.
#[tokio::test]
async fn a_reader_may_pause_for_longer_than_the_server() {
    let (go, gone_on) = mpsc::channel::<()>();
    let server = raw_server(move |connection| {
        write_all(connection, HEAD);
        write_all(connection, b"2\r\nab\r\n");
        _ = gone_on.recv();
        // Until the reader waits again.
        std::thread::sleep(Duration::from_millis(50));
        write_all(connection, b"2\r\ncd\r\n0\r\n\r\n");
    });
    let limit = Duration::from_secs(1);
    let options = TransportOptions { answer_timeout: limit, ..TransportOptions::default() };
    let mut body = azure_over(&server, key(), options).send(request()).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap(), "ab");
    tokio::time::sleep(limit + Duration::from_millis(100)).await;
    go.send(()).unwrap();
    assert_eq!(body.next().await.unwrap().unwrap(), "cd");
    assert!(body.next().await.is_none());
}

#[tokio::test]
async fn a_server_that_hangs_up_is_an_interruption() {
    let server = raw_server(|_| ());
    let error = azure(&server, key()).send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Interrupted(_)), "{error:?}");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_an_interruption_after_what_came() {
    let cut: [&[u8]; 2] = [HEAD, b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"];
    for head in cut {
        let chunk: &[u8] = if head == HEAD { b"2\r\nab\r\n" } else { b"ab" };
        let server = raw_server(move |connection| write_all(connection, &[head, chunk].concat()));
        let answer = azure(&server, key()).send(request()).await.unwrap();
        let got: Vec<_> = answer.body.collect().await;
        assert_eq!(got[0].as_ref().unwrap(), "ab");
        assert!(matches!(got[1], Err(ProviderError::Interrupted(_))));
        assert_eq!(got.len(), 2);
    }
}

#[tokio::test]
async fn a_second_pool_serves_as_well() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let server = raw_server(move |connection| write_all(connection, answer));
    let transport = provider_azure_ai::Transport::new(Default::default()).unwrap();
    let azure = azure(&server, key()).with_transport(transport.with_own_pool());
    let answer = azure.send(request()).await.unwrap();
    assert_eq!(answer.body.map(Result::unwrap).collect::<Vec<_>>().await.concat(), b"ok");
}
