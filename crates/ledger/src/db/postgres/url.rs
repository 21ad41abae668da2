//! The database's URL, `postgres://user:password@host:port/database`, in the form that `psql` and
//! LiteLLM accept. The password is in no message.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr as _, time::Duration};

use tokio_postgres::config::{Host, SslMode};
use url::form_urlencoded;

use super::super::DbError;

/// The address of a PostgreSQL database, with its credentials and certificates.
#[derive(Clone)]
pub struct PostgresUrl {
    pub(super) config: tokio_postgres::Config,
    pub(super) verify: Verify,
    /// A file of certificates. Only these are trusted then, and not those of the machine.
    pub(super) roots: Option<PathBuf>,
    /// Whether the operator has stated that the server's certificate need not be valid.
    unverified: bool,
    /// How many connections there may be.
    pub(super) connections: usize,
}

/// Whether the server has to prove who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verify {
    /// With a certificate that is trusted here, and is for its name (`verify-full`).
    Full,
    /// With a certificate that is trusted here (`verify-ca`).
    Authority,
    /// It need not, as in `psql`: who only listens can read nothing.
    Nothing,
}

/// Enough for the drain, a few pages at a time, and leases.
const CONNECTIONS: usize = 10;

// === impl PostgresUrl ===

impl PostgresUrl {
    /// Reads a URL. Beside the usual options it knows `sslmode` and `sslrootcert` as `psql` does, except
    /// that without `sslrootcert` the machine's certificates are trusted, and Prisma's
    /// `connection_limit`, `schema` and `sslaccept`.
    ///
    /// # Errors
    /// When it cannot be read; the error never repeats it.
    pub fn parse(text: &str) -> Result<Self, DbError> {
        let text = text.trim();
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(DbError::Url("it does not begin with `postgres://`"));
        }
        let (address, options) = text.split_once('?').unwrap_or((text, ""));
        let mut own = Own::default();
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(options.as_bytes()) {
            if !own.take(&name, &value)? {
                rest.append_pair(&name, &value);
            }
        }
        // The parser's own error may quote the URL, password included.
        // The form's `+` means a blank only in forms, not in a URL's query.
        let url = format!("{address}?{}", rest.finish().replace('+', "%20"));
        let mut config = tokio_postgres::Config::from_str(&url).map_err(|_| {
            DbError::Url("it cannot be read; are special characters of the password escaped?")
        })?;
        if config.get_hosts().is_empty() || config.get_user().is_none() {
            return Err(DbError::Url("it names no host or no user"));
        }
        config.ssl_mode(own.mode);
        if let Some(schema) = &own.schema {
            // `Own::take` accepts plain names only, as this becomes a part of a command-line
            // option.
            config.options(format!("-c search_path={schema}"));
        }
        patience(&mut config);
        // One alone would be taken by a report.
        let connections = own.connections.unwrap_or(CONNECTIONS).max(2);
        let (verify, unverified) = (own.verify(), own.unverified);
        Ok(Self { config, verify, roots: own.roots, unverified, connections })
    }

    /// A warning about the connection's security; None if it stays on this machine.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let elsewhere = self.config.get_hosts().iter().any(|host| !is_here(host));
        let advice = "add `sslmode=verify-full`, and `sslrootcert=FILE` where its certificate is not \
                      one that this machine trusts";
        let what = match (self.config.get_ssl_mode(), self.verify) {
            _ if !elsewhere => return None,
            (SslMode::Disable, _) => "is not encrypted",
            (SslMode::Require, Verify::Nothing) if self.unverified => return None,
            (SslMode::Require, Verify::Nothing) => {
                "is encrypted, but the server need not prove that it is the right one"
            }
            (SslMode::Require, _) => return None,
            _ => {
                "is encrypted only if the server offers that, and it need not prove that it is the right one"
            }
        };
        Some(format!("the connection to PostgreSQL at `{}` {what}; {advice}", self.server()))
    }

    /// Who asks, and where, for people.
    pub(crate) fn server(&self) -> String {
        let hosts = self.config.get_hosts().iter().enumerate().map(|(nth, host)| {
            let ports = self.config.get_ports();
            let port = ports.get(nth).or(ports.first()).unwrap_or(&5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            }
        });
        let hosts = hosts.collect::<Vec<_>>().join(",");
        let user = self.config.get_user().unwrap_or("?");
        format!("{hosts}/{}` as `{user}", self.config.get_dbname().unwrap_or(user))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl(`{}`)", self.server())
    }
}

/// Whether a server is reached without leaving this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Options that tokio-postgres does not know.
struct Own {
    mode: SslMode,
    verify: Verify,
    unverified: bool,
    roots: Option<PathBuf>,
    connections: Option<usize>,
    schema: Option<String>,
}

// === impl Own ===

impl Own {
    /// Takes an option, if it is one of these.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, DbError> {
        match (name, value) {
            ("sslmode", "disable") => self.mode = SslMode::Disable,
            ("sslmode", "allow" | "prefer") => self.mode = SslMode::Prefer,
            ("sslmode", "require") => {
                (self.mode, self.verify) = (SslMode::Require, Verify::Nothing);
            }
            ("sslmode", "verify-ca") => {
                (self.mode, self.verify) = (SslMode::Require, Verify::Authority);
            }
            ("sslmode", "verify-full") | ("sslrootcert", "system") => {
                (self.mode, self.verify) = (SslMode::Require, Verify::Full);
            }
            ("sslmode", _) => {
                return Err(DbError::Url(
                    "its `sslmode` is none of disable, prefer, require, verify-ca and verify-full",
                ));
            }
            ("sslaccept", "accept_invalid_certs") => {
                (self.mode, self.verify) = (SslMode::Require, Verify::Nothing);
                self.unverified = true;
            }
            // Prisma's other value is `strict`.
            ("sslaccept", _) => (self.mode, self.verify) = (SslMode::Require, Verify::Full),
            ("sslrootcert", path) => self.roots = Some(path.into()),
            ("connection_limit", number) => {
                let wrong = |_| DbError::Url("its `connection_limit` is no number");
                self.connections = Some(number.parse().map_err(wrong)?);
            }
            ("schema", schema) => {
                if !schema.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    return Err(DbError::Url("its `schema` is no plain name"));
                }
                self.schema = Some(schema.to_owned());
            }
            // Ours are fixed, and bound more than these do.
            ("pgbouncer" | "pool_timeout" | "socket_timeout" | "statement_cache_size", _) => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// As in `psql`, `require` verifies where the certificates are named with which to do so.
    fn verify(&self) -> Verify {
        match (self.mode, self.verify) {
            (SslMode::Require, Verify::Nothing) if self.roots.is_some() && !self.unverified => {
                Verify::Authority
            }
            (_, verify) => verify,
        }
    }
}

impl Default for Own {
    fn default() -> Self {
        let (mode, verify) = (SslMode::Prefer, Verify::Nothing);
        Self { mode, verify, unverified: false, roots: None, connections: None, schema: None }
    }
}

/// Time limits by which a lost server is noticed within seconds, also on an idle connection.
fn patience(config: &mut tokio_postgres::Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(3));
    }
    if config.get_application_name().is_none() {
        config.application_name("fareway");
    }
    // Keepalives notice nothing while sent data waits for an acknowledgement; the user timeout
    // does.
    config
        .tcp_user_timeout(Duration::from_secs(5))
        .keepalives_idle(Duration::from_secs(5))
        .keepalives_interval(Duration::from_secs(2))
        .keepalives_retries(2);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: &str) {
        let outcome = match PostgresUrl::parse(url) {
            Ok(url) => format!("{url:?} {:?}", url.config.get_ssl_mode()),
            Err(error) => error.to_string(),
        };
        assert_eq!(outcome, expect);
        assert!(!outcome.contains("secret"));
    }

    #[test]
    fn addresses_are_read_and_passwords_are_not_shown() {
        check("postgresql://ann:secret@db/books", "PostgresUrl(`db:5432/books` as `ann`) Prefer");
        check(
            "postgres://ann:sec%3Fret@[::1]:6000?sslmode=verify-full&schema=fareway",
            "PostgresUrl(`::1:6000/ann` as `ann`) Require",
        );
        check(
            "postgres://ann@db/books?connection_limit=3&pool_timeout=9&sslmode=disable",
            "PostgresUrl(`db:5432/books` as `ann`) Disable",
        );
        let wanted =
            "expected `postgres://user:password@host:5432/database`, found something else: ";
        check("mysql://ann:secret@db", &format!("{wanted}it does not begin with `postgres://`"));
        check("postgres://db/books", &format!("{wanted}it names no host or no user"));
        check(
            "postgres://ann:x@db/books?secret=1",
            &format!("{wanted}it cannot be read; are special characters of the password escaped?"),
        );
        check(
            "postgres://ann:x@db/books?sslmode=secret",
            &format!(
                "{wanted}its `sslmode` is none of disable, prefer, require, verify-ca and verify-full"
            ),
        );
        check(
            "postgres://ann:x@db/books?schema=a;b",
            &format!("{wanted}its `schema` is no plain name"),
        );
    }

    #[test]
    fn the_server_is_verified_as_psql_does() {
        let verify = |options: &str| {
            let url = PostgresUrl::parse(&format!("postgres://ann:x@db.example.com/b{options}"));
            let url = url.unwrap();
            (url.config.get_ssl_mode(), url.verify, url.warning().is_some())
        };
        use Verify::{Authority, Full, Nothing};
        for (options, expect) in [
            ("", (SslMode::Prefer, Nothing, true)),
            ("?sslmode=allow", (SslMode::Prefer, Nothing, true)),
            ("?sslmode=prefer&sslrootcert=/ca.pem", (SslMode::Prefer, Nothing, true)),
            ("?sslmode=disable", (SslMode::Disable, Nothing, true)),
            ("?sslmode=require", (SslMode::Require, Nothing, true)),
            ("?sslrootcert=/ca.pem&sslmode=require", (SslMode::Require, Authority, false)),
            ("?sslmode=verify-ca", (SslMode::Require, Authority, false)),
            ("?sslmode=verify-full", (SslMode::Require, Full, false)),
            ("?sslrootcert=system", (SslMode::Require, Full, false)),
            ("?sslaccept=strict", (SslMode::Require, Full, false)),
            ("?sslaccept=accept_invalid_certs", (SslMode::Require, Nothing, false)),
        ] {
            assert_eq!(verify(options), expect, "{options}");
        }
        for here in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"] {
            let url = PostgresUrl::parse(&format!("postgres://ann:x@{here}/b")).unwrap();
            assert_eq!(url.warning(), None, "{here}");
        }
        let warning = PostgresUrl::parse("postgres://ann:secret@db/b?sslmode=require").unwrap();
        assert_eq!(
            warning.warning().unwrap(),
            "the connection to PostgreSQL at `db:5432/b` as `ann` is encrypted, but the server need \
             not prove that it is the right one; add `sslmode=verify-full`, and `sslrootcert=FILE` \
             where its certificate is not one that this machine trusts"
        );
    }
}
