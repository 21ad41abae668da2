//! Choice of the database.

use super::*;

/// What holds a password is not shown, whether it is right or wrong.
#[test]
fn the_ledger_can_be_in_postgresql() {
    let with = |url: &str| format!("{GOOD}general_settings:\n  database_url: {url}\n");
    let url = |name: &str| match name {
        "DATABASE_URL" => Some("postgresql://ann:p%40ss@localhost:6000/books".to_owned()),
        other => env(other),
    };
    let text = with("os.environ/DATABASE_URL");
    let Config { ledger, warnings, .. } = Config::parse(&text, "there/config.yaml", &url).unwrap();
    assert_eq!(warnings, [""; 0]);
    let Ledger { database, spool, durability, .. } = ledger;
    assert_snapshot!(format!("{database:?} {spool:?} {durability:?}"), @r#"Postgres(PostgresUrl(`localhost:6000/books` as `ann`)) "there/fareway.db.spool" Process"#);
    assert!(matches!(parse(&with("")).unwrap().ledger.database, Database::Sqlite(_)));
    assert_snapshot!(error(&with("mysql://ann:p%40ss@db/books")), @"config.yaml:8: `general_settings.database_url`: expected `postgres://user:password@host:5432/database`, found something else: it does not begin with `postgres://`");
    assert_snapshot!(error(&with("os.environ/DATABASE_URL")), @"config.yaml:8: `general_settings.database_url`: the environment variable `DATABASE_URL` is not set, or is empty; set it before you start the gateway");
}
