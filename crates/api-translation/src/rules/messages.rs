//! The lists for the top of a Messages request, its settings and its tools.

use super::{Api::Messages, Place, carried, dropped, refused};

const CREATE: &str = "anthropic: message_create_params.py";
const BETA: &str = "anthropic: beta/message_create_params.py";
const OLDER: &str = "anthropic, older versions: message_create_params.py";
const THINKING_: &str = "anthropic: thinking_config_param.py";
const OUTPUT_: &str = "anthropic: output_config_param.py";
const BETA_OUTPUT: &str = "anthropic: beta/beta_output_config_param.py";
const FORMAT_: &str = "anthropic: json_output_format_param.py";
const METADATA_: &str = "anthropic: metadata_param.py";
const EDIT: &str = "anthropic: beta/beta_context_management_config_param.py";
const TOOL_: &str = "anthropic: tool_param.py";
const UNION: &str = "anthropic: tool_union_param.py";
const BETA_UNION: &str = "anthropic: beta/beta_tool_union_param.py";
const CHOICE_: &str = "anthropic: tool_choice_param.py";
const ROUTER: &str = "Azure: how to use model router";

const CACHE: &str = "where a cached prompt ends; the answer is the same";
const HOSTED: &str = "is a tool of Claude's own, which chat completions do not have; leave it out";
const STORED: &str =
    "needs what an earlier request left at Anthropic's, which a chat does not have";
const ACCOUNT: &str = "names an account at Anthropic's, and the answer comes from Azure";
const CONTEXT: &str = "changes the conversation before the model reads it, which a chat does not";
const CALLERS: &str = "lets programs of the API's call a tool, which a chat does not have";

pub(crate) static TOP: Place = Place::new(
    Messages,
    "",
    &[
        carried("model", "`model`: the deployment", CREATE),
        carried("messages", "`messages`", CREATE),
        carried("system", "a first `system` message", CREATE),
        carried("stream", "`stream`, with the usage asked for", CREATE),
        carried("max_tokens", "`max_completion_tokens`, or `max_tokens` as needed", CREATE),
        carried("stop_sequences", "`stop`, which takes four", CREATE),
        carried("temperature", "`temperature`", OLDER),
        carried("top_p", "`top_p`", OLDER),
        refused("top_k", "is a way of sampling that chat completions do not have", OLDER),
        carried("tools", "`tools`", CREATE),
        carried("tool_choice", "`tool_choice`, if there are tools", CREATE),
        carried("thinking", "see `thinking` below", CREATE),
        carried("output_config", "see `output_config` below", CREATE),
        carried("output_format", "`response_format`", BETA),
        carried("metadata", "see `metadata` below", CREATE),
        carried("service_tier", "`service_tier`: `auto`", CREATE).is("auto"),
        carried("service_tier", "`service_tier`: `default`", CREATE).is("standard_only"),
        carried("routing_config", "`routing_config`", ROUTER),
        carried("speed", "what a chat does", CREATE).is("standard"),
        dropped("speed", "how fast the answer comes", CREATE).is("fast"),
        dropped("cache_control", CACHE, CREATE),
        dropped("diagnostics", "asks why a prompt was not cached", CREATE),
        dropped("betas", "a header that some clients send in the body", BETA),
        dropped("user_profile_id", ACCOUNT, CREATE),
        dropped("workspace_id", ACCOUNT, CREATE),
        dropped("fallback_credit_token", ACCOUNT, BETA),
        carried("context_management", "see `context_management` below", BETA),
        refused("compaction", CONTEXT, BETA),
        refused("container", STORED, CREATE),
        refused("thread", STORED, BETA),
        refused("billing_policy", "asks to bill another account", BETA),
        refused("fallbacks", "names models to answer instead; a deployment has its own", BETA),
        refused("inference_geo", "asks for a region, which the deployment decides", CREATE),
        refused("mcp_servers", "are called by the API, which chat completions do not", BETA),
    ],
);

pub(crate) static THINKING: Place = Place::new(
    Messages,
    "thinking",
    &[
        carried("type", "`reasoning_effort` by the budget, see the table", THINKING_).is("enabled"),
        carried("type", "`reasoning_effort`: `low`, the least that a router takes", THINKING_)
            .is("disabled"),
        carried("type", "the effort of `output_config`, or the model's own", THINKING_)
            .is("adaptive"),
        carried("type", "the effort of `output_config`, or the model's own", THINKING_)
            .is("between_tools"),
        carried("budget_tokens", "`reasoning_effort`, see the table", THINKING_),
        carried("display", "whether the answer has its thinking", THINKING_),
    ],
);

pub(crate) static OUTPUT: Place = Place::new(
    Messages,
    "output_config",
    &[
        carried(
            "effort",
            "`reasoning_effort`; `xhigh` and `max` become `high`, and are then named",
            OUTPUT_,
        ),
        carried("format", "`response_format`", OUTPUT_),
        refused("task_budget", "tells the model of a budget, which a chat does not", BETA_OUTPUT),
    ],
);

pub(crate) static FORMAT: Place = Place::new(
    Messages,
    "output_config.format",
    &[
        carried("type", "`response_format`, strict", FORMAT_).is("json_schema"),
        carried("schema", "`json_schema.schema`", FORMAT_),
    ],
);

pub(crate) static METADATA: Place =
    Place::new(Messages, "metadata", &[carried("user_id", "`user`", METADATA_)]);

pub(crate) static CONTEXT_MANAGEMENT: Place =
    Place::new(Messages, "context_management", &[carried("edits", "see below", EDIT)]);

pub(crate) static EDITS: Place = Place::new(
    Messages,
    "context_management.edits[]",
    &[
        dropped("type", "earlier thinking is not sent at all", EDIT).is("clear_thinking_20251015"),
        refused("type", CONTEXT, EDIT).is("clear_tool_uses_20250919"),
        refused("type", CONTEXT, EDIT).is("compact_20260112"),
    ],
);

pub(crate) static TOOL: Place = Place::new(
    Messages,
    "tools[]",
    &[
        carried("type", "a `function` tool, as one without a type", TOOL_).is("custom"),
        refused("type", HOSTED, UNION).is("bash_20250124"),
        refused("type", HOSTED, UNION).is("code_execution_20250522"),
        refused("type", HOSTED, UNION).is("code_execution_20250825"),
        refused("type", HOSTED, UNION).is("code_execution_20260120"),
        refused("type", HOSTED, UNION).is("code_execution_20260521"),
        refused("type", HOSTED, UNION).is("browser_toolset_20260801"),
        refused("type", HOSTED, UNION).is("memory_20250818"),
        refused("type", HOSTED, UNION).is("computer_toolset_20260801"),
        refused("type", HOSTED, UNION).is("text_editor_20250124"),
        refused("type", HOSTED, UNION).is("text_editor_20250429"),
        refused("type", HOSTED, UNION).is("text_editor_20250728"),
        refused("type", HOSTED, UNION).is("web_search_20250305"),
        refused("type", HOSTED, UNION).is("web_search_20260209"),
        refused("type", HOSTED, UNION).is("web_search_20260318"),
        refused("type", HOSTED, UNION).is("web_fetch_20250910"),
        refused("type", HOSTED, UNION).is("web_fetch_20260209"),
        refused("type", HOSTED, UNION).is("web_fetch_20260309"),
        refused("type", HOSTED, UNION).is("web_fetch_20260318"),
        refused("type", HOSTED, UNION).is("tool_search_tool_bm25_20251119"),
        refused("type", HOSTED, UNION).is("tool_search_tool_bm25"),
        refused("type", HOSTED, UNION).is("tool_search_tool_regex_20251119"),
        refused("type", HOSTED, UNION).is("tool_search_tool_regex"),
        refused("type", HOSTED, BETA_UNION).is("bash_20241022"),
        refused("type", HOSTED, BETA_UNION).is("computer_20241022"),
        refused("type", HOSTED, BETA_UNION).is("computer_20250124"),
        refused("type", HOSTED, BETA_UNION).is("computer_20251124"),
        refused("type", HOSTED, BETA_UNION).is("text_editor_20241022"),
        refused("type", HOSTED, BETA_UNION).is("advisor_20260301"),
        refused("type", HOSTED, BETA_UNION).is("mcp_toolset"),
    ],
);

pub(crate) static CUSTOM: Place = Place::new(
    Messages,
    "tools[custom]",
    &[
        carried("type", "a `function` tool", TOOL_),
        carried("name", "`function.name`", TOOL_),
        carried("description", "`function.description`", TOOL_),
        carried("input_schema", "`function.parameters`", TOOL_),
        carried("strict", "`function.strict`", TOOL_),
        dropped("cache_control", CACHE, TOOL_),
        dropped("eager_input_streaming", "how a call is streamed", TOOL_),
        refused("input_examples", "are shown to the model, which a chat does not", TOOL_),
        carried("defer_loading", "what a chat does", TOOL_).json("false"),
        refused(
            "defer_loading",
            "is found by a search for tools, which a chat does not have",
            TOOL_,
        ),
        carried("allowed_callers", "what a chat does", TOOL_).json(r#"["direct"]"#),
        refused("allowed_callers", CALLERS, TOOL_),
    ],
);

pub(crate) static CHOICE: Place = Place::new(
    Messages,
    "tool_choice",
    &[
        carried("type", "`tool_choice`: `auto`", CHOICE_).is("auto"),
        carried("type", "`tool_choice`: `required`", CHOICE_).is("any"),
        carried("type", "`tool_choice.function`", CHOICE_).is("tool"),
        carried("type", "`tool_choice`: `none`", CHOICE_).is("none"),
        carried("name", "`tool_choice.function.name`", CHOICE_),
        carried("disable_parallel_tool_use", "`parallel_tool_calls`: the opposite", CHOICE_),
    ],
);

pub(super) static PLACES: &[&Place] = &[
    &TOP,
    &THINKING,
    &OUTPUT,
    &FORMAT,
    &METADATA,
    &CONTEXT_MANAGEMENT,
    &EDITS,
    &TOOL,
    &CUSTOM,
    &CHOICE,
];
