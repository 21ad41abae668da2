//! Fills a database with entries such as a busy gateway makes, through the store, and times what is
//! read of it: `cargo run --release -p ledger --example fill -- fareway.db 1000000 [days]`.

use std::{path::Path, time::Instant};

use cost_model::{
    Attempt, Cost, Outcome, PriceBook, Query, Receipt, Sku, Timings, UsageSource, day_of,
};
use jiff::Timestamp;
use ledger::{
    Batch, Booked, Dimension, EntryFilter, EntryRow, Move, Page, Position, SpendQuery, Store, Who,
};
use llm_types::{ProviderFacts, ReportedUsage, Tokens};

/// 2026-10-01.
const START: i64 = 1_790_812_800_000;
const BATCH: u64 = 5_000;
const SERVED: [&str; 8] = [
    "gpt-5-nano-2025-08-07",
    "gpt-4.1-mini-2025-04-14",
    "gpt-5-mini-2025-08-07",
    "gpt-5",
    "grok-4",
    "DeepSeek-V3.1",
    "gpt-oss-120b",
    "a-model-without-a-price",
];

#[expect(clippy::print_stdout, reason = "an example tells what it did")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("expected the path of a database to be made")?;
    let count: u64 = args.next().ok_or("expected how many entries")?.parse()?;
    let days: u64 = args.next().map_or(Ok(30), |days| days.parse())?;
    let store = Store::sqlite(Path::new(&path)).await?;
    let started = Instant::now();
    let mut chance = Chance(7);
    let mut from = store.position("fill", "worker_0").await?;
    let first = from.map_or(0, |from| from.offset);
    for begin in (first..first + count).step_by(usize::try_from(BATCH)?) {
        let end = (begin + BATCH).min(first + count);
        let made: Vec<_> = (begin..end).map(|nth| chance.entry(nth, count, days)).collect();
        let booked = Booked { instance: "fill", ..Booked::default() };
        let rows = made.iter().map(|(receipt, who)| EntryRow::of(receipt, who, &booked)).collect();
        let to = Position { segment: 1, offset: end };
        let moves = vec![Move { writer: "worker_0", from, to }];
        store.apply(Batch { instance: "fill", moves, rows }).await?;
        from = Some(to);
    }
    println!("{count} entries in {:?}", started.elapsed());
    read(&store).await?;
    Ok(())
}

async fn read(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    for (name, filter) in one_filter().into_iter().chain(several()) {
        read_pages(store, name, &filter).await?;
    }
    read_reports(store).await
}

/// Each filter alone.
fn one_filter() -> Vec<(&'static str, EntryFilter)> {
    let some = |text: &str| Some(text.to_owned());
    let all = EntryFilter::default;
    let time = |days: i64| Some((START + days * 86_400_000) * 1_000);
    vec![
        ("all", all()),
        ("time", EntryFilter { from: time(3), to: time(4), ..all() }),
        ("key", EntryFilter { key_id: some(&key(3)), ..all() }),
        ("key_alias", EntryFilter { key_alias: some("alias-3"), ..all() }),
        ("team", EntryFilter { team_id: some("team-3"), ..all() }),
        ("tag", EntryFilter { tag: some("tag-5"), ..all() }),
        ("rare tag", EntryFilter { tag: some("rare"), ..all() }),
        ("no tag", EntryFilter { tag: some("none"), ..all() }),
        ("asked", EntryFilter { asked: some("azure-model-router"), ..all() }),
        ("served", EntryFilter { served: some("grok-4"), ..all() }),
        ("completed", EntryFilter { outcome: some("completed"), ..all() }),
        ("failed", EntryFilter { outcome: some("failed"), ..all() }),
        ("exact", EntryFilter { cost_status: some("exact"), ..all() }),
        ("partial", EntryFilter { cost_status: some("partial"), ..all() }),
        ("open", EntryFilter { outcome: some("open"), ..all() }),
        ("nobody", EntryFilter { user_id: some("nobody"), ..all() }),
        // All ids with its ending are read.
        ("provider's id", EntryFilter { provider_request_id: some("apim-none"), ..all() }),
    ]
}

/// Filters together, among them such that have nothing in common.
fn several() -> Vec<(&'static str, EntryFilter)> {
    let some = |text: &str| Some(text.to_owned());
    let all = EntryFilter::default;
    let time = |days: i64| Some((START + days * 86_400_000) * 1_000);
    vec![
        ("served, key", EntryFilter { served: some("gpt-5"), key_id: some(&key(9)), ..all() }),
        (
            "served, team, time",
            EntryFilter { served: some("grok-4"), team_id: some("team-1"), to: time(9), ..all() },
        ),
        ("tag, failed", EntryFilter { tag: some("tag-1"), outcome: some("failed"), ..all() }),
        (
            "tag, asked, exact",
            EntryFilter {
                tag: some("tag-1"),
                asked: some("azure-model-router"),
                cost_status: some("exact"),
                ..all()
            },
        ),
        // A key that is of another team: nothing fits, and both are many.
        (
            "key, other team",
            EntryFilter { key_id: some(&key(0)), team_id: some("team-1"), ..all() },
        ),
        (
            "asked, other deployment",
            EntryFilter {
                asked: some("azure-model-router"),
                deployment: some("azure/other"),
                ..all()
            },
        ),
        (
            "completed, partial",
            EntryFilter { outcome: some("completed"), cost_status: some("partial"), ..all() },
        ),
        (
            "failed, partial",
            EntryFilter { outcome: some("refused"), cost_status: some("partial"), ..all() },
        ),
    ]
}

#[expect(clippy::print_stdout, reason = "an example tells what it did")]
async fn read_pages(
    store: &Store,
    name: &str,
    filter: &EntryFilter,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut page = Page { before: None, limit: 100 };
    for nth in 1..=2 {
        let started = Instant::now();
        let found = store.entries(filter, &page).await?;
        let (took, rows, more) = (started.elapsed(), found.rows.len(), found.next.is_some());
        println!("{name}, page {nth}: {rows} rows in {took:?}, more: {more}");
        page.before = found.next;
        if page.before.is_none() {
            break;
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example tells what it did")]
async fn read_reports(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let by = |by: &[Dimension]| SpendQuery {
        by: by.to_vec(),
        from_day: Some(START / 86_400_000),
        to_day: Some(START / 86_400_000 + 31),
        ..SpendQuery::default()
    };
    for dimensions in [
        &[Dimension::Served][..],
        &[Dimension::Key],
        &[Dimension::Day, Dimension::Served],
        &[Dimension::Tag],
    ] {
        let started = Instant::now();
        let report = store.spend(&by(dimensions), 10_000).await?;
        let (rows, took) = (report.rows.len(), started.elapsed());
        println!("a month by {dimensions:?}: {rows} rows in {took:?}");
    }
    Ok(())
}

fn key(nth: u64) -> String {
    format!("{nth:064x}")
}

/// A xorshift: the same entries each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn entry(&mut self, nth: u64, count: u64, days: u64) -> (Receipt, Who) {
        let millis = i64::try_from(nth * (days * 86_400_000) / count).unwrap_or(0) + START;
        let at = Timestamp::from_millisecond(millis).unwrap_or_default();
        // Some are asked for more than others.
        let most = 1 + self.below(8);
        let served = SERVED[usize::try_from(self.below(most)).unwrap_or(0)];
        let usage = ReportedUsage {
            prompt_tokens: Some(Tokens(1 + self.below(20_000))),
            completion_tokens: Some(Tokens(self.below(4_000))),
            ..ReportedUsage::default()
        };
        let (sku, outcome) = (Sku::global(), self.below(100));
        let query = Query::new(served, &sku, day_of(at)).routed();
        let cost = match usage.billable() {
            Ok(usage) if outcome > 2 => PriceBook::builtin().cost(&query, &usage),
            _ => Cost::nothing(),
        };
        let outcome = match outcome {
            0 | 1 => Outcome::Refused { status: 429, code: Some("429".to_owned()) },
            2 => Outcome::Failed { reason: "connection reset".to_owned() },
            _ => Outcome::Completed,
        };
        let deployment: std::sync::Arc<str> = "azure_ai/azure-model-router".into();
        let random = self.below(1 << 40);
        let who = self.who(random);
        let receipt = Receipt {
            id: format!(
                "{:08x}-{:04x}-7000-8{:03x}-{random:012x}",
                millis >> 16,
                millis & 0xffff,
                nth % 4096
            ),
            at,
            api: Some(llm_types::Dialect::Chat),
            translated: false,
            asked: "azure-model-router".to_owned(),
            deployment: std::sync::Arc::clone(&deployment),
            deployment_id: std::sync::Arc::clone(&deployment),
            sku,
            routed: true,
            served: Some(served.to_owned()),
            stream: nth.is_multiple_of(2),
            outcome,
            service_tier: Some("default".to_owned()),
            usage: Some(usage),
            usage_source: UsageSource::Reported,
            usage_contradictory: None,
            cost,
            charged: llm_types::Usd::ZERO,
            charged_by: None,
            timings: Timings { duration_ms: self.below(5_000), ..Timings::default() },
            answer_id: Some(format!("chatcmpl-{random:x}")),
            provider: ProviderFacts::of_request(Some(format!("apim-{random:x}"))),
            attempts: vec![answered(deployment)],
            routing: None,
        };
        (receipt, who)
    }

    fn who(&mut self, random: u64) -> Who {
        let number = self.below(200);
        let tags = [
            Some(format!("tag-{}", number % 20)),
            random.is_multiple_of(100_003).then(|| "rare".to_owned()),
        ];
        Who {
            key_id: Some(key(number).into()),
            key_alias: Some(format!("alias-{number}").into()),
            team_id: Some(format!("team-{}", number % 10).into()),
            user_id: Some(format!("user-{}", number % 50).into()),
            end_user: Some(format!("customer-{}", self.below(10_000))),
            client_ip: Some(format!("192.0.2.{}", self.below(256)).into()),
            tags: tags.into_iter().flatten().collect(),
            ..Who::default()
        }
    }
}

/// The one attempt of a request.
fn answered(deployment: std::sync::Arc<str>) -> Attempt {
    let deployment_id = std::sync::Arc::clone(&deployment);
    Attempt { deployment, deployment_id, status: Some(200), error: None, bill: None }
}
