//! An embedding request as the model API reads it.

use serde_json::{Map, Value};

use crate::request::{chat_request::without_markers, refusal::Refusal, validation};

/// A request body that is valid as far as Azure checks.
#[derive(Debug)]
pub(crate) struct EmbeddingAsk {
    body: Map<String, Value>,
    pub(crate) inputs: Vec<Input>,
    /// The first text, without scenario markers.
    pub(crate) prompt: String,
    /// The content of the markers: `[[scenario:NAME]]`.
    pub(crate) markers: String,
}

/// One text that becomes a vector.
#[derive(Debug)]
pub(crate) struct Input {
    /// The text, or the numbers of its tokens.
    pub(crate) text: String,
    pub(crate) tokens: u64,
}

/// Most texts of one request.
const MOST_INPUTS: usize = 2_048;
/// Most tokens of one text.
const LONGEST: u64 = 8_192;

const PARAMETERS: [&str; 5] = ["model", "input", "encoding_format", "dimensions", "user"];

// === impl EmbeddingAsk ===

impl EmbeddingAsk {
    /// Reads and checks a request body. `count` counts the tokens of a text.
    pub(crate) fn read(body: &[u8], count: fn(&str) -> u64) -> Result<Self, Refusal> {
        let body: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| validation::not_json())?;
        let input = body.get("input").ok_or_else(|| validation::missing("input"))?;
        let inputs = inputs(input, count).ok_or_else(invalid_input)?;
        let (prompt, markers) = match first_text(input) {
            Some(text) => without_markers(text),
            None => Default::default(),
        };
        Ok(Self { inputs, prompt, markers, body })
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// A key that Azure does not know.
    pub(crate) fn unknown_parameter(&self) -> Option<&str> {
        self.body.keys().map(String::as_str).find(|name| !PARAMETERS.contains(name))
    }

    /// Whether the vectors shall be base64.
    pub(crate) fn base64(&self) -> Result<bool, Refusal> {
        match self.body.get("encoding_format") {
            None | Some(Value::Null) => Ok(false),
            Some(Value::String(format)) if format == "float" => Ok(false),
            Some(Value::String(format)) if format == "base64" => Ok(true),
            Some(_) => Err(invalid("encoding_format")),
        }
    }

    /// The numbers of each vector, of a model that has so many and may take fewer.
    pub(crate) fn dimensions(&self, most: usize, shortens: bool) -> Result<usize, Refusal> {
        let wanted = match self.body.get("dimensions") {
            None | Some(Value::Null) => return Ok(most),
            Some(wanted) => wanted.as_u64().and_then(|wanted| usize::try_from(wanted).ok()),
        };
        if !shortens {
            let message = "This model does not support specifying dimensions.";
            return Err(Refusal::invalid(message, None, None));
        }
        let fits = |wanted: &usize| (1..=most).contains(wanted);
        wanted.filter(fits).ok_or_else(|| invalid("dimensions"))
    }

    /// Tokens of all texts.
    pub(crate) fn tokens(&self) -> u64 {
        self.inputs.iter().map(|input| input.tokens).sum()
    }

    /// Refuses a text that is too long for the model.
    pub(crate) fn check_length(&self) -> Result<(), Refusal> {
        let Some(long) = self.inputs.iter().find(|input| input.tokens > LONGEST) else {
            return Ok(());
        };
        let tokens = long.tokens;
        let message = format!(
            "This model's maximum context length is {LONGEST} tokens, however you requested \
             {tokens} tokens ({tokens} in your prompt; 0 for the completion). Please reduce your \
             prompt; or completion length."
        );
        Err(Refusal::invalid(&message, None, None))
    }
}

/// The texts of an input in one of its four forms.
fn inputs(input: &Value, count: fn(&str) -> u64) -> Option<Vec<Input>> {
    let all = match input {
        Value::String(_) => vec![text_or_tokens(input, count)?],
        Value::Array(items) if items.first().is_some_and(Value::is_number) => {
            vec![text_or_tokens(input, count)?]
        }
        Value::Array(items) => {
            items.iter().map(|item| text_or_tokens(item, count)).collect::<Option<_>>()?
        }
        _ => return None,
    };
    (1..=MOST_INPUTS).contains(&all.len()).then_some(all)
}

fn text_or_tokens(input: &Value, count: fn(&str) -> u64) -> Option<Input> {
    match input {
        Value::String(text) if !text.is_empty() => {
            Some(Input { tokens: count(text), text: text.clone() })
        }
        Value::Array(tokens) if !tokens.is_empty() && tokens.iter().all(Value::is_u64) => {
            let tokens = u64::try_from(tokens.len()).ok()?;
            Some(Input { text: input.to_string(), tokens })
        }
        _ => None,
    }
}

fn first_text(input: &Value) -> Option<&str> {
    input.as_str().or_else(|| input.get(0).and_then(Value::as_str))
}

fn invalid_input() -> Refusal {
    invalid("input")
}

fn invalid(name: &str) -> Refusal {
    let message = format!(
        "'$.{name}' is invalid. Please check the API reference: \
         https://platform.openai.com/docs/api-reference."
    );
    Refusal::invalid(&message, None, None)
}
