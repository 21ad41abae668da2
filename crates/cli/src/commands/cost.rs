//! `fareway cost`: reads cost questions and prints costs, one JSON object a line.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use cost_model::{Cost, CostStatus, PriceBook, Quote, QuoteRequest, QuoteUsage};
use llm_types::Usd;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    args::prices::PriceArguments,
    output::{
        command_error::{FAILED, Failure},
        terminal,
    },
};

/// Cost requests, one JSON object a line: served model, SKU, day and token counts
///
/// Each line is an object such as
///
/// {"id": 1, "model": "gpt-5-nano", "date": "2026-11-22", "router_fee": true,
///  "usage": {"prompt_tokens": 19, "completion_tokens": 5}}
///
/// with "deployment_type", "zone", "region" and "service_tier" where they are not the usual ones.
/// Each gives a line of JSON with its "id", the cost, in dollars, and its "status" (with
/// "upper_bound" and "price_review_due" where there are such), or an "error":
/// "unknown_model", "no_price", "no_fee", "invalid_usage" or "invalid_input". The reason is written to
/// standard error. A line that is "invalid_input" makes the exit code 1 in the end.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// Where the lines are; standard input when absent or `-`
    file: Option<PathBuf>,
    #[command(flatten)]
    prices: PriceArguments,
    /// Explain each cost line by line, for people
    #[arg(long)]
    explain: bool,
    /// Print JSON; it is what is printed anyway
    #[arg(long, conflicts_with = "explain")]
    json: bool,
}

/// Why a line is no question about a cost.
#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error("expected one JSON object: {}", at_column(.0))]
    NotJson(serde_json::Error),
    #[error("expected one JSON object, found another kind of value")]
    NotAnObject,
    #[error(transparent)]
    Fields(serde_json::Error),
    #[error(transparent)]
    Sku(cost_model::SkuError),
    #[error("the usage cannot be read: {0}")]
    Usage(serde_json::Error),
}

/// One line of input.
struct Question {
    /// Null as long as it is not known.
    id: Value,
    request: Result<QuoteRequest, LineError>,
}

/// One line of output.
#[derive(Serialize)]
struct Costed {
    id: Value,
    #[serde(flatten)]
    quote: Quote,
    #[serde(flatten)]
    certainty: Option<Certainty>,
}

/// How sure a cost is.
#[derive(Serialize)]
struct Certainty {
    status: CostStatus,
    /// The most that the total can be, where that is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_bound: Option<Usd>,
    /// The price's day of review, where the request's day is that day or a later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_review_due: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let file = arguments.file.as_deref().filter(|file| *file != Path::new("-"));
    let input: Box<dyn Read> = match file {
        Some(file) => Box::new(File::open(file).map_err(|error| {
            Failure::usage(format!("cannot read `{}`: {error}", file.display()))
        })?),
        None => Box::new(io::stdin()),
    };
    let book = arguments.prices.book()?;
    let out = BufWriter::new(io::stdout().lock());
    let all_read = cost_all(&book, BufReader::new(input), out, arguments.explain)?;
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Costs each line as it comes; whether all of them could be read.
fn cost_all(
    book: &PriceBook,
    mut input: BufReader<impl Read>,
    mut out: impl Write,
    explain: bool,
) -> io::Result<bool> {
    let (mut line, mut number, mut all_read) = (Vec::new(), 0_u64, true);
    // As bytes: a line that is not UTF-8 is its own error, and does not end the command.
    while input.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        if !line.trim_ascii().is_empty() {
            let question = Question::read(&line);
            let quote = question.quote(book);
            // Only unreadable input fails the command; a model without a price is an answer.
            all_read &= !matches!(quote, Quote::Error { error: INVALID_INPUT, .. });
            if let Quote::Error { message, .. } = &quote {
                terminal::remark(&format!("line {number}: {message}"));
            }
            match question.cost(book) {
                Some(cost) if explain => explain_line(&mut out, &question.id, &cost)?,
                cost => write_line(&mut out, question.id, quote, cost)?,
            }
        }
        line.clear();
        // Shown before the next line, which may have to be waited for.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(all_read)
}

/// The error of one line, without its number: the message already names the line of the input.
fn at_column(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    format!("{what} at column {}", error.column())
}

fn write_line(out: &mut impl Write, id: Value, quote: Quote, cost: Option<Cost>) -> io::Result<()> {
    let priced = cost.filter(|_| matches!(quote, Quote::Priced(_)));
    let certainty = priced.as_ref().map(Certainty::of);
    serde_json::to_writer(&mut *out, &Costed { id, quote, certainty })?;
    out.write_all(b"\n")
}

fn explain_line(out: &mut impl Write, id: &Value, cost: &Cost) -> io::Result<()> {
    writeln!(out, "{id}")?;
    cost.explain().to_string().lines().try_for_each(|line| writeln!(out, "  {line}"))
}

// === impl Certainty ===

impl Certainty {
    fn of(cost: &Cost) -> Self {
        Self {
            status: cost.status,
            upper_bound: cost.upper_bound().filter(|bound| Some(*bound) > cost.total()),
            price_review_due: cost.price_review_due().map(|day| day.to_string()),
        }
    }
}

// === impl Question ===

impl Question {
    fn read(line: &[u8]) -> Self {
        let mut id = Value::Null;
        let request = read(line, &mut id);
        Self { id, request }
    }

    fn quote(&self, book: &PriceBook) -> Quote {
        match &self.request {
            Ok(request) => request.quote(book).unwrap_or_else(|why| LineError::Sku(why).quote()),
            Err(why) => why.quote(),
        }
    }

    /// The same with every line of it, where there is one.
    fn cost(&self, book: &PriceBook) -> Option<Cost> {
        self.request.as_ref().ok()?.cost(book).ok()
    }
}

/// The request on a line; `id` is set as soon as it is known.
fn read(line: &[u8], id: &mut Value) -> Result<QuoteRequest, LineError> {
    let question: Value = serde_json::from_slice(line).map_err(LineError::NotJson)?;
    let Value::Object(fields) = &question else { return Err(LineError::NotAnObject) };
    *id = fields.get("id").cloned().unwrap_or_default();
    // Invalid counts are another error than a line that is no question.
    if let Some(usage) = fields.get("usage").filter(|usage| usage.is_object()) {
        QuoteUsage::deserialize(usage).map_err(LineError::Usage)?;
    }
    QuoteRequest::deserialize(question).map_err(LineError::Fields)
}

// === impl LineError ===

const INVALID_INPUT: &str = "invalid_input";

impl LineError {
    fn quote(&self) -> Quote {
        let error = if matches!(self, Self::Usage(_)) { "invalid_usage" } else { INVALID_INPUT };
        Quote::Error { error, canonical_model: None, message: self.to_string() }
    }
}
