//! Random entries for tests, such as a busy gateway creates: few names, many combinations.

use cost_model::{
    Attempt, ChargeRule, Cost, Outcome, PriceBook, Query, Receipt, Sku, Timings, UsageSource,
    day_of,
};
use jiff::Timestamp;
use llm_types::{Dialect, ProviderFacts, ReportedUsage, Tokens, Usd};
use proptest::prelude::*;

use super::{Batch, Move, Store};
use crate::{
    entry::{Booked, caller::Who, row::EntryRow},
    spool::Position,
};

/// The first day of them, since 1970.
pub(super) const FIRST_DAY: i64 = 20_400;

/// What chance decides of one entry.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Days after the first.
    day: i64,
    /// One of a few of each.
    asked: u8,
    served: u8,
    who: u8,
    outcome: u8,
    tags: u8,
    prompt: u64,
    output: u64,
}

pub(super) fn drawn() -> impl Strategy<Value = Drawn> {
    let names = (0_u8..3, 0_u8..6, 0_u8..5, 0_u8..6, 0_u8..8);
    (0_i64..4, names, 1_u64..2_000_000, 0_u64..2_000_000).prop_map(
        |(day, (asked, served, who, outcome, tags), prompt, output)| Drawn {
            day,
            asked,
            served,
            who,
            outcome,
            tags,
            prompt,
            output,
        },
    )
}

/// The rows of entries, each a second after the one before within its day.
pub(super) fn rows(all: &[Drawn]) -> Vec<EntryRow<'static>> {
    all.iter().enumerate().map(|(nth, drawn)| drawn.row(nth)).collect()
}

/// Puts settled rows into a store, in two batches.
pub(super) async fn fill(store: &Store, rows: &[EntryRow<'static>]) {
    let at = |offset| Position { segment: 1, offset };
    let (first, second) = rows.split_at(rows.len() / 2);
    for (from, to, rows) in [(None, 1, first), (Some(1), 2, second)] {
        let moves = vec![Move { writer: "worker_0", from: from.map(at), to: at(to) }];
        let batch = Batch { instance: "here", moves, rows: rows.to_vec() };
        store.apply(batch).await.unwrap();
    }
}

// === impl Drawn ===

impl Drawn {
    fn row(&self, nth: usize) -> EntryRow<'static> {
        let receipt = self.receipt(nth);
        let name = |kind: &str, nth: u8| Some(format!("{kind}-{nth}").as_str().into());
        let tags = (0..3).filter(|bit| self.tags & (1 << bit) != 0).map(|bit| format!("tag-{bit}"));
        let who = Who {
            key_id: (self.who > 0).then(|| name("key", self.who)).flatten(),
            key_alias: (self.who > 1).then(|| name("alias", self.who)).flatten(),
            team_id: (self.who > 2).then(|| name("team", self.who % 2)).flatten(),
            user_id: (self.who > 0).then(|| name("user", self.who % 3)).flatten(),
            end_user: (self.tags > 4).then(|| "ann".to_owned()),
            session_id: (self.tags > 5).then(|| "session".to_owned()),
            client_ip: (self.tags > 2).then(|| format!("192.0.2.{}", self.who % 2).into()),
            tags: tags.collect(),
            ..Who::default()
        };
        let charged = receipt.cost.total().unwrap_or(Usd::from_picos(7));
        let booked = Booked { instance: "here", charged, ..Booked::default() };
        owned(&EntryRow::of(&receipt, &who, &booked))
    }

    fn api(&self) -> Option<Dialect> {
        [Some(Dialect::Chat), Some(Dialect::Embeddings), None][usize::from(self.who % 3)]
    }

    fn region(&self) -> Option<&'static str> {
        [Some("East US 2"), Some("Sweden Central"), None][usize::from(self.who % 3)]
    }

    fn served(&self) -> Option<&'static str> {
        [
            Some("gpt-5-nano-2025-08-07"),
            Some("gpt-5"),
            Some("grok-4"),
            Some("nobody-knows-1"),
            Some("nobody-knows-2"),
            None,
        ][usize::from(self.served)]
    }

    fn receipt(&self, nth: usize) -> Receipt {
        let seconds = (FIRST_DAY + self.day) * 86_400 + i64::try_from(nth).unwrap();
        let at = Timestamp::from_second(seconds).unwrap();
        let sku = Sku::global();
        let served = self.served();
        let usage = ReportedUsage {
            prompt_tokens: Some(Tokens(self.prompt)),
            completion_tokens: Some(Tokens(self.output)),
            ..ReportedUsage::default()
        };
        let outcome = match self.outcome {
            0 => Outcome::Refused { status: 429, code: None },
            1 => Outcome::Failed { reason: "it broke".to_owned() },
            2 => Outcome::ClientGone,
            _ => Outcome::Completed,
        };
        let query = Query::new(served.unwrap_or_default(), &sku, day_of(at));
        let query = if self.asked == 0 { query.routed() } else { query };
        let cost = match self.outcome {
            0 => Cost::nothing(),
            2 => PriceBook::builtin().cost(&query, &usage.billable().unwrap()).estimated(),
            _ => PriceBook::builtin().cost(&query, &usage.billable().unwrap()),
        };
        let source = if self.outcome == 2 { UsageSource::Estimated } else { UsageSource::Reported };
        let deployment = ["azure_ai/router", "azure/one"][usize::from(self.asked.min(1))];
        let millis = seconds * 1_000;
        let priced = cost.total().is_some();
        let rule = if priced { ChargeRule::Cost } else { ChargeRule::Reservation };
        Receipt {
            id: format!("{:08x}-{:04x}-7000-8000-{nth:012x}", millis >> 16, millis & 0xffff),
            at,
            api: self.api(),
            translated: nth.is_multiple_of(7),
            asked: format!("group-{}", self.asked),
            deployment: deployment.into(),
            deployment_id: deployment.into(),
            routed: query.routed,
            sku: sku.clone(),
            served: served.map(str::to_owned),
            stream: nth.is_multiple_of(2),
            outcome,
            service_tier: None,
            usage: (self.outcome != 0).then_some(usage),
            usage_source: source,
            usage_contradictory: None,
            cost,
            charged: Usd::ZERO,
            charged_by: Some(rule),
            timings: Timings { duration_ms: self.output % 1_000, ..Timings::default() },
            answer_id: Some(format!("chatcmpl-{}", nth % 30)),
            provider: ProviderFacts {
                request_id: Some(format!("apim-{}", nth % 40)),
                region: self.region().map(str::to_owned),
            },
            attempts: vec![answered(deployment)],
            routing: None,
        }
    }
}

/// The one attempt of a request.
fn answered(deployment: &str) -> Attempt {
    Attempt {
        deployment: deployment.into(),
        deployment_id: deployment.into(),
        status: Some(200),
        error: None,
        bill: None,
    }
}

/// A row that borrows nothing that ends.
fn owned(row: &EntryRow<'_>) -> EntryRow<'static> {
    let json = serde_json::to_string(row).unwrap();
    serde_json::from_str(Box::leak(json.into_boxed_str())).unwrap()
}
