//! `fareway price`: the price card of a model, the list of models, or the prices that changed.

mod card;
mod changes;
mod list;
mod missing_price;

use std::process::ExitCode;

use cost_model::{Day, PriceBook, Query, ServiceTier, Sku, day_of, service_tier};
use jiff::SignedDuration;
use llm_types::{Clock, SystemClock, Tokens};

use crate::{
    args::{prices::PriceArguments, sku::SkuArguments},
    output::command_error::Failure,
};

/// Look up what a model costs, or list the models that have a price
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The model, as an answer names it; with --list or --changed-since, a part of the name
    model: Option<String>,
    /// List the models; so does leaving out the model
    #[arg(long)]
    list: bool,
    /// List the prices that began, ended or were corrected on this day, UTC, or later, with old and new
    /// figures
    #[arg(long, value_name = "DATE",
          conflicts_with_all = ["list", "date", "tier", "deployment_type", "zone", "region"])]
    changed_since: Option<Day>,
    /// Service tier: `default`, `priority`, `flex` or `batch`
    #[arg(long, default_value = "default", value_parser = parse_tier)]
    tier: ServiceTier,
    /// The day of the request, UTC, such as 2026-11-22; today when absent
    #[arg(long, value_name = "DAY")]
    date: Option<Day>,
    #[command(flatten)]
    sku: SkuArguments,
    #[command(flatten)]
    prices: PriceArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The SKU, tier and day whose prices are shown.
struct Question {
    book: PriceBook,
    sku: Sku,
    tier: ServiceTier,
    day: Day,
    /// The last day for which a coming review of a price is mentioned.
    soon: Day,
    today: Day,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if let Some(since) = arguments.changed_since {
        let part = arguments.model.as_deref().unwrap_or_default();
        changes::print(&arguments.prices.book()?, since, part, arguments.json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let now = SystemClock.now();
    let today = day_of(now);
    let question = Question {
        book: arguments.prices.book()?,
        sku: arguments.sku.sku()?,
        tier: arguments.tier,
        day: arguments.date.unwrap_or(today),
        // Two weeks ahead: enough to look at Azure's page before the day.
        soon: day_of(now + SignedDuration::from_hours(14 * 24)),
        today,
    };
    match arguments.model.as_deref() {
        Some(model) if !arguments.list => card::print(&question, model, arguments.json)?,
        part => list::print(&question, part.unwrap_or_default(), arguments.json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn parse_tier(name: &str) -> Result<ServiceTier, String> {
    service_tier(Some(name))
        .ok_or_else(|| "expected `default`, `priority`, `flex` or `batch`".to_owned())
}

// === impl Question ===

impl Question {
    /// The question for one model, with a prompt so short that the first tier applies.
    fn card(&self, model: &str) -> Result<cost_model::PriceCard<'_>, cost_model::Unpriced> {
        let query = Query { tier: Some(self.tier), ..Query::new(model, &self.sku, self.day) };
        self.book.card(&query, Tokens(0))
    }
}
