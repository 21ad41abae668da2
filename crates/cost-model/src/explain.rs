//! A cost as text that a person can check by hand, and as JSON.

use std::fmt::{self, Write};

use llm_types::{PerMillion, Usd};
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use crate::{
    cost::{
        Cost, Line, ModelCost, PriceUsed,
        hidden_reasoning::{HiddenCost, RuleUsed},
    },
    price_book::Match,
};

impl Cost {
    /// Every line of the cost with the price that was used, for people.
    #[must_use]
    pub fn explain(&self) -> impl fmt::Display {
        Explained(self)
    }

    /// Writes the cost in the form that goes beside a usage's token counts (`usage.cost_details`), as JSON:
    /// amounts in dollars as decimal strings, null where there is no price.
    ///
    /// It is part of every answer, so its few keys are written as they are, without a serializer.
    pub fn write_details(&self, json: &mut Vec<u8>) {
        let model = self.model.as_ref();
        let written =
            |model: &ModelCost| model.cache_write.amount() + model.cache_write_1h.amount();
        json.extend_from_slice(br#"{"status":""#);
        json.extend_from_slice(self.status.as_str().as_bytes());
        let mut amount = |key: &str, amount| write_amount(json, key, amount);
        amount(r#"","currency":"USD","total":"#, self.total());
        amount(r#","uncached_input":"#, model.map(|model| model.uncached_input.amount()));
        amount(r#","cached_input":"#, model.map(|model| model.cached_input.amount()));
        amount(r#","cache_write":"#, model.map(written));
        amount(r#","output":"#, model.map(|model| model.output.amount()));
        // Only where there are any, so that other answers keep the keys that they always had.
        if let Some(hidden) = model.and_then(|model| model.hidden.as_ref()) {
            amount(r#","hidden_reasoning":"#, Some(hidden.line.amount()));
            if let Some(bound) = self.upper_bound() {
                amount(r#","upper_bound":"#, Some(bound));
            }
        }
        amount(r#","routing_fee":"#, self.routing_fee());
        if self.earlier != Usd::ZERO {
            amount(r#","earlier_attempts":"#, Some(self.earlier));
        }
        if let Some(model) = model {
            write_text(json, r#","price_id":"#, &model.price.id);
        }
        if let Some(day) = self.price_review_due() {
            write_text(json, r#","price_review_due":"#, &day.to_string());
        }
        if let Some(why) = &self.unpriced {
            write_text(json, r#","unpriced":"#, &why.to_string());
        }
        json.push(b'}');
    }

    /// The lines that make up the total, the routing fee last; `cache_write_1h` only when used.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, Line)> {
        // Few models have a price for writing to the cache for an hour.
        let shown = |name: &str, line: &Line| name != "cache_write_1h" || line.tokens.0 > 0;
        let model = self.model.iter().flat_map(|model| model.lines());
        let fee = self.fee.iter().map(|fee| ("routing_fee", fee.line));
        model.filter(move |(name, line)| shown(name, line)).chain(fee)
    }
}

struct Explained<'a>(&'a Cost);

struct Lines<'a>(&'a Cost);

// === impl Explained ===

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, self.0)?;
        if self.0.earlier != Usd::ZERO {
            writeln!(f, "earlier attempts, estimated: ${}", self.0.earlier)?;
        }
        let (status, known) = (self.0.status.as_str(), self.0.known());
        match self.0.total() {
            Some(total) => writeln!(f, "total: ${total} ({status})")?,
            // "more than $0" would say nothing.
            None if known > Usd::ZERO => {
                writeln!(f, "total: unknown, more than ${known} ({status})")?;
            }
            None => writeln!(f, "total: unknown ({status})")?,
        }
        if let Some(model) = &self.0.model {
            write_price(f, &model.price)?;
            if let Some(hidden) = &model.hidden {
                write_rule(f, hidden, self.0.upper_bound())?;
            }
        }
        if let Some(id) = self.0.fee.as_ref().and_then(|fee| fee.id.as_ref()) {
            writeln!(f, "fee: {id}")?;
        }
        self.0.unpriced.as_ref().map_or(Ok(()), |why| writeln!(f, "not priced: {why}"))
    }
}

/// One line each, in columns: `output  15 tokens × $30 / 1M = $0.00045`.
fn write_lines(f: &mut fmt::Formatter<'_>, cost: &Cost) -> fmt::Result {
    let rows: Vec<[String; 4]> = cost
        .lines()
        .map(|(name, line)| {
            let label = name.replace('_', " ");
            let amount = format!("${}", line.amount());
            [label, line.tokens.to_string(), format!("${}", line.rate), amount]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (label, tokens, rate) = (width(0), width(1), width(2));
    for [name, count, price, amount] in &rows {
        writeln!(f, "{name:label$}  {count:>tokens$} tokens × {price:>rate$} / 1M = {amount}")?;
    }
    Ok(())
}

fn write_price(f: &mut fmt::Formatter<'_>, price: &PriceUsed) -> fmt::Result {
    write!(f, "price: {} of {}", price.id, price.canonical)?;
    f.write_str(match price.matched {
        Match::Exact => "",
        Match::Normalised => ", found without the name's prefix",
        Match::SnapshotSuffixStripped => ", inferred: this snapshot is not listed",
        Match::Fixed => ", set for the deployment",
    })?;
    if price.over > 0 {
        write!(f, ", for prompts over {} tokens", price.over)?;
    }
    writeln!(f, "; {}", price.source)?;
    price.review_due.map_or(Ok(()), |day| {
        writeln!(f, "under review: this price was due for review on {day} and may be out of date")
    })
}

fn write_rule(
    f: &mut fmt::Formatter<'_>,
    hidden: &HiddenCost,
    upper_bound: Option<Usd>,
) -> fmt::Result {
    let Some(rule) = &hidden.rule else {
        return writeln!(
            f,
            "hidden reasoning: no billing rule is known for this model, so it counts as output"
        );
    };
    // The rule's reading is recognised by its rate: a stored cost keeps no other trace of it.
    let billed = if hidden.line.rate == hidden.if_billed { "billed" } else { "not billed" };
    write!(f, "hidden reasoning: {billed} by the rule {}; {}", rule.id, rule.basis)?;
    match upper_bound.filter(|_| hidden.in_doubt() > Usd::ZERO) {
        Some(bound) => writeln!(f, "; at most ${bound} if it is billed as output"),
        None => writeln!(f),
    }
}

fn write_amount(json: &mut Vec<u8>, key: &str, amount: Option<Usd>) {
    json.extend_from_slice(key.as_bytes());
    match amount {
        Some(amount) => {
            json.push(b'"');
            json.extend_from_slice(amount.plain().as_str().as_bytes());
            json.push(b'"');
        }
        None => json.extend_from_slice(b"null"),
    }
}

/// Ids and reasons can hold what an operator's own prices or an upstream wrote.
fn write_text(json: &mut Vec<u8>, key: &str, text: &str) {
    json.extend_from_slice(key.as_bytes());
    // Memory takes all that is written, and text can always be JSON.
    let _ = serde_json::to_writer(json, text);
}

// === impl Serialize for Cost: the form in a receipt ===

impl Serialize for Cost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("currency", "USD")?;
        map.serialize_entry("total", &self.total())?;
        map.serialize_entry("known", &self.known())?;
        map.serialize_entry("upper_bound", &self.upper_bound())?;
        map.serialize_entry("routing_fee", &self.routing_fee())?;
        map.serialize_entry("lines", &Lines(self))?;
        if self.earlier != Usd::ZERO {
            map.serialize_entry("earlier_attempts", &self.earlier)?;
        }
        map.serialize_entry("price", &self.model.as_ref().map(|model| &model.price))?;
        let hidden = self.model.as_ref().and_then(|model| model.hidden.as_ref());
        let rule = hidden.and_then(|hidden| hidden.rule.as_ref());
        let review_due = self.price_review_due().map(|day| day.to_string());
        map.serialize_entry("price_review_due", &review_due)?;
        map.serialize_entry("billing_rule", &rule)?;
        map.serialize_entry("fee_id", &self.fee.as_ref().and_then(|fee| fee.id.as_ref()))?;
        let why = self.unpriced.as_ref();
        map.serialize_entry("unpriced", &why.map(ToString::to_string))?;
        map.serialize_entry("unpriced_code", &why.map(crate::Unpriced::code))?;
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{}", self.explain());
        map.serialize_entry("explain", text.trim_end())?;
        map.end()
    }
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row {
            item: &'static str,
            tokens: llm_types::Tokens,
            usd_per_million: PerMillion,
            usd: Usd,
        }

        let mut list = serializer.serialize_seq(None)?;
        for (item, line) in self.0.lines() {
            let (tokens, usd) = (line.tokens, line.amount());
            list.serialize_element(&Row { item, tokens, usd_per_million: line.rate, usd })?;
        }
        list.end()
    }
}

impl Serialize for PriceUsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("canonical", &self.canonical)?;
        map.serialize_entry("match", &self.matched)?;
        map.serialize_entry("prompt_tokens_over", &self.over)?;
        map.serialize_entry("source", &self.source)?;
        map.end()
    }
}

impl Serialize for RuleUsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("basis", &self.basis)?;
        map.serialize_entry("settled", &self.settled)?;
        map.end()
    }
}
