//! The lists for the top of a Responses request, and for the objects that are its settings.

use super::{Api::Responses, Place, carried, dropped, refused};

const CREATE: &str = "openai: responses/response_create_params.py";
const REASONING_: &str = "openai: shared_params/reasoning.py";
const EFFORT: &str = "openai: shared/reasoning_effort.py; a router refuses `none`";
const INCLUDABLE: &str = "openai: responses/response_includable.py";
const TEXT_: &str = "openai: responses/response_text_config_param.py";
const FORMAT_: &str = "openai: responses/response_format_text_config_param.py";
const SCHEMA: &str = "openai: responses/response_format_text_json_schema_config_param.py";
const CODEX: &str = "seen: codex-cli 0.171.0";
const ROUTER: &str = "Azure: how to use model router";

const STATELESS: &str = "needs what an earlier response stored, and this deployment only has chat completions; \
     send the whole conversation as `input`";
const STORED: &str = "needs stored responses, and this deployment only has chat completions; \
                      leave it out or send `false`";
const NO_CACHE: &str = "how long a cache keeps a prompt; the answer is the same";

pub(crate) static TOP: Place = Place::new(
    Responses,
    "",
    &[
        carried("model", "`model`: the deployment", CREATE),
        carried("input", "`messages`", CREATE),
        carried("instructions", "a first `system` message", CREATE),
        carried("stream", "`stream`, with the usage asked for", CREATE),
        carried("max_output_tokens", "`max_completion_tokens`, or `max_tokens` as needed", CREATE),
        carried("temperature", "`temperature`", CREATE),
        carried("top_p", "`top_p`", CREATE),
        carried("tools", "`tools`", CREATE),
        carried("tool_choice", "`tool_choice`, if there are tools", CREATE),
        carried("parallel_tool_calls", "`parallel_tool_calls`, if there are tools", CREATE),
        carried("reasoning", "see `reasoning` below", CREATE),
        carried("text", "see `text` below", CREATE),
        carried(
            "metadata",
            "repeated in the answer; chats take it only when they are stored",
            CREATE,
        ),
        carried("user", "`user`", CREATE),
        carried("safety_identifier", "`safety_identifier`", CREATE),
        carried("prompt_cache_key", "`prompt_cache_key`", CREATE),
        refused("service_tier", "is `ultrafast`, which chat completions do not have", CREATE)
            .is("ultrafast"),
        carried("service_tier", "`service_tier`", CREATE),
        carried("routing_config", "`routing_config`", ROUTER),
        carried("store", "nothing is stored", CREATE).json("false"),
        refused("store", STORED, CREATE),
        carried("background", "the answer is waited for", CREATE).json("false"),
        refused("background", STORED, CREATE),
        carried("include", "see `include` below", CREATE),
        carried("stream_options", "see `stream_options` below", CREATE),
        carried("truncation", "a prompt that is too long is an error", CREATE).is("disabled"),
        dropped("truncation", "a prompt that is too long is an error", CREATE).is("auto"),
        carried("top_logprobs", "none", CREATE).json("0"),
        refused("top_logprobs", "is not translated: answers have no log probabilities", CREATE),
        dropped("client_metadata", "names the client's session", CODEX),
        dropped("max_tool_calls", "counts hosted tools alone, and there are none", CREATE),
        dropped("prompt_cache_retention", NO_CACHE, CREATE),
        dropped("prompt_cache_options", NO_CACHE, CREATE),
        refused("previous_response_id", STATELESS, CREATE),
        refused("conversation", STATELESS, CREATE),
        refused("prompt", "is a stored template, which a chat cannot use; send its text", CREATE),
        refused("background_options", STORED, CREATE),
        refused("context_management", "compacts the conversation, which a chat does not", CREATE),
        refused("moderation", "adds results to the answer that a chat's do not have", CREATE),
        refused("access_programs", "asks for access that a chat has no parameter for", CREATE),
        refused("image", "changes how images are read; a chat has no parameter for it", CREATE),
    ],
);

pub(crate) static REASONING: Place = Place::new(
    Responses,
    "reasoning",
    &[
        carried(
            "effort",
            "`reasoning_effort`; `minimal` and `none` become `low`, `xhigh` and `max` \
                       become `high`, and are then named",
            EFFORT,
        ),
        dropped("summary", "reasoning is shown as far as the model sends it", REASONING_),
        dropped("generate_summary", "the older name of `summary`", REASONING_),
        dropped("context", "earlier reasoning is not sent at all", REASONING_),
        carried("mode", "what a chat does", REASONING_).is("standard"),
        refused("mode", "is one that chat completions do not have", REASONING_),
    ],
);

pub(crate) static INCLUDE: Place = Place::new(
    Responses,
    "include[]",
    &[
        dropped("", "reasoning that only Responses can read again", INCLUDABLE)
            .is("reasoning.encrypted_content"),
        dropped("", "about a hosted tool, and there are none", INCLUDABLE)
            .is("file_search_call.results"),
        dropped("", "about a hosted tool, and there are none", INCLUDABLE)
            .is("web_search_call.results"),
        dropped("", "about a hosted tool, and there are none", INCLUDABLE)
            .is("web_search_call.action.sources"),
        dropped("", "about a hosted tool, and there are none", INCLUDABLE)
            .is("computer_call_output.output.image_url"),
        dropped("", "about a hosted tool, and there are none", INCLUDABLE)
            .is("code_interpreter_call.outputs"),
        dropped("", "answers do not repeat the request's images", INCLUDABLE)
            .is("message.input_image.image_url"),
        refused("", "is not translated: answers have no log probabilities", INCLUDABLE)
            .is("message.output_text.logprobs"),
    ],
);

pub(crate) static STREAM_OPTIONS: Place = Place::new(
    Responses,
    "stream_options",
    &[dropped("include_obfuscation", "pads events, which a chat's upstream decides", CREATE)],
);

pub(crate) static TEXT: Place = Place::new(
    Responses,
    "text",
    &[carried("format", "`response_format`", TEXT_), carried("verbosity", "`verbosity`", TEXT_)],
);

pub(crate) static FORMAT: Place = Place::new(
    Responses,
    "text.format",
    &[
        carried("type", "what a chat does", FORMAT_).is("text"),
        carried("type", "`response_format`", FORMAT_).is("json_object"),
        carried("type", "`response_format`", FORMAT_).is("json_schema"),
        carried("name", "`json_schema.name`", SCHEMA),
        carried("schema", "`json_schema.schema`", SCHEMA),
        carried("description", "`json_schema.description`", SCHEMA),
        carried("strict", "`json_schema.strict`", SCHEMA),
    ],
);

pub(super) static PLACES: &[&Place] =
    &[&TOP, &REASONING, &INCLUDE, &STREAM_OPTIONS, &TEXT, &FORMAT];
