//! The program: the line that it prints, its control endpoints, its scenario file, and its errors.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use azure_emulator::{Emulator, Rule, StartError};

use crate::client::{KEY, ask, emulator, get, post, post_with};

const PROGRAM: &str = env!("CARGO_BIN_EXE_fareway-emulator");

/// A child process that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_says_where_it_is_and_which_key_it_takes() {
    let mut command = Command::new(PROGRAM);
    command.args(["--port", "0", "--key", "k1"]).stdout(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("emulated Azure at http://127.0.0.1:"), "{line}");
    assert!(line.ends_with("/openai/v1/ accepts the key k1\n"), "{line}");
}

#[test]
fn it_stays_on_this_machine_and_explains_its_scenarios() {
    let refused = Command::new(PROGRAM).args(["--host", "0.0.0.0"]).output().unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("loopback address"));
    let help = Command::new(PROGRAM).arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for (name, ..) in azure_emulator::SCENARIOS {
        assert!(help.contains(name), "{name}");
    }
}

#[tokio::test]
async fn only_loopback_will_do() {
    let everywhere = Emulator::builder().address(([0, 0, 0, 0], 0).into());
    assert!(matches!(everywhere.start().await, Err(StartError::NotLoopback(_))));
}

#[tokio::test]
async fn scenarios_and_requests_are_at_hand_over_http() {
    let azure = emulator().await;
    let set = |body: &'static str| post_with(&azure, "/__scenario", "", body);
    assert_eq!(set(r#"{"scenario":"served=grok-4,no-usage"}"#).await.status, 200);
    assert_eq!(post(&azure, &ask("Hi")).await.json()["model"], "grok-4");
    assert_eq!(set(r#"{"scenario":"nope"}"#).await.status, 400);
    assert_eq!(set("nope").await.status, 400);
    let seen = get(&azure, "/__requests", "").await.json();
    assert_eq!(
        (seen[0]["served"].as_str(), seen[0]["status"].as_u64()),
        (Some("grok-4"), Some(200))
    );
    assert_eq!(get(&azure, "/__stats", "").await.json()["requests"], 1);
    assert_eq!(get(&azure, "/__nothing", "").await.status, 404);
}

#[tokio::test]
async fn a_scenario_file_picks_prompts() {
    let file = r#"[{"match":{"contains":"slow day"},"scenario":"server-error","times":1}]"#;
    let rules = Rule::parse_all(file).unwrap();
    let azure = Emulator::builder().key(KEY).rules(rules).start().await.unwrap();
    let mut statuses = Vec::new();
    for prompt in ["a quick one", "a slow day", "a slow day"] {
        statuses.push(post(&azure, &ask(prompt)).await.status);
    }
    assert_eq!(statuses, [200, 500, 200]);
}

#[tokio::test]
async fn it_keeps_only_the_configured_number_of_requests() {
    let azure = Emulator::builder().key(KEY).keep(2).start().await.unwrap();
    for _ in 0..3 {
        post(&azure, &ask("Hi")).await;
    }
    let numbers: Vec<u64> = azure.requests().iter().map(|seen| seen.number).collect();
    assert_eq!((numbers, azure.count()), (vec![2, 3], 3));
}

#[tokio::test]
async fn after_a_shutdown_nobody_answers() {
    let azure = emulator().await;
    let address = azure.url().trim_start_matches("http://").to_owned();
    azure.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
