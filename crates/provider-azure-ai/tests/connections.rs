//! Reuse of connections: requests share one where they may, and none is sent twice for it.

use std::{
    io::Read as _,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use futures_util::StreamExt;
use llm_types::{Outbound, Provider, ProviderError};
use provider_azure_ai::TransportOptions;

#[cfg(test)]
mod support;

use self::support::{HEAD, azure, azure_over, keeping_server, key, request, tell, told, write_all};

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let server = keeping_server(|connection, number, _| {
        tell(connection, number);
        true
    });
    let azure = azure(&server, key());
    for _ in 0..5 {
        assert_eq!(told(&azure).await, "1");
    }
    // As many as are asked at once.
    let (one, other) = tokio::join!(told(&azure), told(&azure));
    assert_eq!([one, other].concat(), "12");
}

#[tokio::test]
async fn a_connection_that_is_closed_while_nobody_uses_it_fails_no_request() {
    let server = keeping_server(|connection, number, _| {
        tell(connection, number);
        false
    });
    let azure = azure(&server, key());
    for number in 1..5 {
        assert_eq!(told(&azure).await, number.to_string());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_connection_is_not_used_when_it_was_unused_for_too_long() {
    let server = keeping_server(|connection, number, _| {
        tell(connection, number);
        true
    });
    let options = TransportOptions { idle_timeout: Duration::ZERO, ..Default::default() };
    let azure = azure_over(&server, key(), options);
    for number in 1..4 {
        assert_eq!(told(&azure).await, number.to_string());
    }
}

/// It may have done what is charged for.
#[tokio::test]
async fn a_request_that_a_server_has_seen_is_not_sent_again() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let server = keeping_server(move |connection, number, request| {
        count.fetch_add(1, Ordering::Relaxed);
        if request == 1 {
            tell(connection, number);
        }
        request == 1
    });
    let azure = azure(&server, key());
    assert_eq!(told(&azure).await, "1");
    let error = azure.send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Interrupted(_)), "{error:?}");
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    assert_eq!(told(&azure).await, "2");
}

#[tokio::test]
async fn an_answer_whose_end_is_not_read_keeps_its_connection_where_the_end_is_there() {
    for (end, next) in [(&b"0\r\n\r\n"[..], "1"), (b"", "2")] {
        let server = keeping_server(move |connection, number, request| {
            if (number, request) == (1, 1) {
                write_all(connection, &[HEAD, b"2\r\nab\r\n", end].concat());
            } else {
                tell(connection, number);
            }
            true
        });
        let azure = azure(&server, key());
        let mut answer = azure.send(request()).await.unwrap();
        assert_eq!(answer.body.next().await.unwrap().unwrap(), "ab");
        drop(answer);
        assert_eq!(told(&azure).await, next);
    }
}

#[tokio::test]
async fn a_connection_that_is_busy_with_an_old_request_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let (_hold, held) = mpsc::channel::<()>();
    thread::spawn(move || {
        // Only the beginning of the first request is read, and the connection stays open.
        let connections = [1, 2].map(|number| {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 1_000]).unwrap();
            tell(&mut connection, number);
            connection
        });
        _ = held.recv();
        drop(connections);
    });
    let azure = azure(&server, key());
    let long = Outbound { body: vec![b' '; 32 << 20].into(), ..request() };
    let first = azure.send(long).await.unwrap();
    assert_eq!(first.body.map(Result::unwrap).collect::<Vec<_>>().await.concat(), b"1");
    assert_eq!(told(&azure).await, "2");
}
