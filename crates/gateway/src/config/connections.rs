//! Section `connections`: limits of clients' connections and of request bodies.

use std::time::Duration;

use super::{ConfigError, Table};

/// The limits of time and memory of a client's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// How long a connection without a request is kept (`keep_alive`, 75 s).
    pub keep_alive: Duration,
    /// How long a request's head may take from its first byte on (`header_timeout`, 30 s).
    pub header_timeout: Duration,
    /// How long a request's body may take, and a second more for each 64 KiB of it (`body_timeout`, 30 s).
    pub body_timeout: Duration,
    /// How long a client may leave an answer unread (`write_timeout`, 60 s).
    pub write_timeout: Duration,
    /// How many bytes of bodies may be on their way here at a time (`receiving_mb`, 48).
    pub receiving: usize,
    /// How many bytes of bodies may be held for requests in flight (`bodies_mb`, 256).
    pub bodies: usize,
}

const MIB: usize = 1 << 20;
/// More has no meaning, in MiB.
const MOST_MIB: u64 = 1 << 20;

// === impl Connections ===

impl Connections {
    pub(super) fn read(
        mut table: Table<'_, '_>,
        max_request_bytes: usize,
        warnings: &mut Vec<String>,
    ) -> Result<Self, ConfigError> {
        let default = Self::default();
        let mut all = Self {
            keep_alive: table.seconds("keep_alive")?.unwrap_or(default.keep_alive),
            header_timeout: table.seconds("header_timeout")?.unwrap_or(default.header_timeout),
            body_timeout: table.seconds("body_timeout")?.unwrap_or(default.body_timeout),
            write_timeout: table.seconds("write_timeout")?.unwrap_or(default.write_timeout),
            ..default
        };
        // A key has two thirds of either at most, in which its largest request must have room.
        let least = max_request_bytes.saturating_mul(3).div_ceil(2);
        for (key, bytes) in [("receiving_mb", &mut all.receiving), ("bodies_mb", &mut all.bodies)] {
            let given = table.number_up_to(key, MOST_MIB, "a number of MiB, at most 1048576")?;
            if let Some(mib) = given {
                *bytes = usize::try_from(mib).unwrap_or(usize::MAX).saturating_mul(MIB);
            }
            if *bytes < least {
                *bytes = least;
                let least = least.div_ceil(MIB);
                if given.is_some() {
                    warnings.push(format!(
                        "{}.{key} is too small for requests of `general_settings.max_request_size_mb`; \
                         {least} is used",
                        table.place()
                    ));
                }
            }
        }
        Ok(all)
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            keep_alive: Duration::from_secs(75),
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_mins(1),
            receiving: 48 * MIB,
            bodies: 256 * MIB,
        }
    }
}
