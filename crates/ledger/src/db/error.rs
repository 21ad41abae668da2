//! Errors of a database.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;

/// The reason why a database could not do something.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The file holds something else.
    #[error("expected a SQLite database, found another kind of file at `{0}`")]
    NotADatabase(PathBuf),
    /// The file cannot be opened or made.
    #[error("cannot open the database `{path}`")]
    Open {
        /// Where it is, or should be.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// SQLite returned an error.
    #[error("SQLite reported an error")]
    Sqlite(#[from] rusqlite::Error),
    /// The text is no address of a PostgreSQL database.
    #[error("expected `postgres://user:password@host:5432/database`, found something else: {0}")]
    Url(&'static str),
    /// PostgreSQL cannot be connected to.
    #[error(
        "cannot connect to PostgreSQL at `{server}`; check that it is running, that this machine may \
         connect to it, and the user, password and database"
    )]
    Unreachable {
        /// Where, and as whom.
        server: String,
        /// Why.
        #[source]
        source: tokio_postgres::Error,
    },
    /// It could not be connected to a moment ago.
    #[error("PostgreSQL at `{server}` is unreachable")]
    Away {
        /// Where, and as whom.
        server: String,
    },
    /// PostgreSQL takes too long.
    #[error("PostgreSQL at `{server}` has not answered in time")]
    TimedOut {
        /// Where, and as whom.
        server: String,
    },
    /// A report takes too long.
    #[error("the report took too long and was stopped; choose a shorter period or fewer groups")]
    TooLong,
    /// PostgreSQL returned an error.
    #[error("PostgreSQL reported an error")]
    Postgres(#[from] tokio_postgres::Error),
    /// Text in a database of another encoding cannot be kept as it is.
    #[error("expected a PostgreSQL database with the encoding `UTF8`, found `{0}`")]
    Encoding(String),
    /// TLS cannot be set up.
    #[error("cannot set up TLS for PostgreSQL")]
    Tls(#[source] rustls::Error),
    /// The file of `sslrootcert` holds no certificates.
    #[error("expected certificates in PEM format in `{0}`, the `sslrootcert` of the database")]
    RootCertificates(PathBuf),
    /// A row with this id or name exists already.
    #[error("the value is already in use ({0})")]
    Duplicate(String),
    /// A statement touched another number of rows than it must; all is undone.
    #[error("expected the statement to change {expected} rows, found that it changed {found}")]
    Touched {
        /// How many it must touch.
        expected: u64,
        /// How many it did.
        found: u64,
    },
    /// A column holds a value of the wrong type.
    #[error("expected {expected} in a column, found {found}")]
    Column {
        /// The type that was expected.
        expected: &'static str,
        /// The type that was found.
        found: &'static str,
    },
    /// A column holds a value that is not what this program writes there.
    #[error("cannot read the column `{column}`; correct it in the database")]
    InColumn {
        /// Its name.
        column: &'static str,
        /// What is wrong with it.
        source: Box<DbError>,
    },
    /// The tables were made by a later version of this program.
    #[error(
        "expected a database of version {known} or less, found {found}; use the version of Fareway that wrote it, or a later one"
    )]
    Newer {
        /// The latest version that is known here.
        known: i64,
        /// The database's version.
        found: i64,
    },
    /// The threads that hold the file have ended.
    #[error("the database is closed")]
    Closed,
}

// === impl DbError ===

impl DbError {
    /// A text that is not what this program writes. To take it for nothing would lift a limit.
    pub(crate) fn unreadable(expected: &'static str) -> Self {
        Self::Column { expected, found: "other text" }
    }

    /// The same, naming the column in which the value is.
    pub(crate) fn in_column(self, column: &'static str) -> Self {
        match self {
            Self::Column { .. } => Self::InColumn { column, source: Box::new(self) },
            other => other,
        }
    }

    /// Whether a value does not fit where it should go: out of range, too long, not unique, not text.
    pub(crate) fn refuses_rows(&self) -> bool {
        match self {
            Self::Duplicate(_) => true,
            Self::Sqlite(error) => {
                let codes =
                    [ErrorCode::ConstraintViolation, ErrorCode::TooBig, ErrorCode::TypeMismatch];
                error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
            }
            // Data exceptions, integrity, limits of the program.
            Self::Postgres(error) => {
                // The first two characters of an SQLSTATE are its class.
                let class = error.code().and_then(|code| code.code().get(..2));
                class.is_some_and(|class| ["22", "23", "54"].contains(&class))
            }
            _ => false,
        }
    }

    /// Whether the server is unreachable or not ready yet, rather than having refused.
    pub(crate) fn is_outage(&self) -> bool {
        match self {
            Self::Away { .. } | Self::TimedOut { .. } => true,
            Self::Unreachable { source, .. } | Self::Postgres(source) => {
                let soon = [
                    SqlState::CANNOT_CONNECT_NOW,
                    SqlState::ADMIN_SHUTDOWN,
                    SqlState::CRASH_SHUTDOWN,
                    SqlState::TOO_MANY_CONNECTIONS,
                ];
                // Without a code it is no answer of the server's, but of the network.
                source.code().is_none_or(|code| soon.contains(code))
            }
            _ => false,
        }
    }
}
