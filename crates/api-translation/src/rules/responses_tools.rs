//! The lists for the tools of a Responses request, and the choice between them.

use super::{Api::Responses, Place, carried, dropped, refused};

const TOOL_: &str = "openai: responses/tool_param.py";
const FUNCTION_: &str = "openai: responses/function_tool_param.py";
const CUSTOM_: &str = "openai: responses/custom_tool_param.py";
const CUSTOM_FORMAT: &str = "openai: shared_params/custom_tool_input_format.py";
const NAMESPACE_: &str = "openai: responses/namespace_tool_param.py";
const SEARCH_: &str = "openai: responses/web_search_tool_param.py";
const CACHED_SEARCH: &str = "seen: codex-cli 0.171.0";
const CHOICE_: &str = "openai: responses/tool_choice_*_param.py";

const HOSTED: &str = "is a hosted tool, which chat completions do not have; leave it out";
const LIVE_SEARCH: &str = "searches the web, which chat completions do not; leave it out \
                           (Codex: `web_search = \"disabled\"`)";
const DEFERRED: &str = "is found by a search for tools, which a chat does not have";
const ASYNC: &str = "runs beside the answer, which a chat's tools do not";
const CALLERS: &str = "lets programs of the API's call a tool, which a chat does not have";

pub(crate) static TOOL: Place = Place::new(
    Responses,
    "tools[]",
    &[
        carried("type", "a `function` tool", FUNCTION_).is("function"),
        carried("type", "a `custom` tool", CUSTOM_).is("custom"),
        carried("type", "its tools, named `namespace__name`", NAMESPACE_).is("namespace"),
        carried("type", "see `tools[web_search]` below", SEARCH_).is("web_search"),
        refused("type", LIVE_SEARCH, SEARCH_).is("web_search_2025_08_26"),
        refused("type", LIVE_SEARCH, TOOL_).is("web_search_preview"),
        refused("type", LIVE_SEARCH, TOOL_).is("web_search_preview_2025_03_11"),
        refused("type", HOSTED, TOOL_).is("file_search"),
        refused("type", HOSTED, TOOL_).is("computer"),
        refused("type", HOSTED, TOOL_).is("computer_use"),
        refused("type", HOSTED, TOOL_).is("computer_use_preview"),
        refused("type", HOSTED, TOOL_).is("mcp"),
        refused("type", HOSTED, TOOL_).is("code_interpreter"),
        refused("type", HOSTED, TOOL_).is("programmatic_tool_calling"),
        refused("type", HOSTED, TOOL_).is("image_generation"),
        refused("type", HOSTED, TOOL_).is("local_shell"),
        refused("type", HOSTED, TOOL_).is("shell"),
        refused("type", HOSTED, TOOL_).is("tool_search"),
        refused("type", HOSTED, TOOL_).is("apply_patch"),
    ],
);

pub(crate) static FUNCTION: Place = Place::new(
    Responses,
    "tools[function]",
    &[
        carried("type", "a `function` tool", FUNCTION_),
        carried("name", "`function.name`", FUNCTION_),
        carried("description", "`function.description`", FUNCTION_),
        carried("parameters", "`function.parameters`", FUNCTION_),
        carried("strict", "`function.strict`; where it is absent, a chat is not strict", FUNCTION_),
        carried("defer_loading", "what a chat does", FUNCTION_).json("false"),
        refused("defer_loading", DEFERRED, FUNCTION_),
        carried("async", "what a chat does", FUNCTION_).json("false"),
        refused("async", ASYNC, FUNCTION_),
        carried("allowed_callers", "what a chat does", FUNCTION_).json(r#"["direct"]"#),
        refused("allowed_callers", CALLERS, FUNCTION_),
        dropped("output_schema", "describes what the client's own tool returns", FUNCTION_),
    ],
);

pub(crate) static CUSTOM: Place = Place::new(
    Responses,
    "tools[custom]",
    &[
        carried("type", "a `custom` tool", CUSTOM_),
        carried("name", "`custom.name`", CUSTOM_),
        carried("description", "`custom.description`", CUSTOM_),
        carried("format", "`custom.format`", CUSTOM_),
        carried("defer_loading", "what a chat does", CUSTOM_).json("false"),
        refused("defer_loading", DEFERRED, CUSTOM_),
        carried("async", "what a chat does", CUSTOM_).json("false"),
        refused("async", ASYNC, CUSTOM_),
        carried("allowed_callers", "what a chat does", CUSTOM_).json(r#"["direct"]"#),
        refused("allowed_callers", CALLERS, CUSTOM_),
    ],
);

pub(crate) static GRAMMAR: Place = Place::new(
    Responses,
    "tools[custom].format",
    &[
        carried("type", "what a chat does", CUSTOM_FORMAT).is("text"),
        carried("type", "`format.grammar`", CUSTOM_FORMAT).is("grammar"),
        carried("syntax", "`format.grammar.syntax`", CUSTOM_FORMAT),
        carried("definition", "`format.grammar.definition`", CUSTOM_FORMAT),
    ],
);

pub(crate) static NAMESPACE: Place = Place::new(
    Responses,
    "tools[namespace]",
    &[
        carried("type", "its tools", NAMESPACE_),
        carried("name", "the beginning of each tool's name; `functions` is left out", NAMESPACE_),
        carried("description", "the first line of each tool's description", NAMESPACE_),
        carried("tools", "`tools`", NAMESPACE_),
    ],
);

pub(crate) static SEARCH: Place = Place::new(
    Responses,
    "tools[web_search]",
    &[
        dropped(
            "external_web_access",
            "the cached search that Codex offers by default: a tool that \
        answers can do without, and that reaches nothing outside",
            CACHED_SEARCH,
        )
        .json("false"),
        refused("external_web_access", LIVE_SEARCH, SEARCH_),
    ],
);

pub(crate) static CHOICE: Place = Place::new(
    Responses,
    "tool_choice[]",
    &[
        carried("type", "`tool_choice.function`", CHOICE_).is("function"),
        carried("type", "`tool_choice.custom`", CHOICE_).is("custom"),
        carried("type", "`tool_choice.allowed_tools`", CHOICE_).is("allowed_tools"),
        refused("type", HOSTED, CHOICE_).is("mcp"),
        refused("type", HOSTED, CHOICE_).is("file_search"),
        refused("type", HOSTED, CHOICE_).is("web_search_preview"),
        refused("type", HOSTED, CHOICE_).is("web_search_preview_2025_03_11"),
        refused("type", HOSTED, CHOICE_).is("web_search"),
        refused("type", HOSTED, CHOICE_).is("computer"),
        refused("type", HOSTED, CHOICE_).is("computer_use"),
        refused("type", HOSTED, CHOICE_).is("computer_use_preview"),
        refused("type", HOSTED, CHOICE_).is("image_generation"),
        refused("type", HOSTED, CHOICE_).is("code_interpreter"),
        refused("type", HOSTED, CHOICE_).is("apply_patch"),
        refused("type", HOSTED, CHOICE_).is("shell"),
        refused("type", HOSTED, CHOICE_).is("programmatic_tool_calling"),
    ],
);

pub(crate) static CHOSEN: Place = Place::new(
    Responses,
    "tool_choice",
    &[
        carried("type", "`tool_choice.type`", CHOICE_),
        carried("name", "the tool's `name`", CHOICE_),
        carried("mode", "`allowed_tools.mode`", CHOICE_),
        carried("tools", "`allowed_tools.tools`", CHOICE_),
    ],
);

pub(super) static PLACES: &[&Place] =
    &[&TOOL, &FUNCTION, &CUSTOM, &GRAMMAR, &NAMESPACE, &SEARCH, &CHOICE, &CHOSEN];
