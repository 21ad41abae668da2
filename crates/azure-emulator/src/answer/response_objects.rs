//! Azure's response objects: the whole answer, and its items.

use serde_json::{Map, Value, json};

use crate::{
    answer::{
        content::{Answer, Said},
        usage::Usage,
    },
    random::Dice,
    scenario::plan::Plan,
};

/// Everything about a response that is not the answer itself.
#[derive(Debug)]
pub(crate) struct ResponseTurn {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) model: String,
    /// The tier that was asked for, and the one that is billed.
    pub(crate) tiers: (String, String),
    pub(crate) obfuscation: bool,
    /// The usage to show; nothing when it is withheld.
    pub(crate) usage: Option<Value>,
    pub(crate) selection: Option<Value>,
    /// As it was sent.
    pub(crate) request: Map<String, Value>,
    pub(crate) dice: Dice,
}

/// What the request says, with what it is where the request does not say it.
const ECHOED: [(&str, &str); 17] = [
    ("background", "false"),
    ("instructions", "null"),
    ("max_output_tokens", "null"),
    ("max_tool_calls", "null"),
    ("metadata", "{}"),
    ("parallel_tool_calls", "true"),
    ("previous_response_id", "null"),
    ("prompt_cache_key", "null"),
    ("safety_identifier", "null"),
    ("store", "true"),
    ("temperature", "1.0"),
    ("tool_choice", "\"auto\""),
    ("tools", "[]"),
    ("top_logprobs", "0"),
    ("top_p", "1.0"),
    ("truncation", "\"disabled\""),
    ("user", "null"),
];

/// The usage as Responses show it.
pub(crate) fn usage(usage: &Usage, plan: &Plan) -> Value {
    let mut written = usage.cache_write.unwrap_or(0);
    let mut details = json!({ "cached_tokens": usage.cached });
    if plan.contradiction {
        // Only what is shown is wrong: the log keeps the true usage.
        details["cached_tokens"] = (usage.prompt + 1).into();
    }
    if plan.long_cache {
        written = written.max(usage.prompt - usage.cached);
        details["cache_write_tokens_details"] = json!({ "ttl_12h_tokens": written });
    }
    details["cache_write_tokens"] = written.into();
    json!({
        "input_tokens": usage.prompt,
        "input_tokens_details": details,
        "output_tokens": usage.completion,
        "output_tokens_details": { "reasoning_tokens": usage.reasoning },
        "total_tokens": usage.total,
    })
}

// === impl ResponseTurn ===

impl ResponseTurn {
    /// The response while it is made: nothing but what the request says.
    pub(crate) fn begun(&self) -> Value {
        let mut response = json!({
            "id": self.id, "object": "response", "created_at": self.created, "status": "in_progress",
            "completed_at": null, "error": null, "incomplete_details": null, "model": self.model,
            "output": [], "service_tier": self.tiers.0, "usage": null,
            "reasoning": self.said("reasoning", json!({ "effort": null, "summary": null })),
            "text": self.said("text", json!({ "format": { "type": "text" }, "verbosity": "medium" })),
        });
        for (key, otherwise) in ECHOED {
            let otherwise = serde_json::from_str(otherwise).unwrap_or_default();
            response[key] = self.said(key, otherwise);
        }
        if let Some(selection) = &self.selection {
            response["model_selection_details"] = selection.clone();
        }
        response
    }

    /// The response when it has ended well, or too early.
    pub(crate) fn ended(&self, answer: &Answer) -> Value {
        let mut response = self.begun();
        let reason = incomplete(answer);
        response["status"] = if reason.is_some() { "incomplete" } else { "completed" }.into();
        response["incomplete_details"] =
            reason.map_or(Value::Null, |reason| json!({ "reason": reason }));
        response["completed_at"] = (self.created + 1).into();
        response["output"] = self.items(answer).into();
        response["service_tier"] = self.tiers.1.as_str().into();
        response["usage"] = self.usage.clone().unwrap_or_default();
        response["content_filters"] = json!([{
            "blocked": answer.finish == "content_filter", "source_type": "prompt",
            "content_filter_results": { "hate": { "filtered": false, "severity": "safe" } },
            "content_filter_offsets": { "start_offset": 0, "end_offset": 6, "check_offset": 0 },
        }]);
        response
    }

    /// The response when it has failed.
    pub(crate) fn failed(&self, error: &Value, usage: bool) -> Value {
        let mut response = self.begun();
        response["status"] = "failed".into();
        response["error"] = json!({ "code": error["code"], "message": error["message"] });
        response["service_tier"] = self.tiers.1.as_str().into();
        if usage {
            response["usage"] = self.usage.clone().unwrap_or_default();
        }
        response
    }

    /// The items of an answer: what was thought, and what is said.
    pub(crate) fn items(&self, answer: &Answer) -> Vec<Value> {
        let thought = (answer.reasoning > 0).then(|| self.thought());
        thought.into_iter().chain([self.spoken(answer)]).collect()
    }

    fn thought(&self) -> Value {
        json!({ "id": self.item_id("rs"), "type": "reasoning", "summary": [] })
    }

    fn spoken(&self, answer: &Answer) -> Value {
        let status = if incomplete(answer).is_some() { "incomplete" } else { "completed" };
        match &answer.said {
            Said::Text(text) => json!({
                "id": self.item_id("msg"), "type": "message", "status": status, "role": "assistant",
                "content": [text_part(text)],
            }),
            Said::ToolCall { id, name, arguments } => json!({
                "id": self.item_id("fc"), "type": "function_call", "status": status,
                "call_id": id, "name": name, "arguments": arguments,
            }),
        }
    }

    fn item_id(&self, kind: &str) -> String {
        format!("{kind}_{}", self.id.trim_start_matches("resp_"))
    }

    fn said(&self, key: &str, otherwise: Value) -> Value {
        self.request.get(key).cloned().unwrap_or(otherwise)
    }
}

pub(crate) fn text_part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}

/// Why an answer is not complete.
pub(crate) fn incomplete(answer: &Answer) -> Option<&'static str> {
    match answer.finish {
        "length" => Some("max_output_tokens"),
        "content_filter" => Some("content_filter"),
        _ => None,
    }
}
