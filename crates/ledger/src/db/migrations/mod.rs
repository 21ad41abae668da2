//! Versions of the tables, each with its SQL for both databases.

use super::Dialect;

/// The step from one version of the tables to the next.
pub(crate) struct Migration {
    sqlite: &'static str,
    postgres: &'static str,
}

/// Both files of one version.
macro_rules! migration {
    ($name:literal) => {
        Migration {
            sqlite: include_str!(concat!($name, ".sqlite.sql")),
            postgres: include_str!(concat!($name, ".postgres.sql")),
        }
    };
}

/// All versions, in order. One that was released never changes.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!("0001_tables"),
    migration!("0002_facets"),
    migration!("0003_sessions"),
    migration!("0004_provider_ids"),
    migration!("0005_wide_sums"),
    migration!("0006_held"),
    migration!("0007_widened_pools"),
    migration!("0008_client_ip"),
    migration!("0009_counted_names"),
    migration!("0010_audit"),
    migration!("0011_answer_ids"),
    migration!("0012_budget_limits"),
    migration!("0013_replaced_keys"),
    migration!("0014_provider_region"),
    migration!("0015_api"),
];

/// Created again whenever the tables have changed: the view `requests`, for people.
const SQLITE_VIEWS: &[&str] = &[include_str!("requests.sqlite.sql")];

/// The same, with a comment on every column, and the trigger that reports changes to listeners.
const POSTGRES_VIEWS: &[&str] = &[
    include_str!("requests.postgres.sql"),
    include_str!("columns.postgres.sql"),
    include_str!("notify.postgres.sql"),
];

// === impl Migration ===

impl Migration {
    /// Its SQL for one kind of database.
    pub(crate) const fn sql(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// The statements that run after the migrations, if there were any.
pub(super) const fn views(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Sqlite => SQLITE_VIEWS,
        Dialect::Postgres => POSTGRES_VIEWS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two files of a version differ only where PostgreSQL needs other words.
    #[test]
    fn both_databases_get_the_same_tables() {
        for (version, migration) in (1..).zip(MIGRATIONS) {
            let in_common =
                |sql: &str| sql.replace(" COLLATE \"C\"", "").replace(" WITHOUT ROWID", "");
            let [sqlite, postgres] = [migration.sqlite, migration.postgres].map(in_common);
            assert_eq!(sqlite, postgres, "version {version}");
            assert!(!migration.sqlite.contains("COLLATE"), "version {version}");
            assert!(!migration.postgres.contains("ROWID"), "version {version}");
        }
    }
}
