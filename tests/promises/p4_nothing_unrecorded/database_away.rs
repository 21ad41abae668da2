//! PostgreSQL is unreachable when the gateway starts: it waits a little, and then says what to
//! check.

use test_servers::postgres::PASSWORD;

use harness::program::{self, Gateway};

use super::books::{Books, azure};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_without_its_database_says_what_to_check() {
    let (azure, mut books) = (azure().await, Books::in_postgres());
    program::configure(&books.folder, &azure.openai_v1(), &books.sections());
    books.server.as_mut().unwrap().stop().unwrap();
    let output = program::command(&books.folder).args(["--workers", "1"]).output().unwrap();
    assert!(!output.status.success());
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(!log.contains(PASSWORD) && !log.contains("pa%3Ass"), "{log}");
    let port = books.server.as_ref().unwrap().port().to_string();
    let last = log.lines().last().unwrap().split_once("ERROR ").unwrap().1.replace(&port, "PORT");
    insta::assert_snapshot!(last, @"the ledger cannot be opened: cannot connect to PostgreSQL at `127.0.0.1:PORT/books` as `postgres`; check that it is running, that this machine may connect to it, and the user, password and database: error connecting to server: Connection refused (os error 111)");
    assert!(log.contains("trying again"), "{log}");
    books.server.as_mut().unwrap().start_again().unwrap();
    Gateway::start(&books.folder).await.stop();
}
