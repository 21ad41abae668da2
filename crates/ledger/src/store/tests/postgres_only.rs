//! Behaviour of a database server: it can be unreachable, hang, be shared, and be read with `psql`.

use super::*;
use crate::db::{DbError, PostgresUrl};

fn url(on: &Backend, database: &str) -> PostgresUrl {
    PostgresUrl::parse(&on.server.as_ref().unwrap().url(database)).unwrap()
}

/// The error with its causes, as the operator sees it.
fn message(error: StoreError) -> String {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        message.push_str(&format!(": {error}"));
        cause = error.source();
    }
    for secret in [test_servers::postgres::PASSWORD, "pa%3Ass"] {
        assert!(!message.contains(secret), "{message}");
    }
    message
}

#[tokio::test]
async fn psql_reads_the_requests() {
    let on = Backend::postgres();
    let store = on.store().await;
    let odd = EntryRow { stream: true, fee_pico: None, ..row("1", "completed", 1_500_000_000_001) };
    let open = row("2", "open", 0);
    store.apply(batch(None, 10, vec![odd, open])).await.unwrap();
    let server = on.server.as_ref().unwrap();
    let sql = "SET TIME ZONE 'UTC'; SELECT id, at, asked, served, stream, outcome, cost_usd, fee_usd, \
        charged_usd, tags FROM requests ORDER BY id";
    insta::assert_snapshot!(server.psql("books_1", sql).unwrap(), @r#"
    SET
    1|2026-01-01 00:00:00+00|router|gpt-5-nano|t|completed|1.500000000001||1.500000000001|["b","a","b"]
    2|2026-01-01 00:00:00+00|router||f|open|||0.000000000000|["b","a","b"]
    "#);
    let undocumented = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'requests'::regclass \
        AND attnum > 0 AND col_description(attrelid, attnum) IS NULL";
    assert_eq!(server.psql("books_1", undocumented).unwrap(), "0");
    let tables = "SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public' \
        AND obj_description((schemaname || '.' || tablename)::regclass) IS NULL";
    assert_eq!(server.psql("books_1", tables).unwrap(), "");
}

#[tokio::test]
async fn instances_that_start_at_once_make_the_tables_once() {
    let on = Backend::postgres();
    on.server.as_ref().unwrap().database("fresh").unwrap();
    let all = (0..6).map(|_| Store::postgres(url(&on, "fresh")));
    for store in futures_util::future::join_all(all).await {
        assert_eq!(store.unwrap().revision().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn an_outage_shows_and_is_over_by_itself() {
    let mut on = Backend::postgres();
    let store = on.store().await;
    store.apply(batch(None, 1, vec![row("1", "completed", 1)])).await.unwrap();
    on.server.as_mut().unwrap().stop().unwrap();
    // The connection that was there may be the first to learn of it.
    let mut refusals = Vec::new();
    for _ in 0..4 {
        let refused = store.apply(batch(Some(1), 2, vec![row("2", "completed", 2)])).await;
        refusals.push(message(refused.unwrap_err()));
    }
    let port = on.server.as_ref().unwrap().port();
    let away = format!("PostgreSQL at `127.0.0.1:{port}/books_1` as `postgres` is unreachable");
    assert_eq!(refusals.last(), Some(&away));
    assert!(
        refusals.iter().any(|message| message.starts_with("cannot connect to PostgreSQL at `127"))
    );
    on.server.as_mut().unwrap().start_again().unwrap();
    for _ in 0..200 {
        if store.revision().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    store.apply(batch(Some(1), 2, vec![row("2", "completed", 2)])).await.unwrap();
    assert_eq!(rolled(&store, "").await, [2, 20, 0, 3]);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let on = Backend::postgres();
    let store = on.store().await;
    store.revision().await.unwrap();
    on.server.as_ref().unwrap().pause();
    let refused = message(store.revision().await.unwrap_err());
    assert!(refused.ends_with("has not answered in time"), "{refused}");
    on.server.as_ref().unwrap().resume();
    for _ in 0..200 {
        if store.revision().await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it never came back");
}

/// The server ends a report when the client that asked for it has gone.
#[tokio::test]
async fn a_report_that_nobody_waits_for_ends() {
    let on = Backend::postgres();
    let store = on.store().await;
    // Without the limit of time, so that nothing else ends it. The pool lends its last connection first.
    let unlimited = "SELECT set_config('statement_timeout', '0', false)";
    store.db.query(unlimited, vec![]).await.unwrap();
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' \
        AND state = 'active' AND pid <> pg_backend_pid()";
    let running = || on.server.as_ref().unwrap().psql("postgres", running).unwrap();
    let becomes = async |expected: &str| {
        for _ in 0..600 {
            if running() == expected {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("expected {expected} reports in flight, found {}", running());
    };
    {
        let report = store.db.report("SELECT CAST(pg_sleep(600) AS TEXT)", vec![]);
        tokio::select! {
            found = report => panic!("the report has ended: {found:?}"),
            () = becomes("1") => {}
        }
    }
    becomes("0").await;
    assert_eq!(store.revision().await.unwrap(), 0);
}

#[tokio::test]
async fn an_error_of_a_server_shows_no_password() {
    let on = Backend::postgres();
    let server = on.server.as_ref().unwrap();
    let nowhere = message(Store::postgres(url(&on, "nowhere")).await.unwrap_err());
    assert!(nowhere.ends_with(r#"database "nowhere" does not exist"#), "{nowhere}");
    let stranger = server.url("postgres").replace("of-the-tests", "of-others");
    let refused = Store::postgres(PostgresUrl::parse(&stranger).unwrap()).await.unwrap_err();
    let refused = message(refused);
    assert!(refused.contains("password authentication failed"), "{refused}");
    // This server has no TLS.
    let strict = format!("{}?sslmode=require", server.url("postgres"));
    let refused = Store::postgres(PostgresUrl::parse(&strict).unwrap()).await.unwrap_err();
    assert!(message(refused).contains("server does not support TLS"));
    let latin = "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0";
    server.psql("postgres", latin).unwrap();
    let refused = Store::postgres(url(&on, "latin")).await.unwrap_err();
    insta::assert_snapshot!(message(refused), @"expected a PostgreSQL database with the encoding `UTF8`, found `LATIN1`");
    let later =
        "CREATE TABLE schema_version (version BIGINT); INSERT INTO schema_version VALUES (1000)";
    server.psql("postgres", later).unwrap();
    let refused = Store::postgres(url(&on, "postgres")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Db(DbError::Newer { found: 1000, .. })), "{refused}");
}

/// Every table and column has a comment for people who look with psql, new ones too.
#[tokio::test]
async fn every_column_says_what_it_holds() {
    let on = Backend::postgres();
    let store = on.store().await;
    let untold = "SELECT CAST(c.relname AS TEXT), CAST(COALESCE(a.attname, '') AS TEXT) \
        FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 \
        WHERE c.relkind IN ('r', 'v') AND c.relnamespace = 'public'::regnamespace AND \
        (obj_description(c.oid) IS NULL OR col_description(c.oid, a.attnum) IS NULL) ORDER BY 1, 2";
    let found = store.db.query(untold, vec![]).await.unwrap();
    let found: Vec<String> = found.iter().map(|row| format!("{row:?}")).collect();
    assert_eq!(found, [""; 0]);
    let message = on.server.as_ref().unwrap().psql("books_1", "\\d+ entries").unwrap();
    assert!(message.contains("Everything generated, reasoning included"), "{message}");
}

#[tokio::test]
async fn a_change_is_heard_by_those_who_listen() {
    let on = Backend::postgres();
    let (here, there) = (on.store().await, on.again().await);
    let mut changes = there.changes().await.unwrap().unwrap();
    let key = crate::Key { id: "k".to_owned(), ..crate::Key::default() };
    here.put_key(&key, &by()).await.unwrap();
    changes.next().await.unwrap();
    here.delete_key("k", &by()).await.unwrap();
    changes.next().await.unwrap();
    drop((here, there));
    let mut on = on;
    on.server.as_mut().unwrap().stop().unwrap();
    changes.next().await.unwrap_err();
}

/// Like `psql`: encrypted if the server can, and its certificate checked if the URL says so.
#[tokio::test]
async fn tls_is_used_and_certificates_are_checked_when_asked_for() {
    let mut on = Backend::postgres();
    let root = on.server.as_mut().unwrap().use_tls().unwrap();
    let server = on.server.as_ref().unwrap();
    server.database("books").unwrap();
    let localhost = server.url("books").replace("127.0.0.1", "localhost");
    let open = async |url: String| Store::postgres(PostgresUrl::parse(&url).unwrap()).await;
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
        WHERE application_name = 'fareway'";
    let any = ["", "?sslmode=prefer", "?sslmode=require", "?sslaccept=accept_invalid_certs"];
    for options in any {
        let _store = open(format!("{}{options}", server.url("books"))).await.unwrap();
        assert_eq!(server.psql("books", encrypted).unwrap(), "t", "{options}");
    }
    for strict in ["sslmode=verify-full", "sslmode=verify-ca", "sslrootcert=system"] {
        let refused = message(open(format!("{localhost}?{strict}")).await.unwrap_err());
        assert!(refused.contains("invalid peer certificate: UnknownIssuer"), "{refused}");
    }
    let rooted = format!("sslmode=verify-full&sslrootcert={}", root.display());
    let _store = open(format!("{localhost}?{rooted}")).await.unwrap();
    assert_eq!(server.psql("books", encrypted).unwrap(), "t");
    let elsewhere = open(format!("{}?{rooted}", server.url("books"))).await.unwrap_err();
    assert!(message(elsewhere).contains("not valid for name"), "another name");
    // Its certificate is for another name than this address.
    for mode in ["verify-ca", "require"] {
        let options = format!("sslmode={mode}&sslrootcert={}", root.display());
        open(format!("{}?{options}", server.url("books"))).await.unwrap();
    }
    let nothing = open(format!("{localhost}?sslrootcert=/dev/null")).await;
    assert!(nothing.is_ok(), "without a check nobody looks");
    let nothing = open(format!("{localhost}?sslmode=require&sslrootcert=/dev/null")).await;
    let nothing = message(nothing.unwrap_err());
    assert!(nothing.starts_with("expected certificates in PEM format in `/dev/null`"), "{nothing}");
}
