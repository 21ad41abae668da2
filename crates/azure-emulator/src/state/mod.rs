//! State of one emulator: its settings, and what it remembers between requests.

pub(crate) mod prefix_cache;
pub(crate) mod request_log;
pub(crate) mod responses;

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    random::hash,
    request::refusal::Refusal,
    scenario::{Scenario, plan::Plan, prompt_rules::Rule},
    state::{
        prefix_cache::PrefixCache,
        request_log::{Log, lock},
        responses::StoredResponses,
    },
};

/// The settings of an emulator.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) key: String,
    pub(crate) deployments: Vec<String>,
    /// Fixes the date of all answers, in seconds since 1970.
    pub(crate) date: Option<u64>,
    /// How many requests to remember.
    pub(crate) keep: usize,
}

/// One emulator's whole state.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) log: Log,
    pub(crate) cache: Mutex<PrefixCache>,
    pub(crate) responses: Mutex<StoredResponses>,
    /// Entra tokens handed out, with the audience of each.
    pub(crate) tokens: Mutex<HashMap<String, String>>,
    /// Which model each routing session had last.
    pub(crate) sessions: Mutex<HashMap<String, String>>,
    script: Mutex<Script>,
}

/// Scenarios in force, from the most general to the most special.
#[derive(Debug, Default)]
struct Script {
    global: Vec<Scenario>,
    rules: Vec<Rule>,
    /// Tries refused so far, by prompt; key 0 is the global scenario's.
    refused: HashMap<u64, u32>,
}

// === impl State ===

impl State {
    pub(crate) fn new(settings: Settings, rules: Vec<Rule>) -> Self {
        Self {
            log: Log::new(settings.keep),
            settings,
            cache: Mutex::default(),
            responses: Mutex::default(),
            tokens: Mutex::default(),
            sessions: Mutex::default(),
            script: Mutex::new(Script { rules, ..Script::default() }),
        }
    }

    /// Replaces the scenarios for all following requests.
    pub(crate) fn set(&self, scenarios: Vec<Scenario>) {
        let mut script = lock(&self.script);
        script.global = scenarios;
        script.refused.clear();
    }

    /// The scenarios for one request: the global ones, then the scenario file's, then the
    /// request header's, then the marker's. The later win.
    pub(crate) fn scenarios(
        &self,
        (prompt, markers): (&str, &str),
        header: Option<&str>,
    ) -> Result<Vec<Scenario>, Refusal> {
        let unknown = |error| Refusal::front(400, "UnknownScenario", &format!("{error}"));
        // Parsed before a rule is taken: a request with a mistake must not use it up.
        let special = Scenario::parse_list(header.unwrap_or_default()).map_err(unknown)?;
        let marked = Scenario::parse_list(markers).map_err(unknown)?;
        let mut script = lock(&self.script);
        let mut all = script.global.clone();
        if let Some(rule) = script.rules.iter_mut().find(|rule| rule.applies(prompt)) {
            all.extend(rule.take());
        }
        all.extend(special);
        all.extend(marked);
        Ok(all)
    }

    /// Whether to refuse this try of `rate-limited-times`. Scenarios of a single request start
    /// again after each success, so that a demo can be repeated; a global one does not.
    pub(crate) fn refuse_again(&self, prompt: &str, times: u32) -> bool {
        let mut script = lock(&self.script);
        let global = Plan::of(&script.global).refuse == Some(Scenario::RateLimitedTimes(times));
        let key = if global { 0 } else { hash(1, prompt.as_bytes()) };
        let refused = script.refused.entry(key).or_default();
        if *refused < times {
            *refused += 1;
            return true;
        }
        if !global {
            script.refused.remove(&key);
        }
        false
    }

    /// Seconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "the emulated Azure has a clock of its own")]
    pub(crate) fn now(&self) -> u64 {
        self.settings.date.unwrap_or_else(|| {
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
        })
    }
}
