//! Scripts that run in Redis. A script runs atomically, so no two gateways can both get the last
//! place.

use std::{collections::HashMap, sync::Arc};

use redis::{Script, ScriptInvocation};

use crate::limits::Limited;

pub(super) struct Scripts {
    take: Script,
    spend: Script,
}

/// Names of keys in Redis. The braces keep them in one slot of a cluster, as a script needs.
const PREFIX: &str = "{fareway:limits}:";
/// A counter of nobody's.
const PROBE: &str = "{fareway:limits}:probe";

impl Default for Scripts {
    fn default() -> Self {
        Self {
            take: Script::new(include_str!("take.lua")),
            spend: Script::new(include_str!("spend.lua")),
        }
    }
}

impl Scripts {
    pub(super) fn take(&self, all: &Limited) -> ScriptInvocation<'_> {
        let mut take = self.take.prepare_invoke();
        let written = |limit: Option<u64>| limit.map_or_else(|| "-1".into(), |n| n.to_string());
        for (limits, counter) in all {
            take.key(format!("{PREFIX}{}", counter.id()));
            take.arg(written(limits.rpm)).arg(written(limits.tpm));
        }
        take
    }

    /// Counts a request of no client, to check that Redis is reachable, accepts the login and can be written.
    pub(super) fn probe(&self) -> ScriptInvocation<'_> {
        let mut probe = self.take.key(PROBE);
        probe.arg(-1).arg(-1);
        probe
    }

    pub(super) fn spend(&self, spent: &HashMap<Arc<str>, u64>) -> ScriptInvocation<'_> {
        let mut spend = self.spend.prepare_invoke();
        for (id, tokens) in spent {
            spend.key(format!("{PREFIX}{id}")).arg(*tokens);
        }
        spend
    }
}
