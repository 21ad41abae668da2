//! The content of a message: thoughts, text, calls of tools; and its usage in Anthropic's counts.

use serde_json::{Value, json};

use crate::{
    answer::{content::prose, message_prompt::Counted, schema, tokenizer},
    random::Dice,
    request::messages_request::MessagesAsk,
    scenario::plan::Plan,
};

/// A message before it takes its shape on the wire.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// The `model` that the client reads.
    pub(crate) model: String,
    pub(crate) blocks: Vec<Value>,
    pub(crate) stop: &'static str,
    /// Nothing when it is withheld.
    pub(crate) usage: Option<Value>,
    /// How the router decided, if it is to be told.
    pub(crate) selection: Option<Value>,
}

/// What is said, and how many tokens that are.
pub(crate) struct Said {
    pub(crate) blocks: Vec<Value>,
    pub(crate) stop: &'static str,
    output: u64,
    thinking: u64,
    searches: u64,
}

/// The tokens that frame a call of a tool.
const CALL: u64 = 8;

// === impl Said ===

impl Said {
    /// The answer to `ask`, the same for the same prompt.
    pub(crate) fn compose(ask: &MessagesAsk, seed: u64, plan: &Plan) -> Self {
        let mut dice = Dice::new(seed, &format!("{}{}", ask.prompt, ask.results()));
        let mut said =
            Self { blocks: Vec::new(), stop: "end_turn", output: 0, thinking: 0, searches: 0 };
        if ask.thinks() {
            said.think(&mut dice);
        }
        if let Some(Some(call)) = ask.scripted_call() {
            said.call(call["name"].as_str().unwrap_or_default(), &call["input"], &mut dice);
            return said;
        }
        if let Some(tool) = ask.tool_to_call().filter(|_| ask.scripted_call().is_none()) {
            let empty = json!({ "type": "object" });
            let schema = tool.get("input_schema").unwrap_or(&empty);
            let input = schema::example(schema, &mut dice);
            said.call(tool["name"].as_str().unwrap_or_default(), &input, &mut dice);
            return said;
        }
        if ask.searches() && ask.results() == 0 {
            said.search(&ask.prompt, &mut dice);
        }
        let text = match ask.schema() {
            Some(schema) => schema::example(schema, &mut dice).to_string(),
            None => prose(&ask.prompt, &mut dice),
        };
        said.text(&text, ask.cap(), plan.filtered_answer);
        said
    }

    fn think(&mut self, dice: &mut Dice) {
        let thought = prose("", dice);
        self.thinking = tokenizer::count(&thought);
        self.output += self.thinking;
        let signature = dice.letters(40);
        self.blocks
            .push(json!({ "type": "thinking", "thinking": thought, "signature": signature }));
    }

    fn call(&mut self, name: &str, input: &Value, dice: &mut Dice) {
        let id = format!("toolu_{}", dice.letters(24));
        self.output += CALL + tokenizer::count(name) + tokenizer::count(&input.to_string());
        self.blocks.push(json!({ "type": "tool_use", "id": id, "name": name, "input": input }));
        self.stop = "tool_use";
    }

    fn search(&mut self, prompt: &str, dice: &mut Dice) {
        let id = format!("srvtoolu_{}", dice.letters(24));
        let input = json!({ "query": prompt });
        self.output += CALL + tokenizer::count(&input.to_string());
        let call =
            json!({ "type": "server_tool_use", "id": id, "name": "web_search", "input": input });
        let found = json!({ "type": "web_search_result", "url": "https://example.com/", "title": "Example",
            "encrypted_content": dice.letters(60), "page_age": null });
        self.blocks.push(call);
        self.blocks.push(
            json!({ "type": "web_search_tool_result", "tool_use_id": id, "content": [found] }),
        );
        self.searches += 1;
    }

    fn text(&mut self, text: &str, cap: u64, filtered: bool) {
        let room = usize::try_from(cap.saturating_sub(self.output)).unwrap_or(usize::MAX);
        let whole = tokenizer::pieces(text).count();
        let kept = if filtered { whole.div_ceil(2) } else { whole }.min(room);
        let text: String = tokenizer::pieces(text).take(kept).collect();
        self.output += u64::try_from(kept).unwrap_or_default();
        self.stop = match (filtered, kept < whole) {
            (true, _) => "refusal",
            (false, true) => "max_tokens",
            (false, false) => "end_turn",
        };
        self.blocks.push(json!({ "type": "text", "text": text, "citations": null }));
    }

    /// The usage, where so many tokens of the prompt were read from the cache.
    pub(crate) fn usage(
        &self,
        ask: &MessagesAsk,
        counted: &Counted,
        cached: u64,
        plan: &Plan,
    ) -> Value {
        let (mut short, mut long, mut before) = (0, 0, cached);
        for (tokens, hour) in &counted.breakpoints {
            let written = tokens.saturating_sub(before);
            *(if *hour { &mut long } else { &mut short }) += written;
            before = before.max(*tokens);
        }
        let tier = plan.tier.as_deref().or_else(|| ask.text("service_tier"));
        let tier = tier.filter(|tier| !matches!(*tier, "auto" | "standard_only"));
        let mut usage = json!({
            "input_tokens": counted.tokens - cached - short - long,
            "cache_creation_input_tokens": short + long,
            "cache_read_input_tokens": cached,
            "cache_creation": {
                "ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long,
            },
            "output_tokens": self.output,
            "output_tokens_details": { "thinking_tokens": self.thinking },
            "service_tier": tier.unwrap_or("standard"),
        });
        if let Some(speed) = ask.text("speed") {
            usage["speed"] = speed.into();
        }
        if self.searches > 0 {
            usage["server_tool_use"] =
                json!({ "web_search_requests": self.searches, "web_fetch_requests": 0 });
        }
        usage
    }
}

// === impl Message ===

impl Message {
    /// The whole answer in one object.
    pub(crate) fn whole(&self) -> String {
        let mut message = self.object(self.blocks.clone());
        message["stop_reason"] = self.stop.into();
        if let Some(usage) = &self.usage {
            message["usage"] = usage.clone();
        }
        message.to_string()
    }

    /// The object without what is only known at its end.
    pub(crate) fn object(&self, blocks: Vec<Value>) -> Value {
        let mut message = json!({
            "id": self.id, "type": "message", "role": "assistant", "model": self.model,
            "content": blocks, "stop_reason": null, "stop_sequence": null,
        });
        if let Some(selection) = &self.selection {
            message["model_selection_details"] = selection.clone();
        }
        message
    }
}
