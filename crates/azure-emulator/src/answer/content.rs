//! The content of an answer: prose, JSON for a schema, or a tool call, the same for the same
//! prompt.

use serde_json::{Value, json};

use crate::{
    answer::{schema, tokenizer, usage::reasoning_tokens},
    random::Dice,
    request::chat_request::{Ask, Form},
    routing::model_pool::{self, Reasoning},
};

/// One answer, before it takes its shape on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) said: Said,
    pub(crate) finish: &'static str,
    pub(crate) reasoning: u64,
}

/// Text to show, or a tool to call.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Text(String),
    ToolCall { id: String, name: String, arguments: String },
}

const SENTENCES: &[&str] = &[
    "The short answer is that it depends on what you want to optimise, and on how often.",
    "First, write down what you already know and what you would like to find out.",
    "A good rule is to start with the simplest thing that could work, then measure it.",
    "In practice most of the cost comes from a few requests that are much longer than the rest.",
    "Here is an example:\n\n- one step at a time\n- each step checked\n- nothing left to chance",
    "People in Zürich, São Paulo and 東京 have made the same observation. ✓",
    "You can try this yourself: change one thing, keep the others fixed, and compare. 🙂",
    "There are exceptions, of course; \"always\" and \"never\" are rarely the right words.",
    "```python\nprint(\"hello\")\n```",
    "That is why the second approach is usually preferred.",
    "If anything is unclear, ask again with a little more detail.",
];

// === impl Answer ===

impl Answer {
    /// The answer of `served` to `ask`; `choice` makes several answers to one prompt differ.
    pub(crate) fn compose(ask: &Ask, served: &str, seed: u64, choice: u64) -> Self {
        let mut dice = Dice::new(seed ^ choice, &ask.prompt);
        let reasoning = reasoning_tokens(ask, served, &mut dice);
        let said = match ask.form() {
            Form::Text => Said::Text(prose(&ask.prompt, &mut dice)),
            Form::JsonObject => Said::Text(json!({ "answer": prose("", &mut dice) }).to_string()),
            Form::JsonSchema(schema) => Said::Text(schema::example(schema, &mut dice).to_string()),
            Form::ToolCall(tool) => tool_call(tool, &mut dice),
        };
        let finish = match said {
            Said::Text(_) => "stop",
            Said::ToolCall { .. } => "tool_calls",
        };
        Self { said, finish, reasoning }.capped(ask.cap(), served)
    }

    /// The tokens that the client sees.
    pub(crate) fn visible(&self) -> u64 {
        match &self.said {
            // The end of the answer is a token too.
            Said::Text(text) if text.is_empty() => 0,
            Said::Text(text) => tokenizer::count(text) + u64::from(self.finish == "stop"),
            Said::ToolCall { name, arguments, .. } => {
                8 + tokenizer::count(name) + tokenizer::count(arguments)
            }
        }
    }

    /// The first half of the answer, stopped by the content filter.
    pub(crate) fn filtered(mut self) -> Self {
        if let Said::Text(text) = &mut self.said {
            let half = tokenizer::pieces(text).count().div_ceil(2);
            *text = tokenizer::pieces(text).take(half).collect();
        }
        self.finish = "content_filter";
        self
    }

    /// Within `cap` tokens. Reasoning comes first, so that a small cap can leave nothing to show.
    fn capped(mut self, cap: Option<u64>, served: &str) -> Self {
        let Some(cap) = cap else { return self };
        let inside = model_pool::reasoning(served) == Reasoning::Inside;
        if inside {
            self.reasoning = self.reasoning.min(cap);
        }
        let room = if inside { cap - self.reasoning } else { cap };
        if self.visible() > room {
            let room = usize::try_from(room).unwrap_or(usize::MAX);
            self.finish = "length";
            self.said = match self.said {
                Said::Text(text) => Said::Text(tokenizer::pieces(&text).take(room).collect()),
                Said::ToolCall { .. } => Said::Text(String::new()),
            };
        }
        self
    }
}

pub(crate) fn prose(prompt: &str, dice: &mut Dice) -> String {
    let topic: Vec<&str> = prompt.split_whitespace().take(6).collect();
    let mut text = match topic.as_slice() {
        [] => "Here is what I can say.".to_owned(),
        words => format!("You asked about \"{}\".", words.join(" ")),
    };
    for _ in 0..=dice.below(4) {
        text.push(' ');
        text.push_str(SENTENCES[dice.below(SENTENCES.len())]);
    }
    text
}

fn tool_call(tool: &Value, dice: &mut Dice) -> Said {
    let name = tool.pointer("/function/name").and_then(Value::as_str).unwrap_or_default();
    let schema = tool.pointer("/function/parameters").cloned().unwrap_or_else(|| json!({}));
    // A schema that says nothing would be read as a string; a tool's arguments are always an
    // object.
    let schema = if schema == json!({}) { json!({ "type": "object" }) } else { schema };
    Said::ToolCall {
        id: format!("call_{}", dice.letters(24)),
        name: name.to_owned(),
        arguments: schema::example(&schema, dice).to_string(),
    }
}
