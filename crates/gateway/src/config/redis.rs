//! `router_settings.redis_…`: the Redis in which all gateways count requests and tokens per minute.

use std::{fmt, time::Duration};

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _};
use secrecy::ExposeSecret as _;

use super::{ConfigError, Table, yaml_tree::Scalar};

/// The Redis that counts rate limits for all gateways.
#[derive(Clone)]
pub struct Redis {
    /// The address and the credential.
    pub connection: ConnectionInfo,
    /// How long a request waits for it.
    pub timeout: Duration,
}

/// Keys that mean nothing without a host.
const BESIDE_HOST: [&str; 5] =
    ["redis_port", "redis_username", "redis_password", "redis_db", "redis_ssl"];
const PORT: u64 = 6379;
/// A Redis nearby answers in less than one.
const TIMEOUT_MS: u64 = 100;

impl Redis {
    pub(super) fn read(
        router: &mut Table<'_, '_>,
        mut limits: Table<'_, '_>,
    ) -> Result<Option<Self>, ConfigError> {
        let timeout = limits.scalar("redis_timeout_ms")?;
        let timeout = timeout.map_or(Ok(TIMEOUT_MS), |written| {
            between(&written, 1, 10_000, "milliseconds, from 1 to 10000")
        })?;
        let timeout = Duration::from_millis(timeout);
        let connection = match router.scalar("redis_url")? {
            Some(url) => Some(of_url(router, &url)?),
            None => of_host(router)?,
        };
        Ok(connection.map(|connection| Self { connection, timeout }))
    }
}

impl fmt::Debug for Redis {
    /// Without the credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("address", self.connection.addr())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A complete URL. It may contain a password, so it is never shown.
fn of_url(router: &mut Table<'_, '_>, url: &Scalar) -> Result<ConnectionInfo, ConfigError> {
    let unclear = || ConfigError::Wrong {
        place: url.place.clone(),
        expected: "an address such as `redis://:password@host:6379/0`, or `rediss://…` for TLS",
        // The URL may have a password in it.
        found: "another one".to_owned(),
    };
    // With both, it would be unclear which of them counts.
    for beside in BESIDE_HOST.into_iter().chain(["redis_host"]) {
        if let Some(twice) = router.scalar(beside)? {
            return Err(ConfigError::Wrong {
                place: twice.place,
                expected: "either `redis_url` or the separate keys",
                found: beside.to_owned(),
            });
        }
    }
    let connection = url.text.as_str().into_connection_info().map_err(|_| unclear())?;
    // TLS that trusts anybody is none.
    let insecure = matches!(connection.addr(), ConnectionAddr::TcpTls { insecure: true, .. });
    if insecure { Err(unclear()) } else { Ok(connection) }
}

fn of_host(router: &mut Table<'_, '_>) -> Result<Option<ConnectionInfo>, ConfigError> {
    let Some(host) = router.scalar("redis_host")? else {
        for beside in BESIDE_HOST {
            if router.scalar(beside)?.is_some() {
                return Err(ConfigError::Missing {
                    place: router.place().clone(),
                    key: "redis_host",
                });
            }
        }
        return Ok(None);
    };
    let port = router.scalar("redis_port")?.map_or(Ok(PORT), |written| {
        between(&written, 1, u64::from(u16::MAX), "a port, from 1 to 65535")
    })?;
    let address = (host.text.as_str(), u16::try_from(port).unwrap_or_default());
    let connection = address.into_connection_info();
    let connection = connection.map_err(|_| host.wrong("the name of a host"))?;
    let address = match router.flag("redis_ssl")? {
        Some(true) => {
            let ConnectionAddr::Tcp(host, port) = connection.addr().clone() else {
                return Err(host.wrong("the name of a host"));
            };
            ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
        }
        _ => connection.addr().clone(),
    };
    let mut settings = connection.redis_settings().clone();
    if let Some(username) = router.scalar("redis_username")? {
        settings = settings.set_username(username.text);
    }
    if let Some(password) = router.secret("redis_password")? {
        settings = settings.set_password(password.expose_secret());
    }
    if let Some(db) = router.scalar("redis_db")? {
        let number = between(&db, 0, 1_000_000, "the number of a database, from 0")?;
        settings = settings.set_db(i64::try_from(number).unwrap_or_default());
    }
    Ok(Some(connection.set_addr(address).set_redis_settings(settings)))
}

fn between(
    written: &Scalar,
    least: u64,
    most: u64,
    expected: &'static str,
) -> Result<u64, ConfigError> {
    let number = written.text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| written.wrong(expected))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn parse(sections: &str) -> Result<Config, String> {
        let model = "model_list:\n  - model_name: a\n    litellm_params:\n      model: azure_ai/b\n      \
                     api_base: https://c.services.ai.azure.com\n      api_key: d\n";
        let env = |name: &str| (name == "PASSWORD").then(|| "hidden-7b1".to_owned());
        let config = Config::parse(&format!("{model}{sections}"), "config.yaml", &env);
        config.map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(settings: &str, expect: &str) {
        let config = parse(&format!("router_settings:\n{settings}")).unwrap();
        assert_eq!(config.warnings, [""; 0]);
        let redis = config.redis.unwrap();
        let settings = redis.connection.redis_settings();
        let found = format!(
            "{} {:?} {:?} {}",
            redis.connection.addr(),
            settings.username(),
            settings.password(),
            settings.db()
        );
        assert_eq!(found, expect);
        assert!(!format!("{redis:?}").contains("hidden"));
    }

    #[test]
    fn the_keys_of_litellm_are_known() {
        check("  redis_host: cache", "cache:6379 None None 0");
        check(
            "  redis_host: cache\n  redis_port: '6380'\n  redis_username: ann\n  \
             redis_password: os.environ/PASSWORD\n  redis_db: 3\n  redis_ssl: true",
            "cache:6380 Some(\"ann\") Some(\"hidden-7b1\") 3",
        );
        check(
            "  redis_url: rediss://ann:hidden@cache:1/2",
            "cache:1 Some(\"ann\") Some(\"hidden\") 2",
        );
        let tls = parse("router_settings: {redis_host: cache, redis_ssl: true}").unwrap();
        let address = tls.redis.unwrap().connection.addr().clone();
        assert!(matches!(address, redis::ConnectionAddr::TcpTls { insecure: false, .. }));
        assert!(parse("").unwrap().redis.is_none());
        assert_eq!(parse("").unwrap().warnings, [""; 0]);
    }

    #[test]
    fn an_error_shows_no_password() {
        let wrong = [
            "router_settings: {redis_password: hidden}",
            "router_settings: {redis_host: cache, redis_port: 0}",
            "router_settings: {redis_host: cache, redis_db: -1}",
            "router_settings: {redis_url: 'http://:hidden@cache'}",
            "router_settings: {redis_url: 'rediss://:hidden@cache#insecure'}",
            "router_settings: {redis_url: 'redis://cache', redis_password: hidden}",
            "limits: {redis_timeout_ms: 0}",
        ];
        let errors: Vec<_> = wrong.iter().map(|sections| parse(sections).unwrap_err()).collect();
        insta::assert_snapshot!(errors.join("\n"), @r"
        config.yaml:7: `router_settings`: the key `redis_host` is missing
        config.yaml:7: `router_settings.redis_port`: expected a port, from 1 to 65535, found `0`
        config.yaml:7: `router_settings.redis_db`: expected the number of a database, from 0, found `-1`
        config.yaml:7: `router_settings.redis_url`: expected an address such as `redis://:password@host:6379/0`, or `rediss://…` for TLS, found `another one`
        config.yaml:7: `router_settings.redis_url`: expected an address such as `redis://:password@host:6379/0`, or `rediss://…` for TLS, found `another one`
        config.yaml:7: `router_settings.redis_password`: expected either `redis_url` or the separate keys, found `redis_password`
        config.yaml:7: `limits.redis_timeout_ms`: expected milliseconds, from 1 to 10000, found `0`
        ");
        assert!(errors.iter().all(|errors| !errors.contains("hidden")));
    }
}
