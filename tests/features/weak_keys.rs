//! A gateway with a weak master key answers requests to this machine's own names only: a page of
//! another site can have its name resolve here.

use gateway::{Running, Workers, config::Config};
use harness::{client::raw, gateway::clock};

async fn gateway(folder: &std::path::Path, settings: &str) -> Running {
    let text = format!("general_settings:\n{settings}");
    let file = folder.join("config.yaml").display().to_string();
    let config = Config::parse(&text, &file, &|_| None).unwrap();
    Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), clock()).await.unwrap()
}

/// The answer's status, and its body.
async fn ask(gateway: &Running, line: &str, host: &str, key: &str) -> (String, String) {
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\ncontent-length: 0\r\n\
         connection: close\r\n\r\n"
    );
    let answer = raw(gateway.address(), request.as_bytes()).await;
    let status = answer.split(' ').nth(1).unwrap().to_owned();
    (status, answer)
}

const PAGES: [&str; 6] = [
    "GET /v1/models",
    "POST /v1/chat/completions",
    "POST /key/generate",
    "POST /ui/api/session",
    "GET /ui",
    "GET /health/liveliness",
];

#[tokio::test]
async fn a_weak_key_is_not_served_by_other_names() {
    for key in ["sk-1234", "short"] {
        let folder = tempfile::tempdir().unwrap();
        let settings = format!("  master_key: {key}\n  allowed_hosts: [gateway.test]\n");
        let gateway = gateway(folder.path(), &settings).await;
        for page in PAGES {
            for host in ["rebound.example.com", "rebound.example.com:4000", "192.168.0.9", ""] {
                let (status, answer) = ask(&gateway, page, host, key).await;
                assert_eq!(status, "403", "{page} {host}: {answer}");
                assert!(answer.contains("\"code\":\"wrong_host\""), "{answer}");
                assert!(answer.contains("`general_settings.allowed_hosts`"), "{answer}");
            }
        }
        for host in ["localhost", "localhost:4000", "127.0.0.1:1", "[::1]", "gateway.test:80"] {
            let (status, answer) = ask(&gateway, "GET /v1/models", host, key).await;
            assert_eq!(status, "200", "{host}: {answer}");
        }
        gateway.shutdown().await;
    }
}

#[tokio::test]
async fn a_strong_key_is_served_by_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let key = "sk-2b7e151628aed2a6abf7158809cf4f3c";
    let gateway = gateway(folder.path(), &format!("  master_key: {key}\n")).await;
    for host in ["rebound.example.com", "localhost", "gateway.test:80"] {
        assert_eq!(ask(&gateway, "GET /v1/models", host, key).await.0, "200", "{host}");
    }
}
