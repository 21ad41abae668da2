//! The list of priced models, with the rates of the given SKU.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use cost_model::Model;
use llm_types::PerMillion;
use serde::Serialize;

use super::Question;
use crate::output::command_error::Failure;

/// A model; the rates are dollars per million tokens, null where it is not sold this way.
#[derive(Serialize)]
struct Row<'a> {
    model: &'a str,
    vendor: &'a str,
    input: Option<PerMillion>,
    output: Option<PerMillion>,
    /// The price's day of review, where the requested day is that day or a later one.
    price_review_due: Option<String>,
    /// The day on which the model is, or was, retired.
    retired_on: Option<String>,
    #[serde(skip)]
    retired: bool,
}

/// Prints the models with `part` in their name.
pub(super) fn print(question: &Question, part: &str, json: bool) -> Result<(), Failure> {
    let part = part.to_ascii_lowercase();
    let models: BTreeMap<&str, &Model> = question
        .book
        .models()
        .filter(|model| model.id.to_ascii_lowercase().contains(&part))
        // By id, as an overlay's models are listed beside the published ones.
        .map(|model| (&*model.id, model))
        .collect();
    if models.is_empty() {
        return Err(Failure::failed(format!("no model has `{part}` in its name"))
            .advise("`fareway price --list` shows them all."));
    }
    let rows: Vec<Row<'_>> = models.values().map(|model| row(question, model)).collect();
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &rows).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    let width = rows.iter().map(|row| row.model.len()).max().unwrap_or_default();
    writeln!(out, "{:width$}  {:>10}  {:>10}  vendor", "model", "input", "output")?;
    for row in &rows {
        let (input, output) = (dollars(&row.input), dollars(&row.output));
        let (model, vendor, marks) = (row.model, row.vendor, row.marks());
        writeln!(out, "{model:width$}  {input:>10}  {output:>10}  {vendor}{marks}")?;
    }
    let (sku, tier, day) = (&question.sku, question.tier, question.day);
    writeln!(out, "\nUS dollars per 1M tokens: {sku}, service tier {tier}, on {day}")?;
    Ok(())
}

fn row<'a>(question: &Question, model: &'a Model) -> Row<'a> {
    let card = question.card(&model.id).ok();
    let due = card.and_then(|card| card.price.review_due(question.day));
    let rates = card.map(|card| card.tier.rates);
    Row {
        model: &model.id,
        vendor: &model.vendor,
        input: rates.map(|rates| PerMillion::from_micros(rates.input)),
        output: rates.and_then(|rates| rates.output).map(PerMillion::from_micros),
        price_review_due: due.map(|day| day.to_string()),
        retired_on: model.retired_on.map(|day| day.to_string()),
        retired: model.retired_on.is_some_and(|retired| retired <= question.day),
    }
}

impl Row<'_> {
    /// Remarks about the price and the model, each after two blanks.
    fn marks(&self) -> String {
        let retired = self.retired_on.as_ref().filter(|_| self.retired);
        let retired = retired.map(|day| format!("  retired {day}")).unwrap_or_default();
        let due = self.price_review_due.as_ref();
        let due = due.map(|day| format!("  under review since {day}")).unwrap_or_default();
        retired + &due
    }
}

fn dollars(rate: &Option<PerMillion>) -> String {
    rate.as_ref().map_or_else(|| "-".to_owned(), |rate| format!("${rate}"))
}
