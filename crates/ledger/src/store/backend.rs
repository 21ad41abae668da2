//! Stores for tests, in both databases: a test passes on both.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use proptest::{prelude::*, test_runner::TestRunner};
use tempfile::TempDir;
use test_servers::postgres;

use super::Store;
use crate::{db::PostgresUrl, store::ChangedBy};

/// Where a test's stores are; dropped, they are gone.
pub(crate) struct Backend {
    folder: TempDir,
    pub(crate) server: Option<postgres::Postgres>,
    made: AtomicUsize,
}

/// Somebody who changes something.
pub(crate) fn by() -> ChangedBy {
    ChangedBy::new("ann", 9)
}

/// Runs each of these tests, which are functions of a [`Backend`], with SQLite and with PostgreSQL.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::store::backend::Backend::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::store::backend::Backend::postgres()).await;
            })*
        }
    };
}
pub(crate) use on_both;

/// Whether a property holds for every value, each with a new store.
pub(crate) fn check_property<S: Strategy>(
    on: &Backend,
    cases: u32,
    values: S,
    property: impl AsyncFn(&Store, S::Value),
) {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    let checked = runner.run(&values, |value| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(async {
            property(&on.store().await, value).await;
        });
        Ok(())
    });
    checked.unwrap();
}

impl Backend {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None, made: AtomicUsize::new(0) }
    }

    pub(crate) fn postgres() -> Self {
        Self { server: Some(postgres::Postgres::start().unwrap()), ..Self::sqlite() }
    }

    /// A new store with nothing in it.
    pub(crate) async fn store(&self) -> Store {
        let number = self.made.fetch_add(1, Relaxed) + 1;
        if let Some(server) = &self.server {
            server.database(&format!("books_{number}")).unwrap();
        }
        self.again().await
    }

    /// The last of them, opened again as another process does.
    pub(crate) async fn again(&self) -> Store {
        let name = format!("books_{}", self.made.load(Relaxed));
        let store = match &self.server {
            None => Store::sqlite(&self.folder.path().join(name)).await,
            Some(server) => Store::postgres(PostgresUrl::parse(&server.url(&name)).unwrap()).await,
        };
        store.unwrap()
    }
}
